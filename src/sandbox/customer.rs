//! A customer as the sandbox keeps it, which is as `GET /customer/v2/{id}` returns it.

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use crate::model::customer::{CLIENT_TYPE, CUSTOMER, ID_KEY};
use crate::model::field::{ClientType, Field, Kind, Record};

pub type Customer = Map<String, Json>;

/// The fields that are read but not patched.
const READ_ONLY: [&str; 4] = ["sapId", "countryDs", "posCode", "brand"];

/// What `GET /customer/v2/{id}` returns of a customer. On top of the recorded names it has every other field the
/// customer holds, so that a patch can be seen to have arrived.
pub fn read_body(id: i64, customer: &Customer) -> Customer {
    let mut body = Customer::from_iter([(ID_KEY.to_owned(), id.into())]);
    body.extend(customer.clone());
    for (flag, no) in not_found_body() {
        body.entry(flag).or_insert(no);
    }
    if let Some(client_type) = body.get_mut(CLIENT_TYPE) {
        // `Private` is read where `PRIVATE` is patched.
        match client_type.as_str().and_then(ClientType::read) {
            Some(ClientType::Private) => *client_type = "Private".into(),
            Some(ClientType::Company) => *client_type = "Company".into(),
            None => {}
        }
    }
    body
}

/// The body of the 404 for a customer that does not exist: its bools are all false, so that it looks like a customer
/// who refused every consent.
///
/// These flags are not nullable when read. What the recorded ones have in common is that they are about being
/// contacted; the consents to store and share data are not among them.
pub fn not_found_body() -> Customer {
    let about_contact = |name: &str| name.starts_with("canBeContactedBy") || name.starts_with("contactBy");
    let flags =
        CUSTOMER.fields.iter().filter(|field| matches!(field.kind, Kind::Bool) && about_contact(field.name));
    flags.map(|field| (field.name.to_owned(), false.into())).collect()
}

/// The id of a customer from a data file, or in words why it is no customer.
pub fn check(customer: &Customer) -> Result<i64, String> {
    let id = customer.get(ID_KEY).ok_or_else(|| format!("a customer without {ID_KEY}"))?;
    let id = id.as_i64().filter(|id| i32::try_from(*id).is_ok());
    let id = id.ok_or_else(|| format!("a {ID_KEY} that is not a whole number"))?;
    for (name, value) in customer.iter().filter(|(name, _)| *name != ID_KEY) {
        let fits = match CUSTOMER.field(name) {
            Some(field) => fits(field, value),
            None if READ_ONLY.contains(&name.as_str()) => value.is_string(),
            None => return Err(format!("customer {id} has {name:?}, which is not a field of a customer")),
        };
        if !fits {
            return Err(format!("customer {id} has a value for {name} of the wrong type"));
        }
    }
    Ok(id)
}

fn fits(field: &Field, value: &Json) -> bool {
    match field.kind {
        Kind::Text => value.is_string(),
        Kind::Bool => value.is_boolean(),
        Kind::Date => value.as_str().is_some_and(|text| text.parse::<Date>().is_ok()),
        Kind::List(record) => value.as_array().is_some_and(|items| {
            items.iter().all(|item| item.as_object().is_some_and(|item| is_item(record, item)))
        }),
    }
}

fn is_item(record: &Record, item: &Customer) -> bool {
    item.iter().all(|(name, value)| record.field(name).is_some_and(|field| fits(field, value)))
}
