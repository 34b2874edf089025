//! Profiles: what a command takes from them, and the commands that show and change them.

mod commands;
mod resolution;
