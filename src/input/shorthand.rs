//! The shorthand for one item of a list on the command line: `3331234567,countryPrefix=it,type=Mobile,main`.
//!
//! Parts are separated by commas. The first bare word is the record's first field, the bare word `main` marks the
//! main item, everything else is `key=value`. Double quotes around a value, or a backslash before a character,
//! protect a comma. What is not understood is refused with its place: a quotation mark or a backslash that silently
//! vanished would break the promise that what is written arrives.

use std::ops::Range;
use std::rc::Rc;

use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Record};
use crate::model::patch::{Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::platform::shell;
use crate::spelling::near_or;

/// The bare word that marks the main item.
pub const MAIN: &str = "main";

/// Reads one item. Every problem goes to `problems` with the span it means; what could be read is returned.
pub fn item(
    record: &'static Record,
    flag: &str,
    text: &str,
    place: &str,
    problems: &mut Vec<Problem>,
) -> Patch {
    let mut patch = fields(record, flag, text, place, problems);
    // An item that is not said to be the main one is not the main one; the API page wants the mark in any case.
    if let Some(mark) = record.main_mark().filter(|mark| !patch.mentions(mark)) {
        let within = Some((Rc::from(text), 0..text.len()));
        patch.set(mark, Value::Bool(false), Source::Flag { flag: flag.to_owned(), within });
    }
    patch
}

/// Reads the fields of an item as they are given, as by [`item`]: no mark is added.
pub fn fields(
    record: &'static Record,
    flag: &str,
    text: &str,
    place: &str,
    problems: &mut Vec<Problem>,
) -> Patch {
    let whole: Rc<str> = Rc::from(text);
    let source =
        |span: Range<usize>| Source::Flag { flag: flag.to_owned(), within: Some((Rc::clone(&whole), span)) };
    let parts = match not_json(record, text).map_or_else(|| split(text), Err) {
        Ok(parts) => parts,
        Err((fault, span)) => {
            problems.push(fault.at(place, source(span)));
            return Patch::invalid(record);
        }
    };
    let mut patch = Patch::new(record);
    let mut has_first_word = false;
    for part in parts {
        let (field, is_main_word) = match part.field(record, &mut has_first_word) {
            Ok(found) => found,
            Err((fault, span)) => {
                let key = part.key.as_ref().map(|(key, _)| key).filter(|key| !key.is_empty());
                let name = key.map_or(place.to_owned(), |key| format!("{place}.{key}"));
                problems.push(fault.at(name, source(span)));
                continue;
            }
        };
        let here = source(if is_main_word { part.whole.clone() } else { part.value_span.clone() });
        if patch.mentions(field) {
            problems.push(twice().at(field.at(place), source(part.whole.clone())));
        }
        let read = match Value::parse(field, if is_main_word { "true" } else { &part.value }) {
            Ok(Value::Text(text)) if text.is_empty() => {
                Err(Fault::new(Rule::EMPTY_TEXT, "the value is empty").hint("remove the key"))
            }
            other => other,
        };
        match read {
            Ok(value) => patch.set(field, value, here),
            Err(fault) => {
                problems.push(fault.at(field.at(place), here));
                patch.set_invalid(field);
            }
        }
    }
    patch
}

/// Writes an item as the shorthand that [`item`] reads back to the same patch. None where there is no such shorthand: for
/// an empty text, a mark that is not given, an item of which nothing would be written.
pub fn write(patch: &Patch) -> Option<String> {
    // Without its mark in the patch the item would come back with the mark false.
    let is_marked = patch.record().main_mark().is_none_or(|mark| patch.mentions(mark));
    write_fields(patch, |_| None).filter(|_| is_marked)
}

/// Writes the fields of an item as the shorthand that [`fields`] reads back to the same patch. None as of [`write()`].
pub fn write_matching(patch: &Patch) -> Option<String> {
    write_fields(patch, |key| Some(format!("{key}=false")))
}

fn write_fields(patch: &Patch, write_false: impl Fn(&str) -> Option<String>) -> Option<String> {
    let record = patch.record();
    let mut parts = Vec::new();
    for (i, (field, given)) in patch.iter().enumerate() {
        let key = record.key(field);
        parts.extend(match &given.value {
            Value::Text(text) if text.is_empty() => return None,
            Value::Text(text) if i == 0 && field.name == record.fields[0].name => Some(quoted(text, true)),
            Value::Text(text) => Some(format!("{key}={}", quoted(text, false))),
            Value::Date(day) => Some(format!("{key}={day}")),
            Value::Bool(true) => Some(MAIN.to_owned()),
            Value::Bool(false) => write_false(&key),
            Value::List(_) => return None,
        });
    }
    (!parts.is_empty()).then(|| parts.join(","))
}

/// The value in double quotes where the bare one would be read as something else.
pub fn quoted(text: &str, is_bare_word: bool) -> String {
    let is_plain = !text.contains([',', '"', '\\'])
        && text.trim() == text
        && !(is_bare_word
            && (text.contains('=')
                || text.eq_ignore_ascii_case(MAIN)
                || text.starts_with('@')
                || text.starts_with(JSON)));
    if is_plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn twice() -> Fault {
    Fault::new(Rule::DUPLICATE_KEY, "the same field is given twice in this item").hint("give each field once")
}

/// One part between commas.
struct Part {
    whole: Range<usize>,
    key: Option<(String, Range<usize>)>,
    value: String,
    value_span: Range<usize>,
    /// Whether the value stood in quotes: then it is never the word `main`.
    quoted: bool,
}

/// What is wrong, and with which bytes.
type Wrong = (Fault, Range<usize>);

impl Part {
    /// The field that is given, and whether it is given by the word `main`.
    fn field(
        &self,
        record: &'static Record,
        has_first_word: &mut bool,
    ) -> Result<(&'static Field, bool), Wrong> {
        match &self.key {
            Some((key, span)) => {
                let mark = || record.main_mark().filter(|_| key.eq_ignore_ascii_case(MAIN));
                let found = record.field_by_key(key).or_else(mark);
                found.map(|field| (field, false)).ok_or_else(|| (unknown_key(record, key), span.clone()))
            }
            None => {
                let is_main = !self.quoted && self.value.trim().eq_ignore_ascii_case(MAIN);
                if let Some(mark) = record.main_mark().filter(|_| is_main) {
                    return Ok((mark, true));
                }
                if !std::mem::replace(has_first_word, true) {
                    return Ok((&record.fields[0], false));
                }
                let fault = Fault::new(Rule::SYNTAX, "this second word has no key");
                let mark = record.main_mark().map(|_| MAIN);
                let other = "write key=value, or put a value with a comma in double quotes";
                let hint = near_or(&self.value, mark, || other.to_owned());
                Err((fault.hint(hint), self.whole.clone()))
            }
        }
    }
}

fn unknown_key(record: &'static Record, key: &str) -> Fault {
    if key.is_empty() {
        return Fault::new(Rule::SYNTAX, "the key before the equals sign is missing")
            .hint("write key=value; put a value with an equals sign in double quotes");
    }
    let keys = record
        .fields
        .iter()
        .flat_map(|field| record.short_key(field).into_iter().chain(std::iter::once(field.name.to_owned())));
    let fault = Fault::new(
        Rule::UNKNOWN_FIELD,
        format!("{} has no field {}", record.name, crate::escape::quoted(key)),
    );
    fault.hint(near_or(key, keys, || {
        let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        format!("its fields are {}; put a value with an equals sign in double quotes", names.join(", "))
    }))
}

/// An item is no JSON: a value that begins like it goes in double quotes.
fn not_json(record: &Record, text: &str) -> Option<Wrong> {
    let start = text.len() - text.trim_start().len();
    text[start..].starts_with(JSON).then(|| {
        let list =
            CUSTOMER.fields.iter().find(|field| field.record().is_some_and(|own| own.name == record.name));
        let flag = list.map(Field::flag).unwrap_or_default();
        let file = shell::from_file("file.json");
        let hint = format!(
            "write the values alone, as `booster help shorthand` shows; for JSON use --{flag}, as in --{flag} {file}"
        );
        (Fault::new(Rule::SYNTAX, "expected an item, found JSON").hint(hint), start..start + 1)
    })
}

/// What JSON begins with.
const JSON: [char; 2] = ['{', '['];

/// Splits the text at its unprotected commas, and each part at its first unprotected equals sign.
fn split(text: &str) -> Result<Vec<Part>, Wrong> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = text;
    let mut at = 0;
    loop {
        let (part, length) = part(rest, at)?;
        parts.push(part);
        at += length;
        match rest[length..].strip_prefix(',') {
            Some(next) => {
                rest = next;
                at += 1;
            }
            None => return Ok(parts),
        }
    }
}

/// Reads the part at the start of `rest`, which begins at byte `at` of the whole text, up to its comma.
fn part(rest: &str, at: usize) -> Result<(Part, usize), Wrong> {
    let mut key = None;
    let mut value = String::new();
    let mut value_start = 0;
    let mut quoted = false;
    let mut letters = rest.char_indices().peekable();
    let mut end = rest.len();
    while let Some((i, letter)) = letters.next() {
        match letter {
            ',' => {
                end = i;
                break;
            }
            '\\' => value.push(escape(&mut letters, at + i)?),
            '=' if key.is_none() && !quoted => {
                key = Some((std::mem::take(&mut value).trim().to_owned(), at..at + i));
                value_start = i + 1;
            }
            '"' if value.trim().is_empty() && !quoted => {
                quoted = true;
                value.clear();
                loop {
                    match letters.next() {
                        Some((_, '"')) => break,
                        Some((j, '\\')) => value.push(escape(&mut letters, at + j)?),
                        Some((_, inside)) => value.push(inside),
                        None => {
                            let fault = Fault::new(Rule::SYNTAX, "the closing double quote is missing")
                                .hint("add it, or write \\\" for a quotation mark in the value");
                            return Err((fault, at + i..at + rest.len()));
                        }
                    }
                }
                if let Some((j, next)) = letters.peek().filter(|(_, next)| *next != ',') {
                    let fault = Fault::new(Rule::SYNTAX, "a comma must follow the closing double quote")
                        .hint("write \\\" for a quotation mark in the value");
                    return Err((fault, at + j..at + j + next.len_utf8()));
                }
            }
            _ => value.push(letter),
        }
    }
    if value.is_empty() && key.is_none() && !quoted {
        let fault =
            Fault::new(Rule::SYNTAX, "there is nothing between the commas").hint("remove the extra comma");
        return Err((fault, at..(at + end).max(at)));
    }
    let part = Part { whole: at..at + end, key, value, value_span: at + value_start..at + end, quoted };
    Ok((part, end))
}

fn escape(letters: &mut impl Iterator<Item = (usize, char)>, at: usize) -> Result<char, Wrong> {
    match letters.next() {
        Some((_, letter @ (',' | '"' | '\\' | '='))) => Ok(letter),
        other => {
            let width = other.map_or(0, |(_, letter)| letter.len_utf8());
            let fault = Fault::new(
                Rule::SYNTAX,
                "a backslash can only be before a comma, an equals sign, a quote or a backslash",
            )
            .hint("write \\\\ for a backslash in the value");
            Err((fault, at..at + 1 + width))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Kind;
    use crate::model::wire;

    fn record(list: &str) -> &'static Record {
        match CUSTOMER.field(list).expect("a field").kind {
            Kind::List(record) => record,
            Kind::Text | Kind::Bool | Kind::Date => panic!("a list"),
        }
    }

    fn read(list: &str, text: &str) -> (String, Vec<Problem>) {
        let mut problems = Vec::new();
        let patch = item(record(list), "--x", text, "x[0]", &mut problems);
        (wire::body(&patch), problems)
    }

    #[test]
    fn an_item_reads_as_the_object_it_means() {
        for (list, text, json) in [
            ("emails", "ada@x.com,main", r#"{"email":"ada@x.com","isMainEmail":true}"#),
            ("emails", "main,ada@x.com", r#"{"email":"ada@x.com","isMainEmail":true}"#),
            ("emails", "email=ada@x.com", r#"{"email":"ada@x.com","isMainEmail":false}"#),
            ("emails", "ada@x.com,isMain=true", r#"{"email":"ada@x.com","isMainEmail":true}"#),
            ("emails", r#""a=b@x.com""#, r#"{"email":"a=b@x.com","isMainEmail":false}"#),
            ("emails", r"a\=b@x.com", r#"{"email":"a=b@x.com","isMainEmail":false}"#),
            (
                "phones",
                "3331234567,countryPrefix=it,type=Mobile,main",
                r#"{"phone":"3331234567","countryPrefix":"it","phoneType":"Mobile","isMainPhone":true}"#,
            ),
            (
                "addresses",
                r#"Home,COUNTRYID=ch,street="Rue \"du\" Rhône, 1",city=Genève\, Cité"#,
                r#"{"addressType":"Home","countryId":"ch","city":"Genève, Cité","street":"Rue \"du\" Rhône, 1","isMainAddress":false}"#,
            ),
            ("events", "Birthday,date=2021-01-20", r#"{"eventType":"Birthday","eventDate":"2021-01-20"}"#),
            ("events", "main", r#"{"eventType":"main"}"#),
            ("hobbies", "Art,sapId=ART", r#"{"hobby":"Art","sapHobbyId":"ART"}"#),
            ("hobbies", r#"5" nails,sapId=N"#, r#"{"hobby":"5\" nails","sapHobbyId":"N"}"#),
        ] {
            let (body, problems) = read(list, text);
            assert_eq!((body.as_str(), problems.as_slice()), (json, [].as_slice()), "{text}");
        }
    }

    #[test]
    fn what_was_nearly_right_is_told_how_it_is_right() {
        let hint = |list, text| read(list, text).1[0].hint.clone().unwrap_or_default();
        assert_eq!(hint("emails", "ada@x.com,mian"), "did you mean main?");
        assert_eq!(
            hint("events", "Birthday,mian"),
            "write key=value, or put a value with a comma in double quotes"
        );
        let (_, problems) = read("phones", "1,=it");
        assert_eq!(problems[0].message, "the key before the equals sign is missing");
        assert_eq!(problems[0].field.as_deref(), Some("x[0]"));
    }

    #[test]
    fn a_wrong_item_is_shown_where_it_is_wrong() {
        for (list, text, rule, span) in [
            ("emails", "ada@x.com,mian", "syntax", "mian"),
            ("emails", "mail=ada@x.com", "unknown-field", "mail"),
            ("emails", "ada@x.com,isMain=yes", "not-a-bool", "yes"),
            ("emails", "ada@x.com,main,main", "duplicate-key", "main"),
            ("emails", "ada@x.com,email=b@x.com", "duplicate-key", "email=b@x.com"),
            ("emails", "ada@x.com,", "syntax", ""),
            ("emails", "", "syntax", ""),
            ("phones", "1,type=", "empty-text", ""),
            ("phones", "1,type=\"a", "syntax", "\"a"),
            ("phones", "1,type=\"a\"b", "syntax", "b"),
            ("phones", r"1,type=a\nb", "syntax", r"\n"),
            ("phones", r"1,type=a\", "syntax", r"\"),
            ("events", "Birthday,date=20/01/2021", "not-a-date", "20/01/2021"),
        ] {
            let (_, problems) = read(list, text);
            let [problem] = problems.as_slice() else { panic!("one problem in {text}, not {problems:?}") };
            let Some(Source::Flag { within: Some((whole, range)), .. }) = &problem.source else {
                panic!("a place in {text}")
            };
            assert_eq!((problem.id.word(), &whole[range.clone()]), (rule, span), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_as_shorthand_reads_back_the_same(
            phone in "[^\\x00-\\x1f]{1,12}", kind in "[^\\x00-\\x1f]{1,12}", main: bool,
        ) {
            let record = record("phones");
            let field = |name| record.field(name).expect("a field");
            let mut patch = Patch::new(record);
            patch.set(field("phone"), Value::Text(phone), Source::flag("x"));
            patch.set(field("phoneType"), Value::Text(kind), Source::flag("x"));
            patch.set(field("isMainPhone"), Value::Bool(main), Source::flag("x"));
            let text = write(&patch).expect("no value is empty");
            let mut problems = Vec::new();
            let back = item(record, "--phone", &text, "phones[0]", &mut problems);
            proptest::prop_assert_eq!(problems, Vec::new());
            proptest::prop_assert_eq!(wire::body(&back), wire::body(&patch));
        }

        #[test]
        fn no_item_makes_the_reader_panic(text: String) {
            read("addresses", &text);
        }
    }
}
