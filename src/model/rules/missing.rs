//! What must be given: the fields that the API page demands, and the client type by which it demands some.

use super::{Check, Options, Row};
use crate::escape::quoted;
use crate::model::customer::CLIENT_TYPE;
use crate::model::field::{ClientType, Field, Need};
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::spelling::near_or;

pub(super) static ROWS: &[Row] = &[
    Row {
        rule: &Rule::error("required", "a field that is always required is missing"),
        check: Check::Missing(Need::Required),
    },
    Row {
        rule: &Rule::error("required-for-private", "a field that is required for PRIVATE is missing"),
        check: Check::Missing(Need::RequiredFor(ClientType::Private)),
    },
    Row {
        rule: &Rule::error("required-for-company", "a field that is required for COMPANY is missing"),
        check: Check::Missing(Need::RequiredFor(ClientType::Company)),
    },
    Row { rule: Rule::UNKNOWN_CLIENT_TYPE, check: Check::Patch(unknown_client_type) },
];

/// What is wrong with what was given for a field that is demanded of the patch, which is an item of a list or the customer's
/// own.
pub(super) fn missing(
    patch: &Patch,
    field: &Field,
    given: Option<&Given>,
    inside: &str,
    item: Option<&Item>,
    has_flags: bool,
) -> Option<Problem> {
    let (what, source, hint) = match given {
        None if patch.mentions(field) => return None,
        None => ("is missing", item.map(|item| item.source.clone()), add(field, item, has_flags)),
        Some(Given { value: Value::Text(text), source }) if text.is_empty() => match source {
            // Only a flag of its own clears on purpose; an empty text in a file may be what a template left.
            Source::Flag { .. } if item.is_none() => {
                ("is empty", Some(source.clone()), "do not clear it: give a new value".to_owned())
            }
            source => ("is empty", Some(source.clone()), "fill it in".to_owned()),
        },
        Some(Given { value, source }) if value.is_blank() => {
            ("is blank", Some(source.clone()), "fill it in".to_owned())
        }
        Some(_) => return None,
    };
    let why = match field.need {
        Need::RequiredFor(client_type) => format!("a {} client needs it", client_type.wire()),
        Need::Optional | Need::Required if item.is_some() => "every item needs it".to_owned(),
        Need::Optional | Need::Required => "it is required in every patch".to_owned(),
    };
    let fault = Fault::new(super::required(field.need)?, format!("{} {what}: {why}", field.name));
    Some(fault.hint(hint).at(field.at(inside), source))
}

/// How a field that is missing is given: of the customer by flag or file, of an item where the item was written.
fn add(field: &Field, item: Option<&Item>, has_flags: bool) -> String {
    let Some(item) = item else {
        return if has_flags {
            format!("add --{}, or {} in a file", field.flag(), field.name)
        } else {
            format!("add {}", field.name)
        };
    };
    let record = item.patch.record();
    let item_flag = format!("--{}", record.item_flag());
    if matches!(&item.source, Source::Flag { flag, .. } if *flag == item_flag) {
        format!("add ,{}=… to the item", record.key(field))
    } else {
        format!("add {} to the item", field.name)
    }
}

fn unknown_client_type(rule: &'static Rule, patch: &Patch, options: Options) -> Option<Problem> {
    let Some(Given { value: value @ Value::Text(text), source }) = patch.get(CLIENT_TYPE) else {
        return None;
    };
    if options.unchecked || value.is_blank() || ClientType::read(text).is_some() {
        return None;
    }
    let known = ClientType::ALL.map(ClientType::wire);
    let fault = Fault::new(rule, format!("{} is neither {} nor {}", quoted(text), known[0], known[1]));
    let other = "which other fields are required depends on it, so they cannot be checked";
    Some(fault.hint(near_or(text, known, || other.to_owned())).at(CLIENT_TYPE, source.clone()))
}
