//! How a patch is sent: the same steps for `customer patch`, `customer edit`, `undo` and each row of a bulk job.
//!
//! Nothing here prints or asks. The caller passes an [`Interaction`] that does, and finds what is known of the patch,
//! after a failure too, in [`PatchResult`].

pub mod answer;
pub mod backup;
pub mod check;
pub mod confirm;
pub mod diff;
pub mod fill;
pub mod gather;
pub mod history;
pub mod options;
mod read;
mod reason;
pub mod run_start;
pub mod send;
pub mod service;
mod service_errors;
pub mod verify;

use crate::config::Profile;
use crate::failure::Failure;
use crate::guard::Guard;
use crate::http::request::{Proposal, Request};
use crate::model::diff::Difference;
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::platform::signals::Interrupts;
use crate::state::history::Run;

use answer::ResponseSummary;
use backup::WrittenBackup;
use check::Checked;
use gather::Inputs;
use options::{Force, PatchOptions};
use run_start::RunStart;
use service::{ExchangeState, Service};

/// What every step is given: which customer, where, and how.
pub struct PatchContext<'a> {
    /// The command as the history names it: `customer patch`, `customer edit`, `undo`.
    pub command: &'static str,
    pub id: u32,
    pub profile: &'a Profile,
    pub options: &'a PatchOptions,
    /// Which changes by others do not stop the patch.
    pub force: Force,
    /// The run that this one undoes.
    pub undoes: Option<Run>,
    pub interaction: &'a dyn Interaction,
}

/// Whoever shows what happens, and asks: a person's terminal, or nobody.
pub trait Interaction {
    /// Something about how the command works, for those who asked for that much (`-v` is 1, `-vv` 2).
    fn verbose(&self, verbosity: u8, text: &dyn Fn() -> String);

    /// Something that happens on the way, such as a pause before another attempt.
    fn progress(&self, text: &str);

    /// Shows a warning before anything is sent. Gives false if it is not shown now and has to be reported.
    fn warn(&self, problem: &Problem) -> bool;

    /// What shows the requests of a sign-in, which may outlive the caller.
    fn sign_in_listener(&self) -> Box<dyn Fn(&str) + Send + Sync>;

    /// Shows what is about to be sent, and asks whether to send it if `must_ask`.
    ///
    /// # Errors
    /// Interrupted at the question.
    fn confirm(&self, preview: &Preview<'_>, must_ask: bool) -> Result<Confirmation, Failure>;

    /// Asks why these fields are changed, until there is a reason that will do. `None` if nobody can be asked.
    ///
    /// # Errors
    /// Interrupted or left at the question.
    fn ask_reason(&self, fields: &[&'static Field]) -> Result<Option<String>, Failure>;
}

/// What is about to be sent.
pub struct Preview<'a> {
    pub id: u32,
    pub profile: &'a Profile,
    pub patch: &'a Patch,
    /// The record as it was last read; `None` if nothing needed it.
    pub snapshot: Option<&'a Snapshot>,
    /// The fields of the patch that come from the record.
    pub filled: &'a [&'static Field],
    /// What it would change; `None` if nobody asked for that.
    pub differences: Option<&'a [Difference]>,
    /// The items of the customer that its lists drop.
    pub dropped: &'a [(&'static Field, Vec<String>)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// A person saw the patch and agreed.
    Agreed,
    Declined,
    /// Nobody was asked.
    NotAsked,
}

