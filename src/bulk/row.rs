//! One row on its way through the pipeline: what is sent of it, and what is known of it afterwards.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value as Json;

use super::check::{Checker, at_row};
use super::database::{Ended, Error, RowId, Values};
use super::journal::Journal;
use super::mask::{masked, text_of};
use super::restore;
use super::shard::Shard;
use super::state::State;
use crate::auth::exchange::Progress;
use crate::config::Profile;
use crate::failure::Failure;
use crate::guard::Permission;
use crate::http::request::Request;
use crate::input::rows::Row;
use crate::model::patch::Patch;
use crate::model::problem::Problem;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::pipeline::check::check_before_reading;
use crate::pipeline::gather::Inputs;
use crate::pipeline::options::PatchOptions;
use crate::pipeline::service::{Service, Watch};
use crate::pipeline::{Interaction, PatchContext, PatchResult, Ready, backup, prepare, send, verify};

/// What all rows of a job have in common.
pub struct Job<'a> {
    pub command: &'static str,
    pub run: &'a str,
    pub profile: &'a Profile,
    pub checker: Checker<'a>,
    pub options: PatchOptions,
    pub resend_unknown: bool,
    /// Of an undo: whether what others have changed since is set back as well; none for other jobs.
    pub restores: Option<bool>,
    /// The part of the table that is sent.
    pub shard: Option<Shard>,
    pub permission: &'a Permission,
    pub service: &'a Service<'a>,
    pub interaction: &'a dyn Interaction,
    pub journal: &'a Journal,
}

/// A row that was read, with its position and what the database knows of it.
pub struct Pending {
    pub id: RowId,
    pub row: Row,
    /// None where the row was never attempted.
    pub before: Option<State>,
}

/// What came of a row.
pub enum Processed {
    Ended(Ended),
    /// The service could not be reached, and nothing was applied: the row is to be tried again.
    Again(Box<Pending>, Failure),
    /// Nothing was applied, and no other row would fare better.
    Stop(Box<Pending>, Failure),
    /// The database cannot be used.
    Broken(Error),
}

/// Whether the service was there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    Yes,
    No,
    /// Nothing was asked of it.
    NotAsked,
}

/// What an attempt of this row has to wait for, and what is known of it meanwhile.
struct RowWatch<'a> {
    journal: &'a Journal,
    id: RowId,
    before: Option<State>,
    /// As what the row is counted now.
    state: Cell<Option<State>>,
    values: RefCell<Option<Box<Values>>>,
    /// Whether a mark of this row is in the database.
    is_marked: Cell<bool>,
    attempts: Cell<u32>,
}

impl Watch for RowWatch<'_> {
    async fn about_to_send(&self) -> Result<(), Failure> {
        if !self.is_marked.get() {
            if self.journal.is_stopped() {
                return Err(Failure::new(Outcome::Unreachable, "not sent, since the run is being stopped"));
            }
            let values = self.values.borrow().clone();
            self.is_marked.set(true);
            self.journal.sent(self.id, values).await;
        }
        self.attempts.set(self.attempts.get() + 1);
        Ok(())
    }

    fn on_pause(&self, progress: Progress<'_>, _: Duration) {
        // While it waits, nothing of it is in doubt, unless an earlier attempt may have been applied.
        if !progress.maybe_applied {
            self.take_back();
        }
    }
}

impl RowWatch<'_> {
    fn was_unknown(&self) -> bool {
        matches!(self.before, Some(State::Sent | State::Unknown))
    }

    fn take_back(&self) {
        if self.is_marked.replace(false) {
            self.journal.arrived();
            self.journal.taken_back(self.id, self.was_unknown());
            let now = self.was_unknown().then_some(State::Unknown);
            self.journal.counts_as(self.state.replace(now), now);
        }
    }
}

impl Drop for RowWatch<'_> {
    fn drop(&mut self) {
        if self.is_marked.get() {
            self.journal.arrived();
        }
    }
}

/// How a row is to end in the database.
struct Verdict {
    state: State,
    problems: Vec<Problem>,
}

impl Verdict {
    fn new(state: State) -> Verdict {
        Verdict { state, problems: Vec::new() }
    }
}

