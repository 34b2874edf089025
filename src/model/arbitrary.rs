//! For the tests: random patches and records, patches written as JSON, and what a service that keeps what it is sent
//! makes of them.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Kind, Record, Shape};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::model::wire;

/// The names of the customer's fields, in the table's order.
pub fn names() -> Vec<&'static str> {
    CUSTOMER.fields.iter().map(|field| field.name).collect()
}

/// A patch with any of the customer's fields.
pub fn patch() -> BoxedStrategy<Patch> {
    of_record(&CUSTOMER)
}

/// A text that means something to the notations and to the terminals that it may come into.
pub fn hostile() -> impl Strategy<Value = String> + Clone {
    "[ab é李\"'\\\\#=\\[\\]{},\r\n\t\u{0}-\u{20}\u{7f}\u{85}\u{9b}\u{2028}\u{202e}\u{feff}\u{fe0f}\u{e0041}]{0,12}"
}

/// The patch that a JSON object with good values stands for.
pub fn patch_of(json: &str) -> Patch {
    let members: Map<String, Json> = serde_json::from_str(json).expect(json);
    patch_of_members(&CUSTOMER, &members)
}

fn patch_of_members(record: &'static Record, members: &Map<String, Json>) -> Patch {
    let mut patch = Patch::new(record);
    for (name, json) in members {
        let field = record.field(name).expect(name);
        let value = match (field.kind, json) {
            (Kind::List(inner), Json::Array(items)) => Value::List(
                items
                    .iter()
                    .map(|item| Item {
                        patch: patch_of_members(inner, item.as_object().expect(name)),
                        source: Source::flag("x"),
                    })
                    .collect(),
            ),
            (_, json) => {
                let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
                Value::parse(field, &text).expect(name)
            }
        };
        patch.set(field, value, Source::flag("x"));
    }
    patch
}

/// A record as a service holds it.
pub fn record() -> BoxedStrategy<Map<String, Json>> {
    patch().prop_map(|patch| applied(&Map::new(), &patch)).boxed()
}

/// The record as an answer of the service shows it.
pub fn snapshot_of(record: &Map<String, Json>) -> Snapshot {
    let mut answer = record.clone();
    answer.insert(ID_KEY.to_owned(), 123.into());
    Snapshot::read(&CUSTOMER, &Json::Object(answer).to_string(), 123, None).expect("a customer")
}

/// The record after a patch: a value replaces a value, a list a list, and an item's bool is never absent.
pub fn applied(record: &Map<String, Json>, patch: &Patch) -> Map<String, Json> {
    let mut after = record.clone();
    for (field, given) in patch.iter() {
        let mut value = wire::value(&given.value);
        if let (Kind::List(inner), Json::Array(items)) = (field.kind, &mut value) {
            for item in items {
                for field in inner.fields {
                    match field.kind {
                        Kind::Bool if item.get(field.name).is_none() => item[field.name] = false.into(),
                        Kind::Date if item.get(field.name).is_none() => {
                            item[field.name] = "0001-01-01".into()
                        }
                        Kind::Bool | Kind::Date | Kind::Text | Kind::List(_) => {}
                    }
                }
                // The order of an item's members says nothing.
                item.as_object_mut().expect("an item is an object").sort_keys();
            }
        }
        after.insert(field.name.to_owned(), value);
    }
    after.sort_keys();
    after
}

fn of_record(record: &'static Record) -> BoxedStrategy<Patch> {
    let values: Vec<_> = record.fields.iter().map(|field| proptest::option::of(value(field))).collect();
    values
        .prop_map(move |values| {
            let mut patch = Patch::new(record);
            for (field, value) in record.fields.iter().zip(values) {
                if let Some(value) = value {
                    patch.set(field, value, Source::flag("x"));
                }
            }
            patch
        })
        .boxed()
}

fn value(field: &'static Field) -> BoxedStrategy<Value> {
    match field.kind {
        Kind::Text if field.shape == Shape::ClientType => {
            prop_oneof![Just("PRIVATE"), Just("COMPANY"), Just("Prospect"), Just("")]
                .prop_map(move |text| Value::text(field, text))
                .boxed()
        }
        Kind::Text => prop_oneof![
            Just(String::new()),
            // What has a meaning in the inputs' own notations.
            "(@|@@|-|--|main|MAIN|true|null|[,=\"'\\\\ #\\[\\]{}.]){1,5}",
            "[a-zA-Z0-9é李\"'\\\\ #\\[\\]={}.]{1,8}",
            "[a\"\\\\\r\n\t\u{0}-\u{20}\u{7f}\u{9b}\u{202e}\u{feff}\u{e0041}]{1,6}",
        ]
        .prop_map(move |text| Value::text(field, &text))
        .boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Date => (0..3_652_058_i32)
            .prop_map(|days| {
                Value::Date(jiff::civil::date(1, 1, 1).saturating_add(jiff::Span::new().days(days)))
            })
            .boxed(),
        Kind::List(record) => proptest::collection::vec(of_record(record), 0..3)
            .prop_map(|items| {
                let item = |patch| Item { patch, source: Source::flag("x") };
                Value::List(items.into_iter().map(item).collect())
            })
            .boxed(),
    }
}
