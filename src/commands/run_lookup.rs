//! Which run an undo is about: the one that is named, or the newest one that went to the profile's service.

use std::collections::BTreeMap;

use crate::config::Profile;
use crate::escape::{escaped, quoted};
use crate::failure::Failure;
use crate::pipeline::run_start::{SANDBOX, service_name};
use crate::platform::folders;
use crate::state::backup::{Backups, Note, StoredNote};
use crate::state::history::{Entry, History, Run};

/// The word for the newest patch of the profile's service.
pub const LAST: &str = "last";

/// What is known of one run: its lines in the history, its note beside the backup.
#[derive(Default)]
struct Known<'a> {
    entry: Option<&'a Entry>,
    stored: Option<&'a StoredNote>,
}

/// The note of the run that is wanted. A run that was undone, or that is an undo itself, has to be named.
///
/// # Errors
/// Usage, where there is no such run, or it went elsewhere; where what was kept of it cannot be read.
pub fn find(wanted: &str, profile: &Profile) -> Result<(Backups, Note), Failure> {
    let service = service_name(profile);
    let folder = folders::state_folder().ok_or_else(|| nothing("no folder was found for backups".into()))?;
    let backups = Backups::of(&folder);
    let unreadable = |error: std::io::Error| {
        Failure::usage(format!("what was stored in {} cannot be read: {error}", folder.display()))
    };
    let notes = backups.notes().map_err(unreadable)?;
    let (entries, _) = History::of(&folder).entries().map_err(unreadable)?;
    let note = match wanted {
        LAST => last(&entries, &notes, &service)?,
        _ => named(wanted, &entries, &notes)?,
    };
    if note.service != service {
        return Err(elsewhere(&note, &service, profile));
    }
    same_profile(&note, profile)?;
    Ok((backups, note))
}

/// The name of the newest run of all, where that is a bulk run that may have changed something and was not undone.
pub fn newest_bulk() -> Option<String> {
    let (entries, _) = History::of(&folders::state_folder()?).entries().ok()?;
    let newest = entries.iter().find(|entry| entry.undoes.is_none() && entry.may_have_changed())?;
    let is_undone = entries.iter().any(|entry| entry.has_undone(&newest.run));
    (newest.rows.is_some() && !is_undone).then(|| newest.run.name().to_owned())
}

/// Another profile of the same address may sign in as somebody else, guard and check otherwise: it has to be the run's.
fn same_profile(note: &Note, profile: &Profile) -> Result<(), Failure> {
    match (&note.profile, &profile.name) {
        (Some(own), used) if used.as_ref() != Some(own) => {
            let used = used.as_ref().map_or("no profile is".to_owned(), |used| format!("{used} is"));
            let message = format!("run {} was sent by profile {own}, but {used} in use", note.run.name());
            Err(Failure::usage(message).hint(format!("name that profile: -p {own}")))
        }
        _ => Ok(()),
    }
}

fn named(wanted: &str, entries: &[Entry], notes: &[StoredNote]) -> Result<Note, Failure> {
    if wanted.is_empty() {
        return Err(Failure::usage("the name of the run is empty").hint("`booster history` lists the runs"));
    }
    let Some(stored) = by_name(wanted, notes, |stored| &stored.run)? else {
        let sent = entries.iter().find(|entry| entry.run.name().starts_with(wanted));
        return Err(sent.map_or_else(
            || nothing(format!("there is no backup of a run {}", quoted(wanted))),
            |entry| not_kept(&format!("the run is {}", entry.run.name()), Some(entry)),
        ));
    };
    stored.note.clone().map_err(|why| unreadable_note(&stored.run, &why))
}

/// The one whose run has this name, or a name that begins so; none where there is none.
///
/// # Errors
/// Usage, where it is the beginning of several.
pub fn by_name<'a, T>(
    wanted: &str,
    all: &'a [T],
    run: impl Fn(&T) -> &Run,
) -> Result<Option<&'a T>, Failure> {
    let mut named = all.iter().filter(|one| run(one).name().starts_with(wanted));
    match (named.next(), named.next()) {
        (Some(first), Some(second)) => {
            let message = format!("{} matches several runs", quoted(wanted));
            let (first, second) = (run(first).name(), run(second).name());
            Err(Failure::usage(message).hint(format!("write more of it, as in {first} or {second}")))
        }
        (found, _) => Ok(found),
    }
}

