//! `booster help`: the help of a command, or a topic.

use serde_json::json;

use crate::app::App;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Record};
use crate::model::rules;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::spelling::near_or;
use crate::terminal::layout::{WIDEST, paragraph, width, wrapped_table};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(help = format!("A command, or one of: {}", topics().join(", ")))]
    topic: Vec<String>,
}

/// A topic's name and its text.
type Topic = (&'static str, fn() -> String);

/// The topics that are no command.
const TOPICS: [Topic; 4] = [
    ("exit-codes", exit_codes),
    ("environment", environment),
    ("rules", rules),
    ("shorthand", shorthand_help),
];

/// The topics' names.
pub fn topics() -> Vec<String> {
    TOPICS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// # Errors
/// Usage: neither a command nor a topic.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let text = match TOPICS.iter().find(|(name, _)| args.topic == [*name]) {
        Some((_, text)) => text(),
        None => command_help((app.definition)(), &args.topic)?,
    };
    report.answer("help", json!(crate::terminal::plain(&text)), text);
    Ok(())
}

fn command_help(mut root: clap::Command, path: &[String]) -> Result<String, Failure> {
    root.build();
    let command = subcommand(&root, path).map_err(|(name, parent)| {
        let known = names(parent);
        let known = known.iter().map(String::as_str).chain(TOPICS.iter().map(|(topic, _)| *topic));
        Failure::usage(format!("there is no command or topic {}", path.join(" "))).hint(near_or(
            name,
            known,
            || format!("topics are {}", topics().join(", ")),
        ))
    })?;
    Ok(command.clone().render_help().ansi().to_string())
}

/// The command of this path. If there is none, the word that no command has, and the command in which it was looked for.
pub fn subcommand<'a, 'p>(
    root: &'a clap::Command,
    path: &'p [String],
) -> Result<&'a clap::Command, (&'p str, &'a clap::Command)> {
    path.iter().try_fold(root, |command, name| {
        let own = command.get_subcommands().find(|sub| sub.get_name() == name);
        own.ok_or((name.as_str(), command))
    })
}

/// The names of a command's own commands.
pub fn names(command: &clap::Command) -> Vec<String> {
    command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

/// A topic's introduction and its table, as wide as the terminal, as the help of a command is.
fn laid_out<const N: usize>(introduction: &str, rows: impl Iterator<Item = [String; N]>) -> String {
    let width = width().min(WIDEST);
    format!("{}\n\n{}", paragraph(introduction, width), wrapped_table(rows, width))
}

fn exit_codes() -> String {
    let row = |outcome: &Outcome| {
        [outcome.exit_code().to_string(), outcome.word().to_owned(), outcome.meaning().to_owned()]
    };
    laid_out("Exit code, outcome in -o json, and meaning", Outcome::ALL.iter().map(row))
}

fn environment() -> String {
    laid_out(
        "A flag overrides the environment, and the environment overrides the profile. An empty variable \
        is the same as one that is not set.",
        Variable::all().iter().map(|variable| [variable.name().to_owned(), variable.meaning().to_owned()]),
    )
}

fn rules() -> String {
    laid_out(
        "An error stops the patch before anything is sent. --strict treats warnings as errors; --unchecked skips \
         required, required-for-private, required-for-company and unknown-client-type.",
        rules::all().map(|rule| [rule.id, rule.level.word(), rule.meaning].map(str::to_owned)),
    )
}

fn shorthand_help() -> String {
    let row = |record: &'static Record| {
        let fields = record.fields.iter().filter(|field| !field.is_main_mark());
        let keys: Vec<String> = fields.map(|field| record.key(field)).collect();
        [format!("--{}", record.item_flag()), keys.join(" ")]
    };
    let rows = CUSTOMER.fields.iter().filter_map(Field::record).map(row);
    let introduction = "Each of these flags adds one item to a list; repeat the flag for more. The first \
    word without a key is the item's first field, `main` marks the main item, everything else is \
    key=value. A key is the service's name or the short name below, in any case. For a comma in a value, \
    put the value in double quotes, or a backslash before the comma. --remove uses the same format after \
    the flag's name:";
    let examples =
        "--address 'Home,countryId=it,street=\"Via Roma, 1\",main'\n  --remove address=Home,city=Roma";
    let width = width().min(WIDEST);
    format!("{}\n\n  {examples}\n\n{}", paragraph(introduction, width), wrapped_table(rows, width))
}
