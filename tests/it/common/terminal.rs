//! A pseudo-terminal with the real binary in it: keys go in, and what a person would see is read off a screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::World;

/// Longer than any machine needs; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Seen {
    parser: Option<vt100::Parser>,
    bytes: Vec<u8>,
    ended: bool,
}

impl Seen {
    fn parser(&mut self) -> &mut vt100::Parser {
        self.parser.as_mut().expect("set at the start")
    }
}

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// How many keys were pressed so far.
    pub keys: usize,
}

/// The ends of what a question says about its keys: it is drawn whole when they are there.
const LAST_WORDS: [&str; 2] = ["Esc goes back", "Esc ends the search"];

impl Terminal {
    /// Starts booster with these words on a terminal of this many columns and rows.
    pub fn start(
        world: &World,
        words: &[&str],
        (columns, rows): (u16, u16),
        settings: &[(&str, &str)],
    ) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_booster"));
        command.args(words);
        Terminal::start_command(world, command, (columns, rows), settings)
    }

    /// Starts a line of sh, in which `$BOOSTER` is the binary.
    pub fn start_sh(world: &World, line: &str, size: (u16, u16)) -> Terminal {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", line]);
        Terminal::start_command(world, command, size, &[("BOOSTER", env!("CARGO_BIN_EXE_booster"))])
    }

    fn start_command(
        world: &World,
        mut command: CommandBuilder,
        (columns, rows): (u16, u16),
        settings: &[(&str, &str)],
    ) -> Terminal {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        command.env_clear();
        command.env("HOME", world.path(""));
        command.env("TERM", "xterm-256color");
        command.env("BOOSTER_RETRY_BASE", "0");
        for (name, value) in settings {
            command.env(name, value);
        }
        command.cwd(world.path(""));
        let child = pair.slave.spawn_command(command).expect("the binary starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let seen =
            Seen { parser: Some(vt100::Parser::new(some(rows), some(columns), 1000)), ..Seen::default() };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut chunk = [0; 65536];
            loop {
                let read = reader.read(&mut chunk).unwrap_or(0);
                let mut seen = shared.0.lock().expect("no test panics in here");
                seen.bytes.extend_from_slice(&chunk[..read]);
                seen.parser().process(&chunk[..read]);
                seen.ended = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Terminal { child, master: Some(pair.master), writer: Some(writer), seen, keys: 0 }
    }

    /// Waits until the screen shows the text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Terminal {
        self.until(&format!("{text:?}"), |screen| screen.contains(text))
    }

    #[track_caller]
    pub fn until(&self, what: &str, is_there: impl Fn(&str) -> bool) -> &Terminal {
        let (seen, told) = &*self.seen;
        let waiting = |seen: &mut Seen| !is_there(&contents(seen)) && !seen.ended;
        let guard = seen.lock().expect("no test panics in here");
        let (mut guard, timeout) =
            told.wait_timeout_while(guard, PATIENCE, waiting).expect("no test panics in here");
        let screen = contents(&mut guard);
        drop(guard);
        assert!(is_there(&screen), "no {what} (timed out: {}) on\n{screen}", timeout.timed_out());
        self
    }

    /// Waits until a question with these words is drawn whole, however its lines are broken, and looks whether each of
    /// them is narrower than the window.
    #[track_caller]
    pub fn asks(&self, words: &str) -> &Terminal {
        let is_drawn = |screen: &str| {
            let screen = squeezed(screen);
            screen.contains(words) && LAST_WORDS.iter().any(|last| screen.ends_with(last))
        };
        self.until(&format!("{words:?}"), is_drawn);
        self.is_narrow();
        self
    }

    /// Looks whether each line on the screen is narrower than the window.
    #[track_caller]
    pub fn is_narrow(&self) {
        assert_eq!(self.too_wide(), None, "{}", self.screen());
    }

    /// The first line on the screen that is wider than the window.
    fn too_wide(&self) -> Option<String> {
        let mut seen = self.seen.0.lock().expect("no test panics in here");
        let screen = seen.parser().screen();
        let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
        let mut lines = screen.rows(0, columns).zip(0..rows);
        lines.find(|(_, row)| screen.row_wrapped(*row)).map(|(line, _)| line)
    }

    /// Types these bytes.
    pub fn types(&mut self, keys: &str) {
        // An escape sequence is one key.
        self.keys += keys.replace("\x1b[", "").chars().count();
        let writer = self.writer.as_mut().expect("the terminal is open");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// Waits for the question, then types the answer.
    #[track_caller]
    pub fn answers(&mut self, question: &str, keys: &str) {
        self.shows(question);
        self.types(keys);
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.seen
            .0
            .lock()
            .expect("no test panics in here")
            .parser()
            .screen_mut()
            .set_size(some(rows), some(columns));
        self.master.as_ref().expect("open").resize(size).expect("the terminal takes a size");
    }

    pub fn shows_cursor(&self) -> bool {
        !self.seen.0.lock().expect("no test panics in here").parser().screen().hide_cursor()
    }

    /// Everything that was written so far.
    pub fn bytes(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().expect("no test panics in here").bytes).into_owned()
    }

    /// The screen with its colours.
    pub fn drawn<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.seen.0.lock().expect("no test panics in here").parser().screen())
    }

    pub fn screen(&self) -> String {
        contents(&mut self.seen.0.lock().expect("no test panics in here"))
    }

    /// Takes the terminal away, as closing its window does.
    pub fn hang_up(&mut self) {
        self.writer = None;
        self.master = None;
    }

    /// Waits for the end and gives the exit code.
    #[track_caller]
    pub fn ends(&mut self) -> u32 {
        let (seen, told) = &*self.seen;
        let guard = seen.lock().expect("no test panics in here");
        let waited = told.wait_timeout_while(guard, PATIENCE, |seen| !seen.ended);
        let (mut guard, _) = waited.expect("no test panics in here");
        let (ended, screen) = (guard.ended, contents(&mut guard));
        drop(guard);
        assert!(ended, "it still waits on\n{screen}");
        self.child.wait().expect("the binary ends").exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
    }
}

fn some(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).expect("a window has columns and rows")
}

/// The words of a text, with one blank between them.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn contents(seen: &mut Seen) -> String {
    seen.parser().screen().contents()
}
