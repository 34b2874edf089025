//! Reading the customer's record where a step needs it, and filling the patch from it.

use super::check::{check_before_reading, hint_at_fill};
use super::gather::Inputs;
use super::options::{PatchOptions, Strictness};
use super::service::Service;
use super::{PatchContext, PatchResult};
use crate::config::Profile;
use crate::failure::Failure;
use crate::model::field::Field;
use crate::model::fill;
use crate::model::list_edit::{self, ListMode};
use crate::model::patch::{Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::model::record::Snapshot;
use crate::outcome::Outcome;

/// Reads the record once for all steps that need it, unless it was read already, and fills the patch from it.
///
/// # Errors
/// Inputs that are wrong whatever the record holds; a record that cannot be read, or that holds something of another
/// kind in a field that matters here.
pub async fn fill(
    inputs: &mut Inputs,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    let options = context.options;
    let lists = context.profile.reading.lists;
    if lists == ListMode::Append {
        // None of this depends on the record.
        let mut problems = list_edit::resolve_appended(&mut inputs.patch);
        let refused = refused_lists(&inputs.patch, context);
        if !refused.is_empty() && !problems.iter().any(Problem::is_error) {
            problems = refused;
        }
        stop_at(problems, inputs)?;
    }
    let changes_lists = lists == ListMode::Replace && !inputs.patch.edited_lists().is_empty();
    // What a service that adds to lists made of one can be told only by what the list held before.
    let adds_to_lists = lists == ListMode::Append
        && context.profile.reading.is_on()
        && !options.is_dry_run()
        && inputs.patch.iter().any(|(_, given)| matches!(given.value, Value::List(_)));
    let is_needed = options.fill
        || options.diff
        || options.wants_backup(context.profile)
        || changes_lists
        || adds_to_lists;
    if result.snapshot.is_none() && is_needed {
        if changes_lists {
            inputs.problems.extend(reading_is_off(inputs, context.profile));
        }
        // What is missing may come from the record.
        let unchecked = options.strictness.unchecked || options.fill;
        let checked = check_before_reading(inputs, Strictness { unchecked, ..options.strictness });
        hint_at_fill(checked, context)?;
        result.snapshot = Some(service.read(context.id, result).await?);
    }
    fill_from_snapshot(inputs, context, result)?;
    let problems = match (lists, &result.snapshot) {
        (ListMode::Replace, Some(snapshot)) => list_edit::resolve(&mut inputs.patch, snapshot),
        (ListMode::Append, Some(snapshot)) => list_edit::drop_present(&mut inputs.patch, snapshot),
        (ListMode::Replace | ListMode::Append, None) => Vec::new(),
    };
    stop_at(problems, inputs)
}

/// Adds these problems to those of the inputs, and stops if one of them is an error.
fn stop_at(problems: Vec<Problem>, inputs: &mut Inputs) -> Result<(), Failure> {
    let stops = problems.iter().any(Problem::is_error);
    inputs.problems.extend(problems);
    if !stops {
        return Ok(());
    }
    Err(Failure::problems(std::mem::take(&mut inputs.problems)))
}

/// A list cannot be changed by its items where the profile reads no customers.
fn reading_is_off(inputs: &Inputs, profile: &Profile) -> Vec<Problem> {
    if profile.reading.is_on() || profile.reading.lists == ListMode::Append {
        return Vec::new();
    }
    let problems = inputs.patch.edited_lists().into_iter().map(|field| {
        let source = inputs.patch.get(field.name).map(|given| given.source.clone());
        list_edit::not_known("the profile does not read customers (read = false)", None)
            .at(field.name, source)
    });
    problems.collect()
}

/// Reads the record before a person is asked, so that nothing is asked that it holds, and turns the lists that are
/// changed by their items into whole ones. The inputs may still be incomplete. Gives the reason where the record cannot
/// be read and the questions can do without.
///
/// # Errors
/// No such customer, a sign-in that is not accepted, or lists that cannot be changed by their items.
pub async fn read_before_asking(
    id: u32,
    profile: &Profile,
    options: &PatchOptions,
    inputs: &mut Inputs,
    service: &Service<'_>,
    result: &mut PatchResult,
) -> Result<Option<String>, Failure> {
    let changes_lists = profile.reading.lists == ListMode::Replace && !inputs.patch.edited_lists().is_empty();
    if !profile.reading.is_on() {
        stop_at(reading_is_off(inputs, profile), inputs)?;
        return Ok(Some(
            "the customer's record is not shown: the profile does not read customers (read = false)"
                .to_owned(),
        ));
    }
    let snapshot = match service.read(id, result).await {
        Ok(snapshot) => snapshot,
        Err(failure) => {
            let is_final = failure.outcome == Outcome::NotFound
                || failure.outcome == Outcome::Unauthenticated && !options.is_dry_run();
            if is_final || changes_lists || options.fill || options.diff {
                return Err(failure);
            }
            (result.request, result.response) = (None, None);
            return Ok(failure.problems.into_iter().next().map(|problem| problem.message));
        }
    };
    ensure_readable(&snapshot, |field| field.need.demands(snapshot.carried().client_type()))?;
    if changes_lists {
        stop_at(list_edit::resolve(&mut inputs.patch, &snapshot), inputs)?;
    }
    result.snapshot = Some(snapshot);
    Ok(None)
}

fn fill_from_snapshot(
    inputs: &mut Inputs,
    context: &PatchContext<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    let Some(snapshot) = &result.snapshot else { return Ok(()) };
    if context.options.fill {
        result.filled.extend(fill::fill(&mut inputs.patch, snapshot));
    }
    // Before the rules, which would call a field missing that cannot be understood.
    let client_type = snapshot.carried().client_type();
    // Of a list that is added to, `list_edit` says what can be done instead.
    let is_given = |field: &Field| inputs.patch.mentions(field) && inputs.patch.list_edit(field).is_none();
    ensure_readable(snapshot, |field| is_given(field) || field.need.demands(client_type))
}

/// Stops if one of these fields holds something of another kind than it should.
///
/// # Errors
/// Unreachable, with each place: nothing was sent.
pub fn ensure_readable(snapshot: &Snapshot, matters: impl Fn(&Field) -> bool) -> Result<(), Failure> {
    let hint = "check the profile's read_route: it may return something that is not a customer";
    let problems: Vec<Problem> = snapshot
        .misread
        .iter()
        .filter(|found| matters(found.field))
        .map(|found| {
            let message = format!("the response cannot be understood: {}", found.why);
            Problem::of(Outcome::Unreachable, message).on(&found.place).at(Source::Service).hint(hint)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::with(Outcome::Unreachable, problems)) }
}

/// A service that adds to lists cannot empty one. Nor can it take one that was edited, whose items it has.
fn refused_lists(patch: &Patch, context: &PatchContext<'_>) -> Vec<Problem> {
    let why = "the service only adds to lists (lists = \"append\" in the profile)";
    let problems = patch.iter().filter_map(|(field, given)| {
        let (what, hint) = match &given.value {
            Value::List(items) if items.is_empty() => ("the list cannot be cleared", None),
            Value::List(_) if given.source == Source::Record => return None,
            Value::List(_) if context.command == "customer edit" => {
                ("the list cannot be edited", Some("`booster customer patch` can add items to it with flags"))
            }
            Value::List(_) | Value::Text(_) | Value::Bool(_) | Value::Date(_) => return None,
        };
        let fault = Fault::new(Rule::CANNOT_CLEAR, format!("{what}: {why}"));
        let fault = match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        };
        Some(fault.at(field.name, given.source.clone()))
    });
    problems.collect()
}
