//! `booster` changes customer records in the Booster CRM.

mod customer;
mod doors;
mod escape;
mod field;
mod iso;
mod patch;
mod problem;
mod rules;
mod spelling;
mod wire;

fn main() {}
