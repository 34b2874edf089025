//! Fields and values as a form shows them: a field with its present value, an item of a list in a few words.

use crate::escape::{cut, one_line};
use crate::model::field::{Field, Shape};
use crate::model::iso;
use crate::model::patch::{Given, Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::terminal::prompter::Row;

/// How much of a value a row shows, in characters.
const LONGEST: usize = 100;

/// A field in a list: its label, the value that it has by now or in the record, and the names that it is found by.
pub fn field(field: &Field, patch: &Patch, record: Option<&Snapshot>) -> Row {
    let present = present(field, record);
    let detail = match patch.get(field.name) {
        Some(Given { value, source }) => {
            let was = present.map(|present| format!("{present} → ")).unwrap_or_default();
            let from = if *source == Source::Prompt { "" } else { &format!(" ({})", source.describe()) };
            format!("{was}{}{from}", summary(field, value))
        }
        None if patch.mentions(field) => "to be answered again".to_owned(),
        None => present.unwrap_or_default(),
    };
    Row {
        label: field.label.to_owned(),
        detail,
        names: names(field),
        group: field.group.title(),
        chosen: patch.mentions(field),
    }
}

/// What the record holds in a field, in a few words: a day that may be either of two as it is written.
pub fn present(field: &Field, record: Option<&Snapshot>) -> Option<String> {
    let record = record?;
    let uncertain = || uncertain(field, record).map(|day| format!("{day} (uncertain date)"));
    record.get(field).map(|value| summary(field, value)).or_else(uncertain)
}

/// The instants that a field holds and that may be either of two days.
pub fn uncertain(field: &Field, record: &Snapshot) -> Option<String> {
    let places = &record.uncertain.get(field.name)?.places;
    let texts: Vec<String> = places.iter().map(|(_, text)| one_line(&cut(text, LONGEST))).collect();
    Some(texts.join(", "))
}

/// A field of an item, with the value that the item has.
pub fn of_item(field: &Field, item: &Patch) -> Row {
    let value = item.value(field.name).map(|value| summary(field, value));
    Row { names: names(field), ..Row::new(field.label).detail(value.unwrap_or_default()) }
}

/// What a field is searched by besides its label: the words that people use, then the name on the wire.
fn names(field: &Field) -> Vec<String> {
    field.words.iter().chain([&field.name]).map(|name| (*name).to_owned()).collect()
}

/// A value in a few words.
pub fn summary(field: &Field, value: &Value) -> String {
    match value {
        value if value.clears() => "(empty)".to_owned(),
        Value::Text(text) => one_line(&cut(&named(field, text), LONGEST)),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Date(day) => day.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| self::item(&item.patch)).collect();
            cut(&items.join("; "), LONGEST)
        }
    }
}

/// A code with the name that people know it by.
fn named(field: &Field, code: &str) -> String {
    let name = match field.shape {
        Shape::Country => iso::country(code),
        Shape::Language => iso::language(code),
        Shape::Plain
        | Shape::Lines
        | Shape::Email
        | Shape::Phone
        | Shape::Listed
        | Shape::ClientType
        | Shape::LifeDay => None,
    };
    name.map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
}

/// An item in one line: its values, the main one marked.
pub fn item(item: &Patch) -> String {
    let is_true = |value: &Value| *value == Value::Bool(true);
    let words =
        item.iter().filter(|(_, given)| !given.value.clears()).filter_map(|(field, given)| {
            match field.is_main_mark() {
                true => is_true(&given.value).then(|| "main".to_owned()),
                false => Some(summary(field, &given.value)),
            }
        });
    words.collect::<Vec<_>>().join(", ")
}

/// Who the customer is, in a few words, so that a wrong id is seen: `Mrs. Ada Lovelace, United Kingdom (gb)`.
pub fn customer(record: &Snapshot) -> String {
    let carried = record.carried();
    let text = |name: &str| match carried.value(name) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(one_line(&cut(text, LONGEST))),
        Some(Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::List(_)) | None => None,
    };
    let name: Vec<String> =
        ["title", "firstName", "lastName", "companyName"].iter().filter_map(|name| text(name)).collect();
    let name = if name.is_empty() { "no name".to_owned() } else { name.join(" ") };
    let country = carried.iter().find(|(field, _)| field.shape == Shape::Country);
    match country {
        Some((field, given)) => format!("{name}, {}", summary(field, &given.value)),
        None => name,
    }
}
