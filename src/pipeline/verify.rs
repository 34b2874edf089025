//! Reading the customer again after a patch, until every field that can be seen holds what was sent.

use std::time::{Duration, Instant};

use super::service::Service;
use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::model::diff::{self, Difference};
use crate::model::field::Field;
use crate::model::list_edit::{self, ListMode};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::{Problem, Source};
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::platform::signals::Interrupts;
use crate::views::diff_view;

/// The first and the longest pause between two readings.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Verifies the patch, if that was asked for. What the service made of a list is looked at in any case if the record
/// was read before: whether it replaces lists or adds to them nobody outside knows. A signal ends the reading, where
/// there are `interrupts`.
///
/// # Errors
/// Unverified, if a field was not saved or the customer cannot be read again.
pub async fn verify(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    interrupts: Option<&Interrupts>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    let is_asked = context.options.sending.verify;
    let lists = context.profile.reading.lists;
    let before = result.snapshot.as_ref().filter(|_| context.profile.reading.is_on());
    let has_lists = patch.iter().any(|(_, given)| matches!(given.value, Value::List(_)));
    if !is_asked && !has_lists {
        return Ok(());
    }
    let expected = expected(patch, is_asked, before, lists);
    if expected.len() == 0 && !is_asked {
        return Ok(());
    }
    let reading = read_until_saved(&expected, context, service);
    let read = match interrupts {
        Some(interrupts) => interrupts.or_signal(reading).await.map_err(|signal| {
            let message = "interrupted while the customer was read again; the patch was sent";
            Failure::new(Outcome::Unverified, message).exiting_with(signal.exit_code())
        })?,
        None => reading.await,
    };
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
                "it is not known what the service did with the list: the customer could not be read again";
            result.warnings.push(Problem::warning(Outcome::Unverified, message));
            return Ok(());
        }
    };
    let differences = diff::between(&snapshot, &expected);
    let mut unverified: Vec<&'static str> = differences.iter().map(|found| found.field).collect();
    unverified.dedup();
    let (unknown, different): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|found| !found.can_be_compared());
    if is_asked {
        // What an added list should be is not known without the list before.
        let not_expected = patch.iter().map(|(field, _)| field.name);
        unverified.extend(not_expected.filter(|name| expected.get(name).is_none()));
        result.unverified = Some(unverified);
        let instants = unknown.iter().filter_map(|found| snapshot.uncertain.get(found.field));
        result.warnings.extend(instants.map(|instant| {
            let message = format!("cannot be verified, since the date is uncertain: {}", instant.describe());
            let hint =
                "set time_zone in the profile to the service's time zone, as in time_zone = \"Europe/Paris\"";
            Problem::warning(Outcome::Unverified, message).hint(hint).on(instant.field())
        }));
    }
    let mut fields: Vec<&'static str> = different.iter().map(|found| found.field).collect();
    fields.dedup();
    if fields.is_empty() {
        return Ok(());
    }
    let problems = fields.into_iter().map(|field| {
        let (message, hint) = match wrong_mode(field, patch, result.snapshot.as_ref(), &snapshot, lists) {
            Some(ListMode::Append) => (
                format!("the service added the items to {field} instead of replacing the list"),
                "if it always does, set lists = \"append\" in the profile".to_owned(),
            ),
            Some(ListMode::Replace) => (
                format!("the service replaced {field} with the new items instead of adding them"),
                "if it always does, set lists = \"replace\" in the profile".to_owned(),
            ),
            None => {
                let places = different.iter().filter(|found| found.field == field).map(diff_view::not_saved);
                let places = places.take(3).collect::<Vec<_>>().join("; ");
                let hint = format!("`booster customer get {}` shows the current values", context.id);
                (format!("{NOT_SAVED}: {places}"), hint)
            }
        };
        Problem::of(Outcome::Unverified, message).on(field).at(Source::Service).hint(hint)
    });
    Err(Failure::with(Outcome::Unverified, problems.collect()))
}

const NOT_SAVED: &str = "was not saved as it was sent";

/// The problem without the values of the field that it shows.
pub fn without_values(mut problem: Problem) -> Problem {
    if problem.message.starts_with(NOT_SAVED) {
        problem.message.truncate(NOT_SAVED.len());
    }
    problem
}

/// What the customer should hold afterwards: all that was sent, or its lists alone. A list that is added to one that is
/// not known is left out.
fn expected(patch: &Patch, is_asked: bool, before: Option<&Snapshot>, lists: ListMode) -> Patch {
    let mut expected = match (lists, before) {
        (ListMode::Append, Some(before)) => list_edit::appended(patch, before),
        (ListMode::Append, None) | (ListMode::Replace, _) => patch.clone(),
    };
    for (field, given) in patch.iter() {
        let is_wanted = match (&given.value, lists) {
            (Value::List(_), ListMode::Append) => before.is_some_and(|before| before.get(field).is_some()),
            (Value::List(_), ListMode::Replace) => is_asked || before.is_some(),
            (Value::Text(_) | Value::Bool(_) | Value::Date(_), _) => is_asked,
        };
        if !is_wanted {
            expected.remove(field);
        }
    }
    expected
}

/// What the service made of a list, if that is not what the profile says.
fn wrong_mode(
    field: &str,
    patch: &Patch,
    before: Option<&Snapshot>,
    now: &Snapshot,
    lists: ListMode,
) -> Option<ListMode> {
    let field = patch.record().field(field)?;
    fn items<'a>(snapshot: &'a Snapshot, field: &Field) -> Option<&'a [Item]> {
        match snapshot.get(field) {
            Some(Value::List(items)) => Some(items),
            Some(_) | None => None,
        }
    }
    let Value::List(sent) = patch.value(field.name)? else { return None };
    let (before, now) = (items(before?, field)?, items(now, field)?);
    if before.is_empty() {
        return None;
    }
    match lists {
        // A service that adds may leave out what it has already.
        ListMode::Replace => {
            let holds_before = now.len() > before.len() && diff::same_items(&now[..before.len()], before);
            let holds = |item: &Item| now.iter().any(|own| diff::same_item(own, item));
            (holds_before && sent.iter().all(holds)).then_some(ListMode::Append)
        }
        ListMode::Append => diff::same_items(now, sent).then_some(ListMode::Replace),
    }
}

/// Reads the customer until nothing that can be seen differs, or the profile's time is over.
async fn read_until_saved(
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &Service<'_>,
) -> Result<Snapshot, Failure> {
    let end = Instant::now() + context.profile.reading.verify_within;
    let mut pause = FIRST_PAUSE;
    loop {
        let seen = service.get(context.id).await?.current;
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
