//! What ends the process from outside: Ctrl-C and SIGTERM on Unix; Ctrl-C, Ctrl-Break, closing the window, logging off
//! and shutting down on Windows.

mod interrupts;
mod signal;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub use interrupts::{Interrupts, Phase, about_to_wait, while_blocked};
pub use signal::Signal;
