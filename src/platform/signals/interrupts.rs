//! What a signal does: before the request leaves it ends the command at once, while it is under way it ends it with an
//! unknown outcome, afterwards it can only cut the printing short.
//!
//! Whatever the runtime waits for is cancelled by the runtime. What blocks it, reading a pipe or asking a question,
//! calls [`about_to_wait`] first; then a thread watches, which a patch by flags or file never needs.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::signal::Signal;
#[cfg(unix)]
use super::unix as system;
#[cfg(windows)]
use super::windows as system;

/// How far the command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was sent.
    Before,
    /// A request is about to leave or under way; whoever waits for it gets the signal.
    Sending,
    /// The outcome is known, and is about to be printed.
    After,
    /// A signal is ending the process; nothing else may happen any more.
    Ending,
}

/// How long `on_signal` may take: whoever reads what it writes may have stopped reading.
const ON_SIGNAL_LIMIT: Duration = Duration::from_millis(500);

/// The watcher of this process, so that [`about_to_wait`] can be called from anywhere.
static WATCHER: OnceLock<Arc<Watcher>> = OnceLock::new();

pub struct Interrupts {
    watcher: Arc<Watcher>,
    arrival: system::Arrival,
}

struct Watcher {
    state: Mutex<State>,
    /// Called before a signal ends the process, with how far the command is.
    on_signal: Box<dyn Fn(Signal, Phase) + Send + Sync>,
}

struct State {
    phase: Phase,
    inbox: system::Inbox,
    has_thread: bool,
    /// Whether the runtime waits until somebody takes what is written.
    is_blocked: bool,
}

/// To be called before the thread of the runtime blocks on what may never come, so that another one sees signals. Free
/// from the second call on.
pub fn about_to_wait() {
    if let Some(watcher) = WATCHER.get() {
        watcher.start_thread();
    }
}

/// Writes to where nobody may read. While it blocks, a signal ends the process in every phase: the runtime cannot
/// handle it.
pub fn while_blocked<T>(write: impl FnOnce() -> T) -> T {
    let Some(watcher) = WATCHER.get() else { return write() };
    watcher.lock().is_blocked = true;
    watcher.start_thread();
    let written = write();
    watcher.lock().is_blocked = false;
    written
}

impl Interrupts {
    /// Watches for signals, once in a process, within the runtime. `on_signal` is called before one ends the process.
    ///
    /// # Errors
    /// If the system takes no signal handler.
    pub fn watch(on_signal: impl Fn(Signal, Phase) + Send + Sync + 'static) -> io::Result<Interrupts> {
        let (inbox, arrival) = system::watch()?;
        let watcher = Watcher {
            state: Mutex::new(State { phase: Phase::Before, inbox, has_thread: false, is_blocked: false }),
            on_signal: Box::new(on_signal),
        };
        let watcher = WATCHER.get_or_init(|| Arc::new(watcher)).clone();
        Ok(Interrupts { watcher, arrival })
    }

    /// Runs a command; a signal ends the process, except where the command waits for signals itself.
    pub async fn or_stop<F: Future>(&self, command: F) -> F::Output {
        tokio::select! {
            biased;
            output = command => output,
            signal = self.signal() => self.watcher.stop(signal),
        }
    }

    /// From here on a signal waits for [`Interrupts::or_signal`], so that what is written before the request can be
    /// tidied away again.
    pub fn about_to_send(&self) {
        self.stop_if_signalled();
        self.watcher.enter(Phase::Sending);
    }

