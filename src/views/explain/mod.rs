//! Everything that is known about a field, from the table and the API page, for people and for `-o json`.

mod find;
mod page;
mod sample;
mod text;

pub use find::{find, names};
pub use text::overview;

use serde_json::{Map, Value, json};

use crate::model::customer::{CUSTOMER, every_field};
use crate::model::describe;
use crate::model::field::{Field, Group, Kind, Need, Record, Shape};
use crate::model::problem::Rule;
use crate::model::rules;

/// Where the quotations come from.
pub const SOURCE: &str = "API page of PatchCustomer";

/// All that is known about one field.
#[derive(Debug)]
pub struct Explanation {
    pub field: &'static Field,
    /// The list whose items have the field.
    pub list: Option<&'static Field>,
    /// `emails[].isMainEmail`: a place without the number of an item.
    pub place: String,
    /// The field's own group, or that of its list.
    pub group: Group,
    /// The kind of value in words.
    pub kind: String,
    /// Whether it is needed, in words.
    pub need: String,
    /// The rule that is broken when it is missing.
    pub rule: Option<&'static Rule>,
    pub flags: Vec<Flag>,
    /// How the shorthand of the item flag names the field; nothing for a field of the customer itself.
    pub shorthand: Option<String>,
    /// The line of a JSON file that gives the field.
    pub key: String,
    /// The header of the first column that gives the field.
    pub column: String,
    /// The rules that warn about a value which is sent all the same.
    pub warnings: Vec<&'static Rule>,
    /// How the field is cleared.
    pub clearing: String,
    /// What the API page says of the field, word for word; empty where it says nothing.
    pub quotation: &'static str,
}

/// A flag and an example of its use.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    pub flag: String,
    pub sample: String,
}

/// The explanations of all fields, in the page's order, a list's own fields right after the list.
pub fn all() -> Vec<Explanation> {
    let mut list = None;
    every_field()
        .map(|(field, place)| {
            if place == field.name {
                list = record_of(field).map(|record| (field, record));
                explanation(field, None, place)
            } else {
                explanation(field, list, place)
            }
        })
        .collect()
}

/// The record whose items the field holds.
fn record_of(field: &Field) -> Option<&'static Record> {
    match field.kind {
        Kind::List(record) => Some(record),
        Kind::Text | Kind::Bool | Kind::Date => None,
    }
}

fn explanation(
    field: &'static Field,
    inside: Option<(&'static Field, &'static Record)>,
    place: String,
) -> Explanation {
    let list = inside.map(|(list, _)| list);
    let record = inside.map(|(_, record)| record);
    Explanation {
        group: list.unwrap_or(field).group,
        kind: describe::kind(field),
        need: describe::need(field, list.is_some()),
        rule: rules::required(field.need),
        flags: sample::flags(field, record),
        shorthand: record.map(|record| sample::in_shorthand(field, record)),
        key: sample::key(field, list),
        column: column(field, list),
        warnings: warnings(field, record),
        clearing: clearing(field, list),
        quotation: page::quotation(record.unwrap_or(&CUSTOMER), field).unwrap_or_default(),
        field,
        list,
        place,
    }
}

/// The header of the first column. A list has none of its own; it is that of its first item's first field.
fn column(field: &Field, list: Option<&Field>) -> String {
    let first_item = |list: &Field| format!("{}[0]", list.name);
    match (list, record_of(field)) {
        (Some(list), _) => field.at(&first_item(list)),
        (None, Some(record)) => {
            record.fields.first().map_or_else(String::new, |inner| inner.at(&first_item(field)))
        }
        (None, None) => field.name.to_owned(),
    }
}

fn warnings(field: &'static Field, record: Option<&Record>) -> Vec<&'static Rule> {
    // Another client type than the two is an error, so nothing is left to warn of.
    if field.shape == Shape::ClientType { Vec::new() } else { rules::warnings(field, record).collect() }
}

fn clearing(field: &Field, list: Option<&Field>) -> String {
    let mark = match field.kind {
        Kind::Text => "\"\"",
        Kind::List(_) => "[]",
        Kind::Bool => {
            return "cannot be cleared, only set to false: the service takes null for absent".to_owned();
        }
        Kind::Date => return "cannot be cleared: the service takes null for absent".to_owned(),
    };
    match (field.need, list) {
        (Need::Required, _) => "cannot be cleared, since it is required".to_owned(),
        (Need::Optional | Need::RequiredFor(_), Some(_)) => format!("{mark} in the item"),
        (Need::Optional, None) => format!("--clear {}, or {mark} in a file", field.name),
        (Need::RequiredFor(client_type), None) => format!(
            "--clear {}, or {mark} in a file; not when the client is {}",
            field.name,
            client_type.wire()
        ),
    }
}

impl Explanation {
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| {
            object.insert(name.to_owned(), value);
        };
        put("field", self.place.clone().into());
        put("label", self.field.label.into());
        put("group", self.group.title().into());
        put("kind", kind_word(self.field.kind).into());
        put("type", self.kind.clone().into());
        put("need", self.need.clone().into());
        if let Some(rule) = self.rule {
            put("rule", rule.id.into());
        }
        put("examples", self.field.examples.into());
        let flags = self.flags.iter().map(|flag| json!({ "flag": flag.flag, "sample": flag.sample }));
        put("flags", flags.collect());
        if let Some(shorthand) = &self.shorthand {
            put("shorthand", shorthand.clone().into());
        }
        put("key", self.key.clone().into());
        put("column", self.column.clone().into());
        let warnings = self.warnings.iter().map(|rule| json!({ "rule": rule.id, "meaning": rule.meaning }));
        put("warnings", warnings.collect());
        put("clearing", self.clearing.clone().into());
        if !self.quotation.is_empty() {
            put("quotation", json!({ "text": self.quotation, "source": SOURCE }));
        }
        object.into()
    }
}

