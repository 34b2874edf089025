//! `run.db`: what is known of each row that was attempted, in a SQLite database which is the run's lock as well.
//!
//! Before a row goes out, the *horizon* ("rows up to here may have been sent") is committed and synced, and its *sent*
//! mark is committed. A mark or an outcome is not synced by itself: it survives the process, but perhaps not the
//! machine. So after a kill the marks are complete, and after a power cut every row up to the horizon without an outcome
//! is in doubt.

mod figures;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde_json::{Map, Value as Json};

use super::state::{Counts, State};
use crate::platform::private;
pub use figures::Slice;

/// The version of the tables, in the database's `user_version`.
const VERSION: i32 = 1;

/// The name of the file in a run's folder.
pub const FILE: &str = "run.db";

#[derive(Debug)]
pub struct Database {
    connection: Connection,
    #[cfg(test)]
    pub on_commit: Option<CommitHook>,
}

/// What has just been written to the files.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Commit {
        synced: bool,
    },
    /// The write-ahead log is empty, and the main file holds everything.
    Checkpoint,
}

#[cfg(test)]
pub struct CommitHook(pub Box<dyn FnMut(Written)>);

#[cfg(test)]
impl std::fmt::Debug for CommitHook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CommitHook")
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("another process is working on the run")]
    Held,
    #[error("there is a run of this name already")]
    Exists,
    #[error("the run was made by another version of booster (run.db has version {0})")]
    OtherVersion(i32),
    #[error("{0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Held,
            _ => Error::Sqlite(error),
        }
    }
}

type Result<T> = std::result::Result<T, Error>;

/// Which row it is: its position among the input's rows, from 1, and its number, as a spreadsheet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowId {
    pub position: u64,
    pub number: u64,
    pub customer: Option<u32>,
}

/// What the customer held before a row, and what was sent: what an undo needs. The texts are JSON objects and lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub before: String,
    pub sent: String,
    /// The names of the fields that were taken from the record.
    pub filled: String,
    /// The names of the fields of which it is not known what they held.
    pub not_restored: String,
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    pub row: RowId,
    pub state: State,
    pub attempts: u32,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub hint: Option<String>,
    /// When it ended, in milliseconds since 1970, and how long it took from its first attempt on.
    pub ended: i64,
    pub took: u64,
}

/// One change of the database. Those of one commit are made in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An attempt is about to leave.
    Sent(RowId, Option<Box<Values>>),
    /// Nothing of the attempt was applied: the row is pending again, or unknown where it was before.
    TakenBack {
        row: RowId,
        was_unknown: bool,
    },
    Ended(Box<Ended>),
}

/// What is stored of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub position: u64,
    pub state: State,
    pub message: Option<String>,
    pub hint: Option<String>,
}

/// One of the first rows: its number, customer, state and message.
pub type FirstRow = (u64, Option<u32>, State, String);

/// Why rows are in a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub message: String,
    pub hint: Option<String>,
    /// How many rows have it.
    pub rows: u64,
    /// The number of the first of them, and its customer.
    pub first: u64,
    pub customer: Option<u32>,
}

// The index has no `in`, for which SQLite would make a table of three words with every row that it writes.
const TABLES: &str = "
create table head(key text primary key, value text not null) without rowid;
create table row(
    position integer primary key, number integer not null, customer integer, state text not null,
    attempts integer not null default 0, status integer, code text, message text, hint text,
    ended integer, took integer
);
create index held on row(customer) where state = 'failed' or state = 'unknown' or state = 'skipped';
create table repeated(customer integer primary key);
create table block(number integer primary key, digest blob not null);
create table restore(position integer primary key, customer integer not null, sent text not null, filled text not null);
create table backup(
    position integer primary key, number integer not null, customer integer not null,
    before text not null, sent text not null, filled text not null, not_restored text not null
);
";

