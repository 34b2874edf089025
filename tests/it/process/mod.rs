//! The process itself: its signals, its streams, its environment, its exit codes and the forms of its output.

mod hints;
mod output;
#[cfg(unix)]
mod signals;
mod streams;
#[cfg(unix)]
mod width;
