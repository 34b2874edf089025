//! What Ctrl-C and SIGTERM do: before the request leaves they end the command at once, while it is under way they
//! end it with an unknown outcome, afterwards they can only cut the printing short.
//!
//! A thread waits for them, so that they are seen while the runtime is blocked, by a pipe or by a question.

use std::io;
use std::pin::pin;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use tokio::sync::Notify;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    Terminate,
}

impl Signal {
    /// By the shells' custom, 128 and the signal's number.
    pub fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
        }
    }
}

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

/// The watcher of this process, so that [`while_blocked`] can be called from anywhere.
static WATCHER: OnceLock<Arc<Watcher>> = OnceLock::new();

pub struct Interrupts {
    watcher: Arc<Watcher>,
}

struct Watcher {
    state: Mutex<State>,
    /// Told of a signal that the runtime has to handle.
    arrival: Notify,
    /// Called before a signal ends the process, with how far the command is.
    on_signal: Box<dyn Fn(Signal, Phase) + Send + Sync>,
}

struct State {
    phase: Phase,
    /// A signal that nobody has handled yet.
    pending: Option<Signal>,
    /// Whether the runtime waits until somebody takes what is written.
    is_blocked: bool,
}

/// Writes to where nobody may read. While it blocks, a signal ends the process in every phase: the runtime cannot
/// handle it.
pub fn while_blocked<T>(write: impl FnOnce() -> T) -> T {
    let Some(watcher) = WATCHER.get() else { return write() };
    let pending = {
        let mut state = watcher.lock();
        state.is_blocked = true;
        state.pending.take()
    };
    if let Some(signal) = pending {
        // By a thread of its own, since the write may well not block.
        let watcher = Arc::clone(watcher);
        std::thread::spawn(move || watcher.stop(signal));
    }
    let written = write();
    watcher.lock().is_blocked = false;
    written
}

impl Interrupts {
    /// Watches for signals, once in a process. `on_signal` is called before one ends the process.
    ///
    /// # Errors
    /// Where the system takes no signal handler, or no thread.
    pub fn watch(on_signal: impl Fn(Signal, Phase) + Send + Sync + 'static) -> io::Result<Interrupts> {
        let watcher = Watcher {
            state: Mutex::new(State { phase: Phase::Before, pending: None, is_blocked: false }),
            arrival: Notify::new(),
            on_signal: Box::new(on_signal),
        };
        let watcher = WATCHER.get_or_init(|| Arc::new(watcher));
        let by_thread = Arc::clone(watcher);
        let thread = SignalThread::start("signals", &[SIGINT, SIGTERM], move |number| {
            by_thread.arrived(if number == SIGTERM { Signal::Terminate } else { Signal::Interrupt });
        })?;
        // The result is printed after everything else is dropped, and that can be interrupted, too.
        std::mem::forget(thread);
        Ok(Interrupts { watcher: Arc::clone(watcher) })
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
        self.watcher.enter(Phase::Sending);
    }

    /// Waits for a request to end, or for a signal, which may have come before it is begun.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn or_signal<F: Future>(&self, sending: F) -> Result<F::Output, Signal> {
        let ended = self.or_pending_signal(sending).await;
        self.watcher.enter(Phase::After);
        ended
    }

    /// As [`Interrupts::or_signal`], for what sends nothing and must not end in the middle, since it has to tidy up.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn before_sending<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let ended = self.or_pending_signal(work).await;
        self.watcher.enter(Phase::Before);
        ended
    }

    async fn or_pending_signal<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let pending = self.watcher.lock().pending.take();
        if let Some(signal) = pending {
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
        self.watcher.enter(Phase::After);
    }

    async fn signal(&self) -> Signal {
        loop {
            let mut arrival = pin!(self.watcher.arrival.notified());
            // From here on no arrival is missed.
            arrival.as_mut().enable();
            let pending = self.watcher.lock().pending.take();
            if let Some(signal) = pending {
                return signal;
            }
            arrival.await;
        }
    }
}

impl Watcher {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the next phase, unless a signal is ending the process: then nothing more may be sent or printed. One that
    /// has come before anything was sent ends it now.
    fn enter(self: &Arc<Watcher>, next: Phase) {
        let mut state = self.lock();
        if state.phase == Phase::Ending {
            drop(state);
            park_forever();
        }
        if state.phase == Phase::Before
            && let Some(signal) = state.pending.take()
        {
            drop(state);
            self.stop(signal);
        }
        state.phase = next;
    }

    /// Ends the process, or leaves the signal to whoever waits for it in the runtime: a request under way has to note
    /// it, and a result that was printed is not taken back.
    fn arrived(self: &Arc<Watcher>, signal: Signal) {
        let mut state = self.lock();
        match state.phase {
            Phase::Sending | Phase::After if !state.is_blocked => {
                state.pending = Some(signal);
                drop(state);
                self.arrival.notify_waiters();
            }
            Phase::Before | Phase::Sending | Phase::After => {
                drop(state);
                self.stop(signal);
            }
            Phase::Ending => {}
        }
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
}

/// A thread that calls a function with each of these signals, until it is dropped.
#[derive(Debug)]
pub struct SignalThread(signal_hook::iterator::Handle);

impl SignalThread {
    /// # Errors
    /// Where the system takes no signal handler, or no thread.
    pub fn start(
        name: &str,
        signals: &[i32],
        mut on_signal: impl FnMut(i32) + Send + 'static,
    ) -> io::Result<SignalThread> {
        let mut signals = signal_hook::iterator::Signals::new(signals)?;
        let thread = SignalThread(signals.handle());
        let builder = std::thread::Builder::new().name(name.to_owned()).stack_size(128 << 10);
        builder.spawn(move || signals.forever().for_each(&mut on_signal))?;
        Ok(thread)
    }
}

impl Drop for SignalThread {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn park_forever() -> ! {
    loop {
        std::thread::park();
    }
}
