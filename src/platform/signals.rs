//! What Ctrl-C and SIGTERM do: before the request leaves they end the command at once, while it is under way they
//! end it with an unknown outcome, afterwards they can only cut the printing short.
//!
//! Whatever the runtime waits for is given up by the runtime. What blocks it, a pipe that is read or a question that is
//! asked, says so beforehand by [`about_to_wait`]; then a thread watches, which a patch by flags or file never needs.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

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
    /// A request is about to leave or under way; whoever waits for it is told.
    Sending,
    /// The outcome is known, and is about to be printed.
    After,
    /// A signal is ending the process; nothing else may happen any more.
    Ending,
}

/// How long the last words may take: who is to read them may have stopped reading.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What the process watches, for [`about_to_wait`] from anywhere.
static WATCHED: OnceLock<Arc<Watched>> = OnceLock::new();

pub struct Interrupts {
    watched: Arc<Watched>,
    /// Readable as soon as a signal has come.
    arrival: tokio::net::UnixStream,
}

struct Watched {
    state: Mutex<State>,
    /// Says that a signal ends the process, and how far it was.
    last_words: Box<dyn Fn(Signal, Phase) + Send + Sync>,
}

struct State {
    phase: Phase,
    signals: SignalDelivery<UnixStream, SignalOnly>,
    has_thread: bool,
    /// Whether the runtime waits until somebody takes what is written.
    is_blocked: bool,
}

/// Says that the runtime is about to wait for what may take for ever, so that a signal must be seen beside it. Costs
/// nothing from the second time on.
pub fn about_to_wait() {
    if let Some(watched) = WATCHED.get() {
        watched.start_thread();
    }
}

/// Writes what somebody may never take. Then nobody else can see to a request that is under way, nor is there anything
/// to wait for once the outcome is known.
pub fn while_blocked<T>(write: impl FnOnce() -> T) -> T {
    let Some(watched) = WATCHED.get() else { return write() };
    watched.lock().is_blocked = true;
    watched.start_thread();
    let written = write();
    watched.lock().is_blocked = false;
    written
}

impl Interrupts {
    /// Watches for signals, once in a process, within the runtime. `last_words` says that one ends the process.
    ///
    /// # Errors
    /// Where the system takes no signal handler.
    pub fn watch(last_words: impl Fn(Signal, Phase) + Send + Sync + 'static) -> io::Result<Interrupts> {
        let (arrival, handler) = UnixStream::pair()?;
        let signals =
            SignalDelivery::with_pipe(arrival.try_clone()?, handler, SignalOnly, [SIGINT, SIGTERM])?;
        let watched = Watched {
            state: Mutex::new(State { phase: Phase::Before, signals, has_thread: false, is_blocked: false }),
            last_words: Box::new(last_words),
        };
        let watched = WATCHED.get_or_init(|| Arc::new(watched)).clone();
        arrival.set_nonblocking(true)?;
        Ok(Interrupts { watched, arrival: tokio::net::UnixStream::from_std(arrival)? })
    }

    /// Carries out a command; a signal ends the process wherever the command says nothing else.
    pub async fn or_stop<F: Future>(&self, command: F) -> F::Output {
        tokio::select! {
            biased;
            output = command => output,
            signal = self.signal() => self.watched.stop(signal),
        }
    }

    /// From here on a signal waits for [`Interrupts::or_signal`], so that what is written before the request can be
    /// tidied away again.
    pub fn about_to_send(&self) {
        self.stop_if_told();
        self.watched.enter(Phase::Sending);
    }

