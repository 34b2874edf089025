//! The keys of a profile's `auth`, taken one by one by the kind that knows them; what nobody took is refused where it
//! stands.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::{Spanned, Value};

use super::config_file::secret_in_config;
use crate::failure::Failure;
use crate::model::problem::{Problem, Source};
use crate::spelling::did_you_mean;

/// A table as it is written.
pub type Table = BTreeMap<Spanned<String>, Spanned<Value>>;

pub struct Keys<'a> {
    table: &'a Table,
    /// Where the whole table stands.
    span: Range<usize>,
    source: &'a dyn Fn(Range<usize>) -> Option<Source>,
    username: Option<(String, Option<Source>)>,
    known: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    pub fn new(
        table: &'a Spanned<Table>,
        username: Option<(String, Option<Source>)>,
        source: &'a dyn Fn(Range<usize>) -> Option<Source>,
    ) -> Keys<'a> {
        Keys { table: table.get_ref(), span: table.span(), source, username, known: Vec::new() }
    }

    /// The user's name, which the profile holds beside its `auth`, or the environment.
    pub fn username(&self) -> Option<String> {
        self.username.as_ref().map(|(name, _)| name.clone())
    }

    /// A problem with that name, where it is given.
    pub fn wrong_username(&self, message: &str) -> Failure {
        let source = self.username.as_ref().and_then(|(_, source)| source.clone());
        Failure::problem(Problem::usage(source, message, None))
    }

    /// # Errors
    /// Where something else than a text stands there, or an empty one.
    pub fn text(&mut self, name: &'static str) -> Result<Option<Spanned<String>>, Failure> {
        self.known.push(name);
        let Some((_, value)) = self.table.iter().find(|(key, _)| key.get_ref() == name) else {
            return Ok(None);
        };
        match value.get_ref() {
            Value::String(text) if !text.is_empty() => Ok(Some(Spanned::new(value.span(), text.clone()))),
            _ => Err(self.wrong(value.span(), &format!("{name} is a text, and not an empty one"), None)),
        }
    }

    /// As [`Keys::text`], where it must not be missing.
    ///
    /// # Errors
    /// Where it is missing too.
    pub fn needed_text(&mut self, name: &'static str, example: &str) -> Result<Spanned<String>, Failure> {
        let hint = format!("write it as in {name} = \"{example}\"");
        self.text(name)?
            .ok_or_else(|| self.wrong(self.span.clone(), &format!("auth lacks its {name}"), Some(&hint)))
    }

    /// One of some words, and what it stands for.
    ///
    /// # Errors
    /// Where another word stands there. It is not repeated: it may be a secret in the wrong place.
    pub fn word<T: Clone>(&mut self, name: &'static str, words: &[(&str, T)]) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| word == text.get_ref()).map(|(_, meaning)| meaning.clone());
        let hint = format!("write {}", words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "));
        let message = format!("{name} is none of the known words");
        let wrong = || self.wrong(text.span(), &message, Some(&hint));
        found.ok_or_else(wrong).map(Some)
    }

    /// As [`Keys::word`], where it must not be missing.
    ///
    /// # Errors
    /// Where it is missing too.
    pub fn needed_word<T: Clone>(
        &mut self,
        name: &'static str,
        example: &str,
        words: &[(&str, T)],
    ) -> Result<T, Failure> {
        let hint = format!("write it as in {name} = \"{example}\"");
        self.word(name, words)?
            .ok_or_else(|| self.wrong(self.span.clone(), &format!("auth lacks its {name}"), Some(&hint)))
    }

    /// A problem at a place of the configuration.
    pub fn wrong(&self, span: Range<usize>, message: &str, hint: Option<&str>) -> Failure {
        Failure::problem(Problem::usage((self.source)(span), message, hint.map(str::to_owned)))
    }

    /// # Errors
    /// At a key that the kind does not know.
    pub fn finish(self) -> Result<(), Failure> {
        let Some(unknown) = self.table.keys().find(|key| !self.known.contains(&key.get_ref().as_str()))
        else {
            return Ok(());
        };
        let source = (self.source)(unknown.span());
        let key = unknown.get_ref();
        Err(Failure::problem(secret_in_config(key, source.clone()).unwrap_or_else(|| {
            let known = self.known.join(", ");
            let hint = did_you_mean(key, self.known.iter())
                .map_or(format!("this kind has {known}"), |near| format!("did you mean {near}?"));
            Problem::usage(source, format!("there is no key {key} in this kind of auth"), Some(hint))
        })))
    }
}