/// What became of a row, before it is noted.
enum Step {
    Verdict(Verdict),
    Again(Failure),
    Stop(Failure),
    Broken(Error),
}

impl From<Error> for Step {
    fn from(error: Error) -> Step {
        Step::Broken(error)
    }
}

impl Job<'_> {
    /// Takes one row from the table to its end. One that has to find out whether the service is there again asks it for the
    /// customer first, where it can.
    pub async fn process(&self, mut pending: Pending, is_probe: bool) -> (Processed, Reached) {
        if let Some(customer) = pending.id.customer.filter(|_| is_probe && self.profile.reading.is_on())
            && let Ok(read) = self.service.get(customer).await
            && let Err(failure) = read.current
            && failure.outcome == Outcome::Unreachable
        {
            return (Processed::Again(Box::new(pending), failure), Reached::No);
        }
        let began = Instant::now();
        let inputs = self.checker.inputs(&mut pending.row);
        let watch = RowWatch {
            journal: self.journal,
            id: pending.id,
            before: pending.before,
            state: Cell::new(pending.before),
            values: RefCell::default(),
            is_marked: Cell::new(false),
            attempts: Cell::new(0),
        };
        let mut result = PatchResult::default();
        let kept = inputs.clone();
        let step = self.step(inputs, &pending, &watch, &mut result).await;
        let reached = match (&step, result.response.as_ref().map(|response| response.status)) {
            (Step::Again(_), _) | (_, Some(500..=504)) => Reached::No,
            (_, Some(_)) => Reached::Yes,
            (Step::Verdict(Verdict { state: State::Unknown, .. }), None) => Reached::No,
            (Step::Verdict(_), None) if result.snapshot.is_some() => Reached::Yes,
            (Step::Verdict(_) | Step::Stop(_) | Step::Broken(_), None) => Reached::NotAsked,
        };
        let give_back = |mut pending: Pending| {
            // It is read once, so what it gave has to come back.
            pending.row.patch = kept.patch.clone();
            pending.row.problems = kept.problems.clone();
            pending.before = watch.state.get();
            Box::new(pending)
        };
        let processed = match step {
            Step::Verdict(verdict) => {
                let patch = &kept.patch;
                let ended = ended(verdict, &pending, patch, &result, watch.attempts.get(), began);
                self.journal.ended(ended.clone(), watch.state.get());
                Processed::Ended(ended)
            }
            Step::Again(failure) => {
                watch.take_back();
                Processed::Again(give_back(pending), failure)
            }
            Step::Stop(failure) => {
                watch.take_back();
                Processed::Stop(give_back(pending), failure)
            }
            Step::Broken(error) => Processed::Broken(error),
        };
        (processed, reached)
    }

    async fn step(
        &self,
        inputs: Inputs,
        pending: &Pending,
        watch: &RowWatch<'_>,
        result: &mut PatchResult,
    ) -> Step {
        match self.held_by(pending.id) {
            Ok(None) => {}
            // It may have been sent before the machine lost its power, and the outcome of both rows with it.
            Ok(Some(number)) if watch.was_unknown() && !self.resend_unknown => {
                return Step::Verdict(unknown_behind(number));
            }
            Ok(Some(number)) => return Step::Verdict(skipped(number)),
            Err(error) => return error.into(),
        }
        let Some(customer) = pending.id.customer else {
            return Step::Verdict(Verdict { state: State::Failed, problems: inputs.problems });
        };
        let was_unknown = watch.was_unknown() && !self.resend_unknown;
        if watch.was_unknown() && self.restores.is_none() {
            // What breaks a rule was never sent, whatever a power cut has left in doubt.
            if let Err(failure) = check_before_reading(&inputs, self.options.strictness) {
                return Step::Verdict(broken(failure, pending));
            }
        }
        let options = PatchOptions { diff: self.options.diff || was_unknown, ..self.options.clone() };
        let context = PatchContext::new(self.command, customer, self.profile, &options, self.interaction);
        if was_unknown && !self.profile.reading.is_on() {
            return Step::Verdict(Verdict::new(State::Unknown));
        }
        let inputs = match self.restores {
            None => Ok(Some(inputs)),
            Some(force) => {
                match self.journal.ask_at_once(|database| database.restored(pending.id.position)) {
                    Ok(stored) => {
                        let stored = stored.unwrap_or_default();
                        restore::restored(inputs, stored, force, &context, self.service, result).await
                    }
                    Err(error) => return error.into(),
                }
            }
        };
        // What was sent and is there now was done by that.
        let nothing_to_do = Verdict::new(if was_unknown { State::Done } else { State::Unchanged });
        let inputs = match inputs {
            Ok(Some(inputs)) => inputs,
            Ok(None) => return Step::Verdict(nothing_to_do),
            Err(failure) => return self.not_prepared(failure, pending, was_unknown, result),
        };
        let ready = match prepare(inputs, &context, self.service, result).await {
            Ok(ready) => ready,
            Err(failure) => return self.not_prepared(failure, pending, was_unknown, result),
        };
        let is_there = ready.is_none() || result.differences.as_ref().is_some_and(Vec::is_empty);
        let Some(Ready { patch, body }) = ready.filter(|_| !is_there) else {
            return Step::Verdict(nothing_to_do);
        };
        if was_unknown {
            match self.may_be_sent_again(&patch, pending.id, result) {
                Ok(true) => {}
                Ok(false) => return Step::Verdict(Verdict::new(State::Unknown)),
                Err(error) => return error.into(),
            }
        }
        self.send(&patch, body, &context, watch, result).await
    }

    async fn send(
        &self,
        patch: &Patch,
        body: String,
        context: &PatchContext<'_>,
        watch: &RowWatch<'_>,
        result: &mut PatchResult,
    ) -> Step {
        let target = match self.profile.target() {
            Ok(target) => target,
            Err(error) => return Step::Stop(error.into()),
        };
        let credential = match self.service.credential().await {
            Ok(credential) => credential,
            Err(failure) => return Step::Stop(failure),
        };
        let name = format!("{}-{}", self.run, watch.id.number);
        let proposal = Request::patch_customer(target, context.id, body, credential).of_run(Some(&name));
        let request = proposal.permitted(self.permission);
        watch.values.replace(self.values(patch, result));
        match send::send(request, patch, context, self.service, watch, result).await {
            Ok(_) => match verify::verify(patch, context, self.service, None, result).await {
                Ok(()) => Step::Verdict(Verdict::new(State::Done)),
                Err(failure) => {
                    // What could not be read again is found out when the run goes on.
                    let is_unread = self.options.sending.verify && result.unverified.is_none();
                    let state = if is_unread { State::Unknown } else { State::Failed };
                    let problems = failure.problems.into_iter().map(verify::without_values).collect();
                    Step::Verdict(Verdict { state, problems })
                }
            },
            Err(failure) => after_sending(failure, watch.was_unknown()),
        }
    }

    /// The number of an earlier row of the customer that holds this one back.
    fn held_by(&self, id: RowId) -> Result<Option<u64>, Error> {
        let Some(customer) = id.customer else { return Ok(None) };
        if !self.journal.is_repeated(customer)? {
            return Ok(None);
        }
        self.journal.ask(|database| database.held_by(id))
    }

    /// What became of a row whose record could not be read, or which breaks a rule.
    fn not_prepared(
        &self,
        failure: Failure,
        pending: &Pending,
        was_unknown: bool,
        result: &PatchResult,
    ) -> Step {
        let (outcome, problems) = (failure.outcome, failure.problems);
        // An answer that is no customer is about this one.
        let is_away = result.response.as_ref().is_none_or(|response| matches!(response.status, 429 | 500..));
        match outcome {
            Outcome::Unreachable if is_away => Step::Again(Failure::with(outcome, problems)),
            Outcome::Unauthenticated => Step::Stop(Failure::with(outcome, problems)),
            // That it cannot be read says nothing about what was sent before, a 404 of the route included.
            _ if was_unknown => Step::Verdict(still_unknown(problems)),
            _ => Step::Verdict(broken(Failure::with(outcome, problems), pending)),
        }
    }

    /// Whether a row that may have been applied can be sent again without harm: plain scalars, whose consents the customer
    /// has already, and nothing later of the customer that it would take back.
    fn may_be_sent_again(&self, patch: &Patch, id: RowId, result: &PatchResult) -> Result<bool, Error> {
        let differences = result.differences.as_deref().unwrap_or_default();
        let changes = |name: &str| differences.iter().any(|found| found.field == name);
        let changes_consent = patch.iter().any(|(field, _)| field.is_consent() && changes(field.name));
        if !patch.is_repeatable() || changes_consent {
            return Ok(false);
        }
        let Some(customer) = id.customer else { return Ok(false) };
        self.journal.ask(|database| {
            // Where a power cut took the marks, a later row may have been sent without one.
            let is_followed = database.is_repeated(customer)?
                && (database.has_later(id)? || id.position < database.number("doubt")?);
            Ok(!is_followed)
        })
    }

    /// What an undo needs, where it was asked for.
    fn values(&self, patch: &Patch, result: &PatchResult) -> Option<Box<Values>> {
        let snapshot = result.snapshot.as_ref().filter(|_| self.options.keeps_values)?;
        let lists = self.profile.reading.lists;
        let (before, not_restored) = backup::values(patch, snapshot, &result.filled, lists);
        let names = |fields: &[&'static crate::model::field::Field]| {
            Json::from(fields.iter().map(|field| field.name).collect::<Vec<_>>()).to_string()
        };
        Some(Box::new(Values {
            before: wire::body(&before),
            sent: wire::body(patch),
            filled: names(&result.filled),
            not_restored: names(&not_restored),
        }))
    }
}

