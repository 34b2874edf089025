//! The customers of a sandbox: what they hold, what a reader sees of them.
//!
//! A customer is kept as `GET /customer/v2/{id}` shows it. What the real service does with a patch once it is bound is
//! not known; here a text replaces a text, `""` is kept as `""`, `[]` as an empty list, and a list replaces a list.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use super::data_file::{self, DataFile};
use super::received::PatchCustomer;
use crate::model::customer::{CLIENT_TYPE, CUSTOMER, ID_KEY};
use crate::model::field::{ClientType, Field, Kind, Record};

pub type Customer = Map<String, Json>;

/// What the read answer carries besides the fields of the patch: each name, and the one that it stands behind.
const READ_ONLY: [(&str, &str); 4] = [
    ("sapId", ID_KEY),
    ("countryDs", "countryId"),
    ("posCode", "preferredContactMethod"),
    ("brand", "posCode"),
];

#[derive(Debug)]
pub struct Store {
    customers: BTreeMap<i64, Customer>,
    file: Option<DataFile>,
    lagging: Vec<Lagging>,
}

/// What a reader still sees of a customer that has changed since.
#[derive(Debug)]
struct Lagging {
    id: i64,
    until: Instant,
    before: Customer,
}

impl Store {
    /// The invented customers.
    pub fn invented() -> Store {
        let customers = data_file::read_customers(include_str!("invented.json"))
            .expect("a test reads the invented customers");
        Store { customers, file: None, lagging: Vec::new() }
    }

    /// The customers of the file, and of the invention where there is no file yet. Changes are written to it.
    pub fn of_file(file: DataFile) -> Result<Store, data_file::Broken> {
        let mut store = Store::invented();
        if let Some(customers) = file.read()? {
            store.customers = customers;
        }
        store.file = Some(file);
        Ok(store)
    }

    /// The ids of all customers, in order.
    pub fn ids(&self) -> impl Iterator<Item = i64> {
        self.customers.keys().copied()
    }

    pub fn has(&self, id: i64) -> bool {
        self.customers.contains_key(&id)
    }

    /// The customer as a reader sees it at that time.
    pub fn shown(&self, id: i64, now: Instant) -> Option<Customer> {
        let before = self.lagging.iter().find(|lagging| lagging.id == id && lagging.until > now);
        let customer = before.map(|lagging| &lagging.before).or_else(|| self.customers.get(&id))?;
        Some(read_answer(id, customer))
    }

