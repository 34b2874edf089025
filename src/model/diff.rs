//! What a patch would change of a record: field by field, lists item by item.

use serde_json::{Map, Value as Json, json};

use crate::model::compare::{Subtle, same_text, subtle};
use crate::model::field::{Field, Kind};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::model::wire;

/// One value that the patch would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The customer's field that it is about.
    pub field: &'static str,
    /// The field, or the item of a list: `emails[0]`.
    pub place: String,
    pub now: Now,
    /// `None` where an item is removed.
    pub then: Option<Json>,
    /// How the two differ, if that is easily overlooked.
    pub subtle: Option<Subtle>,
}

/// What the record holds in the place.
#[derive(Debug, Clone, PartialEq)]
pub enum Now {
    /// The answer does not carry the field. That counts as a difference, since it may be one.
    NotKnown,
    /// The answer carries the field with a value of another kind.
    Misread,
    /// An instant that may be either of two days, as the answer has it: neither equal nor different.
    Uncertain(Json),
    /// The list has no such item yet.
    Nothing,
    Value(Json),
}

impl Difference {
    /// Whether the record shows what the field holds, so that it can differ at all.
    pub fn can_be_compared(&self) -> bool {
        !matches!(self.now, Now::NotKnown | Now::Uncertain(_))
    }

    /// As `-o json` prints it: `field` (the place), `now` and `then` where there is something, and whether what the
    /// record holds is `known`.
    pub fn to_json(&self) -> Json {
        let mut object = Map::from_iter([("field".to_owned(), Json::from(self.place.clone()))]);
        if let Now::Value(now) | Now::Uncertain(now) = &self.now {
            object.insert("now".to_owned(), now.clone());
        }
        if let Some(then) = &self.then {
            object.insert("then".to_owned(), then.clone());
        }
        object.insert(
            "known".to_owned(),
            json!(!matches!(self.now, Now::NotKnown | Now::Misread | Now::Uncertain(_))),
        );
        if let Some(subtle) = self.subtle {
            object.insert("how".to_owned(), subtle.describe().into());
        }
        Json::Object(object)
    }
}

/// Everything that the patch would change. It is empty exactly where everything is known and the same.
pub fn between(snapshot: &Snapshot, patch: &Patch) -> Vec<Difference> {
    let mut differences: Vec<Difference> =
        patch.iter().flat_map(|(field, given)| of_field(field, snapshot, &given.value)).collect();
    for found in &mut differences {
        // What an item holds besides the table's fields goes with it, and so it is shown.
        if let (Now::Value(Json::Object(now)), Some(extra)) =
            (&mut found.now, snapshot.extra_of(&found.place))
        {
            now.extend(extra.clone());
        }
    }
    differences
}

/// The fields that the patch changes, or may change: those that it does not take from the record as they are, and of
/// which the record does not show that they hold the value already.
pub fn changed(patch: &Patch, snapshot: Option<&Snapshot>) -> Vec<&'static Field> {
    let holds = |field: &Field, value: &Value| {
        snapshot.and_then(|snapshot| snapshot.get(field)).is_some_and(|now| same(now, value))
    };
    let changed =
        patch.iter().filter(|(field, given)| given.source != Source::Record && !holds(field, &given.value));
    changed.map(|(field, _)| field).collect()
}

fn of_field(field: &'static Field, snapshot: &Snapshot, then: &Value) -> Vec<Difference> {
    let now = snapshot.get(field);
    if now.is_some_and(|now| same(now, then)) {
        return Vec::new();
    }
    let subtle = now.and_then(|now| subtle(now, then, same_item));
    let difference = |place: String, now: Now, then: Option<Json>| Difference {
        field: field.name,
        place,
        now,
        then,
        subtle,
    };
    let whole = |now: Now| vec![difference(field.name.to_owned(), now, Some(wire::value(then)))];
    match (now, then) {
        (Some(Value::List(now)), Value::List(then)) => of_items(field.name, now, then)
            .into_iter()
            .map(|(place, now, then)| difference(place, now, then))
            .collect(),
        (Some(now), _) => whole(Now::Value(wire::value(now))),
        (None, _) => whole(match snapshot.uncertain.get(field.name) {
            Some(found) => Now::Uncertain(found.value.clone()),
            None if snapshot.carried().mentions(field) => Now::Misread,
            None => Now::NotKnown,
        }),
    }
}

/// The items that differ. What both lists begin and end with is left out, so that an item taken from the front does
/// not make all others look changed.
fn of_items(list: &str, now: &[Item], then: &[Item]) -> Vec<(String, Now, Option<Json>)> {
    let shorter = now.len().min(then.len());
    let head = (0..shorter).take_while(|i| same_item(&now[*i], &then[*i])).count();
    let tail =
        (1..=shorter - head).take_while(|i| same_item(&now[now.len() - i], &then[then.len() - i])).count();
    let (now, then) = (&now[head..now.len() - tail], &then[head..then.len() - tail]);
    let json = |item: &Item| Json::Object(wire::object(&item.patch));
    (0..now.len().max(then.len()))
        .filter(|i| !matches!((now.get(*i), then.get(*i)), (Some(now), Some(then)) if same_item(now, then)))
        .map(|i| {
            let before = now.get(i).map_or(Now::Nothing, |item| Now::Value(json(item)));
            (format!("{list}[{}]", head + i), before, then.get(i).map(json))
        })
        .collect()
}

