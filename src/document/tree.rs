//! JSON and TOML as one tree in which every key and value knows the bytes it was written at.

use std::ops::Range;

use jsonc_parser::common::Ranged;
use toml::de::DeValue;

use super::read::ONE_CUSTOMER;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::problem::{Fault, Rule};

#[derive(Debug, Clone)]
pub struct Node {
    pub span: Range<usize>,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub enum Content {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    Text(String),
    /// A TOML date or time, as it was written.
    Day(String),
    Array(Vec<Node>),
    /// In the order of writing, a key that occurs twice included.
    Object(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Toml,
    Json,
}

impl Content {
    /// The content as a message names it: "a number".
    pub fn name(&self) -> &'static str {
        match self {
            Content::Null => "null",
            Content::Bool(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::Day(_) => "a date",
            Content::Array(_) => "a list",
            Content::Object(_) => "an object",
        }
    }
}

/// Reads a whole text.
///
/// # Errors
/// `syntax`, with the byte at which reading stopped.
pub fn parse(text: &str, format: Format) -> Result<Node, (Fault, usize)> {
    let parsed = match format {
        Format::Json => parse_json(text),
        Format::Toml => parse_toml(text),
    };
    parsed.map_err(|(fault, at)| {
        let hint = curly_quote(text, at).or_else(|| other_language(text, format).map(str::to_owned));
        let usual = match format {
            Format::Toml => "`booster customer template` shows the format",
            Format::Json => "`booster customer template --format json` shows the format",
        };
        match (hint, &fault.hint) {
            (Some(hint), _) => (fault.hint(hint), at),
            (None, Some(_)) => (fault, at),
            (None, None) => (fault.hint(usual), at),
        }
    })
}

/// The hint for a quotation mark as word processors write it: where reading stopped, or in a line in which a straight one
/// has no partner.
fn curly_quote(text: &str, at: usize) -> Option<String> {
    let is_curly =
        |letter: &char| matches!(letter, '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»' | '＂');
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let here = text[at..].chars().next().filter(is_curly);
    let is_open = line.matches('"').count() % 2 == 1;
    let found =
        here.or_else(|| line.chars().find(|letter| is_open && matches!(letter, '“' | '”' | '„' | '‟')))?;
    Some(format!(
        "{found} (U+{:04X}) is a typographic quotation mark: write the straight one, \"",
        u32::from(found)
    ))
}

/// The hint for a text in another language than the one it is read as.
fn other_language(text: &str, format: Format) -> Option<&'static str> {
    let is_toml = || text.contains('=') && toml::de::DeTable::parse(text).is_ok();
    match format {
        Format::Toml if text.trim_start().starts_with(['{', '}']) => {
            Some("this looks like JSON: give the file the extension .json, or say --format json")
        }
        Format::Json if is_toml() => {
            Some("this is TOML: give the file the extension .toml, or say --format toml")
        }
        Format::Json | Format::Toml if looks_like_table(text) => Some(ONE_CUSTOMER),
        Format::Json | Format::Toml => {
            looks_like_yaml(text).then_some("this looks like YAML; write JSON or TOML")
        }
    }
}

/// Whether the first line is the header of a table: names between commas, semicolons or tabs, one of them a field's.
fn looks_like_table(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    let cells: Vec<&str> = header.split([',', ';', '\t']).map(|cell| cell.trim_matches([' ', '"'])).collect();
    cells.len() > 1 && cells.iter().any(|cell| *cell == ID_KEY || CUSTOMER.field(cell).is_some())
}

/// Whether the first line that says something is a YAML document's mark, or `key: value` with a bare key.
fn looks_like_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(first) = lines.next() else { return false };
    let is_pair = first.split_once(':').is_some_and(|(key, value)| {
        !key.is_empty()
            && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
            && (value.is_empty() || value.starts_with(' '))
    });
    first == "---" || is_pair
}

/// Whether the whole text is JSON.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// serde_json decides whether it is JSON: it is strict, and limits the depth. jsonc-parser, which lets much else pass,
/// then only says where everything is.
pub(super) fn parse_json(text: &str) -> Result<Node, (Fault, usize)> {
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| json_fault(text, &error))?;
    let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default())
        .map_err(|error| (Fault::new(Rule::SYNTAX, error.kind().to_string()), error.range().start))?;
    match parsed.value {
        Some(value) => Ok(json_node(&value)),
        None => Err((Fault::new(Rule::SYNTAX, "the text is empty"), 0)),
    }
}

