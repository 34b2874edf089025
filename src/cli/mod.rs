//! The command line: its options and subcommands. The fields' flags are made from the table by `input::flags`.

mod patch_alone;
mod raw;
mod usage_error;

pub use raw::{wanted_color, wanted_config, wants_json};

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands;
use crate::config::Wanted;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::model::problem::Source;
use crate::report::Output;
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Profile of the configuration
    #[arg(short, long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<String>,
    /// Where to send, instead of the profile's address
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Try it on a Booster inside this process; nothing leaves the machine
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// Seconds that one attempt may take [60 unless set]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<f64>,
    /// Text for a person, or one JSON document
    #[arg(short, long, global = true, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    #[arg(help = "Text for a person, or one JSON document: text, json")]
    output: Option<Output>,
    /// When to colour: auto, always, never
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub color: Color,
    /// Never ask, whether there is a terminal or not
    #[arg(long, global = true)]
    no_input: bool,
    /// Errors and results alone
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: -v where each field came from, -vv the exchange
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print help
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
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

/// Reads a number of seconds; the profile checks its range.
fn seconds(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "a time-out is a number of seconds, as in 2.5".to_owned())
}

impl Cli {
    /// Refuses options that conflict. Clap sees a conflict only between options of the same command.
    fn consistent(self) -> Result<Cli, clap::Error> {
        if self.global.sandbox && self.global.base_url.is_some() {
            let message = "--sandbox has an address of its own, and cannot be used with --base-url";
            return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

impl Global {
    pub fn wanted(&self) -> Wanted {
        Wanted {
            profile: self.profile.clone().map(|name| (name, Source::flag("profile"))),
            config: self.config.clone(),
            base_url: self.base_url.clone(),
            timeout: self.timeout,
            sandbox: self.sandbox,
        }
    }

    /// Whether questions are forbidden, by flag or environment.
    pub fn no_input(&self) -> bool {
        let by_environment = Variable::NoInput.get();
        self.no_input
            || by_environment.is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }

    /// The options that decide where a patch goes, as words of a command line to suggest.
    pub fn target_words(&self) -> Vec<String> {
        let named = [("profile", &self.profile), ("config", &self.config), ("base-url", &self.base_url)];
        let mut words: Vec<String> =
            named.iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?))).collect();
        if self.sandbox {
            words.push("--sandbox".to_owned());
        }
        words
    }

    /// The output's form, by flag or environment.
    ///
    /// # Errors
    /// Usage, where the environment names another form.
    pub fn output(&self) -> Result<Output, Failure> {
        match (self.output, Variable::Output.get().as_deref()) {
            (Some(output), _) => Ok(output),
            (None, None | Some("text")) => Ok(Output::Text),
            (None, Some("json")) => Ok(Output::Json),
            (None, Some(_)) => {
                Err(Failure::usage(format!("{} is neither text nor json", Variable::Output.name())))
            }
        }
    }
}

/// A command line that runs no command: it asks for help or the version, or it is wrong.
#[derive(Debug)]
pub enum NoCommand {
    /// `what` is the text's name in the JSON document.
    Asked { what: &'static str, text: String },
    /// The text is clap's own, coloured; the failure says the same in the JSON document.
    Wrong { text: String, failure: Failure },
}

/// Reads the command line, once in a process.
///
/// # Errors
/// Where it runs no command.
pub fn parse(argv: &[OsString]) -> Result<Cli, NoCommand> {
    patch_alone::parse(argv).map_or_else(|| parse_whole(argv), Ok)
}

fn parse_whole(argv: &[OsString]) -> Result<Cli, NoCommand> {
    // Never freed: freeing its thousands of strings takes longer than checking a patch, and the process ends soon.
    let definition = Box::leak(Box::new(Cli::command()));
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
