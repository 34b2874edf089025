//! Comparing the checked patch with the customer's record: what it changes, and what its lists drop.

use super::{PatchContext, PatchResult};
use crate::failure::Failure;
use crate::model::diff;
use crate::model::field::{Field, Kind};
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
    let lists = context.profile.reading.lists;
    let mut warnings = list_warnings(patch, result.snapshot.as_ref(), lists);
    if context.options.strictness.strict && !warnings.is_empty() {
        warnings.iter_mut().for_each(|problem| problem.level = Level::Error);
        return Err(Failure::problems(warnings));
    }
    result.warnings.extend(warnings);
    let Some(snapshot) = &result.snapshot else { return Ok(()) };
    if lists == ListMode::Replace {
        result.dropped = dropped(patch, snapshot);
    }
    if context.options.fill {
        result.filled_values =
            Some(patch.clone().only(|field, _| result.filled.iter().any(|own| own.name == field.name)));
    }
    if context.options.diff {
        let appended = match lists {
            ListMode::Append => Some(list_edit::appended(patch, snapshot)),
            ListMode::Replace => None,
        };
        result.differences = Some(diff::between(snapshot, appended.as_ref().unwrap_or(patch)));
    }
    Ok(())
}

/// What the patch's lists may lose or leave without a main item, as far as it is not named one by one.
pub fn list_warnings(patch: &Patch, snapshot: Option<&Snapshot>, lists: ListMode) -> Vec<Problem> {
    if lists == ListMode::Append {
        return check_added(patch, snapshot);
    }
    let lists = patch.iter().filter(|(field, _)| matches!(field.kind, Kind::List(_)));
    let warnings = lists.filter_map(|(field, given)| {
        let (message, hint) = may_be_lost(field, snapshot)?;
        Some(Fault::new(Rule::LIST_MAY_REPLACE, message).hint(hint).at(field.name, given.source.clone()))
    });
    warnings.collect()
}

/// Why a list may lose something that nobody can name, and what can be done. Nothing where all is known.
fn may_be_lost(field: &'static Field, snapshot: Option<&Snapshot>) -> Option<(String, &'static str)> {
    let items = "the list is sent as a whole: current items that are not in it may be deleted";
    let Some(snapshot) = snapshot else {
        return Some((items.to_owned(), "--diff reads the record and shows what would be removed"));
    };
    if let (None, Err(why)) = (snapshot.get(field), list_edit::present(field, snapshot)) {
        let hint = "send it only if the customer has no such items, or if the list contains all of them";
        return Some((format!("{items}. It is not known which ones: {why}"), hint));
    }
    let of_this = |place: &&String| place.starts_with(&format!("{}[", field.name));
    let extra: Vec<&str> = snapshot.extra_item_fields.iter().filter(of_this).map(String::as_str).collect();
    let message = || format!("the customer's items have values that cannot be sent: {}", extra.join(", "));
    (!extra.is_empty())
        .then(|| (message(), "the service may delete these values, or treat the items as new ones"))
}

/// The items that the customer has and that the patch's lists drop.
fn dropped(patch: &Patch, snapshot: &Snapshot) -> Vec<(&'static Field, Vec<String>)> {
    let lists = patch.iter().filter(|(field, _)| matches!(field.kind, Kind::List(_)));
    let dropped = lists.map(|(field, given)| (field, list_edit::dropped(field, &given.value, snapshot)));
    dropped.filter(|(_, items)| !items.is_empty()).collect()
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
