//! The file door: a JSON or TOML object with the wire's names, read from a path or from standard input.

use std::ops::Range;
use std::rc::Rc;

use crate::document::tree::{self, Content, Entry, Format, Node};
use crate::escape::quoted;
use crate::model::customer::{CUSTOMER, ID_KEY, every_field};
use crate::model::date::parse_date;
use crate::model::field::{Field, Kind, Need, Record};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::{Fault, FileText, Problem, Rule, Source};
use crate::spelling::did_you_mean;

/// What one file gave.
#[derive(Debug)]
pub struct FromFile {
    pub patch: Patch,
    /// Whether it could be read as an object; else nobody can say what is missing.
    pub is_read: bool,
    /// The `boosterCustomerId` in it, as it was written.
    pub id: Option<(String, Source)>,
}

/// JSON or TOML: by the extension; else JSON where it is JSON or begins like it, since no TOML begins with a brace, or
/// with a bracket that no table's name follows.
pub fn format_of(path: &str, text: &str) -> Format {
    let extension = std::path::Path::new(path).extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Format::Json,
        Some("toml") => Format::Toml,
        _ if begins_as_json(text.trim_start()) || tree::is_json(text) => Format::Json,
        _ => Format::Toml,
    }
}

fn begins_as_json(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[') else { return text.starts_with('{') };
    let first = inside.trim_start();
    let blanks = &inside[..inside.len() - first.len()];
    blanks.contains('\n') || first.is_empty() || first.starts_with(['{', ']'])
}

/// Reads one file as a patch. Every problem goes to `problems`; what could be read is returned.
pub fn patch(file: &Rc<FileText>, format: Option<Format>, problems: &mut Vec<Problem>) -> FromFile {
    let mut read = FromFile { patch: Patch::new(&CUSTOMER), is_read: false, id: None };
    if file.text.trim().is_empty() {
        let fault = Fault::new(Rule::SYNTAX, "the file is empty").hint("an empty patch in JSON is {}");
        problems.push(fault.of(Some(Source::file(file, 0..0))));
        return read;
    }
    let format = format.unwrap_or_else(|| format_of(&file.path, &file.text));
    let node = match tree::parse(&file.text, format) {
        Ok(node) => node,
        Err((fault, at)) => {
            problems.push(fault.of(Some(Source::file(file, at..at))));
            return read;
        }
    };
    let Content::Object(entries) = &node.content else {
        let fault =
            Fault::new(Rule::SYNTAX, format!("a patch is one object, and this is {}", node.content.name()));
        let fault = if matches!(node.content, Content::Array(_)) {
            fault.hint("one customer's patch goes without the brackets")
        } else {
            fault
        };
        problems.push(fault.of(Some(Source::file(file, node.span.clone()))));
        return read;
    };
    let (own, rest): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.key == ID_KEY);
    let source = |span: Range<usize>| Source::file(file, span);
    for entry in &own {
        match &entry.node.content {
            Content::Number(text) | Content::Text(text) => {
                read.id = Some((text.clone(), source(entry.node.span.clone())));
            }
            other => {
                let fault =
                    Fault::new(Rule::ID, format!("a customer id is a number, and this is {}", other.name()));
                problems.push(fault.at(ID_KEY, Some(source(entry.node.span.clone()))));
            }
        }
    }
    if let [_, again, ..] = own.as_slice() {
        problems.push(twice().at(ID_KEY, Some(source(again.key_span.clone()))));
    }
    read.is_read = true;
    read.patch = Walk { source: &source, format, problems }.record(&CUSTOMER, &rest, "");
    read
}

/// Reads a list that a flag gives whole, as JSON in its value: `--emails '[…]'`.
pub fn inline_list(
    field: &'static Field,
    flag: &str,
    text: &str,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let whole: Rc<str> = Rc::from(text);
    let source =
        |span: Range<usize>| Source::Flag { flag: flag.to_owned(), within: Some((Rc::clone(&whole), span)) };
    let looks_like_one = text.trim_start().starts_with(['[', '{']);
    match tree::parse(text, Format::Json) {
        Ok(node) => Walk { source: &source, format: Format::Json, problems }.value(field, &node, field.name),
        Err((fault, at)) if looks_like_one => {
            problems.push(fault.at(field.name, Some(source(at..at))));
            None
        }
        Err(_) => {
            let fault = Fault::new(Rule::NOT_A_LIST, format!("{} is not a list in JSON", quoted(text)))
                .hint("write it as in [{\"key\": \"value\"}], or add single items with the singular flag");
            problems.push(fault.at(field.name, Some(Source::Flag { flag: flag.to_owned(), within: None })));
            None
        }
    }
}

/// Reads a list that a flag gives whole, from a file: a JSON list, or in TOML the list under its name.
pub fn list(field: &'static Field, file: &Rc<FileText>, problems: &mut Vec<Problem>) -> Option<Value> {
    let source = |span: Range<usize>| Source::file(file, span);
    if file.text.trim().is_empty() {
        let fault = Fault::new(Rule::SYNTAX, "the file is empty").hint("an empty list in JSON is []");
        problems.push(fault.at(field.name, Some(source(0..0))));
        return None;
    }
    let format = format_of(&file.path, &file.text);
    let node = match tree::parse(&file.text, format) {
        Ok(node) => node,
        Err((fault, at)) => {
            problems.push(fault.at(field.name, Some(source(at..at))));
            return None;
        }
    };
    let mut walk = Walk { source: &source, format, problems };
    let Content::Object(entries) = &node.content else { return walk.value(field, &node, field.name) };
    match entries.as_slice() {
        [only] if only.key == field.name => walk.value(field, &only.node, field.name),
        _ => {
            let hint = match format {
                Format::Toml => {
                    format!("in TOML every item stands under [[{}]], and nothing besides", field.name)
                }
                Format::Json => format!("the file holds a list, or the list alone under {}", field.name),
            };
            let fault = Fault::new(Rule::NOT_A_LIST, "a list belongs here, and this is an object").hint(hint);
            problems.push(fault.at(field.name, Some(source(node.span.clone()))));
            None
        }
    }
}

/// Reads the entries of a profile's defaults, every one of which is written in the configuration.
pub fn defaults(
    entries: &[Entry],
    source: &dyn Fn(Range<usize>) -> Source,
    problems: &mut Vec<Problem>,
) -> Patch {
    Walk { source, format: Format::Toml, problems }.record(&CUSTOMER, &entries.iter().collect::<Vec<_>>(), "")
}

fn twice() -> Fault {
    Fault::new(Rule::DUPLICATE_KEY, "the same key stands twice in this object")
        .hint("the service would take the last one and drop the others in silence")
}

/// One way down a tree, from its nodes to the fields they mean.
struct Walk<'a> {
    source: &'a dyn Fn(Range<usize>) -> Source,
    /// What the tree was written in, for the hints.
    format: Format,
    problems: &'a mut Vec<Problem>,
}

