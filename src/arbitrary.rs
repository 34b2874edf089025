//! Random patches for properties: every kind of value, and texts that a door could stumble over.

use proptest::prelude::*;

use crate::customer::CUSTOMER;
use crate::field::{Field, Kind, Record, Shape};
use crate::patch::{Item, Patch, Value};
use crate::problem::Source;

/// A patch with any of the customer's fields.
pub fn patch() -> BoxedStrategy<Patch> {
    of_record(&CUSTOMER)
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
            // What the doors' own notations give a meaning to.
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
