//! `booster undo`: sets a customer back to how it was before a patch that has a backup.

use std::rc::Rc;

use serde_json::json;

use super::App;
use super::carry_out::{DryRun, Errand, carry_out};
use super::inputs::{Inputs, Strictness};
use super::permit::{Confirmation, Shown};
use super::read_back::{Around, Care, ReadBack, readable, service_name};
use super::service::Service;
use crate::backup::{Backups, Note};
use crate::doors::file::{self, FromFile};
use crate::doors::flags::field_by_name;
use crate::doors::tree::Format;
use crate::escape::quoted;
use crate::failure::{Failure, Outcome};
use crate::field::{Field, Kind};
use crate::history::Run;
use crate::input;
use crate::patch::Patch;
use crate::private;
use crate::problem::{FileText, Level, Problem, Source};
use crate::profile::Profile;
use crate::report::Report;
use crate::undo::Plan;

/// The word for the newest patch of the profile's service that can be undone.
const LAST: &str = "last";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A patch can be undone if it was sent with --backup, or with backup = true in the profile. What it changed is set back;
a field that somebody else has changed since is left alone, and stops the undo. `booster history` lists the runs.")]
pub struct Args {
    /// The run to undo, by its name or the beginning of it; the newest one unless given
    #[arg(default_value = LAST, hide_default_value = true, value_name = "RUN|last")]
    run: String,
    /// Show what would be set back, and send nothing: text, http, json, curl. The exit code is 10 when something would
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    #[arg(value_name = "FORM", hide_possible_values = true)]
    dry_run: Option<DryRun>,
    /// Set back what others have changed since, too: all of it, or these fields alone
    #[arg(long, value_name = "FIELD,…", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    force: Option<String>,
    /// Do not check whether a required field is missing
    #[arg(long)]
    unchecked: bool,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    care: Care,
}

/// # Errors
/// Every way in which an undo can fail; the report keeps what was known until then.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = Profile::resolve(&app.global.wanted())?;
    report.profile = profile.name.clone();
    let wish = ReadBack { fill: true, diff: true, force: args.force.is_some(), care: args.care.clone() };
    wish.allowed_by(&profile, Some("undo"), args.dry_run.is_some())?;
    let (backups, note) = find(&args.run, &service_name(&profile, app), &profile)?;
    report.customer = Some(note.customer);
    report.part("undoes", json!(note.run.name()));

    let before = read(&note.backup.to_string_lossy(), None)?;
    let sent = sent(&note)?;
    let mut service = Service::new(&profile, app);
    let current = service.read(note.customer, report).await?;
    readable(&current, |field| sent.mentions(field))?;
    let plan = Plan::new(&before, &sent, &note.taken, &current);
    refuse_changed(&plan, args.force.as_deref(), report)?;
    report.problems.extend(plan.lost.iter().map(|field| lost(field)));
    report.problems.extend(plan.emptied.iter().map(|field| emptied(field)));

    let mut around = Around::new("undo", note.customer, &wish, &profile, app);
    around.current = Some(current);
    around.taken = plan.taken.clone();
    around.undoes = Some(note.run.clone());
    if plan.is_empty() {
        report.part("diff", json!([]));
        around.unchanged(report);
        return Ok(());
    }
    let run = around.run.clone();
    let strictness = Strictness { unchecked: args.unchecked || note.unchecked, strict: false };
    let (inputs, confirmation) = (Inputs::restored(plan.patch), &args.confirmation);
    let errand =
        Errand { inputs, strictness, dry_run: args.dry_run, confirmation, shown: Shown::Nothing, around };
    carry_out(errand, &mut service, report).await?;
    if report.outcome == Outcome::Sent {
        mark(&backups, note, run, report);
    }
    Ok(())
}

/// The note of a run: a run that was undone, or that is an undo itself, has to be named to be undone.
fn find(wanted: &str, service: &str, profile: &Profile) -> Result<(Backups, Note), Failure> {
    let nothing = |message: String| {
        Failure::usage(message).hint(
            "a patch can be undone if it was sent with --backup, or with backup = true in the profile; \
             `booster history` lists what was sent",
        )
    };
    let folder =
        private::state_folder().ok_or_else(|| nothing("this system has no folder for backups".into()))?;
    let backups = Backups::of(&folder);
    let notes = backups.notes();
    let elsewhere = |note: &Note| {
        let whose = note.profile.as_ref().map_or_else(String::new, |name| format!(" (profile {name})"));
        let failure = Failure::usage(format!(
            "run {} went to {}{whose}, not to {service}",
            note.run.name(),
            note.service
        ));
        failure.hint(match &note.profile {
            Some(name) if profile.name.as_ref() != Some(name) => format!("name that profile: -p {name}"),
            Some(_) | None => "name that address with --base-url".to_owned(),
        })
    };
    if wanted == LAST {
        let is_open = |note: &&Note| note.undone.is_none() && note.undoes.is_none();
        let mut open = notes.iter().filter(is_open).peekable();
        let newest = open.peek().copied();
        return match (open.find(|note| note.service == service), newest) {
            (Some(note), _) => Ok((backups, note.clone())),
            (None, Some(newest)) => Err(elsewhere(newest)),
            (None, None) => Err(nothing("there is nothing to undo".to_owned())),
        };
    }
    let named: Vec<&Note> = notes.iter().filter(|note| note.run.name().starts_with(wanted)).collect();
    match named.as_slice() {
        [note] if note.service == service => Ok((backups, (*note).clone())),
        [note] => Err(elsewhere(note)),
        [] => Err(nothing(format!("no run {} has a backup", quoted(wanted)))),
        [first, second, ..] => Err(Failure::usage(format!(
            "{} is the beginning of several runs",
            quoted(wanted)
        ))
        .hint(format!("write more of it, as in {} or {}", first.run.name(), second.run.name()))),
    }
}

