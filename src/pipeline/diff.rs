//! Comparing the checked patch with the customer's record: what it changes, and what its lists drop.

use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::model::diff;
use crate::model::field::Kind;
use crate::model::list_edit::{self, ListMode};
use crate::model::patch::{Patch, Value};
use crate::model::problem::{Fault, Level, Problem, Rule};
use crate::model::record::Snapshot;
use crate::model::rules;

/// Notes what was taken from the record and, where that was asked for, what the patch would change.
///
/// # Errors
/// Refused, if warnings are errors and a list leads to one.
pub fn diff(patch: &Patch, context: &PatchContext<'_>, result: &mut PatchResult) -> Result<(), Failure> {
    let mut warnings = check_lists(patch, context, result);
    if context.options.strictness.strict && !warnings.is_empty() {
        warnings.iter_mut().for_each(|problem| problem.level = Level::Error);
        return Err(Failure::problems(warnings));
    }
    result.warnings.extend(warnings);
    let Some(snapshot) = &result.snapshot else { return Ok(()) };
    if context.options.fill {
        result.filled_values =
            Some(patch.clone().only(|field, _| result.filled.iter().any(|own| own.name == field.name)));
    }
    if context.options.diff {
        let appended = match context.profile.reading.lists {
            ListMode::Append => Some(list_edit::appended(patch, snapshot)),
            ListMode::Replace => None,
        };
        result.differences = Some(diff::between(snapshot, appended.as_ref().unwrap_or(patch)));
    }
    Ok(())
}

/// Names the items that the customer has and a list drops. Where the record is not known, or its items hold more than
/// can be sent, that is a warning.
fn check_lists(patch: &Patch, context: &PatchContext<'_>, result: &mut PatchResult) -> Vec<Problem> {
    let mut warnings = Vec::new();
    if context.profile.reading.lists == ListMode::Append {
        return check_added(patch, result.snapshot.as_ref());
    }
    for (field, given) in patch.iter().filter(|(field, _)| matches!(field.kind, Kind::List(_))) {
        let warning = |message: String, hint: String| {
            Fault::new(Rule::LIST_MAY_REPLACE, message).hint(hint).at(field.name, given.source.clone())
        };
        let known = result.snapshot.as_ref().filter(|snapshot| snapshot.get(field).is_some());
        let Some(snapshot) = known else {
            let hint = match &result.snapshot {
                None => "--diff reads the record and shows what would be removed",
                Some(_) => "the service's response does not contain the current list",
            };
            warnings.push(warning(
                "the list is sent as a whole: current items that are not in it may be deleted".to_owned(),
                hint.to_owned(),
            ));
            continue;
        };
        let dropped = list_edit::dropped(field, &given.value, snapshot);
        if !dropped.is_empty() {
            result.dropped.push((field, dropped));
        }
        let of_this = |place: &&String| place.starts_with(&format!("{}[", field.name));
        let extra: Vec<&str> =
            snapshot.extra_item_fields.iter().filter(of_this).map(String::as_str).collect();
        if !extra.is_empty() {
            warnings.push(warning(
                format!("the customer's items have values that cannot be sent: {}", extra.join(", ")),
                "the service may delete these values, or treat the items as new ones".to_owned(),
            ));
        }
    }
    warnings
}

/// Checks the marks of the lists that result at a service that adds to lists, or those of the new items alone where the
/// list is not known.
fn check_added(patch: &Patch, snapshot: Option<&Snapshot>) -> Vec<Problem> {
    let known = snapshot.map(|snapshot| list_edit::appended(patch, snapshot));
    let lists = patch.edited_lists().into_iter().filter_map(|field| {
        let is_known = snapshot.is_some_and(|snapshot| snapshot.get(field).is_some());
        match known.as_ref().unwrap_or(patch).value(field.name)? {
            Value::List(items) => Some(rules::check_marks(items, field.name, is_known)),
            Value::Text(_) | Value::Bool(_) | Value::Date(_) => None,
        }
    });
    lists.flatten().collect()
}
