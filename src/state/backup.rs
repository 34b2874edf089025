//! Backups: what a customer's fields held before a patch, stored so that the patch can be undone.
//!
//! A backup is a patch file that sets the fields back. It is where the user said, or in the state folder. The state
//! folder holds, in either case, a note of what was sent then: without it our own change could not be told from one
//! that somebody else made later, and an undo would overwrite both. The note holds the values that were sent, as the
//! backup holds those before; both are readable by the user alone and are deleted when they are too old.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::escape::escaped_json;
use crate::platform::{private, regular, replace};
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
    #[serde(with = "path_in_json")]
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

/// A path is a text in JSON, or, where it is not Unicode, what serde makes of an `OsString`.
mod path_in_json {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Raw(OsString),
    }

    pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        let text = path.to_str().map(|text| Written::Text(text.to_owned()));
        text.unwrap_or_else(|| Written::Raw(path.into())).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::Text(text) => text.into(),
            Written::Raw(path) => path.into(),
        })
    }
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
/// Beside the folder.
const PRUNED: &str = "pruned.json";

/// What the last pruning found, so that no other one follows on the same day, and the next one reads just the notes that
/// can be too old.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Pruning {
    time: Timestamp,
    /// No note is kept for fewer days.
    shortest: u32,
}

/// How often is pruned.
const PRUNE_EVERY: SignedDuration = SignedDuration::from_hours(24);

impl Backups {
    pub fn of(state_folder: &Path) -> Backups {
        Backups { folder: state_folder.join("backups") }
    }

    /// Where the backup of a run lies.
    pub fn file(&self, run: &Run) -> PathBuf {
        self.folder.join(format!("{}{FILE}", run.name()))
    }

    /// Tries whether a backup could be written, without writing one.
    ///
    /// # Errors
    /// If the folder cannot be made, or takes no file.
    pub fn try_writing(&self) -> io::Result<()> {
        private::try_folder(&self.folder)
    }

    fn note_file(&self, run: &Run) -> PathBuf {
        self.folder.join(format!("{}{NOTE}", run.name()))
    }

