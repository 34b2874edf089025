//! What is wrong with an input: which rule, at which field, where the user wrote it, and what to do about it.

mod position;

use std::rc::Rc;

use serde_json::{Value, json};

use crate::environment::Variable;
use crate::outcome::Outcome;
use position::Positions;
pub use position::line_and_column;

/// A rule by its id. The ids are part of the interface: scripts compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    UnknownField,
    NotText,
    NotABool,
    NotADate,
    NotAList,
    Required,
    RequiredForPrivate,
    RequiredForCompany,
    UnknownClientType,
    Id,
    Syntax,
    NotARecord,
    EmptyText,
    CannotClear,
    ControlCharacter,
    TooLong,
    DuplicateKey,
    Null,
    TwoMains,
    UnlistedValue,
    OddEmail,
    OddPhone,
    OddDate,
    OuterSpace,
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

impl Rule {
    pub const ALL: [Rule; 25] = [
        Rule::UnknownField,
        Rule::NotText,
        Rule::NotABool,
        Rule::NotADate,
        Rule::NotAList,
        Rule::NotARecord,
        Rule::Required,
        Rule::RequiredForPrivate,
        Rule::RequiredForCompany,
        Rule::UnknownClientType,
        Rule::Id,
        Rule::Syntax,
        Rule::DuplicateKey,
        Rule::Null,
        Rule::EmptyText,
        Rule::CannotClear,
        Rule::Empty,
        Rule::ControlCharacter,
        Rule::TooLong,
        Rule::TwoMains,
        Rule::UnlistedValue,
        Rule::OddEmail,
        Rule::OddPhone,
        Rule::OddDate,
        Rule::OuterSpace,
    ];

    /// Id, level and meaning of each rule, in one place; `booster help rules` prints exactly this.
    fn row(self) -> (&'static str, Level, &'static str) {
        use Level::{Error, Warning};
        match self {
            Rule::UnknownField => ("unknown-field", Error, "a name that the API page does not have"),
            Rule::NotText => ("not-text", Error, "a number, bool, list or object where a text belongs"),
            Rule::NotABool => ("not-a-bool", Error, "anything but true or false where one of them belongs"),
            Rule::NotADate => ("not-a-date", Error, "not a day of the calendar written YYYY-MM-DD"),
            Rule::NotAList => ("not-a-list", Error, "something else where a list belongs"),
            Rule::NotARecord => ("not-a-record", Error, "an item of a list that is no object"),
            Rule::Required => ("required", Error, "a field that the service always wants is missing"),
            Rule::RequiredForPrivate => {
                ("required-for-private", Error, "a field that a PRIVATE client needs is missing")
            }
            Rule::RequiredForCompany => {
                ("required-for-company", Error, "a field that a COMPANY client needs is missing")
            }
            Rule::UnknownClientType => {
                ("unknown-client-type", Error, "a clientType besides PRIVATE and COMPANY")
            }
            Rule::Id => ("id", Error, "a customer id that is not a whole number from 1 to 2147483647"),
            Rule::Syntax => ("syntax", Error, "an input that cannot be read as what it claims to be"),
            Rule::DuplicateKey => ("duplicate-key", Error, "the same key twice in one object"),
            Rule::Null => ("null", Error, "null, which the service takes for absent"),
            Rule::EmptyText => ("empty-text", Error, "an empty value given by flag"),
            Rule::CannotClear => ("cannot-clear", Error, "a date or a bool, which this API cannot clear"),
            Rule::Empty => ("empty", Error, "nothing to send"),
            Rule::ControlCharacter => {
                ("control-character", Error, "a control character; running text may hold newline and tab")
            }
            Rule::TooLong => ("too-long", Error, "a value over 32 KiB, or a body over 1 MiB"),
            Rule::TwoMains => ("two-mains", Warning, "more than one main email, phone or address"),
            Rule::UnlistedValue => ("unlisted-value", Warning, "a value not among the known ones"),
            Rule::OddEmail => ("odd-email", Warning, "not the syntax of an email address"),
            Rule::OddPhone => ("odd-phone", Warning, "not the digits or the length of a phone number"),
            Rule::OddDate => ("odd-date", Warning, "a day of birth or wedding after today or before 1900"),
            Rule::OuterSpace => ("outer-space", Warning, "blanks before or behind a text"),
        }
    }

    pub fn id(self) -> &'static str {
        self.row().0
    }

    /// The level without `--strict`.
    pub fn level(self) -> Level {
        self.row().1
    }

    pub fn meaning(self) -> &'static str {
        self.row().2
    }
}

/// A text that the user wrote in a file, kept whole so that a problem can show the line it stands in.
#[derive(Debug)]
pub struct FileText {
    /// The path as the user gave it, `-` for standard input.
    pub path: String,
    pub text: String,
    /// Whether its lines may be shown: those of the configuration may hold a secret by mistake.
    pub showable: bool,
    positions: Positions,
}

impl PartialEq for FileText {
    fn eq(&self, other: &FileText) -> bool {
        self.path == other.path && self.text == other.text && self.showable == other.showable
    }
}

impl Eq for FileText {}

