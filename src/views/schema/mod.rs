//! What a patch file may hold, as a JSON Schema (draft 2020-12) computed from the table.
//!
//! It refuses what `check` refuses, as far as a schema can: it knows neither the length of a text in bytes nor a key
//! given twice, and 123.0 is the same to it as 123. What only brings a warning is valid here. Editors have their own
//! engines for patterns, so these keep to what ECMA-262, Rust, Python and Go all know.

use serde_json::{Map, Value, json};

use crate::escape::is_dangerous;
use crate::model::customer::{CLIENT_TYPE, CUSTOMER, ID_KEY, SCHEMA_KEY};
use crate::model::describe;
use crate::model::field::{ClientType, Field, Kind, Need, Record, Shape};
use crate::model::rules::{LARGEST_ID, LARGEST_VALUE};

/// What a text of one line may not contain: the C0 controls, as the inside of a pattern's brackets.
const LINE: &str = r"\x00-\x1f";

/// A text of several lines: it may contain tab (09) and newline (0a), the latter with a carriage return (0d) before it.
const LINES: &str = r"^([^\x00-\x08\x0b-\x1f]|\r\n)*$";

/// A day written YYYY-MM-DD in the years 0001 to 9999. Whether the calendar has that day is left to
/// `format`, which allows the year 0000 and is not asserted everywhere.
const DAY: &str =
    "^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

/// An id in digits: a number from 1 to 2147483647 without a leading zero.
const ID: &str = "^([1-9][0-9]{0,8}|1[0-9]{9}|20[0-9]{8}|21[0-3][0-9]{7}|214[0-6][0-9]{6}|2147[0-3][0-9]{5}|\
                  21474[0-7][0-9]{4}|214748[0-2][0-9]{3}|2147483[0-5][0-9]{2}|21474836[0-3][0-9]|214748364[0-7])$";

/// The JSON Schema of a patch file whose fields are this table's; or of one that is sent with `--fill`, which takes what
/// is required and missing from the customer's record.
pub fn schema(record: &Record, for_fill: bool) -> Value {
    let mut properties = Map::new();
    properties.insert(
        SCHEMA_KEY.to_owned(),
        json!({ "title": "JSON Schema", "description": "The schema for the editor. It is not sent.", "type": "string" }),
    );
    properties.insert(
        ID_KEY.to_owned(),
        json!({
            "title": "Customer id",
            "description": "The customer's id, if it is not on the command line. It is sent in the path \
            of the request.",
            "anyOf": [
                { "type": "integer", "minimum": 1, "maximum": LARGEST_ID },
                { "type": "string", "pattern": ID },
            ],
        }),
    );
    properties.extend(properties_of(record, false));
    let records = record.fields.iter().filter_map(Field::record);
    let definitions: Map<String, Value> =
        records.map(|record| (record.name.to_owned(), item(record))).collect();

    // With --fill it is enough that there is something to send.
    let (demand, demanded) = if for_fill {
        ("not", json!({ "propertyNames": { "enum": [SCHEMA_KEY, ID_KEY] } }))
    } else {
        ("required", names_needed(&CUSTOMER, Need::Required).into())
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Patch of a Booster customer",
        "description": format!(
            "The fields to change, by the service's names. A field that is left out is not changed. Text \
            can have at most {} KiB.{}",
            LARGEST_VALUE / 1024,
            if for_fill { " Required fields that are left out are taken from the record (--fill)." } else { "" },
        ),
        "type": "object",
        "properties": properties,
        demand: demanded,
        "additionalProperties": false,
        "allOf": ClientType::ALL.map(|client_type| condition(client_type, for_fill)),
        "$defs": definitions,
    })
}

/// An item of a list: its fields, those that are always required, and no others.
fn item(record: &Record) -> Value {
    json!({
        "type": "object",
        "properties": properties_of(record, true),
        "required": names_needed(record, Need::Required),
        "additionalProperties": false,
    })
}

fn names_needed(record: &Record, need: Need) -> Vec<&'static str> {
    record.fields.iter().filter(|field| field.need == need).map(|field| field.name).collect()
}

fn properties_of(record: &Record, in_item: bool) -> Map<String, Value> {
    record.fields.iter().map(|field| (field.name.to_owned(), property(field, in_item))).collect()
}

