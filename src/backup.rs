//! What a customer's fields held before a patch, kept so that the patch can be undone.
//!
//! A backup is a patch file that sets the fields back. It lies where the user said, or in the state folder. In the
//! state folder lies, in either case, a note of what was sent then: without it nobody could tell our own change from
//! one that somebody else made later, and an undo would overwrite both. The note holds the values that were sent,
//! as the backup holds those before; both are readable by the user alone and go when their days are over.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::history::Run;
use crate::private;

/// How long a backup is kept unless the profile says otherwise, in days.
pub const DAYS: u32 = 30;

/// What was sent in a run that has a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub run: Run,
    /// In UTC.
    pub time: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<String>,
    /// The base URL: an undo goes nowhere else.
    pub service: String,
    pub customer: u32,
    /// The file with the values before, as an absolute path.
    pub backup: PathBuf,
    /// The body that was sent.
    pub sent: Map<String, Json>,
    /// The names of the fields in it that were taken over from the record, and so were not changed.
    #[serde(default)]
    pub taken: Vec<String>,
    /// Whether it was sent without the rules on missing fields.
    #[serde(default)]
    pub unchecked: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undoes: Option<Run>,
    /// The run that undid this one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undone: Option<Run>,
}

/// The backups of a state folder.
#[derive(Debug, Clone)]
pub struct Backups {
    folder: PathBuf,
}

const NOTE: &str = ".sent.json";
const FILE: &str = ".toml";

impl Backups {
    pub fn of(state_folder: &Path) -> Backups {
        Backups { folder: state_folder.join("backups") }
    }

    /// Where the backup of a run lies.
    pub fn file(&self, run: &Run) -> PathBuf {
        self.folder.join(format!("{}{FILE}", run.name()))
    }

    fn note_file(&self, run: &Run) -> PathBuf {
        self.folder.join(format!("{}{NOTE}", run.name()))
    }

    /// Writes the backup of a run into the folder.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, run: &Run, text: &str) -> io::Result<()> {
        private::folder(&self.folder)?;
        private::write_new(&self.file(run), text)
    }

    /// Keeps a new note, or one that has changed.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&self, note: &Note) -> io::Result<()> {
        private::folder(&self.folder)?;
        let text = serde_json::to_string_pretty(note).expect("a note is texts and JSON");
        private::replace(&self.note_file(&note.run), &format!("{text}\n"))
    }

    /// Gives up what lies in the folder of a run: nothing was applied, so there is nothing to undo.
    pub fn forget(&self, run: &Run) {
        for path in [self.note_file(run), self.file(run)] {
            // A file that stays behind is untidy, and goes when its days are over.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Deletes what is older than so many days.
    pub fn prune(&self, days: u32, now: Timestamp) {
        let age = jiff::SignedDuration::from_hours(24 * i64::from(days));
        let Ok(limit) = now.checked_sub(age).map(Run::stamp) else { return };
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let run = name.strip_suffix(NOTE).or(name.strip_suffix(FILE)).and_then(Run::read);
            let is_dated = |run: &Run| run.name().as_bytes().first().is_some_and(u8::is_ascii_digit);
            if run.filter(is_dated).is_some_and(|run| *run.name() < *limit) {
                // What cannot be deleted now is tried again next time.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// The notes, the newest first. One that cannot be read is left out.
    pub fn notes(&self) -> Vec<Note> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut notes: Vec<Note> = entries
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(NOTE))
            .filter_map(|entry| serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok())
            .collect();
        notes.sort_by(|one, other| other.run.cmp(&one.run));
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(backups: &Backups, time: Timestamp) -> Note {
        let run = Run::new(time);
        backups.write(&run, "firstName = \"Ada\"\n").expect("written");
        let note = Note {
            time: String::new(),
            profile: None,
            service: "https://example.com/".into(),
            customer: 123,
            backup: backups.file(&run),
            sent: Map::new(),
            taken: Vec::new(),
            unchecked: false,
            undoes: None,
            undone: None,
            run,
        };
        backups.keep(&note).expect("kept");
        note
    }

    #[test]
    fn notes_come_newest_first_and_go_with_their_backups_when_their_days_are_over() {
        let world = tempfile::tempdir().expect("a folder");
        let backups = Backups::of(world.path());
        assert!(backups.notes().is_empty());
        let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 100);
        let days_ago = |days: i64| now - jiff::SignedDuration::from_hours(24 * days);
        let (old, new) = (note(&backups, days_ago(31)), note(&backups, days_ago(29)));
        std::fs::write(backups.folder.join("mine.toml"), "").expect("written");
        std::fs::write(backups.folder.join("19700101T000000000Z-cut.sent.json"), "{").expect("written");
        let runs = || backups.notes().into_iter().map(|note| note.run).collect::<Vec<_>>();
        assert_eq!(runs(), [new.run.clone(), old.run.clone()]);
        backups.prune(30, now);
        assert_eq!(runs(), std::slice::from_ref(&new.run));
        assert!(!old.backup.exists() && new.backup.exists() && backups.folder.join("mine.toml").exists());
        assert_eq!(std::fs::read_dir(&backups.folder).expect("a folder").count(), 3);
        backups.forget(&new.run);
        assert!(runs().is_empty() && !new.backup.exists());
    }
}
