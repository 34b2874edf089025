//! What the TOML reader says of the configuration, in our words, with the place and never with the text of a line.

use std::rc::Rc;

use crate::auth::table_reader::{one_of, secret_key, type_name};
use crate::escape::escaped;
use crate::model::problem::{FileText, Problem, Source};
use crate::spelling::near_or;

/// The error of a text that is no TOML.
pub fn syntax_error(text: &Rc<FileText>, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let problem = if error.message() == "duplicate key" {
        let key = escaped(text.text.get(span.clone()).unwrap_or_default());
        Problem::usage(format!("{key} is written twice")).hint("remove or rename one of the two")
    } else if ["unicode", "escape"].iter().any(|word| error.message().contains(word)) {
        Problem::usage("expected an escape after the backslash in double quotes").hint(PATH)
    } else {
        Problem::usage(without_values(error.message())).hint(SYNTAX)
    };
    problem.at(Source::file(text, span))
}

/// A path is what a backslash is written for most often.
const PATH: &str = r"write a Windows path in single quotes, as in ca_file = 'C:\certs\ca.pem'";

const SYNTAX: &str = "write a table as in [profiles.dev], or a key with its value as in timeout = 60";

/// The error of a key that cannot be what the configuration wants: an unknown one, or one with a wrong value. `written` is
/// its name, and what the TOML reader calls the type of its value.
pub fn toml_error(
    text: &Rc<FileText>,
    error: &toml::de::Error,
    written: Option<(&str, &'static str)>,
) -> Problem {
    let source = Source::file(text, error.span().unwrap_or(0..0));
    let message = error.message();
    let (key, found) = written.map_or((String::new(), ""), |(key, found)| (escaped(key), found));
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let others = names.get(1..).unwrap_or_default();
    let (message, hint) = if message.starts_with("unknown field") {
        unknown_key(first, others)
    } else if message.starts_with("unknown variant") {
        // The word itself may be a secret in the wrong place, so it is not repeated.
        let hint = near_or(first, others, || format!("write {}", one_of(others)));
        (format!("{key}: expected {}", one_of(others)), hint)
    } else if let Some(message) = wrong_type(message, &key, found) {
        message
    } else {
        (without_values(message), SYNTAX.to_owned())
    };
    Problem::usage(message).at(source).hint(hint)
}

fn unknown_key(key: &str, known: &[&str]) -> (String, String) {
    secret_key(key).unwrap_or_else(|| {
        let hint = near_or(key, known, || format!("there are {}", known.join(", ")));
        (format!("there is no key {}", escaped(key)), hint)
    })
}

/// Message and hint for a value of the wrong type, from a message such as `invalid type: string "…", expected f64`, or
/// from what the reader says where one of several words is wanted.
fn wrong_type(message: &str, key: &str, found: &str) -> Option<(String, String)> {
    let wanted = match message.strip_prefix("invalid type: ") {
        Some(message) => message.rsplit_once(", expected ")?.1,
        None if message == "wanted string or table" => "a string",
        None => return None,
    };
    let wanted = match wanted {
        "f64" | "i64" => "a number",
        "a boolean" => "true or false",
        "a string" => "text",
        "a sequence" => "a list",
        "a map" => "a table",
        _ => return None,
    };
    let hint = match (wanted, key) {
        ("a table", "auth") => "write it as in auth = { kind = \"bearer\" }",
        ("a number", _) => "write it without quotes",
        ("true or false", _) => "write true or false, without quotes",
        ("text", _) => "write it in quotes",
        ("a list", _) => "write it as in secret_command = [\"pass\", \"show\", \"booster\"]",
        ("a table", "defaults") => "write it as in [profiles.dev.defaults]",
        _ => "write it as in [profiles.dev]",
    };
    Some((format!("{key}: expected {wanted}, found {}", type_name(found)), hint.to_owned()))
}

/// A message of the TOML reader without the values that it repeats: `invalid type: string "…", expected f64`.
fn without_values(message: &str) -> String {
    let mut shown = String::new();
    for (i, piece) in message.lines().collect::<Vec<_>>().join(", ").split('"').enumerate() {
        shown.push_str(if i % 2 == 0 { piece } else { "…" });
    }
    shown
}