impl Walk<'_> {
    fn record(&mut self, record: &'static Record, entries: &[&Entry], inside: &str) -> Patch {
        let mut patch = Patch::new(record);
        let mut seen: Vec<&str> = Vec::new();
        for entry in entries {
            let Some(field) = record.field(&entry.key) else {
                let key = if entry.key.is_empty() { "\"\"" } else { entry.key.as_str() };
                let place = if inside.is_empty() { key.to_owned() } else { format!("{inside}.{key}") };
                let fault = self.unknown(record, &entry.key);
                self.problems.push(fault.at(place, Some((self.source)(entry.key_span.clone()))));
                continue;
            };
            let place = field.at(inside);
            if seen.contains(&field.name) {
                self.problems.push(twice().at(&place, Some((self.source)(entry.key_span.clone()))));
            }
            seen.push(field.name);
            match self.value(field, &entry.node, &place) {
                Some(value) => patch.set(field, value, (self.source)(entry.node.span.clone())),
                None => patch.set_invalid(field),
            }
        }
        patch
    }

    /// A name that the record does not have. A name of the customer in an item was meant for the customer: in TOML
    /// everything below `[[emails]]` belongs to the email.
    fn unknown(&self, record: &'static Record, key: &str) -> Fault {
        let is_of_the_customer = record.name != CUSTOMER.name && CUSTOMER.field(key).is_some();
        if !is_of_the_customer {
            return unknown(record, key);
        }
        let fault = Fault::new(Rule::UNKNOWN_FIELD, format!("{} has no field {}", record.name, quoted(key)));
        fault.hint(match self.format {
            Format::Toml => "it is a field of the customer: in TOML it must stand above the first [[…]]",
            Format::Json => "it is a field of the customer, and belongs outside the list",
        })
    }

    fn value(&mut self, field: &'static Field, node: &Node, place: &str) -> Option<Value> {
        let in_item = place != field.name;
        let read = match (field.kind, &node.content) {
            (_, Content::Null) => Err(null(field, in_item)),
            (Kind::Text, Content::Text(text)) => Ok(Value::text(field, text)),
            (Kind::Text, other) => Err(not_text(other)),
            (Kind::Bool, Content::Bool(bool)) => Ok(Value::Bool(*bool)),
            (Kind::Bool, other) => Err(not_a_bool(other)),
            (Kind::Date, Content::Text(text)) if text.is_empty() => {
                Err(Fault::new(Rule::NOT_A_DATE, "an empty text is no day")
                    .hint("a date cannot be cleared through this API: the service takes it as not given"))
            }
            (Kind::Date, Content::Text(text) | Content::Day(text)) => parse_date(text).map(Value::Date),
            (Kind::Date, Content::Number(text)) if text.contains('.') => parse_date(text).map(Value::Date),
            (Kind::Date, other) => Err(Fault::new(Rule::NOT_A_DATE, format!("{} is no day", other.name()))
                .hint("write the day as in \"2020-12-30\"")),
            (Kind::List(record), Content::Array(items)) => return Some(self.items(record, items, place)),
            (Kind::List(_), other) => Err(not_a_list(field, other, self.format)),
        };
        read.map_err(|fault| self.problems.push(fault.at(place, Some((self.source)(node.span.clone()))))).ok()
    }

    /// Every node is an item, so that each keeps its number, one that cannot be read as well.
    fn items(&mut self, record: &'static Record, nodes: &[Node], place: &str) -> Value {
        let mut items = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            let inside = format!("{place}[{i}]");
            let source = (self.source)(node.span.clone());
            if let Content::Object(entries) = &node.content {
                let patch = self.record(record, &entries.iter().collect::<Vec<_>>(), &inside);
                items.push(Item { patch, source });
            } else {
                let hint = format!("write it as in {{\"{}\": …}}", record.fields[0].name);
                let fault = Fault::new(
                    Rule::NOT_A_RECORD,
                    format!("an item is an object, and this is {}", node.content.name()),
                );
                self.problems.push(fault.hint(hint).at(inside, Some(source.clone())));
                items.push(Item { patch: Patch::invalid(record), source });
            }
        }
        Value::List(items)
    }
}

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
        fault.hint(format!("it belongs in a list: {place}"))
    } else if let Some(near) = did_you_mean(key, record.fields.iter().map(|field| field.name)) {
        fault.hint(format!("did you mean {near}?"))
    } else {
        fault.hint("`booster customer explain` lists every field")
    }
}

