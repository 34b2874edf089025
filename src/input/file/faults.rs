//! What is said of a name that a record does not have, and of a value of the wrong kind.

use crate::document::tree::{Content, Entry, Format, Node};
use crate::escape::{is_dangerous, quoted};
use crate::model::customer::{CUSTOMER, ID_KEY, every_field};
use crate::model::date::parse_date;
use crate::model::field::{Field, Kind, Need, Record};
use crate::model::problem::{Fault, Rule};
use crate::spelling::near_or;

/// A name that the record does not have, with the one that may have been meant.
pub fn unknown(record: &'static Record, key: &str) -> Fault {
    if key.is_empty() {
        return Fault::new(Rule::UNKNOWN_FIELD, "a key is empty")
            .hint("write the name of a field, or remove it");
    }
    let fault = Fault::new(Rule::UNKNOWN_FIELD, format!("{} has no field {}", record.name, quoted(key)));
    if record.name == CUSTOMER.name && key == ID_KEY {
        return fault.hint("it is the customer's id, which is given on the command line");
    }
    if record.name == CUSTOMER.name && means_the_id(key) {
        return fault.hint(format!("did you mean {ID_KEY}?"));
    }
    let elsewhere = every_field().find(|(field, place)| field.name == key && place != key);
    if let Some((_, place)) = elsewhere.filter(|_| record.name == CUSTOMER.name) {
        return fault.hint(format!("it is a field of a list item: {place}"));
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
    let fault = Fault::new(Rule::NULL, "null is not allowed: the service ignores it");
    let needed = match field.need {
        Need::Optional | Need::RequiredFor(_) => None,
        Need::Required if in_item => Some("every item needs it"),
        Need::Required => Some("it is required in every patch"),
    };
    match (field.kind, needed) {
        (Kind::Text | Kind::Date | Kind::List(_), Some(why)) => fault.hint(format!("fill it in: {why}")),
        (Kind::Bool, Some(why)) => fault.hint(format!("write true or false: {why}")),
        (Kind::Text, None) => match field.need {
            Need::Optional => fault.hint("write \"\" to clear the field, or remove the key"),
            Need::Required | Need::RequiredFor(_) => fault.hint("fill it in, or remove the key"),
        },
        (Kind::List(_), None) => fault.hint("write [] to clear the list, or remove the key"),
        (Kind::Bool | Kind::Date, None) => {
            fault.hint("remove the key; this API cannot clear a date or a true/false field")
        }
    }
}

/// What was expected, and what was found instead.
pub(super) fn expected(rule: &'static Rule, what: &str, content: &Content) -> Fault {
    Fault::new(rule, format!("expected {what}, found {}", content.name()))
}

pub(super) fn not_text(content: &Content) -> Fault {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fault = expected(Rule::NOT_TEXT, "text", content);
    let quoted = |text: &str| format!("write \"{text}\", in double quotes");
    match content {
        Content::Number(text) if text.len() > 1 && text.starts_with('0') && is_digits(text) => {
            fault.hint(format!("{}: a number has no leading zeros", quoted(text)))
        }
        Content::Number(text) if is_digits(text) => {
            fault.hint(format!("{}; or \"0{text}\": a number loses its leading zeros", quoted(text)))
        }
        Content::Number(text) | Content::Day(text) => fault.hint(quoted(text)),
        Content::Bool(bool) => fault.hint(quoted(&bool.to_string())),
        Content::Null | Content::Text(_) | Content::Array(_) | Content::Object(_) => {
            fault.hint("write a single text, in double quotes")
        }
    }
}

pub(super) fn not_a_bool(content: &Content) -> Fault {
    let shown = match content {
        Content::Text(text) => format!("the text {}", quoted(text)),
        Content::Number(text) => format!("the number {text}"),
        other => other.name().to_owned(),
    };
    let fault = Fault::new(Rule::NOT_A_BOOL, format!("expected true or false, found {shown}"));
    let is_quoted = |word: &&str| matches!(content, Content::Text(text) if text.eq_ignore_ascii_case(word));
    fault.hint(match ["true", "false"].into_iter().find(is_quoted) {
        Some(word) => format!("write {word}, without quotes"),
        None => "write true or false, without quotes; the service ignores anything else without an error"
            .to_owned(),
    })
}

pub(super) fn not_a_date(content: &Content, format: Format) -> Fault {
    let fault = expected(Rule::NOT_A_DATE, "a date", content);
    let meant = match content {
        Content::Number(text) => parse_date(text).err().and_then(|fault| fault.hint),
        Content::Null
        | Content::Bool(_)
        | Content::Text(_)
        | Content::Day(_)
        | Content::Array(_)
        | Content::Object(_) => None,
    };
    let hint = meant.unwrap_or_else(|| "write the date as in 2020-12-30".to_owned());
    fault.hint(match format {
        Format::Toml => hint,
        Format::Json => hint + ", in double quotes",
    })
}

pub(super) fn not_a_list(field: &Field, record: &Record, content: &Content, format: Format) -> Fault {
    let fault = expected(Rule::NOT_A_LIST, "a list", content);
    match (content, format) {
        (Content::Object(_), Format::Toml) => {
            fault.hint(format!("write [[{}]] with two brackets, once for every item", field.name))
        }
        (Content::Object(_), Format::Json) => fault.hint("put the object in brackets: [{…}]"),
        (Content::Text(text), _) => {
            fault.hint(format!("write [{}]", item_sample(record, text, true, format)))
        }
        (Content::Null | Content::Bool(_) | Content::Number(_) | Content::Day(_) | Content::Array(_), _) => {
            fault.hint("write a list of objects: [{…}]; [] clears it")
        }
    }
}

pub(super) fn not_a_record(record: &Record, number: usize, content: &Content, format: Format) -> Fault {
    let text = match content {
        Content::Text(text) => text,
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Day(_)
        | Content::Array(_)
        | Content::Object(_) => "",
    };
    expected(Rule::NOT_A_RECORD, "an object", content)
        .hint(format!("write {}", item_sample(record, text, number == 0, format)))
}

/// The longest text that a sample repeats, in characters.
const LONGEST_SAMPLE: usize = 40;

/// An item of which only the first field is known, with what is required besides: `{"email": "a@b.c", "isMainEmail": true}`.
pub(super) fn item_sample(record: &Record, first: &str, is_main: bool, format: Format) -> String {
    let is_shown =
        !first.is_empty() && first.chars().count() <= LONGEST_SAMPLE && !first.chars().any(is_dangerous);
    let first = serde_json::Value::from(if is_shown { first } else { "…" }).to_string();
    let needed =
        record.fields.iter().enumerate().filter(|(i, field)| *i == 0 || field.need == Need::Required);
    let pairs: Vec<String> = needed
        .map(|(i, field)| {
            let value = match field.kind {
                Kind::Text if i == 0 => first.as_str(),
                Kind::Bool if is_main => "true",
                Kind::Bool => "false",
                Kind::Text | Kind::Date | Kind::List(_) => "\"…\"",
            };
            match format {
                Format::Json => format!("\"{}\": {value}", field.name),
                Format::Toml => format!("{} = {value}", field.name),
            }
        })
        .collect();
    match format {
        Format::Json => format!("{{{}}}", pairs.join(", ")),
        Format::Toml => format!("{{ {} }}", pairs.join(", ")),
    }
}

/// A file that is no object. An array with one object is a patch in brackets.
pub(super) fn not_an_object(content: &Content) -> Fault {
    let fault = expected(Rule::SYNTAX, "an object", content);
    match content {
        Content::Array(items) if items.len() <= 1 => {
            fault.hint("write the object alone, without the brackets [ ] around it")
        }
        Content::Array(_) => fault.hint("a file is for one customer: write one file for each customer"),
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Text(_)
        | Content::Day(_)
        | Content::Object(_) => fault.hint("write the fields in an object, as in {\"firstName\": \"Ada\"}"),
    }
}

/// The only entry of a file, where it is no field and the fields are inside it: `{"customer": {…}}`.
pub(super) fn wrapper<'a>(entries: &[&'a Entry]) -> Option<&'a Entry> {
    let [entry] = entries else { return None };
    let holds_fields = |node: &Node| match &node.content {
        Content::Object(inner) => {
            inner.iter().any(|entry| entry.key == ID_KEY || CUSTOMER.field(&entry.key).is_some())
        }
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Text(_)
        | Content::Day(_)
        | Content::Array(_) => false,
    };
    let is_around = match &entry.node.content {
        Content::Array(items) => items.iter().any(holds_fields),
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Text(_)
        | Content::Day(_)
        | Content::Object(_) => holds_fields(&entry.node),
    };
    (is_around && CUSTOMER.field(&entry.key).is_none()).then_some(*entry)
}

pub(super) fn wrapped(key: &str, format: Format) -> Fault {
    let fault = Fault::new(Rule::UNKNOWN_FIELD, format!("{} has no field {}", CUSTOMER.name, quoted(key)));
    fault.hint(match format {
        Format::Json => {
            format!("the fields go at the top level of the file: remove {} from around them", quoted(key))
        }
        Format::Toml => format!("the fields go at the top level of the file: remove the line [{key}]"),
    })
}
