//! The keys of a profile's `auth`, taken one by one by the kind that knows them; what no kind took is refused.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::{Spanned, Value};

use crate::environment::Variable;
use crate::escape::escaped;
use crate::spelling::{did_you_mean, near_or};

/// A table as it is written.
pub type Table = BTreeMap<Spanned<String>, Spanned<Value>>;

/// What is wrong with a key, and at which bytes of the configuration it is.
#[derive(Debug)]
pub struct KeyError {
    /// None for the user's name, which is beside the table or in the environment.
    pub span: Option<Range<usize>>,
    pub message: String,
    pub hint: Option<String>,
}

impl KeyError {
    pub fn new(span: Range<usize>, message: impl Into<String>) -> KeyError {
        KeyError { span: Some(span), message: message.into(), hint: None }
    }

    pub fn username(message: &str) -> KeyError {
        KeyError { span: None, message: message.to_owned(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> KeyError {
        KeyError { hint: Some(hint.into()), ..self }
    }
}

/// Collects what is wrong while the reading goes on.
pub struct TableReader<'a> {
    table: &'a Table,
    /// Where the whole table is.
    span: Range<usize>,
    username: Option<String>,
    known: Vec<&'static str>,
    errors: Vec<KeyError>,
}

impl<'a> TableReader<'a> {
    /// `username` is the user's name by the environment, or by the profile, where it is beside this table.
    pub fn new(table: &'a Spanned<Table>, username: Option<String>) -> TableReader<'a> {
        let (span, table) = (table.span(), table.get_ref());
        TableReader { table, span, username, known: Vec::new(), errors: Vec::new() }
    }

    pub fn username(&self) -> Option<String> {
        self.username.clone()
    }

    pub fn refuse(&mut self, error: KeyError) {
        self.errors.push(error);
    }

    /// A text that is not empty; none where there is none, or something else, which is noted.
    pub fn text(&mut self, name: &'static str) -> Option<Spanned<String>> {
        self.known.push(name);
        let (_, value) = self.table.iter().find(|(key, _)| key.get_ref() == name)?;
        let message = match value.get_ref() {
            Value::String(text) if !text.is_empty() => return Some(Spanned::new(value.span(), text.clone())),
            Value::String(_) => format!("auth.{name} is empty"),
            other => format!("auth.{name}: expected text, found {}", type_name(other.type_str())),
        };
        self.refuse(KeyError::new(value.span(), message).hint(format!("write it as in {name} = \"…\"")));
        None
    }

    /// As [`TableReader::text`], where it must not be missing.
    pub fn required_text(&mut self, name: &'static str, example: &str) -> Option<Spanned<String>> {
        let text = self.text(name);
        if !self.has(name) {
            self.missing(name, example);
        }
        text
    }

    /// One of some words, and what it stands for. Another word is noted; it is not repeated, since it may be a secret in
    /// the wrong place.
    pub fn choice<T: Clone>(&mut self, name: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let chosen = choices.iter().find(|(word, _)| word == text.get_ref());
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let hint = near_or(text.get_ref(), &words, || format!("write {}", words.join(", ")));
            let message = format!("auth.{name}: expected {}", one_of(&words));
            self.refuse(KeyError::new(text.span(), message).hint(hint));
        }
        chosen.map(|(_, meaning)| meaning.clone())
    }

    pub fn has(&self, name: &str) -> bool {
        self.table.keys().any(|key| key.get_ref() == name)
    }

    /// Notes that a key is missing, at the one that may be meant for it where there is one.
    pub fn missing(&mut self, name: &str, example: &str) {
        let near = self.table.keys().find(|key| did_you_mean(key.get_ref(), [name]).is_some());
        let error = match near {
            Some(key) => {
                KeyError::new(key.span(), format!("there is no key {} in auth", escaped(key.get_ref())))
                    .hint(format!("did you mean {name}?"))
            }
            None => KeyError::new(self.span.clone(), format!("auth needs the key {name}"))
                .hint(format!("write it as in {name} = \"{example}\"")),
        };
        self.refuse(error);
    }

    /// What was noted, with each secret among the keys, and, where the kind is known, each key that it does not have.
    pub fn finish(mut self, knows_kind: bool) -> Vec<KeyError> {
        for unknown in self.table.keys().filter(|key| !self.known.contains(&key.get_ref().as_str())) {
            let key = unknown.get_ref();
            if let Some((message, hint)) = secret_key(key) {
                self.errors.push(KeyError::new(unknown.span(), message).hint(hint));
            } else if knows_kind && self.errors.iter().all(|error| error.span != Some(unknown.span())) {
                let hint = near_or(key, &self.known, || format!("use only {}", self.known.join(", ")));
                let message = format!("this type of sign-in has no key {}", escaped(key));
                self.errors.push(KeyError::new(unknown.span(), message).hint(hint));
            }
        }
        self.errors
    }
}

/// The type of a value in words, by the names that the TOML reader has for it.
pub fn type_name(word: &str) -> &'static str {
    match word {
        "string" => "text",
        "integer" | "float" | "floating" => "a number",
        "boolean" => "true or false",
        "datetime" => "a date",
        "array" | "sequence" => "a list",
        "table" | "map" => "a table",
        _ => "something else",
    }
}

/// Words as a choice: `open, confirm or read-only`.
pub fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The words under which people write secrets into configurations.
const SECRET_KEYS: [&str; 14] = [
    "token",
    "password",
    "passwd",
    "pass",
    "passphrase",
    "pin",
    "secret",
    "key",
    "apikey",
    "accesstoken",
    "clientsecret",
    "refreshtoken",
    "bearer",
    "authorization",
];

/// Message and hint for a key under which people write secrets; none where it is no such key.
pub fn secret_key(key: &str) -> Option<(String, String)> {
    let folded = key.replace(['_', '-'], "").to_lowercase();
    SECRET_KEYS.contains(&folded.as_str()).then(|| {
        let message = format!("{key} is a secret, and secrets are not allowed in the configuration");
        let hint = format!(
            "remove it here, and sign in with `booster auth login`, or set {} or {}",
            Variable::Token.name(),
            Variable::Password.name()
        );
        (message, hint)
    })
}
