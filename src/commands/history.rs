//! `booster history`: what was sent, newest first.

use serde_json::{Value as Json, json};

use super::run_lookup::{LAST, by_name};
use crate::escape::{escaped, quoted};
use crate::failure::Failure;
use crate::model::problem::{Problem, ProblemId};
use crate::model::rules;
use crate::platform::private;
use crate::report::Report;
use crate::state::backup::Backups;
use crate::state::history::{Entry, History, Run};
use crate::terminal::table;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "The history holds the names of fields and never a value. With -o json it stands under `history`."
)]
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
    /// Show all that is known of one run
    Show {
        /// The run, by its name or the beginning of it; last for the newest one
        run: String,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct List {
    /// So many runs at most
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = number)]
    limit: u32,
    /// The runs about this customer alone
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
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let folder = private::state_folder().ok_or_else(|| {
        Failure::usage("this system has no folder for a history").hint("set XDG_STATE_HOME")
    })?;
    let (entries, unreadable) = History::of(&folder).entries().map_err(|error| {
        Failure::usage(format!("the history in {} cannot be read: {error}", folder.display()))
    })?;
    if unreadable > 0 {
        let message = format!("{unreadable} lines of the history cannot be read");
        report.problems.push(Problem::warning(ProblemId::History, message));
    }
    // Where they cannot be read, no undo can read them either.
    let kept = Backups::of(&folder).runs().unwrap_or_default();
    match &args.what {
        None => list(&args.list, &entries, &kept, report),
        Some(What::List(wanted)) => list(wanted, &entries, &kept, report),
        Some(What::Show { run }) => show(run, &entries, &kept, report)?,
    }
    Ok(())
}

fn list(wanted: &List, entries: &[Entry], kept: &[Run], report: &mut Report) {
    let shown: Vec<&Entry> = entries
        .iter()
        .filter(|entry| wanted.customer.is_none_or(|id| entry.customer == id))
        .take(usize::try_from(wanted.limit).unwrap_or(usize::MAX))
        .collect();
    let head = ["Run", "Service", "Profile", "Customer", "Outcome", "Fields"].map(str::to_owned).to_vec();
    let rows = shown.iter().map(|entry| {
        vec![
            entry.run.name().to_owned(),
            escaped(entry.service.trim_end_matches('/')),
            entry.profile.as_ref().map_or_else(|| "-".to_owned(), |name| escaped(name)),
            entry.customer.to_string(),
            marked(entry, entries),
            entry.fields.join(", "),
        ]
    });
    let text = if shown.is_empty() {
        match wanted.customer {
            Some(id) => format!("Nothing was sent about customer {id} yet."),
            None => "Nothing was sent yet.".to_owned(),
        }
    } else {
        table(std::iter::once(head).chain(rows))
    };
    let shown: Vec<Json> = shown.into_iter().map(|entry| document(entry, entries, kept)).collect();
    report.answer("history", json!(shown), text);
}

/// A run as `-o json` prints it: the stored line, and whether it can be undone now.
fn document(entry: &Entry, entries: &[Entry], kept: &[Run]) -> Json {
    let mut document = json!(entry);
    document["canBeUndone"] = can_be_undone(entry, entries, kept).into();
    document
}

/// Whether `undo` has what it needs of the run, which may have changed something that was not set back since. Of single
/// fields it may yet find that it is not known what they held.
fn can_be_undone(entry: &Entry, entries: &[Entry], kept: &[Run]) -> bool {
    let has_backup = entry.backup.as_ref().is_some_and(|file| std::path::Path::new(file).exists());
    let is_undone = entries.iter().any(|other| other.has_undone(&entry.run));
    entry.progress.may_have_changed() && has_backup && kept.contains(&entry.run) && !is_undone
}

/// The outcome, and what an undo has to do with the run.
fn marked(entry: &Entry, entries: &[Entry]) -> String {
    let is_undone = entries.iter().any(|other| other.has_undone(&entry.run));
    let outcome = entry.progress.word();
    match (&entry.undoes, is_undone) {
        (Some(run), _) => format!("{outcome}, undoes {}", run.name()),
        (None, true) => format!("{outcome}, undone since"),
        (None, false) => outcome.to_owned(),
    }
}

fn show(wanted: &str, entries: &[Entry], kept: &[Run], report: &mut Report) -> Result<(), Failure> {
    let found = if wanted == LAST { entries.first() } else { by_name(wanted, entries, |entry| &entry.run)? };
    let entry = found.ok_or_else(|| {
        Failure::usage(format!("the history has no run {}", quoted(wanted)))
            .hint("`booster history` lists the runs")
    })?;
    let mut rows = vec![
        ("Run", entry.run.name().to_owned()),
        ("Time", entry.time.clone()),
        ("Command", entry.command.clone()),
        ("Profile", entry.profile.clone().unwrap_or_else(|| "-".to_owned())),
        ("Service", entry.service.clone()),
        ("Customer", entry.customer.to_string()),
        ("Fields", entry.fields.join(", ")),
        ("Outcome", format!("{} (exit code {})", entry.progress.word(), entry.exit_code)),
    ];
    rows.extend(entry.reason.as_ref().map(|reason| ("Reason", escaped(reason))));
    rows.extend(entry.status.map(|status| ("Status", status.to_string())));
    rows.extend(entry.undoes.as_ref().map(|run| ("Undoes", run.name().to_owned())));
    rows.extend(entry.backup.as_ref().map(|file| {
        let is_there = std::path::Path::new(file).exists();
        ("Backup", if is_there { file.clone() } else { format!("{file} (gone)") })
    }));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    report.answer("history", json!([document(entry, entries, kept)]), table(&rows));
    Ok(())
}