fn json_fault(text: &str, error: &serde_json::Error) -> (Fault, usize) {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    // The column is that of the last byte read, 0 where that was the newline.
    let behind = line_start + error.column();
    let at = if error.is_eof() { behind } else { behind.saturating_sub(1) }.min(text.len());
    let message = error.to_string();
    let message = message.rsplit_once(" at line").map_or(message.as_str(), |(what, _)| what);
    let rest = text.get(at..).unwrap_or_default();
    let fault = with_hint(Fault::new(Rule::SYNTAX, format!("not valid JSON: {message}")), rest);
    let fault = if error.is_eof() {
        fault.hint("the text ends too early: part of it may be missing")
    } else if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
        fault.hint("JSON has no comments; a TOML file has")
    } else if message == "invalid number"
        && let Some(number) = with_leading_zero(text, at)
    {
        fault.hint(format!("no number begins with 0; for text write \"{number}\""))
    } else if message.starts_with("trailing characters") {
        fault.hint("remove everything after this point")
    } else if message.starts_with("control character") && rest.starts_with(['\n', '\r', '\t']) {
        fault.hint("in text, JSON writes a newline as \\n and a tab as \\t")
    } else if message.contains("surrogate") || message == "unexpected end of hex escape" {
        fault.hint(
            "an escape from \\ud800 to \\udfff is only half of a character; write both halves, or \
        the character itself",
        )
    } else {
        fault
    };
    (fault, at)
}

/// The digits around this place, where they begin with a zero that no number has.
fn with_leading_zero(text: &str, at: usize) -> Option<&str> {
    let (before, behind) = text.split_at_checked(at)?;
    let start = before.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    let end = at + behind.len() - behind.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let digits = &text[start..end];
    (digits.len() > 1 && digits.starts_with('0') && !text[..start].ends_with('.')).then_some(digits)
}

fn json_node(value: &jsonc_parser::ast::Value<'_>) -> Node {
    use jsonc_parser::ast::Value;
    let range = value.range();
    let content = match value {
        Value::NullKeyword(_) => Content::Null,
        Value::BooleanLit(bool) => Content::Bool(bool.value),
        Value::NumberLit(number) => Content::Number(number.value.to_owned()),
        Value::StringLit(text) => Content::Text(text.value.to_string()),
        Value::Array(array) => Content::Array(array.elements.iter().map(json_node).collect()),
        Value::Object(object) => Content::Object(
            object
                .properties
                .iter()
                .map(|property| Entry {
                    key: property.name.as_str().to_owned(),
                    key_span: property.name.range().start..property.name.range().end,
                    node: json_node(&property.value),
                })
                .collect(),
        ),
    };
    Node { span: range.start..range.end, content }
}

fn parse_toml(text: &str) -> Result<Node, (Fault, usize)> {
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    let mut checked_later = Vec::new();
    if !errors.is_empty() {
        numbers_and_days(table.get_ref(), &mut checked_later);
        checked_later.sort_by_key(|span| span.start);
    }
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        let before = checked_later.partition_point(|span| span.start <= at);
        if before > 0 && checked_later[before - 1].contains(&at) {
            continue;
        }
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        let fault = Fault::new(Rule::SYNTAX, format!("not valid TOML: {message}"));
        return Err((with_hint(fault, &text[at.min(text.len())..]), at));
    }
    Ok(toml_table(text, table.span(), table.get_ref()))
}

/// Where numbers and days are. An invalid one, such as 2023-02-29 or 0612, is read as it was written, so that the check
/// of its field says what is wrong with it.
fn numbers_and_days(table: &toml::de::DeTable<'_>, found: &mut Vec<Range<usize>>) {
    fn of_value(value: &toml::Spanned<DeValue<'_>>, found: &mut Vec<Range<usize>>) {
        match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => found.push(value.span()),
            DeValue::Array(array) => array.iter().for_each(|item| of_value(item, found)),
            DeValue::Table(table) => numbers_and_days(table, found),
            DeValue::String(_) | DeValue::Boolean(_) => {}
        }
    }
    table.values().for_each(|value| of_value(value, found));
}

/// With a hint where the rest of the text begins with a word of another language.
fn with_hint(fault: Fault, rest: &str) -> Fault {
    let word: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(16).collect();
    match word.to_ascii_lowercase().as_str() {
        known @ ("true" | "false") if known != word => fault.hint(format!("write {known}, in small letters")),
        "null" | "none" | "nil" => fault.hint("remove the key: a field that is not in the file is not sent"),
        _ => fault,
    }
}

/// A table's entries in the order of writing; the crate keeps them sorted by name.
pub fn toml_table(text: &str, span: Range<usize>, table: &toml::de::DeTable<'_>) -> Node {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: toml_node(text, value.span(), value.get_ref()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    Node { span, content: Content::Object(entries) }
}

fn toml_node(text: &str, span: Range<usize>, value: &DeValue<'_>) -> Node {
    let written = text.get(span.clone()).unwrap_or_default();
    let content = match value {
        DeValue::String(text) => Content::Text(with_plain_line_ends(written, text)),
        DeValue::Integer(_) | DeValue::Float(_) => Content::Number(written.to_owned()),
        DeValue::Boolean(bool) => Content::Bool(*bool),
        // One that could not be read has neither; the crate's own form has a T where a blank may be.
        DeValue::Datetime(day) if day.date.is_none() && day.time.is_none() => {
            Content::Day(written.to_owned())
        }
        DeValue::Datetime(day) => Content::Day(day.to_string()),
        DeValue::Array(array) => {
            Content::Array(array.iter().map(|item| toml_node(text, item.span(), item.get_ref())).collect())
        }
        DeValue::Table(table) => return toml_table(text, span, table),
    };
    Node { span, content }
}

