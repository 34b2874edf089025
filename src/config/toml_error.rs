//! What the TOML reader says of the configuration, in our words, with the place and never with the text of a line.

use std::rc::Rc;

use super::error::ConfigError;
use crate::auth::table_reader::secret_key;
use crate::escape::escaped;
use crate::model::problem::{FileText, Problem, Source};
use crate::spelling::near_or;

/// The error of a text that is no configuration.
pub fn toml_error(text: &Rc<FileText>, error: &toml::de::Error) -> ConfigError {
    let span = error.span().unwrap_or(0..0);
    let source = Some(Source::file(text, span.clone()));
    let message = error.message();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = names.first().filter(|_| message.starts_with("unknown "));
    if let Some((message, hint)) = unknown.and_then(|key| secret_key(key)) {
        return Problem::usage(message).at(source).hint(hint).into();
    }
    let problem = match unknown {
        // The variant itself may be a secret in the wrong place, so it is not repeated; a key's name is.
        Some(_) if message.starts_with("unknown variant") => {
            Problem::usage("this is none of the known words").hint(format!("write {}", names[1..].join(", ")))
        }
        Some(key) => {
            let near = near_or(key, names[1..].iter(), || format!("there are {}", names[1..].join(", ")));
            Problem::usage(format!("there is no key {key}")).hint(near)
        }
        None if message == "duplicate key" => {
            let key = escaped(text.text.get(span).unwrap_or_default());
            Problem::usage(format!("{key} is written twice"))
                .hint("one of the two must go, or get another name")
        }
        // What the reader says where one of several words belongs.
        None if message == "wanted string or table" => {
            Problem::usage("a word belongs here").hint("write it in quotes")
        }
        None => match wrong_kind(message, key_of(&text.text, span.start)) {
            Some((message, hint)) => Problem { hint, ..Problem::usage(message) },
            None => Problem::usage(without_values(message)),
        },
    };
    ConfigError::from(problem.at(source))
}

/// The key whose value begins at this byte; nothing where another thing is there.
fn key_of(text: &str, value: usize) -> &str {
    let before = text.get(..value).unwrap_or_default();
    let line = before.rsplit(['\n', '{', ',']).next().unwrap_or_default();
    line.trim_end().strip_suffix('=').map_or("", str::trim)
}

/// Message and hint for a value of the wrong kind, from a message such as `invalid type: string "…", expected f64`.
fn wrong_kind(message: &str, key: &str) -> Option<(String, Option<String>)> {
    let (found, wanted) = message.strip_prefix("invalid type: ")?.rsplit_once(", expected ")?;
    let wanted = match wanted {
        "f64" | "i64" => "a number",
        "a boolean" => "true or false",
        "a string" => "a text",
        "a sequence" => "a list",
        "a map" => "a table",
        _ => return None,
    };
    let found = found.split([' ', '`']).next().unwrap_or_default();
    let hint = match (found, wanted, key) {
        (_, "a table", "auth") => Some("write it as in auth = { kind = \"bearer\" }"),
        ("string", "a number", _) => Some("write it without quotes"),
        ("string", "true or false", _) => Some("write true or false, without quotes"),
        ("integer" | "floating" | "boolean", "a text", _) => Some("write it in quotes"),
        _ => None,
    };
    let found = match found {
        "string" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "sequence" => "a list",
        "map" => "a table",
        _ => "something else",
    };
    let whose = if key.is_empty() { String::new() } else { format!("{}: ", escaped(key)) };
    Some((format!("{whose}{wanted} belongs here, and this is {found}"), hint.map(str::to_owned)))
}

/// A message of the TOML reader without the values that it repeats: `invalid type: string "…", expected f64`.
fn without_values(message: &str) -> String {
    let mut shown = String::new();
    for (i, piece) in message.lines().collect::<Vec<_>>().join(", ").split('"').enumerate() {
        shown.push_str(if i % 2 == 0 { piece } else { "…" });
    }
    shown
}
