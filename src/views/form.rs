//! A patch as the person reads it who answered questions for it: by labels, beside what the customer's record holds.

use super::preview;
use crate::config::Profile;
use crate::input::prompt::row;
use crate::model::diff;
use crate::model::field::Field;
use crate::model::list_edit::ListMode;
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::terminal::{bold, columns, layout};

/// Customer, target and fields, the consents in a block of their own.
pub fn before_sending(id: u32, patch: &Patch, record: Option<&Snapshot>, profile: &Profile) -> String {
    let lists = profile.reading.lists;
    let (consents, rest): (Vec<_>, Vec<_>) = patch.iter().partition(|(field, _)| field.is_consent());
    let (unchanged, changes) = rest.into_iter().partition(|(_, given)| given.source == Source::Record);
    let who = record.map(|record| format!(", {},", row::customer(record))).unwrap_or_default();
    let customer = format!("Customer {id}");
    let head =
        layout::paragraph(&format!("{customer}{who} {}", preview::target(profile)), layout::width() - 1);
    let mut text = format!("{}{}\n", bold(&customer), head.strip_prefix(&customer).unwrap_or_default());
    let blocks: [(&str, Vec<_>); 3] =
        [("Changes", changes), ("Consents", consents), ("Required, sent unchanged", unchanged)];
    for (title, fields) in blocks {
        if !fields.is_empty() {
            let rows: Vec<_> = fields
                .into_iter()
                .flat_map(|(field, given)| rows(field, given, patch, record, lists))
                .collect();
            text.push_str(&format!("{title}\n{}", columns::rows(&rows, layout::width())));
        }
    }
    text
}

/// A field's label and its value, with what the record holds; for a list a row for each item.
fn rows(
    field: &Field,
    given: &Given,
    patch: &Patch,
    record: Option<&Snapshot>,
    lists: ListMode,
) -> Vec<(String, String)> {
    let label = field.label.to_owned();
    match &given.value {
        Value::List(items) if !items.is_empty() || patch.list_edit(field).is_some() => {
            let removed = patch.list_edit(field).unwrap_or_default();
            let removed = removed.iter().map(|removal| format!("{} (removed)", row::item(&removal.matching)));
            let lines = item_lines(field, items, record, lists).into_iter().chain(removed);
            let labels = std::iter::once(label).chain(std::iter::repeat(String::new()));
            labels.zip(lines).collect()
        }
        value => {
            let present = row::present(field, record);
            let then = row::summary(field, value);
            let text = match (&given.source, present) {
                (Source::Record, _) if field.is_consent() => format!("{then} · unchanged (required)"),
                (Source::Record, _) => then,
                (_, Some(present)) if present == then => format!("{then} · as it is now"),
                (_, Some(present)) => format!("{present} → {then}"),
                (Source::Prompt, None) => then,
                (source, None) => format!("{then} · {}", source.describe()),
            };
            vec![(label, text)]
        }
    }
}

/// The items of a list, with what becomes of each.
fn item_lines(field: &Field, items: &[Item], record: Option<&Snapshot>, lists: ListMode) -> Vec<String> {
    if lists == ListMode::Append {
        return items.iter().map(|item| format!("{} · added", row::item(&item.patch))).collect();
    }
    let present = record.and_then(|record| match record.get(field) {
        Some(Value::List(present)) => Some(present.as_slice()),
        Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None => None,
    });
    let is_in = |items: &[Item], item: &Item| items.iter().any(|other| diff::same_item(other, item));
    let Some(present) = present else { return items.iter().map(|item| row::item(&item.patch)).collect() };
    // An item that was changed is at the place of one that is no longer there.
    let replaced =
        |at: usize| present.get(at).filter(|old| !is_in(items, old) && !is_in(present, &items[at]));
    let line = |(at, item): (usize, &Item)| {
        let new = row::item(&item.patch);
        match replaced(at) {
            Some(old) => format!("{} → {new}", row::item(&old.patch)),
            None if is_in(present, item) => format!("{new} · unchanged"),
            None => format!("{new} · new"),
        }
    };
    let is_gone =
        |(at, old): &(usize, &Item)| !is_in(items, old) && (*at >= items.len() || replaced(*at).is_none());
    let gone = present.iter().enumerate().filter(is_gone);
    let gone = gone.map(|(_, item)| format!("{} · removed", row::item(&item.patch)));
    items.iter().enumerate().map(line).chain(gone).collect()
}
