//! A row of the table in words: what kind of value it takes and whether it is needed.

use crate::model::customer::CLIENT_TYPE;
use crate::model::field::{ClientType, Field, Kind, Need, Record, Shape};

/// The spellings of a client type that the page uses, each accepted in any case: the values and, for PRIVATE, the
/// word of its conditional notes.
pub const CLIENT_TYPES: [&str; 3] = ["PRIVATE", "COMPANY", "Personal"];

/// What a value of the field is, without the field's name: `a day, written YYYY-MM-DD`.
pub fn kind(field: &Field) -> String {
    match field.kind {
        Kind::Text => match field.shape {
            Shape::Plain | Shape::LifeDay => "text".to_owned(),
            Shape::Lines => "text, which may have several lines".to_owned(),
            Shape::Email => "text: an email address".to_owned(),
            Shape::Phone => "text: a phone number".to_owned(),
            Shape::Country => "text: a country's ISO 3166-1 alpha-2 code in lower case".to_owned(),
            Shape::Language => "text: a language's ISO 639-2 bibliographic code in lower case".to_owned(),
            Shape::Listed => "text: usually one of the examples".to_owned(),
            Shape::ClientType => client_type(),
        },
        Kind::Bool => "true or false".to_owned(),
        Kind::Date => "a date, written YYYY-MM-DD".to_owned(),
        Kind::List(record) => format!("a list of {} records", record.name),
    }
}

fn client_type() -> String {
    let values: Vec<&str> = ClientType::ALL.map(ClientType::wire).to_vec();
    let others: Vec<String> = CLIENT_TYPES
        .iter()
        .filter(|spelling| !values.contains(spelling))
        .filter_map(|spelling| Some(format!("{spelling} means {}", ClientType::read(spelling)?.wire())))
        .collect();
    format!("text: {} in any case; {}", values.join(" or "), others.join(", "))
}

/// Whether the field is needed. Inside a list's item the need is the item's.
pub fn need(field: &Field, in_item: bool) -> String {
    match field.need {
        Need::Optional => "optional".to_owned(),
        Need::Required if in_item => "required in every item".to_owned(),
        Need::Required => "required".to_owned(),
        Need::RequiredFor(client_type) => format!("required when {CLIENT_TYPE} is {}", client_type.wire()),
    }
}

/// Why a field is asked for that the user did not choose.
pub fn why(field: &Field, in_item: bool) -> String {
    match field.need {
        Need::Optional => "optional".to_owned(),
        Need::Required if in_item => "needed in every item".to_owned(),
        Need::Required => "needed in every patch".to_owned(),
        Need::RequiredFor(client_type) => format!("needed because the client type is {}", client_type.wire()),
    }
}

/// One item of a list, with its article: `an email`, `a product collection`.
pub fn an_item(record: &Record) -> String {
    let name = item(record);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What one item of a list is called: `product collection`.
pub fn item(record: &Record) -> String {
    record.item_flag().replace('-', " ")
}

/// The text with its first letter in upper case.
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;

    #[test]
    fn a_client_type_says_all_that_is_accepted() {
        let field = CUSTOMER.field(CLIENT_TYPE).expect("a field");
        assert_eq!(kind(field), "text: PRIVATE or COMPANY in any case; Personal means PRIVATE");
    }

    #[test]
    fn an_item_has_its_article() {
        let items = CUSTOMER.fields.iter().filter_map(Field::record).map(an_item);
        let expected = [
            "an email",
            "a phone",
            "an address",
            "an event",
            "an interest",
            "a hobby",
            "a product collection",
        ];
        assert_eq!(items.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_spelling_of_a_client_type_is_one() {
        for spelling in CLIENT_TYPES {
            assert!(ClientType::read(spelling).is_some(), "{spelling}");
        }
    }
}
