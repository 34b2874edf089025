//! What the report shows of the rows: over time, by how long they took, and those that were not done.

use rusqlite::params;

use super::{Database, Result, State, signed, unsigned};

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

    /// The rows in so many parts of the time from the first to the last of them. Parts without a row are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn slices(&self, parts: u32) -> Result<Vec<Slice>> {
        let Some((first, last)) = self.times()? else { return Ok(Vec::new()) };
        let query = "select min((ended - ?1) * ?3 / max(?2 - ?1, 1), ?3 - 1) as part,
            sum(state in ('done', 'unchanged')), sum(state not in ('done', 'unchanged'))
            from row where ended is not null group by part order by part";
        let mut statement = self.connection.prepare(query)?;
        let slices = statement.query_map(params![first, last, parts], |row| {
            Ok(Slice { number: row.get(0)?, good: unsigned(row.get(1)?), bad: unsigned(row.get(2)?) })
        })?;
        Ok(slices.collect::<rusqlite::Result<_>>()?)
    }

    /// How many of the rows that were sent took less than each of these times, in milliseconds, and not less than the one
    /// before.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn classes(&self, ends: &[u64]) -> Result<Vec<u64>> {
        let mut from = 0;
        let query = "select count(*) from row where attempts > 0 and took >= ?1 and took < ?2";
        let mut statement = self.connection.prepare(query)?;
        ends.iter()
            .map(|end| {
                let number = statement.query_row(params![signed(from), signed(*end)], |row| row.get(0))?;
                from = *end;
                Ok(unsigned(number))
            })
            .collect()
    }

    /// The times in milliseconds within which these parts in a hundred of the rows that were sent have ended.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn percentiles(&self, percents: &[u64]) -> Result<Vec<u64>> {
        let rows = self.count("select count(*) from row where attempts > 0 and took is not null", [])?;
        let query =
            "select took from row where attempts > 0 and took is not null order by took limit 1 offset ?1";
        let mut statement = self.connection.prepare(query)?;
        percents
            .iter()
            .map(|percent| {
                let offset = (rows * percent).div_ceil(100).saturating_sub(1);
                Ok(unsigned(statement.query_row([signed(offset)], |row| row.get(0))?))
            })
            .collect()
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
