//! Keeping what the touched fields hold, written and synced before anything goes out.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::check::check;
use super::gather::Inputs;
use super::options::{Strictness, backup_exists};
use super::run_start::{RunStart, service_name};
use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::input::file;
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind};
use crate::model::list_edit::ListMode;
use crate::model::patch::Patch;
use crate::model::problem::{FileText, Problem, ProblemId, Source};
use crate::model::record::Snapshot;
use crate::model::{revert, wire};
use crate::outcome::Outcome;
use crate::platform::shell::{Shell, quoted};
use crate::platform::{folders, replace};
use crate::state::backup::{Backups, Note};
use crate::state::history;
use crate::views::patch_file;

/// A backup that was written.
#[derive(Debug)]
pub struct WrittenBackup {
    /// The absolute path.
    pub file: PathBuf,
    /// The fields whose values the answer did not carry, so that they cannot be set back.
    pub not_restored: Vec<&'static Field>,
    /// Whether the user named the file.
    is_named: bool,
    /// Whether `booster undo` finds the run.
    can_be_undone: bool,
}

/// Writes what the fields hold now, if that is wanted, so that it survives a power cut.
///
/// # Errors
/// If it cannot be written: then nothing may be sent.
pub fn back_up(
    patch: &Patch,
    start: &RunStart,
    context: &PatchContext<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    if !context.options.wants_backup(context.profile) {
        return Ok(());
    }
    let snapshot = result.snapshot.as_ref().expect("it was read, since a backup needs it");
    let (before, not_restored) = values(patch, snapshot, &result.filled, context.profile.reading.lists);
    let backups = folders::state_folder().map(|folder| Backups::of(&folder));
    let named = context.options.sending.backup.as_deref();
    let remarks = |file: Option<&str>| remarks(snapshot, &before, &not_restored, file, start, context);
    let path = match (named, &backups) {
        (Some(file), _) => write_named(file, context.id, &before, &remarks(Some(file)))?,
        (None, Some(backups)) => {
            let path = backups.file(&start.run);
            let text = patch_file::toml(context.id, &before, &remarks(path.to_str()));
            check_readable(&path, &text, &before)?;
            let not_written = |error| not_written(&path.to_string_lossy(), &error);
            backups.write(&start.run, &text).map_err(not_written)?;
            path
        }
        (None, None) => {
            return Err(
                Failure::usage("no folder was found for backups; nothing was sent").hint(folders::SET_HOME)
            );
        }
    };
    let file = path.clone();
    let mut can_be_undone = backups.is_some() && !context.profile.is_sandbox;
    if let Some(backups) = backups.filter(|_| !context.profile.is_sandbox)
        && let Err(error) = backups.write_note(&note(&before, patch, path, start, context, &result.filled))
    {
        if named.is_none() {
            backups.forget(&start.run);
            return Err(not_written(&file.to_string_lossy(), &error));
        }
        // Whoever named a file can send that one; without the note only `undo` cannot find it.
        can_be_undone = false;
        let message = format!("`booster undo` will not be able to undo this patch: {error}");
        result.warnings.push(Problem::warning(ProblemId::Backup, message));
    }
    if !not_restored.is_empty() {
        let message = "cannot be restored afterwards: it is not in the service's response, or it is a \
        list to which the service only adds";
        let warnings =
            not_restored.iter().map(|field| Problem::warning(ProblemId::Backup, message).on(field.name));
        result.warnings.extend(warnings.filter(|warning| !context.interaction.warn(warning)));
    }
    result.backup = Some(WrittenBackup { file, not_restored, is_named: named.is_some(), can_be_undone });
    Ok(())
}

/// What the customer holds in the fields of the patch, and the fields that cannot be set back: of which that is not known,
/// and lists to which the service only adds.
pub fn values(
    patch: &Patch,
    snapshot: &Snapshot,
    filled: &[&'static Field],
    lists: ListMode,
) -> (Patch, Vec<&'static Field>) {
    let (before, mut not_restored) = revert::before(snapshot, patch, &names(filled));
    if lists == ListMode::Append {
        let is_list = |field: &&Field| {
            matches!(field.kind, Kind::List(_)) && !not_restored.iter().any(|own| own.name == field.name)
        };
        let lists: Vec<&'static Field> = patch.iter().map(|(field, _)| field).filter(is_list).collect();
        not_restored.extend(lists);
    }
    (before, not_restored)
}

/// Writes the values to a new file, TOML or by its name JSON, and gives its absolute path.
fn write_named(file: &str, id: u32, before: &Patch, remarks: &[String]) -> Result<PathBuf, Failure> {
    let is_json = Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let text = if is_json { patch_file::json(id, before) } else { patch_file::toml(id, before, remarks) };
    check_readable(Path::new(file), &text, before)?;
    replace::create(Path::new(file), text.as_bytes()).map_err(|error| not_written(file, &error))?;
    Ok(std::path::absolute(file).unwrap_or_else(|_| file.into()))
}

/// Reads the text of a backup as `undo` and `--from` will read it, before anything depends on it.
fn check_readable(path: &Path, text: &str, before: &Patch) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let text = Rc::new(FileText::new(&path.to_string_lossy(), text.to_owned(), false));
    let read = file::patch(before.record(), &text, None, &mut problems);
    if problems.is_empty() && wire::object(&read.patch) == wire::object(before) {
        return Ok(());
    }
    let message =
        format!("the backup {} could not be read after it was written; nothing was sent", path.display());
    let mut failure = Failure::new(Outcome::Failed, message);
    failure.problems.extend(problems);
    Err(failure)
}

