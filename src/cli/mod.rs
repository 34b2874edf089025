//! The command line: its options and subcommands. No values, no files, no network; the fields' flags are looped out of
//! the table by the flag door.

mod patch_alone;
mod usage_error;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::app::Global;
use crate::commands;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Color;

/// Change customer records in the Booster CRM: what you wrote is what arrives, or you are told why not before
/// anything is sent.
#[derive(Debug, Parser)]
#[command(name = "booster", version, disable_help_subcommand = true, disable_help_flag = true)]
#[command(max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = format!("Topics for `booster help`: {}", commands::help::topics().join(", ")))]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Change, check and explain customers
    #[command(subcommand, arg_required_else_help = true)]
    Customer(Customer),
    /// Set back what a patch changed
    Undo(commands::undo::Args),
    /// What was sent: time, customer, names of fields, outcome
    History(commands::history::Args),
    /// Sign in and out, and see who is signed in
    #[command(subcommand, arg_required_else_help = true)]
    Auth(commands::auth::Auth),
    /// The configuration file
    #[command(subcommand, arg_required_else_help = true)]
    Config(commands::config::Config),
    /// The profiles in the configuration file
    #[command(subcommand, arg_required_else_help = true)]
    Profile(commands::profile::Profile),
    /// Look at everything that a patch needs on its way, and send none
    Doctor,
    /// Keep a Booster to try things on running on this machine
    Sandbox(commands::sandbox::Args),
    /// Print a completion script
    Completions(commands::completions::Args),
    /// Print help for a command or a topic
    Help(commands::help::Args),
}

#[derive(Debug, Subcommand)]
pub enum Customer {
    /// Change one customer
    Patch(Box<commands::patch::Args>),
    /// Show a customer as the service holds it now
    Get(commands::get::Args),
    /// Change a customer in an editor
    Edit(commands::edit::Args),
    /// Check patch files without sending anything
    Check(commands::check::Args),
    /// Explain the fields
    Explain(commands::explain::Args),
    /// Print a patch file to fill in
    Template(commands::template::Args),
    /// Print the JSON Schema of a patch file
    Schema,
}

