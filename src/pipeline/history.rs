//! The lines in the history about one run that sends: one before the request goes out, one with the outcome.

use super::backup::WrittenBackup;
use super::run_start::{RunStart, service_name};
use super::{PatchContext, PatchResult, backup};
use crate::config::Profile;
use crate::config::history_mode::HistoryMode;
use crate::failure::Failure;
use crate::model::diff;
use crate::model::patch::Patch;
use crate::model::problem::{Problem, ProblemId};
use crate::outcome::Outcome;
use crate::platform::{editor, folders};
use crate::state::backup::Backups;
use crate::state::history::{self, Entry, History, Progress};

/// Notes that the request is about to go out, in case the process is killed before it can note the outcome.
///
/// # Errors
/// If it cannot be noted and the profile requires a history: then nothing may be sent.
pub fn note_begun(
    start: &RunStart,
    patch: &Patch,
    context: &PatchContext<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    let entry = entry(start, Outcome::Unknown, None, patch, context, result).begun();
    let Err(message) = write(&entry) else { return Ok(()) };
    if required(context.profile) {
        backup::remove(start, result);
        return Err(not_noted(&message));
    }
    warn(message, result);
    Ok(())
}

/// Notes the outcome, and deletes what is old.
pub fn note_ended(
    start: &RunStart,
    ended: &Result<String, Failure>,
    patch: &Patch,
    context: &PatchContext<'_>,
    result: &mut PatchResult,
) {
    let (outcome, exit_code) =
        ended.as_ref().map_or_else(|failure| (failure.outcome, failure.exit_code), |_| (Outcome::Sent, None));
    if let Err(message) = write(&entry(start, outcome, exit_code, patch, context, result)) {
        warn(message, result);
    }
    result.run = Some(start.run.clone());
    if let Some(folder) = folders::state_folder() {
        let backups = Backups::of(&folder);
        if backups.prune(start.time) {
            editor::remove_abandoned(|text| backups.write_unsent(text, start.time).is_ok());
        }
    }
}

/// Adds the line of a bulk run: one when it begins, one when it ends.
///
/// # Errors
/// If it cannot be added and the profile requires a history: then nothing may be sent.
pub fn note_run(entry: &Entry, profile: &Profile, warnings: &mut Vec<Problem>) -> Result<(), Failure> {
    let Err(message) = write(entry) else { return Ok(()) };
    if required(profile) && entry.progress == Progress::Begun {
        return Err(not_noted(&message));
    }
    if !warnings.iter().any(|problem| problem.id == ProblemId::History) {
        warnings.push(Problem::warning(ProblemId::History, message));
    }
    Ok(())
}

fn required(profile: &Profile) -> bool {
    profile.reading.history == HistoryMode::Required && !profile.is_sandbox
}

fn not_noted(message: &str) -> Failure {
    Failure::new(Outcome::Failed, format!("{message}; nothing was sent"))
        .hint("the profile has history = \"required\"")
}

fn entry(
    start: &RunStart,
    outcome: Outcome,
    exit_code: Option<u8>,
    patch: &Patch,
    context: &PatchContext<'_>,
    result: &PatchResult,
) -> Entry {
    let changed = diff::changed(patch, result.snapshot.as_ref());
    Entry {
        run: start.run.clone(),
        time: history::format_time(start.time),
        command: context.command.to_owned(),
        profile: context.profile.name.clone(),
        service: service_name(context.profile),
        customer: Some(context.id),
        rows: None,
        fields: changed.into_iter().map(|field| field.name.to_owned()).collect(),
        progress: Progress::Ended(outcome),
        exit_code: exit_code.unwrap_or(outcome.exit_code()),
        status: result.response.as_ref().map(|response| response.status),
        backup: result.backup.as_ref().map(|backup| backup.file.to_string_lossy().into_owned()),
        not_restored: result.backup.as_ref().map(WrittenBackup::not_restored).unwrap_or_default(),
        undoes: context.undoes.clone(),
        reason: result.reason.clone(),
    }
}

/// Adds a line, or says in words why it cannot be added.
fn write(entry: &Entry) -> Result<(), String> {
    let folder = folders::state_folder().ok_or("no folder was found for the history")?;
    let shown = folder.display();
    History::of(&folder)
        .add(entry)
        .map_err(|error| format!("the history in {shown} cannot be written: {error}"))
}

/// That a line cannot be written is said once.
fn warn(message: String, result: &mut PatchResult) {
    if !result.warnings.iter().any(|problem| problem.id == ProblemId::History) {
        result.warnings.push(Problem::warning(ProblemId::History, message));
    }
}
