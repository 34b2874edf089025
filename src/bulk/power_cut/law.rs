//! What must hold of a run, however it was cut short: by what the service saw and what the database says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::quiet::Told;
use super::server::{CONSENT, Seen};
use super::table::Table;
use crate::bulk::database::{Database, Error};
use crate::bulk::state::State;

/// What a database said when it was opened.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub states: BTreeMap<u64, State>,
    pub horizon: u64,
    /// Rows up to here without a state are in doubt.
    pub doubt: u64,
}

impl Found {
    pub fn of(database: &Database) -> Found {
        let mut states = BTreeMap::new();
        let each = |row: crate::bulk::database::Stored| -> Result<(), Error> {
            states.insert(row.position, row.state);
            Ok(())
        };
        database.each_row(each).expect("rows");
        let number = |key: &str| database.number(key).expect("a number");
        Found { states, horizon: number("horizon"), doubt: number("doubt") }
    }
}

impl Found {
    /// Whether the row was attempted, or may have been.
    fn knows(&self, row: u64) -> bool {
        self.states.contains_key(&row) || row <= self.doubt
    }
}

pub struct Laws<'a> {
    pub table: &'a Table,
    /// In the order in which the service saw them.
    pub seen: Vec<Seen>,
    /// What was found when each phase began.
    pub began: &'a [Found],
}

impl Laws<'_> {
    fn was_applied(&self, position: u64) -> bool {
        self.seen.iter().any(|seen| seen.position() == position && seen.applied)
    }

    /// Whenever a run goes on: nothing was sent beyond the horizon, and what is done was done.
    pub fn found(&self) {
        let found = self.began.last().expect("a phase");
        assert!(found.doubt <= found.horizon, "{found:?}");
        for seen in &self.seen {
            let (row, horizon) = (seen.position(), found.horizon);
            assert!(row <= horizon, "row {row} was sent beyond the horizon {horizon}");
        }
        self.outcomes(found);
    }

    fn outcomes(&self, found: &Found) {
        for (&row, &state) in &found.states {
            let what = format!("row {row} is {}: {:?}", state.word(), self.table.row(row));
            match state {
                State::Done => assert!(self.was_applied(row), "{what}"),
                State::Failed => assert!(self.table.row(row).must_fail(), "{what}"),
                State::Skipped => assert!(!self.was_applied(row), "{what}"),
                // No two rows set the same, so this one was applied, and nobody knew.
                State::Unchanged => panic!("{what}"),
                State::Sent | State::Unknown => {}
            }
        }
    }

    /// After a kill every mark and every outcome is there: unknown are at most the rows in flight.
    pub fn killed(&self, found: &Found, told: &Told, concurrency: u16) {
        let before = &self.began.last().expect("a phase").states;
        let is_new = |row: &u64| before.get(row).is_none_or(|state| *state != State::Sent);
        let sent = found.states.iter().filter(|(row, state)| **state == State::Sent && is_new(row));
        let in_flight = sent.count();
        assert!(in_flight <= usize::from(concurrency), "{in_flight} rows became unknown");
        for (row, state) in &told.rows {
            assert_eq!(found.states.get(row), Some(state), "row {row} was told");
        }
        let last: BTreeMap<u64, &Seen> = self.seen.iter().map(|seen| (seen.position(), seen)).collect();
        for (row, seen) in last {
            assert!(seen.put_off || found.knows(row), "row {row} was sent without a mark");
        }
        self.nothing_is_forgotten(found);
    }

    /// What was applied is not taken for pending.
    fn nothing_is_forgotten(&self, found: &Found) {
        for seen in self.seen.iter().filter(|seen| seen.applied) {
            let row = seen.position();
            assert!(found.knows(row), "row {row} was applied, and is pending");
        }
    }

    /// Where the run ended by itself or waited for the rows in flight, none is left that may be under way.
    pub fn drained(&self, found: &Found) {
        let before = &self.began.last().expect("a phase").states;
        for (row, _) in found.states.iter().filter(|(_, state)| **state == State::Sent) {
            assert_eq!(before.get(row), Some(&State::Sent), "row {row} is under way");
        }
        self.nothing_is_forgotten(found);
        self.outcomes(found);
    }

    /// At the end, before a person has unknown rows sent again.
    pub fn end(&self, found: &Found) {
        self.whole(found);
        self.outcomes(found);
        let mut last = BTreeMap::new();
        let (mut applied, mut sent) = (BTreeMap::new(), BTreeSet::new());
        for seen in &self.seen {
            let row = seen.position();
            let before = self.began[seen.phase].states.get(&row);
            assert!(!before.is_some_and(|state| state.is_final()), "row {row} had ended, and was sent again");
            let earlier = last.insert(seen.customer, row).unwrap_or(0);
            assert!(earlier <= row, "row {row} was sent after row {earlier} of the same customer");
            // What may not come twice comes again only where the service said that it did nothing.
            let is_first = sent.insert(row);
            assert!(is_first || self.table.row(row).is_plain, "row {row} was sent twice");
            if seen.put_off {
                sent.remove(&row);
            }
            if let Some(&phase) = applied.get(&row) {
                assert!(phase == seen.phase || !seen.changes_consent, "row {row} changed a consent again");
            }
            if seen.applied {
                applied.entry(row).or_insert(seen.phase);
            }
        }
        let mut held = BTreeSet::new();
        for (row, state) in &found.states {
            let Some(customer) = self.table.row(*row).customer else { continue };
            match state {
                State::Failed | State::Unknown | State::Skipped => drop(held.insert(customer)),
                _ => assert!(!held.contains(&customer), "row {row} was sent though an earlier one was held"),
            }
        }
    }

    /// Every row has ended, one way or another.
    fn whole(&self, found: &Found) {
        let rows = 1..=self.table.rows.len() as u64;
        for row in rows {
            let state = found.states.get(&row).copied();
            assert!(state.is_some_and(|state| state != State::Sent), "row {row} is {state:?}");
        }
    }

    /// Once unknown rows were sent again: each customer holds what the rows say, in their order. `changed` customers have a
    /// consent that somebody else set.
    pub fn all_sent(&self, found: &Found, now: &BTreeMap<u32, Map<String, Json>>, changed: &BTreeSet<u32>) {
        self.whole(found);
        let mut expected = self.table.records();
        for (number, row) in self.table.rows.iter().enumerate() {
            let state = found.states[&(number as u64 + 1)];
            match (state, row.customer) {
                (State::Done | State::Unchanged, Some(customer)) => {
                    expected.get_mut(&customer).expect("known").extend(row.values.clone());
                }
                (State::Failed | State::Skipped, _) => {}
                // That it is refused now does not say what became of it before.
                (State::Unknown, _) if row.is_refused => {}
                _ => panic!("row {row:?} is {}", state.word()),
            }
        }
        for (customer, mut expected) in expected {
            let mut now = now[&customer].clone();
            if changed.contains(&customer) {
                now.remove(CONSENT);
                expected.remove(CONSENT);
            }
            assert_eq!(now, expected, "customer {customer}");
        }
    }
}
