//! What a command has to say when it ends: as one JSON document, or as text for a person.

use serde_json::{Map, Value, json};

use crate::escape::escaped_json;
use crate::failure::Failure;
use crate::model::problem::Problem;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    Text,
    Json,
}

/// Filled in while the command runs, so that a failure still tells what was known until then.
#[derive(Debug, Default)]
pub struct Report {
    pub outcome: Outcome,
    /// Set where the exit code is not the outcome's own: a request whose outcome is unknown because of a signal.
    pub exit_code: Option<u8>,
    pub customer: Option<u32>,
    pub profile: Option<String>,
    pub request: Option<Value>,
    pub response: Option<Value>,
    pub problems: Vec<Problem>,
    /// How many errors and warnings there are, where the problems are only the first of them.
    pub found: Option<(u64, u64)>,
    /// What else the command answers, under a name of its own.
    pub answer: Option<(&'static str, Value)>,
    /// What else is in the document, each under its name; a failure leaves it there.
    parts: Vec<(&'static str, Value)>,
    /// The result for a person, on standard output.
    pub text: String,
    /// What is said on standard error behind everything else.
    pub afterword: String,
    /// Whether `text` is to be printed byte for byte.
    pub verbatim: bool,
    /// Whether `text` is a JSON document of its own, which is in the place of ours.
    is_document: bool,
    /// Whether it is printed already, as that of a command which goes on after its result.
    is_printed: bool,
}

impl Report {
    /// Ends the report with a failure; what it knew until then stays in it, but for a result that never was.
    pub fn fail(&mut self, failure: Failure) {
        self.outcome = failure.outcome;
        self.exit_code = failure.exit_code.or(self.exit_code);
        self.problems.extend(failure.problems);
        self.text.clear();
    }

    /// An answer to a question: a text for a person, the same as a value for a program.
    pub fn answer(&mut self, name: &'static str, value: Value, text: String) {
        self.outcome = Outcome::Read;
        self.answer = Some((name, value));
        self.text = text;
    }

    /// Adds to the document, in place of a part that has the same name.
    pub fn part(&mut self, name: &'static str, value: Value) {
        self.drop_part(name);
        self.parts.push((name, value));
    }

    pub fn drop_part(&mut self, name: &'static str) {
        self.parts.retain(|(own, _)| *own != name);
    }

    /// An answer that is a JSON document of its own, printed as it is.
    pub fn answer_document(&mut self, document: Value, compact: bool) {
        self.outcome = Outcome::Read;
        self.text = escaped_json(&if compact { document.to_string() } else { format!("{document:#}") });
        self.is_document = true;
    }

    pub fn exit_code(&self) -> u8 {
        self.exit_code.unwrap_or(self.outcome.exit_code())
    }

    pub fn to_json(&self) -> Value {
        let mut document = Map::new();
        let mut add = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                document.insert(key.to_owned(), value);
            }
        };
        add("outcome", Some(self.outcome.word().into()));
        add("exitCode", Some(self.exit_code().into()));
        add("customer", self.customer.map(Into::into));
        add("profile", self.profile.clone().map(Into::into));
        add("request", self.request.clone());
        add("response", self.response.clone());
        let problems: Vec<Value> = self.problems.iter().map(Problem::to_json).collect();
        add("problems", Some(json!(problems)));
        for (name, value) in self.parts.iter().chain(&self.answer) {
            add(name, Some(value.clone()));
        }
        Value::Object(document)
    }

    fn counted(&self) -> Option<String> {
        match self.found {
            Some((errors, warnings)) => in_words(errors, warnings),
            None => counted(&self.problems),
        }
    }

    /// Prints the result of a command that goes on. Whoever started it may have closed its streams; it is of use all
    /// the same.
    pub fn print_early(&mut self, terminal: &Terminal, output: Output) {
        self.print(terminal, output);
        self.is_printed = true;
    }

    /// Prints the report, unless that is done already, and returns the exit code.
    pub fn print(&self, terminal: &Terminal, output: Output) -> u8 {
        if self.is_printed {
            return self.exit_code();
        }
        let written = match output {
            Output::Json if self.is_document => terminal.document(&self.text),
            Output::Json => terminal.document(&self.to_json().to_string()),
            Output::Text => {
                shown(&self.problems).for_each(|problem| terminal.problem(problem));
                if let Some(more) = self.problems.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
                    terminal.error(&format!("… and {more} more (all with -o json)"));
                }
                if self.outcome == Outcome::Refused {
                    terminal.error(&format!("Nothing was sent: {}.", self.counted().unwrap_or_default()));
                }
                if self.verbatim { terminal.verbatim(&self.text) } else { terminal.result(&self.text) }
            }
        };
        if !self.afterword.is_empty() {
            terminal.say(&self.afterword);
        }
        match written {
            Ok(()) => self.exit_code(),
            Err(error) => {
                let failure = Failure::new(
                    Outcome::Failed,
                    format!(
                        "the command ended with \"{}\", but its result could not be written: {error}",
                        self.outcome.word()
                    ),
                );
                failure.problems.iter().for_each(|problem| terminal.problem(problem));
                Outcome::Failed.exit_code()
            }
        }
    }
}

/// As many problems are shown to a person; a program gets them all.
const MOST_SHOWN: usize = 100;

/// The problems that are shown, in their order: errors before warnings where there is no room for all.
fn shown(problems: &[Problem]) -> impl Iterator<Item = &Problem> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count().min(MOST_SHOWN);
    let mut room = [errors, MOST_SHOWN - errors];
    problems.iter().filter(move |problem| {
        let room = &mut room[usize::from(!problem.is_error())];
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    })
}

/// How many of the problems are errors and how many warnings, in words; nothing where there are none.
pub fn counted(problems: &[Problem]) -> Option<String> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    in_words(errors as u64, (problems.len() - errors) as u64)
}

/// `2 errors and 1 warning`.
fn in_words(errors: u64, warnings: u64) -> Option<String> {
    let count = |number: u64, what: &str| match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{} {what}s", grouped(number))),
    };
    let parts = [count(errors, "error"), count(warnings, "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}
