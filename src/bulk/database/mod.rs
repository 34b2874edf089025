//! `run.db`: what is known of each row that was attempted, in a SQLite database which is the run's lock as well.
//!
//! Before a row goes out, the *horizon* ("rows up to here may have been sent") is committed and synced, and its *sent*
//! mark is committed. A mark or an outcome is not synced by itself: it survives the process, but perhaps not the
//! machine. So after a kill the marks are complete, and after a power cut every row up to the horizon without an outcome
//! is in doubt.

mod changes;
mod figures;
mod rows;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde_json::{Map, Value as Json};

use super::state::{Counts, State};
use crate::platform::private;
use changes::write;
pub use changes::{Change, Ended, RowId, Values};
pub use figures::Slice;
pub use rows::{FirstRow, Stored};

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
        // In KiB. Rows come in order, so a larger one would hold what nobody asks for again.
        connection.pragma_update(None, "cache_size", -512)?;
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

    /// Commits these changes. They survive the process, but not a power cut, unless a horizon is among them.
    ///
    /// # Errors
    /// If they cannot be written: a full disk.
    pub fn commit(&mut self, changes: &[Change]) -> Result<()> {
        let write_all =
            |connection: &Connection| changes.iter().try_for_each(|change| write(connection, change));
        if changes.iter().any(|change| matches!(change, Change::Horizon(_))) {
            return self.synced(write_all);
        }
        let transaction = self.connection.transaction()?;
        write_all(&transaction)?;
        transaction.commit()?;
        self.committed();
        Ok(())
    }

    /// Takes over what another process left. On another boot, or where none is known, every row up to the horizon is in
    /// doubt unless its outcome is there, or the process noted by [`Database::settle`] that all is. Rows that were skipped may
    /// be sent from now on, unless the row that held them back has failed for good.
    ///
    /// # Errors
    /// As [`Database::commit`].
    pub fn claim(&mut self, boot: Option<&str>) -> Result<()> {
        const SKIPPED: &str = "from row where state = 'skipped' and not exists (
            select 1 from row as earlier where earlier.customer = row.customer
            and earlier.position < row.position and earlier.state = 'failed')";
        let stored = self.value("boot")?;
        let is_same_boot = boot.is_some() && stored.as_ref().and_then(Json::as_str) == boot;
        let (horizon, settled) = (self.number("horizon")?, self.number("settled")?);
        let is_known = is_same_boot || settled == horizon;
        let has_skipped = self.connection.prepare(&format!("select 1 {SKIPPED} limit 1"))?.exists([])?;
        if is_same_boot && settled == 0 && !has_skipped {
            return Ok(());
        }
        let doubt = self.number("doubt")?.max(if is_known { 0 } else { horizon });
        self.synced(|transaction| {
            if is_known {
                transaction.execute(&format!("delete {SKIPPED}"), [])?;
            } else {
                // They may have been sent since they were skipped, and the mark of it lost.
                let query = format!(
                    "update row set state = 'unknown', message = null, hint = null
                    where position in (select position {SKIPPED} and position <= ?1)"
                );
                transaction.execute(&query, [signed(doubt)])?;
            }
            // Marks that are made from now on may be lost again.
            write_head(transaction, &entry("settled", 0.into()))?;
            write_head(transaction, &entry("boot", boot.into()))?;
            write_head(transaction, &entry("doubt", doubt.into()))
        })
    }

    /// Notes, synced, that every mark and every outcome up to the horizon is there: the process sends no more.
    ///
    /// # Errors
    /// As [`Database::commit`].
    pub fn settle(&mut self) -> Result<()> {
        let horizon = self.number("horizon")?;
        self.set("settled", horizon.into())
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
