//! Which customers are in several rows, found without holding all of them in memory.

use rusqlite::Connection;

use super::Result;

/// The customers of all rows, in a temporary file of SQLite's that goes with the process.
#[derive(Debug)]
pub struct Customers {
    connection: Connection,
}

impl Customers {
    /// # Errors
    /// If there is no room for temporary files.
    pub fn new() -> Result<Customers> {
        let connection = Connection::open("")?;
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "cache_size", -512)?;
        connection.execute_batch("create table seen(customer integer not null); begin")?;
        Ok(Customers { connection })
    }

    /// # Errors
    /// If there is no room for temporary files.
    pub fn add(&mut self, customer: u32) -> Result<()> {
        self.connection.prepare_cached("insert into seen values(?1)")?.execute([customer])?;
        Ok(())
    }

    /// Calls this with each customer that is in several rows, and how many rows these are.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub fn each_repeated(&self, mut each: impl FnMut(u32, u64)) -> Result<()> {
        let query = "select customer, count(*) from seen group by customer having count(*) > 1";
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(row.get(0)?, super::unsigned(row.get(1)?));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_in_several_rows_is_found_whatever_stands_between() {
        let mut customers = Customers::new().expect("room");
        for customer in [5, 1, 2, 5, 3, 1, 5] {
            customers.add(customer).expect("room");
        }
        let mut found = Vec::new();
        customers.each_repeated(|customer, rows| found.push((customer, rows))).expect("room");
        assert_eq!(found, [(1, 2), (5, 3)]);
    }
}
