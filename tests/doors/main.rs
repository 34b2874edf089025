//! The doors and the rules through the real binary.

#[path = "../common/mod.rs"]
mod common;

mod agreement;
mod files;
mod rules;
mod ways_in;
