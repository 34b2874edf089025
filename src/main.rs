//! `booster` changes customer records in the Booster CRM.

mod customer;
mod escape;
mod field;
mod iso;
mod patch;
mod problem;
mod wire;

fn main() {}