    /// Waits for a request to end, or for a signal, which may have come before it is begun.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn or_signal<F: Future>(&self, sending: F) -> Result<F::Output, Signal> {
        let ended = self.told_of_signals(pin!(sending)).await;
        self.watched.enter(Phase::After);
        ended
    }

    /// As [`Interrupts::or_signal`], for what sends nothing and must not end in the middle, since it has to tidy up.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn before_sending<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let ended = self.told_of_signals(pin!(work)).await;
        self.watched.enter(Phase::Before);
        ended
    }

    async fn told_of_signals<F: Future>(&self, work: Pin<&mut F>) -> Result<F::Output, Signal> {
        let already = self.watched.lock().signal();
        if let Some(signal) = already {
            return Err(signal);
        }
        self.watched.enter(Phase::Sending);
        tokio::select! {
            biased;
            output = work => Ok(output),
            signal = self.signal() => Err(signal),
        }
    }

    /// Notes that the command has ended and its result is about to be printed.
    pub fn ended(&self) {
        self.stop_if_told();
        self.watched.enter(Phase::After);
    }

    /// Ends the process where a signal came while nobody waited for anything, and nothing was sent yet.
    fn stop_if_told(&self) {
        let mut state = self.watched.lock();
        if state.phase == Phase::Before
            && let Some(signal) = state.signal()
        {
            drop(state);
            self.watched.stop(signal);
        }
    }

    async fn signal(&self) -> Signal {
        loop {
            if self.arrival.readable().await.is_err() {
                // The runtime is ending, and with it whatever is waited for.
                return std::future::pending().await;
            }
            // Emptied, so that it becomes readable again with the next signal.
            let _ = self.arrival.try_read(&mut [0; 16]);
            let signal = self.watched.lock().signal();
            if let Some(signal) = signal {
                return signal;
            }
        }
    }
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to the next phase, unless a signal is ending the process: then nothing may be sent or printed besides.
    fn enter(&self, next: Phase) {
        let mut state = self.lock();
        if state.phase == Phase::Ending {
            drop(state);
            stand_still();
        }
        state.phase = next;
    }

    fn stop(self: &Arc<Watched>, signal: Signal) -> ! {
        let mut state = self.lock();
        let phase = std::mem::replace(&mut state.phase, Phase::Ending);
        // The lock is let go, so that the command stands still at its next step instead of at this one.
        drop(state);
        if phase == Phase::Ending {
            stand_still();
        }
        let (tell, told) = mpsc::channel();
        let watched = Arc::clone(self);
        // Where no thread is to be had, or the words take too long, it ends without them.
        let _ = std::thread::Builder::new().spawn(move || {
            (watched.last_words)(signal, phase);
            let _ = tell.send(());
        });
        let _ = told.recv_timeout(LAST_WORDS);
        std::process::exit(signal.exit_code().into())
    }

    fn start_thread(self: &Arc<Watched>) {
        let mut state = self.lock();
        if !state.has_thread
            && let Ok(arrival) = state.signals.get_read().try_clone()
        {
            let watched = Arc::clone(self);
            let thread = std::thread::Builder::new().name("signals".to_owned()).stack_size(128 << 10);
            // Where no thread is to be had, Ctrl-C is answered as soon as the waiting is over.
            state.has_thread = thread.spawn(move || watched.watch(&arrival)).is_ok();
        }
    }

    /// Waits for a signal beside what blocks the runtime. During a request the runtime sees to it, unless it is
    /// blocked; a result that was printed is not taken back.
    fn watch(self: &Arc<Watched>, arrival: &UnixStream) {
        loop {
            wait_for(arrival);
            let mut state = self.lock();
            if state.phase == Phase::Ending || state.phase != Phase::Before && !state.is_blocked {
                state.has_thread = false;
                return;
            }
            if let Some(signal) = state.signal() {
                drop(state);
                self.stop(signal);
            }
        }
    }
}

impl State {
    /// A signal that has come and that nobody was told of.
    fn signal(&mut self) -> Option<Signal> {
        self.signals.pending().next().map(|number| match number {
            SIGTERM => Signal::Terminate,
            _ => Signal::Interrupt,
        })
    }
}

impl fmt::Debug for Interrupts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Interrupts")
            .field("phase", &self.watched.lock().phase)
            .finish_non_exhaustive()
    }
}

fn wait_for(arrival: &UnixStream) {
    use rustix::event::{PollFd, PollFlags, poll};
    // An error is an interruption, after which it is looked at all the same.
    let _ = poll(&mut [PollFd::new(arrival, PollFlags::IN)], None);
}

fn stand_still() -> ! {
    loop {
        std::thread::park();
    }
}
