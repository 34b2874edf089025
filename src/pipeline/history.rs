//! The lines in the history about one attempt to send: one before the request goes out, one with the outcome.

use jiff::Timestamp;

use super::{PatchContext, PatchResult};
use crate::config::Profile;
use crate::failure::Failure;
use crate::model::patch::Patch;
use crate::model::problem::{Problem, ProblemId};
use crate::outcome::Outcome;
use crate::platform::{editor, private};
use crate::state::backup::Backups;
use crate::state::history::{self, Entry, History, Progress, Run};

/// What the history calls a sandbox inside the process.
pub const SANDBOX: &str = "sandbox";

/// The base URL. A sandbox inside the process has another one each time, and nothing of it remains.
pub fn service_name(profile: &Profile) -> String {
    match &profile.base_url {
        Some(url) if !profile.is_sandbox => url.to_string(),
        Some(_) | None => SANDBOX.to_owned(),
    }
}

/// One attempt to send: its name, and when the request was about to go out.
pub struct Attempt {
    pub run: Run,
    pub time: Timestamp,
}

impl Attempt {
    pub fn begin() -> Attempt {
        let time = Timestamp::now();
        Attempt { run: Run::new(time), time }
    }

    /// Notes that the request is about to go out, in case the process is killed before it can note the outcome.
    pub fn note_begun(&self, patch: &Patch, context: &PatchContext<'_>, result: &mut PatchResult) {
        add(self.entry(Outcome::Unknown, None, patch, context, result).begun(), result);
    }

    /// Notes the outcome, and deletes what is old.
    pub fn note_ended(
        &self,
        ended: &Result<String, Failure>,
        patch: &Patch,
        context: &PatchContext<'_>,
        result: &mut PatchResult,
    ) {
        let (outcome, exit_code) = ended
            .as_ref()
            .map_or_else(|failure| (failure.outcome, failure.exit_code), |_| (Outcome::Sent, None));
        add(self.entry(outcome, exit_code, patch, context, result), result);
        result.run = Some(self.run.clone());
        if let Some(folder) = private::state_folder() {
            let backups = Backups::of(&folder);
            if backups.prune(self.time) {
                editor::remove_abandoned(|text| backups.write_unsent(text, self.time).is_ok());
            }
        }
    }

    fn entry(
        &self,
        outcome: Outcome,
        exit_code: Option<u8>,
        patch: &Patch,
        context: &PatchContext<'_>,
        result: &PatchResult,
    ) -> Entry {
        Entry {
            run: self.run.clone(),
            time: history::format_time(self.time),
            command: context.command.to_owned(),
            profile: context.profile.name.clone(),
            service: service_name(context.profile),
            customer: context.id,
            fields: patch.iter().map(|(field, _)| field.name.to_owned()).collect(),
            progress: Progress::Ended(outcome),
            exit_code: exit_code.unwrap_or(outcome.exit_code()),
            status: result.response.as_ref().map(|response| response.status),
            backup: result.backup.as_ref().map(|backup| backup.file.to_string_lossy().into_owned()),
            undoes: context.undoes.clone(),
        }
    }
}

/// Adds a line. That it cannot be written is said once, and changes nothing about what is sent.
fn add(entry: Entry, result: &mut PatchResult) {
    let Some(folder) = private::state_folder() else { return };
    if let Err(error) = History::of(&folder).add(&entry)
        && !result.warnings.iter().any(|problem| problem.id == ProblemId::History)
    {
        let folder = folder.display();
        let message = format!("the history in {folder} cannot be written: {error}");
        result.warnings.push(Problem::warning(ProblemId::History, message));
    }
}