impl Database {
    /// Opens the file, new or not, and takes its lock.
    fn connect(path: &Path) -> Result<Database> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::ZERO)?;
        // Before the journal's mode: then no shared memory is used, which a network volume cannot offer, and the database is the
        // lock.
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "cache_size", -1024)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            let why =
                format!("the file system does not support SQLite's write-ahead log (journal mode {mode})");
            return Err(Error::Sqlite(rusqlite::Error::ToSqlConversionFailure(why.into())));
        }
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Database {
            connection,
            #[cfg(test)]
            on_commit: None,
        })
    }

    /// Makes the database of a new run, synced.
    ///
    /// # Errors
    /// If the folder takes no file; where there is a run already, or another process makes one.
    pub fn create(
        path: &Path,
        head: &Map<String, Json>,
        repeated: &mut dyn Iterator<Item = u32>,
        blocks: &[[u8; 32]],
    ) -> Result<Database> {
        // SQLite would let others read it.
        match private::new_file().open(path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(unusable(error)),
            Ok(_) | Err(_) => {}
        }
        let mut database = Database::connect(path)?;
        // One without tables was left by a process that was killed while it made it.
        if database.version()? != 0 {
            return Err(Error::Exists);
        }
        database.synced(|transaction| {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            write_head(transaction, head)?;
            let mut statement = transaction.prepare("insert into repeated values(?1)")?;
            for customer in repeated {
                statement.execute([customer])?;
            }
            let mut statement = transaction.prepare("insert into block values(?1, ?2)")?;
            for (i, digest) in blocks.iter().enumerate() {
                statement.execute(params![i as i64, digest.as_slice()])?;
            }
            Ok(())
        })?;
        Ok(database)
    }

    /// Takes from the run that this one undoes what was sent and has to be found now, in the order of [`each_backup`].
    ///
    /// [`each_backup`]: Database::each_backup
    ///
    /// # Errors
    /// As [`Database::create`].
    pub fn take_backup(&mut self, source: &Database) -> Result<()> {
        self.synced(|transaction| {
            let mut statement = transaction.prepare("insert into restore values(?1, ?2, ?3, ?4)")?;
            let mut position = 0;
            source
                .each_backup(|row, values| -> Result<()> {
                    position += 1;
                    statement.execute(params![position, row.customer, values.sent, values.filled])?;
                    Ok(())
                })
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            let query =
                "insert into repeated select customer from restore group by customer having count(*) > 1";
            transaction.execute(query, []).map(drop)
        })
    }

    /// What was sent for the row of an undo, and the names of the fields that were taken from the record then.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn restored(&self, position: u64) -> Result<Option<(String, String)>> {
        let query = "select sent, filled from restore where position = ?1";
        let mut statement = self.connection.prepare_cached(query)?;
        Ok(statement.query_row([signed(position)], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Opens the database of a run and takes its lock.
    ///
    /// # Errors
    /// Where another process has the lock; where it is no database of a run of this version.
    pub fn open(path: &Path) -> Result<Database> {
        // SQLite would make it anew.
        if let Err(error) = std::fs::metadata(path) {
            let error = std::io::Error::new(error.kind(), "there is no run.db in the run's folder");
            return Err(unusable(error));
        }
        let database = Database::connect(path)?;
        let version = database.version()?;
        if version == VERSION { Ok(database) } else { Err(Error::OtherVersion(version)) }
    }

    fn version(&self) -> Result<i32> {
        Ok(self.connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
    }

    /// Commits so that it survives a power cut, and empties the write-ahead log.
    fn synced(&mut self, change: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        self.connection.pragma_update(None, "synchronous", "full")?;
        let transaction = self.connection.transaction()?;
        change(&transaction)?;
        transaction.commit()?;
        self.committed();
        // Within an exclusive lock it cannot fail for a reader.
        self.connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        #[cfg(test)]
        self.written(Written::Checkpoint);
        self.connection.pragma_update(None, "synchronous", "normal")?;
        Ok(())
    }

    /// Commits these changes. They survive the process, but not a power cut.
    ///
    /// # Errors
    /// If they cannot be written: a full disk.
    pub fn commit(&mut self, changes: &[Change]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        changes.iter().try_for_each(|change| write(&transaction, change))?;
        transaction.commit()?;
        self.committed();
        Ok(())
    }

    /// Commits these changes and the horizon, synced: rows up to this position may go out from now on.
    ///
    /// # Errors
    /// As [`Database::commit`].
    pub fn commit_horizon(&mut self, changes: &[Change], horizon: u64) -> Result<()> {
        self.synced(|transaction| {
            changes.iter().try_for_each(|change| write(transaction, change))?;
            write_head(transaction, &entry("horizon", horizon.into()))
        })
    }

    /// Takes over what another process left. On another boot, or where none is known, every row up to the horizon is in
    /// doubt unless its outcome is there. That it was skipped is none: it may have been sent since, unless the row that held it
    /// back has failed for good.
    ///
    /// # Errors
    /// As [`Database::commit`].
    pub fn claim(&mut self, boot: Option<&str>) -> Result<()> {
        let stored = self.value("boot")?;
        if boot.is_some() && stored.as_ref().and_then(Json::as_str) == boot {
            return Ok(());
        }
        let doubt = self.number("doubt")?.max(self.number("horizon")?);
        self.synced(|transaction| {
            transaction.execute(
                "update row set state = 'unknown', message = null, hint = null
                 where state = 'skipped' and position <= ?1 and not exists (
                     select 1 from row as earlier where earlier.customer = row.customer
                     and earlier.position < row.position and earlier.state = 'failed')",
                [signed(doubt)],
            )?;
            write_head(transaction, &entry("boot", boot.into()))?;
            write_head(transaction, &entry("doubt", doubt.into()))
        })
    }

    /// Writes this into the head, synced.
    ///
    /// # Errors
    /// As [`Database::commit`].
    pub fn set(&mut self, key: &str, value: Json) -> Result<()> {
        self.synced(|transaction| write_head(transaction, &entry(key, value)))
    }

    /// # Errors
    /// If the database cannot be read.
    pub fn head(&self) -> Result<Map<String, Json>> {
        let mut statement = self.connection.prepare("select key, value from head")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut head = Map::new();
        for row in rows {
            let (key, value) = row?;
            head.insert(key, serde_json::from_str(&value).unwrap_or(Json::Null));
        }
        Ok(head)
    }

    fn value(&self, key: &str) -> Result<Option<Json>> {
        let mut statement = self.connection.prepare_cached("select value from head where key = ?1")?;
        let value: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
        Ok(value.and_then(|value| serde_json::from_str(&value).ok()))
    }

    /// A number of the head; 0 where it is not there.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn number(&self, key: &str) -> Result<u64> {
        Ok(self.value(key)?.and_then(|value| value.as_u64()).unwrap_or(0))
    }

    /// The state of the row at this position; none where it is pending.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn state(&self, position: u64) -> Result<Option<State>> {
        let mut statement = self.connection.prepare_cached("select state from row where position = ?1")?;
        let state: Option<String> = statement.query_row([signed(position)], |row| row.get(0)).optional()?;
        Ok(state.and_then(|word| State::read(&word)))
    }

    /// Whether any customer is in several rows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn has_repeated(&self) -> Result<bool> {
        Ok(self.connection.prepare("select 1 from repeated limit 1")?.exists([])?)
    }

    /// Whether the customer is in several rows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn is_repeated(&self, customer: u32) -> Result<bool> {
        let mut statement = self.connection.prepare_cached("select 1 from repeated where customer = ?1")?;
        Ok(statement.exists([customer])?)
    }

    /// The number of an earlier row of the customer that failed, is unknown or was skipped.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn held_by(&self, row: RowId) -> Result<Option<u64>> {
        let mut statement = self.connection.prepare_cached(
            "select number from row where customer = ?1 and position < ?2
             and (state = 'failed' or state = 'unknown' or state = 'skipped') order by position limit 1",
        )?;
        let found: Option<i64> =
            statement.query_row(params![row.customer, signed(row.position)], |row| row.get(0)).optional()?;
        Ok(found.map(unsigned))
    }

    /// Whether a later row of the customer was attempted.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn has_later(&self, row: RowId) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(
            "select 1 from row where customer = ?1 and position > ?2 and state in ('sent', 'done', 'failed', 'unknown')
             limit 1",
        )?;
        Ok(statement.exists(params![row.customer, signed(row.position)])?)
    }

    /// How many of so many rows are in each state.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn counts(&self, rows: u64) -> Result<Counts> {
        // SQLite would sort the rows to group them, for which it wants memory that grows with them.
        let sums = State::ALL.map(|state| format!("coalesce(sum(state = '{}'), 0)", state.word()));
        let query = format!("select {} from row", sums.join(", "));
        let counts = self.connection.query_row(&query, [], |row| {
            let mut states = State::ALL.into_iter().enumerate();
            states.try_fold(Counts::pending(rows), |counts, (i, state)| {
                Ok(counts.with(state, unsigned(row.get(i)?)))
            })
        })?;
        let doubt = self.number("doubt")?.min(rows);
        let known = self.count("select count(*) from row where position <= ?1", [signed(doubt)])?;
        Ok(counts.with(State::Unknown, doubt.saturating_sub(known)))
    }

    fn count(&self, query: &str, parameters: impl rusqlite::Params) -> Result<u64> {
        Ok(unsigned(self.connection.query_row(query, parameters, |row| row.get(0))?))
    }

    /// Calls this with what is stored of each row, in the order of the input, until it says that it is enough.
    ///
    /// # Errors
    /// If the database cannot be read; what the callee ends it with.
    pub fn each_row<E: From<Error>>(
        &self,
        mut each: impl FnMut(Stored) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let query = "select position, state, message, hint from row order by position";
        let mut statement = self.connection.prepare(query).map_err(Error::from)?;
        let mut rows = statement.query([]).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            each(stored(row).map_err(Error::from)?)?;
        }
        Ok(())
    }

    /// The first rows that have ended: number, customer, state and message.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn first_rows(&self, most: u64) -> Result<Vec<FirstRow>> {
        let query =
            "select number, customer, state, coalesce(message, '') from row order by position limit ?1";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([signed(most)], |row| {
            let word: String = row.get(2)?;
            Ok((
                unsigned(row.get(0)?),
                row.get(1)?,
                State::read(&word).unwrap_or(State::Unknown),
                row.get(3)?,
            ))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The reasons why rows are in this state, with how many rows have each and the first of these, the most frequent first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn reasons(&self, state: State, most: usize) -> Result<Vec<Reason>> {
        let query = "select message, hint, count(*) as times, min(number), customer from row where state = ?1
            group by message order by times desc, min(number) limit ?2";
        let mut statement = self.connection.prepare(query)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![state.word(), most], |row| {
            let message: Option<String> = row.get(0)?;
            Ok(Reason {
                message: message.unwrap_or_default(),
                hint: row.get(1)?,
                rows: unsigned(row.get(2)?),
                first: unsigned(row.get(3)?),
                // SQLite takes it from the row with the least number.
                customer: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Calls this with the values of each row that has some, the last row first: an undo goes backwards.
    ///
    /// # Errors
    /// If the database cannot be read; what the callee ends it with.
    pub fn each_backup<E: From<Error>>(
        &self,
        mut each: impl FnMut(RowId, Values) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let query =
            "select backup.position, backup.number, backup.customer, before, sent, filled, not_restored
            from backup join row using(position) order by backup.position desc";
        let mut statement = self.connection.prepare(query).map_err(Error::from)?;
        let mut rows = statement.query([]).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let read = || -> rusqlite::Result<(RowId, Values)> {
                let id = RowId {
                    position: unsigned(row.get(0)?),
                    number: unsigned(row.get(1)?),
                    customer: row.get(2)?,
                };
                let values = Values {
                    before: row.get(3)?,
                    sent: row.get(4)?,
                    filled: row.get(5)?,
                    not_restored: row.get(6)?,
                };
                Ok((id, values))
            };
            let (id, values) = read().map_err(Error::from)?;
            each(id, values)?;
        }
        Ok(())
    }

    /// The digests of the input's blocks.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn blocks(&self) -> Result<Vec<[u8; 32]>> {
        let mut statement = self.connection.prepare("select digest from block order by number")?;
        let rows = statement.query_map([], |row| row.get::<_, [u8; 32]>(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    fn committed(&self) {}

    /// Only what SQLite itself says counts as synced: 2 is `full`.
    #[cfg(test)]
    fn committed(&mut self) {
        let level: i64 =
            self.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).expect("a level");
        self.written(Written::Commit { synced: level >= 2 });
    }

    #[cfg(test)]
    fn written(&mut self, what: Written) {
        if let Some(hook) = &mut self.on_commit {
            (hook.0)(what);
        }
    }
}

fn unusable(error: std::io::Error) -> Error {
    Error::Sqlite(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    let word: String = row.get(1)?;
    Ok(Stored {
        position: unsigned(row.get(0)?),
        // A state that is not known may have been anything.
        state: State::read(&word).unwrap_or(State::Unknown),
        message: row.get(2)?,
        hint: row.get(3)?,
    })
}

/// Each statement changes one row at most: for one that might change more, as `insert or replace` does, SQLite would copy
/// the pages that it writes to be able to take it back.
fn write(connection: &Connection, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Sent(row, values) => {
            let query = "insert or ignore into row(position, number, customer, state, attempts)
                values(?1, ?2, ?3, 'sent', 1)";
            let new = params![signed(row.position), signed(row.number), row.customer];
            if connection.prepare_cached(query)?.execute(new)? == 0 {
                let query = "update row set state = 'sent', attempts = attempts + 1 where position = ?1";
                connection.prepare_cached(query)?.execute([signed(row.position)])?;
            }
            if let Some(values) = values {
                // What the customer held before the first attempt stays.
                let mut statement = connection
                    .prepare_cached("insert or ignore into backup values(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
                statement.execute(params![
                    signed(row.position),
                    signed(row.number),
                    row.customer,
                    values.before,
                    values.sent,
                    values.filled,
                    values.not_restored
                ])?;
            }
        }
        Change::TakenBack { row, was_unknown: true } => {
            let query = "update row set state = 'unknown' where position = ?1 and state = 'sent'";
            connection.prepare_cached(query)?.execute([signed(row.position)])?;
        }
        Change::TakenBack { row, was_unknown: false } => {
            let query = "delete from row where position = ?1 and state = 'sent'";
            connection.prepare_cached(query)?.execute([signed(row.position)])?;
            let query = "delete from backup where position = ?1";
            connection.prepare_cached(query)?.execute([signed(row.position)])?;
        }
        Change::Ended(ended) => {
            let update =
                "update row set state = ?4, attempts = ?5, status = ?6, code = ?7, message = ?8, hint = ?9,
                ended = ?10, took = ?11 where position = ?1 and number = ?2 and customer is ?3";
            let insert =
                "insert into row(position, number, customer, state, attempts, status, code, message, hint,
                ended, took) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
            let values = params![
                signed(ended.row.position),
                signed(ended.row.number),
                ended.row.customer,
                ended.state.word(),
                ended.attempts,
                ended.status,
                ended.code,
                ended.message,
                ended.hint,
                ended.ended,
                signed(ended.took)
            ];
            // Nearly every row has its mark.
            if connection.prepare_cached(update)?.execute(values)? == 0 {
                connection.prepare_cached(insert)?.execute(values)?;
            }
        }
    }
    Ok(())
}

fn entry(key: &str, value: Json) -> Map<String, Json> {
    [(key.to_owned(), value)].into_iter().collect()
}

fn write_head(connection: &Connection, head: &Map<String, Json>) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("insert or replace into head values(?1, ?2)")?;
    for (key, value) in head {
        statement.execute([key, &value.to_string()])?;
    }
    Ok(())
}

/// SQLite's integers have a sign; no count comes near.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
