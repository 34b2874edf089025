//! What the system does to a terminal: its end, the signals that come from it, and being stopped by Ctrl-Z.

use std::io;
use std::time::Duration;

/// Whether a process can be stopped and continued by its shell.
pub const CAN_STOP: bool = cfg!(unix);

/// Whether standard input has something to read within the time, which is less than a second. `poll` asks the terminal
/// itself, for systems where that is enough.
///
/// # Errors
/// If the terminal is gone.
#[cfg(unix)]
pub fn wait_for_input(
    patience: Duration,
    _poll: impl FnOnce(Duration) -> io::Result<bool>,
) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut fds = [PollFd::from_borrowed_fd(rustix::stdio::stdin(), PollFlags::IN)];
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(patience.subsec_nanos()) };
    match poll(&mut fds, Some(&timeout)) {
        Ok(_) if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
pub fn wait_for_input(
    patience: Duration,
    poll: impl FnOnce(Duration) -> io::Result<bool>,
) -> io::Result<bool> {
    poll(patience)
}

/// Whether a pipe or terminal takes so many bytes without blocking.
#[cfg(unix)]
pub fn takes_at_once(stream: &impl std::os::fd::AsFd, bytes: usize) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut stream = [PollFd::new(stream, PollFlags::OUT)];
    // A pipe that is ready takes this many at once.
    let fits = bytes < rustix::pipe::PIPE_BUF;
    fits && poll(&mut stream, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

#[cfg(not(unix))]
pub fn takes_at_once<T>(_: &T, _: usize) -> bool {
    false
}

/// Stops the process until its shell continues it.
pub fn stop_process() {
    #[cfg(unix)]
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTSTP);
}

/// Handles the signals that would leave a terminal in raw mode, until it is dropped.
#[derive(Debug)]
pub struct TerminalSignals {
    #[cfg(unix)]
    _thread: SignalThread,
}

impl TerminalSignals {
    /// `before_end` is called before a signal ends the process, `after_stop` when it was stopped and is continued.
    ///
    /// # Errors
    /// If the system takes no signal handler.
    #[cfg(unix)]
    pub fn handle(before_end: fn(), after_stop: fn()) -> io::Result<TerminalSignals> {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT};
        let thread = SignalThread::start("terminal", &[SIGHUP, SIGQUIT, SIGCONT], move |signal| {
            if signal == SIGCONT {
                after_stop();
            } else {
                before_end();
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        })?;
        Ok(TerminalSignals { _thread: thread })
    }

    #[cfg(not(unix))]
    pub fn handle(_before_end: fn(), _after_stop: fn()) -> io::Result<TerminalSignals> {
        Ok(TerminalSignals {})
    }
}

/// Waits for the terminal to go away, whose signal would otherwise end the process.
pub async fn hang_up() {
    #[cfg(unix)]
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let mut sender = Some(sender);
        let thread = SignalThread::start("hang-up", &[signal_hook::consts::SIGHUP], move |_| {
            // Nobody receives any more when the waiting has ended in the same moment.
            sender.take().map(|sender| sender.send(()));
        });
        if thread.is_ok() && receiver.await.is_ok() {
            return;
        }
    }
    std::future::pending().await
}

/// A thread that calls a function with each of these signals, until it is dropped.
#[cfg(unix)]
#[derive(Debug)]
struct SignalThread(signal_hook::iterator::Handle);

#[cfg(unix)]
impl SignalThread {
    fn start(
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

#[cfg(unix)]
impl Drop for SignalThread {
    fn drop(&mut self) {
        self.0.close();
    }
}
