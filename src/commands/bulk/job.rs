//! A bulk run from its database to its report: what `bulk patch`, `bulk resume` and `undo` have in common.

use std::fs::File;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::ending::Ending;
use super::observer::JobObserver;
use super::summary::of_files;
use crate::app::App;
use crate::bulk::check::Checker;
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, RunFolder};
use crate::bulk::input::Blocks;
use crate::bulk::journal::Journal;
use crate::bulk::options::RunOptions;
use crate::bulk::results;
use crate::bulk::row::Job;
use crate::bulk::state::{Counts, State};
use crate::bulk::work::{Work, changed, not_stored};
use crate::commands::interaction::TerminalInteraction;
use crate::config::Profile;
use crate::failure::Failure;
use crate::guard::Permission;
use crate::input::rows::Rows;
use crate::model::problem::{Level, Problem};
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::pipeline::service::Service;
use crate::platform::boot;
use crate::report::Report;
use crate::state::history::{Entry, Progress, Run, format_time};

/// How many reasons are shown of each kind of row.
const REASONS: usize = 20;

/// A run that may send.
pub struct Prepared<'a> {
    pub profile: &'a Profile,
    pub run: Run,
    pub folder: RunFolder,
    pub head: Head,
    pub database: Database,
    pub permission: &'a Permission,
    pub run_options: &'a RunOptions,
}

/// Sends what is pending, and reports what came of it.
///
/// # Errors
/// What ends the run before or between its rows; the report says what is known of them.
pub async fn send(
    prepared: Prepared<'_>,
    interaction: &TerminalInteraction<'_>,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let Prepared { profile, run, folder, mut head, mut database, permission, run_options } = prepared;
    report.part("run", run.name().into());
    report.part("folder", folder.path.to_string_lossy().into());
    report.part("input", input_json(&head));
    database.claim(boot::id().as_deref()).map_err(not_stored)?;
    let input = input_of(&head, &folder, &database)?;
    let journal = Journal::new(database, head.rows).map_err(not_stored)?;
    let pace = run_options.pace(head.shard);
    let service = Service::of_job(profile, interaction, run.clone(), pace, run_options.concurrency.into());
    service.credential().await?;
    interaction.of_rows();
    let mut observer =
        JobObserver::new(app, &head, &folder, &journal.counts(), run_options.events.as_deref())?;
    note(&head, &run, Progress::Begun, None, profile, report)?;
    let job = Job {
        command: command_of(&head.command),
        run: run.name(),
        profile,
        checker: Checker::of(&head, profile)?,
        options: head.options.patch_options(head.reason.clone()),
        resend_unknown: run_options.resend_unknown,
        restores: head.undoes.is_some().then_some(head.options.force),
        shard: head.shard,
        permission,
        service: &service,
        interaction,
        journal: &journal,
    };
    let rows = Rows::open(profile.patching.record, &head.input, input, &head.options.rows());
    let rows = rows.map_err(|problems| changed(&head.input, problems))?;
    let work = Work::new(&job, rows, &head.input, run_options).map_err(not_stored)?;
    app.interrupts.about_to_send();
    let why = work.run(async || app.interrupts.signal().await, &mut observer).await;
    app.interrupts.ended();
    // From here on the run's database is only read, but for how it ended.
    let mut database = journal.close().map_err(not_stored)?;
    let counts = database.counts(head.rows).map_err(not_stored)?;
    let ending = Ending::of(why, &counts, &head);
    if counts.pending == 0 {
        ending.store(&mut head, &mut database).map_err(not_stored)?;
    }
    observer.finish(head.outcome.as_deref(), &counts);
    note(&head, &run, Progress::Ended(ending.outcome), Some(ending.exit_code()), profile, report)?;
    tell(ending, &head, &folder, &database, &counts, profile, report)
}

/// The input of the run, which has to be what it was when it was checked.
fn input_of(head: &Head, folder: &RunFolder, database: &Database) -> Result<Blocks<File>, Failure> {
    let blocks = database.blocks().map_err(not_stored)?;
    let path = folder.input_path(head);
    let file = File::open(&path).map_err(|error| {
        Failure::usage(format!("cannot read {}: {error}", path.display()))
            .hint("the run needs its input: put the file back where it was")
    })?;
    Ok(Blocks::again(file, blocks))
}

fn command_of(word: &str) -> &'static str {
    if word == "undo" { "undo" } else { "bulk patch" }
}