    /// Writes the backup of a run into the folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, run: &Run, text: &str) -> io::Result<()> {
        private::folder(&self.folder)?;
        replace::create(&self.file(run), text.as_bytes())
    }

    /// Writes a note, or over it where it has changed.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_note(&self, note: &Note) -> io::Result<()> {
        private::folder(&self.folder)?;
        if let Some(pruning) = self.last_pruning().filter(|last| note.days < last.shortest) {
            self.write_pruning(Pruning { shortest: note.days, ..pruning })?;
        }
        let text = serde_json::to_string_pretty(note).expect("a note is texts and JSON");
        replace::replace_private(&self.note_file(&note.run), format!("{}\n", escaped_json(&text)).as_bytes())
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
    /// If it cannot be written.
    pub fn write_unsent(&self, text: &[u8], now: Timestamp) -> io::Result<PathBuf> {
        private::folder(&self.folder)?;
        let path = self.folder.join(format!("{}{UNSENT}", Run::new(now).name()));
        replace::create(&path, text)?;
        Ok(path)
    }

    /// Deletes what is older than its note says, or than [`DAYS`] where there is no note: what a crash left. That is done
    /// once a day at most, since it takes the longer the more there is; says whether it was.
    pub fn prune(&self, now: Timestamp) -> bool {
        let last = self.last_pruning();
        if last.is_some_and(|last| last.time <= now && now.duration_since(last.time) < PRUNE_EVERY) {
            return false;
        }
        let mut runs: BTreeMap<Run, Vec<PathBuf>> = BTreeMap::new();
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if let Some(run) = run_of(&entry.file_name().to_string_lossy()) {
                runs.entry(run).or_default().push(entry.path());
            }
        }
        if runs.is_empty() {
            return false;
        }
        let is_older = |run: &Run, days: u32| {
            let age = SignedDuration::from_hours(24 * i64::from(days));
            now.checked_sub(age).is_ok_and(|limit| *run.name() < *Run::stamp(limit))
        };
        let days = |run: &Run| self.note(run).map_or(DAYS, |note| note.days);
        let shortest = last.map_or(1, |last| last.shortest);
        let (mut kept, mut unread) = (Vec::new(), Vec::new());
        for (run, paths) in runs {
            let has_note = paths.contains(&self.note_file(&run));
            if has_note && !is_older(&run, shortest) {
                unread.push(run);
                continue;
            }
            let days = if has_note { days(&run) } else { DAYS };
            if is_older(&run, days) {
                // What cannot be deleted now is tried again next time.
                paths.iter().for_each(|path| drop(std::fs::remove_file(path)));
            } else if has_note {
                kept.push(days);
            }
        }
        let is_known = kept.contains(&shortest) || kept.is_empty() && last.is_some();
        if is_known {
            kept.push(shortest);
        } else {
            // Every note that was read has more days, so those with the fewest may be gone.
            kept.extend(unread.iter().map(days));
        }
        // Whatever was noted meanwhile, by another process, counts too.
        let meanwhile = self.last_pruning().filter(|now| last != Some(*now)).map(|now| now.shortest);
        let shortest = kept.into_iter().chain(meanwhile).min().unwrap_or(u32::MAX);
        // Where it cannot be written, the next patch prunes again.
        let _ = self.write_pruning(Pruning { time: now, shortest });
        true
    }

    fn last_pruning(&self) -> Option<Pruning> {
        serde_json::from_slice(&regular::read(&self.folder.with_file_name(PRUNED)).ok()?).ok()
    }

    fn write_pruning(&self, pruning: Pruning) -> io::Result<()> {
        let text = serde_json::to_string(&pruning).expect("two values");
        replace::replace_private(&self.folder.with_file_name(PRUNED), text.as_bytes())
    }

    /// The notes, the newest first.
    ///
    /// # Errors
    /// If the folder is there and cannot be read.
    pub fn notes(&self) -> io::Result<Vec<StoredNote>> {
        Ok(self.runs()?.into_iter().map(|run| StoredNote { note: self.note(&run), run }).collect())
    }

    /// The runs that have a note, the newest first; none is read.
    ///
    /// # Errors
    /// As [`Backups::notes`].
    pub fn runs(&self) -> io::Result<Vec<Run>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut runs = Vec::new();
        for entry in entries {
            runs.extend(entry?.file_name().to_string_lossy().strip_suffix(NOTE).and_then(Run::read));
        }
        runs.sort_by(|one, other| other.cmp(one));
        Ok(runs)
    }

    /// The note of one run.
    ///
    /// # Errors
    /// Why there is none that can be used.
    pub fn note(&self, run: &Run) -> Result<Note, String> {
        let bytes = regular::read(&self.note_file(run)).map_err(|error| error.to_string())?;
        let note: Note = serde_json::from_slice(&bytes)
            .map_err(|_| "it is not complete, or was not written by booster".to_owned())?;
        if note.run == *run { Ok(note) } else { Err("it is about another run".to_owned()) }
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
    use crate::escape::is_dangerous;
    use crate::model::arbitrary::{self, hostile};

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
    fn only_a_note_that_can_be_too_old_is_read_and_only_once_a_day() {
        let world = tempfile::tempdir().expect("a folder");
        let backups = Backups::of(world.path());
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 100);
        let days_ago = |days: i64| now - SignedDuration::from_hours(24 * days);
        let stands = |note: &Note| backups.note_file(&note.run).exists();
        let (long, new) = (note(&backups, days_ago(5), 90), note(&backups, days_ago(0), 30));
        backups.prune(now);
        assert_eq!(backups.last_pruning(), Some(Pruning { time: now, shortest: 30 }));
        // It is not looked at again on the same day.
        let old = note(&backups, days_ago(40), 30);
        backups.prune(now + SignedDuration::from_hours(23));
        assert!(stands(&old));
        // An unreadable note counts as one of 30 days, and so would go if it were read.
        std::fs::write(backups.note_file(&long.run), "{").expect("written");
        let tomorrow = now + SignedDuration::from_hours(24);
        backups.prune(tomorrow);
        assert!(!stands(&old) && stands(&long) && stands(&new));
        assert_eq!(backups.last_pruning(), Some(Pruning { time: tomorrow, shortest: 30 }));
        // A note with fewer days is known from its writing on, and forgotten when it is gone.
        let short = note(&backups, now, 2);
        assert_eq!(backups.last_pruning(), Some(Pruning { time: tomorrow, shortest: 2 }));
        let later = now + SignedDuration::from_hours(24 * 4);
        backups.prune(later);
        assert!(!stands(&short) && stands(&long));
        assert_eq!(backups.last_pruning(), Some(Pruning { time: later, shortest: 30 }));
        // A clock that was set back does not keep anything for ever.
        note(&backups, days_ago(60), 30);
        backups.prune(now);
        assert_eq!(backups.notes().expect("readable").len(), 2);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn a_note_is_read_back_whatever_stands_in_it(
            texts in proptest::array::uniform3(hostile()),
            before in arbitrary::record(),
            sent in arbitrary::record(),
            is_named in proptest::prelude::any::<bool>(),
        ) {
            let world = tempfile::tempdir().expect("a folder");
            let backups = Backups::of(world.path());
            let [time, service, name] = texts;
            let run = Run::new(Timestamp::UNIX_EPOCH);
            let note = Note {
                profile: is_named.then(|| name.clone()),
                backup: world.path().join(&name),
                filled: vec![name],
                undone: Some(run.clone()),
                time, service, before, sent, run, customer: 1, unchecked: true, undoes: None, days: 1,
            };
            backups.write_note(&note).expect("written");
            let text = std::fs::read_to_string(backups.note_file(&note.run)).expect("UTF-8");
            proptest::prop_assert!(!text.contains(|letter| is_dangerous(letter) && letter != '\n'), "{:?}", text);
            let mut read = backups.notes().expect("readable");
            proptest::prop_assert_eq!(read.remove(0).note, Ok(note));
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_path_that_is_not_utf_8_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStrExt as _;
        let world = tempfile::tempdir().expect("a folder");
        let backups = Backups::of(&world.path().join(std::ffi::OsStr::from_bytes(b"Zo\xeb\x1b[2J")));
        let written = note(&backups, Timestamp::UNIX_EPOCH, 30);
        let read = backups.notes().expect("readable").remove(0).note.expect("a note");
        assert_eq!(read, written);
        assert!(read.backup.exists());
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
        assert_eq!(
            backups.notes().expect("readable")[4].note,
            Err("it is not complete, or was not written by booster".to_owned())
        );
        backups.prune(now);
        assert_eq!(runs(), [new.run.clone(), long.run]);
        assert!(!old.backup.exists() && new.backup.exists() && backups.folder.join("mine.toml").exists());
        assert_eq!(std::fs::read_dir(&backups.folder).expect("a folder").count(), 5);
        backups.forget(&new.run);
        assert!(runs().len() == 1 && !new.backup.exists());
    }
}
