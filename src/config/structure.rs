//! What is wrong in the structure of the configuration: each key is read by itself, so that one mistake hides no other.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer};

use super::toml_error::{syntax_error, toml_error};
use crate::model::problem::{FileText, Problem};

type Pair<'a> = (Spanned<DeString<'a>>, Spanned<DeValue<'a>>);

/// The whole configuration `File`, with profiles as `Entry`, as far as it can be read, and what cannot be.
pub fn read<File, Entry>(text: &Rc<FileText>) -> (File, Vec<Problem>)
where
    File: DeserializeOwned + Default,
    Entry: DeserializeOwned,
{
    // As a rule nothing is wrong, and every command reads the configuration at its start.
    if let Ok(file) = toml::from_str(&text.text) {
        return (file, Vec::new());
    }
    let (root, errors) = DeTable::parse_recoverable(&text.text);
    if !errors.is_empty() {
        // What is around them would be misread.
        let errors = errors.iter().map(|error| syntax_error(text, error)).collect();
        return (File::default(), errors);
    }
    let mut problems = Vec::new();
    let mut whole = DeTable::new();
    for (key, value) in root.into_inner() {
        match value.get_ref() {
            DeValue::Table(profiles) if key.get_ref() == "profiles" => {
                let profiles = profiles
                    .clone()
                    .into_iter()
                    .map(|profile| without_wrong::<Entry>(text, profile, &mut problems));
                let profiles = Spanned::new(value.span(), DeValue::Table(profiles.collect()));
                whole.extend(good::<File>(text, (key, profiles), &mut problems));
            }
            _ => whole.extend(good::<File>(text, (key, value), &mut problems)),
        }
    }
    let file = deserialized(whole).unwrap_or_else(|error| {
        problems.push(toml_error(text, &error, None));
        File::default()
    });
    (file, problems)
}

/// A profile without its keys that are wrong.
fn without_wrong<'a, Entry: DeserializeOwned>(
    text: &Rc<FileText>,
    (name, value): Pair<'a>,
    problems: &mut Vec<Problem>,
) -> Pair<'a> {
    let DeValue::Table(keys) = value.get_ref() else { return (name, value) };
    let keys = keys.clone().into_iter().filter_map(|pair| good::<Entry>(text, pair, problems));
    let keys = DeValue::Table(keys.collect());
    (name, Spanned::new(value.span(), keys))
}

/// The key with its value, where it can be read.
fn good<'a, T: DeserializeOwned>(
    text: &Rc<FileText>,
    pair: Pair<'a>,
    problems: &mut Vec<Problem>,
) -> Option<Pair<'a>> {
    match deserialized::<T>(DeTable::from_iter([pair.clone()])) {
        Ok(_) => Some(pair),
        Err(error) => {
            let (key, value) = &pair;
            problems.push(toml_error(text, &error, Some((key.get_ref(), value.get_ref().type_str()))));
            None
        }
    }
}

fn deserialized<T: DeserializeOwned>(table: DeTable<'_>) -> Result<T, toml::de::Error> {
    T::deserialize(Deserializer::from(Spanned::new(0..0, table)))
}
