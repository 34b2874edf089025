//! A customer's record as the service shows it, read into the table's fields.
//!
//! What the answer does not carry is not known, which is not the same as empty: the service leaves out what it holds
//! no value for, and also what this route does not show. A `null` counts as not carried.

mod day;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use day::Day;

use crate::escape::quoted;
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Kind, Record};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::wire;

/// What the service shows of a customer now.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: u32,
    carried: Patch,
    /// The fields whose values are of another kind than the API page says. What they hold is not known either.
    pub misread: Vec<Misread>,
    /// The fields that hold an instant which may be either of two days: not known, but no mistake of the service's.
    pub uncertain: BTreeMap<&'static str, Uncertain>,
    /// What the answer has beside the table's fields, unchanged: `sapId`, `brand`.
    pub extra_fields: Map<String, Json>,
    /// The places in lists that the table does not have: `addresses[].addressId`. A list that is sent again is sent
    /// without them.
    pub extra_item_fields: BTreeSet<String>,
    /// The same with their values, by the item: `emails[0]`.
    extra_items: BTreeMap<String, Map<String, Json>>,
}

/// A value that is not of the field's kind.
#[derive(Debug, Clone)]
pub struct Misread {
    pub field: &'static Field,
    /// In the notation `emails[0].email`.
    pub place: String,
    /// Without the value itself: `expected a text, found a number`.
    pub why: String,
}

/// A field with a day that is not certain.
#[derive(Debug, Clone)]
pub struct Uncertain {
    /// The value as the answer has it.
    pub value: Json,
    /// Where the instant is, in the notation `events[0].eventDate`, and as it is written.
    pub places: Vec<(String, String)>,
}

impl Uncertain {
    /// The customer's field that they are in.
    pub fn field(&self) -> &str {
        let place = self.places.first().map_or("", |(place, _)| place);
        place.split('[').next().unwrap_or_default()
    }

    /// The instants, as a person reads them in a sentence.
    pub fn describe(&self) -> String {
        let places = self.places.iter().map(|(place, text)| format!("{place} {}", quoted(text)));
        places.collect::<Vec<_>>().join(", ")
    }
}

