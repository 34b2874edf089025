//! The backup before a patch: what the touched fields hold, written and synced before anything goes out.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::context::{Around, BACKUP, there_already};
use super::gather::{Inputs, Strictness};
use crate::failure::Failure;
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind};
use crate::model::patch::Patch;
use crate::model::problem::{Problem, ProblemId, Source};
use crate::model::record::Snapshot;
use crate::model::revert;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::platform::private;
use crate::platform::replace;
use crate::report::Report;
use crate::shell::{Shell, quoted};
use crate::state::backup::{Backups, Note};
use crate::state::history;
use crate::views::patch_file;

impl Around<'_> {
    /// Writes what the fields hold now, so that it survives a power cut, before anything goes out.
    ///
    /// # Errors
    /// Where it cannot be written: then nothing may be sent.
    pub fn back_up(
        &mut self,
        patch: &Patch,
        strictness: Strictness,
        report: &mut Report,
    ) -> Result<(), Failure> {
        if !self.wish.keeps(self.profile, self.app) {
            return Ok(());
        }
        let current = self.current.as_ref().expect("it was read, since a backup needs it");
        let backups = private::state_folder().map(|folder| Backups::of(&folder));
        let taken: Vec<String> = self.taken.iter().map(|field| field.name.to_owned()).collect();
        let (before, lost) = revert::before(current, patch, &taken);
        let path = match (&self.wish.care.backup, &backups) {
            (Some(file), _) => {
                let remarks = self.remarks(current, &before, &lost, file);
                let is_json = Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
                let text = if is_json {
                    patch_file::json(self.id, &before)
                } else {
                    patch_file::toml(self.id, &before, &remarks)
                };
                replace::create(Path::new(file), text.as_bytes()).map_err(|error| not_kept(file, &error))?;
                std::path::absolute(file).unwrap_or_else(|_| file.into())
            }
            (None, Some(backups)) => {
                let path = backups.file(&self.run);
                let shown = path.to_string_lossy();
                let text = patch_file::toml(self.id, &before, &self.remarks(current, &before, &lost, &shown));
                backups.write(&self.run, &text).map_err(|error| not_kept(&shown, &error))?;
                path
            }
            (None, None) => {
                return Err(Failure::usage("this system has no folder for backups; nothing was sent")
                    .hint("name a file with --backup, or set XDG_STATE_HOME"));
            }
        };
        let shown = path.to_string_lossy().into_owned();
        if let Some(backups) = backups.filter(|_| !self.app.global.sandbox) {
            let note = self.note(&before, patch, strictness, path);
            match backups.keep(&note) {
                Ok(()) => {}
                // Whoever named a file can send that one; without the note only `undo` cannot find it.
                Err(error) if self.wish.care.backup.is_some() => {
                    let message = format!("`booster undo` will not find this patch: {error}");
                    report.problems.push(Problem::warning(ProblemId::Backup, message));
                }
                Err(error) => {
                    backups.forget(&self.run);
                    return Err(not_kept(&note.backup.to_string_lossy(), &error));
                }
            }
        }
        report.part(BACKUP, json!({ "file": shown, "notRestored": names(&lost) }));
        self.kept = Some(shown);
        Ok(())
    }

    fn note(&self, before: &Patch, patch: &Patch, strictness: Strictness, backup: PathBuf) -> Note {
        Note {
            run: self.run.clone(),
            time: history::written(self.time),
            profile: self.profile.name.clone(),
            service: self.service(),
            customer: self.id,
            backup,
            before: wire::object(before),
            sent: wire::object(patch),
            taken: self.taken.iter().map(|field| field.name.to_owned()).collect(),
            unchecked: strictness.unchecked,
            undoes: self.undoes.clone(),
            undone: None,
            days: self.profile.reading.backup_days,
        }
    }

    /// What stands above the values in a backup.
    fn remarks(
        &self,
        current: &Snapshot,
        before: &Patch,
        lost: &[&'static Field],
        file: &str,
    ) -> Vec<String> {
        let mut remarks = vec![
            format!(
                "What customer {} held at {} on {}.",
                self.id,
                history::written(self.time),
                self.service()
            ),
            if is_good_file(before) {
                let file = quoted(file, Shell::current());
                format!("booster customer patch {} --from={file} sets it back.", self.id)
            } else {
                format!("booster undo {} sets it back, as far as that can be.", self.run.name())
            },
        ];
        for field in lost {
            let how = match field.kind {
                Kind::Text => format!("to clear it, write {} = \"\"", field.name),
                Kind::List(_) => format!("to clear it, write {} = []", field.name),
                Kind::Bool | Kind::Date => "a date or a bool that had no value cannot be unset".to_owned(),
            };
            remarks.push(format!("Not in the answer, so it cannot be set back: {} ({how}).", field.name));
        }
        let client_type = before.client_type();
        for field in CUSTOMER.fields {
            if field.need.demands(client_type)
                && before.get(field.name).is_none()
                && !lost.iter().any(|own| own.name == field.name)
            {
                remarks
                    .push(format!("Required, and not in the answer: {}. Add it, or use --fill.", field.name));
            }
        }
        let lists = current
            .extra_item_fields
            .iter()
            .filter(|place| before.iter().any(|(field, _)| place.starts_with(&format!("{}[", field.name))));
        remarks.extend(lists.map(|place| format!("In the answer, but no part of a patch: {place}.")));
        remarks
    }
}

/// Whether `customer patch --from` takes the values, where nothing excuses them any more as the record's own.
fn is_good_file(before: &Patch) -> bool {
    let mut given = before.clone();
    for (field, value) in before.iter() {
        given.set(field, value.value.clone(), Source::flag("from"));
    }
    Inputs::of_patch(given).check(Strictness::default()).is_ok()
}

fn names(fields: &[&'static Field]) -> Vec<&'static str> {
    fields.iter().map(|field| field.name).collect()
}

fn not_kept(file: &str, error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::AlreadyExists {
        return Failure::problem(there_already(file));
    }
    let message = format!("the backup {file} cannot be written: {error}; nothing was sent");
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory => Failure::usage(message).hint("name a file in a folder of yours"),
        _ => Failure::new(Outcome::Failed, message).hint("look whether the disk is full"),
    }
}
