//! The history: lines of JSON about each patch that was sent, without any value, newest at the end.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::escape::escaped_json;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::platform::{private, regular, replace};

/// The file is set aside when it has this many bytes: about four thousand lines.
const LARGEST: u64 = 1 << 20;

/// How many files that were set aside stay.
const OLD_FILES: u32 = 4;

/// One attempted write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub run: Run,
    /// When the request was about to go out, in UTC.
    pub time: String,
    /// The command's words: `customer patch`, `customer edit`, `undo`.
    pub command: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<String>,
    /// The base URL, or `sandbox` for one inside the process.
    pub service: String,
    /// None for a bulk run, which has many.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer: Option<u32>,
    /// How many rows a bulk run has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<u64>,
    /// The names of the fields that were sent to be changed, without those that were sent as they were; never their values.
    /// Where the record was not known, every field that was sent may have been changed.
    pub fields: Vec<String>,
    #[serde(rename = "outcome")]
    pub progress: Progress,
    pub exit_code: u8,
    /// The HTTP status of the last answer, where one came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// The file with what the fields held before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub backup: Option<String>,
    /// Those of the fields that an undo cannot set back, since what they held before is not known.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub not_restored: Vec<String>,
    /// The run that this one undoes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undoes: Option<Run>,
    /// Why it was changed, in the user's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// How far the run was when a line was written: `begun` in the file, or the outcome as `-o json` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Progress {
    /// The request is about to go out. Where no other line of the run follows, the process was killed, and the outcome
    /// is unknown.
    Begun,
    Ended(Outcome),
}

impl Progress {
    /// Whether the run may have changed the customer.
    pub fn may_have_changed(self) -> bool {
        match self {
            Progress::Begun => true,
            Progress::Ended(outcome) => {
                matches!(outcome, Outcome::Sent | Outcome::Unverified | Outcome::Unknown)
            }
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Progress::Begun => "begun",
            Progress::Ended(outcome) => outcome.word(),
        }
    }
}

impl From<Progress> for String {
    fn from(progress: Progress) -> String {
        progress.word().to_owned()
    }
}

impl TryFrom<String> for Progress {
    type Error = String;

    fn try_from(word: String) -> Result<Progress, String> {
        let mut all = Outcome::ALL.into_iter().map(Progress::Ended).chain([Progress::Begun]);
        all.find(|progress| progress.word() == word).ok_or_else(|| format!("{word} is no outcome"))
    }
}

impl Entry {
    /// The line that is written before the request goes out.
    pub fn begun(self) -> Entry {
        Entry { progress: Progress::Begun, exit_code: Outcome::Unknown.exit_code(), ..self }
    }

    /// Whom the run was about: `customer 123`, or for a bulk run `1,200 rows`.
    pub fn subject(&self) -> String {
        match (self.customer, self.rows) {
            (Some(customer), _) => format!("customer {customer}"),
            (None, Some(1)) => "1 row".to_owned(),
            (None, Some(rows)) => format!("{} rows", grouped(rows)),
            (None, None) => "no customer".to_owned(),
        }
    }

    /// Whether the run may have changed a customer. A bulk run that was stopped may have sent rows before.
    pub fn may_have_changed(&self) -> bool {
        self.rows.is_some() || self.progress.may_have_changed()
    }

    /// Whether this run set back what the other one sent.
    pub fn has_undone(&self, run: &Run) -> bool {
        self.undoes.as_ref() == Some(run)
            && matches!(self.progress, Progress::Ended(Outcome::Sent | Outcome::Done))
    }
}

/// The name of one run: the time in UTC, so that names sort as the runs followed one another, and four letters that
/// keep two runs of one moment apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Run(String);

impl Run {
    pub fn new(time: Timestamp) -> Run {
        let letters: String = std::iter::repeat_with(fastrand::lowercase).take(4).collect();
        Run(format!("{}-{letters}", Run::stamp(time)))
    }

    /// What the names of runs at this time begin with.
    pub fn stamp(time: Timestamp) -> String {
        time.strftime("%Y%m%dT%H%M%S%3fZ").to_string()
    }

    /// The name as a file's name has it, or `None` where it is none of ours.
    pub fn read(text: &str) -> Option<Run> {
        let is_ours =
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_ours.then(|| Run(text.to_owned()))
    }

    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The history in a state folder.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
}

impl History {
    pub fn of(state_folder: &Path) -> History {
        History { folder: state_folder.to_owned() }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("history.jsonl")
    }

    /// The file that was set aside so many times ago.
    fn set_aside(&self, age: u32) -> PathBuf {
        self.folder.join(format!("history.{age}.jsonl"))
    }

