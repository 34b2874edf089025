//! Backups: what a customer's fields held before a patch, stored so that the patch can be undone.
//!
//! A backup is a patch file that sets the fields back. It is where the user said, or in the state folder. The state
//! folder holds, in either case, a note of what was sent then: without it our own change could not be told from one
//! that somebody else made later, and an undo would overwrite both. The note holds the values that were sent, as the
//! backup holds those before; both are readable by the user alone and are deleted when they are too old.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::platform::private;
use crate::platform::replace;
use crate::state::history::Run;

/// How long a backup is kept unless the profile says otherwise, in days.
pub const DAYS: u32 = crate::config::reading::BACKUP_DAYS;

/// What was sent in a run that has a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The values in that file: one that holds others by now, or another customer's, was changed since.
    pub before: Map<String, Json>,
    /// The body that was sent.
    pub sent: Map<String, Json>,
    /// The names of the fields in it that were taken over from the record, and so were not changed.
    #[serde(default, rename = "taken")]
    pub filled: Vec<String>,
    /// Whether it was sent without the rules on missing fields.
    #[serde(default)]
    pub unchecked: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undoes: Option<Run>,
    /// The run that undid this one; the run itself, where there was nothing to set back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undone: Option<Run>,
    /// For how many days it is stored, together with the backup if that lies beside it: its own profile says so.
    #[serde(default = "default_days")]
    pub days: u32,
}

fn default_days() -> u32 {
    DAYS
}

/// The note of one run as it was found in the folder.
#[derive(Debug, PartialEq)]
pub struct StoredNote {
    pub run: Run,
    /// Or why it cannot be read.
    pub note: Result<Note, String>,
}

/// The backups of a state folder.
#[derive(Debug, Clone)]
pub struct Backups {
    folder: PathBuf,
}

const NOTE: &str = ".sent.json";
const FILE: &str = ".toml";
const UNSENT: &str = ".unsent.toml";

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
        replace::create(&self.file(run), text.as_bytes())
    }

    /// Writes a note, or over it where it has changed.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_note(&self, note: &Note) -> io::Result<()> {
        private::folder(&self.folder)?;
        let text = serde_json::to_string_pretty(note).expect("a note is texts and JSON");
        replace::replace_private(&self.note_file(&note.run), format!("{text}\n").as_bytes())
    }

    /// Deletes the backup and the note of a run: nothing was applied, so there is nothing to undo.
    pub fn forget(&self, run: &Run) {
        for path in [self.note_file(run), self.file(run)] {
            // A file that stays behind is deleted when it is too old.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Writes a text that was not sent, which is deleted after [`DAYS`], and returns its path.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_unsent(&self, text: &[u8], now: Timestamp) -> io::Result<PathBuf> {
        private::folder(&self.folder)?;
        let path = self.folder.join(format!("{}{UNSENT}", Run::new(now).name()));
        replace::create(&path, text)?;
        Ok(path)
    }

    /// Deletes what is older than its note says, or than [`DAYS`] where there is no note: what a crash left.
    pub fn prune(&self, now: Timestamp) {
        let names = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut runs: BTreeMap<Run, Vec<PathBuf>> = BTreeMap::new();
        for entry in names {
            if let Some(run) = run_of(&entry.file_name().to_string_lossy()) {
                runs.entry(run).or_default().push(entry.path());
            }
        }
        for (run, paths) in runs {
            let days = self.note(&run).map_or(DAYS, |note| note.days);
            let age = jiff::SignedDuration::from_hours(24 * i64::from(days));
            let is_over = now.checked_sub(age).is_ok_and(|limit| *run.name() < *Run::stamp(limit));
            for path in paths.iter().filter(|_| is_over) {
                // What cannot be deleted now is tried again next time.
                let _ = std::fs::remove_file(path);
            }
        }
    }

    /// The notes, the newest first.
    ///
    /// # Errors
    /// Where the folder is there and cannot be read.
    pub fn notes(&self) -> io::Result<Vec<StoredNote>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut notes = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(run) = name.strip_suffix(NOTE).and_then(Run::read) {
                notes.push(StoredNote { note: self.note(&run), run });
            }
        }
        notes.sort_by(|one, other| other.run.cmp(&one.run));
        Ok(notes)
    }

    fn note(&self, run: &Run) -> Result<Note, String> {
        let bytes = std::fs::read(self.note_file(run)).map_err(|error| error.to_string())?;
        let note: Note =
            serde_json::from_slice(&bytes).map_err(|_| "it is no note, or was cut".to_owned())?;
        if note.run == *run { Ok(note) } else { Err("it is the note of another run".to_owned()) }
    }
}

/// The run that a file of ours belongs to; what a crash left of one that was being written begins with a dot.
fn run_of(name: &str) -> Option<Run> {
    let (run, rest) = name.trim_start_matches('.').split_once('.')?;
    let is_dated = run.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let is_ours = [&NOTE[1..], &FILE[1..], &UNSENT[1..]].contains(&rest) || rest.ends_with(".tmp");
    Run::read(run).filter(|_| is_dated && is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(backups: &Backups, time: Timestamp, days: u32) -> Note {
        let run = Run::new(time);
        backups.write(&run, "firstName = \"Ada\"\n").expect("written");
        let note = Note {
            time: String::new(),
            profile: None,
            service: "https://example.com/".into(),
            customer: 123,
            backup: backups.file(&run),
            before: Map::new(),
            sent: Map::new(),
            filled: Vec::new(),
            unchecked: false,
            undoes: None,
            undone: None,
            days,
            run,
        };
        backups.write_note(&note).expect("written");
        note
    }

    #[test]
    fn notes_come_newest_first_and_go_with_their_backups_when_their_days_are_over() {
        let world = tempfile::tempdir().expect("a folder");
        let backups = Backups::of(world.path());
        assert_eq!(backups.notes().expect("no folder yet"), []);
        let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 100);
        let days_ago = |days: i64| now - jiff::SignedDuration::from_hours(24 * days);
        let (old, new) = (note(&backups, days_ago(31), 30), note(&backups, days_ago(29), 30));
        // Another profile's days are its own.
        let (long, short) = (note(&backups, days_ago(90), 91), note(&backups, days_ago(3), 2));
        let left = [
            "19700101T000000000Z-cut.sent.json",
            ".19700101T000000000Z-cut.sent.json.7.tmp",
            "19700101T000000000Z-x.unsent.toml",
        ];
        for name in left.iter().chain(&["mine.toml"]) {
            std::fs::write(backups.folder.join(name), "{").expect("written");
        }
        let runs =
            || backups.notes().expect("readable").into_iter().map(|stored| stored.run).collect::<Vec<_>>();
        assert_eq!(runs()[..4], [short.run.clone(), new.run.clone(), old.run.clone(), long.run.clone()]);
        assert_eq!(backups.notes().expect("readable")[4].note, Err("it is no note, or was cut".to_owned()));
        backups.prune(now);
        assert_eq!(runs(), [new.run.clone(), long.run]);
        assert!(!old.backup.exists() && new.backup.exists() && backups.folder.join("mine.toml").exists());
        assert_eq!(std::fs::read_dir(&backups.folder).expect("a folder").count(), 5);
        backups.forget(&new.run);
        assert!(runs().len() == 1 && !new.backup.exists());
    }
}
