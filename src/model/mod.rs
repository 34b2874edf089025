//! What the API page says of a customer, and what follows from it: fields, patches, rules and records, without files,
//! terminal or network.

#[cfg(test)]
pub mod arbitrary;
pub mod compare;
pub mod customer;
pub mod date;
pub mod describe;
pub mod diff;
pub mod field;
pub mod fill;
pub mod iso;
pub mod list_edit;
pub mod patch;
pub mod problem;
pub mod record;
pub mod revert;
pub mod rules;
pub mod wire;
