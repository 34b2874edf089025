//! The order in which a run's database learns what happens: changes that wait go into one commit, and nobody sends before
//! theirs is in.

use std::cell::{Cell, RefCell};

use tokio::sync::Notify;

use super::database::{Change, Database, Ended, Error, RowId, Values};
use super::state::{Counts, State};

/// The most rows by which the horizon is ahead of the row that moves it.
const LARGEST_STEP: u64 = 1000;

/// How much work the horizon is ahead, in seconds.
const STEP_SECONDS: f64 = 2.0;

/// What the database costs is measured beside a build of the benchmark's own that leaves its commits out.
const IS_STORED: bool = !cfg!(feature = "bench-without-database");

/// One database, shared by all rows in flight on one thread.
#[derive(Debug)]
pub struct Journal {
    database: RefCell<Database>,
    waiting: RefCell<Vec<Change>>,
    /// How many changes were handed in and how many are committed.
    handed_in: Cell<u64>,
    committed: Cell<u64>,
    on_commit: Notify,
    /// Whether any customer is in several rows.
    has_repeated: bool,
    horizon: Cell<u64>,
    counts: Cell<Counts>,
}

impl Journal {
    /// # Errors
    /// If the database cannot be read.
    pub fn new(database: Database, rows: u64) -> Result<Journal, Error> {
        let horizon = database.number("horizon")?;
        let counts = database.counts(rows)?;
        Ok(Journal {
            has_repeated: database.has_repeated()?,
            database: RefCell::new(database),
            waiting: RefCell::default(),
            handed_in: Cell::default(),
            committed: Cell::default(),
            on_commit: Notify::new(),
            horizon: Cell::new(horizon),
            counts: Cell::new(counts),
        })
    }

    /// How many rows are in each state; those in flight are as they were before.
    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Asks the database, once it knows all that was handed in.
    ///
    /// # Errors
    /// If it cannot be written or read.
    pub fn ask<T>(&self, question: impl FnOnce(&Database) -> Result<T, Error>) -> Result<T, Error> {
        self.commit()?;
        question(&self.database.borrow())
    }

    /// Asks the database for what no row in flight changes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn ask_at_once<T>(&self, question: impl FnOnce(&Database) -> Result<T, Error>) -> Result<T, Error> {
        question(&self.database.borrow())
    }

    /// Whether the customer is in several rows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn is_repeated(&self, customer: u32) -> Result<bool, Error> {
        Ok(self.has_repeated && self.database.borrow().is_repeated(customer)?)
    }

    /// Makes sure that the row at this position may go out, with those behind it for about two seconds at this rate, in
    /// rows a second.
    ///
    /// # Errors
    /// If the horizon cannot be written: then the row must not be sent.
    pub fn reach(&self, position: u64, rate: f64) -> Result<(), Error> {
        if position <= self.horizon.get() {
            return Ok(());
        }
        // A float that is out of range becomes the nearest number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let step = ((rate * STEP_SECONDS) as u64).clamp(1, LARGEST_STEP);
        let horizon = position + step - 1;
        if IS_STORED {
            self.database.borrow_mut().commit_horizon(&self.waiting.borrow(), horizon)?;
        }
        self.waiting.borrow_mut().clear();
        self.horizon.set(horizon);
        self.note_committed();
        Ok(())
    }

    /// Notes that an attempt is about to leave, and waits until that is committed.
    pub async fn sent(&self, row: RowId, values: Option<Box<Values>>) {
        let ticket = self.hand_in(Change::Sent(row, values));
        while self.committed.get() < ticket {
            self.on_commit.notified().await;
        }
    }

    /// Notes that nothing of the attempt was applied.
    pub fn taken_back(&self, row: RowId, was_unknown: bool) {
        self.hand_in(Change::TakenBack { row, was_unknown });
    }

    /// Notes how a row ended, which had this state when it was read.
    pub fn ended(&self, ended: Ended, before: Option<State>) {
        self.counts_as(before, Some(ended.state));
        self.hand_in(Change::Ended(Box::new(ended)));
    }

    /// Counts a row as one in another state.
    pub fn counts_as(&self, from: Option<State>, to: Option<State>) {
        let mut counts = self.counts.get();
        counts.move_row(from, to);
        self.counts.set(counts);
    }

    fn hand_in(&self, change: Change) -> u64 {
        self.waiting.borrow_mut().push(change);
        self.handed_in.set(self.handed_in.get() + 1);
        self.handed_in.get()
    }

    /// Whether something waits to be committed.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.borrow().is_empty()
    }

    /// Commits what waits, and lets those go on who wait for it.
    ///
    /// # Errors
    /// If it cannot be written; then nobody goes on.
    pub fn commit(&self) -> Result<(), Error> {
        if !self.has_waiting() {
            return Ok(());
        }
        if IS_STORED {
            self.database.borrow_mut().commit(&self.waiting.borrow())?;
        }
        self.waiting.borrow_mut().clear();
        self.note_committed();
        Ok(())
    }

    fn note_committed(&self) {
        self.committed.set(self.handed_in.get());
        self.on_commit.notify_waiters();
    }

    /// The database, once nobody uses the journal any more.
    ///
    /// # Errors
    /// If what waits cannot be written.
    pub fn close(self) -> Result<Database, Error> {
        self.commit()?;
        Ok(self.database.into_inner())
    }
}
