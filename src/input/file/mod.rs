//! Input by file: a JSON or TOML object with the wire's names.

mod faults;

use std::ops::Range;
use std::rc::Rc;

use super::flag_value::missing_at_sign;
use crate::document::read;
use crate::document::tree::{self, Content, Entry, Format, Node};
use crate::escape::quoted;
use crate::failure::Failure;
use crate::model::customer::{CUSTOMER, ID_KEY, SCHEMA_KEY};
use crate::model::date::parse_date;
use crate::model::field::{Field, Kind, Record};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::{Fault, FileText, Problem, Rule, Source};
use crate::platform::shell;
pub use faults::unknown;
use faults::{
    expected, item_sample, not_a_bool, not_a_date, not_a_list, not_a_record, not_an_object, not_text, null,
    wrapped, wrapper,
};

/// What one file gave.
#[derive(Debug)]
pub struct FromFile {
    pub patch: Patch,
    /// Whether it could be read as an object; else it is not known what is missing.
    pub is_read: bool,
    /// The `boosterCustomerId` in it, as it was written.
    pub id: Option<(String, Source)>,
}

impl FromFile {
    fn unread(record: &'static Record) -> FromFile {
        FromFile { patch: Patch::new(record), is_read: false, id: None }
    }
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

/// Reads one file as a patch of this table. Every problem goes to `problems`; what could be read is returned.
pub fn patch(
    record: &'static Record,
    file: &Rc<FileText>,
    format: Option<Format>,
    problems: &mut Vec<Problem>,
) -> FromFile {
    let (node, format) = match parsed(file, format, "an empty patch in JSON is {}") {
        Ok(parsed) => parsed,
        Err((fault, at)) => {
            problems.push(fault.of(Source::file(file, at..at)));
            return FromFile::unread(record);
        }
    };
    object(record, &node, ID_KEY, format, &|_, span| Source::file(file, span), problems)
}

/// Reads a JSON object of ours, which nobody wrote by hand.
///
/// # Errors
/// If it is none, or does not fit the table any more.
pub fn of_json(record: &'static Record, text: &str, name: &str) -> Result<Patch, Failure> {
    let text = Rc::new(FileText::new(name, text.to_owned(), false));
    let mut problems = Vec::new();
    let read = patch(record, &text, Some(Format::Json), &mut problems);
    if problems.is_empty() { Ok(read.patch) } else { Err(Failure::problems(problems)) }
}

/// Reads an object as a patch of this table, with the customer's id under this key. What was written where is found from
/// its place and its bytes.
pub fn object(
    record: &'static Record,
    node: &Node,
    id_key: &str,
    format: Format,
    source: &dyn Fn(&str, Range<usize>) -> Source,
    problems: &mut Vec<Problem>,
) -> FromFile {
    let mut read = FromFile::unread(record);
    let Content::Object(entries) = &node.content else {
        problems.push(not_an_object(&node.content).of(source("", node.span.clone())));
        return read;
    };
    let (schemas, fields): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.key == SCHEMA_KEY);
    let (own, rest): (Vec<&Entry>, Vec<&Entry>) = fields.into_iter().partition(|entry| entry.key == id_key);
    for entry in &own {
        let source = source(id_key, entry.node.span.clone());
        match &entry.node.content {
            Content::Number(text) | Content::Text(text) => read.id = Some((text.clone(), source)),
            other => {
                let fault = expected(Rule::ID, "a customer id", other);
                problems.push(fault.hint("write the number of the customer").at(id_key, source));
            }
        }
    }
    for entry in &schemas {
        if !matches!(entry.node.content, Content::Text(_)) {
            let source = source(SCHEMA_KEY, entry.node.span.clone());
            problems.push(not_text(&entry.node.content).at(SCHEMA_KEY, source));
        }
    }
    if let [_, again, ..] = own.as_slice() {
        problems.push(twice().at(id_key, source(id_key, again.key_span.clone())));
    }
    if let Some(entry) = wrapper(&rest) {
        problems.push(wrapped(&entry.key, format).at(&entry.key, source(&entry.key, entry.key_span.clone())));
        return read;
    }
    read.is_read = true;
    read.patch = TreeReader { customer: record, source, format, problems }.record(record, &rest, "");
    read
}

