//! What is wrong with an input: which rule, at which field, where the user wrote it, and what to do about it.

mod position;
mod rule;

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::environment::Variable;
use crate::outcome::Outcome;
use crate::secret::MASK;
use position::Positions;
pub use position::line_and_column;
pub use rule::{Level, Rule};

/// A text that the user wrote in a file, kept whole so that a problem can show the line it is in.
#[derive(Debug)]
pub struct FileText {
    /// The path as the user gave it, `-` for standard input.
    pub path: String,
    pub text: String,
    shown: Shown,
    positions: Positions,
}

/// What of a text may be shown.
#[derive(Debug, Clone, Copy)]
enum Shown {
    Whole,
    Nothing,
    /// All but the bytes that this finds, in order: the configuration may hold a secret by mistake. Where it finds none,
    /// the text cannot be read, and nothing is shown.
    But(fn(&str) -> Option<Vec<Range<usize>>>),
}

impl PartialEq for FileText {
    fn eq(&self, other: &FileText) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for FileText {}

impl FileText {
    pub fn new(path: &str, text: String, showable: bool) -> FileText {
        let (path, positions) = (path.to_owned(), Positions::default());
        let shown = if showable { Shown::Whole } else { Shown::Nothing };
        FileText { path, text, shown, positions }
    }

    /// A text of which the bytes that this finds are not shown, or nothing at all. It is asked when there is something to
    /// show.
    pub fn hiding(path: &str, text: String, hidden: fn(&str) -> Option<Vec<Range<usize>>>) -> FileText {
        FileText { shown: Shown::But(hidden), ..FileText::new(path, text, false) }
    }

    /// The text as it may be shown, and where these bytes are in it; none where it may not be shown.
    pub fn shown(&self, span: &Range<usize>) -> Option<(Cow<'_, str>, Range<usize>)> {
        let hidden = match self.shown {
            Shown::Whole => Vec::new(),
            Shown::Nothing => return None,
            Shown::But(hidden) => hidden(&self.text)?,
        };
        if hidden.is_empty() {
            return Some((Cow::Borrowed(self.text.as_str()), span.clone()));
        }
        let (mut shown, mut end, mut moved) = (String::new(), 0, span.clone());
        for hidden in hidden.iter().filter(|hidden| hidden.start < hidden.end) {
            shown.push_str(&self.text[end..hidden.start]);
            let (start, length) = (shown.len(), MASK.len());
            shown.push_str(MASK);
            end = hidden.end;
            let place = |byte: usize| match byte {
                before if before <= hidden.start => None,
                inside if inside < hidden.end => Some(start + length),
                behind => Some(start + length + (behind - hidden.end)),
            };
            moved.start = place(span.start).unwrap_or(moved.start);
            moved.end = place(span.end).unwrap_or(moved.end);
            if span.start == hidden.start {
                moved.start = start;
            }
        }
        shown.push_str(&self.text[end..]);
        Some((Cow::Owned(shown), moved))
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        self.positions.of(&self.text, byte)
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The flag with its dashes; where its value is a notation of its own, that text and the bytes in it.
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
    /// A row of a table, and the column in it where the problem is of one.
    Row {
        /// From 1, the header included, as a spreadsheet counts; of JSON lines the line.
        row: u64,
        column: Option<Rc<str>>,
    },
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
            Source::Row { row, column: Some(column) } => json!({ "row": row, "column": column.as_ref() }),
            Source::Row { row, column: None } => json!({ "row": row }),
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
            Source::Row { row, column: Some(column) } => format!("row {row}, column {column}"),
            Source::Row { row, column: None } => format!("row {row}"),
            Source::Profile(name) => format!("defaults of profile {name}"),
            Source::Environment(variable) => variable.name().to_owned(),
            Source::Prompt => "answered to a question".to_owned(),
            Source::Record => "the record".to_owned(),
            Source::Service => "the service".to_owned(),
        }
    }
}

/// What the check of one value found. The check does not know the place; its caller adds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub rule: &'static Rule,
    pub message: String,
    pub hint: Option<String>,
}

impl Fault {
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Fault {
        Fault { rule, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// The fault at its field and at the place where the user wrote it.
    pub fn at(self, field: impl Into<String>, source: impl Into<Option<Source>>) -> Problem {
        self.of(source).on(field)
    }

    /// The fault of something that is no field: a file, the argument of the command.
    pub fn of(self, source: impl Into<Option<Source>>) -> Problem {
        Problem { hint: self.hint, ..Problem::new(self.rule, self.rule.level, self.message).at(source) }
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
    Rule(&'static Rule),
    /// The outcome, where no rule is broken.
    Outcome(Outcome),
    /// An error that the service reports.
    Service,
    /// The backup is not as it should be.
    Backup,
    /// The history cannot be read or written.
    History,
    /// A line that was deleted in an editor, which changes nothing.
    Deleted,
    /// Nothing is wrong: the user chose to leave.
    Left,
}

impl ProblemId {
    pub fn word(self) -> &'static str {
        match self {
            ProblemId::Rule(rule) => rule.id,
            ProblemId::Outcome(outcome) => outcome.word(),
            ProblemId::Service => "service",
            ProblemId::Backup => "backup",
            ProblemId::History => "history",
            ProblemId::Deleted => "deleted",
            ProblemId::Left => Outcome::Stopped.word(),
        }
    }
}

impl From<&'static Rule> for ProblemId {
    fn from(rule: &'static Rule) -> ProblemId {
        ProblemId::Rule(rule)
    }
}

impl From<Outcome> for ProblemId {
    fn from(outcome: Outcome) -> ProblemId {
        ProblemId::Outcome(outcome)
    }
}

impl Problem {
    /// An error that no rule speaks of, under the outcome's own word.
    pub fn of(outcome: Outcome, message: impl Into<String>) -> Problem {
        Problem::new(outcome, Level::Error, message)
    }

    /// An error in the command itself: a file that does not exist, two flags that contradict each other.
    pub fn usage(message: impl Into<String>) -> Problem {
        Problem::of(Outcome::Usage, message)
    }

    /// Something that went wrong beside the command itself, such as a history entry that could not be written.
    pub fn warning(id: impl Into<ProblemId>, message: impl Into<String>) -> Problem {
        Problem::new(id, Level::Warning, message)
    }

    pub fn new(id: impl Into<ProblemId>, level: Level, message: impl Into<String>) -> Problem {
        Problem { id: id.into(), level, field: None, source: None, message: message.into(), hint: None }
    }

    /// The same, as one of this field's or this item's.
    pub fn on(self, place: impl Into<String>) -> Problem {
        Problem { field: Some(place.into()), ..self }
    }

    /// The same, with where it was written.
    pub fn at(self, source: impl Into<Option<Source>>) -> Problem {
        Problem { source: source.into(), ..self }
    }

    /// The same, with what to do about it.
    pub fn hint(self, hint: impl Into<String>) -> Problem {
        Problem { hint: Some(hint.into()), ..self }
    }

    /// Whether it breaks a rule of ours, rather than being reported by the command itself or the service.
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