/// Whether two values are the same to the service, wherever they were written.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => same_items(one, other),
        (Value::Text(one), Value::Text(other)) => same_text(one, other),
        (Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::List(_), _) => one == other,
    }
}

/// As [`same`], of two lists.
pub fn same_items(one: &[Item], other: &[Item]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_item(one, other))
}

pub fn same_item(one: &Item, other: &Item) -> bool {
    one.patch.record().fields.iter().all(|field| {
        let default = default_value(field);
        both_same(
            one.patch.value(field.name).or(default.as_ref()),
            other.patch.value(field.name).or(default.as_ref()),
        )
    })
}

/// Whether two values are the same, or neither is there.
pub fn both_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    one.zip(other).map_or(one.is_none() && other.is_none(), |(one, other)| same(one, other))
}

/// What an item holds in a field that was not given: on the service's side an item's bool or date is never absent.
fn default_value(field: &Field) -> Option<Value> {
    match field.kind {
        Kind::Bool => Some(Value::Bool(false)),
        Kind::Date => Some(Value::Date(jiff::civil::date(1, 1, 1))),
        Kind::Text | Kind::List(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary::{self, applied, patch_of, snapshot_of};
    use crate::model::customer::CUSTOMER;

    fn differences(record: &str, patch: &str) -> Vec<String> {
        let snapshot =
            Snapshot::read(&CUSTOMER, &format!("{{\"boosterCustomerId\":123,{record}}}"), 123, None)
                .expect(record);
        between(&snapshot, &patch_of(patch)).iter().map(|found| found.to_json().to_string()).collect()
    }

    #[test]
    fn unchanged_fields_are_left_out_and_unknown_ones_are_not() {
        assert_eq!(
            differences(
                r#""firstName":"Ada","lastName":"L","clientType":"Private","birthDate":"/Date(1609286400000)/","notes":"x""#,
                r#"{"firstName":"Ada","lastName":"M","clientType":"PRIVATE","birthDate":"2020-12-30","notes":"","gender":"F"}"#,
            ),
            [
                r#"{"field":"lastName","now":"L","then":"M","known":true}"#,
                r#"{"field":"gender","then":"F","known":false}"#,
                r#"{"field":"notes","now":"x","then":"","known":true}"#,
            ]
        );
    }

    #[test]
    fn lists_are_compared_item_by_item() {
        let (a, b, c) = (r#"{"hobby":"A"}"#, r#"{"hobby":"B"}"#, r#"{"hobby":"C"}"#);
        let hobbies = |now: &[&str], then: &[&str]| {
            differences(
                &format!("\"hobbies\":[{}]", now.join(",")),
                &format!("{{\"hobbies\":[{}]}}", then.join(",")),
            )
        };
        let none = Vec::<String>::new();
        assert_eq!(hobbies(&[a, b], &[a, b]), none);
        assert_eq!(hobbies(&[], &[]), none);
        assert_eq!(hobbies(&[a, b], &[b]), [r#"{"field":"hobbies[0]","now":{"hobby":"A"},"known":true}"#]);
        assert_eq!(hobbies(&[a], &[a, b]), [r#"{"field":"hobbies[1]","then":{"hobby":"B"},"known":true}"#]);
        assert_eq!(
            hobbies(&[a, b, c], &[a, c, c]),
            [r#"{"field":"hobbies[1]","now":{"hobby":"B"},"then":{"hobby":"C"},"known":true}"#]
        );
        assert_eq!(hobbies(&[a, b], &[]).len(), 2);
        assert_eq!(
            differences(r#""firstName":"A""#, r#"{"hobbies":[]}"#),
            [r#"{"field":"hobbies","then":[],"known":false}"#]
        );
    }

    #[test]
    fn a_mark_that_an_item_does_not_give_is_false() {
        let record = r#""emails":[{"email":"a@b.co","isMainEmail":false}]"#;
        assert!(differences(record, r#"{"emails":[{"email":"a@b.co"}]}"#).is_empty());
        assert_eq!(differences(record, r#"{"emails":[{"email":"a@b.co","isMainEmail":true}]}"#).len(), 1);
    }

    proptest! {
        #[test]
        fn the_difference_is_empty_exactly_when_the_body_would_change_nothing(
            record in arbitrary::record(),
            patch in arbitrary::patch(),
            kept in proptest::sample::subsequence(arbitrary::names(), 0..=CUSTOMER.fields.len()),
            other in proptest::option::of(proptest::sample::select(arbitrary::names())),
        ) {
            // A random patch hardly ever repeats the record, so all but one field is taken from there.
            let mut patch = patch;
            let snapshot = snapshot_of(&record);
            for field in CUSTOMER.fields.iter().filter(|field| other != Some(field.name)) {
                match snapshot.carried().get(field.name).filter(|_| kept.contains(&field.name)) {
                    Some(given) => patch.set(field, given.value.clone(), given.source.clone()),
                    None => patch.remove(field),
                }
            }
            let changes_nothing = applied(&record, &patch) == record;
            prop_assert_eq!(between(&snapshot, &patch).is_empty(), changes_nothing);
        }
    }
}
