//! SIGINT and SIGTERM, by a pipe that becomes readable when one comes.

use std::io;
use std::os::unix::net::UnixStream;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::signal::Signal;

/// The signals that have come.
pub struct Inbox(SignalDelivery<UnixStream, SignalOnly>);

/// Waits within the runtime.
pub struct Arrival(tokio::net::UnixStream);

/// Waits on a thread of its own.
pub struct Waiter(UnixStream);

/// Takes over what the signals do, within the runtime.
///
/// # Errors
/// If the system takes no signal handler.
pub fn watch() -> io::Result<(Inbox, Arrival)> {
    let (arrival, handler) = UnixStream::pair()?;
    let signals = SignalDelivery::with_pipe(arrival.try_clone()?, handler, SignalOnly, [SIGINT, SIGTERM])?;
    arrival.set_nonblocking(true)?;
    Ok((Inbox(signals), Arrival(tokio::net::UnixStream::from_std(arrival)?)))
}

impl Inbox {
    /// A signal that has come and was not yet taken.
    pub fn take(&mut self) -> Option<Signal> {
        self.0.pending().next().map(|number| match number {
            SIGTERM => Signal::Terminate,
            _ => Signal::Interrupt,
        })
    }

    /// # Errors
    /// If the process may open no more files.
    pub fn waiter(&self) -> io::Result<Waiter> {
        self.0.get_read().try_clone().map(Waiter)
    }
}

impl Arrival {
    /// Returns when a signal may have come.
    ///
    /// # Errors
    /// If the runtime is ending.
    pub async fn wait(&self) -> io::Result<()> {
        self.0.readable().await?;
        // Emptied, so that it becomes readable again with the next signal.
        let _ = self.0.try_read(&mut [0; 16]);
        Ok(())
    }
}

impl Waiter {
    /// Returns when a signal may have come.
    pub fn wait(&self) {
        use rustix::event::{PollFd, PollFlags, poll};
        // An error is an interruption, after which the caller looks for a signal all the same.
        let _ = poll(&mut [PollFd::new(&self.0, PollFlags::IN)], None);
    }
}