/// A text whose lines end in LF where the file's end in CR LF: these are the file's, not the text's. A carriage return
/// that is written as an escape is the text's own.
fn with_plain_line_ends(written: &str, text: &str) -> String {
    let plain = written.contains("\r\n").then(|| written.replace("\r\n", "\n"));
    let reread = plain.as_deref().and_then(|plain| DeValue::parse(plain).ok());
    match reread.as_ref().map(toml::Spanned::get_ref) {
        Some(DeValue::String(text)) => text.to_string(),
        Some(_) | None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree without its spans, numbers left as texts.
    fn plain(node: &Node) -> serde_json::Value {
        match &node.content {
            Content::Null => serde_json::Value::Null,
            Content::Bool(bool) => (*bool).into(),
            Content::Number(text) => serde_json::from_str(text).expect("a JSON number"),
            Content::Text(text) | Content::Day(text) => text.clone().into(),
            Content::Array(items) => items.iter().map(plain).collect(),
            Content::Object(entries) => serde_json::Value::Object(
                entries.iter().map(|entry| (entry.key.clone(), plain(&entry.node))).collect(),
            ),
        }
    }

    #[test]
    fn a_key_and_a_value_know_where_they_stand() {
        for (format, text) in
            [(Format::Json, r#"{"notes": "é", "a": [1]}"#), (Format::Toml, "notes = \"é\"\na = [1]")]
        {
            let node = parse(text, format).expect("valid");
            let Content::Object(entries) = &node.content else { panic!("an object") };
            assert_eq!(text[entries[0].key_span.clone()].trim_matches('"'), "notes");
            assert_eq!(&text[entries[0].node.span.clone()], "\"é\"");
            let Content::Array(items) = &entries[1].node.content else { panic!("a list") };
            assert_eq!(&text[items[0].span.clone()], "1");
        }
    }

    #[test]
    fn the_line_ends_of_a_toml_file_are_not_those_of_its_texts() {
        for (written, text) in [
            ("\"\"\"\r\na\r\n\r\nb\r\n\"\"\"", "a\n\nb\n"),
            ("'''a\r\n\\r\r\nb'''", "a\n\\r\nb"),
            ("\"\"\"a\\\r\n   b\"\"\"", "ab"),
            // An escape is what the user wrote.
            ("\"\"\"a\\r\r\nb\"\"\"", "a\r\nb"),
            ("\"a\\r\\nb\"", "a\r\nb"),
        ] {
            let node = parse(&format!("a = 1\r\nnotes = {written}\r\n"), Format::Toml).expect(written);
            let Content::Object(entries) = &node.content else { panic!("an object") };
            let Content::Text(found) = &entries[1].node.content else { panic!("text") };
            assert_eq!(found, text, "{written:?}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_stops_being_so() {
        let deep = "[".repeat(10_000);
        for (text, at) in [
            ("", 0),
            ("{\"a\":1", 6),
            ("{} {}", 3),
            ("{\"a\": 1, // x\n}", 9),
            ("{\"a\":\"\u{1}\"}", 6),
            ("{'a':1}", 1),
            ("{\"é\": x}", 7),
            (&deep, 127),
            ("{\"a\": \"b\nc\"}", 8),
        ] {
            let (fault, found) = parse(text, Format::Json).expect_err(text);
            assert_eq!((fault.rule, found), (Rule::SYNTAX, at), "{}", &text[..text.len().min(20)]);
        }
    }

    #[test]
    fn what_is_written_in_another_language_is_told_so() {
        let hint = |format, text| parse(text, format).expect_err(text).0.hint.unwrap_or_default();
        for (format, text, start) in [
            (Format::Toml, "{\"a\": 1}", "this looks like JSON"),
            (Format::Json, "a = 1\n", "this is TOML"),
            (Format::Json, "[[emails]]\nemail = \"x\"", "this is TOML"),
            (Format::Json, "[1", "the text ends too early"),
            (Format::Toml, "# c\n\nfirstName: Ada\n", "this looks like YAML"),
            (Format::Json, "---\na: 1", "this looks like YAML"),
            (Format::Json, "{\"a\": \"\n\"}", "in text, JSON writes a newline"),
            (Format::Json, "{\"a\": \"\\ud83d\"}", "an escape from \\ud800"),
            (Format::Json, "{\"a\": \"\\udc00\"}", "an escape from \\ud800"),
            (Format::Json, "[] x", "remove everything after this point"),
        ] {
            assert!(hint(format, text).starts_with(start), "{text}: {}", hint(format, text));
        }
        assert_eq!(
            hint(Format::Json, "http://x"),
            "`booster customer template --format json` shows the format"
        );
    }

    proptest::proptest! {
        #[test]
        fn the_two_readers_of_json_agree(value in json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.expect("a value prints");
            proptest::prop_assert_eq!(plain(&parse(&text, Format::Json).expect("valid")), value);
        }
    }

    fn json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 20, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::vec((any::<String>(), inner), 0..5)
                    .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
            ]
        })
    }
}
