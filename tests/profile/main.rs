//! Profiles: what a command takes from them, and the commands that show and change them.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod resolution;
