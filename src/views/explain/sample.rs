//! How a field is written: an example of its flag, of its key in a file and of its shorthand.

use super::{Explanation, Flag};
use crate::input::shorthand;
use crate::model::field::{Field, Kind, Need, Record, Shape};
use crate::platform::shell::{Shell, command_line, from_file};

impl Explanation {
    /// The flags that give the field; for a field of a list's item the flag that adds the item.
    pub fn flags(&self) -> Vec<Flag> {
        if let Some(record) = self.record() {
            return vec![item_flag(record, Some(self.field))];
        }
        let flag = format!("--{}", self.field.flag());
        match self.field.record() {
            Some(record) => {
                let sample = format!("{flag} {}", from_file(&format!("{}.json", self.field.name)));
                vec![item_flag(record, None), Flag { flag, sample }]
            }
            None => {
                let sample = format!("{flag} {}", in_shell(value(self.field)));
                vec![Flag { flag, sample }]
            }
        }
    }

    /// How the shorthand of the item's flag names the field; nothing for a field of the customer itself.
    pub fn shorthand(&self) -> Option<String> {
        let (record, field) = (self.record()?, self.field);
        if field.is_main_mark() {
            return Some("the word main sets it to true; without the word it is false".to_owned());
        }
        let keys = match record.short_key(field) {
            Some(short) => format!("{short}=… or {}=…", field.name),
            None => format!("{}=…", field.name),
        };
        let is_first = record.fields.first().is_some_and(|first| first.name == field.name);
        Some(if is_first { format!("the first word without a key, {keys}") } else { keys })
    }

    /// The member of a JSON file that gives the field.
    pub fn key(&self) -> String {
        let name = self.field.name;
        let value = match self.field.kind {
            Kind::Text | Kind::Date => serde_json::Value::from(value(self.field)).to_string(),
            Kind::Bool => value(self.field),
            Kind::List(_) => "[{ … }]".to_owned(),
        };
        match self.list {
            Some(list) => format!("\"{}\": [{{ \"{name}\": {value} }}]", list.name),
            None => format!("\"{name}\": {value}"),
        }
    }
}

/// The flag that adds an item with its first field, what it requires, and this field.
fn item_flag(record: &Record, of: Option<&Field>) -> Flag {
    let is_shown =
        |field: &&Field| field.need == Need::Required || of.is_some_and(|of| of.name == field.name);
    let with_key =
        |field: &Field| format!("{}={}", record.key(field), shorthand::quoted(&value(field), false));
    // The mark is at the end.
    let mut parts = vec![shorthand::quoted(&value(&record.fields[0]), true)];
    let others = record.fields[1..].iter().filter(|field| !field.is_main_mark());
    parts.extend(others.filter(is_shown).map(with_key));
    parts.extend(record.main_mark().map(|_| shorthand::MAIN.to_owned()));
    let flag = format!("--{}", record.item_flag());
    let sample = format!("{flag} {}", in_shell(parts.join(",")));
    Flag { flag, sample }
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

/// The word as the shell needs it.
fn in_shell(word: String) -> String {
    command_line(&[word], Shell::current())
}

#[cfg(test)]
mod tests {
    use crate::views::explain::all;

    #[cfg(unix)]
    fn samples(place: &str) -> Vec<String> {
        let own = all().into_iter().find(|own| own.place == place).expect(place);
        own.flags().into_iter().map(|flag| flag.sample).collect()
    }

    /// As a Unix shell wants it.
    #[cfg(unix)]
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
            assert!(own.key().ends_with(": false") && own.flags()[0].sample.ends_with(" false"), "{own:?}");
        }
    }

    #[test]
    fn the_shorthand_names_every_key_of_a_field() {
        let shorthand = |place: &str| {
            all()
                .into_iter()
                .find(|own| own.place == place)
                .and_then(|own| own.shorthand())
                .unwrap_or_default()
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
