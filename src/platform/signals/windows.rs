//! The console's events on Windows, by a thread that waits for them.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
use tokio::sync::Notify;

use super::signal::Signal;

/// The signals that have come.
pub struct Inbox(Arc<Shared>);

/// Waits within the runtime.
pub struct Arrival(Arc<Shared>);

/// Waits on a thread of its own.
pub struct Waiter(Arc<Shared>);

#[derive(Default)]
struct Shared {
    signals: Mutex<VecDeque<Signal>>,
    came: Condvar,
    notify: Notify,
}

/// Takes over what the events do. After closing the window, logging off and shutting down, Windows leaves the process a
/// few seconds.
///
/// # Errors
/// If the system takes no handler, or no thread can be started.
pub fn watch() -> io::Result<(Inbox, Arrival)> {
    let shared: Arc<Shared> = Arc::default();
    let (mut interrupt, mut interrupt_by_break) = (ctrl_c()?, ctrl_break()?);
    let (mut close, mut logoff, mut shutdown) = (ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?);
    // The runtime of the command may be blocked when one comes.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let inbox = Arc::clone(&shared);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            loop {
                inbox.put(tokio::select! {
                    _ = interrupt.recv() => Signal::Interrupt,
                    _ = interrupt_by_break.recv() => Signal::Interrupt,
                    _ = close.recv() => Signal::Terminate,
                    _ = logoff.recv() => Signal::Terminate,
                    _ = shutdown.recv() => Signal::Terminate,
                });
            }
        });
    })?;
    Ok((Inbox(Arc::clone(&shared)), Arrival(shared)))
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Signal>> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, signal: Signal) {
        self.lock().push_back(signal);
        self.came.notify_all();
        self.notify.notify_one();
    }
}

impl Inbox {
    /// A signal that has come and was not yet taken.
    pub fn take(&mut self) -> Option<Signal> {
        self.0.lock().pop_front()
    }

    /// # Errors
    /// Never here.
    pub fn waiter(&self) -> io::Result<Waiter> {
        Ok(Waiter(Arc::clone(&self.0)))
    }
}

impl Arrival {
    /// Returns when a signal may have come.
    ///
    /// # Errors
    /// Never here.
    pub async fn wait(&self) -> io::Result<()> {
        // Of two that came at once one may be left.
        if self.0.lock().is_empty() {
            self.0.notify.notified().await;
        }
        Ok(())
    }
}

impl Waiter {
    /// Returns when a signal may have come.
    pub fn wait(&self) {
        let has_none = |signals: &mut VecDeque<Signal>| signals.is_empty();
        drop(self.0.came.wait_while(self.0.lock(), has_none));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_signals_at_once_are_both_seen_in_their_order() {
        let shared: Arc<Shared> = Arc::default();
        let (mut inbox, arrival) = (Inbox(Arc::clone(&shared)), Arrival(Arc::clone(&shared)));
        shared.put(Signal::Interrupt);
        shared.put(Signal::Terminate);
        for expected in [Signal::Interrupt, Signal::Terminate] {
            arrival.wait().await.expect("one came");
            inbox.waiter().expect("never fails").wait();
            assert_eq!(inbox.take(), Some(expected));
        }
        assert_eq!(inbox.take(), None);
    }
}
