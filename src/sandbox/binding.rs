//! How a JSON body, a query string and a path become the request that the service method gets, silent losses included.
//!
//! Names and kinds come from the table alone.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value as Json};

use super::dates;
use super::response::{Response, field_error};
use super::servicestack_parser::{ParseError, Raw};
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Kind, Record};

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

/// The value does not fit the field of this name: lost silently, unless the host is strict.
struct Misfit(&'static str);

const SERIALIZATION: &str = "SerializationException";

/// The types with which, as recorded, nothing is bound and the answer is 200.
const IGNORED_TYPES: [&str; 5] = [
    "",
    "text/plain",
    "application/octet-stream",
    "application/merge-patch+json",
    "application/json-patch+json",
];

/// The text that a host reads as JSON. It is empty where a real host ignores the body; an error is a body that a real
/// host reads and the sandbox does not.
pub fn json_text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Cow<'a, str>, Box<Response>> {
    let unsupported = |what: &str| {
        let message =
            format!("The sandbox reads JSON bodies alone, not {what}; send Content-Type: application/json");
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
        ignored if IGNORED_TYPES.contains(&ignored) => Ok("".into()),
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

/// Binds the body, the path's id and the query string, each of which overrides the one before it.
pub fn bind(body: &str, id: &str, query: &str, strict: bool) -> Result<PatchCustomer, Box<Response>> {
    // A byte order mark is no part of the text.
    let body = body.trim_start_matches('\u{feff}').trim();
    let members = if body.is_empty() { Ok(Vec::new()) } else { Raw(body).members() };
    let members = members.map_err(|error| match error {
        ParseError::NotAnObject => unreadable_body(&format!(
            "Type definitions should start with a '{{', expecting serialized type 'PatchCustomer', \
             got string starting with: {}",
            body.chars().take(50).collect::<String>()
        )),
        ParseError::Truncated => unreadable_body("Index was outside the bounds of the array."),
    })?;
    let mut request = PatchCustomer { id: 0, fields: Map::new() };
    for (name, value) in members {
        if let (Err(Misfit(name)), true) =
            (bind_member(&mut request.fields, &CUSTOMER, &name, value, strict), strict)
        {
            // ServiceStack prints a zero-width space where the value is empty.
            let text = Some(value.inner()).filter(|text| !text.is_empty()).unwrap_or("\u{200b}");
            return Err(unreadable_body(&format!("Failed to set property '{name}' with '{text}'")).into());
        }
    }
    let query = form_urlencoded::parse(query.as_bytes());
    bind_parameters(&mut request, std::iter::once((ID_KEY.into(), id.into())).chain(query))?;
    Ok(request)
}

/// Binds the pairs of a path and a query string. An empty value is ignored, an unknown name too; those that do not
/// fit are all named in one refusal, on every host. Lists are read as JSON, where a real host reads its own notation.
fn bind_parameters<'a>(
    request: &mut PatchCustomer,
    parameters: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
) -> Result<(), Box<Response>> {
    let mut errors = Vec::new();
    for (name, text) in parameters.filter(|(_, text)| !text.is_empty()) {
        let fits = if name.eq_ignore_ascii_case(ID_KEY) {
            text.parse().map(|id| request.id = id).map_err(|_| Misfit(ID_KEY))
        } else {
            bind_member(&mut request.fields, &CUSTOMER, &name, Raw(&text), true)
        };
        if let Err(Misfit(name)) = fits {
            let message = format!("'{text}' is an Invalid value for '{name}'");
            errors.push(field_error(SERIALIZATION, name, &message));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let message = "Unable to bind to request 'PatchCustomer'";
    Err(Response::errors(StatusCode::BAD_REQUEST, SERIALIZATION, message, errors).into())
}

/// A field by its name in any casing. `first_name` is not `firstName`.
fn field(record: &'static Record, name: &str) -> Option<&'static Field> {
    record.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
}

fn bind_member(
    bound: &mut Map<String, Json>,
    record: &'static Record,
    name: &str,
    value: Raw,
    strict: bool,
) -> Result<(), Misfit> {
    let Some(field) = field(record, name) else { return Ok(()) };
    if let Some(value) = read(field, value, strict)? {
        bound.insert(field.name.to_owned(), value);
    }
    Ok(())
}

/// The value for the field; `None` where the value is null.
fn read(field: &Field, raw: Raw, strict: bool) -> Result<Option<Json>, Misfit> {
    if raw.is_null() {
        return Ok(None);
    }
    let value = match field.kind {
        Kind::Text => Some(raw.to_text().into()),
        Kind::Bool => match raw.to_text().trim() {
            "" => return Ok(None),
            text => parse_bool(text).map(Json::from),
        },
        // Without unescaping: `"\u0032020-12-30"` is lost.
        Kind::Date => dates::parse(raw.inner()).map(|date| date.to_string().into()),
        Kind::List(record) => read_list(record, raw, strict),
    };
    value.map(Some).ok_or(Misfit(field.name))
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "y" | "on" => Some(true),
        "false" | "f" | "0" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// A list of records. One record alone is a list of one; an item that is no record loses the whole list.
fn read_list(record: &'static Record, raw: Raw, strict: bool) -> Option<Json> {
    // A list inside a JSON string is read as JSON once more.
    let unescaped = raw.to_text();
    let raw = if raw.0.starts_with('"') { Raw(unescaped.trim()) } else { raw };
    let items = if raw.0.starts_with('{') { vec![raw] } else { raw.items()? };
    items.into_iter().map(|item| read_item(record, item, strict)).collect()
}

/// A nested record. Its bools and dates are not nullable: what is absent or lost there is false and the year 1.
fn read_item(record: &'static Record, raw: Raw, strict: bool) -> Option<Json> {
    let unset = record.fields.iter().filter_map(|field| match field.kind {
        Kind::Bool => Some((field.name.to_owned(), false.into())),
        Kind::Date => Some((field.name.to_owned(), dates::NONE_GIVEN.into())),
        Kind::Text | Kind::List(_) => None,
    });
    let mut item: Map<String, Json> = unset.collect();
    let members = if raw.is_null() { Vec::new() } else { raw.members().ok()? };
    for (name, value) in members {
        if bind_member(&mut item, record, &name, value, strict).is_err() && strict {
            return None;
        }
    }
    Some(Json::Object(item))
}