    /// Waits for a request to end, or for a signal, which may have come before it is begun.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn or_signal<F: Future>(&self, sending: F) -> Result<F::Output, Signal> {
        let ended = self.or_pending_signal(pin!(sending)).await;
        self.watcher.enter(Phase::After);
        ended
    }

    /// As [`Interrupts::or_signal`], for what sends nothing and must not end in the middle, since it has to tidy up.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn before_sending<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let ended = self.or_pending_signal(pin!(work)).await;
        self.watcher.enter(Phase::Before);
        ended
    }

    /// A signal that has come while something else ended, and that nobody has seen yet.
    pub fn pending(&self) -> Option<Signal> {
        self.watcher.lock().inbox.take()
    }

    async fn or_pending_signal<F: Future>(&self, work: Pin<&mut F>) -> Result<F::Output, Signal> {
        let already = self.watcher.lock().inbox.take();
        if let Some(signal) = already {
            return Err(signal);
        }
        self.watcher.enter(Phase::Sending);
        tokio::select! {
            biased;
            output = work => Ok(output),
            signal = self.signal() => Err(signal),
        }
    }

    /// Notes that the command has ended and its result is about to be printed.
    pub fn ended(&self) {
        self.stop_if_signalled();
        self.watcher.enter(Phase::After);
    }

    /// Ends the process where a signal came while nobody waited for anything, and nothing was sent yet.
    fn stop_if_signalled(&self) {
        let mut state = self.watcher.lock();
        if state.phase == Phase::Before
            && let Some(signal) = state.inbox.take()
        {
            drop(state);
            self.watcher.stop(signal);
        }
    }

    /// The next signal, for whoever goes on for a while after one.
    pub async fn signal(&self) -> Signal {
        loop {
            if self.arrival.wait().await.is_err() {
                // The runtime is ending, and with it whatever is waited for.
                return std::future::pending().await;
            }
            let signal = self.watcher.lock().inbox.take();
            if let Some(signal) = signal {
                return signal;
            }
        }
    }
}

impl Watcher {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the next phase, unless a signal is ending the process: then nothing more may be sent or printed.
    fn enter(&self, next: Phase) {
        let mut state = self.lock();
        if state.phase == Phase::Ending {
            drop(state);
            park_forever();
        }
        state.phase = next;
    }

    fn stop(self: &Arc<Watcher>, signal: Signal) -> ! {
        let mut state = self.lock();
        let phase = std::mem::replace(&mut state.phase, Phase::Ending);
        // Unlocked, so that the command parks at its next step instead of waiting for this lock.
        drop(state);
        if phase == Phase::Ending {
            park_forever();
        }
        let (sender, receiver) = mpsc::channel();
        let watcher = Arc::clone(self);
        // Where no thread can be started, or it takes too long, the process ends all the same.
        let _ = std::thread::Builder::new().spawn(move || {
            (watcher.on_signal)(signal, phase);
            let _ = sender.send(());
        });
        let _ = receiver.recv_timeout(ON_SIGNAL_LIMIT);
        std::process::exit(signal.exit_code().into())
    }

    fn start_thread(self: &Arc<Watcher>) {
        let mut state = self.lock();
        if !state.has_thread
            && let Ok(waiter) = state.inbox.waiter()
        {
            let watcher = Arc::clone(self);
            let thread = std::thread::Builder::new().name("signals".to_owned()).stack_size(128 << 10);
            // Where no thread can be started, Ctrl-C is handled as soon as the waiting is over.
            state.has_thread = thread.spawn(move || watcher.watch(&waiter)).is_ok();
        }
    }

    /// Waits for a signal while the runtime blocks. During a request the runtime handles it, unless it is blocked; a
    /// result that was printed is not taken back.
    fn watch(self: &Arc<Watcher>, waiter: &system::Waiter) {
        loop {
            waiter.wait();
            let mut state = self.lock();
            if state.phase == Phase::Ending || state.phase != Phase::Before && !state.is_blocked {
                state.has_thread = false;
                return;
            }
            if let Some(signal) = state.inbox.take() {
                drop(state);
                self.stop(signal);
            }
        }
    }
}

impl fmt::Debug for Interrupts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Interrupts")
            .field("phase", &self.watcher.lock().phase)
            .finish_non_exhaustive()
    }
}

fn park_forever() -> ! {
    loop {
        std::thread::park();
    }
}
