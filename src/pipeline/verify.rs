//! Reading the customer again after a patch, until every field that can be seen holds what was sent.

use std::time::{Duration, Instant};

use super::service::Service;
use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::model::diff::{self, Difference};
use crate::model::list_edit::ListMode;
use crate::model::patch::{Patch, Value};
use crate::model::problem::{Level, Problem, Source};
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::views::diff_view;

/// The first and the longest pause between two readings.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Verifies the patch, if that was asked for. What the service made of a list is looked at in any case if the record
/// was read before: whether it replaces lists or adds to them nobody outside knows.
///
/// # Errors
/// Unverified, if a field was not saved or the customer cannot be read again.
pub async fn verify(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &mut Service<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    let is_asked = context.options.sending.verify;
    let before = result.snapshot.as_ref().filter(|_| context.profile.reading.is_on());
    let expected = expected(patch, is_asked, before, context.profile.reading.lists);
    if expected.len() == 0 && !is_asked {
        return Ok(());
    }
    let reading = read_until_saved(&expected, context, service);
    let read = context.interrupts.or_signal(reading).await.map_err(|signal| {
        let message = "interrupted while the customer was read again; the patch was sent";
        Failure::new(Outcome::Unverified, message).exiting_with(signal.exit_code())
    })?;
    let snapshot = match read {
        Ok(snapshot) => snapshot,
        Err(failure) if is_asked => {
            let message = "sent, but the customer could not be read again";
            let mut unverified = Failure::new(Outcome::Unverified, message);
            unverified.problems.extend(failure.problems);
            return Err(unverified);
        }
        Err(_) => {
            let message =
                "what the service made of the list is not known: the customer could not be read again";
            result.warnings.push(Problem::warning(Outcome::Unverified.into(), message));
            return Ok(());
        }
    };
    let differences = diff::between(&snapshot, &expected);
    let mut unverified: Vec<&'static str> = differences.iter().map(|found| found.field).collect();
    unverified.dedup();
    let (unknown, different): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|found| !found.can_be_compared());
    if is_asked {
        result.unverified = Some(unverified);
        let instants = unknown.iter().filter_map(|found| snapshot.uncertain.get(found.field));
        result.warnings.extend(instants.map(|instant| {
            let message = format!("cannot be verified, since the day is uncertain: {}", instant.describe());
            let hint = "name the service's time zone in the profile, as in time_zone = \"Europe/Paris\"";
            Problem { hint: Some(hint.to_owned()), ..Problem::warning(Outcome::Unverified.into(), message) }
        }));
    }
    let mut fields: Vec<&'static str> = different.iter().map(|found| found.field).collect();
    fields.dedup();
    if fields.is_empty() {
        return Ok(());
    }
    let problems = fields.into_iter().map(|field| {
        let (message, hint) = if was_added_to(field, patch, result.snapshot.as_ref(), &snapshot) {
            let message = "the service has added the items to its list instead of replacing the list";
            (message.to_owned(), "say so in the profile, by lists = \"append\"".to_owned())
        } else {
            let places = different.iter().filter(|found| found.field == field).map(diff_view::not_saved);
            let message =
                format!("not saved as it was sent: {}", places.take(3).collect::<Vec<_>>().join("; "));
            (message, format!("`booster customer get {}` shows what it holds", context.id))
        };
        Problem {
            id: Outcome::Unverified.into(),
            level: Level::Error,
            field: Some(field.to_owned()),
            source: Some(Source::Service),
            message,
            hint: Some(hint),
        }
    });
    Err(Failure::with(Outcome::Unverified, problems.collect()))
}

/// What the customer should hold afterwards: all that was sent, or its lists alone.
fn expected(patch: &Patch, is_asked: bool, before: Option<&Snapshot>, lists: ListMode) -> Patch {
    let mut expected = Patch::new(patch.record());
    for (field, given) in patch.iter() {
        let value = match (&given.value, lists, before) {
            (Value::List(_), ListMode::Replace, Some(_)) => Some(given.value.clone()),
            (Value::List(sent), ListMode::Append, Some(before)) => match before.get(field) {
                Some(Value::List(items)) => Some(Value::List([items.as_slice(), sent.as_slice()].concat())),
                Some(_) | None => None,
            },
            (Value::List(_), ListMode::Append, None) => None,
            (Value::List(_) | Value::Text(_) | Value::Bool(_) | Value::Date(_), _, _) => {
                is_asked.then(|| given.value.clone())
            }
        };
        if let Some(value) = value {
            expected.set(field, value, given.source.clone());
        }
    }
    expected
}

/// Whether the list holds what it held before, and then what was sent.
fn was_added_to(field: &str, patch: &Patch, before: Option<&Snapshot>, now: &Snapshot) -> bool {
    let Some(field) = patch.record().field(field) else { return false };
    let items = |snapshot: &Snapshot| match snapshot.get(field) {
        Some(Value::List(items)) => Some(items.clone()),
        Some(_) | None => None,
    };
    let sent = match patch.get(field.name).map(|given| &given.value) {
        Some(Value::List(items)) => items.clone(),
        Some(_) | None => return false,
    };
    let (Some(before), Some(now)) = (before.and_then(items), items(now)) else { return false };
    !before.is_empty() && diff::same(&Value::List([before, sent].concat()), &Value::List(now))
}

/// Reads the customer until nothing that can be seen differs, or the profile's time is over.
async fn read_until_saved(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &mut Service<'_>,
) -> Result<Snapshot, Failure> {
    let end = Instant::now() + context.profile.reading.verify_within;
    let mut pause = FIRST_PAUSE;
    loop {
        let seen = service.ask(context.id).await?.current;
        let may_yet_come = match &seen {
            Ok(snapshot) => diff::between(snapshot, patch).iter().any(Difference::can_be_compared),
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