/// Reads a file as a patch.
fn read(path: &str, format: Option<Format>) -> Result<Patch, Failure> {
    let gone = |error: input::Unreadable| {
        Failure::usage(format!("the backup is gone: {error}"))
            .hint("a backup in the state folder is kept for the profile's backup_days")
    };
    let bytes = input::read_bytes(path).map_err(gone)?;
    let text = input::decode(path, bytes).map_err(|wrong| Failure::problem(wrong.problem()))?;
    patch_of(&text, format)
}

fn patch_of(text: &Rc<FileText>, format: Option<Format>) -> Result<Patch, Failure> {
    let mut problems = Vec::new();
    let FromFile { patch, .. } = file::patch(text, format, &mut problems);
    if problems.is_empty() { Ok(patch) } else { Err(Failure::problems(problems)) }
}

/// What was sent, as the note holds it.
fn sent(note: &Note) -> Result<Patch, Failure> {
    let text = serde_json::Value::Object(note.sent.clone()).to_string();
    let path = format!("the note of run {}", note.run.name());
    patch_of(&Rc::new(FileText::new(&path, text, false)), Some(Format::Json))
}

/// Stops where somebody else has changed what would be set back, but for the fields that may be.
fn refuse_changed(plan: &Plan, force: Option<&str>, report: &mut Report) -> Result<(), Failure> {
    let named: Vec<&str> =
        force.iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty()).collect();
    let mut forced = Vec::new();
    for name in &named {
        forced.push(field_by_name(name).ok_or_else(|| {
            let fault = file::unknown(&crate::customer::CUSTOMER, name);
            Failure::problem(fault.at(*name, Some(Source::flag("force"))))
        })?);
    }
    let is_forced = |field: &Field| {
        force.is_some() && (named.is_empty() || forced.iter().any(|own: &&Field| own.name == field.name))
    };
    let (forced, refused): (Vec<&Field>, Vec<&Field>) =
        plan.changed.iter().copied().partition(|field| is_forced(field));
    let problem = |field: &Field, level: Level, then: &str, hint: Option<String>| Problem {
        id: Outcome::Stopped.word(),
        level,
        field: Some(field.name.to_owned()),
        source: None,
        message: format!("{} has been changed by somebody else since{then}", field.name),
        hint,
    };
    if refused.is_empty() {
        let said =
            forced.iter().map(|field| problem(field, Level::Warning, ", and is set back all the same", None));
        report.problems.extend(said);
        return Ok(());
    }
    let hint = |field: &Field| Some(format!("to set it back all the same, add --force={}", field.name));
    let problems =
        refused.iter().map(|field| problem(field, Level::Error, "; nothing was sent", hint(field)));
    Err(Failure { outcome: Outcome::Stopped, problems: problems.collect() })
}

fn lost(field: &Field) -> Problem {
    let why = match field.kind {
        Kind::Bool | Kind::Date => "it had no value that was known, and a date or a bool cannot be cleared",
        Kind::Text | Kind::List(_) => "it had no value that was known",
    };
    let message = format!("{} stays as it was sent: {why}", field.name);
    Problem { field: Some(field.name.to_owned()), ..Problem::warning("backup", message) }
}

fn emptied(field: &Field) -> Problem {
    let message =
        format!("{} is cleared: the answer carries it now, and did not before the patch", field.name);
    Problem { field: Some(field.name.to_owned()), ..Problem::warning("backup", message) }
}

/// Notes that the run was undone, so that `last` means the one before it from now on.
fn mark(backups: &Backups, note: Note, by: Run, report: &mut Report) {
    let run = note.run.name().to_owned();
    if let Err(error) = backups.keep(&Note { undone: Some(by), ..note }) {
        let message = format!("it cannot be noted that run {run} was undone: {error}");
        report.problems.push(Problem::warning("backup", message));
    }
}