impl FileText {
    pub fn new(path: &str, text: String, showable: bool) -> FileText {
        FileText { path: path.to_owned(), text, showable, positions: Positions::default() }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        self.positions.of(&self.text, byte)
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The flag with its dashes; where the flag's text is a notation of its own, the text and the span that is meant.
    Flag {
        flag: String,
        within: Option<(Rc<str>, std::ops::Range<usize>)>,
    },
    Argument(&'static str),
    /// Bytes of a file.
    File {
        file: Rc<FileText>,
        span: std::ops::Range<usize>,
    },
    /// A file by its path, where something is missing from it.
    WholeFile(Rc<str>),
    /// The defaults of the profile with this name.
    Profile(Rc<str>),
    Environment(Variable),
    /// An answer to a question on the terminal.
    Prompt,
    /// The customer's record, as the service showed it.
    Record,
    /// The service's own answer.
    Service,
}

impl Source {
    pub fn flag(name: &str) -> Source {
        Source::Flag { flag: format!("--{name}"), within: None }
    }

    pub fn file(file: &Rc<FileText>, span: std::ops::Range<usize>) -> Source {
        Source::File { file: Rc::clone(file), span }
    }

    pub fn to_json(&self) -> Value {
        match self {
            Source::Flag { flag, .. } => json!({ "flag": flag }),
            Source::Argument(name) => json!({ "argument": name }),
            Source::File { file, span } => {
                let (line, column) = file.line_and_column(span.start);
                json!({ "file": file.path, "line": line, "column": column })
            }
            Source::WholeFile(path) => json!({ "file": path.as_ref() }),
            Source::Profile(name) => json!({ "profile": name.as_ref() }),
            Source::Environment(variable) => json!({ "environment": variable.name() }),
            Source::Prompt => json!({ "prompt": true }),
            Source::Record => json!({ "record": true }),
            Source::Service => json!({ "service": true }),
        }
    }

    /// The source as a person reads it in the middle of a sentence.
    pub fn describe(&self) -> String {
        match self {
            Source::Flag { flag, .. } => flag.clone(),
            Source::Argument(name) => format!("<{name}>"),
            Source::File { file, span } => {
                let (line, column) = file.line_and_column(span.start);
                format!("{}:{line}:{column}", file.path)
            }
            Source::WholeFile(path) => path.to_string(),
            Source::Profile(name) => format!("defaults of profile {name}"),
            Source::Environment(variable) => variable.name().to_owned(),
            Source::Prompt => "answered here".to_owned(),
            Source::Record => "the record".to_owned(),
            Source::Service => "the service".to_owned(),
        }
    }
}

/// What a checker of one value found. It does not know the field; its caller adds the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

impl Fault {
    pub fn new(rule: Rule, message: impl Into<String>) -> Fault {
        Fault { rule, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// The fault at its field and at the place where the user wrote it.
    pub fn at(self, field: impl Into<String>, source: Option<Source>) -> Problem {
        Problem {
            id: self.rule.into(),
            level: self.rule.level(),
            field: Some(field.into()),
            source,
            message: self.message,
            hint: self.hint,
        }
    }

    /// The fault of something that is no field: a file, the argument of the command.
    pub fn of(self, source: Option<Source>) -> Problem {
        Problem { field: None, ..self.at("", source) }
    }
}

/// One thing that is wrong, as it is shown and as `-o json` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub id: ProblemId,
    pub level: Level,
    /// The place in the notation `emails[0].email`.
    pub field: Option<String>,
    pub source: Option<Source>,
    pub message: String,
    pub hint: Option<String>,
}

/// What a problem is about, as `-o json` names it under `rule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemId {
    /// A rule of ours.
    Rule(Rule),
    /// The outcome, where no rule of ours speaks.
    Outcome(Outcome),
    /// The service's own words.
    Service,
    /// The backup is not as it should be.
    Backup,
    /// The history cannot be read or written.
    History,
    /// A line that was deleted in an editor, which changes nothing.
    Deleted,
}

impl ProblemId {
    pub fn word(self) -> &'static str {
        match self {
            ProblemId::Rule(rule) => rule.id(),
            ProblemId::Outcome(outcome) => outcome.word(),
            ProblemId::Service => "service",
            ProblemId::Backup => "backup",
            ProblemId::History => "history",
            ProblemId::Deleted => "deleted",
        }
    }
}

impl From<Rule> for ProblemId {
    fn from(rule: Rule) -> ProblemId {
        ProblemId::Rule(rule)
    }
}

impl From<Outcome> for ProblemId {
    fn from(outcome: Outcome) -> ProblemId {
        ProblemId::Outcome(outcome)
    }
}

impl Problem {
    /// A command that asks for what cannot be: a file that is not there, two flags that contradict each other.
    pub fn usage(source: Option<Source>, message: impl Into<String>, hint: Option<String>) -> Problem {
        Problem {
            id: Outcome::Usage.into(),
            level: Level::Error,
            field: None,
            source,
            message: message.into(),
            hint,
        }
    }

    /// The same, as one of this field's or this item's.
    pub fn on(self, place: impl Into<String>) -> Problem {
        Problem { field: Some(place.into()), ..self }
    }

    /// Something that went wrong beside the matter itself, such as a line that could not be noted.
    pub fn warning(id: ProblemId, message: impl Into<String>) -> Problem {
        Problem { id, level: Level::Warning, field: None, source: None, message: message.into(), hint: None }
    }

    /// Whether a rule of ours speaks, rather than the command itself or the service.
    pub fn has_rule(&self) -> bool {
        matches!(self.id, ProblemId::Rule(_))
    }

    /// Whether the command itself is wrong, rather than a value.
    pub fn is_usage(&self) -> bool {
        self.id == ProblemId::Outcome(Outcome::Usage)
    }

    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    pub fn to_json(&self) -> Value {
        let mut object = serde_json::Map::new();
        object.insert("rule".into(), self.id.word().into());
        object.insert("level".into(), self.level.word().into());
        if let Some(field) = &self.field {
            object.insert("field".into(), field.clone().into());
        }
        if let Some(source) = &self.source {
            object.insert("source".into(), source.to_json());
        }
        object.insert("message".into(), self.message.clone().into());
        if let Some(hint) = &self.hint {
            object.insert("hint".into(), hint.clone().into());
        }
        Value::Object(object)
    }
}
