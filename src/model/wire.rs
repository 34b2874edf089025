//! A patch as the service's JSON.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::model::patch::{Patch, Value};

/// The patch as a JSON object: just the given fields, in the table's order, dates as `YYYY-MM-DD`.
pub fn object(patch: &Patch) -> Map<String, Json> {
    patch.iter().map(|(field, given)| (field.name.to_owned(), value(&given.value))).collect()
}

/// The bytes of the request's body.
pub fn body(patch: &Patch) -> String {
    serde_json::to_string(&Written(patch)).expect("texts and lists can be written to a string")
}

/// The most bytes that the body can have, without writing it.
pub fn most_bytes(patch: &Patch) -> usize {
    let of_value = |value: &Value| match value {
        // What an escape makes of a byte has at most six.
        Value::Text(text) => 2 + 6 * text.len(),
        Value::Bool(_) => 5,
        Value::Date(_) => 12,
        Value::List(items) => 2 + items.iter().map(|item| 1 + most_bytes(&item.patch)).sum::<usize>(),
    };
    2 + patch.iter().map(|(field, given)| 4 + field.name.len() + of_value(&given.value)).sum::<usize>()
}

/// What [`object`] makes, written without making it: a bulk job has a hundred thousand bodies.
struct Written<'a, T>(&'a T);

impl Serialize for Written<'_, Patch> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, given)| (field.name, Written(&given.value))))
    }
}

impl Serialize for Written<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bool(yes) => serializer.serialize_bool(*yes),
            Value::Date(day) => serializer.collect_str(day),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| Written(&item.patch))),
        }
    }
}

/// One value as it is in the body.
pub fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::String(text.clone()),
        Value::Bool(yes) => Json::Bool(*yes),
        Value::Date(day) => Json::String(day.to_string()),
        Value::List(items) => items.iter().map(|item| Json::Object(object(&item.patch))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arbitrary;

    proptest::proptest! {
        #[test]
        fn the_body_is_the_object(patch in arbitrary::patch()) {
            proptest::prop_assert_eq!(body(&patch), Json::Object(object(&patch)).to_string());
            proptest::prop_assert!(body(&patch).len() <= most_bytes(&patch));
        }
    }
}
