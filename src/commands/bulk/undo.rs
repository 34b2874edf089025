//! `booster undo` of a bulk run: a run of its own, which restores what the other one has changed.

use std::io::{BufWriter, Write};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::job::{self, Prepared};
use super::resume;
use crate::app::App;
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, RunFolder, Runs};
use crate::bulk::input::{fingerprint, hex};
use crate::bulk::job_options::JobOptions;
use crate::bulk::options::RunOptions;
use crate::commands::interaction::TerminalInteraction;
use crate::config::Profile;
use crate::failure::Failure;
use crate::guard;
use crate::model::customer::ID_KEY;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::pipeline::options::Sending;
use crate::platform::{boot, private};
use crate::report::Report;
use crate::state::history::Run;

/// What the command line says.
pub struct Wanted<'a> {
    pub sending: &'a Sending,
    pub unchecked: bool,
    /// Whether what others have changed since is restored as well.
    pub force: bool,
}

/// Restores what a bulk run has changed, row by row, the last one first.
///
/// # Errors
/// Usage, where the run has no backup; everything that ends a bulk run.
pub async fn run(
    undone: Run,
    from: RunFolder,
    wanted: &Wanted<'_>,
    profile: &Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    report.part("undoes", undone.name().into());
    guard::forbid(&profile.guard)?;
    let (mut source, of) = resume::open(&undone, &from).await?;
    resume::same_target(&of, profile)?;
    if !of.options.backup {
        let message = format!("run {} has no backup, so it cannot be undone", undone.name());
        return Err(Failure::usage(message).hint("a run can be undone if it was sent with --backup"));
    }
    let run = Run::new(Timestamp::now());
    let folder = Runs::of_user()?.run(&run);
    let (database, head) = create(&run, &folder, &source, &of, wanted, profile)?;
    if let (Some(by), false) = (&of.undone, app.json) {
        app.terminal.say(&format!("It has already been undone, by run {by}."));
    }
    let made = Made { folder: &folder, is_wanted: std::cell::Cell::new(false) };
    let interaction = TerminalInteraction::new(app);
    let rows = if head.rows == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(head.rows)) };
    let shown = format!(
        "Undoing run {} of {}: {rows}, fields {}.",
        undone.name(),
        of.started,
        head.fields.join(", ")
    );
    if wanted.sending.dry_run.is_some() {
        report.outcome = Outcome::Planned;
        report.text = format!("{shown}\nNothing was sent.");
        return Ok(());
    }
    if head.rows == 0 {
        report.outcome = Outcome::Unchanged;
        report.text =
            format!("Run {} has changed nothing that could be restored. Nothing was sent.", undone.name());
        return Ok(());
    }
    let permission = interaction.permit_job(profile, wanted.sending.confirm.as_deref(), &shown)?;
    made.is_wanted.set(true);
    let run_options = RunOptions::default();
    let prepared = Prepared {
        profile,
        run: run.clone(),
        folder: folder.clone(),
        head,
        database,
        permission: &permission,
        run_options: &run_options,
    };
    let ended = job::send(prepared, &interaction, app, report).await;
    if report.outcome == Outcome::Done {
        source.set("undone", run.name().into()).map_err(crate::bulk::work::not_stored)?;
    }
    ended
}

/// A folder that goes unless the run begins.
struct Made<'a> {
    folder: &'a RunFolder,
    is_wanted: std::cell::Cell<bool>,
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        if !self.is_wanted.get() {
            let _ = self.folder.remove();
        }
    }
}

/// Makes the run: its input has a line for each row with the values before, its database what was sent.
fn create(
    run: &Run,
    folder: &RunFolder,
    source: &Database,
    of: &Head,
    wanted: &Wanted<'_>,
    profile: &Profile,
) -> Result<(Database, Head), Failure> {
    let not_made = |error: &dyn std::fmt::Display| {
        let message = format!("the run's folder {} cannot be written: {error}", folder.path.display());
        Failure::new(Outcome::Failed, format!("{message}; nothing was sent")).hint("make room on the disk")
    };
    folder.make().map_err(|error| not_made(&error))?;
    let file = private::new_file().open(folder.input()).map_err(|error| not_made(&error))?;
    let mut file = BufWriter::new(file);
    let mut rows = 0;
    source
        .each_backup(|row, values| -> Result<(), Unmade> {
            let mut line: Map<String, Json> = Map::new();
            line.insert(ID_KEY.to_owned(), row.customer.into());
            line.extend(serde_json::from_str::<Map<String, Json>>(&values.before).unwrap_or_default());
            rows += 1;
            writeln!(file, "{}", Json::Object(line)).map_err(Unmade::Io)
        })
        .map_err(|error| not_made(&error))?;
    let file = file.into_inner().map_err(|error| not_made(&error.into_error()))?;
    file.sync_all().map_err(|error| not_made(&error))?;
    let input = fingerprint(&folder.input()).map_err(|error| not_made(&error))?;
    let head = Head {
        run: run.name().to_owned(),
        command: "undo".to_owned(),
        started: job::now(),
        user: crate::environment::user(),
        input: format!("the backup of run {}", of.run),
        path: folder.input(),
        digest: hex(&input.digest),
        size: input.size,
        format: "JSON lines, UTF-8".to_owned(),
        rows,
        options: JobOptions::undoing(&of.options, wanted.sending, wanted.unchecked, wanted.force),
        reason: wanted.sending.reason.clone(),
        days: profile.reading.backup_days,
        boot: boot::id(),
        undoes: Some(of.run.clone()),
        undone: None,
        shard: None,
        outcome: None,
        exit_code: None,
        ..of.clone()
    };
    let path = folder.database();
    let mut database = Database::create(&path, &head.to_json(), &mut std::iter::empty(), &input.blocks)
        .map_err(|error| not_made(&error))?;
    database.take_backup(source).map_err(|error| not_made(&error))?;
    Ok((database, head))
}

/// Why the run of an undo cannot be made.
#[derive(Debug, thiserror::Error)]
enum Unmade {
    #[error("{0}")]
    Database(#[from] Error),
    #[error("{0}")]
    Io(std::io::Error),
}