    /// Lays the bound values over the customer, but for the dropped fields, and writes the data file. A change that
    /// cannot be written is not made.
    pub fn apply(
        &mut self,
        patch: &PatchCustomer,
        dropped: &[&'static Field],
        lag: Option<Duration>,
    ) -> std::io::Result<()> {
        let id = i64::from(patch.id);
        let Some(before) = self.customers.get(&id).cloned() else { return Ok(()) };
        let mut after = before.clone();
        for (field, value) in patch.customer.iter() {
            if !dropped.iter().any(|dropped| dropped.name == field.name) {
                after.insert(field.name.to_owned(), value.shown());
            }
        }
        if after.get("countryId") != before.get("countryId") {
            // The name of the new country is not known here, and that of the old one would be wrong.
            after.remove("countryDs");
        }
        self.customers.insert(id, after);
        if let Some(file) = &self.file
            && let Err(error) = file.write(&self.everyone())
        {
            self.customers.insert(id, before);
            return Err(error);
        }
        let now = Instant::now();
        self.lagging.retain(|lagging| lagging.until > now);
        if let Some(until) = lag.and_then(|lag| now.checked_add(lag)) {
            self.lagging.push(Lagging { id, until, before });
        }
        Ok(())
    }

    /// Changes a field of a customer, as somebody else would. It stays in memory: a rehearsal spoils no data file.
    pub fn change(&mut self, id: i64, field: &Field, other: impl FnOnce(Option<&Json>) -> Json) {
        if let Some(customer) = self.customers.get_mut(&id) {
            let value = other(customer.get(field.name));
            customer.insert(field.name.to_owned(), value);
        }
    }

    /// Puts a customer in the place of the one with its id.
    #[cfg(test)]
    pub fn put(&mut self, id: i64, customer: Customer) {
        self.customers.insert(id, customer);
    }

    fn everyone(&self) -> Json {
        self.customers.iter().map(|(id, customer)| Json::Object(read_answer(*id, customer))).collect()
    }
}

/// What the answer of `GET /customer/v2/{id}` holds of a customer, in its order. Besides the recorded names it shows
/// every other field that the customer holds, so that a patch can be seen to have arrived.
fn read_answer(id: i64, customer: &Customer) -> Customer {
    let mut answer = Customer::from_iter([(ID_KEY.to_owned(), Json::from(id))]);
    let names = std::iter::once(ID_KEY).chain(CUSTOMER.fields.iter().map(|field| field.name));
    for name in names {
        if let Some(value) = customer.get(name) {
            answer
                .insert(name.to_owned(), if name == CLIENT_TYPE { title_case(value) } else { value.clone() });
        } else if CUSTOMER.field(name).is_some_and(is_always_shown) {
            answer.insert(name.to_owned(), Json::Bool(false));
        }
        let mut last = name;
        for (read_only, behind) in READ_ONLY {
            if behind == last {
                last = read_only;
                if let Some(value) = customer.get(read_only) {
                    answer.insert(read_only.to_owned(), value.clone());
                }
            }
        }
    }
    answer
}

/// The body of the 404 for a customer that does not exist: an answer whose bools are all false, and which looks like a
/// customer who refused every consent.
pub fn nobody() -> Customer {
    let flags = CUSTOMER.fields.iter().filter(|field| is_always_shown(field));
    flags.map(|field| (field.name.to_owned(), Json::Bool(false))).collect()
}

/// The flags that are not nullable in the read answer, by what the recorded ones have in common: they are about
/// being contacted. The consents to store and share data are not among them.
fn is_always_shown(field: &Field) -> bool {
    matches!(field.kind, Kind::Bool)
        && ["canBeContactedBy", "contactBy"].iter().any(|start| field.name.starts_with(start))
}

/// The read answer says `Private` where the patch says `PRIVATE`.
fn title_case(client_type: &Json) -> Json {
    match client_type.as_str().and_then(ClientType::read) {
        Some(ClientType::Private) => "Private".into(),
        Some(ClientType::Company) => "Company".into(),
        None => client_type.clone(),
    }
}

/// Whether a customer of a data file is one: why not, in words.
pub fn check(customer: &Customer) -> Result<i64, String> {
    let id = customer.get(ID_KEY).ok_or_else(|| format!("a customer without {ID_KEY}"))?;
    let id = id.as_i64().filter(|id| i32::try_from(*id).is_ok());
    let id = id.ok_or_else(|| format!("a {ID_KEY} that is no whole number"))?;
    let values = customer.iter().filter(|(name, _)| *name != ID_KEY);
    for (name, value) in values {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::binding::bind_body;
    use crate::sandbox::lenient::Notation;

    fn patch(body: &str) -> PatchCustomer {
        let mut patch = bind_body(body, Notation::Json, false).expect("a body");
        patch.id = 123;
        patch
    }

    #[test]
    fn a_patch_replaces_what_it_mentions() {
        let mut store = Store::invented();
        let body = r#"{"firstName":"","emails":[],"clientType":"COMPANY","birthDate":"2020-12-30","countryId":"it"}"#;
        store.apply(&patch(body), &[], None).expect("no file");
        let shown = store.shown(123, Instant::now()).expect("a customer");
        assert_eq!(shown["firstName"], "");
        assert_eq!(shown["emails"], Json::Array(Vec::new()));
        assert_eq!(shown["clientType"], "Company");
        assert_eq!(shown["birthDate"], "2020-12-30");
        assert_eq!(shown["lastName"], "Lovelace");
        assert_eq!(shown.get("countryDs"), None);
    }

    #[test]
    fn a_lagging_change_shows_when_its_time_has_come() {
        let mut store = Store::invented();
        let name = |store: &Store, now| store.shown(123, now).expect("a customer")["firstName"].clone();
        let lag = Duration::from_secs(60);
        store.apply(&patch(r#"{"firstName":"Eva"}"#), &[], Some(lag)).expect("no file");
        assert_eq!(name(&store, Instant::now()), "Ada");
        assert_eq!(name(&store, Instant::now() + lag), "Eva");
    }

    #[test]
    fn a_dropped_field_is_the_only_one_that_is_not_applied() {
        let mut store = Store::invented();
        let dropped = CUSTOMER.field("firstName").expect("a field");
        let body = r#"{"firstName":"Eva","lastName":"Byron"}"#;
        store.apply(&patch(body), &[dropped], None).expect("no file");
        let shown = store.shown(123, Instant::now()).expect("a customer");
        assert_eq!((&shown["firstName"], &shown["lastName"]), (&"Ada".into(), &"Byron".into()));
    }
}
