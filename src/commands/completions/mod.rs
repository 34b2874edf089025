//! `booster completions`: a script by which a shell asks booster for completions, and [`answer`], which answers it.
//!
//! A command that is run pays nothing for it: what can be completed is added to clap's definition only for a shell
//! that asks.

mod shells;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, PathCompleter};
use clap_complete::env::CompleteEnv;
use serde_json::json;

use crate::failure::Failure;
use crate::report::Report;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash: put it into ~/.local/share/bash-completion/completions/booster.
zsh: put it as _booster into a folder of $fpath, and call compinit behind that.
fish: put it into ~/.config/fish/completions/booster.fish.
PowerShell: add `booster completions powershell | Out-String | Invoke-Expression` to $PROFILE.
elvish: add `eval (booster completions elvish | slurp)` to ~/.config/elvish/rc.elv.")]
pub struct Args {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_enum, hide_possible_values = true)]
    shell: Shell,
}

const NAME: &str = "booster";

/// The environment variable in which a script names its shell when it asks.
const VARIABLE: &str = "COMPLETE";

/// # Errors
/// Failed, where the script cannot be written.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let mut script = Vec::new();
    if let Some(shell) = shells::ALL.completer(&args.shell.to_string()) {
        shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script).map_err(anyhow::Error::from)?;
    }
    let script = format!("{}\n", String::from_utf8_lossy(&script).trim());
    report.answer("script", json!(script), script.clone());
    Ok(())
}

/// Answers a shell that asks what can stand at the cursor: `COMPLETE=zsh booster -- WORD…`. Nothing where this is no
/// such question: the variable alone must not keep a command from being run.
pub fn answer(
    argv: &[OsString],
    definition: fn() -> Command,
    wanted_config: fn(&[OsString]) -> Option<&str>,
) -> Option<ExitCode> {
    if argv.get(1).is_none_or(|word| word != "--") {
        return None;
    }
    let words: Vec<OsString> = argv[2..].iter().flat_map(shells::words).collect();
    let factory = || completable(with_commands_in_help(definition()), wanted_config(&words));
    let shells = CompleteEnv::with_factory(factory).var(VARIABLE).shells(shells::ALL);
    match shells.try_complete(argv, std::env::current_dir().ok().as_deref()) {
        Ok(true) => Some(ExitCode::SUCCESS),
        Ok(false) => None,
        // A message would appear in the middle of the line that is typed.
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// The definition with what each argument's value can be. The configuration is the one that the line names.
pub fn completable(command: Command, config: Option<&str>) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|arg| with_values(&name, arg, config))
        .mut_subcommands(|command| completable(command, config))
}

/// Adds the completer of an argument, by its command, its id, and the name that help gives its value.
fn with_values(command: &str, arg: Arg, config: Option<&str>) -> Arg {
    if arg.is_require_equals_set() {
        return with_value_after_equals(arg);
    }
    if let Some(field) = arg.get_long().and_then(values::field_of_flag) {
        return arg.add(ArgValueCompleter::new(values::of_field(field)));
    }
    let value = arg.get_value_names().and_then(<[_]>::first).map(|name| name.as_str().to_owned());
    let completer = match (command, arg.get_id().as_str(), value.as_deref()) {
        (_, "profile" | "confirm", _) | ("use" | "show" | "remove", "name", _) => {
            ArgValueCompleter::new(values::profiles(config))
        }
        ("undo", "run", _) => ArgValueCompleter::new(values::runs_with_backup),
        ("show", "run", _) => ArgValueCompleter::new(values::runs),
        ("explain", "field", _) => ArgValueCompleter::new(values::places),
        (_, "clear", _) => ArgValueCompleter::new(values::clearable_fields),
        (_, _, Some("FIELD,…")) => ArgValueCompleter::new(values::fields),
        (_, _, Some("FILE" | "FILE|-")) => ArgValueCompleter::new(PathCompleter::file()),
        _ => return arg,
    };
    arg.add(completer)
}

/// A flag whose optional value needs an equals sign. clap's completion does not know that sign, and would offer the
/// value as a word of its own, which is refused. So the flag takes no value here, and completes one all the same.
fn with_value_after_equals(arg: Arg) -> Arg {
    let flag = Arg::new(arg.get_id().clone()).action(ArgAction::SetTrue);
    let flag = arg.get_long().map_or(flag.clone(), |long| flag.long(long.to_owned()));
    let flag = flag.help(arg.get_help().cloned().unwrap_or_default());
    let possible: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if possible.is_empty() {
        flag.add(ArgValueCompleter::new(values::fields))
    } else {
        flag.add(ArgValueCompleter::new(values::words(possible)))
    }
}

/// Offers the commands beside the topics: the topic's own definition cannot know them without knowing itself.
pub fn with_commands_in_help(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    command.mut_subcommand("help", |help| {
        help.mut_arg("topic", |topic| {
            let values = names.into_iter().chain(super::help::topics());
            topic.value_parser(PossibleValuesParser::new(values))
        })
    })
}
