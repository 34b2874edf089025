//! What the database is asked of the rows: their states, how many are in each, and why.

use rusqlite::{OptionalExtension, params};

use super::{Counts, Database, Error, Result, RowId, State, Values, signed, unsigned};

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

impl Database {
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
        // Rows whose messages name their own customers have one reason.
        let query = "select message, hint, count(*) as times, min(number), customer from row where state = ?1
            group by replace(message, ifnull(customer, ''), '') order by times desc, min(number) limit ?2";
        let mut statement = self.connection.prepare(query)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![state.word(), most], |row| {
            let message: Option<String> = row.get(0)?;
            Ok(Reason {
                message: message.unwrap_or_default(),
                hint: row.get(1)?,
                rows: unsigned(row.get(2)?),
                first: unsigned(row.get(3)?),
                // SQLite takes it, as the message, from the row with the least number.
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
