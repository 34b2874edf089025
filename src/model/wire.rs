//! A patch as the service's JSON.

use serde_json::{Map, Value as Json};

use crate::model::patch::{Patch, Value};

/// The patch as a JSON object: just the given fields, in the table's order, dates as `YYYY-MM-DD`.
pub fn object(patch: &Patch) -> Map<String, Json> {
    patch.iter().map(|(field, given)| (field.name.to_owned(), value(&given.value))).collect()
}

/// The bytes of the request's body.
pub fn body(patch: &Patch) -> String {
    Json::Object(object(patch)).to_string()
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
