//! How a JSON body and a path become the request that the service method gets, silent losses included.
//!
//! Names and kinds come from the table alone.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::dates;
use super::response::{Response, field_error};
use crate::model::customer::ID_KEY;
use crate::model::field::{Kind, Record};

/// A request once it is bound; its fields are without those that were absent, null or lost.
#[derive(Debug)]
pub struct PatchCustomer {
    pub id: i32,
    pub fields: Map<String, Json>,
}

#[cfg(test)]
impl PatchCustomer {
    /// As ServiceStack prints the request.
    pub fn to_json(&self) -> Json {
        let id = (ID_KEY.to_owned(), Json::from(self.id));
        Json::Object(std::iter::once(id).chain(self.fields.clone()).collect())
    }
}

/// The members of an object, each value as it is in the text. Of a name that is given twice the last counts.
type Members<'a> = BTreeMap<String, &'a RawValue>;

const SERIALIZATION: &str = "SerializationException";

/// The text that a host reads as JSON. It is empty where a real host ignores the body; an error is a body that a real
/// host reads and the sandbox does not.
pub fn json_text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Cow<'a, str>, Box<Response>> {
    let unsupported = |what: &str| {
        let message =
            format!("The sandbox reads only JSON bodies, not {what}; send Content-Type: application/json");
        Box::new(Response::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", &message))
    };
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(unsupported("compressed ones"));
    }
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match content_type.as_str() {
        // A body without a Content-Length is read by nobody.
        "application/json" | "text/json" if headers.contains_key(header::TRANSFER_ENCODING) => Ok("".into()),
        // Whatever the charset says, the bytes are taken for UTF-8.
        "application/json" | "text/json" => Ok(String::from_utf8_lossy(body)),
        // As recorded, nothing is bound with these, and the answer is 200.
        "" | "text/plain" | "application/octet-stream" => Ok("".into()),
        "application/merge-patch+json" | "application/json-patch+json" => Ok("".into()),
        other => Err(unsupported(other)),
    }
}

/// The 400 for a body that cannot be read; `reason` is what ServiceStack says behind "Error: ".
pub fn unreadable_body(reason: &str) -> Response {
    let message = format!(
        "Could not deserialize 'application/json' request using \
         Richemont.Booster2.PublicApi.CRM.ServiceModel.PatchCustomer'\nError: {reason}"
    );
    Response::error(StatusCode::BAD_REQUEST, SERIALIZATION, &message)
}

/// Binds the fields of this table in the body and the path's id, which overrides the body's.
pub fn bind(
    record: &'static Record,
    body: &str,
    id: &str,
    strict: bool,
) -> Result<PatchCustomer, Box<Response>> {
    // A byte order mark is no part of the text.
    let body = body.trim_start_matches('\u{feff}').trim();
    let members = if body.is_empty() { Ok(Members::new()) } else { serde_json::from_str(body) };
    let members: Members = members.map_err(|_| {
        if body.starts_with('{') {
            return unreadable_body("Index was outside the bounds of the array.");
        }
        unreadable_body(&format!(
            "Type definitions should start with a '{{', expecting serialized type 'PatchCustomer', \
             got string starting with: {}",
            body.chars().take(50).collect::<String>()
        ))
    })?;
    let mut fields = Map::new();
    for (name, value) in members {
        let bound = bind_member(&mut fields, record, &name, value, strict);
        if let Some(name) = bound.err().filter(|_| strict) {
            // ServiceStack prints a zero-width space where the value is empty.
            let text = Some(inner(value)).filter(|text| !text.is_empty()).unwrap_or("\u{200b}");
            return Err(unreadable_body(&format!("Failed to set property '{name}' with '{text}'")).into());
        }
    }
    let id = id.parse().map_err(|_| {
        let error = field_error(SERIALIZATION, ID_KEY, &format!("'{id}' is an Invalid value for '{ID_KEY}'"));
        let message = "Unable to bind to request 'PatchCustomer'";
        Response::errors(StatusCode::BAD_REQUEST, SERIALIZATION, message, vec![error])
    })?;
    Ok(PatchCustomer { id, fields })
}

/// Binds one member. The error is the field's name: its value does not fit, and is lost silently unless the host is
/// strict.
fn bind_member(
    bound: &mut Map<String, Json>,
    record: &'static Record,
    name: &str,
    value: &RawValue,
    strict: bool,
) -> Result<(), &'static str> {
    let Some(field) = record.field_in_any_case(name) else { return Ok(()) };
    if value.get() == "null" {
        return Ok(());
    }
    let text = text(value);
    let read = match field.kind {
        Kind::Text => Some(text.into()),
        Kind::Bool if text.trim().is_empty() => return Ok(()),
        Kind::Bool => parse_bool(text.trim()).map(Json::from),
        // Without unescaping: `"\u0032020-12-30"` is lost.
        Kind::Date => dates::parse(inner(value)).map(|date| date.to_string().into()),
        Kind::List(record) => read_list(record, value, strict),
    };
    bound.insert(field.name.to_owned(), read.ok_or(field.name)?);
    Ok(())
}

/// What is between the quotes of a text, escapes left as they are; the whole value where there are no quotes.
fn inner(value: &RawValue) -> &str {
    let text = value.get();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The value as a text field gets it: a number or a bool as it is written.
fn text(value: &RawValue) -> String {
    serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| inner(value).to_owned())
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "y" | "on" => Some(true),
        "false" | "f" | "0" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// A list of records. One record alone is a list of one; an item that is no record loses the whole list.
fn read_list(record: &'static Record, value: &RawValue, strict: bool) -> Option<Json> {
    let items: Vec<&RawValue> = match serde_json::from_str(value.get()) {
        Ok(items) => items,
        Err(_) => vec![value],
    };
    items.into_iter().map(|item| read_item(record, item, strict)).collect()
}

/// A nested record. Its bools and dates are not nullable: what is absent or lost there is false and the year 1.
fn read_item(record: &'static Record, item: &RawValue, strict: bool) -> Option<Json> {
    let members: Option<Members> = serde_json::from_str(item.get()).ok()?;
    let unset = record.fields.iter().filter_map(|field| match field.kind {
        Kind::Bool => Some((field.name.to_owned(), false.into())),
        Kind::Date => Some((field.name.to_owned(), dates::NONE_GIVEN.into())),
        Kind::Text | Kind::List(_) => None,
    });
    let mut item: Map<String, Json> = unset.collect();
    for (name, value) in members.unwrap_or_default() {
        if bind_member(&mut item, record, &name, value, strict).is_err() && strict {
            return None;
        }
    }
    Some(Json::Object(item))
}