fn property(field: &Field, in_item: bool) -> Value {
    let kind = describe::capitalised(&describe::kind(field));
    let property = json!({
        "title": field.label,
        "description": format!("{} ({}). {kind}.", field.label, describe::need(field, in_item)),
    });
    let mut constraints = match field.kind {
        // The rule counts bytes and a schema characters, of which there are never more.
        Kind::Text => json!({ "type": "string", "maxLength": LARGEST_VALUE, "pattern": text_pattern(field) }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date", "pattern": DAY }),
        Kind::List(record) => {
            json!({ "type": "array", "items": { "$ref": format!("#/$defs/{}", record.name) } })
        }
    };
    if !field.examples.is_empty() {
        let example = |text: &&str| match field.kind {
            Kind::Bool => Value::Bool(*text == "true"),
            Kind::Text | Kind::Date | Kind::List(_) => Value::from(*text),
        };
        constraints["examples"] = field.examples.iter().map(example).collect();
    }
    let parts = [property, constraints].into_iter().filter_map(|part| part.as_object().cloned());
    Value::Object(parts.flatten().collect())
}

fn text_pattern(field: &Field) -> String {
    if field.shape == Shape::ClientType {
        return client_type_pattern(&ClientType::ALL);
    }
    if field.shape == Shape::Lines {
        return LINES.to_owned();
    }
    match field.need {
        // A text of which nothing is seen counts as missing.
        Need::Required => format!(r"^[^{LINE}]*[^{LINE}\s{}][^{LINE}]*$", unseen()),
        // The empty text clears the field. Where a client type needs it, the condition forbids that.
        Need::Optional | Need::RequiredFor(_) => format!("^[^{LINE}]*$"),
    }
}

/// The characters that are not seen, as the inside of a pattern's brackets. Those beyond U+FFFF are left out, since not
/// every engine takes them for one character.
fn unseen() -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for letter in ('\u{7f}'..='\u{ffff}').filter(|letter| is_dangerous(*letter)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(letter) => *last = letter,
            Some(_) | None => ranges.push((letter, letter)),
        }
    }
    ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect()
}

/// A pattern of every spelling that is read as one of these client types.
fn client_type_pattern(client_types: &[ClientType]) -> String {
    let spellings: Vec<String> = describe::CLIENT_TYPES
        .iter()
        .filter(|spelling| ClientType::read(spelling).is_some_and(|read| client_types.contains(&read)))
        .map(|spelling| in_any_case(spelling))
        .collect();
    format!("^({})$", spellings.join("|"))
}

/// `Ab` as `[Aa][Bb]`: a schema's pattern has no flag for it.
fn in_any_case(word: &str) -> String {
    word.chars()
        .map(|letter| format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase()))
        .collect()
}

/// What a client of this type needs beyond what every client needs.
fn condition(client_type: ClientType, for_fill: bool) -> Value {
    let needed = names_needed(&CUSTOMER, Need::RequiredFor(client_type));
    let not_blank: Map<String, Value> = CUSTOMER
        .fields
        .iter()
        .filter(|field| matches!(field.kind, Kind::Text) && needed.contains(&field.name))
        .map(|field| (field.name.to_owned(), json!({ "pattern": format!(r"[^\s{}]", unseen()) })))
        .collect();
    json!({
        "if": {
            "properties": {
                CLIENT_TYPE: { "type": "string", "pattern": client_type_pattern(&[client_type]) }
            },
            "required": [CLIENT_TYPE],
        },
        "then": { "properties": not_blank, "required": if for_fill { Vec::new() } else { needed } },
    })
}

