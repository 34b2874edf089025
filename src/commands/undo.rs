//! `booster undo`: sets a customer back to how it was before a patch that has a backup.

use std::rc::Rc;

use serde_json::json;

use super::bulk;
use super::interaction::TerminalInteraction;
use super::patch_report::{read_and_report, send_and_report, unchanged};
use super::run_lookup::{self, LAST};
use crate::app::App;
use crate::bulk::folder::{RunFolder, Runs};
use crate::document::read;
use crate::failure::Failure;
use crate::input::file::{self, FromFile};
use crate::input::flags::field_by_name;
use crate::model::diff;
use crate::model::field::{Field, Need, Record};
use crate::model::patch::{Patch, Value};
use crate::model::problem::{FileText, Level, Problem, ProblemId, Rule, Source};
use crate::model::record::Snapshot;
use crate::model::revert::{self, Plan};
use crate::model::{rules, wire};
use crate::outcome::Outcome;
use crate::pipeline::fill::ensure_readable;
use crate::pipeline::gather::Inputs;
use crate::pipeline::options::{Force, PatchOptions, Sending, Strictness};
use crate::pipeline::service::Service;
use crate::pipeline::{PatchContext, PatchResult};
use crate::report::Report;
use crate::state::backup::{Backups, Note};
use crate::state::history::Run;
use crate::views::diff_view;

/// Every field, where `--force` names none.
const ALL: &str = "*";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A patch can be undone if it was sent with --backup, or with backup = true in the profile. The fields that \
it changed are restored. If one of them has been changed since, nothing is sent, unless --force allows \
it. If the service did not show a field before the patch, its previous value is not known: it stays as it \
was sent, and --force=FIELD clears it. `booster history` lists the runs. With --dry-run the exit code is \
10 if anything would be restored.")]
pub struct Args {
    /// The run to undo: its name, or the beginning of it [default: the newest]
    #[arg(default_value = LAST, hide_default_value = true, value_name = "RUN|last")]
    run: String,
    #[command(flatten)]
    sending: Sending,
    /// Also restore fields that others have changed since: all, or only these
    #[arg(long, value_name = "FIELD,…", num_args = 0..=1, require_equals = true, default_missing_value = ALL)]
    force: Option<String>,
    /// Do not check whether a required field is missing
    #[arg(long)]
    unchecked: bool,
}

/// # Errors
/// Every way in which an undo can fail; the report keeps what was known until then.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = super::resolve_profile(app, report)?;
    let force = force_of(args.force.as_deref(), profile.patching.record)?;
    args.options(false).check(&profile, Some("undo"))?;
    if args.run == LAST && !profile.is_sandbox {
        // The newest run of which service is not known otherwise.
        profile.target()?;
    }
    if let Some((run, folder)) = bulk_run(&args.run)? {
        let force = match force {
            Force::None => false,
            Force::All => true,
            Force::Fields(_) => return Err(no_fields_of_many()),
        };
        let wanted = bulk::undo::Wanted { sending: &args.sending, unchecked: args.unchecked, force };
        return bulk::undo::run(run, folder, &wanted, &profile, app, report).await;
    }
    let (backups, note) = run_lookup::find(&args.run, &profile)?;
    let options = args.options(note.unchecked);
    report.customer = Some(note.customer);
    report.part("undoes", json!(note.run.name()));
    if !app.json {
        app.terminal.say(&format!(
            "Undoing run {} of {}, customer {}.",
            note.run.name(),
            note.time,
            note.customer
        ));
        if let Some(by) = note.undone.as_ref().filter(|by| **by != note.run) {
            app.terminal.say(&format!("It has already been undone, by run {}.", by.name()));
        }
    }

    let record = profile.patching.record;
    let before = before(&note, record)?;
    let mut sent = sent(&note, record)?;
    let lists = revert::take_lists(&mut sent, profile.reading.lists);
    let interaction = TerminalInteraction::new(app);
    let service = Service::new(&profile, &interaction);
    let current = read_and_report(note.customer, &service, app, report).await?;
    ensure_readable(&current, |field| sent.mentions(field))?;
    let named: &[&'static Field] = if let Force::Fields(named) = &force { named } else { &[] };
    let plan = Plan::new(&before, &sent, &note.filled, named, &current);
    let warnings = refuse_changed(&plan, &force, &sent, &current, &note)?;
    if plan.is_empty() {
        if !lists.is_empty() {
            let problems = lists.iter().map(|field| list_stays(field, Level::Error));
            return Err(Failure::with(Outcome::Refused, problems.collect()));
        }
        return nothing_to_send(&plan, (&backups, note), options.is_dry_run(), app, report);
    }
    let lost = plan.lost.iter().map(|field| lost(field, &note, Level::Warning));
    let lists = lists.iter().map(|field| list_stays(field, Level::Warning));
    tell(warnings.into_iter().chain(lost).chain(lists), app, report);
    let mut context = PatchContext::new("undo", note.customer, &profile, &options, &interaction);
    (context.force, context.undoes) = (force, Some(note.run.clone()));
    let inputs = Inputs::restored(plan.patch);
    let result = PatchResult { snapshot: Some(current), filled: plan.filled, ..PatchResult::default() };
    let sent = send_and_report(inputs, &context, &service, result, app, report).await;
    if let Some(run) = sent.map_err(|failure| without_fields(failure, note.customer))? {
        mark(&backups, note, run, report);
    }
    Ok(())
}

