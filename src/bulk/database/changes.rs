//! What happens to a row, and how the database keeps it.

use rusqlite::{Connection, params};

use super::{State, entry, signed, write_head};

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
    /// Rows up to this position may go out from now on.
    Horizon(u64),
}

/// Each statement changes one row at most: for one that might change more, as `insert or replace` does, SQLite would copy
/// the pages that it writes to be able to take it back.
pub(super) fn write(connection: &Connection, change: &Change) -> rusqlite::Result<()> {
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
        Change::Horizon(position) => write_head(connection, &entry("horizon", (*position).into()))?,
    }
    Ok(())
}
