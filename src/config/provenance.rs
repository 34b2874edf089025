//! Where each value of a profile came from: the layers flag, environment, configuration, default, and their order.

use serde_json::{Value, json};
use toml::Spanned;

use super::config_file::Config;
use crate::document::tree::{Content, Entry, Node};
use crate::environment::Variable;
use crate::model::problem::Source;

/// A value as it is shown, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The key of the configuration, dotted: `auth.kind`.
    pub key: String,
    pub value: String,
    /// None for a default.
    pub source: Option<Source>,
    /// The profile that it is written in, where that is not the one in use.
    pub profile: Option<String>,
}

impl Provenance {
    pub fn to_json(&self) -> Value {
        let source = self.source.as_ref().map_or_else(|| json!({ "default": true }), Source::to_json);
        let mut value = json!({ "key": self.key, "value": self.value, "source": source });
        if let Some(profile) = &self.profile {
            value["profile"] = profile.clone().into();
        }
        value
    }

    /// The value as it is shown, with the profile that it is written in where that is another one.
    pub fn shown(&self) -> String {
        match &self.profile {
            Some(profile) => format!("{} (of profile {profile})", self.value),
            None => self.value.clone(),
        }
    }

    pub fn describe(&self) -> String {
        self.source.as_ref().map_or_else(|| "default".to_owned(), Source::describe)
    }
}

/// Resolves one key after the other, and keeps where each value came from.
#[derive(Debug)]
pub struct Layers<'a> {
    pub config: Option<&'a Config>,
    pub provenance: Vec<Provenance>,
}

impl<'a> Layers<'a> {
    pub fn new(config: Option<&'a Config>) -> Layers<'a> {
        Layers { config, provenance: Vec::new() }
    }

    /// The value of the first layer that has one.
    pub fn first(
        &mut self,
        key: &'static str,
        flag: Option<(String, Source)>,
        variable: Variable,
        written: Option<&Spanned<String>>,
    ) -> Option<(String, Option<Source>)> {
        let by_flag = || flag.map(|(text, source)| (text, Some(source)));
        let by_environment = || Some((variable.get()?, Some(Source::Environment(variable))));
        let by_config = || written.map(|written| (written.get_ref().clone(), self.place(written)));
        let found = by_flag().or_else(by_environment).or_else(by_config)?;
        self.note(key, &found.0, found.1.clone());
        Some(found)
    }

    pub fn note(&mut self, key: &str, value: &str, source: Option<Source>) {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.provenance.push(Provenance { key, value, source, profile: None });
    }

    /// Notes what another profile says.
    pub fn note_of(&mut self, key: &str, value: &str, source: Option<Source>, profile: &str) {
        self.note(key, value, source);
        if let Some(noted) = self.provenance.last_mut() {
            noted.profile = Some(profile.to_owned());
        }
    }

    /// Where a value is in the configuration.
    pub fn place<T>(&self, written: &Spanned<T>) -> Option<Source> {
        self.config.map(|config| config.source(written.span()))
    }

    /// Notes everything else that is written in the profile, in the order of writing.
    pub fn note_written(&mut self, profile: &str) {
        let Some(config) = self.config else { return };
        for entry in config.table(&["profiles", profile]).unwrap_or_default() {
            self.note_entry(config, "", entry);
        }
    }

    fn note_entry(&mut self, config: &Config, before: &str, entry: &Entry) {
        let key = format!("{before}{}", entry.key);
        if self.provenance.iter().any(|known| known.key == key) {
            return;
        }
        if let Content::Object(entries) = &entry.node.content {
            let before = format!("{key}.");
            entries.iter().for_each(|inner| self.note_entry(config, &before, inner));
        } else {
            self.note(&key, &one_line(&entry.node), Some(config.source(entry.node.span.clone())));
        }
    }
}

/// A value of the configuration in one line. Of a command no more than its first word is shown, since an argument may
/// be a secret.
fn one_line(node: &Node) -> String {
    match &node.content {
        Content::Null => "null".to_owned(),
        Content::Bool(yes) => yes.to_string(),
        Content::Number(text) | Content::Text(text) | Content::Day(text) => text.clone(),
        Content::Array(items) => match items.as_slice() {
            [] => "[]".to_owned(),
            [only] => format!("[{}]", one_line(only)),
            [first, ..] => format!("[{}, …]", one_line(first)),
        },
        Content::Object(_) => "{…}".to_owned(),
    }
}
