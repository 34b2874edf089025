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
    /// How many rows have a mark and may be on their way.
    under_way: Cell<usize>,
    is_stopped: Cell<bool>,
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
            under_way: Cell::default(),
            is_stopped: Cell::default(),
        })
    }

    /// From now on no row may be sent that has no mark yet.
    pub fn stop(&self) {
        self.is_stopped.set(true);
    }

    pub fn is_stopped(&self) -> bool {
        self.is_stopped.get()
    }

    /// How many rows may be on their way: they have a mark, and [`Journal::arrived`] was not called for them.
    pub fn under_way(&self) -> usize {
        self.under_way.get()
    }

    /// A row with a mark is on its way no longer.
    pub fn arrived(&self) {
        self.under_way.set(self.under_way.get() - 1);
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

    /// Makes sure that the row at this position is not beyond the horizon when its own mark is committed, and neither are
    /// those behind it for about two seconds at this rate, in rows a second.
    pub fn reach(&self, position: u64, rate: f64) {
        if position <= self.horizon.get() {
            return;
        }
        // A float that is out of range becomes the nearest number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let step = ((rate * STEP_SECONDS) as u64).clamp(1, LARGEST_STEP);
        let horizon = position + step - 1;
        self.hand_in(Change::Horizon(horizon));
        self.horizon.set(horizon);
    }

    /// Notes that an attempt is about to leave, and waits until that is committed.
    pub async fn sent(&self, row: RowId, values: Option<Box<Values>>) {
        self.under_way.set(self.under_way.get() + 1);
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
        self.committed.set(self.handed_in.get());
        self.on_commit.notify_waiters();
        Ok(())
    }

    /// The database, once nobody uses the journal any more. What it knows then outlives the machine's power.
    ///
    /// # Errors
    /// If what waits cannot be written.
    pub fn close(self) -> Result<Database, Error> {
        self.commit()?;
        let mut database = self.database.into_inner();
        if IS_STORED {
            database.settle()?;
        }
        Ok(database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many rows are unknown once a run goes on with this boot, of which one was sent and nine were not.
    fn unknown(is_closed: bool, boot: Option<&str>) -> u64 {
        let folder = tempfile::tempdir().expect("room");
        let path = folder.path().join("run.db");
        let head = serde_json::Map::from_iter([("boot".to_owned(), "first".into())]);
        let database = Database::create(&path, &head, &mut std::iter::empty(), &[]).expect("room");
        let journal = Journal::new(database, 10).expect("a journal");
        journal.reach(1, 5.0);
        journal.hand_in(Change::Sent(RowId { position: 1, number: 2, customer: Some(7) }, None));
        journal.commit().expect("room");
        if is_closed {
            drop(journal.close().expect("room"));
        } else {
            drop(journal);
        }
        let mut database = Database::open(&path).expect("a run");
        database.claim(boot).expect("room");
        let unknown = database.counts(10).expect("counts").unknown;
        // What goes on and is cut off then is in doubt again.
        drop(database);
        let mut database = Database::open(&path).expect("a run");
        database.claim(Some("third")).expect("room");
        assert_eq!(database.counts(10).expect("counts").unknown, 10);
        unknown
    }

    #[test]
    fn what_a_process_noted_at_its_end_is_not_in_doubt_on_another_boot() {
        assert_eq!(unknown(true, Some("first")), 1);
        assert_eq!(unknown(true, Some("second")), 1);
        assert_eq!(unknown(true, None), 1);
        assert_eq!(unknown(false, Some("first")), 1);
        assert_eq!(unknown(false, Some("second")), 10);
        assert_eq!(unknown(false, None), 10);
    }
}
