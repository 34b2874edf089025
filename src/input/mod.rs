//! The doors: the ways in which the fields of a patch come in. They never print and never stop at the first problem.

#[cfg(test)]
mod agreement;
pub mod file;
pub mod flags;
pub mod prompt;
pub mod shorthand;
pub mod suggestions;