impl Snapshot {
    /// Reads the body of a 200 as this table has the fields. Keys are taken in any casing, as a host may be set up to write PascalCase.
    ///
    /// # Errors
    /// What is wrong, where it is no customer or another one.
    pub fn read(
        record: &'static Record,
        body: &str,
        id: u32,
        time_zone: Option<&TimeZone>,
    ) -> Result<Snapshot, String> {
        let json: Json = serde_json::from_str(body).map_err(|_| "the response is not JSON".to_owned())?;
        let Json::Object(members) = json else {
            return Err(format!("the response is {}, but a customer must be an object", name(&json)));
        };
        check_id(member(&members, ID_KEY), id)?;
        let mut reader = Reader { time_zone, ..Reader::default() };
        let mut carried = Patch::new(record);
        let mut uncertain = BTreeMap::new();
        for field in record.fields {
            let Some(value) = member(&members, field.name) else { continue };
            let already = reader.misread.len();
            let read = reader.value(field, field, value, field.name);
            let places = std::mem::take(&mut reader.uncertain_places);
            if reader.misread.len() > already {
                carried.set_invalid(field);
            } else if !places.is_empty() {
                carried.set_invalid(field);
                uncertain.insert(field.name, Uncertain { value: value.clone(), places });
            } else if let Some(value) = read {
                carried.set(field, value, Source::Record);
            }
        }
        let is_ours = |key: &str| {
            record
                .fields
                .iter()
                .map(|field| field.name)
                .chain([ID_KEY, "responseStatus"])
                .any(|own| own.eq_ignore_ascii_case(key))
        };
        let extra_fields =
            members.into_iter().filter(|(key, value)| !is_ours(key) && !value.is_null()).collect();
        Ok(Snapshot {
            id,
            carried,
            misread: reader.misread,
            extra_fields,
            uncertain,
            extra_item_fields: reader.extra_item_fields,
            extra_items: reader.extra_items,
        })
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    /// What the answer carries, as a patch that would set it again.
    pub fn carried(&self) -> &Patch {
        &self.carried
    }

    /// The value that the service shows; `None` where it is not known.
    pub fn get(&self, field: &Field) -> Option<&Value> {
        self.carried.value(field.name)
    }

    /// The value of a field as JSON, with what the items of a list hold besides; null if it is not known.
    pub fn field_to_json(&self, field: &Field) -> Json {
        let mut json = self.get(field).map_or(Json::Null, wire::value);
        for (i, item) in json.as_array_mut().into_iter().flatten().enumerate() {
            if let (Some(item), Some(extra)) =
                (item.as_object_mut(), self.extra_of(&format!("{}[{i}]", field.name)))
            {
                item.extend(extra.clone());
            }
        }
        json
    }

    /// What the item at this place, such as `emails[0]`, holds besides the table's fields.
    pub fn extra_of(&self, place: &str) -> Option<&Map<String, Json>> {
        self.extra_items.get(place)
    }

    /// The record as `-o json` prints it: the table's names, days as `YYYY-MM-DD`, extra fields
    /// unchanged.
    pub fn to_json(&self) -> Json {
        let mut object = Map::from_iter([(ID_KEY.to_owned(), Json::from(self.id))]);
        object
            .extend(self.carried.iter().map(|(field, _)| (field.name.to_owned(), self.field_to_json(field))));
        object.extend(self.uncertain.iter().map(|(name, field)| ((*name).to_owned(), field.value.clone())));
        object.extend(self.extra_fields.clone());
        Json::Object(object)
    }
}

/// A member by its name, or by its name in another casing.
fn member<'a>(members: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    members
        .get(name)
        .or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Asked for a customer that it does not have, a real host answers with a body that looks like one, except for the id.
fn check_id(value: Option<&Json>, wanted: u32) -> Result<(), String> {
    let found = match value {
        None | Some(Json::Null) => return Err(format!("the response has no {ID_KEY}")),
        Some(Json::Number(number)) => number.to_string(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => return Err(format!("the response's {ID_KEY} is {}", name(other))),
    };
    if found == wanted.to_string() {
        return Ok(());
    }
    Err(format!("the response is about customer {}, not about {wanted}", quoted(&found).trim_matches('"')))
}

#[derive(Default)]
struct Reader<'a> {
    time_zone: Option<&'a TimeZone>,
    /// The instants in the field at hand that may be either of two days.
    uncertain_places: Vec<(String, String)>,
    misread: Vec<Misread>,
    extra_item_fields: BTreeSet<String>,
    extra_items: BTreeMap<String, Map<String, Json>>,
}

impl Reader<'_> {
    /// The value of a field, which is the customer's `outer` one or lies in it; `None` where there is none, and where
    /// it was noted as misread.
    fn value(
        &mut self,
        outer: &'static Field,
        field: &'static Field,
        json: &Json,
        place: &str,
    ) -> Option<Value> {
        let wanted = match (field.kind, json) {
            (_, Json::Null) => return None,
            (Kind::Text, Json::String(text)) => return Some(Value::text(field, text)),
            (Kind::Bool, Json::Bool(yes)) => return Some(Value::Bool(*yes)),
            (Kind::Date, Json::String(text)) if text.is_empty() => return None,
            (Kind::Date, Json::String(text)) => match day::parse(text, self.time_zone) {
                Some(Day::Certain(day)) => return Some(Value::Date(day)),
                Some(Day::Uncertain) => {
                    self.uncertain_places.push((place.to_owned(), text.clone()));
                    return None;
                }
                None => {
                    self.note(outer, place, "expected a date, found text that is not a date".to_owned());
                    return None;
                }
            },
            (Kind::List(record), Json::Array(items)) => return Some(self.items(outer, record, items, place)),
            (Kind::Text, _) => "text",
            (Kind::Bool, _) => "true or false",
            (Kind::Date, _) => "a date",
            (Kind::List(_), _) => "a list",
        };
        self.note(outer, place, format!("expected {wanted}, found {}", name(json)));
        None
    }

    fn items(
        &mut self,
        outer: &'static Field,
        record: &'static Record,
        items: &[Json],
        place: &str,
    ) -> Value {
        let mut read = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let inside = format!("{place}[{i}]");
            let Json::Object(members) = item else {
                self.note(outer, &inside, format!("expected an object, found {}", name(item)));
                continue;
            };
            let mut patch = Patch::new(record);
            for field in record.fields {
                let value = member(members, field.name);
                if let Some(value) = value.and_then(|json| self.value(outer, field, json, &field.at(&inside)))
                {
                    patch.set(field, value, Source::Record);
                }
            }
            let unknown = members
                .iter()
                .filter(|(key, value)| !value.is_null() && record.field_in_any_case(key).is_none());
            for (key, value) in unknown {
                self.extra_item_fields.insert(format!("{place}[].{key}"));
                self.extra_items.entry(inside.clone()).or_default().insert(key.clone(), value.clone());
            }
            read.push(Item { patch, source: Source::Record });
        }
        Value::List(read)
    }

    fn note(&mut self, field: &'static Field, place: &str, why: String) {
        self.misread.push(Misread { field, place: place.to_owned(), why });
    }
}

