//! Values suggested for a field: completion offers them, and any other text is accepted too.

use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind, Need, Shape};
use crate::model::iso;
use crate::model::patch::Value;

/// A value, and the names by which people look for it, the usual one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub value: &'static str,
    pub names: Vec<String>,
}

/// What is suggested for a field: the ISO codes, the page's examples, the words for a bool.
pub fn suggestions(field: &'static Field) -> Vec<Suggestion> {
    let plain = |values: &[&'static str]| {
        values.iter().map(|value| Suggestion { value, names: Vec::new() }).collect::<Vec<_>>()
    };
    match (field.kind, field.shape) {
        (Kind::Text, Shape::Country) => iso::countries().into_iter().map(suggestion).collect(),
        (Kind::Text, Shape::Language) => iso::languages().into_iter().map(suggestion).collect(),
        (Kind::Bool, _) => plain(&["true", "false"]),
        (Kind::Text, _) => plain(field.examples),
        (Kind::Date | Kind::List(_), _) => Vec::new(),
    }
}

fn suggestion(named: iso::Named) -> Suggestion {
    let also = named.also.split("; ").filter(|name| !name.is_empty());
    Suggestion {
        value: named.code,
        names: std::iter::once(named.name).chain(also).map(str::to_owned).collect(),
    }
}

/// The fields that can be cleared, where the rules allow it at all.
pub fn clearable() -> impl Iterator<Item = &'static Field> {
    let is_clearable = |field: &&Field| field.need != Need::Required && Value::empty(field).is_some();
    CUSTOMER.fields.iter().filter(is_clearable)
}
