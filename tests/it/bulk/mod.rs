//! Bulk runs by the real binary: tables checked, sent, stopped, gone on with, and what is left of them.

mod checking;
mod crm;
#[cfg(unix)]
mod faults;
mod guarding;
#[cfg(unix)]
mod kills;
mod moods;
mod resuming;
mod runs;
mod sending;
mod with_sandbox;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::common::World;

/// A table that sets the first name of these customers, one row each, to the number of the row.
fn names(customers: impl IntoIterator<Item = u32>) -> String {
    let rows = customers.into_iter().enumerate();
    let rows = rows.map(|(i, customer)| format!("{customer},N{}\n", i + 2));
    format!("boosterCustomerId,firstName\n{}", rows.collect::<String>())
}

/// `bulk` with these words, to this address; what the API's page requires is not asked for.
fn bulk<'a>(url: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    [&["bulk"], words, &["--base-url", url, "-o", "json"]].concat()
}

/// The run's folder.
fn folder(world: &World, run: &str) -> PathBuf {
    world.state("runs").join(run)
}

/// The states that a run's database has of its rows, by their numbers, as whoever opens it next will find them.
fn states(world: &World, run: &str) -> BTreeMap<u64, String> {
    // Opening the database itself would change its files.
    let (from, to) = (folder(world, run).join("run.db"), world.path("copy.db"));
    let log = |path: &PathBuf| PathBuf::from(format!("{}-wal", path.display()));
    std::fs::copy(&from, &to).expect("a database");
    let log_bytes = std::fs::read(log(&from)).unwrap_or_default();
    std::fs::write(log(&to), log_bytes).expect("room");
    let connection = rusqlite::Connection::open(&to).expect("a database");
    connection.pragma_update(None, "locking_mode", "exclusive").expect("alone");
    let mut statement = connection.prepare("select number, state from row").expect("a table");
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("a row")).map(|(number, state)| (number.cast_unsigned(), state)).collect()
}