/// Removes the backup if nothing was applied: there is nothing to undo, and the same command finds its file's name
/// free again.
pub fn remove_if_not_applied(sent: &Result<String, Failure>, start: &RunStart, result: &mut PatchResult) {
    let is_applied = sent.as_ref().map_or_else(|failure| failure.outcome == Outcome::Unknown, |_| true);
    // Whatever it says: where the service failed inside, something may have been applied.
    let service_failed = result.response.as_ref().is_some_and(|response| response.status >= 500);
    if !is_applied && !service_failed {
        remove(start, result);
    }
}

/// Removes the backup of a patch that is not sent, or was not applied.
pub fn remove(start: &RunStart, result: &mut PatchResult) {
    if let Some(folder) = folders::state_folder() {
        Backups::of(&folder).forget(&start.run);
    }
    let Some(backup) = result.backup.take() else { return };
    if backup.is_named {
        match std::fs::remove_file(&backup.file) {
            Ok(()) => result.removed_backup = Some(backup.file.to_string_lossy().into_owned()),
            Err(_) => result.backup = Some(backup),
        }
    }
}

impl WrittenBackup {
    /// The names of the fields that cannot be set back.
    pub fn not_restored(&self) -> Vec<String> {
        self.not_restored.iter().map(|field| field.name.to_owned()).collect()
    }

    /// Where the values before lie, for a person.
    pub fn describe(&self, context: &PatchContext<'_>) -> String {
        let undo = if self.is_named && self.can_be_undone {
            let days = context.profile.reading.backup_days;
            let lost: Vec<&str> = self.not_restored.iter().map(|field| field.name).collect();
            let what =
                if lost.is_empty() { "them".to_owned() } else { format!("all but {}", lost.join(", ")) };
            format!(
                " `booster undo` restores {what} within {days} days. A copy of what you sent is kept for {days} days."
            )
        } else {
            String::new()
        };
        format!("The previous values are in {}.{undo}", self.file.display())
    }
}

fn note(
    before: &Patch,
    patch: &Patch,
    backup: PathBuf,
    start: &RunStart,
    context: &PatchContext<'_>,
    filled: &[&'static Field],
) -> Note {
    Note {
        run: start.run.clone(),
        time: history::format_time(start.time),
        profile: context.profile.name.clone(),
        service: service_name(context.profile),
        customer: context.id,
        backup,
        before: wire::object(before),
        sent: wire::object(patch),
        filled: names(filled),
        unchecked: context.options.strictness.unchecked,
        undoes: context.undoes.clone(),
        undone: None,
        days: context.profile.reading.backup_days,
    }
}

/// The comment above the values in a backup; `file` is its path, where a command line can name it.
fn remarks(
    snapshot: &Snapshot,
    before: &Patch,
    not_restored: &[&'static Field],
    file: Option<&str>,
    start: &RunStart,
    context: &PatchContext<'_>,
) -> Vec<String> {
    let (id, time, service) = (context.id, history::format_time(start.time), service_name(context.profile));
    let mut remarks = vec![
        format!("The values of customer {id} at {time} on {service}."),
        if let Some(file) = file.filter(|_| is_complete(before)) {
            let file = quoted(file, Shell::current());
            format!("booster customer patch {id} --from={file} restores them.")
        } else {
            format!("booster undo {} restores them, as far as possible.", start.run.name())
        },
    ];
    for field in not_restored {
        let how = match field.kind {
            Kind::Text => format!("to clear it, write {} = \"\"", field.name),
            Kind::List(_) => format!("to clear it, write {} = []", field.name),
            Kind::Bool | Kind::Date => {
                "a date or a true/false field that had no value cannot be cleared again".to_owned()
            }
        };
        remarks.push(format!("Not in the response, so it cannot be restored: {} ({how}).", field.name));
    }
    let client_type = before.client_type();
    let is_missing = |field: &&Field| {
        field.need.demands(client_type)
            && before.get(field.name).is_none()
            && !not_restored.iter().any(|own| own.name == field.name)
    };
    remarks.extend(
        CUSTOMER.fields.iter().filter(is_missing).map(|field| {
            format!("Required, but not in the response: {}. Add it, or use --fill.", field.name)
        }),
    );
    let is_of_a_list =
        |place: &&String| before.iter().any(|(field, _)| place.starts_with(&format!("{}[", field.name)));
    let extra = snapshot.extra_item_fields.iter().filter(is_of_a_list);
    remarks.extend(extra.map(|place| format!("In the response, but not part of a patch: {place}.")));
    remarks
}

/// Whether `customer patch --from` takes the values as they are in the file, no longer known to be the record's own.
fn is_complete(before: &Patch) -> bool {
    let mut given = before.clone();
    for (field, value) in before.iter() {
        given.set(field, value.value.clone(), Source::flag("from"));
    }
    check(Inputs::of_patch(given), Strictness::default()).is_ok()
}

fn names(fields: &[&'static Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.to_owned()).collect()
}

fn not_written(file: &str, error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::AlreadyExists {
        return Failure::problem(backup_exists(file));
    }
    let message = format!("the backup {file} cannot be written: {error}; nothing was sent");
    let outcome = write_outcome(error);
    let is_place = outcome == Outcome::Usage;
    let hint = if is_place {
        "name a file in a folder that you can write to"
    } else {
        "check whether the disk is full"
    };
    Failure::new(outcome, message).hint(hint)
}

/// How a patch ends whose backup cannot be written for this reason: by the place, which somebody named, or by the disk.
pub fn write_outcome(error: &std::io::Error) -> Outcome {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory => Outcome::Usage,
        _ => Outcome::Failed,
    }
}
