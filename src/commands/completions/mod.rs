//! `booster completions`: a script by which a shell asks booster for completions, and [`answer`], which answers it.
//!
//! A command that is run pays nothing for it: what can be completed is added to clap's definition only for a shell
//! that asks.

mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, Command};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, PathCompleter};
use clap_complete::env::{CompleteEnv, Shells};
use serde_json::json;

use crate::failure::Failure;
use crate::report::Report;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash: save it as ~/.local/share/bash-completion/completions/booster.
zsh: add `source <(booster completions zsh)` to ~/.zshrc, after compinit.
fish: save it as ~/.config/fish/completions/booster.fish.
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

/// clap's script for bash would give it the parts into which readline splits a word at `=` and `@`, and inserts a
/// candidate without quoting it. This one joins the parts, and is answered by clap's adapter all the same.
const BASH: &str = include_str!("../../../completions/booster.bash");

/// # Errors
/// Failed, where the script cannot be written.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let mut script = Vec::new();
    match Shells::builtins().completer(&args.shell.to_string()) {
        Some(shell) if args.shell != Shell::Bash => {
            shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script).map_err(anyhow::Error::from)?
        }
        Some(_) | None => script.extend_from_slice(BASH.as_bytes()),
    }
    // zsh would drop a code for whose country's name it asked, as one that does not begin with what is typed.
    let script = String::from_utf8_lossy(&script).replace("'values' other", "'values' other -U");
    let script = format!("{}\n", script.trim());
    report.answer("script", json!(script), script.clone());
    Ok(())
}

/// Answers a shell that asks what can be at the cursor: `COMPLETE=zsh booster -- WORD…`. Nothing where this is no
/// such question: the variable alone must not keep a command from being run.
pub fn answer(
    argv: &[OsString],
    definition: fn() -> Command,
    wanted_config: fn(&[OsString]) -> Option<&str>,
) -> Option<ExitCode> {
    if argv.get(1).is_none_or(|word| word != "--") {
        return None;
    }
    let factory = || completable(with_commands_named(definition()), wanted_config(&argv[2..]));
    let completion = CompleteEnv::with_factory(factory).var(VARIABLE);
    match completion.try_complete(argv, std::env::current_dir().ok().as_deref()) {
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
        return with_value_after_equals(&arg);
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
        ("explain", "field", _) | ("get", "fields", _) => ArgValueCompleter::new(values::places),
        (_, "clear", _) => ArgValueCompleter::new(values::clearable_fields),
        (_, _, Some("FIELD,…")) => {
            return arg.add(ArgValueCompleter::new(values::fields)).value_delimiter(',');
        }
        (_, _, Some("FILE" | "FILE|-")) => ArgValueCompleter::new(PathCompleter::file()),
        (_, _, Some("FOLDER")) => ArgValueCompleter::new(PathCompleter::dir()),
        _ => return arg,
    };
    arg.add(completer)
}

/// A flag whose optional value needs an equals sign. clap's completion does not know that sign, and would offer the
/// value as a word of its own, which is refused. So the flag takes no value here, and completes one all the same.
fn with_value_after_equals(arg: &Arg) -> Arg {
    let flag = Arg::new(arg.get_id().clone())
        .action(ArgAction::SetTrue)
        .long(arg.get_long().unwrap_or_default().to_owned())
        .help(arg.get_help().cloned().unwrap_or_default());
    let possible = arg.get_possible_values();
    if possible.is_empty() {
        return flag.value_delimiter(',').add(ArgValueCompleter::new(values::fields));
    }
    let words = possible.iter().map(|value| value.get_name().to_owned()).collect();
    flag.add(ArgValueCompleter::new(values::words(words)))
}

/// Offers the commands, at each word of their path, to those that take one: help, beside its topics, and man. Their own
/// definitions cannot know the commands without knowing themselves.
pub fn with_commands_named(command: Command) -> Command {
    let names: Vec<Command> = command.get_subcommands().map(name_alone).collect();
    let topics = super::help::topics().into_iter().map(Command::new);
    command
        .mut_subcommand("help", |help| help.subcommands(names.iter().cloned().chain(topics)))
        .mut_subcommand("man", |man| man.subcommands(names.iter().cloned()))
}

/// A command and those below it, without their options.
fn name_alone(command: &Command) -> Command {
    let named =
        Command::new(command.get_name().to_owned()).about(command.get_about().cloned().unwrap_or_default());
    named.disable_help_flag(true).subcommands(command.get_subcommands().map(name_alone))
}