/// The newest run that has changed something and was not undone. One without a backup is not passed over: the run
/// before it may be about another customer. Where none went to the service, the newest of all.
fn last(entries: &[Entry], notes: &[StoredNote], service: &str) -> Result<Note, Failure> {
    let mut runs: BTreeMap<&Run, Known> = BTreeMap::new();
    entries.iter().for_each(|entry| runs.entry(&entry.run).or_default().entry = Some(entry));
    notes.iter().for_each(|stored| runs.entry(&stored.run).or_default().stored = Some(stored));
    let is_undone = |run: &Run| entries.iter().any(|entry| entry.has_undone(run));
    let mut runs: Vec<_> = runs.iter().collect();
    // A run has its name from its first request on; what counts is when its patch went out.
    runs.sort_by_key(|(run, known)| (known.time(run), *run));
    let mut open = runs.iter().rev().filter(|(run, known)| known.is_open() && !is_undone(run)).peekable();
    let newest = open.peek().and_then(|(_, known)| known.stored?.note.as_ref().ok());
    match open.find(|(_, known)| known.service().is_none_or(|own| own == service)) {
        Some((run, Known { stored: Some(stored), .. })) => {
            stored.note.clone().map_err(|why| unreadable_note(run, &why))
        }
        Some((run, Known { stored: None, entry })) => Err(without_backup(run, *entry)),
        None => newest.cloned().ok_or_else(|| nothing("there is nothing to undo".to_owned())),
    }
}

impl Known<'_> {
    /// When the patch went out, to the second, as digits.
    fn time(&self, run: &Run) -> String {
        let of_entry = self.entry.map(|entry| entry.time.as_str());
        let text = of_entry.or(self.note().map(|note| note.time.as_str())).unwrap_or(run.name());
        text.chars().filter(char::is_ascii_digit).take("20200102030405".len()).collect()
    }

    fn note(&self) -> Option<&Note> {
        self.stored?.note.as_ref().ok()
    }

    /// Whether the run may have changed something, is no undo itself, and was not undone as far as its note tells.
    fn is_open(&self) -> bool {
        self.entry.is_none_or(|entry| entry.progress.may_have_changed() && entry.undoes.is_none())
            && self.note().is_none_or(|note| note.undone.is_none() && note.undoes.is_none())
    }

    /// `None` where nothing tells where it went.
    fn service(&self) -> Option<&str> {
        let of_entry = self.entry.map(|entry| entry.service.as_str());
        of_entry.or(self.note().map(|note| note.service.as_str()))
    }
}

fn nothing(message: String) -> Failure {
    Failure::usage(message).hint(
        "a patch can be undone if it was sent with --backup, or with backup = true in the profile; \
         `booster history` lists what was sent",
    )
}

fn unreadable_note(run: &Run, why: &str) -> Failure {
    Failure::usage(format!("the backup of run {} cannot be read: {}", run.name(), escaped(why)))
        .hint("`booster history` lists the runs; name an older one to undo that")
}

fn without_backup(run: &Run, entry: Option<&Entry>) -> Failure {
    let newest = format!("the newest run is {}", run.name());
    not_kept(&newest, entry)
        .hint("to undo an older run, name it: `booster history` lists them. A patch can be undone if it was sent with --backup, or with backup = true in the profile")
}

fn not_kept(run: &str, entry: Option<&Entry>) -> Failure {
    let what =
        entry.map_or_else(String::new, |entry| format!(", {} at {}", entry.subject(), escaped(&entry.time)));
    let backup = match entry.and_then(|entry| entry.backup.as_ref()) {
        _ if entry.is_some_and(|entry| entry.service == SANDBOX) => {
            "it was sent to a sandbox that no longer runs, so it cannot be undone"
        }
        Some(_) => "its backup no longer exists, so it cannot be undone",
        None => "it has no backup, so it cannot be undone",
    };
    nothing(format!("{run}{what}, and {backup}"))
}

fn elsewhere(note: &Note, service: &str, profile: &Profile) -> Failure {
    let whose = note.profile.as_ref().map_or_else(String::new, |name| format!(" (profile {name})"));
    let failure = Failure::usage(format!(
        "run {} was sent to {}{whose}, not to {service}",
        note.run.name(),
        note.service
    ));
    failure.hint(match &note.profile {
        Some(name) if profile.name.as_ref() != Some(name) => format!("name that profile: -p {name}"),
        Some(_) | None => "name that address with --base-url".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;
    use crate::state::history::Progress;

    #[test]
    fn the_newest_run_is_the_one_whose_patch_went_out_last() {
        // The first was begun before the second, and somebody answered its questions for long.
        let lines = [
            ("20200101T000000000Z-aaaa", "2020-01-01T00:10:00Z"),
            ("20200101T000500000Z-bbbb", "2020-01-01T00:05:00Z"),
        ];
        let entries = lines.map(|(run, time)| Entry {
            run: Run::read(run).expect("a name"),
            time: time.to_owned(),
            command: "customer patch".to_owned(),
            profile: None,
            service: "https://a.example/".to_owned(),
            customer: Some(1),
            rows: None,
            fields: Vec::new(),
            progress: Progress::Ended(Outcome::Sent),
            exit_code: 0,
            status: None,
            backup: None,
            not_restored: Vec::new(),
            undoes: None,
            reason: None,
        });
        let failure = last(&entries, &[], "https://a.example/").expect_err("it has no backup");
        assert!(failure.problems[0].message.contains("Z-aaaa"), "{failure:?}");
    }
}
