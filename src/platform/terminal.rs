//! What a terminal needs of the system: whether a stream is ready, and the signals that come in the middle of a question.

use std::io;
use std::time::Duration;

/// Whether standard input has something to be read within the time, at most a second; `None` where the system cannot
/// be asked.
///
/// # Errors
/// Where the terminal is gone.
pub fn stdin_is_ready(patience: Duration) -> io::Result<Option<bool>> {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let mut fds = [PollFd::from_borrowed_fd(rustix::stdio::stdin(), PollFlags::IN)];
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(patience.subsec_nanos()) };
        let ready = poll(&mut fds, Some(&timeout));
        if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        match ready {
            Ok(ready) => Ok(Some(ready > 0)),
            Err(rustix::io::Errno::INTR) => Ok(Some(false)),
            Err(error) => Err(error.into()),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = patience;
        Ok(None)
    }
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

/// Stops the process, as the shell does on Ctrl-Z, until it is continued. Does nothing where there is no such thing.
pub fn stop_process() {
    #[cfg(unix)]
    {
        // Where it fails the process just goes on.
        let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTSTP);
    }
}

/// Watches, until it is dropped, for the signals that would leave the terminal in raw mode: `before_end` is called
/// before one ends the process, `after_stop` when the process is continued.
#[derive(Debug)]
pub struct SignalWatch {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
}

impl SignalWatch {
    /// # Errors
    /// Where the system takes no signal handler, or has no thread to give.
    pub fn start(before_end: fn(), after_stop: fn()) -> io::Result<SignalWatch> {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT};
            let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGQUIT, SIGCONT])?;
            let handle = signals.handle();
            let thread = std::thread::Builder::new().name("terminal".to_owned()).stack_size(128 << 10);
            thread.spawn(move || {
                for signal in signals.forever() {
                    if signal == SIGCONT {
                        after_stop();
                    } else {
                        before_end();
                        let _ = signal_hook::low_level::emulate_default_handler(signal);
                    }
                }
            })?;
            Ok(SignalWatch { handle })
        }
        #[cfg(not(unix))]
        {
            let _ = (before_end, after_stop);
            Ok(SignalWatch {})
        }
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        #[cfg(unix)]
        self.handle.close();
    }
}
