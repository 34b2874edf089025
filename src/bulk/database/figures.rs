//! What the report shows of the rows: over time, by how long they took, and those that were not done.

use std::collections::BTreeMap;

use super::{Database, Result, State, unsigned};

/// The rows that ended in one part of the run's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// From 0.
    pub number: u32,
    pub good: u64,
    /// Those that failed, are unknown or were skipped.
    pub bad: u64,
}

/// A row that was not done.
#[derive(Debug, Clone, PartialEq)]
pub struct NotDone {
    pub number: u64,
    pub customer: Option<u32>,
    pub state: State,
    pub status: Option<u16>,
    pub message: String,
}

impl Database {
    /// When the first and the last row ended, in milliseconds since 1970; none where none has.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn times(&self) -> Result<Option<(i64, i64)>> {
        let query = "select min(ended), max(ended) from row where ended is not null";
        let times: (Option<i64>, Option<i64>) =
            self.connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(times.0.zip(times.1))
    }

    /// The rows in so many parts of the time from the first to the last of them, as [`Database::times`] gives it. Parts without
    /// a row are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn slices(&self, parts: u32, (first, last): (i64, i64)) -> Result<Vec<Slice>> {
        // SQLite would sort the rows to group them, for which it wants memory that grows with them.
        let query = "select ended, state in ('done', 'unchanged') from row where ended is not null";
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut slices: Vec<Slice> = (0..parts).map(|number| Slice { number, good: 0, bad: 0 }).collect();
        while let Some(row) = rows.next()? {
            let (ended, is_good): (i64, bool) = (row.get(0)?, row.get(1)?);
            let part = (ended - first) * i64::from(parts) / (last - first).max(1);
            let part = usize::try_from(part).unwrap_or_default().min(slices.len().saturating_sub(1));
            if let Some(slice) = slices.get_mut(part) {
                slice.good += u64::from(is_good);
                slice.bad += u64::from(!is_good);
            }
        }
        slices.retain(|slice| slice.good + slice.bad > 0);
        Ok(slices)
    }

    /// How many of the rows that were sent took so many milliseconds.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn times_taken(&self) -> Result<BTreeMap<u64, u64>> {
        let query = "select took from row where attempts > 0 and took is not null";
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut times = BTreeMap::new();
        while let Some(row) = rows.next()? {
            *times.entry(unsigned(row.get(0)?)).or_default() += 1;
        }
        Ok(times)
    }

    /// The first rows that failed, are unknown or were skipped.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn not_done(&self, most: usize) -> Result<Vec<NotDone>> {
        let query = "select number, customer, state, status, coalesce(message, '') from row
            where state not in ('done', 'unchanged') order by position limit ?1";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            let word: String = row.get(2)?;
            Ok(NotDone {
                number: unsigned(row.get(0)?),
                customer: row.get(1)?,
                state: State::read(&word).unwrap_or(State::Unknown),
                status: row.get(3)?,
                message: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
