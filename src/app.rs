//! What every command is given: the global options, the terminal, interrupts, and the form of the output.

use crate::config::Wanted;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::hint::Hints;
use crate::model::problem::Source;
use crate::platform::signals::Interrupts;
use crate::report::Output;
use crate::terminal::Terminal;

/// What every command is given.
pub struct App<'a> {
    pub global: &'a Global,
    pub terminal: &'a Terminal,
    /// What makes the hints of problems fit this command.
    pub hints: &'a Hints<'a>,
    pub interrupts: &'a Interrupts,
    /// The whole command line, for help.
    pub definition: fn() -> clap::Command,
    /// Whether the result is one JSON document: then nothing is shown besides.
    pub json: bool,
}

impl App<'_> {
    /// Whether somebody sits there who may be asked.
    pub fn may_ask(&self) -> bool {
        self.terminal.can_ask() && !self.global.no_input()
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Use this profile
    #[arg(short, long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<String>,
    /// Send to this address instead of the profile's
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Send to a sandbox inside this process; nothing leaves this machine
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// Time limit of one attempt, in seconds [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// Print text, or one JSON document
    #[arg(short, long, global = true, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    #[arg(help = "Print text, or one JSON document: text, json")]
    output: Option<Output>,
    /// When to use colour: auto, always, never
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub color: clap::ColorChoice,
    /// Never ask a question, even on a terminal
    #[arg(long, global = true)]
    no_input: bool,
    /// Print only errors and results
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// More detail: -v where each field came from, -vv the request and the response
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print help
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

/// Reads a number of seconds; its range is the profile's to judge.
fn seconds(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "the timeout must be a number of seconds, as in 2.5".to_owned())
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

    /// The words of these options that decide where a patch goes, to say them again.
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
