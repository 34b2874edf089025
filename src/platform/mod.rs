//! What differs between Unix and Windows.

pub mod boot;
pub mod core_files;
pub mod editor;
pub mod folders;
mod held;
pub mod private;
pub mod program;
pub mod regular;
pub mod replace;
#[cfg(windows)]
mod rights;
#[cfg(any(windows, test))]
mod sddl;
pub mod shell;
pub mod signals;
pub mod tty;
