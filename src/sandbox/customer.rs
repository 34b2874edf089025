//! A customer as the sandbox keeps it, which is as `GET /customer/v2/{id}` returns it.

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use crate::model::customer::{CLIENT_TYPE, CUSTOMER, ID_KEY};
use crate::model::field::{ClientType, Field, Kind, Record};

pub type Customer = Map<String, Json>;

/// The fields that are read but not patched, each with the one that it stands behind.
const READ_ONLY: [(&str, &str); 4] = [
    ("sapId", ID_KEY),
    ("countryDs", "countryId"),
    ("posCode", "preferredContactMethod"),
    ("brand", "posCode"),
];

/// What `GET /customer/v2/{id}` returns of a customer, in its order. Besides the recorded names it has every other
/// field that the customer holds, so that a patch can be seen to have arrived.
pub fn read_body(id: i64, customer: &Customer) -> Customer {
    let mut body = Customer::from_iter([(ID_KEY.to_owned(), Json::from(id))]);
    let names = std::iter::once(ID_KEY).chain(CUSTOMER.fields.iter().map(|field| field.name));
    for name in names {
        if let Some(value) = customer.get(name) {
            let value = if name == CLIENT_TYPE { title_case(value) } else { value.clone() };
            body.insert(name.to_owned(), value);
        } else if CUSTOMER.field(name).is_some_and(is_always_returned) {
            body.insert(name.to_owned(), Json::Bool(false));
        }
        let mut last = name;
        for (read_only, behind) in READ_ONLY {
            if behind == last {
                last = read_only;
                body.extend(customer.get(read_only).map(|value| (read_only.to_owned(), value.clone())));
            }
        }
    }
    body
}

/// The body of the 404 for a customer that does not exist: its bools are all false, so that it looks like a customer
/// who refused every consent.
pub fn not_found_body() -> Customer {
    let flags = CUSTOMER.fields.iter().filter(|field| is_always_returned(field));
    flags.map(|field| (field.name.to_owned(), Json::Bool(false))).collect()
}

/// The flags that are not nullable when read, by what the recorded ones have in common: they are about being
/// contacted. The consents to store and share data are not among them.
fn is_always_returned(field: &Field) -> bool {
    matches!(field.kind, Kind::Bool)
        && ["canBeContactedBy", "contactBy"].iter().any(|start| field.name.starts_with(start))
}

/// `Private` is read where `PRIVATE` is patched.
fn title_case(client_type: &Json) -> Json {
    match client_type.as_str().and_then(ClientType::read) {
        Some(ClientType::Private) => "Private".into(),
        Some(ClientType::Company) => "Company".into(),
        None => client_type.clone(),
    }
}

/// The id of a customer from a data file, or in words why it is no customer.
pub fn check(customer: &Customer) -> Result<i64, String> {
    let id = customer.get(ID_KEY).ok_or_else(|| format!("a customer without {ID_KEY}"))?;
    let id = id.as_i64().filter(|id| i32::try_from(*id).is_ok());
    let id = id.ok_or_else(|| format!("a {ID_KEY} that is no whole number"))?;
    for (name, value) in customer.iter().filter(|(name, _)| *name != ID_KEY) {
        let fits = match CUSTOMER.field(name) {
            Some(field) => fits(field, value),
            None if READ_ONLY.iter().any(|(read_only, _)| read_only == name) => value.is_string(),
            None => return Err(format!("customer {id} has {name:?}, which is no field of a customer")),
        };
        if !fits {
            return Err(format!("customer {id} has a value for {name} that does not fit"));
        }
    }
    Ok(id)
}

fn fits(field: &Field, value: &Json) -> bool {
    match field.kind {
        Kind::Text => value.is_string(),
        Kind::Bool => value.is_boolean(),
        Kind::Date => value.as_str().is_some_and(|text| text.parse::<Date>().is_ok()),
        Kind::List(record) => {
            value.as_array().is_some_and(|items| items.iter().all(|item| is_item(record, item)))
        }
    }
}

fn is_item(record: &Record, item: &Json) -> bool {
    item.as_object().is_some_and(|item| {
        item.iter().all(|(name, value)| record.field(name).is_some_and(|field| fits(field, value)))
    })
}
