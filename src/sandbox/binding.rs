//! How a body, a query string and a path become the request that the service method gets, silent losses included.
//!
//! Names and kinds come from the table alone. wire.md, section 1, says of every loss that it was seen.

use std::borrow::Cow;

use super::dates;
use super::lenient::{Notation, Raw, Unreadable};
use super::received::{PatchCustomer, Received, Value};
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Kind, Record};

/// Why a request is a 400 before the service sees it.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The body could not be read; what ServiceStack says behind "Error: ".
    Body(String),
    /// Names and texts of the query string, the form or the path that did not fit.
    Parameters(Vec<(String, String)>),
}

/// The value does not fit the field: dropped silently, unless the host is strict.
struct Misfit;

/// Reads the body of one of the text formats into a request.
pub fn bind_body(text: &str, notation: Notation, strict: bool) -> Result<PatchCustomer, Refusal> {
    let mut request = PatchCustomer::nothing();
    // A byte order mark is no part of the text.
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(request);
    }
    let members = Raw::new(text, notation).members().map_err(|unreadable| match unreadable {
        Unreadable::NotAnObject => Refusal::Body(format!(
            "Type definitions should start with a '{{', expecting serialized type 'PatchCustomer', \
             got string starting with: {}",
            text.chars().take(50).collect::<String>()
        )),
        Unreadable::Cut => Refusal::Body("Index was outside the bounds of the array.".to_owned()),
    })?;
    for member in members {
        let Some(name) = member.name else { continue };
        let fits = if name.eq_ignore_ascii_case(ID_KEY) {
            member.value.inner().trim().parse().map(|id| request.id = id).map_err(|_| (ID_KEY, Misfit))
        } else {
            bind_member(&mut request.customer, &CUSTOMER, &name, member.value, strict)
        };
        if let (Err((name, Misfit)), true) = (fits, strict) {
            return Err(Refusal::Body(format!(
                "Failed to set property '{name}' with '{}'",
                not_quite_empty(member.value.inner())
            )));
        }
    }
    Ok(request)
}

/// ServiceStack prints a zero-width space where the value is empty.
fn not_quite_empty(text: &str) -> &str {
    if text.is_empty() { "\u{200b}" } else { text }
}

/// Lays parameters, which are pairs of the query string, of a form or of the path, over the request. An empty one is
/// ignored, an unknown one too; those that do not fit are all named in one refusal, on every host.
pub fn bind_parameters(request: &mut PatchCustomer, parameters: &[(String, String)]) -> Result<(), Refusal> {
    let mut misfits = Vec::new();
    for (name, text) in parameters {
        if text.is_empty() {
            continue;
        }
        let record = &CUSTOMER;
        let fits = if name.eq_ignore_ascii_case(ID_KEY) {
            text.parse().map(|id| request.id = id).map_err(|_| (ID_KEY, Misfit))
        } else {
            match find(record, name) {
                // A text stands here as it is: brackets and quotes are the person's own.
                Some((position, Field { kind: Kind::Text, .. })) => {
                    request.customer.set(position, Value::Text(text.clone()));
                    Ok(())
                }
                Some(_) | None => {
                    let value = Raw::new(text, Notation::Jsv);
                    bind_member(&mut request.customer, record, name, value, true)
                }
            }
        };
        if let Err((name, Misfit)) = fits {
            misfits.push((name.to_owned(), text.clone()));
        }
    }
    if misfits.is_empty() { Ok(()) } else { Err(Refusal::Parameters(misfits)) }
}

/// A field by its name in any casing, and where it stands. `first_name` is not `firstName`.
fn find(record: &'static Record, name: &str) -> Option<(usize, &'static Field)> {
    record.fields.iter().enumerate().find(|(_, field)| field.name.eq_ignore_ascii_case(name))
}

fn bind_member(
    received: &mut Received,
    record: &'static Record,
    name: &str,
    value: Raw,
    strict: bool,
) -> Result<(), (&'static str, Misfit)> {
    let Some((position, field)) = find(record, name) else { return Ok(()) };
    if let Some(value) = read(field.kind, value, strict).map_err(|misfit| (field.name, misfit))? {
        received.set(position, value);
    }
    Ok(())
}

fn read(kind: Kind, raw: Raw, strict: bool) -> Result<Option<Value>, Misfit> {
    if raw.is_null() {
        return Ok(None);
    }
    match kind {
        Kind::Text => Ok(Some(Value::Text(raw.to_text()))),
        Kind::Bool => match raw.to_text().trim() {
            "" => Ok(None),
            text => parse_bool(text).map(|yes| Some(Value::Bool(yes))).ok_or(Misfit),
        },
        // Without unescaping: `"\u0032020-12-30"` is lost.
        Kind::Date => dates::parse(raw.inner()).map(|moment| Some(Value::Date(moment))).ok_or(Misfit),
        Kind::List(record) => list(record, raw, strict).map(|items| Some(Value::List(items))),
    }
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "y" | "on" => Some(true),
        "false" | "f" | "0" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// A list of records. One record alone is a list of one; an item that is no record loses the whole list.
fn list(record: &'static Record, raw: Raw, strict: bool) -> Result<Vec<Received>, Misfit> {
    // A list inside a JSON string is read as JSON once more, where the bare names of JSV bind nothing.
    let text = if raw.text.starts_with('"') { Cow::Owned(raw.to_text()) } else { Cow::Borrowed(raw.text) };
    let raw = Raw::new(&text, raw.notation);
    if raw.text.starts_with('{') {
        return Ok(vec![item(record, raw, strict)?]);
    }
    raw.items().ok_or(Misfit)?.into_iter().map(|raw| item(record, raw, strict)).collect()
}

fn item(record: &'static Record, raw: Raw, strict: bool) -> Result<Received, Misfit> {
    let mut received = Received::empty_item(record);
    if raw.is_null() {
        return Ok(received);
    }
    for member in raw.members().map_err(|_| Misfit)? {
        let Some(name) = member.name else { continue };
        match bind_member(&mut received, record, &name, member.value, strict) {
            Err((_, misfit)) if strict => return Err(misfit),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(received)
}
