//! The inputs: the ways in which the fields of a patch are given. They never print and never stop at the first problem.

#[cfg(test)]
mod agreement;
pub mod file;
mod flag_value;
pub mod flags;
pub mod prompt;
pub mod rows;
pub mod shorthand;
pub mod suggestions;
