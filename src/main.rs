//! `booster` changes customer records in the Booster CRM.

mod customer;
mod escape;
mod explain;
mod field;
mod iso;
mod patch;
mod problem;
mod schema;
mod template;
mod wire;
mod words;

fn main() {}
