//! The sandbox from outside and inside the process.

#[path = "../common/mod.rs"]
mod common;

mod messages;
mod service;
