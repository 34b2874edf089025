//! Reading the customer again after a patch, until every field that can be seen holds what was sent.

use std::time::{Duration, Instant};

use super::service::Service;
use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::model::diff::{self, Difference, Now};
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Source};
use crate::outcome::Outcome;

/// The first and the longest pause between two readings.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Verifies the patch, if that was asked for.
///
/// # Errors
/// Unverified, if a field was not saved or the customer cannot be read again.
pub async fn verify(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &mut Service<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    if !context.options.sending.verify {
        return Ok(());
    }
    let reading = read_until_saved(patch, context, service);
    let differences = context.interrupts.or_signal(reading).await.map_err(|signal| {
        let message = "interrupted while the customer was read again; the patch was sent";
        Failure::new(Outcome::Unverified, message).exiting_with(signal.exit_code())
    })?;
    let differences = differences.map_err(|failure| {
        let mut unverified =
            Failure::new(Outcome::Unverified, "sent, but the customer could not be read again");
        unverified.problems.extend(failure.problems);
        unverified
    })?;
    let (unknown, different): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|found| found.now == Now::NotKnown);
    result.unverified = Some(unknown.iter().map(|found| found.field).collect());
    if different.is_empty() {
        return Ok(());
    }
    let mut fields: Vec<&'static str> = different.iter().map(|found| found.field).collect();
    fields.dedup();
    let problems = fields.into_iter().map(|field| Problem {
        id: Outcome::Unverified.into(),
        level: Level::Error,
        field: Some(field.to_owned()),
        source: Some(Source::Service),
        message: format!("{field} did not land: the service shows something else than what was sent"),
        hint: Some(format!("`booster customer get {}` shows what it holds", context.id)),
    });
    Err(Failure::with(Outcome::Unverified, problems.collect()))
}

/// Reads the customer until nothing that can be seen differs, or the profile's time is over.
async fn read_until_saved(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &mut Service<'_>,
) -> Result<Vec<Difference>, Failure> {
    let end = Instant::now() + context.profile.reading.verify_within;
    let mut pause = FIRST_PAUSE;
    loop {
        let seen = service.ask(context.id).await?.current.map(|current| diff::between(&current, patch));
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
