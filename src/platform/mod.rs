//! What differs between Unix and Windows.

pub mod core_files;
pub mod editor;
pub mod private;
pub mod regular;
pub mod replace;
pub mod shell;
pub mod signals;
pub mod tty;
