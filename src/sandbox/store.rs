//! The customers of a sandbox, changed by patches and read back, at once or with a lag.
//!
//! What the real service does with a patch once it is bound is not known; here a text replaces a text, `""` is kept
//! as `""`, `[]` as an empty list, and a list replaces a list.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::binding::PatchCustomer;
use super::customer::{Customer, read_body};
use super::data_file;

#[derive(Debug)]
pub struct Store {
    customers: BTreeMap<i64, Customer>,
    file: Option<PathBuf>,
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

    /// The customers of the file, or the invented ones where there is no file yet. Changes are written to it.
    pub fn of_file(file: PathBuf) -> Result<Store, String> {
        let mut store = Store::invented();
        if let Some(customers) = data_file::read(&file)? {
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
    pub fn read(&self, id: i64, now: Instant) -> Option<Customer> {
        let before = self.lagging.iter().find(|lagging| lagging.id == id && lagging.until > now);
        let customer = before.map(|lagging| &lagging.before).or_else(|| self.customers.get(&id))?;
        Some(read_body(id, customer))
    }

    /// Merges the bound values into the customer, but for the dropped fields, and writes the data file. A change that
    /// cannot be written is not made.
    pub fn apply(
        &mut self,
        patch: &PatchCustomer,
        dropped: &[&str],
        lag: Option<Duration>,
    ) -> std::io::Result<()> {
        let id = i64::from(patch.id);
        let Some(before) = self.customers.get(&id).cloned() else { return Ok(()) };
        let mut after = before.clone();
        for (name, value) in &patch.fields {
            if !dropped.contains(&name.as_str()) {
                after.insert(name.clone(), value.clone());
            }
        }
        if after.get("countryId") != before.get("countryId") {
            // The name of the new country is not known here, and that of the old one would be wrong.
            after.remove("countryDs");
        }
        self.customers.insert(id, after);
        let all =
            || self.customers.iter().map(|(id, customer)| Json::Object(read_body(*id, customer))).collect();
        if let Some(file) = &self.file
            && let Err(error) = data_file::write(file, &all())
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

    /// Changes a field of a customer, as somebody else would. It stays in memory: a fault spoils no data file.
    pub fn change(&mut self, id: i64, name: &str, new: impl FnOnce(Option<&Json>) -> Json) {
        if let Some(customer) = self.customers.get_mut(&id) {
            let value = new(customer.get(name));
            customer.insert(name.to_owned(), value);
        }
    }

    /// Puts a customer in the place of the one with its id.
    #[cfg(test)]
    pub fn put(&mut self, id: i64, customer: Customer) {
        self.customers.insert(id, customer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::binding::bind;

    fn patch(body: &str) -> PatchCustomer {
        bind(&crate::model::customer::CUSTOMER, body, "123", false).expect("a body")
    }

    #[test]
    fn a_patch_replaces_what_it_mentions() {
        let mut store = Store::invented();
        let body = r#"{"firstName":"","emails":[],"clientType":"COMPANY","birthDate":"2020-12-30","countryId":"it"}"#;
        store.apply(&patch(body), &[], None).expect("no file");
        let read = store.read(123, Instant::now()).expect("a customer");
        assert_eq!(read["firstName"], "");
        assert_eq!(read["emails"], Json::Array(Vec::new()));
        assert_eq!(read["clientType"], "Company");
        assert_eq!(read["birthDate"], "2020-12-30");
        assert_eq!(read["lastName"], "Lovelace");
        assert_eq!(read.get("countryDs"), None);
    }

    #[test]
    fn a_lagging_change_shows_when_its_time_has_come() {
        let mut store = Store::invented();
        let name = |store: &Store, now| store.read(123, now).expect("a customer")["firstName"].clone();
        let lag = Duration::from_secs(60);
        store.apply(&patch(r#"{"firstName":"Eva"}"#), &[], Some(lag)).expect("no file");
        assert_eq!(name(&store, Instant::now()), "Ada");
        assert_eq!(name(&store, Instant::now() + lag), "Eva");
    }

    #[test]
    fn a_dropped_field_is_the_only_one_that_is_not_applied() {
        let mut store = Store::invented();
        let body = r#"{"firstName":"Eva","lastName":"Byron"}"#;
        store.apply(&patch(body), &["firstName"], None).expect("no file");
        let read = store.read(123, Instant::now()).expect("a customer");
        assert_eq!((&read["firstName"], &read["lastName"]), (&"Ada".into(), &"Byron".into()));
    }
}
