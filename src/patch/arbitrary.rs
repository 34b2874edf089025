//! Any patch that flags can say, for the tests that compare the doors.

use proptest::prelude::*;

use super::{Item, Patch, Value};
use crate::customer::CUSTOMER;
use crate::field::{Field, Kind, Record, Shape};
use crate::problem::Source;

/// A patch with any of the customer's fields in it, kinds right, rules about what is required left aside.
pub fn patch() -> impl Strategy<Value = Patch> {
    record(&CUSTOMER)
}

fn record(record: &'static Record) -> BoxedStrategy<Patch> {
    let fields: Vec<BoxedStrategy<Option<Value>>> = record
        .fields
        .iter()
        .map(|field| {
            // A flag's item always says whether it is the main one.
            let is_mark = record.main_mark().is_some_and(|mark| mark.name == field.name);
            if is_mark { any::<bool>().prop_map(|yes| Some(Value::Bool(yes))).boxed() } else { maybe(field) }
        })
        .collect();
    fields
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

fn maybe(field: &'static Field) -> BoxedStrategy<Option<Value>> {
    let value = match field.kind {
        Kind::Text => text(field).prop_map(move |text| Value::text(field, &text)).boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Date => (1900i16..2026, 1i8..13, 1i8..29)
            .prop_map(|(year, month, day)| Value::Date(jiff::civil::date(year, month, day)))
            .boxed(),
        Kind::List(inner) => proptest::collection::vec(record(inner), 0..4)
            .prop_map(|patches| {
                let item = |patch| Item { patch, source: Source::flag("x") };
                Value::List(patches.into_iter().map(item).collect())
            })
            .boxed(),
    };
    proptest::option::weighted(0.2, value).boxed()
}

/// Texts that are hard on quotes, commas, equals signs, at signs and scripts of the world, and examples.
fn text(field: &'static Field) -> BoxedStrategy<String> {
    let examples: Vec<&'static str> = field.examples.to_vec();
    let lines = if field.shape == Shape::Lines { "[a-z\n\t]{0,9}" } else { "[a-z]{0,9}" };
    let hard =
        prop_oneof!["[\"',=\\\\@ a-z李é$-]{0,9}", lines, Just("main".to_owned()), Just("\"\"".to_owned())];
    if examples.is_empty() {
        return hard.boxed();
    }
    prop_oneof![hard, proptest::sample::select(examples).prop_map(str::to_owned)].boxed()
}
