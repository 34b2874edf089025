//! The terminal: standard output and error, colour, aligned tables, questions. The only user of the crates that draw.

pub mod columns;
mod dialog;
mod keys;
pub mod layout;
mod line_prompter;
mod list;
mod problem;
pub mod progress;
pub mod prompter;
mod screen;
mod snippet;
mod style;

use std::io::{IsTerminal, Write};

use clap::ColorChoice;
use secrecy::SecretString;

use crate::environment::Variable;
use crate::escape::escaped_json;
use crate::model::problem::{Level, Problem};
use crate::platform::signals;
use crate::platform::tty::takes_at_once;
pub use layout::{laid_out, table, unbroken};
pub use problem::rendered;
use prompter::{Answer, Cancelled, Prompter, Text};
pub use screen::restore;
pub use style::{bold, green, plain, red, yellow};

/// The streams and how they are written to, decided once.
#[derive(Debug, Clone)]
pub struct Terminal {
    pub stdin_is_terminal: bool,
    stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    stdout_color: bool,
    stderr_color: bool,
    quiet: bool,
    verbosity: u8,
}

impl Terminal {
    pub fn new(color: ColorChoice, quiet: bool, verbosity: u8) -> Terminal {
        let stdout_is_terminal = std::io::stdout().is_terminal();
        let stderr_is_terminal = std::io::stderr().is_terminal();
        Terminal {
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal,
            stdout_color: wants_color(color, stdout_is_terminal),
            stderr_color: wants_color(color, stderr_is_terminal),
            quiet,
            verbosity,
        }
    }

    /// Writes a result. On a terminal no line is wider than that; a program that reads a pipe gets whole lines.
    ///
    /// # Errors
    /// If standard output takes no more, as on a full disk. A closed pipe is no error: its reader has what it
    /// wanted.
    pub fn result(&self, text: &str) -> std::io::Result<()> {
        self.whole_lines(text, self.result_width())
    }

    /// Writes a result byte for byte, to be used as it is; only on a terminal its last line is ended, and the end of a
    /// line is not shown as the character that it is.
    ///
    /// # Errors
    /// As [`Terminal::result`].
    pub fn verbatim(&self, text: &str) -> std::io::Result<()> {
        if self.stdout_is_terminal {
            self.whole_lines(&text.replace("\r\n", "\n"), None)
        } else {
            self.bytes(text)
        }
    }

    /// The columns that a result has room for; `None` where it goes to a pipe or a file, whose lines may be of any length.
    pub fn result_width(&self) -> Option<usize> {
        self.stdout_is_terminal.then(layout::width)
    }

    fn whole_lines(&self, text: &str, width: Option<usize>) -> std::io::Result<()> {
        let text = shown(text, width, self.stdout_color);
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.bytes(&(text + newline))
    }

    /// Writes a JSON document, with everything escaped that could steer a terminal.
    ///
    /// # Errors
    /// As [`Terminal::result`].
    pub fn document(&self, json: &str) -> std::io::Result<()> {
        self.bytes(&(escaped_json(json) + "\n"))
    }

    fn bytes(&self, text: &str) -> std::io::Result<()> {
        let stdout = std::io::stdout().lock();
        let at_once = takes_at_once(&stdout, text.len());
        match write(stdout, at_once, text) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes a remark to standard error, unless the user wants quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Writes to standard error even if the user wants quiet. A failure is ignored: there is nowhere left to report it.
    pub fn error(&self, text: &str) {
        let text = shown(text, self.stderr_is_terminal.then(layout::width), self.stderr_color) + "\n";
        let stderr = std::io::stderr().lock();
        let at_once = takes_at_once(&stderr, text.len());
        let _ = write(stderr, at_once, &text);
    }

    /// Writes to standard error for users who gave `-v` (1) or `-vv` (2).
    pub fn verbose(&self, verbosity: u8, text: impl FnOnce() -> String) {
        if self.verbosity >= verbosity && !self.quiet {
            self.error(&text());
        }
    }

    /// Whether there is a user to ask. Questions are drawn on standard error, so that standard output can be piped.
    pub fn can_ask(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Takes the terminal for questions, until the prompter is dropped.
    ///
    /// # Errors
    /// If the terminal does not take raw mode.
    pub fn prompter(&self) -> std::io::Result<Box<dyn Prompter>> {
        signals::about_to_wait();
        if is_dumb() {
            return Ok(Box::new(line_prompter::LinePrompter { shows_places: self.verbosity > 0 }));
        }
        Ok(Box::new(dialog::Dialog::open(self.stderr_color, self.verbosity > 0)?))
    }

    /// Asks for yes or no on a line of its own. Anything but `y` and `yes` is no.
    ///
    /// # Errors
    /// The user cancelled, or the terminal does not take raw mode.
    pub fn confirm(&self, question: &str) -> Result<bool, Cancelled> {
        let question = Text {
            label: format!("{question} [y/N]"),
            help: "type y and Enter for yes, only Enter for no".to_owned(),
            ..Text::default()
        };
        Ok(match self.text(&question)? {
            Answer::Given(word) => matches!(word.trim().to_lowercase().as_str(), "y" | "yes"),
            Answer::Back => false,
        })
    }

    /// Asks for a line of text, which may be empty.
    ///
    /// # Errors
    /// The user cancelled, or the terminal does not take raw mode.
    pub fn ask(&self, question: &str) -> Result<String, Cancelled> {
        let question = Text { label: question.to_owned(), ..Text::default() };
        match self.text(&question)? {
            Answer::Given(text) => Ok(text),
            Answer::Back => Err(Cancelled),
        }
    }

    fn text(&self, question: &Text) -> Result<Answer<String>, Cancelled> {
        self.prompter().map_err(|_| Cancelled)?.text(question, &mut |_| Ok(()))
    }

    /// Asks for a secret, which is not shown while it is typed. It may be empty.
    ///
    /// # Errors
    /// The user cancelled, or the terminal does not take raw mode.
    pub fn ask_secret(&self, question: &str) -> Result<SecretString, Cancelled> {
        signals::about_to_wait();
        dialog::Dialog::open(self.stderr_color, false).map_err(|_| Cancelled)?.secret(question)
    }

    /// Shows a problem: errors always, warnings unless the user wants quiet.
    pub fn problem(&self, problem: &Problem) {
        let text = rendered(problem);
        match problem.level {
            Level::Error => self.error(&text),
            Level::Warning => self.say(&text),
        }
    }
}

/// Whether the terminal cannot move its cursor.
fn is_dumb() -> bool {
    Variable::Term.get().is_some_and(|term| term == "dumb")
}

/// The text as a stream takes it.
fn shown(text: &str, width: Option<usize>, color: bool) -> String {
    let text = laid_out(text, width);
    if color { text } else { plain(&text) }
}

/// Writes to standard output or error, and watches for signals where that can block: a pipe that is not read, a terminal
/// that is held.
fn write(mut stream: impl Write, at_once: bool, text: &str) -> std::io::Result<()> {
    let mut write = || stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    if at_once { write() } else { signals::while_blocked(write) }
}

fn wants_color(color: ColorChoice, is_terminal: bool) -> bool {
    match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if Variable::NoColor.get().is_some() => false,
        ColorChoice::Auto if Variable::CliColorForce.get().is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => is_terminal && Variable::Term.get().is_none_or(|term| term != "dumb"),
    }
}