/// The tree of a whole file, or what is wrong at which byte. The hint is for an empty file.
fn parsed(file: &FileText, format: Option<Format>, hint: &str) -> Result<(Node, Format), (Fault, usize)> {
    if file.text.trim().is_empty() {
        return Err((Fault::new(Rule::SYNTAX, "the file is empty").hint(hint), 0));
    }
    if let Some(fault) = read::table_fault(&file.path).filter(|_| format.is_none()) {
        return Err((fault, 0));
    }
    let format = format.unwrap_or_else(|| format_of(&file.path, &file.text));
    tree::parse(&file.text, format).map(|node| (node, format))
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
        |_: &str, span| Source::Flag { flag: flag.to_owned(), within: Some((Rc::clone(&whole), span)) };
    match tree::parse(text, Format::Json) {
        Ok(node) => TreeReader { customer: &CUSTOMER, source: &source, format: Format::Json, problems }
            .value(field, &node, field.name),
        Err((fault, at)) if text.trim_start().starts_with(['[', '{']) => {
            let lost_quotes = text.contains(':') && !text.contains('"');
            let fault = if lost_quotes { fault.hint(without_quotes(flag)) } else { fault };
            problems.push(fault.at(field.name, source(field.name, at..at)));
            None
        }
        Err(_) => {
            let fault =
                Fault::new(Rule::NOT_A_LIST, format!("expected a list in JSON, found {}", quoted(text)))
                    .hint(list_hint(field, flag, text));
            problems.push(fault.at(field.name, Source::Flag { flag: flag.to_owned(), within: None }));
            None
        }
    }
}

/// JSON without a double quote: a shell took them away.
fn without_quotes(flag: &str) -> String {
    let file = shell::from_file("file.json");
    format!("the shell removed the double quotes: put the JSON into a file, and write {flag} {file}")
}

fn list_hint(field: &Field, flag: &str, text: &str) -> String {
    let extension = std::path::Path::new(text).extension().and_then(|extension| extension.to_str());
    let is_named_as_file =
        extension.is_some_and(|end| ["json", "toml"].iter().any(|own| own.eq_ignore_ascii_case(end)));
    if let Some(hint) = missing_at_sign(flag, text, is_named_as_file) {
        hint
    } else if text.starts_with(['\'', '‘', '“']) {
        let file = shell::from_file("file.json");
        format!("the shell does not remove these quotes: put the JSON into a file, and write {flag} {file}")
    } else {
        let sample =
            field.record().map(|record| (item_sample(record, text, true, Format::Json), record.item_flag()));
        let (item, item_flag) = sample.unwrap_or_default();
        format!("write [{item}], or add single items with --{item_flag}")
    }
}

/// Reads a list that a flag gives whole, from a file: a JSON list, or in TOML the list under its name.
pub fn list(field: &'static Field, file: &Rc<FileText>, problems: &mut Vec<Problem>) -> Option<Value> {
    let source = |_: &str, span: Range<usize>| Source::file(file, span);
    let parsed = parsed(file, None, "an empty list in JSON is []");
    let note = |(fault, at): (Fault, usize)| problems.push(fault.at(field.name, source(field.name, at..at)));
    let (node, format) = parsed.map_err(note).ok()?;
    let mut reader = TreeReader { customer: &CUSTOMER, source: &source, format, problems };
    let Content::Object(entries) = &node.content else { return reader.value(field, &node, field.name) };
    match entries.as_slice() {
        [only] if only.key == field.name => reader.value(field, &only.node, field.name),
        _ => {
            let hint = match format {
                Format::Toml => {
                    format!(
                        "in TOML write every item under [[{}]], with nothing else in the file",
                        field.name
                    )
                }
                Format::Json => {
                    format!("the file must contain the list, or an object with only {}", field.name)
                }
            };
            let fault = Fault::new(Rule::NOT_A_LIST, "expected a list, found an object").hint(hint);
            problems.push(fault.at(field.name, source(field.name, node.span.clone())));
            None
        }
    }
}