/// What is known of a patch, filled in step by step, so that it can be reported after a failure as well.
#[derive(Default)]
pub struct PatchResult {
    pub warnings: Vec<Problem>,
    /// The record as it was last read; `None` if nothing needed it.
    pub snapshot: Option<Snapshot>,
    /// The fields that were taken from the record.
    pub filled: Vec<&'static Field>,
    /// Those fields with their values, once the patch is checked.
    pub filled_values: Option<Patch>,
    pub differences: Option<Vec<Difference>>,
    /// The items of the customer that a list of the patch drops, each by its first texts.
    pub dropped: Vec<(&'static Field, Vec<String>)>,
    /// Why it is changed, where somebody said so.
    pub reason: Option<String>,
    pub request: Option<Request>,
    pub response: Option<ResponseSummary>,
    pub backup: Option<WrittenBackup>,
    /// The backup's file, if it was removed again because nothing was applied.
    pub removed_backup: Option<String>,
    /// The fields that `--verify` could not compare because the answer does not carry them; `None` if it did not run.
    pub unverified: Option<Vec<&'static str>>,
    /// Where the record is found to have changed, the command must not be suggested again as it is.
    pub is_outdated: bool,
    /// The run's name, once it is in the history.
    pub run: Option<Run>,
}

/// How a patch ended that did not fail.
pub enum Ended {
    /// A dry run. The request is missing if nobody said where to send.
    Planned {
        patch: Patch,
        body: String,
        request: Option<Box<Proposal>>,
    },
    /// The customer holds all of it already, so nothing was sent.
    Unchanged,
    Sent {
        patch: Patch,
        answer: String,
    },
}

/// Sends one patch, step by step.
///
/// # Errors
/// Every way in which a patch can fail; `result` keeps what was known until then.
pub async fn run(
    inputs: Inputs,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    interrupts: &Interrupts,
    result: &mut PatchResult,
) -> Result<Ended, Failure> {
    let Some(Ready { patch, body }) = prepare(inputs, context, service, result).await? else {
        return Ok(Ended::Unchanged);
    };
    reason::find(&patch, context, result)?;
    if context.options.is_dry_run() {
        let request = send::planned(&body, context).map(Box::new);
        return Ok(Ended::Planned { patch, body, request });
    }
    if result.differences.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Ended::Unchanged);
    }
    let target = context.profile.target()?;
    let permit = confirm::confirm(&patch, context, result)?;
    let credential = service.credential().await?;
    let proposal =
        Request::patch_customer(target, context.id, body, credential).of_run(Some(service.run().name()));
    confirm::reread(&patch, &permit, context, service, result).await?;
    interrupts.about_to_send();
    let start = RunStart::begin(service.run());
    backup::back_up(&patch, &start, context, result)?;
    history::note_begun(&start, &patch, context, result)?;
    let state = ExchangeState::default();
    let request = proposal.permitted(&permit.permission);
    let sending = send::send(request, &patch, context, service, &state, result);
    let sent = interrupts.or_signal(sending).await;
    let sent = sent.unwrap_or_else(|signal| Err(send::interrupted(signal, &state)));
    backup::remove_if_not_applied(&sent, &start, result);
    let ended = match sent {
        Ok(answer) => {
            verify::verify(&patch, context, service, Some(interrupts), result).await.map(|()| answer)
        }
        Err(failure) => Err(failure),
    };
    history::note_ended(&start, &ended, &patch, context, result);
    ended.map(|answer| Ended::Sent { patch, answer })
}

/// A patch that is checked and whole, and its body in bytes as they are sent.
pub struct Ready {
    pub patch: Patch,
    pub body: String,
}

/// The steps up to where a patch could be sent: fill, check, diff. Gives none where the customer holds all of it already,
/// as far as the steps before could tell.
///
/// # Errors
/// Everything that is wrong with the inputs; a record that is needed and cannot be read.
pub async fn prepare(
    mut inputs: Inputs,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    result: &mut PatchResult,
) -> Result<Option<Ready>, Failure> {
    let was_given = inputs.patch.has_users_fields();
    fill::fill(&mut inputs, context, service, result).await?;
    if was_given && !inputs.patch.has_users_fields() {
        result.warnings = check::warnings_alone(inputs, context.options.strictness)?;
        result.differences = context.options.diff.then(Vec::new);
        return Ok(None);
    }
    let checked = check::check(inputs, context.options.strictness);
    let Checked { patch, body, warnings } = check::hint_at_fill(checked, context)?;
    result.warnings = warnings;
    context.interaction.verbose(1, &|| crate::views::preview::layers(&patch));
    diff::diff(&patch, context, result)?;
    Ok(Some(Ready { patch, body }))
}

impl<'a> PatchContext<'a> {
    /// A patch that stops where somebody else has changed the record, and undoes none.
    pub fn new(
        command: &'static str,
        id: u32,
        profile: &'a Profile,
        options: &'a PatchOptions,
        interaction: &'a dyn Interaction,
    ) -> PatchContext<'a> {
        let (force, undoes) = (Force::None, None);
        PatchContext { command, id, profile, options, force, undoes, interaction }
    }

    /// Whether the guard wants a yes from a person.
    fn must_ask(&self) -> bool {
        self.profile.guard.guard == Guard::Confirm && self.options.sending.confirm.is_none()
    }
}