impl Cli {
    /// Refuses options that contradict each other. Clap sees such a conflict only where both stand at the same command.
    fn consistent(self) -> Result<Cli, clap::Error> {
        if self.global.sandbox && self.global.base_url.is_some() {
            let message = "--sandbox has an address of its own, and cannot be used with --base-url";
            return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

/// A command line that does not lead to a command: help and version that were asked for, or a usage error.
#[derive(Debug)]
pub enum NoCommand {
    /// Under the name that the text has in a document.
    Asked { what: &'static str, text: String },
    /// The text is clap's own, coloured; the failure is the same for a program.
    Wrong { text: String, failure: Failure },
}

/// Reads the command line, once in a process.
///
/// # Errors
/// Where it does not lead to a command.
pub fn parse(argv: &[OsString]) -> Result<Cli, NoCommand> {
    patch_alone::parse(argv).map_or_else(|| parse_whole(argv), Ok)
}

fn parse_whole(argv: &[OsString]) -> Result<Cli, NoCommand> {
    // Never taken apart: freeing its thousands of texts takes longer than checking a patch, and the process ends soon.
    let definition = Box::leak(Box::new(Cli::command()));
    let read = definition.try_get_matches_from_mut(argv).and_then(|mut matches| {
        let read = Cli::from_arg_matches_mut(&mut matches).and_then(Cli::consistent);
        read.map_err(|error| error.format(definition))
    });
    read.map_err(|error| {
        let error = usage_error::mended(error, argv, definition);
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            let failure = failure_of(&error.render().to_string());
            NoCommand::Wrong { text: text.trim_end().to_owned(), failure }
        } else {
            let is_version = error.kind() == ErrorKind::DisplayVersion;
            NoCommand::Asked { what: if is_version { "version" } else { "help" }, text }
        }
    })
}

/// Whether a command line that could not be read asks for JSON all the same.
pub fn wants_json(argv: &[OsString]) -> bool {
    let by_flag = last_value(argv, "--output", Some('o'));
    by_flag.map_or(Variable::Output.get().as_deref() == Some("json"), |form| form == "json")
}

/// The colour that such a command line asks for.
pub fn wanted_color(argv: &[OsString]) -> Color {
    let by_flag = last_value(argv, "--color", None);
    by_flag.and_then(|word| Color::from_str(word, false).ok()).unwrap_or(Color::Auto)
}

/// The configuration that such a command line names.
pub fn wanted_config(argv: &[OsString]) -> Option<&str> {
    last_value(argv, "--config", None)
}

/// The last value of an option in a command line that clap could not read.
fn last_value<'a>(argv: &'a [OsString], long: &str, short: Option<char>) -> Option<&'a str> {
    let words: Vec<&str> =
        argv.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--").collect();
    words.iter().enumerate().rev().find_map(|(i, word)| {
        let attached = match word.strip_prefix(long) {
            Some(rest) if rest.is_empty() || rest.starts_with('=') => rest,
            Some(_) | None => behind_letters(word, short?)?,
        };
        if attached.is_empty() { words.get(i + 1).copied() } else { Some(attached.trim_start_matches('=')) }
    })
}

/// What stands behind the letter in a group of short options such as `-vqojson`.
fn behind_letters(word: &str, letter: char) -> Option<&str> {
    let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    // Only options without a value may stand before it.
    letters.trim_start_matches(['q', 'v']).strip_prefix(letter)
}

/// Clap's message and tip as a failure.
fn failure_of(text: &str) -> Failure {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or("a command is missing");
    let mut parts = vec![message.to_owned()];
    let mut hint = None;
    for line in lines {
        if let Some(tip) = line.strip_prefix("tip: ") {
            hint = Some(tip.to_owned());
        } else if line.starts_with("Usage:") || !first.starts_with("error: ") {
            break;
        } else if !line.starts_with("For more information") {
            parts.push(line.to_owned());
        }
    }
    let failure = Failure::new(Outcome::Usage, parts.join(" "));
    failure.hint(hint.unwrap_or_else(|| "see --help".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::strategy::Strategy;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn json_is_recognised_in_a_broken_command_line() {
        let wants = |line: &str| wants_json(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for line in [
            "booster x -o json",
            "booster -ojson",
            "booster --output=json --nope",
            "booster x --output json",
            "booster x -qo json",
            "booster -vqojson",
            "booster -o=json",
        ] {
            assert!(wants(line), "{line}");
        }
        for line in [
            "booster x",
            "booster -o text",
            "booster -- -o json",
            "booster -o json -o text",
            "booster -po json",
            "booster --outputs json",
        ] {
            assert!(!wants(line), "{line}");
        }
    }

    /// Words that mean something to some option, and words that mean nothing.
    fn words(many: std::ops::Range<usize>) -> impl Strategy<Value = Vec<OsString>> {
        let known = [
            "customer",
            "patch",
            "check",
            "explain",
            "template",
            "schema",
            "config",
            "path",
            "sandbox",
            "help",
            "completions",
            "123",
            "-1",
            "--",
            "-",
            "@",
            "-o",
            "json",
            "-ojson",
            "--output=",
            "-p",
            "--color=never",
            "-vv",
            "-q",
            "-qo",
            "--help",
            "-h",
            "-V",
            "--dry-run",
            "--dry-run=curl",
            "--from",
            "--clear=notes,emails",
            "--email",
            "a@b.co,main",
            "--emails=[]",
            "--first-name=",
            "--timeout=1",
            "--port",
            "--fault",
            "503,times=2",
            "--client-type",
            "--bogus",
            "-i",
            "--backup",
            "--confirm=shop",
            "--base-url=x",
            "--dry-run json",
        ];
        let word = proptest::prop_oneof![
            proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
            "\\PC{0,8}",
            "-{0,3}[a-z=,-]{0,12}",
        ];
        proptest::collection::vec(word.prop_map(OsString::from), many)
    }

    fn line(words: &[&[OsString]]) -> Vec<OsString> {
        std::iter::once("booster".into()).chain(words.concat()).collect()
    }

    proptest::proptest! {
        #[test]
        fn no_words_make_the_reader_panic(words in words(0..8)) {
            let argv = line(&[&words]);
            wants_json(&argv);
            wanted_color(&argv);
            if let Err(NoCommand::Wrong { text, failure }) = parse(&argv) {
                proptest::prop_assert!(!text.trim().is_empty());
                proptest::prop_assert!(!failure.problems.is_empty());
                for problem in &failure.problems {
                    proptest::prop_assert!(!problem.message.trim().is_empty(), "{:?}", argv);
                    proptest::prop_assert!(problem.hint.as_ref().is_some_and(|hint| !hint.is_empty()), "{:?}", argv);
                }
            }
        }

        #[test]
        fn a_patch_is_read_alone_as_among_all_commands(
            first in words(0..2), between in words(0..2), last in words(0..6),
        ) {
            let named = ["customer", "patch", "123"].map(|word| [OsString::from(word)]);
            let argv = line(&[&first, &named[0], &between, &named[1], &last, &named[2]]);
            if let Some(alone) = patch_alone::parse(&argv) {
                let whole = parse_whole(&argv).map_err(|refused| {
                    proptest::test_runner::TestCaseError::fail(format!("{argv:?}: {refused:?}"))
                })?;
                proptest::prop_assert_eq!(format!("{alone:?}"), format!("{whole:?}"));
            }
        }
    }
}
