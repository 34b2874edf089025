//! What a patch would change, what was taken from the record, and what was verified: as a person reads it.

use serde_json::Value as Json;

use super::preview::{WIDEST, one_line};
use crate::escape::{escaped_lines, quoted};
use crate::model::compare::Subtle;
use crate::model::customer::CUSTOMER;
use crate::model::diff::{Difference, Now};
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::wire;
use crate::terminal::{bold, table};

/// Field, now and then, the consents in a block of their own.
pub fn differences(id: u32, differences: &[Difference]) -> String {
    if differences.is_empty() {
        return format!("Nothing would change for customer {id}.");
    }
    let is_consent = |found: &&Difference| CUSTOMER.field(found.field).is_some_and(Field::is_consent);
    let (consents, rest): (Vec<_>, Vec<_>) = differences.iter().partition(is_consent);
    let mut text = bold(&format!("Changes for customer {id}"));
    for (title, found) in [("Field", rest), ("Consent", consents)] {
        if !found.is_empty() {
            let head = [title, "Now", "Then"].map(str::to_owned);
            let rows = std::iter::once(head).chain(found.into_iter().map(row));
            text.push_str(&format!("\n{}", table(rows)));
        }
    }
    text
}

fn row(found: &Difference) -> [String; 3] {
    let [place, now, then] = values(found);
    [place, now + &how(found), then]
}

/// Place, now and then of one difference, as texts.
pub fn values(found: &Difference) -> [String; 3] {
    let (now, then) = match (&found.now, &found.then) {
        (Now::Value(Json::String(now)), Some(Json::String(then))) => match found.subtle {
            // What looks alike is shown letter by letter, what ends in blanks in quotes.
            Some(Subtle::NormalForm) => (spelled_out(now), spelled_out(then)),
            Some(Subtle::OuterSpaces) => (quoted(now), quoted(then)),
            Some(Subtle::Case | Subtle::CutAfter(_) | Subtle::OrderOfItems) | None => two_texts(now, then),
        },
        (now, then) => {
            let now = match now {
                Now::NotKnown => "(not known)".to_owned(),
                Now::Misread => "(not understood)".to_owned(),
                Now::Uncertain(value) => format!("{} (uncertain date)", value_text(value)),
                Now::Nothing => "(none)".to_owned(),
                Now::Value(value) => value_text(value),
            };
            (now, then.as_ref().map_or_else(|| "(removed)".to_owned(), value_text))
        }
    };
    [found.place.clone(), now, then]
}

fn how(found: &Difference) -> String {
    found.subtle.map_or_else(String::new, |subtle| format!(" ({})", subtle.describe()))
}

/// The text with every letter beyond ASCII by its number.
fn spelled_out(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii() { letter.to_string() } else { letter.escape_unicode().to_string() }
    };
    escaped_lines(&text.chars().map(letter).collect::<String>())
}

/// What a field holds and what was sent, for a message about one that was not saved.
pub fn not_saved(found: &Difference) -> String {
    let [place, now, then] = values(found);
    format!("{place}: sent {then}, stored {now}{}", how(found))
}

fn value_text(value: &Json) -> String {
    match value {
        Json::String(text) => piece(text, 0),
        Json::Array(items) if items.is_empty() => "(empty)".to_owned(),
        other => one_line(other),
    }
}

/// Two texts from a little before their first difference on, so that it can be seen in long ones too.
fn two_texts(now: &str, then: &str) -> (String, String) {
    let longer = now.chars().count().max(then.chars().count());
    let same = now.chars().zip(then.chars()).take_while(|(now, then)| now == then).count();
    let start = if longer > WIDEST { same.saturating_sub(WIDEST / 4) } else { 0 };
    (piece(now, start), piece(then, start))
}

/// The visible part of a text, from this character on.
fn piece(text: &str, start: usize) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let rest: Vec<char> = text.chars().skip(start).collect();
    let cut: String = rest.iter().take(WIDEST).collect();
    let (head, tail) = (if start > 0 { "…" } else { "" }, if rest.len() > WIDEST { "…" } else { "" });
    format!("{head}{}{tail}", escaped_lines(&cut))
}

/// The fields that were taken from the record, each consent with its value.
pub fn filled_from_record(patch: &Patch, filled: &[&'static Field]) -> String {
    let words = filled.iter().map(|field| match patch.get(field.name) {
        Some(given) if field.is_consent() => {
            format!("{} = {} (a consent)", field.name, wire::value(&given.value))
        }
        Some(_) | None => field.name.to_owned(),
    });
    format!("Taken from the record: {}.", words.collect::<Vec<_>>().join(", "))
}

/// The names of fields, with a remark on each that is a consent.
pub fn with_consents(fields: &[&'static Field]) -> String {
    let words = fields.iter().map(|field| {
        if field.is_consent() { format!("{} (a consent)", field.name) } else { field.name.to_owned() }
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The items that the customer has and that the patch's lists drop.
pub fn dropped_items(dropped: &[(&'static Field, Vec<String>)]) -> String {
    let lines = dropped.iter().map(|(field, items)| {
        let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
        format!("Removed from {}: {}.", field.name, items.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What was read back as it was sent, and what could not be looked at.
pub fn verified(fields: usize, unknown: &[&str]) -> String {
    let saved = match fields - unknown.len() {
        0 => "Nothing can be verified".to_owned(),
        1 => "Verified: 1 field was saved".to_owned(),
        more => format!("Verified: {more} fields were saved"),
    };
    if unknown.is_empty() {
        return format!("{saved}.\n");
    }
    format!("{saved}; could not be verified: {}.\n", unknown.join(", "))
}
