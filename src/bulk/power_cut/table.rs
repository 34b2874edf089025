//! A table of a few rows for a few customers: plain ones, some with a consent, notes or a list, and some that the
//! service refuses or that have no customer.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::{Map, Value as Json, json};

use super::server::CONSENT;

/// One row, whose place is its number among the others.
#[derive(Debug, Clone)]
pub struct Row {
    /// None where the table has no id.
    pub customer: Option<u32>,
    /// What it sets; unlike that of any other row.
    pub values: Map<String, Json>,
    /// Whether it may arrive twice without harm.
    pub is_plain: bool,
    /// Whether the service refuses it.
    pub is_refused: bool,
}

impl Row {
    pub fn must_fail(&self) -> bool {
        self.is_refused || self.customer.is_none()
    }
}

#[derive(Debug)]
pub struct Table {
    pub rows: Vec<Row>,
    pub text: Vec<u8>,
}

impl Table {
    pub fn random(rng: &mut Rng) -> Table {
        let customers = rng.u32(1..7);
        let mut text = format!("boosterCustomerId,firstName,{CONSENT},notes,emails[0].email\n");
        let rows = (0..rng.u32(3..13)).map(|number| {
            let customer = (rng.u8(..30) > 0).then(|| rng.u32(1..=customers));
            let is_refused = rng.u8(..20) == 0;
            let name = format!("{}{number}", if is_refused { 'R' } else { 'N' });
            let consent = (rng.u8(..4) == 0).then(|| rng.bool());
            let notes = (rng.u8(..8) == 0).then(|| format!("note {number}"));
            let email = (rng.u8(..8) == 0).then(|| format!("n{number}@example.com"));
            text.push_str(&format!(
                "{},{name},{},{},{}\n",
                customer.map_or("x".to_owned(), |id| id.to_string()),
                consent.map_or(String::new(), |consent| consent.to_string()),
                notes.as_deref().unwrap_or_default(),
                email.as_deref().unwrap_or_default()
            ));
            let is_plain = notes.is_none() && email.is_none();
            let mut values = Map::from_iter([("firstName".to_owned(), name.into())]);
            values.extend(consent.map(|consent| (CONSENT.to_owned(), consent.into())));
            values.extend(notes.map(|notes| ("notes".to_owned(), notes.into())));
            values.extend(email.map(|email| ("emails".to_owned(), json!([{ "email": email }]))));
            Row { customer, values, is_plain, is_refused }
        });
        let rows = rows.collect();
        Table { rows, text: text.into_bytes() }
    }

    /// The row at a position, from 1.
    pub fn row(&self, position: u64) -> &Row {
        &self.rows[usize::try_from(position).expect("a small number") - 1]
    }

    pub fn customers(&self) -> BTreeSet<u32> {
        self.rows.iter().filter_map(|row| row.customer).collect()
    }

    /// The customers as they are before anything is sent.
    pub fn records(&self) -> BTreeMap<u32, Map<String, Json>> {
        let record =
            || Map::from_iter([("firstName".to_owned(), "?".into()), (CONSENT.to_owned(), false.into())]);
        self.customers().into_iter().map(|customer| (customer, record())).collect()
    }
}
