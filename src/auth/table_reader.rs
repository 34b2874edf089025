//! The keys of a profile's `auth`, taken one by one by the kind that knows them; what no kind took is refused.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::{Spanned, Value};

use crate::environment::Variable;
use crate::spelling::near_or;

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

pub struct TableReader<'a> {
    table: &'a Table,
    /// Where the whole table is.
    span: Range<usize>,
    username: Option<String>,
    known: Vec<&'static str>,
}

impl<'a> TableReader<'a> {
    /// `username` is the user's name by the environment, or by the profile, where it is beside this table.
    pub fn new(table: &'a Spanned<Table>, username: Option<String>) -> TableReader<'a> {
        TableReader { table: table.get_ref(), span: table.span(), username, known: Vec::new() }
    }

    pub fn username(&self) -> Option<String> {
        self.username.clone()
    }

    /// # Errors
    /// If something else than a text is there, or an empty one.
    pub fn text(&mut self, name: &'static str) -> Result<Option<Spanned<String>>, KeyError> {
        self.known.push(name);
        let Some((_, value)) = self.table.iter().find(|(key, _)| key.get_ref() == name) else {
            return Ok(None);
        };
        match value.get_ref() {
            Value::String(text) if !text.is_empty() => Ok(Some(Spanned::new(value.span(), text.clone()))),
            _ => Err(KeyError::new(value.span(), format!("{name} is a text, and not an empty one"))),
        }
    }

    /// As [`TableReader::text`], where it must not be missing.
    ///
    /// # Errors
    /// If it is missing too.
    pub fn required_text(&mut self, name: &'static str, example: &str) -> Result<Spanned<String>, KeyError> {
        self.text(name)?.ok_or_else(|| self.missing(name, example))
    }

    /// One of some words, and what it stands for.
    ///
    /// # Errors
    /// If another word is there. It is not repeated: it may be a secret in the wrong place.
    pub fn choice<T: Clone>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, KeyError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let chosen = choices.iter().find(|(word, _)| word == text.get_ref());
        chosen.map(|(_, meaning)| Some(meaning.clone())).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let error = KeyError::new(text.span(), format!("{name} is none of the known words"));
            error.hint(format!("write {}", words.join(", ")))
        })
    }

    pub fn missing(&self, name: &str, example: &str) -> KeyError {
        KeyError::new(self.span.clone(), format!("auth lacks its {name}"))
            .hint(format!("write it as in {name} = \"{example}\""))
    }

    /// # Errors
    /// At a key that the kind does not know.
    pub fn finish(self) -> Result<(), KeyError> {
        let Some(unknown) = self.table.keys().find(|key| !self.known.contains(&key.get_ref().as_str()))
        else {
            return Ok(());
        };
        let key = unknown.get_ref();
        let (message, hint) = secret_key(key).unwrap_or_else(|| {
            let hint = near_or(key, &self.known, || format!("this kind has {}", self.known.join(", ")));
            (format!("there is no key {key} in this kind of auth"), hint)
        });
        Err(KeyError::new(unknown.span(), message).hint(hint))
    }
}

/// The words under which people write secrets into configurations.
const SECRET_KEYS: [&str; 8] =
    ["token", "password", "secret", "apikey", "accesstoken", "clientsecret", "refreshtoken", "bearer"];

/// Message and hint for a key under which people write secrets; none where it is no such key.
pub fn secret_key(key: &str) -> Option<(String, String)> {
    let folded = key.replace(['_', '-'], "").to_lowercase();
    SECRET_KEYS.contains(&folded.as_str()).then(|| {
        let message = format!("{key} is a secret, and secrets do not belong in the configuration");
        let hint = format!(
            "remove it here, and sign in with `booster auth login`, or set {} or {}",
            Variable::Token.name(),
            Variable::Password.name()
        );
        (message, hint)
    })
}