/// The bulk run that is meant, where one is: by its name, or as the newest run of all.
fn bulk_run(wanted: &str) -> Result<Option<(Run, RunFolder)>, Failure> {
    let runs = Runs::of_user()?;
    let name = if wanted == LAST { run_lookup::newest_bulk() } else { Some(wanted.to_owned()) };
    Ok(name.and_then(|name| runs.find(&name).ok()))
}

fn no_fields_of_many() -> Failure {
    Failure::usage("--force=FIELD is for a single patch; a bulk run is undone with --force alone")
        .hint("use --force to restore what others have changed since as well")
}

/// An undo takes no fields: what the record lacks has to be there first.
fn without_fields(mut failure: Failure, customer: u32) -> Failure {
    let is_missing =
        |problem: &&mut Problem| problem.source.is_none() && problem.id.word().starts_with("required");
    for problem in failure.problems.iter_mut().filter(is_missing) {
        problem.hint = Some(format!(
            "the customer's record has no value: set it first with `booster customer patch {customer} \
            --fill`, or add --unchecked"
        ));
    }
    failure
}

impl Args {
    /// What is set back is compared with the record, and filled from it. A patch that was sent unchecked is set back
    /// unchecked.
    fn options(&self, was_unchecked: bool) -> PatchOptions {
        PatchOptions {
            fill: true,
            diff: true,
            strictness: Strictness { unchecked: self.unchecked || was_unchecked, strict: false },
            sending: self.sending.clone(),
            keeps_values: false,
        }
    }
}

/// Ends without sending: all that can be set back is back already, and the run counts as undone; or nothing of it is
/// known.
fn nothing_to_send(
    plan: &Plan,
    (backups, note): (&Backups, Note),
    is_dry_run: bool,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    if !plan.lost.is_empty() && plan.restored.is_empty() {
        let problems = plan.lost.iter().map(|field| {
            let problem = lost(field, &note, Level::Error);
            let older = "to undo an older run, name it: `booster history` lists them";
            if problem.hint.is_none() { problem.hint(older) } else { problem }
        });
        return Err(Failure::with(Outcome::Stopped, problems.collect()));
    }
    tell(plan.lost.iter().map(|field| lost(field, &note, Level::Warning)), app, report);
    report.part("diff", json!([]));
    unchanged(note.customer, report);
    if !is_dry_run {
        let run = note.run.clone();
        mark(backups, note, run, report);
    }
    Ok(())
}

/// What a person has to know before anything goes out; in the document it is with the other problems.
fn tell(problems: impl Iterator<Item = Problem>, app: &App<'_>, report: &mut Report) {
    for mut problem in problems {
        if app.json {
            report.problems.push(problem);
        } else {
            app.hints.fit(&mut problem);
            app.terminal.problem(&problem);
        }
    }
}

/// Which fields `--force` is about.
fn force_of(force: Option<&str>, record: &'static Record) -> Result<Force, Failure> {
    let names = match force {
        None => return Ok(Force::None),
        Some(ALL) => return Ok(Force::All),
        Some(names) => names.split(',').filter(|name| !name.is_empty()),
    };
    let known = |name: &str| {
        let unknown = || file::unknown(record, name).at(name, Source::flag("force"));
        field_by_name(record, name).ok_or_else(|| Failure::problem(unknown()))
    };
    let fields = names.map(known).collect::<Result<Vec<_>, Failure>>()?;
    if fields.is_empty() {
        let hint = "name fields, as in --force=notes, or write --force for all fields";
        let problem = Problem::usage("--force= has no field after it").at(Source::flag("force")).hint(hint);
        return Err(Failure::problem(problem));
    }
    Ok(Force::Fields(fields))
}