/// Reads the entries of a profile's defaults, every one of which is written in the configuration.
pub fn defaults(
    record: &'static Record,
    entries: &[Entry],
    source: &dyn Fn(Range<usize>) -> Source,
    problems: &mut Vec<Problem>,
) -> Patch {
    let source = |_: &str, span| source(span);
    TreeReader { customer: record, source: &source, format: Format::Toml, problems }.record(
        record,
        &entries.iter().collect::<Vec<_>>(),
        "",
    )
}

fn twice() -> Fault {
    Fault::new(Rule::DUPLICATE_KEY, "the same key is given twice in this object")
        .hint("the service would use the last one and ignore the others without an error")
}

/// Reads the nodes of one tree as the fields they stand for.
struct TreeReader<'a> {
    /// The table of the customer's own fields.
    customer: &'static Record,
    /// Where the bytes of a place are.
    source: &'a dyn Fn(&str, Range<usize>) -> Source,
    /// What the tree was written in, for the hints.
    format: Format,
    problems: &'a mut Vec<Problem>,
}

impl TreeReader<'_> {
    fn record(&mut self, record: &'static Record, entries: &[&Entry], inside: &str) -> Patch {
        let mut patch = Patch::new(record);
        let mut seen: Vec<&str> = Vec::new();
        for entry in entries {
            let Some(field) = record.field(&entry.key) else {
                let key = if entry.key.is_empty() { "\"\"" } else { entry.key.as_str() };
                let place = if inside.is_empty() { key.to_owned() } else { format!("{inside}.{key}") };
                let fault = self.unknown(record, &entry.key);
                self.problems.push(fault.at(&place, (self.source)(&place, entry.key_span.clone())));
                continue;
            };
            let place = field.at(inside);
            if seen.contains(&field.name) {
                self.problems.push(twice().at(&place, (self.source)(&place, entry.key_span.clone())));
            }
            seen.push(field.name);
            match self.value(field, &entry.node, &place) {
                Some(value) => patch.set(field, value, (self.source)(&place, entry.node.span.clone())),
                None => patch.set_invalid(field),
            }
        }
        patch
    }

    /// A name that the record does not have. A name of the customer in an item is a mistake of place: in TOML
    /// everything below `[[emails]]` belongs to the email.
    fn unknown(&self, record: &'static Record, key: &str) -> Fault {
        let is_of_the_customer = record.name != self.customer.name && self.customer.field(key).is_some();
        if !is_of_the_customer {
            return unknown(record, key);
        }
        let fault = Fault::new(Rule::UNKNOWN_FIELD, format!("{} has no field {}", record.name, quoted(key)));
        fault.hint(match self.format {
            Format::Toml => "it is a field of the customer: in TOML write it above the first [[…]]",
            Format::Json => "it is a field of the customer: write it outside the list",
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
                Err(Fault::new(Rule::NOT_A_DATE, "expected a date, found empty text")
                    .hint("a date cannot be cleared through this API: the service ignores an empty one"))
            }
            (Kind::Date, Content::Text(text) | Content::Day(text)) => parse_date(text).map(Value::Date),
            (Kind::Date, Content::Number(text)) if text.contains('.') => parse_date(text).map(Value::Date),
            (Kind::Date, other) => Err(not_a_date(other, self.format)),
            (Kind::List(record), Content::Array(items)) => return Some(self.items(record, items, place)),
            (Kind::List(record), other) => Err(not_a_list(field, record, other, self.format)),
        };
        read.map_err(|fault| self.problems.push(fault.at(place, (self.source)(place, node.span.clone()))))
            .ok()
    }

    /// Every node is an item, so that each keeps its number, one that cannot be read as well.
    fn items(&mut self, record: &'static Record, nodes: &[Node], place: &str) -> Value {
        let mut items = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            let inside = format!("{place}[{i}]");
            let source = (self.source)(&inside, node.span.clone());
            if let Content::Object(entries) = &node.content {
                let patch = self.record(record, &entries.iter().collect::<Vec<_>>(), &inside);
                items.push(Item { patch, source });
            } else {
                let fault = not_a_record(record, i, &node.content, self.format);
                self.problems.push(fault.at(inside, source.clone()));
                items.push(Item { patch: Patch::invalid(record), source });
            }
        }
        Value::List(items)
    }
}