/// What a request that was not answered with success means for its row, of which an earlier process may have sent one
/// that was applied.
fn after_sending(failure: Failure, was_unknown: bool) -> Step {
    match failure.outcome {
        Outcome::Unreachable => Step::Again(failure),
        Outcome::Unauthenticated => Step::Stop(failure),
        Outcome::Unknown => Step::Verdict(Verdict { state: State::Unknown, problems: failure.problems }),
        _ if was_unknown => Step::Verdict(still_unknown(failure.problems)),
        _ => Step::Verdict(Verdict { state: State::Failed, problems: failure.problems }),
    }
}

/// A row of which it is not known whether it was applied before, and which met with these problems now.
fn still_unknown(mut problems: Vec<Problem>) -> Verdict {
    if let Some(first) = problems.first_mut() {
        first.message = format!("it is not known whether it was applied before; this time {}", first.message);
    }
    Verdict { state: State::Unknown, problems }
}

/// A row that breaks a rule, or cannot be sent for another reason of its own.
fn broken(failure: Failure, pending: &Pending) -> Verdict {
    let problems = failure.problems.into_iter();
    Verdict {
        state: State::Failed,
        problems: problems.map(|problem| at_row(problem, &pending.row)).collect(),
    }
}

fn skipped(by: u64) -> Verdict {
    let message = format!("not sent: row {by} of the same customer failed, is unknown or was not sent");
    let problem = Problem::of(Outcome::Stopped, message).hint("correct that row first, then send this one");
    Verdict { state: State::Skipped, problems: vec![problem] }
}

fn unknown_behind(by: u64) -> Verdict {
    let message =
        format!("it is not known whether it was applied; row {by} of the same customer comes first");
    let problem = Problem::of(Outcome::Unknown, message).hint("find out about that row first");
    Verdict { state: State::Unknown, problems: vec![problem] }
}

fn ended(
    verdict: Verdict,
    pending: &Pending,
    patch: &Patch,
    result: &PatchResult,
    attempts: u32,
    began: Instant,
) -> Ended {
    let errors = verdict.problems.iter().filter(|problem| problem.is_error());
    let texts: Vec<String> = errors.clone().map(|problem| text_of(problem, patch)).collect();
    let hint = errors.clone().find_map(|problem| problem.hint.clone());
    let response = result.response.as_ref();
    let code = response.and_then(|response| response.error()).map(|(code, _)| masked(code, patch));
    Ended {
        row: pending.id,
        state: verdict.state,
        attempts,
        status: response.map(|response| response.status),
        code: code.filter(|code| !code.is_empty()),
        message: Some(texts.join("; ")).filter(|text| !text.is_empty()),
        hint,
        ended: Timestamp::now().as_millisecond(),
        took: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
