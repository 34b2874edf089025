//! Patch files, each with whether it is valid: the schema and `check` have to agree on every one.

use serde_json::{Value, json};

/// A PRIVATE client with just what is required, merged with these fields; null removes a field.
fn private(over: Value) -> Value {
    let mut patch = json!({
        "title": "Mrs.", "lastName": "Lovelace", "canBeContactedByMaison": false, "clientType": "PRIVATE",
        "languageId": "eng", "gender": "F", "countryId": "gb",
    });
    merge(&mut patch, over);
    patch
}

fn company(over: Value) -> Value {
    let mut patch = json!({
        "canBeContactedByMaison": true, "clientType": "COMPANY", "companyName": "Engines", "countryId": "it",
    });
    merge(&mut patch, over);
    patch
}

fn merge(patch: &mut Value, over: Value) {
    let fields = patch.as_object_mut().expect("an object");
    for (name, value) in over.as_object().expect("an object") {
        if value.is_null() {
            fields.shift_remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}

/// A field with null itself in it.
fn with_null(name: &str) -> Value {
    let mut patch = private(json!({}));
    patch.as_object_mut().expect("an object").insert(name.to_owned(), Value::Null);
    patch
}

/// Files for `patch --fill`, where the record gives what is required and missing.
pub fn for_fill() -> Vec<(&'static str, Value, bool)> {
    let mut samples: Vec<(&'static str, Value, bool)> = vec![
        ("one field", json!({ "firstName": "Ada" }), true),
        ("one field and the id", json!({ "boosterCustomerId": 3, "firstName": "Ada" }), true),
        ("the client type alone", json!({ "clientType": "PRIVATE" }), true),
        ("nothing to send", json!({}), false),
        ("nothing to send beside the id", json!({ "boosterCustomerId": 3 }), false),
        ("nothing to send beside the schema", json!({ "$schema": "x.json", "boosterCustomerId": 3 }), false),
        ("a required field that is cleared", json!({ "countryId": "" }), false),
        ("a private client's title that is cleared", json!({ "clientType": "PRIVATE", "title": "" }), false),
        ("a title that is cleared where the client type is not known", json!({ "title": "" }), true),
        ("an unknown client type", json!({ "clientType": "PERSON" }), false),
        ("an item that lacks what it needs", json!({ "emails": [{ "email": "a@b.co" }] }), false),
        ("an unknown field", json!({ "fristName": "Ada" }), false),
    ];
    samples.extend(self::samples().into_iter().filter(|(_, _, valid)| *valid));
    samples
}

/// The samples: what is tried, the file, whether it is valid.
pub fn samples() -> Vec<(&'static str, Value, bool)> {
    vec![
        ("a private client with what is required", private(json!({})), true),
        ("a company with what is required", company(json!({})), true),
        ("nothing", json!({}), false),
        ("no object", json!([]), false),
        ("its schema", private(json!({ "$schema": "./customer.schema.json" })), true),
        ("a schema that is no text", private(json!({ "$schema": 5 })), false),
        ("the customer's id", private(json!({ "boosterCustomerId": 2147483647 })), true),
        ("an id of zero", private(json!({ "boosterCustomerId": 0 })), false),
        ("an id over 32 bits", private(json!({ "boosterCustomerId": 2147483648u32 })), false),
        ("an id as text", private(json!({ "boosterCustomerId": "12" })), true),
        ("an id as text with a leading zero", private(json!({ "boosterCustomerId": "012" })), false),
        ("no consent to contact", private(json!({ "canBeContactedByMaison": null })), false),
        ("no client type", private(json!({ "clientType": null })), false),
        ("no country", company(json!({ "countryId": null })), false),
        ("an empty country", private(json!({ "countryId": "" })), false),
        ("a country of blanks", private(json!({ "countryId": " \u{a0}\u{2003}" })), false),
        ("an unknown country, a warning only", private(json!({ "countryId": "xx" })), true),
        ("private without a title", private(json!({ "title": null })), false),
        ("private without a last name", private(json!({ "lastName": null })), false),
        ("private without a language", private(json!({ "languageId": null })), false),
        ("private without a gender", private(json!({ "gender": null })), false),
        ("private with a last name of blanks", private(json!({ "lastName": "  " })), false),
        (
            "private with a last name that is not seen",
            private(json!({ "lastName": "\u{200b}\u{3164}" })),
            false,
        ),
        (
            "private with a hidden character in the last name",
            private(json!({ "lastName": "Lo\u{200b}" })),
            true,
        ),
        (
            "an email that is not seen",
            private(json!({ "emails": [{ "email": "\u{200b}\u{2800}", "isMainEmail": true }] })),
            false,
        ),
        ("private with a title of its own", private(json!({ "title": "Dr." })), true),
        ("private that clears the company's name", private(json!({ "companyName": "" })), true),
        ("company without a name", company(json!({ "companyName": null })), false),
        ("company with an empty name", company(json!({ "companyName": "" })), false),
        ("company that clears the last name", company(json!({ "lastName": "" })), true),
        ("the page's other word", private(json!({ "clientType": "Personal" })), true),
        ("the page's other word in another case", private(json!({ "clientType": "pErSoNaL" })), true),
        ("lower case", company(json!({ "clientType": "company" })), true),
        ("the other word, and no title", private(json!({ "clientType": "personal", "title": null })), false),
        ("an unknown client type", private(json!({ "clientType": "PERSON" })), false),
        ("a client type with blanks", private(json!({ "clientType": "PRIVATE " })), false),
        ("an empty client type", private(json!({ "clientType": "" })), false),
        ("an unknown field", private(json!({ "fristName": "Ada" })), false),
        ("a field in another case", private(json!({ "firstname": "Ada" })), false),
        ("a first name", private(json!({ "firstName": "Zoë 李" })), true),
        ("a text that clears", private(json!({ "firstName": "" })), true),
        ("an optional text of blanks, a warning only", private(json!({ "firstName": " " })), true),
        ("a number for a text", private(json!({ "customerReference": 1204 })), false),
        ("null for a text", with_null("firstName"), false),
        ("null for a bool", with_null("contactByEmailFlag"), false),
        ("null for a list", with_null("emails"), false),
        ("a newline in a name", private(json!({ "firstName": "A\nB" })), false),
        ("a newline behind a name", private(json!({ "firstName": "A\n" })), false),
        ("a tab in a required text", private(json!({ "countryId": "g\tb" })), false),
        ("a control character in a name", private(json!({ "firstName": "A\u{0}" })), false),
        ("newline and tab in notes", private(json!({ "notes": "A\n\tB\n" })), true),
        ("line ends with a carriage return in notes", private(json!({ "notes": "A\r\n\r\nB\r\n" })), true),
        ("a carriage return alone in notes", private(json!({ "notes": "A\rB" })), false),
        ("a carriage return at the end of notes", private(json!({ "notes": "A\n\r" })), false),
        ("a line end with a carriage return in a name", private(json!({ "firstName": "A\r\nB" })), false),
        ("an escape in notes", private(json!({ "notes": "A\u{1b}[2J" })), false),
        ("a text of 32 KiB", private(json!({ "notes": "x".repeat(32 * 1024) })), true),
        ("a text over 32 KiB", private(json!({ "notes": "x".repeat(32 * 1024 + 1) })), false),
        ("a bool", private(json!({ "contactByEmailFlag": false })), true),
        ("a text for a bool", private(json!({ "contactByEmailFlag": "true" })), false),
        ("a number for a bool", private(json!({ "contactByEmailFlag": 1 })), false),
        ("a day", private(json!({ "birthDate": "2020-02-29" })), true),
        ("the first day", private(json!({ "birthDate": "0001-01-01" })), true),
        ("a day that is none", private(json!({ "birthDate": "2021-02-29" })), false),
        ("a day in the year 0", private(json!({ "birthDate": "0000-01-01" })), false),
        ("a day of thirteen months", private(json!({ "birthDate": "2020-13-01" })), false),
        ("a day in another notation", private(json!({ "birthDate": "31/12/2020" })), false),
        ("a day with a time", private(json!({ "birthDate": "2020-12-31T00:00:00Z" })), false),
        ("a day without dashes", private(json!({ "birthDate": "20201231" })), false),
        ("an empty day", private(json!({ "birthDate": "" })), false),
        ("an empty list", private(json!({ "emails": [] })), true),
        (
            "one record for a list",
            private(json!({ "emails": { "email": "a@b.c", "isMainEmail": true } })),
            false,
        ),
        ("a list of texts", private(json!({ "emails": ["a@b.c"] })), false),
        ("a list with null", private(json!({ "emails": [null] })), false),
        ("an email", private(json!({ "emails": [{ "email": "a@b.c", "isMainEmail": true }] })), true),
        (
            "an odd email, a warning only",
            private(json!({ "emails": [{ "email": "a", "isMainEmail": true }] })),
            true,
        ),
        ("an email without its mark", private(json!({ "emails": [{ "email": "a@b.c" }] })), false),
        ("an email of blanks", private(json!({ "emails": [{ "email": " ", "isMainEmail": true }] })), false),
        (
            "an unknown field in an item",
            private(json!({ "emails": [{ "email": "a@b.c", "isMainEmail": true, "main": true }] })),
            false,
        ),
        (
            "the second item is wrong",
            private(json!({ "emails": [{ "email": "a@b.c", "isMainEmail": true }, {}] })),
            false,
        ),
        (
            "two main emails, a warning only",
            private(json!({ "emails": [
                { "email": "a@b.c", "isMainEmail": true }, { "email": "b@b.c", "isMainEmail": true },
            ] })),
            true,
        ),
        (
            "an address with lines of information",
            private(json!({ "addresses": [{
                "addressType": "Home", "countryId": "it", "isMainAddress": false, "street2": "",
                "additionalInformation": "Ring\ntwice",
            }] })),
            true,
        ),
        (
            "an event",
            private(json!({ "events": [{ "eventType": "Other", "eventDate": "1815-12-10" }] })),
            true,
        ),
        ("an event without its day", private(json!({ "events": [{ "eventType": "Other" }] })), false),
        (
            "a collection without its translation",
            private(json!({ "productCollections": [
                { "productCollection": "Cars", "sapProductCollectionId": "CA-1" },
            ] })),
            false,
        ),
    ]
}
