//! Whole texts, read within a limit, and JSON and TOML in them as trees with positions.

pub mod line;
pub mod read;
pub mod tree;