/// What is known of the rows, in the report.
fn tell(
    ending: Ending,
    head: &Head,
    folder: &RunFolder,
    database: &Database,
    counts: &Counts,
    profile: &Profile,
    report: &mut Report,
) -> Result<(), Failure> {
    let (outcome, code) = (ending.outcome.word().to_owned(), ending.exit_code());
    let ended = Head { outcome: Some(outcome), exit_code: Some(code), ..head.clone() };
    report.outcome = ending.outcome;
    report.exit_code = ending.exit_code;
    report.problems.extend(ending.problems);
    report.part("counts", json!(counts));
    for state in [State::Failed, State::Unknown, State::Skipped] {
        report.problems.extend(reasons(database, state).map_err(not_stored)?);
    }
    // What became of the rows does not depend on it.
    let files = results::write(&folder.path, &ended, database, profile.patching.record, counts);
    let files = files.unwrap_or_else(|failure| {
        let warnings =
            failure.problems.into_iter().map(|problem| Problem { level: Level::Warning, ..problem });
        report.problems.extend(warnings);
        results::Files::new()
    });
    report.part("results", files.iter().map(|(name, path)| (*name, json!(path.to_string_lossy()))).collect());
    report.text = format!("Run {}: {}.\n{}", head.run, counts.describe(), of_files(&files));
    report.afterword = next_steps(head, counts, &files);
    if counts.pending == 0 && counts.unknown == 0 {
        folder.forget_input();
    }
    Ok(())
}

/// Why rows are in this state, as problems of the run.
fn reasons(database: &Database, state: State) -> Result<Vec<Problem>, Error> {
    let reasons = database.reasons(state, REASONS)?.into_iter().map(|reason| {
        let id = match state {
            State::Unknown | State::Sent => Outcome::Unknown,
            State::Skipped => Outcome::Stopped,
            State::Done | State::Unchanged | State::Failed => Outcome::Partial,
        };
        let first = match reason.customer {
            Some(customer) => format!("row {}, customer {customer}", reason.first),
            None => format!("row {}", reason.first),
        };
        let which = match reason.rows {
            1 => first,
            more => format!("{} rows, the first of which is {first}", grouped(more)),
        };
        let message = if reason.message.is_empty() {
            "it is not known whether it was applied"
        } else {
            &reason.message
        };
        let problem = Problem::of(id, format!("{which}: {message}"));
        Problem { hint: reason.hint, ..problem }
    });
    Ok(reasons.collect())
}

/// What a person does next.
fn next_steps(head: &Head, counts: &Counts, files: &results::Files) -> String {
    let mut steps = Vec::new();
    if counts.unknown > 0 {
        steps.push(format!(
            "`booster bulk resume {}` reads the unknown rows back; those it cannot settle are sent only with \
            --resend-unknown.",
            head.run
        ));
    }
    // What an undo did not restore was kept back for its own reason, and what it holds is the record of then.
    if let Some(failed) = files.get("failed").filter(|_| head.undoes.is_none()) {
        let behind = files
            .get("skipped")
            .map_or_else(String::new, |skipped| format!(", and {} after it", skipped.display()));
        let options = head.options.of_corrections();
        let options = if options.is_empty() {
            String::new()
        } else {
            format!(" and the same options ({})", options.join(", "))
        };
        steps.push(format!(
            "Correct {}, then send it{behind} with `booster bulk patch`{options}.",
            failed.display()
        ));
    }
    if head.options.backup && counts.done > 0 && head.undoes.is_none() {
        steps.push(format!("`booster undo {}` restores the previous values.", head.run));
    }
    steps.join("\n")
}

/// What `-o json` says of the input.
pub fn input_json(head: &Head) -> Json {
    json!({ "name": head.input, "format": head.format, "rows": head.rows, "bytes": head.size,
        "sha256": head.digest })
}

/// One line of the history for the whole run.
fn note(
    head: &Head,
    run: &Run,
    progress: Progress,
    exit_code: Option<u8>,
    profile: &Profile,
    report: &mut Report,
) -> Result<(), Failure> {
    let entry = Entry {
        run: run.clone(),
        time: head.started.clone(),
        command: head.command.clone(),
        profile: head.profile.clone(),
        service: head.service.clone(),
        customer: None,
        rows: Some(head.rows),
        fields: head.fields.clone(),
        progress,
        exit_code: exit_code.unwrap_or(Outcome::Unknown.exit_code()),
        status: None,
        backup: None,
        not_restored: Vec::new(),
        undoes: head.undoes.as_deref().and_then(Run::read),
        reason: head.reason.clone(),
    };
    crate::pipeline::history::note_run(&entry, profile, &mut report.problems)
}

/// The time at which a run starts, as it is stored.
pub fn now() -> String {
    format_time(Timestamp::now())
}