fn name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;

    const RECORDED: &str = r#"{"boosterCustomerId":123,"sapId":"SAP123","title":"Mr.","firstName":"Ana","lastName":"Lo",
        "canBeContactedByMaison":true,"clientType":"Private","languageId":"eng","gender":"F","countryId":"gb",
        "countryDs":"Great Britain","birthDate":"2020-12-30","posCode":"GB100:102048","brand":"CAR",
        "contactByEmailFlag":false,"addresses":[{"addressType":"Home","countryId":"ch","zipCode":"1204",
        "street":"Rue \"du\" Rhône, 1","isMainAddress":true,"addressId":7}]}"#;

    fn read(body: &str) -> Snapshot {
        Snapshot::read(&CUSTOMER, body, 123, None).expect(body)
    }

    #[test]
    fn what_the_answer_carries_is_known_in_the_tables_terms() {
        let snapshot = read(RECORDED);
        let known: Vec<&str> = snapshot.carried().iter().map(|(field, _)| field.name).collect();
        assert_eq!(
            known,
            [
                "title",
                "firstName",
                "lastName",
                "canBeContactedByMaison",
                "clientType",
                "languageId",
                "gender",
                "countryId",
                "birthDate",
                "contactByEmailFlag",
                "addresses"
            ]
        );
        assert_eq!(snapshot.to_json()["clientType"], "PRIVATE");
        assert_eq!(snapshot.to_json()["sapId"], "SAP123");
        assert_eq!(
            snapshot.extra_item_fields.iter().map(String::as_str).collect::<Vec<_>>(),
            ["addresses[].addressId"]
        );
        assert!(snapshot.misread.is_empty());
    }

    #[test]
    fn keys_are_read_in_any_casing_and_dates_in_every_form() {
        let snapshot = read(
            r#"{"BoosterCustomerId":"123","FirstName":"Ada","ClientType":"Company","WeddingDate":"2020-01-18T00:00:00+01:00",
                "BirthDate":"\/Date(1609282800000+0100)\/","Emails":[{"Email":"a@b.co","IsMainEmail":true}],"SapId":null,
                "ResponseStatus":{}}"#,
        );
        assert_eq!(
            snapshot.to_json().to_string(),
            r#"{"boosterCustomerId":123,"firstName":"Ada","clientType":"COMPANY","birthDate":"2020-12-30","weddingDate":"2020-01-18","emails":[{"email":"a@b.co","isMainEmail":true}]}"#
        );
    }

    #[test]
    fn null_is_not_known_and_an_empty_text_is_empty() {
        let snapshot =
            read(r#"{"boosterCustomerId":123,"firstName":null,"lastName":"","birthDate":"","emails":[]}"#);
        let known: Vec<&str> = snapshot.carried().iter().map(|(field, _)| field.name).collect();
        assert_eq!(known, ["lastName", "emails"]);
    }

    #[test]
    fn what_is_no_customer_is_said_in_words() {
        for (body, why) in [
            ("", "the response is not JSON"),
            ("<!doctype html>", "the response is not JSON"),
            ("[{\"boosterCustomerId\":123}]", "the response is a list, but a customer must be an object"),
            ("\"x\"", "the response is text, but a customer must be an object"),
            ("{\"canBeContactedByMaison\":false}", "the response has no boosterCustomerId"),
            ("{\"boosterCustomerId\":124}", "the response is about customer 124, not about 123"),
            ("{\"boosterCustomerId\":\"0123\"}", "the response is about customer 0123, not about 123"),
            ("{\"boosterCustomerId\":123.5}", "the response is about customer 123.5, not about 123"),
            ("{\"boosterCustomerId\":[123]}", "the response's boosterCustomerId is a list"),
        ] {
            assert_eq!(Snapshot::read(&CUSTOMER, body, 123, None).expect_err(body), why);
        }
        let deep = format!("{{\"boosterCustomerId\":123,\"emails\":{}", "[".repeat(100_000));
        assert!(Snapshot::read(&CUSTOMER, &deep, 123, None).is_err());
    }

    #[test]
    fn a_value_of_another_kind_is_named_and_not_known() {
        let snapshot = read(
            r#"{"boosterCustomerId":123,"title":5,"firstName":"Ada","canBeContactedByMaison":"yes","birthDate":"soon",
                "weddingDate":7,"emails":{"email":"x"},"phones":[null,{"phone":1}],"hobbies":[{"hobby":"Art"}]}"#,
        );
        let misread: Vec<String> =
            snapshot.misread.iter().map(|found| format!("{}: {}", found.place, found.why)).collect();
        assert_eq!(
            misread,
            [
                "title: expected text, found a number",
                "canBeContactedByMaison: expected true or false, found text",
                "birthDate: expected a date, found text that is not a date",
                "weddingDate: expected a date, found a number",
                "emails: expected a list, found an object",
                "phones[0]: expected an object, found null",
                "phones[1].phone: expected text, found a number",
            ]
        );
        let known: Vec<&str> = snapshot.carried().iter().map(|(field, _)| field.name).collect();
        assert_eq!(known, ["firstName", "hobbies"]);
        assert!(snapshot.misread.iter().all(|found| snapshot.carried().mentions(found.field)));
    }

    proptest::proptest! {
        #[test]
        fn no_answer_is_too_odd_to_be_looked_at(body: String, name in 0..35_usize, value in "[\\[\\]{}\",:a0-9-]{0,20}") {
            let _ = Snapshot::read(&CUSTOMER, &body, 123, None);
            let name = CUSTOMER.fields[name].name;
            let _ = Snapshot::read(&CUSTOMER, &format!("{{\"boosterCustomerId\":123,\"{name}\":{value}}}"), 123, None);
        }
    }
}
