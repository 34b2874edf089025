//! A customer's record as the service shows it, as a person reads it: by groups, and in full.

use serde_json::Value as Json;

use super::preview;
use crate::config::Profile;
use crate::escape::{escaped, escaped_lines};
use crate::model::field::{Field, Group};
use crate::model::record::Snapshot;
use crate::terminal::{bold, table};

/// The record by groups, the consents apart; then what the answer has besides, and what it does not carry.
pub fn page(current: &Snapshot, profile: &Profile) -> String {
    let mut text =
        format!("{} {}\n", bold(&format!("Customer {}", current.id())), preview::location(profile));
    let mut block = |title: &str, rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            text.push_str(&format!("{title}\n{}\n", table(&rows)));
        }
    };
    let here = |is_here: &dyn Fn(&Field) -> bool| -> Vec<Vec<String>> {
        let fields = current.carried().iter().filter(|(field, _)| is_here(field));
        fields.flat_map(|(field, _)| rows(field.name, &current.field_to_json(field))).collect()
    };
    for group in Group::ALL {
        let title = if group == Group::Consents { "Contact" } else { group.title() };
        block(title, here(&|field| field.group == group && !field.is_consent()));
    }
    let uncertain =
        current.uncertain.iter().map(|(name, found)| vec![(*name).to_owned(), whole(&found.value)]);
    block("Uncertain dates (set time_zone in the profile)", uncertain.collect());
    block("Consents", here(&|field| field.is_consent()));
    let besides =
        current.extra_fields.iter().map(|(name, value)| vec![escaped(name), whole(value)]).collect();
    block("Other values, not part of a patch", besides);
    let unknown = profile.patching.record.fields.iter().filter(|field| !current.carried().mentions(field));
    let unknown: Vec<&str> = unknown.map(|field| field.name).collect();
    if !unknown.is_empty() {
        text.push_str(&format!("Not in the response, so not known: {}\n", unknown.join(", ")));
    }
    text
}

/// The place and the value, a list item by item.
pub fn rows(place: &str, value: &Json) -> Vec<Vec<String>> {
    match value {
        Json::Array(items) if !items.is_empty() => {
            let row = |(i, item)| vec![format!("{}[{i}]", escaped(place)), whole(item)];
            items.iter().enumerate().map(row).collect()
        }
        value => vec![vec![escaped(place), whole(value)]],
    }
}

/// A value in full: this is where a person looks for all of it.
pub fn whole(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "(empty)".to_owned(),
        Json::String(text) => escaped_lines(text),
        Json::Array(items) if items.is_empty() => "(empty)".to_owned(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{}: {}", escaped(name), whole(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => escaped(&other.to_string()),
    }
}
