//! Whole texts, read within a limit, and the trees that JSON and TOML in them make.

pub mod read;
pub mod tree;
