//! The states of a row and how many rows are in each.

use serde::{Deserialize, Serialize};

use crate::number::grouped;

/// What is known of a row. The words are part of the interface: they are in `run.db`, in events and in `-o json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// An attempt has left or is about to. Where nobody sends any more, the outcome is unknown.
    Sent,
    Done,
    /// The customer holds all of it already, so nothing was sent.
    Unchanged,
    Failed,
    /// It may have been applied.
    Unknown,
    /// Not sent, since an earlier row of the customer failed or is unknown.
    Skipped,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Sent, State::Done, State::Unchanged, State::Failed, State::Unknown, State::Skipped];

    pub fn word(self) -> &'static str {
        match self {
            State::Sent => "sent",
            State::Done => "done",
            State::Unchanged => "unchanged",
            State::Failed => "failed",
            State::Unknown => "unknown",
            State::Skipped => "skipped",
        }
    }

    pub fn read(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether the row is never sent again, but by an option that names it.
    pub fn is_final(self) -> bool {
        matches!(self, State::Done | State::Unchanged | State::Failed)
    }
}

/// How many rows are in each state. They add up to the rows of the input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub done: u64,
    pub unchanged: u64,
    pub failed: u64,
    pub unknown: u64,
    pub skipped: u64,
    pub pending: u64,
}

impl Counts {
    /// All rows are still to be sent.
    pub fn pending(rows: u64) -> Counts {
        Counts { pending: rows, ..Counts::default() }
    }

    fn of(&mut self, state: State) -> &mut u64 {
        match state {
            State::Done => &mut self.done,
            State::Unchanged => &mut self.unchanged,
            State::Failed => &mut self.failed,
            State::Sent | State::Unknown => &mut self.unknown,
            State::Skipped => &mut self.skipped,
        }
    }

    /// Moves a row from one state to another; none is pending.
    pub fn move_row(&mut self, from: Option<State>, to: Option<State>) {
        self.add(from, -1);
        self.add(to, 1);
    }

    fn add(&mut self, state: Option<State>, number: i64) {
        let count = match state {
            Some(state) => self.of(state),
            None => &mut self.pending,
        };
        *count = count.saturating_add_signed(number);
    }

    /// The same with so many more rows in a state, which were pending.
    pub fn with(mut self, state: State, rows: u64) -> Counts {
        *self.of(state) += rows;
        self.pending = self.pending.saturating_sub(rows);
        self
    }

    /// Adds those of another run.
    pub fn add_all(&mut self, other: &Counts) {
        self.done += other.done;
        self.unchanged += other.unchanged;
        self.failed += other.failed;
        self.unknown += other.unknown;
        self.skipped += other.skipped;
        self.pending += other.pending;
    }

    /// The states with their numbers, those that say most first.
    pub fn rows(&self) -> [(&'static str, u64); 6] {
        [
            ("done", self.done),
            ("unchanged", self.unchanged),
            ("failed", self.failed),
            ("unknown", self.unknown),
            ("skipped", self.skipped),
            ("pending", self.pending),
        ]
    }

    pub fn total(&self) -> u64 {
        self.rows().iter().map(|(_, number)| number).sum()
    }

    /// `97,310 done, 12 failed, 2,678 pending`: without the states that no row is in.
    pub fn describe(&self) -> String {
        let parts = self.rows().into_iter().filter(|(_, number)| *number > 0);
        let parts: Vec<String> = parts.map(|(word, number)| format!("{} {word}", grouped(number))).collect();
        if parts.is_empty() { "no rows".to_owned() } else { parts.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_add_up_to_the_rows() {
        let mut counts = Counts::pending(3);
        counts.move_row(None, Some(State::Done));
        counts.move_row(None, Some(State::Failed));
        assert_eq!(counts, Counts { done: 1, failed: 1, pending: 1, ..Counts::default() });
        assert_eq!(counts.total(), 3);
        assert_eq!(counts.describe(), "1 done, 1 failed, 1 pending");
    }
}
