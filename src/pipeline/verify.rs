//! What comes after the answer: whether everything has landed, and the line in the history.

use std::time::{Duration, Instant};

use serde_json::json;

use super::context::{Around, BACKUP};
use super::diff_view;
use super::service::Service;
use crate::failure::Failure;
use crate::model::diff::{self, Difference, Now};
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, ProblemId, Source};
use crate::outcome::Outcome;
use crate::platform::private;
use crate::report::Report;
use crate::state::backup::Backups;
use crate::state::history::{self, Entry, History};

/// The first and the longest pause between two looks at what has landed.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Around<'_> {
    /// What comes after the answer: the look at what has landed, the line in the history.
    ///
    /// # Errors
    /// What the exchange ended with; unverified, where a field did not land or the customer cannot be read again.
    pub async fn conclude(
        &mut self,
        ended: Result<(), Failure>,
        patch: &Patch,
        service: &mut Service<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let nothing_applied = ended.as_ref().is_err_and(|failure| failure.outcome != Outcome::Unknown);
        // Whatever it says: where the service failed inside, something may have been applied.
        if nothing_applied && status(report).is_none_or(|status| status < 500) {
            self.give_up_backup(report);
        }
        let ended = match ended {
            Ok(()) => {
                if let Some(said) = self.where_kept() {
                    report.text.push_str(&format!("{said}\n"));
                }
                if self.wish.care.verify { self.verify(patch, service, report).await } else { Ok(()) }
            }
            Err(failure) => Err(failure),
        };
        if ended.is_err()
            && let Some(said) = self.where_kept()
        {
            add_afterword(report, &said);
        }
        self.remember(&ended, patch, report);
        ended
    }

    /// Where the values before lie, for a person.
    fn where_kept(&self) -> Option<String> {
        let file = self.kept.as_ref()?;
        let note = match self.wish.care.backup {
            Some(_) if !self.app.global.sandbox => {
                let days = self.profile.reading.backup_days;
                format!(
                    " `booster undo` sets it back within {days} days: what was sent is kept so long, too."
                )
            }
            Some(_) | None => String::new(),
        };
        Some(format!("What it held before is in {file}.{note}"))
    }

    /// Nothing was applied, so there is nothing to undo; and the same command finds its file's name free again.
    fn give_up_backup(&mut self, report: &mut Report) {
        if let Some(folder) = private::state_folder() {
            Backups::of(&folder).forget(&self.run);
        }
        let Some(file) = self.kept.take() else { return };
        if self.wish.care.backup.is_some() {
            match std::fs::remove_file(&file) {
                Ok(()) => add_afterword(
                    report,
                    &format!("Nothing was applied, so the backup {file} is removed again."),
                ),
                Err(_) => {
                    self.kept = Some(file);
                    return;
                }
            }
        }
        report.drop_part(BACKUP);
    }

    /// Reads the customer until everything that can be seen has landed, or the profile's time is over.
    async fn verify(
        &self,
        patch: &Patch,
        service: &mut Service<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let looking = self.look_until_landed(patch, service);
        let seen = self.app.interrupts.or_signal(looking).await.map_err(|signal| {
            report.exit_code = Some(signal.exit_code());
            Failure::new(
                Outcome::Unverified,
                "interrupted while the customer was read again; the patch was sent",
            )
        })?;
        let differences = seen.map_err(|failure| {
            let mut unverified =
                Failure::new(Outcome::Unverified, "sent, but the customer could not be read again");
            unverified.problems.extend(failure.problems);
            unverified
        })?;
        let (unknown, lost): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(|found| found.now == Now::NotKnown);
        let unknown: Vec<&str> = unknown.iter().map(|found| found.field).collect();
        report.part("unverified", json!(unknown));
        report.text.push_str(&diff_view::verified(patch.len(), &unknown));
        if lost.is_empty() {
            return Ok(());
        }
        let mut fields: Vec<&'static str> = lost.iter().map(|found| found.field).collect();
        fields.dedup();
        let problems = fields.into_iter().map(|field| Problem {
            id: Outcome::Unverified.into(),
            level: Level::Error,
            field: Some(field.to_owned()),
            source: Some(Source::Service),
            message: format!("{field} did not land: the service shows something else than what was sent"),
            hint: Some(format!("`booster customer get {}` shows what it holds", self.id)),
        });
        Err(Failure { outcome: Outcome::Unverified, problems: problems.collect() })
    }

    async fn look_until_landed(
        &self,
        patch: &Patch,
        service: &mut Service<'_>,
    ) -> Result<Vec<Difference>, Failure> {
        let end = Instant::now() + self.profile.reading.verify_within;
        let mut pause = FIRST_PAUSE;
        loop {
            let seen = service.ask(self.id).await?.current.map(|current| diff::between(&current, patch));
            let may_yet_come = match &seen {
                Ok(differences) => differences.iter().any(|found| found.now != Now::NotKnown),
                Err(failure) => matches!(failure.outcome, Outcome::Unknown | Outcome::Unreachable),
            };
            let left = end.saturating_duration_since(Instant::now());
            if !may_yet_come || left.is_zero() {
                return seen;
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Notes that the request is about to go out, for the case that nobody comes to note what came of it.
    pub fn note_begun(&self, patch: &Patch, report: &mut Report) {
        self.add(self.entry(Outcome::Unknown, patch, report).begun(), report);
    }

    /// Adds the line to the history, and clears away what is old.
    fn remember(&self, ended: &Result<(), Failure>, patch: &Patch, report: &mut Report) {
        let outcome = ended.as_ref().map_or_else(|failure| failure.outcome, |()| report.outcome);
        self.add(self.entry(outcome, patch, report), report);
        report.part("run", json!(self.run.name()));
        if let Some(folder) = private::state_folder() {
            Backups::of(&folder).prune(self.time);
        }
    }

    /// That a line cannot be written is said once, and changes nothing about what is sent.
    fn add(&self, entry: Entry, report: &mut Report) {
        let Some(folder) = private::state_folder() else { return };
        if let Err(error) = History::of(&folder).add(&entry)
            && !report.problems.iter().any(|problem| problem.id == ProblemId::History)
        {
            let folder = folder.display();
            let message = format!("the history in {folder} cannot be written: {error}");
            report.problems.push(Problem::warning(ProblemId::History, message));
        }
    }

    fn entry(&self, outcome: Outcome, patch: &Patch, report: &Report) -> Entry {
        Entry {
            run: self.run.clone(),
            time: history::written(self.time),
            command: self.command.to_owned(),
            profile: self.profile.name.clone(),
            service: self.service(),
            customer: self.id,
            fields: patch.iter().map(|(field, _)| field.name.to_owned()).collect(),
            outcome: outcome.word().to_owned(),
            exit_code: report.exit_code.unwrap_or(outcome.exit_code()),
            status: status(report),
            backup: self.kept.clone(),
            undoes: self.undoes.clone(),
        }
    }
}

/// The HTTP status of the answer to the patch, where one came.
fn status(report: &Report) -> Option<u16> {
    report.response.as_ref().and_then(|response| response["status"].as_u64()?.try_into().ok())
}

fn add_afterword(report: &mut Report, said: &str) {
    let before = std::mem::take(&mut report.afterword);
    report.afterword = if before.is_empty() { said.to_owned() } else { format!("{said}\n{before}") };
}