/// The kind as scripts compare it.
fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Bool => "bool",
        Kind::Date => "date",
        Kind::List(_) => "list",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(place: &str) -> Explanation {
        all().into_iter().find(|explanation| explanation.place == place).expect(place)
    }

    #[test]
    fn every_field_is_explained_with_the_pages_own_words() {
        let all = all();
        assert!(all.iter().map(|own| own.place.clone()).eq(every_field().map(|(_, place)| place)));
        for own in &all {
            assert!(!own.quotation.is_empty(), "{} has no quotation", own.place);
            assert_eq!(own.list.is_some(), own.place.contains("[]."), "{}", own.place);
        }
        assert_eq!(one("hobbies[].sapHobbyId").quotation, "SAP Hobby ID, e.g. 'ART'");
        assert_eq!(one("emails").quotation, "Customer emails");
    }

    #[test]
    fn a_nested_field_stands_in_the_group_of_its_list() {
        assert_eq!(one("emails[].isMainEmail").group, Group::Lists);
        assert_eq!(one("notes").group, Group::Notes);
    }

    #[test]
    fn what_is_required_cannot_be_cleared() {
        for (place, clearing) in [
            ("notes", "--clear notes, or \"\" in a file"),
            ("emails", "--clear emails, or [] in a file"),
            ("title", "--clear title, or \"\" in a file; not when the client is PRIVATE"),
            ("countryId", "cannot be cleared, since it is required"),
            ("phones[].phoneType", "\"\" in the item"),
            ("phones[].phone", "cannot be cleared, since it is required"),
            ("birthDate", "cannot be cleared: the service takes null for absent"),
            ("contactByEmailFlag", "cannot be cleared, only set to false: the service takes null for absent"),
        ] {
            assert_eq!(one(place).clearing, clearing, "{place}");
        }
    }

    #[test]
    fn a_field_says_which_warnings_it_can_bring() {
        for (place, warnings) in [
            ("countryId", vec!["unlisted-value", "outer-space"]),
            ("birthDate", vec!["odd-date"]),
            ("events[].eventDate", vec![]),
            ("clientType", vec![]),
            ("emails", vec!["two-mains", "no-main"]),
            ("events", vec![]),
            ("emails[].isMainEmail", vec!["two-mains", "no-main"]),
            ("contactByEmailFlag", vec![]),
        ] {
            let ids: Vec<&str> = one(place).warnings.iter().map(|rule| rule.id).collect();
            assert_eq!(ids, warnings, "{place}");
        }
    }

    #[test]
    fn the_json_has_a_member_for_each_thing_known() {
        assert_eq!(
            one("phones[].phoneType").to_json(),
            json!({
                "field": "phones[].phoneType",
                "label": "Phone type",
                "group": "Lists",
                "kind": "text",
                "type": "text: as a rule one of the examples",
                "need": "optional",
                "examples": ["Home", "Mobile", "Work", "Other", "Secondary Address"],
                "flags": [{
                    "flag": "--phone",
                    "sample": "--phone 13888889999,countryPrefix=it,type=Home,main",
                }],
                "shorthand": "type=… or phoneType=…",
                "key": "\"phones\": [{ \"phoneType\": \"Home\" }]",
                "column": "phones[0].phoneType",
                "warnings": [
                    { "rule": "unlisted-value", "meaning": "a value not among the known ones" },
                    { "rule": "outer-space", "meaning": "blanks before or behind a text" },
                ],
                "clearing": "\"\" in the item",
                "quotation": {
                    "text": "Phone type e.g. 'Home', 'Mobile', 'Work', 'Other', 'Secondary Address'",
                    "source": "API page of PatchCustomer",
                },
            })
        );
    }
}
