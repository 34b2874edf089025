//! `booster` changes customer records in the Booster CRM.

mod customer;
mod doors;
mod escape;
mod explain;
mod field;
mod iso;
mod patch;
mod problem;
mod rules;
mod schema;
mod spelling;
mod template;
mod wire;
mod words;

fn main() {}
