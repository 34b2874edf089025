//! A bulk job: the rows of a table, checked whole, sent many at once, stopped and gone on with, without losing or
//! repeating a row. A row goes through the same pipeline as a single patch.

pub mod breaker;
pub mod check;
pub mod customers;
pub mod database;
pub mod folder;
pub mod in_flight;
pub mod input;
pub mod job_options;
pub mod journal;
mod mask;
pub mod options;
#[cfg(test)]
mod power_cut;
pub mod problems_file;
mod report;
mod restore;
pub mod results;
pub mod row;
pub mod shard;
pub mod state;
pub mod status;
pub mod work;
