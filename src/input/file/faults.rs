//! What is said of a name that a record does not have, and of a value of the wrong kind.

use crate::document::tree::{Content, Format};
use crate::escape::quoted;
use crate::model::customer::{CUSTOMER, ID_KEY, every_field};
use crate::model::field::{Field, Kind, Need, Record};
use crate::model::problem::{Fault, Rule};
use crate::spelling::near_or;

/// A name that the record does not have, with the one that may have been meant.
pub fn unknown(record: &'static Record, key: &str) -> Fault {
    if key.is_empty() {
        return Fault::new(Rule::UNKNOWN_FIELD, "a key is empty")
            .hint("write the name of a field, or take it out");
    }
    let fault = Fault::new(Rule::UNKNOWN_FIELD, format!("{} has no field {}", record.name, quoted(key)));
    if record.name == CUSTOMER.name && key == ID_KEY {
        return fault.hint("it is the customer's id, which stands on the command line");
    }
    if record.name == CUSTOMER.name && means_the_id(key) {
        return fault.hint(format!("did you mean {ID_KEY}?"));
    }
    let elsewhere = every_field().find(|(field, place)| field.name == key && place != key);
    if let Some((_, place)) = elsewhere.filter(|_| record.name == CUSTOMER.name) {
        return fault.hint(format!("it belongs in a list: {place}"));
    }
    let names = record.fields.iter().map(|field| field.name);
    fault.hint(near_or(key, names, || "`booster customer explain` lists every field".to_owned()))
}

/// Whether the key is one of the ways to say the id.
fn means_the_id(key: &str) -> bool {
    let letters: String = key.chars().filter(|letter| letter.is_alphanumeric()).collect();
    ["id", "customerid", "boosterid", ID_KEY].iter().any(|name| name.eq_ignore_ascii_case(&letters))
}

pub(super) fn null(field: &Field, in_item: bool) -> Fault {
    let fault = Fault::new(Rule::NULL, "null means nothing here: the service takes it as not given");
    let needed = match field.need {
        Need::Optional | Need::RequiredFor(_) => None,
        Need::Required if in_item => Some("every item needs it"),
        Need::Required => Some("the service wants it in every patch"),
    };
    match (field.kind, needed) {
        (Kind::Text | Kind::Date | Kind::List(_), Some(why)) => fault.hint(format!("fill it in: {why}")),
        (Kind::Bool, Some(why)) => fault.hint(format!("write true or false: {why}")),
        (Kind::Text, None) => match field.need {
            Need::Optional => fault.hint("write \"\" to clear the text, or leave the key out"),
            Need::Required | Need::RequiredFor(_) => fault.hint("fill it in, or leave the key out"),
        },
        (Kind::List(_), None) => fault.hint("write [] to clear the list, or leave the key out"),
        (Kind::Bool | Kind::Date, None) => {
            fault.hint("leave the key out; this API cannot clear a date or a bool")
        }
    }
}

pub(super) fn not_text(content: &Content) -> Fault {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fault = Fault::new(Rule::NOT_TEXT, format!("a text belongs here, and this is {}", content.name()));
    match content {
        Content::Number(text) if text.len() > 1 && text.starts_with('0') && is_digits(text) => {
            fault.hint(format!("write \"{text}\" if that is meant: a number has no leading zeros"))
        }
        Content::Number(text) if is_digits(text) => fault.hint(format!(
            "write \"{text}\" if that is meant: a number loses its leading zeros, so it may have been \"0{text}\""
        )),
        Content::Number(text) => fault.hint(format!("write \"{text}\" if that is meant")),
        Content::Bool(bool) => fault.hint(format!("write \"{bool}\" if that is meant")),
        Content::Day(day) => fault.hint(format!("write \"{day}\" if that is meant")),
        Content::Null | Content::Text(_) | Content::Array(_) | Content::Object(_) => fault,
    }
}

pub(super) fn not_a_bool(content: &Content) -> Fault {
    let shown = match content {
        Content::Text(text) => format!("the text {}", quoted(text)),
        Content::Number(text) => format!("the number {text}"),
        other => other.name().to_owned(),
    };
    let fault = Fault::new(Rule::NOT_A_BOOL, format!("true or false belongs here, and this is {shown}"));
    let is_quoted = |word: &&str| matches!(content, Content::Text(text) if text.eq_ignore_ascii_case(word));
    fault.hint(match ["true", "false"].into_iter().find(is_quoted) {
        Some(word) => format!("write {word}, without quotes"),
        None => "write true or false, without quotes; the service drops anything else in silence".to_owned(),
    })
}

pub(super) fn not_a_list(field: &Field, content: &Content, format: Format) -> Fault {
    let fault = Fault::new(Rule::NOT_A_LIST, format!("a list belongs here, and this is {}", content.name()));
    if !matches!(content, Content::Object(_)) {
        return fault.hint("write a list of objects: [{…}]; [] clears it");
    }
    match format {
        Format::Toml => {
            fault.hint(format!("write [[{}]] with two brackets, once for every item", field.name))
        }
        Format::Json => fault.hint("put the object in brackets: [{…}]"),
    }
}