/// Whether the key is one of the ways to say the id.
fn means_the_id(key: &str) -> bool {
    let letters: String = key.chars().filter(|letter| letter.is_alphanumeric()).collect();
    ["id", "customerid", "boosterid", ID_KEY].iter().any(|name| name.eq_ignore_ascii_case(&letters))
}

fn null(field: &Field, in_item: bool) -> Fault {
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

fn not_text(content: &Content) -> Fault {
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

fn not_a_bool(content: &Content) -> Fault {
    let shown = match content {
        Content::Text(text) => format!("the text {}", quoted(text)),
        Content::Number(text) => format!("the number {text}"),
        other => other.name().to_owned(),
    };
    let fault = Fault::new(Rule::NOT_A_BOOL, format!("true or false belongs here, and this is {shown}"));
    match content {
        Content::Text(text) if text.eq_ignore_ascii_case("true") => fault.hint("write true, without quotes"),
        Content::Text(text) if text.eq_ignore_ascii_case("false") => {
            fault.hint("write false, without quotes")
        }
        Content::Text(_)
        | Content::Number(_)
        | Content::Null
        | Content::Bool(_)
        | Content::Day(_)
        | Content::Array(_)
        | Content::Object(_) => {
            fault.hint("write true or false, without quotes; the service drops anything else in silence")
        }
    }
}

fn not_a_list(field: &Field, content: &Content, format: Format) -> Fault {
    let fault = Fault::new(Rule::NOT_A_LIST, format!("a list belongs here, and this is {}", content.name()));
    match content {
        Content::Object(_) if format == Format::Toml => {
            fault.hint(format!("write [[{}]] with two brackets, once for every item", field.name))
        }
        Content::Object(_) => fault.hint("put the object in brackets: [{…}]"),
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Text(_)
        | Content::Day(_)
        | Content::Array(_) => fault.hint("write a list of objects: [{…}]; [] clears it"),
    }
}
