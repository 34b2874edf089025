//! Everything that is known about a field, from the table and the API page, for people and for `-o json`.

mod find;
mod page;
mod sample;
mod text;

pub use find::{find, names};
pub use text::{extra, overview, row};

use serde_json::{Value, json};

use crate::model::customer::{CUSTOMER, every_field};
use crate::model::field::{Field, Group, Kind, Need, Record, Shape};
use crate::model::problem::Rule;
use crate::model::{describe, rules};

/// Where the quotations come from.
pub const SOURCE: &str = "API page of PatchCustomer";

/// A field at its place, from which everything else follows.
#[derive(Debug)]
pub struct Explanation {
    pub field: &'static Field,
    /// The list whose items have the field.
    pub list: Option<&'static Field>,
    /// `emails[].isMainEmail`: a place without the number of an item.
    pub place: String,
}

/// A flag and an example of its use.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    pub flag: String,
    pub sample: String,
}

/// The explanations of all fields, in the page's order, a list's own fields right after the list.
pub fn all() -> Vec<Explanation> {
    let mut outer = None;
    every_field()
        .map(|(field, place)| {
            let is_nested = place != field.name;
            if !is_nested {
                outer = Some(field);
            }
            Explanation { field, list: outer.filter(|_| is_nested), place }
        })
        .collect()
}

impl Explanation {
    /// The record whose item has the field.
    fn record(&self) -> Option<&'static Record> {
        self.list.and_then(Field::record)
    }

    /// The field's own group, or that of its list.
    fn group(&self) -> Group {
        self.list.unwrap_or(self.field).group
    }

    /// Whether it is needed, in words.
    fn need(&self) -> String {
        describe::need(self.field, self.list.is_some())
    }

    /// The rule that is broken when it is missing.
    fn rule(&self) -> Option<&'static Rule> {
        rules::required(self.field.need)
    }

    /// The header of the first column that gives the field. A list has none of its own; it is that of its first item's
    /// first field.
    fn column(&self) -> String {
        let first_item = |list: &Field| format!("{}[0]", list.name);
        match (self.list, self.field.record().and_then(|record| record.fields.first())) {
            (Some(list), _) => self.field.at(&first_item(list)),
            (None, Some(inner)) => inner.at(&first_item(self.field)),
            (None, None) => self.field.name.to_owned(),
        }
    }

    /// The rules that warn about a value which is sent all the same.
    fn warnings(&self) -> Vec<&'static Rule> {
        // Another client type than the two is an error, so nothing is left to warn of.
        let may_warn = self.field.shape != Shape::ClientType;
        rules::warnings(self.field, self.record()).filter(|_| may_warn).collect()
    }

    /// What the API page says of the field, word for word.
    fn quotation(&self) -> Option<&'static str> {
        page::quotation(self.record().unwrap_or(&CUSTOMER), self.field)
    }

    pub fn to_json(&self) -> Value {
        let flag = |flag: Flag| json!({ "flag": flag.flag, "sample": flag.sample });
        let warning = |rule: &Rule| json!({ "rule": rule.id, "meaning": rule.meaning });
        let mut known = json!({
            "field": self.place,
            "label": self.field.label,
            "group": self.group().title(),
            "kind": kind_word(self.field.kind),
            "type": describe::kind(self.field),
            "need": self.need(),
            "rule": self.rule().map(|rule| rule.id),
            "examples": self.field.examples,
            "flags": self.flags().into_iter().map(flag).collect::<Value>(),
            "shorthand": self.shorthand(),
            "key": self.key(),
            "column": self.column(),
            "warnings": self.warnings().into_iter().map(warning).collect::<Value>(),
            "clearing": self.clearing(),
            "quotation": self.quotation().map(|text| json!({ "text": text, "source": SOURCE })),
        });
        known.as_object_mut().expect("just made").retain(|_, value| !value.is_null());
        known
    }

    /// How the field is cleared.
    fn clearing(&self) -> String {
        let Explanation { field, list, .. } = self;
        let mark = match field.kind {
            Kind::Text => "\"\"",
            Kind::List(_) => "[]",
            Kind::Bool => {
                return "cannot be cleared, only set to false: the service ignores null".to_owned();
            }
            Kind::Date => return "cannot be cleared: the service ignores null".to_owned(),
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
}

/// What is known of a field that a profile adds to the table, under the names that the table's own have.
pub fn extra_json(field: &Field) -> Value {
    json!({
        "field": field.name,
        "label": field.label,
        "kind": kind_word(field.kind),
        "type": describe::kind(field),
        "need": describe::need(field, false),
        "key": extra_key(field),
        "column": field.name,
    })
}

/// How such a field is written in a file.
fn extra_key(field: &Field) -> String {
    let value = match field.kind {
        Kind::Bool => "true",
        Kind::Date => "\"2020-12-30\"",
        Kind::Text | Kind::List(_) => "\"…\"",
    };
    format!("\"{}\": {value}", field.name)
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
            assert!(own.quotation().is_some(), "{} has no quotation", own.place);
            assert_eq!(own.list.is_some(), own.place.contains("[]."), "{}", own.place);
        }
        assert_eq!(one("hobbies[].sapHobbyId").quotation(), Some("SAP Hobby ID, e.g. 'ART'"));
        assert_eq!(one("emails").quotation(), Some("Customer emails"));
    }

    #[test]
    fn a_nested_field_stands_in_the_group_of_its_list() {
        assert_eq!(one("emails[].isMainEmail").group(), Group::Lists);
        assert_eq!(one("notes").group(), Group::Notes);
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
            ("birthDate", "cannot be cleared: the service ignores null"),
            ("contactByEmailFlag", "cannot be cleared, only set to false: the service ignores null"),
        ] {
            assert_eq!(one(place).clearing(), clearing, "{place}");
        }
    }

    #[test]
    fn a_field_says_which_warnings_it_can_bring() {
        for (place, warnings) in [
            ("countryId", vec!["unlisted-value", "outer-space", "placeholder", "hidden-character"]),
            ("birthDate", vec!["odd-date"]),
            ("events[].eventDate", vec![]),
            ("clientType", vec![]),
            ("emails", vec!["two-mains", "no-main"]),
            ("events", vec![]),
            ("emails[].isMainEmail", vec!["two-mains", "no-main"]),
            ("contactByEmailFlag", vec![]),
        ] {
            let ids: Vec<&str> = one(place).warnings().iter().map(|rule| rule.id).collect();
            assert_eq!(ids, warnings, "{place}");
        }
    }

    /// As a Unix shell wants it.
    #[cfg(unix)]
    #[test]
    fn the_json_has_a_member_for_each_thing_known() {
        assert_eq!(
            one("phones[].phoneType").to_json(),
            json!({
                "field": "phones[].phoneType",
                "label": "Phone type",
                "group": "Lists",
                "kind": "text",
                "type": "text: usually one of the examples",
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
                    { "rule": "unlisted-value", "meaning": "a value that is not in the list of known values" },
                    { "rule": "outer-space", "meaning": "spaces before or after a text" },
                    { "rule": "placeholder", "meaning": "text that a program writes when it has no value: \
                    null, {{name}}" },
                    { "rule": "hidden-character", "meaning": "a character that is invisible or misleading" },
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
