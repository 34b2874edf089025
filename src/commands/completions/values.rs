//! Completers: the values of fields, profiles, runs, ISO codes.
//!
//! Each takes what is typed so far and returns the candidates, best first. What cannot be read (a broken
//! configuration, no history) has none: completion never fails.

use std::ffi::OsStr;

use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};

use crate::config::config_file;
use crate::escape::escaped;
use crate::input::suggestions::{Suggestion, clearable, suggestions};
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind};
use crate::platform::{folders, regular};
use crate::state::backup::Backups;
use crate::state::history::{Entry, History};
use crate::views::explain;

use super::super::run_lookup::LAST;

/// The most runs that are offered; older ones appear once the beginning of their name is typed.
const MOST_RUNS: usize = 50;

/// The customer's field that a flag without its dashes gives.
pub fn field_of_flag(flag: &str) -> Option<&'static Field> {
    CUSTOMER.fields.iter().find(|field| field.flag() == flag)
}

/// The values of a field's flag; after an at sign, files.
pub fn of_field(field: &'static Field) -> impl Fn(&OsStr) -> Vec<CompletionCandidate> + Send + Sync {
    move |typed| {
        let typed = typed.to_string_lossy();
        if let Some(file) =
            typed.strip_prefix('@').filter(|_| matches!(field.kind, Kind::Text | Kind::List(_)))
        {
            let files = PathCompleter::file().complete(file.as_ref());
            return files.into_iter().map(|file| file.add_prefix("@")).collect();
        }
        by_value_or_name(&typed, &suggestions(field))
    }
}

/// The suggestions whose value begins with what is typed, in any case; if there are none, the one whose name does. A
/// shell would put the common beginning of several codes in the place of a name.
fn by_value_or_name(typed: &str, suggestions: &[Suggestion]) -> Vec<CompletionCandidate> {
    let by_value = |suggestion: &&Suggestion| begins(suggestion.value, typed);
    let named = |suggestion: &&Suggestion| suggestion.names.iter().any(|name| begins(name, typed));
    let is_whole = |name: &String| begins(name, typed) && begins(typed, name);
    let mut found: Vec<&Suggestion> = suggestions.iter().filter(by_value).collect();
    if found.is_empty() {
        found.extend(suggestions.iter().filter(named));
        let whole = found.iter().copied().find(|suggestion| suggestion.names.iter().any(is_whole));
        if found.len() > 1 {
            found = whole.into_iter().collect();
        }
    }
    found.iter().map(|it| candidate(it.value, it.names.first().map(String::as_str))).collect()
}

fn candidate(value: &str, help: Option<&str>) -> CompletionCandidate {
    CompletionCandidate::new(value).help(help.map(|help| help.to_owned().into()))
}

fn begins(text: &str, typed: &str) -> bool {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    lower(text).starts_with(&lower(typed))
}

/// One of these words.
pub fn words(words: Vec<String>) -> impl Fn(&OsStr) -> Vec<CompletionCandidate> + Send + Sync {
    move |typed| {
        let typed = typed.to_string_lossy();
        words.iter().filter(|word| begins(word, &typed)).map(CompletionCandidate::new).collect()
    }
}

/// Names of the customer's fields.
pub fn fields(typed: &OsStr) -> Vec<CompletionCandidate> {
    named(typed, CUSTOMER.fields.iter())
}

/// Names of the fields that can be cleared.
pub fn clearable_fields(typed: &OsStr) -> Vec<CompletionCandidate> {
    named(typed, clearable())
}

fn named<'a>(typed: &OsStr, fields: impl Iterator<Item = &'a Field>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let fields = fields.filter(|field| begins(field.name, &typed));
    fields.map(|field| candidate(field.name, Some(field.label))).collect()
}

/// The places of all fields, those of a list's items with it: `emails.isMainEmail`.
pub fn places(typed: &OsStr) -> Vec<CompletionCandidate> {
    words(explain::names())(typed)
}

/// The profiles of the given configuration file, or of the usual one, even if it breaks the rules, as long as it is
/// TOML.
pub fn profiles(config: Option<&str>) -> impl Fn(&OsStr) -> Vec<CompletionCandidate> + Send + Sync + use<> {
    let config = config.map(str::to_owned);
    move |typed| {
        let path = config_file::path(config.as_deref());
        let text = path.and_then(|path| String::from_utf8(regular::read(&path).ok()?).ok());
        let tables = text.and_then(|text| text.parse::<toml::Table>().ok()).unwrap_or_default();
        let profiles = tables.get("profiles").and_then(toml::Value::as_table);
        words(profiles.into_iter().flat_map(toml::Table::keys).cloned().collect())(typed)
    }
}

/// The runs in the history, the newest first, and the word for the newest.
pub fn runs(typed: &OsStr) -> Vec<CompletionCandidate> {
    runs_where(typed, |_| true)
}

/// The runs that have a backup and can be undone.
pub fn runs_with_backup(typed: &OsStr) -> Vec<CompletionCandidate> {
    let runs =
        folders::state_folder().and_then(|folder| Backups::of(&folder).runs().ok()).unwrap_or_default();
    runs_where(typed, |entry| runs.contains(&entry.run))
}

fn runs_where(typed: &OsStr, is_wanted: impl Fn(&Entry) -> bool) -> Vec<CompletionCandidate> {
    let history = folders::state_folder().and_then(|folder| History::of(&folder).entries().ok());
    let entries = history.map(|(entries, _)| entries).unwrap_or_default();
    let typed = typed.to_string_lossy();
    let last = begins(LAST, &typed).then(|| candidate(LAST, Some("the newest run")));
    let runs = entries.iter().filter(|entry| entry.run.name().starts_with(&*typed) && is_wanted(entry)).map(
        |entry| {
            let about = format!("{}: {}", entry.subject(), entry.fields.join(", "));
            candidate(entry.run.name(), Some(&escaped(&about)))
        },
    );
    last.into_iter().chain(runs.take(MOST_RUNS)).collect()
}
