//! How a field is written: an example of its flag, of its key in a file and of its shorthand.

use super::{Flag, record_of};
use crate::input::shorthand;
use crate::model::field::{Field, Kind, Need, Record, Shape};
use crate::platform::shell::{Shell, command_line};

/// The flags that give the field; for a field of a list's item the flag that adds the item.
pub fn flags(field: &Field, inside: Option<&Record>) -> Vec<Flag> {
    if let Some(record) = inside {
        return vec![item_flag(record, Some(field))];
    }
    let flag = format!("--{}", field.flag());
    match record_of(field) {
        Some(record) => {
            let sample = format!("{flag} @{}.json", field.name);
            vec![item_flag(record, None), Flag { flag, sample }]
        }
        None => {
            let sample = format!("{flag} {}", in_shell(value(field)));
            vec![Flag { flag, sample }]
        }
    }
}

/// The flag that adds an item with its first field, what it requires, and this field.
fn item_flag(record: &Record, of: Option<&Field>) -> Flag {
    let mut parts = Vec::new();
    let mut fields = record.fields.iter();
    parts.extend(fields.next().map(|first| shorthand::quoted(&value(first), true)));
    for field in fields {
        let is_main_mark = record.main_mark().is_some_and(|mark| mark.name == field.name);
        if is_main_mark {
            continue;
        }
        if field.need == Need::Required || of.is_some_and(|of| of.name == field.name) {
            let key = shorthand::key(record, field);
            parts.push(format!("{key}={}", shorthand::quoted(&value(field), false)));
        }
    }
    if record.main_mark().is_some() {
        parts.push("main".to_owned());
    }
    let flag = format!("--{}", record.item_flag());
    let sample = format!("{flag} {}", in_shell(parts.join(",")));
    Flag { flag, sample }
}

/// How the shorthand of the record's flag names the field.
pub fn in_shorthand(field: &Field, record: &Record) -> String {
    let is_first = record.fields.first().is_some_and(|first| first.name == field.name);
    if record.main_mark().is_some_and(|mark| mark.name == field.name) {
        return "the word main sets it to true; without the word it is false".to_owned();
    }
    let keys = match record.short_key(field) {
        Some(short) => format!("{short}=… or {}=…", field.name),
        None => format!("{}=…", field.name),
    };
    if is_first { format!("the first word without a key, {keys}") } else { keys }
}

/// The member of a JSON file that gives the field.
pub fn key(field: &Field, list: Option<&Field>) -> String {
    let value = match field.kind {
        Kind::Text | Kind::Date => serde_json::Value::from(value(field)).to_string(),
        Kind::Bool => value(field),
        Kind::List(_) => "[{ … }]".to_owned(),
    };
    match list {
        Some(list) => format!("\"{}\": [{{ \"{}\": {value} }}]", list.name, field.name),
        None => format!("\"{}\": {value}", field.name),
    }
}

/// An example value: the first of the page's, or a placeholder in capitals.
fn value(field: &Field) -> String {
    match field.kind {
        // Copying a sample must not give a consent.
        Kind::Bool => "false".to_owned(),
        Kind::Text if field.shape == Shape::Email => "ada@example.com".to_owned(),
        Kind::Text | Kind::Date | Kind::List(_) => {
            field.examples.first().map_or_else(|| "TEXT".to_owned(), |example| (*example).to_owned())
        }
    }
}

/// The word as a POSIX shell needs it.
fn in_shell(word: String) -> String {
    command_line(&[word], Shell::Unix)
}

#[cfg(test)]
mod tests {
    use crate::views::explain::all;

    fn samples(place: &str) -> Vec<String> {
        let own = all().into_iter().find(|own| own.place == place).expect(place);
        own.flags.into_iter().map(|flag| flag.sample).collect()
    }

    #[test]
    fn a_flag_is_shown_as_it_can_be_typed() {
        assert_eq!(samples("title"), ["--title 'Mr & Mrs'"]);
        assert_eq!(samples("firstName"), ["--first-name TEXT"]);
        assert_eq!(samples("birthDate"), ["--birth-date 2020-12-30"]);
        assert_eq!(samples("emails"), ["--email ada@example.com,main", "--emails @emails.json"]);
        assert_eq!(samples("emails[].isMainEmail"), ["--email ada@example.com,main"]);
        assert_eq!(samples("events[].eventNotes"), ["--event Birthday,date=2021-01-20,notes=TEXT"]);
        assert_eq!(
            samples("productCollections[].translation"),
            ["--product-collection TEXT,sapId=CA-1,translation=TEXT"]
        );
    }

    #[test]
    fn no_sample_gives_a_consent() {
        let consents: Vec<_> =
            all().into_iter().filter(|own| own.field.is_consent() && own.list.is_none()).collect();
        assert!(!consents.is_empty());
        for own in consents {
            assert!(own.key.ends_with(": false") && own.flags[0].sample.ends_with(" false"), "{own:?}");
        }
    }

    #[test]
    fn the_shorthand_names_every_key_of_a_field() {
        let shorthand = |place: &str| {
            all().into_iter().find(|own| own.place == place).and_then(|own| own.shorthand).unwrap_or_default()
        };
        assert_eq!(shorthand("phones[].phone"), "the first word without a key, phone=…");
        assert_eq!(shorthand("phones[].countryPrefix"), "countryPrefix=…");
        assert_eq!(
            shorthand("addresses[].addressType"),
            "the first word without a key, type=… or addressType=…"
        );
        assert!(shorthand("emails[].isMainEmail").contains("the word main"));
        assert_eq!(shorthand("title"), "");
    }
}