#[cfg(test)]
pub mod samples;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::every_field;

    fn validator(for_fill: bool) -> jsonschema::Validator {
        let schema = schema(&CUSTOMER, for_fill);
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a valid schema")
    }

    /// What is tried, for --fill or not, the file, whether it is valid.
    fn samples() -> impl Iterator<Item = (&'static str, bool, Value, bool)> {
        let whole = samples::samples().into_iter().map(|(what, sample, valid)| (what, false, sample, valid));
        whole.chain(samples::for_fill().into_iter().map(|(what, sample, valid)| (what, true, sample, valid)))
    }

    #[test]
    fn the_schema_is_one_of_draft_2020_12() {
        for for_fill in [false, true] {
            assert!(jsonschema::draft202012::meta::is_valid(&schema(&CUSTOMER, for_fill)));
        }
    }

    #[test]
    fn the_schema_tells_good_samples_from_bad_ones() {
        let validators = [validator(false), validator(true)];
        for (what, for_fill, sample, valid) in samples() {
            let errors: Vec<String> = validators[usize::from(for_fill)]
                .iter_errors(&sample)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors.is_empty(), valid, "{what}: {errors:?}");
        }
    }

    #[test]
    fn check_is_of_the_same_opinion() {
        let options = crate::model::rules::Options::of_day(jiff::civil::date(2026, 1, 1));
        for (what, for_fill, sample, valid) in samples() {
            let options = crate::model::rules::Options { for_fill, ..options };
            let mut problems = Vec::new();
            let file =
                crate::document::read::decode("a.json", sample.to_string().into_bytes()).expect("UTF-8");
            let read = crate::input::file::patch(&CUSTOMER, &file, None, &mut problems);
            problems.extend(crate::model::rules::check(&read.patch, options));
            let is_good_id = read.id.is_none_or(|(id, _)| crate::model::rules::id(&id).is_ok());
            let is_good = is_good_id && !problems.iter().any(crate::model::problem::Problem::is_error);
            assert_eq!(is_good, valid, "{what}: {problems:?}");
        }
    }

    #[test]
    fn every_field_stands_in_the_schema_in_the_order_of_the_table() {
        let schema = schema(&CUSTOMER, false);
        let names = |object: &Value| {
            object["properties"].as_object().expect("an object").keys().cloned().collect::<Vec<String>>()
        };
        let mut found = Vec::new();
        for name in names(&schema).into_iter().skip_while(|name| name == SCHEMA_KEY || name == ID_KEY) {
            let nested = schema["properties"][&name]["items"]["$ref"].as_str().map(|reference| {
                schema.pointer(reference.trim_start_matches('#')).map(names).expect("a definition")
            });
            found.push(name.clone());
            found.extend(nested.into_iter().flatten().map(|inner| format!("{name}[].{inner}")));
        }
        assert_eq!(found, every_field().map(|(_, place)| place).collect::<Vec<_>>());
    }

    #[test]
    fn an_id_in_digits_is_valid_exactly_where_it_is_one() {
        let pattern = json!({ "pattern": ID });
        let validator = jsonschema::validator_for(&pattern).expect("valid");
        let around = (0..10_u32).flat_map(|digit| {
            let power = 10_u64.pow(digit);
            [power - 1, power, power + 1, u64::from(LARGEST_ID) - power, u64::from(LARGEST_ID) + power]
        });
        let ids = around.map(|id| id.to_string());
        let odd =
            ["", "007", "-1", "+1", "1.0", " 1", "1e3", "２", "99999999999", "2147483647"].map(str::to_owned);
        for id in ids.chain(odd) {
            assert_eq!(validator.is_valid(&json!(id)), crate::model::rules::id(&id).is_ok(), "{id}");
        }
    }

    #[test]
    fn every_object_refuses_what_it_does_not_know() {
        let schema = schema(&CUSTOMER, false);
        let definitions = schema["$defs"].as_object().expect("an object");
        for object in std::iter::once(&schema).chain(definitions.values()) {
            assert_eq!(object["additionalProperties"], false);
        }
    }

    #[test]
    fn a_client_type_is_valid_exactly_where_it_is_read() {
        let one = |client_type| {
            jsonschema::validator_for(&json!({ "pattern": client_type_pattern(&[client_type]) }))
                .expect("valid")
        };
        let validators = ClientType::ALL.map(|client_type| (client_type, one(client_type)));
        let mut texts: Vec<String> =
            ["", "PERSON", "PRIVATE ", " company", "priv", "companyname", "perſonal", "COMPANYPRIVATE", "pp"]
                .map(str::to_owned)
                .to_vec();
        for spelling in describe::CLIENT_TYPES {
            // Every mixture of cases.
            for mask in 0..1u32 << spelling.len() {
                let mixed = |(i, letter): (usize, char)| {
                    if mask >> i & 1 == 1 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
                };
                texts.push(spelling.chars().enumerate().map(mixed).collect());
            }
        }
        for text in texts {
            for (client_type, validator) in &validators {
                let read = ClientType::read(&text) == Some(*client_type);
                assert_eq!(validator.is_valid(&json!(text)), read, "{text:?} as {}", client_type.wire());
            }
        }
    }

    #[test]
    fn a_field_carries_its_label_need_examples_and_rule() {
        let schema = schema(&CUSTOMER, false);
        assert_eq!(
            schema["properties"]["gender"],
            json!({
                "title": "Gender",
                "description": "Gender (required when clientType is PRIVATE). Text: usually one of the examples.",
                "type": "string",
                "maxLength": 32768,
                "pattern": r"^[^\x00-\x1f]*$",
                "examples": ["M", "F"],
            })
        );
        assert_eq!(
            schema["allOf"][1],
            json!({
                "if": {
                    "properties": {
                        "clientType": { "type": "string", "pattern": "^([Cc][Oo][Mm][Pp][Aa][Nn][Yy])$" }
                    },
                    "required": ["clientType"],
                },
                "then": {
                    "properties": { "companyName": { "pattern": format!(r"[^\s{}]", unseen()) } },
                    "required": ["companyName"],
                },
            })
        );
    }
}
