//! The command line: its options and subcommands. The fields' flags are made from the table by `input::flags`.

mod raw;
mod usage_error;

pub use raw::{wanted_color, wanted_config, wants_json};

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::app::Global;
use crate::commands::{self, Command, named};
use crate::failure::Failure;

/// Change customer records in the Booster CRM: what you wrote is what arrives, or you are told why not before
/// anything is sent.
#[derive(Debug, Parser)]
#[command(
    name = "booster",
    bin_name = "booster",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true
)]
#[command(max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = format!("Topics for `booster help`: {}", commands::help::topics().join(", ")))]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Refuses options that conflict. Clap sees a conflict only between options of the same command.
    fn consistent(self) -> Result<Cli, clap::Error> {
        if self.global.sandbox && self.global.base_url.is_some() {
            let message = "--sandbox has its own address and cannot be used with --base-url";
            return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

/// A command line that does not lead to a command: help and version that were asked for, or a usage error.
#[derive(Debug)]
pub enum NoCommand {
    /// `what` is the text's name in the JSON document.
    Asked { what: &'static str, text: String },
    /// The text is clap's own, coloured; the failure says the same in the JSON document.
    Wrong { text: String, failure: Failure },
}

/// The whole command line.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Reads the command line, once in a process.
///
/// # Errors
/// If it runs no command.
pub fn parse(argv: &[OsString]) -> Result<Cli, NoCommand> {
    parse_by(named::of(argv, definition), argv)
}

fn parse_by(definition: clap::Command, argv: &[OsString]) -> Result<Cli, NoCommand> {
    // Never freed: freeing its strings takes longer than checking a patch, and the process ends soon.
    let definition = Box::leak(Box::new(definition));
    let read = definition.try_get_matches_from_mut(argv).and_then(|mut matches| {
        let read = Cli::from_arg_matches_mut(&mut matches).and_then(Cli::consistent);
        read.map_err(|error| error.format(definition))
    });
    read.map_err(|error| {
        let error = usage_error::improve_usage_error(error, argv, definition);
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            let failure = usage_error::to_failure(&error.render().to_string());
            NoCommand::Wrong { text: text.trim_end().to_owned(), failure }
        } else {
            let is_version = error.kind() == ErrorKind::DisplayVersion;
            NoCommand::Asked { what: if is_version { "version" } else { "help" }, text }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::strategy::Strategy;

    #[test]
    fn everything_that_can_be_completed_is_defined() {
        use commands::completions::{completable, with_commands_named};
        completable(with_commands_named(definition()), None).debug_assert();
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    /// Words that some option knows, and words that none does.
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
            "man",
            "--dir",
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
        fn the_commands_that_are_named_read_a_line_as_all_do(words in words(0..8)) {
            let argv = line(&[&words]);
            let whole = parse_by(definition(), &argv);
            proptest::prop_assert_eq!(format!("{:?}", parse(&argv)), format!("{:?}", whole));
        }

        #[test]
        fn the_command_that_is_named_reads_a_patch_as_all_do(
            first in words(0..2), between in words(0..2), last in words(0..6),
        ) {
            let named = ["customer", "patch", "123"].map(|word| [OsString::from(word)]);
            let argv = line(&[&first, &named[0], &between, &named[1], &last, &named[2]]);
            let whole = parse_by(definition(), &argv);
            proptest::prop_assert_eq!(format!("{:?}", parse(&argv)), format!("{:?}", whole));
        }
    }
}
