//! What Ctrl-C and SIGTERM do: before the request leaves they end the command at once, while it is under way they
//! end it with an unknown outcome, afterwards they can only cut the printing short.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

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
#[derive(Debug)]
enum Phase {
    /// Nothing was sent.
    Before,
    /// A request is under way; whoever waits for it is told.
    Sending(oneshot::Sender<Signal>),
    /// The outcome is known, and is about to be printed.
    After,
    /// A signal is ending the process; nothing else may happen any more.
    Ending,
}

#[derive(Debug, Clone)]
pub struct Interrupts {
    phase: Arc<Mutex<Phase>>,
}

impl Interrupts {
    /// Watches for signals in a thread of its own, since reading a file or a pipe can block this one. `stop` ends the
    /// process; it is told whether the outcome was known already.
    ///
    /// # Errors
    /// Where the system takes no signal handler.
    pub fn watch(stop: impl Fn(Signal, bool) + Send + 'static) -> std::io::Result<Interrupts> {
        let interrupts = Interrupts { phase: Arc::new(Mutex::new(Phase::Before)) };
        let watched = interrupts.clone();
        let mut signals =
            signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM])?;
        std::thread::Builder::new().name("signals".to_owned()).stack_size(128 << 10).spawn(move || {
            for signal in signals.forever() {
                let signal = match signal {
                    signal_hook::consts::SIGTERM => Signal::Terminate,
                    _ => Signal::Interrupt,
                };
                let mut phase = watched.phase.lock().unwrap_or_else(PoisonError::into_inner);
                match std::mem::replace(&mut *phase, Phase::Ending) {
                    Phase::Sending(waiting) => {
                        *phase = Phase::After;
                        // Nobody waits any more only if the answer came in the same moment.
                        let _ = waiting.send(signal);
                    }
                    // The lock is let go, so that the command stands still at its next step instead of at this one.
                    Phase::Before => {
                        drop(phase);
                        stop(signal, false);
                    }
                    Phase::After | Phase::Ending => {
                        drop(phase);
                        stop(signal, true);
                    }
                }
            }
        })?;
        Ok(interrupts)
    }

    /// Waits for a request to end, or for a signal.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn or_signal<F: Future>(&self, sending: F) -> Result<F::Output, Signal> {
        let ended = self.told_of_signals(sending).await;
        self.enter(Phase::After);
        ended
    }

    /// As [`Interrupts::or_signal`], for what sends nothing and must not end in the middle, since it has to tidy up.
    ///
    /// # Errors
    /// The signal that came first.
    pub async fn before_sending<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let ended = self.told_of_signals(work).await;
        self.enter(Phase::Before);
        ended
    }

    async fn told_of_signals<F: Future>(&self, work: F) -> Result<F::Output, Signal> {
        let (tell, told) = oneshot::channel();
        self.enter(Phase::Sending(tell));
        tokio::select! {
            biased;
            output = work => Ok(output),
            Ok(signal) = told => Err(signal),
        }
    }

    /// Notes that the command has ended and its result is about to be printed.
    pub fn ended(&self) {
        self.enter(Phase::After);
    }

    /// Goes on to the next phase, unless a signal is ending the process: then nothing may be sent or printed besides.
    fn enter(&self, next: Phase) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*phase, Phase::Ending) {
            drop(phase);
            loop {
                std::thread::park();
            }
        }
        *phase = next;
    }
}