    /// Adds a line. Several processes may do so at once: a line is written in one piece, and stays in the history when
    /// the file is set aside in that moment.
    ///
    /// # Errors
    /// If the folder or the file cannot be written.
    pub fn add(&self, entry: &Entry) -> io::Result<()> {
        private::folder(&self.folder)?;
        if self.is_full() {
            self.rotate()?;
        }
        let mut file = private::append(&self.file())?;
        let line = escaped_json(&serde_json::to_string(entry).expect("an entry is texts and numbers"));
        let newline = if ends_whole(&mut file)? { "" } else { "\n" };
        file.write_all(format!("{newline}{line}\n").as_bytes())
    }

    /// Tries whether a line could be added, without adding one.
    ///
    /// # Errors
    /// If the folder or the file cannot be written.
    pub fn try_adding(&self) -> io::Result<()> {
        private::try_folder(&self.folder)?;
        if self.file().exists() { private::append(&self.file()).map(drop) } else { Ok(()) }
    }

    fn is_full(&self) -> bool {
        std::fs::metadata(self.file()).is_ok_and(|file| file.len() >= LARGEST)
    }

    /// Sets the file aside, unless another process is at it: two would set aside a file that was just begun. Nobody
    /// waits for that, since a line has its place in a full file as well.
    fn rotate(&self) -> io::Result<()> {
        let lock = private::append(&self.folder.join("history.lock"))?;
        if lock.try_lock().is_err() || !self.is_full() {
            return Ok(());
        }
        for age in (1..OLD_FILES).rev() {
            // Not every age is there yet.
            let _ = replace::rename(&self.set_aside(age), &self.set_aside(age + 1));
        }
        replace::rename(&self.file(), &self.set_aside(1))
    }

    /// Every run, the newest first, by its last outcome, which is unknown where it has only begun; and the number of lines
    /// that cannot be read. A bulk run that went on begins again, as the same one. The outcome of a newer booster may be such a line; its run is unknown then, too.
    ///
    /// # Errors
    /// If a file is there and cannot be read.
    pub fn entries(&self) -> io::Result<(Vec<Entry>, usize)> {
        let mut entries = Vec::new();
        let mut unreadable = 0;
        let mut known = BTreeSet::new();
        for path in std::iter::once(self.file()).chain((1..=OLD_FILES).map(|age| self.set_aside(age))) {
            let text = match regular::read(&path) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for line in text.lines().rev().filter(|line| !line.is_empty()) {
                match serde_json::from_str::<Entry>(line) {
                    Ok(entry) if !known.insert((entry.run.clone(), entry.time.clone())) => {}
                    Ok(entry) if entry.progress == Progress::Begun => {
                        entries.push(Entry { progress: Progress::Ended(Outcome::Unknown), ..entry });
                    }
                    Ok(entry) => entries.push(entry),
                    Err(_) => unreadable += 1,
                }
            }
        }
        Ok((entries, unreadable))
    }
}

