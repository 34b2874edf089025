//! The value of a flag as it is written: itself, or `@file` and `@-` for what is in a file or on standard input, so
//! that personal data need not be in the process list. `@@` is a literal at sign.

use std::rc::Rc;

use crate::document::read;
use crate::escape::escaped;
use crate::model::problem::{FileText, Problem, Source};
use crate::platform::shell;

/// The value of a flag, by where it is written.
pub enum FlagValue<'a> {
    /// On the command line.
    Inline(&'a str),
    InFile(Rc<FileText>),
}

impl<'a> FlagValue<'a> {
    /// Looks where the value is, and reads the file where it is in one.
    pub fn of(
        place: &str,
        written: &'a str,
        source: &Source,
        problems: &mut Vec<Problem>,
    ) -> Option<FlagValue<'a>> {
        let wrong = |message: String| Problem::usage(message).at(source.clone()).on(place);
        let at_sign = "write @@ for a value that begins with an at sign";
        let path = match written.strip_prefix('@') {
            None => return Some(FlagValue::Inline(written)),
            Some(literal) if literal.starts_with('@') => return Some(FlagValue::Inline(literal)),
            Some("") => {
                problems.push(wrong("the name of a file must follow the @".to_owned()).hint(at_sign));
                return None;
            }
            Some(path) => path,
        };
        let bytes = read::read_bytes(path).map_err(|error| {
            problems.push(wrong(error.to_string()).hint(error.hint.as_deref().unwrap_or(at_sign)));
        });
        let decoded = read::decode(path, bytes.ok()?);
        decoded.map(FlagValue::InFile).map_err(|wrong| problems.push(wrong.on(place))).ok()
    }
}

/// The text that a flag means: itself, or what is in the file that it names, whose lines end in LF however the file's
/// do, without the line end that ends the file.
pub fn whole_value(
    place: &str,
    written: &str,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    Some(match FlagValue::of(place, written, source, problems)? {
        FlagValue::Inline(text) => text.to_owned(),
        FlagValue::InFile(file) => {
            let mut text = file.text.replace("\r\n", "\n");
            text.truncate(text.strip_suffix('\n').map_or(text.len(), str::len));
            text
        }
    })
}

/// The hint for a value that is the name of a file, but has no at sign before it.
pub fn missing_at_sign(flag: &str, written: &str, is_named_as_file: bool) -> Option<String> {
    let is_one = is_named_as_file || std::path::Path::new(written).is_file();
    is_one.then(|| format!("to read it from the file, write {flag} {}", shell::from_file(&escaped(written))))
}

/// A text as the value of a flag, where an at sign at its start would name a file.
pub fn literal(text: &str) -> String {
    if text.starts_with('@') { format!("@{text}") } else { text.to_owned() }
}