/// What the fields held before, from the backup's file.
///
/// # Errors
/// If the file is gone, is about another customer, or does not hold what was written into it.
fn before(note: &Note, record: &'static Record) -> Result<Patch, Failure> {
    let path = note.backup.to_string_lossy();
    let gone = |error: read::Unreadable| {
        Failure::usage(format!("the backup cannot be used: {error}"))
            .hint("backups are removed after the profile's backup_days")
    };
    let bytes = read::read_regular(&note.backup).map_err(gone)?;
    let text = read::decode(&path, bytes).map_err(|wrong| Failure::problem(*wrong))?;
    let FromFile { patch, id, .. } = patch_of(record, &text)?;
    let by_hand = |message: String| {
        Failure::new(Outcome::Stopped, message).hint(format!(
            "to send what it contains now: `booster customer patch {} --from FILE`",
            note.customer
        ))
    };
    if let Some((id, _)) = id.filter(|(id, _)| rules::same_id(note.customer, id).is_err()) {
        let (run, customer) = (note.run.name(), note.customer);
        return Err(by_hand(format!(
            "{path} is now for customer {id}, but run {run} changed customer {customer}; nothing was sent"
        )));
    }
    if wire::object(&patch) != note.before {
        return Err(by_hand(format!("{path} has been changed since it was written; nothing was sent")));
    }
    Ok(patch)
}

fn patch_of(record: &'static Record, text: &Rc<FileText>) -> Result<FromFile, Failure> {
    let mut problems = Vec::new();
    let read = file::patch(record, text, None, &mut problems);
    if problems.is_empty() { Ok(read) } else { Err(Failure::problems(problems)) }
}

/// What was sent, as the note holds it.
fn sent(note: &Note, record: &'static Record) -> Result<Patch, Failure> {
    let text = serde_json::Value::Object(note.sent.clone()).to_string();
    file::of_json(record, &text, &format!("the backup data of run {}", note.run.name()))
}

fn list_stays(field: &Field, level: Level) -> Problem {
    let message = "stays as it is: the service only adds to lists, so a list cannot be restored";
    Problem::new(Rule::CANNOT_CLEAR, level, message)
        .on(field.name)
        .hint("the profile says lists = \"append\"")
}

/// Stops where somebody else has changed what would be set back, or may have, but for the fields that may be; those
/// are to be told.
fn refuse_changed(
    plan: &Plan,
    force: &Force,
    sent: &Patch,
    current: &Snapshot,
    note: &Note,
) -> Result<Vec<Problem>, Failure> {
    let what = |field: &Field| match current.uncertain.get(field.name) {
        Some(found) => format!("may have been changed since, as its date is uncertain: {}", found.describe()),
        None if plan.unknown.iter().any(|own| own.name == field.name) => {
            "may have been changed since: it is not in the service's response".to_owned()
        }
        None => {
            let own = sent.clone().only(|own, _| own.name == field.name);
            let found = diff::between(current, &own);
            let places = found.iter().take(3).map(diff_view::not_saved).collect::<Vec<_>>().join("; ");
            format!("has been changed since: {places}")
        }
    };
    let all: Vec<&'static Field> = plan.changed.iter().chain(&plan.unknown).copied().collect();
    let (set, refused): (Vec<_>, Vec<_>) = all.iter().partition(|field| force.covers(field));
    let problem = |field: &Field, level: Level, end: &str| {
        Problem::new(Outcome::Stopped, level, format!("{}; {end}", what(field))).on(field.name)
    };
    if refused.is_empty() {
        let warnings = set.into_iter().map(|field| problem(field, Level::Warning, "it is restored anyway"));
        return Ok(warnings.collect());
    }
    // One line for all of them, since nothing is sent while one is left.
    let names = all.iter().map(|field| field.name).collect::<Vec<_>>().join(",");
    let hint = format!("to restore it anyway: {}", line(note, &names));
    let problems =
        refused.into_iter().map(|field| problem(field, Level::Error, "nothing was sent").hint(hint.clone()));
    Err(Failure::with(Outcome::Stopped, problems.collect()))
}

/// The command line that undoes this run and forces these fields.
fn line(note: &Note, fields: &str) -> String {
    let profile = note.profile.as_ref().map_or_else(String::new, |name| format!(" -p {name}"));
    format!("`booster undo {}{profile} --force={fields}`", note.run.name())
}

fn lost(field: &Field, note: &Note, level: Level) -> Problem {
    let why = if clearable(field) {
        "its previous value is not known"
    } else {
        "its previous value is not known, and it cannot be cleared"
    };
    let message = format!("{} stays as it was sent: {why}", field.name);
    let hint = clearable(field).then(|| format!("to clear it: {}", line(note, field.name)));
    Problem { hint, ..Problem::new(ProblemId::Backup, level, message).on(field.name) }
}

fn clearable(field: &Field) -> bool {
    field.need == Need::Optional && Value::empty(field).is_some()
}

/// Notes that the run was undone, so that `last` means the one before it from now on.
fn mark(backups: &Backups, note: Note, by: Run, report: &mut Report) {
    let run = note.run.name().to_owned();
    if let Err(error) = backups.write_note(&Note { undone: Some(by), ..note }) {
        let message = format!("it could not be recorded that run {run} was undone: {error}");
        report.problems.push(Problem::warning(ProblemId::Backup, message));
    }
}