/// Whether the file's last line is whole: one that a full disk cut short must not swallow the next one.
fn ends_whole(file: &mut std::fs::File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

/// A time as it is stored and printed: `2026-11-24T21:18:45.123Z`.
pub fn format_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::is_dangerous;
    use crate::model::arbitrary::hostile;

    fn entry(outcome: Outcome) -> Entry {
        let time = Timestamp::UNIX_EPOCH;
        Entry {
            run: Run::new(time),
            time: format_time(time),
            command: "customer patch".into(),
            profile: None,
            service: "https://example.com/".into(),
            customer: Some(123),
            rows: None,
            fields: vec!["firstName".into()],
            progress: Progress::Ended(outcome),
            exit_code: 0,
            status: Some(200),
            backup: None,
            not_restored: Vec::new(),
            undoes: None,
            reason: None,
        }
    }

    #[test]
    fn entries_come_back_newest_first_and_a_cut_line_spoils_no_other() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(&world.path().join("booster"));
        assert_eq!(history.entries().expect("no file yet"), (Vec::new(), 0));
        history.add(&entry(Outcome::Sent)).expect("written");
        std::fs::OpenOptions::new()
            .append(true)
            .open(history.file())
            .and_then(|mut file| file.write_all(b"{\"run\":\"2026"))
            .expect("cut short");
        history.add(&entry(Outcome::Rejected)).expect("written");
        let (entries, unreadable) = history.entries().expect("readable");
        let outcomes: Vec<&str> = entries.iter().map(|entry| entry.progress.word()).collect();
        assert_eq!((outcomes, unreadable), (vec!["rejected", "sent"], 1));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn a_line_is_read_back_whatever_stands_in_it(texts in proptest::array::uniform7(hostile())) {
            let world = tempfile::tempdir().expect("a folder");
            let history = History::of(world.path());
            let [time, command, profile, service, field, backup, reason] = texts;
            let profile = Some(profile);
            let written = Entry {
                time, command, profile, service, fields: vec![field], backup: Some(backup), reason: Some(reason), ..entry(Outcome::Sent)
            };
            let other = Entry { run: Run::read("other").expect("a name"), ..written.clone() };
            history.add(&written).expect("written");
            history.add(&other).expect("written");
            let text = std::fs::read_to_string(history.file()).expect("UTF-8");
            proptest::prop_assert!(!text.contains(|letter| is_dangerous(letter) && letter != '\n'), "{:?}", text);
            proptest::prop_assert_eq!(history.entries().expect("readable"), (vec![other, written], 0));
        }
    }

    #[test]
    fn a_line_of_an_older_booster_is_read() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(world.path());
        let line = r#"{"run":"20260101T000000000Z-abcd","time":"2026-01-01T00:00:00.000Z","command":"customer patch",
            "service":"https://example.com/","customer":123,"fields":["firstName"],"outcome":"sent","exitCode":0}"#;
        std::fs::write(history.file(), line.replace('\n', " ") + "\n").expect("written");
        let (entries, unreadable) = history.entries().expect("readable");
        assert_eq!((entries.len(), unreadable, &entries[0].reason), (1, 0, &None));
    }

    #[test]
    fn a_run_that_has_only_begun_is_unknown_and_one_that_has_ended_stands_once() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(world.path());
        let (killed, sent) = (entry(Outcome::Sent), entry(Outcome::Sent));
        for line in [killed.clone().begun(), sent.clone().begun(), sent.clone()] {
            history.add(&line).expect("written");
        }
        let unknown = Entry { progress: Progress::Ended(Outcome::Unknown), exit_code: 11, ..killed };
        assert_eq!(history.entries().expect("readable"), (vec![sent, unknown], 0));
        // A bulk run goes on, and counts as it ended last.
        let history = History::of(&world.path().join("bulk"));
        let run = Entry { rows: Some(5), ..entry(Outcome::Partial) };
        let done = Entry { progress: Progress::Ended(Outcome::Done), ..run.clone() };
        for line in [run.clone().begun(), run.clone(), run.clone().begun(), done.clone()] {
            history.add(&line).expect("written");
        }
        assert_eq!(history.entries().expect("readable"), (vec![done], 0));
        history.add(&run.begun()).expect("written");
        let (entries, _) = history.entries().expect("readable");
        assert_eq!((entries.len(), entries[0].progress), (1, Progress::Ended(Outcome::Unknown)));
    }

    #[test]
    fn an_outcome_of_a_newer_booster_leaves_its_run_unknown() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(world.path());
        let newer = entry(Outcome::Sent);
        history.add(&newer.clone().begun()).expect("written");
        let line = serde_json::to_string(&newer).expect("JSON").replace("\"sent\"", "\"postponed\"");
        std::fs::OpenOptions::new()
            .append(true)
            .open(history.file())
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("written");
        let unknown = Entry { progress: Progress::Ended(Outcome::Unknown), exit_code: 11, ..newer };
        assert_eq!(history.entries().expect("readable"), (vec![unknown], 1));
    }

    #[test]
    fn every_word_is_read_as_it_was_written() {
        for progress in Outcome::ALL.into_iter().map(Progress::Ended).chain([Progress::Begun]) {
            assert_eq!(Progress::try_from(progress.word().to_owned()), Ok(progress));
        }
    }

    #[test]
    fn a_large_file_is_set_aside_and_the_oldest_is_given_up() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(world.path());
        for _ in 0..=OLD_FILES + 1 {
            std::fs::write(history.file(), vec![b'\n'; LARGEST as usize]).expect("written");
            history.add(&entry(Outcome::Sent)).expect("written");
        }
        let mut names: Vec<String> = std::fs::read_dir(world.path())
            .expect("a folder")
            .map(|file| file.expect("a file").file_name().into_string().expect("plain"))
            .collect();
        names.sort();
        let files = ["history.1.jsonl", "history.2.jsonl", "history.3.jsonl", "history.4.jsonl"];
        assert_eq!(names, [&files[..], &["history.jsonl", "history.lock"]].concat());
        assert_eq!(history.entries().expect("readable").0.len(), 1);
    }

    #[test]
    fn writers_at_once_lose_nothing() {
        let world = tempfile::tempdir().expect("a folder");
        let history = History::of(world.path());
        std::thread::scope(|scope| {
            for writer in 0_i64..8 {
                let history = &history;
                let add = move |n| {
                    // Runs of one moment may have one name.
                    let time = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_millis(writer * 20 + n);
                    let time = format_time(time);
                    history.add(&Entry { time, ..entry(Outcome::Sent) }).expect("written");
                };
                scope.spawn(move || (0..20).for_each(add));
            }
        });
        let (entries, unreadable) = history.entries().expect("readable");
        assert_eq!((entries.len(), unreadable), (160, 0));
    }

    #[test]
    fn a_runs_name_sorts_by_time_and_is_a_plain_word() {
        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_millis(7);
        let (first, second) = (Run::new(Timestamp::UNIX_EPOCH), Run::new(later));
        assert!(first < second);
        assert!(first.name().starts_with("19700101T000000000Z-"), "{first:?}");
        assert_eq!(Run::read(first.name()), Some(first));
        for bad in ["", "../x", "a b", "a.b", "ü"] {
            assert_eq!(Run::read(bad), None, "{bad}");
        }
    }
}
