//! `booster history`: what was sent, newest first.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::history_table::{self, Line};
use super::run_lookup::{LAST, by_name};
use crate::app::App;
use crate::bulk::folder::Runs;
use crate::escape::{escaped, quoted};
use crate::failure::Failure;
use crate::model::problem::{Problem, ProblemId};
use crate::model::rules;
use crate::platform::folders;
use crate::report::Report;
use crate::state::backup::Backups;
use crate::state::history::{Entry, History};
use crate::terminal::table;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "The history contains the names of fields, never their values. Times are in this \
    machine's time zone. A * marks the runs that `booster undo RUN` can undo. With -o json the runs are \
    in `history`, with times in UTC.")]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List what was sent, newest first
    List(List),
    /// Show everything known about one run
    Show {
        /// The run: its name, the beginning of it, or last for the newest one
        run: String,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct List {
    /// Show at most this many runs
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = number)]
    limit: u32,
    /// Show only the runs for this customer
    #[arg(long, value_name = "ID", value_parser = customer)]
    customer: Option<u32>,
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "this is a number from 1".to_owned())
}

fn customer(text: &str) -> Result<u32, String> {
    rules::id(text).map_err(|fault| fault.hint.unwrap_or(fault.message))
}

/// # Errors
/// Usage, where there is no such run; failed, where the history cannot be read.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = folders::state_folder()
        .ok_or_else(|| Failure::usage("no folder was found for the history").hint(folders::SET_HOME))?;
    let backups = Backups::of(&folder);
    let (entries, unreadable) = History::of(&folder).entries().map_err(|error| {
        Failure::usage(format!("the history in {} cannot be read: {error}", folder.display()))
    })?;
    if unreadable > 0 {
        let message = format!("{unreadable} lines of the history could not be read");
        report.problems.push(Problem::warning(ProblemId::History, message));
    }
    match &args.what {
        None => list(&args.list, &entries, &backups, app, report),
        Some(What::List(wanted)) => list(wanted, &entries, &backups, app, report),
        Some(What::Show { run }) => show(run, &entries, &backups, report)?,
    }
    Ok(())
}

fn list(wanted: &List, entries: &[Entry], backups: &Backups, app: &App<'_>, report: &mut Report) {
    let shown: Vec<&Entry> = entries
        .iter()
        .filter(|entry| wanted.customer.is_none_or(|id| entry.customer == Some(id)))
        .take(usize::try_from(wanted.limit).unwrap_or(usize::MAX))
        .collect();
    let text = if shown.is_empty() {
        match wanted.customer {
            Some(id) => format!("Nothing was sent for customer {id} yet."),
            None => "Nothing was sent yet.".to_owned(),
        }
    } else {
        let can_be_undone = |entry: &Entry| undo_of(entry, entries, backups) == Undo::Possible;
        let lines = shown.iter().map(|entry| Line {
            entry,
            is_undone: is_undone(entry, entries),
            can_be_undone: can_be_undone(entry),
        });
        history_table::table_of(&lines.collect::<Vec<_>>(), app.terminal.result_width(), &TimeZone::system())
    };
    let shown: Vec<Json> = shown.into_iter().map(|entry| document(entry, entries, backups)).collect();
    report.answer("history", json!(shown), text);
}

/// A run as `-o json` prints it: the stored line, and whether it can be undone now.
fn document(entry: &Entry, entries: &[Entry], backups: &Backups) -> Json {
    let mut document = json!(entry);
    document["canBeUndone"] = (undo_of(entry, entries, backups) == Undo::Possible).into();
    document
}

fn is_undone(entry: &Entry, entries: &[Entry]) -> bool {
    entries.iter().any(|other| other.has_undone(&entry.run))
}

/// What `undo` could do with a run. Of single fields it may yet find that it is not known what they held.
#[derive(Debug, PartialEq, Eq)]
enum Undo {
    Possible,
    Done,
    NoBackup,
}

/// Whether the run changed a field of which it is known what it held before.
fn has_restored(entry: &Entry) -> bool {
    entry.fields.iter().any(|field| !entry.not_restored.contains(field))
}

fn undo_of(entry: &Entry, entries: &[Entry], backups: &Backups) -> Undo {
    if entry.rows.is_some() {
        return undo_of_bulk(entry, entries);
    }
    match backups.note(&entry.run) {
        _ if is_undone(entry, entries) => Undo::Done,
        Ok(note) if note.undone.is_some() => Undo::Done,
        Ok(note) if note.backup.exists() && entry.progress.may_have_changed() && has_restored(entry) => {
            Undo::Possible
        }
        Ok(_) | Err(_) => Undo::NoBackup,
    }
}

/// A bulk run has its backup in its own folder.
fn undo_of_bulk(entry: &Entry, entries: &[Entry]) -> Undo {
    let folder = Runs::of_user().map(|runs| runs.run(&entry.run));
    match folder.map(|folder| folder.status()) {
        _ if is_undone(entry, entries) => Undo::Done,
        Ok(Ok(status)) if status.has_backup && entry.undoes.is_none() => Undo::Possible,
        Ok(_) | Err(_) => Undo::NoBackup,
    }
}

fn show(wanted: &str, entries: &[Entry], backups: &Backups, report: &mut Report) -> Result<(), Failure> {
    let found = if wanted == LAST { entries.first() } else { by_name(wanted, entries, |entry| &entry.run)? };
    let entry = found.ok_or_else(|| {
        Failure::usage(format!("there is no run {}", quoted(wanted))).hint("`booster history` lists the runs")
    })?;
    let mut rows = vec![
        ("Run", entry.run.name().to_owned()),
        ("Time", history_table::long_time(&entry.time, &TimeZone::system())),
        ("Command", entry.command.clone()),
        ("Profile", entry.profile.clone().unwrap_or_else(|| "-".to_owned())),
        ("Service", entry.service.clone()),
        ("Customer", entry.customer.map_or_else(|| entry.subject(), |customer| customer.to_string())),
        ("Fields", entry.fields.join(", ")),
        ("Outcome", format!("{} (exit code {})", entry.progress.word(), entry.exit_code)),
    ];
    rows.extend(entry.reason.as_ref().map(|reason| ("Reason", escaped(reason))));
    rows.extend(entry.status.map(|status| ("Status", status.to_string())));
    rows.extend(entry.undoes.as_ref().map(|run| ("Undoes", run.name().to_owned())));
    rows.extend(entry.backup.as_ref().map(|file| {
        let is_there = std::path::Path::new(file).exists();
        ("Backup", if is_there { file.clone() } else { format!("{file} (no longer exists)") })
    }));
    rows.push((
        "Undo",
        match undo_of(entry, entries, backups) {
            Undo::Possible => {
                let lost = &entry.not_restored;
                let what = if lost.is_empty() {
                    "the previous values".to_owned()
                } else {
                    format!("all but {}", lost.join(", "))
                };
                format!("`booster undo {}` restores {what}", entry.run.name())
            }
            Undo::Done => "it has been undone since".to_owned(),
            Undo::NoBackup if has_restored(entry) => "it cannot be undone: there is no backup".to_owned(),
            Undo::NoBackup => "it cannot be undone: the previous values are not known".to_owned(),
        },
    ));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    report.answer("history", json!([document(entry, entries, backups)]), table(&rows));
    Ok(())
}
