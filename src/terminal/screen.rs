//! The part of the terminal that a question is drawn on: the lines below the cursor, drawn again after each key.
//!
//! Everything goes to standard error, so that standard output can be piped. The terminal's modes are put back when the
//! screen is dropped, and by [`restore`] from a signal or a panic.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossterm::{cursor, event, queue, terminal};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::plain;
use crate::environment::Variable;
use crate::escape::one_line;
use crate::platform::tty::{self, TerminalSignals};

/// Whether the terminal is in raw mode.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The drawn rows above the cursor, which have to be wiped away where a signal ends the process.
static ABOVE: AtomicUsize = AtomicUsize::new(0);

/// Whether another program has written to the terminal or changed its modes since the last drawing.
static DISTURBED: AtomicBool = AtomicBool::new(false);

/// Whether what is drawn has to be drawn again. Asking resets it.
pub fn was_disturbed() -> bool {
    DISTURBED.swap(false, Ordering::SeqCst)
}

/// Wipes the drawing away and restores the terminal's modes. Does nothing where the terminal was not taken.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = Vec::new();
        // Writing to memory cannot fail; where the terminal is gone there is nothing to put back.
        let _ = move_up(&mut out, ABOVE.swap(0, Ordering::SeqCst));
        let _ = queue!(out, cursor::MoveToColumn(0), terminal::Clear(terminal::ClearType::FromCursorDown));
        let _ = queue!(out, event::DisableBracketedPaste, cursor::Show);
        write_all(&out);
        let _ = terminal::disable_raw_mode();
    }
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    queue!(io::stderr(), event::EnableBracketedPaste)?;
    io::stderr().flush()
}

/// Takes the terminal again after the process was stopped.
fn take_again() {
    if TAKEN.load(Ordering::SeqCst) {
        // The shell has set its own modes, which raw mode believes to be ours.
        let _ = terminal::disable_raw_mode().and_then(|()| take());
        DISTURBED.store(true, Ordering::SeqCst);
    }
}

#[derive(Debug)]
pub struct Screen {
    color: bool,
    /// The widths of the lines that are drawn, in columns.
    drawn: Vec<usize>,
    /// The drawn line that the cursor is in.
    cursor_line: usize,
    _signals: TerminalSignals,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// If the terminal does not take raw mode.
    pub fn open(color: bool) -> io::Result<Screen> {
        take()?;
        Ok(Screen {
            color,
            drawn: Vec::new(),
            cursor_line: 0,
            _signals: TerminalSignals::handle(restore, take_again)?,
        })
    }

    /// Lets the shell have the terminal until the process is continued.
    pub fn suspend(&mut self) {
        if tty::CAN_STOP {
            restore();
            self.drawn.clear();
            self.cursor_line = 0;
            tty::stop_process();
            // Where the terminal cannot be taken again, the next key does not come either, and that ends the question.
            let _ = take();
        }
    }

    /// Columns and rows: what the terminal says, else the environment, else the usual.
    pub fn size() -> (usize, usize) {
        let (columns, rows) = terminal::size().unwrap_or((0, 0));
        let or = |said: u16, variable: Variable, usual: usize| match usize::from(said) {
            0 => variable.get().and_then(|text| text.parse().ok()).filter(|said| *said > 0).unwrap_or(usual),
            said => said,
        };
        (or(columns, Variable::Columns, 80).max(10), or(rows, Variable::Lines, 24).max(4))
    }

    /// Draws these lines in the place of the last ones; they are narrower than the terminal. The cursor is at line and
    /// column, or is hidden.
    pub fn draw(&mut self, lines: &[String], at: Option<(usize, usize)>) {
        let (columns, _) = Screen::size();
        let lines: Vec<String> = lines.iter().map(|line| self.styled(line)).collect();
        let mut out = Vec::new();
        // Writing to memory cannot fail; where the terminal takes no more, the next key will not come either.
        let _ = queue!(out, cursor::Hide);
        let _ = self.clear(&mut out, columns);
        let _ = write!(out, "{}", lines.join("\r\n"));
        self.drawn = lines.iter().map(|line| width(line)).collect();
        self.cursor_line = self.drawn.len().saturating_sub(1);
        if let Some((line, column)) = at {
            let up = self.cursor_line.saturating_sub(line);
            let _ = move_up(&mut out, up);
            let _ = queue!(out, cursor::MoveToColumn(column.min(columns - 1) as u16), cursor::Show);
            self.cursor_line = line;
        }
        ABOVE.store(self.rows_above(columns), Ordering::SeqCst);
        write_all(&out);
    }

    /// Leaves a text in the place of what is drawn, for good.
    pub fn settle(&mut self, text: &str) {
        let mut out = Vec::new();
        let _ = self.clear(&mut out, Screen::size().0);
        for line in text.lines() {
            let _ = write!(out, "{}\r\n", self.styled(line));
        }
        let _ = queue!(out, cursor::Show);
        write_all(&out);
    }

    /// Removes what is drawn. After a change of the window's width a drawn line may take several rows.
    fn clear(&mut self, out: &mut Vec<u8>, columns: usize) -> io::Result<()> {
        move_up(out, self.rows_above(columns))?;
        ABOVE.store(0, Ordering::SeqCst);
        queue!(out, cursor::MoveToColumn(0), terminal::Clear(terminal::ClearType::FromCursorDown))?;
        self.drawn.clear();
        self.cursor_line = 0;
        Ok(())
    }

    fn rows_above(&self, columns: usize) -> usize {
        let above = self.drawn.iter().take(self.cursor_line);
        above.map(|width| width.div_ceil(columns).max(1)).sum()
    }

    fn styled(&self, text: &str) -> String {
        if self.color { text.to_owned() } else { plain(text) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.settle("");
        restore();
    }
}

fn move_up(out: &mut Vec<u8>, rows: usize) -> io::Result<()> {
    // Zero would be read as one.
    if rows > 0 { queue!(out, cursor::MoveUp(u16::try_from(rows).unwrap_or(u16::MAX))) } else { Ok(()) }
}

/// Writes to standard error; where that takes nothing, nothing can be done.
pub fn write_all(bytes: &[u8]) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(bytes).and_then(|()| stderr.flush());
}

/// The columns that a line takes, its colours apart.
pub fn width(line: &str) -> usize {
    plain(line).width()
}

/// Text in lines narrower than so many columns, broken at blanks, and within a word only where that is wider than a
/// line.
pub fn fitted(text: &str, columns: usize) -> Vec<String> {
    let most = columns.saturating_sub(1).max(1);
    let mut lines = Vec::new();
    for line in wrapped(text, columns) {
        let mut rest = String::new();
        for letter in line.chars() {
            if rest.width() + letter.width().unwrap_or(0) > most {
                lines.push(std::mem::take(&mut rest));
            }
            rest.push(letter);
        }
        lines.push(rest);
    }
    lines
}

/// Text in lines of at most so many columns, broken at blanks where that is possible.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in one_line(paragraph).split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() >= columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_broken_only_where_it_is_wider_than_a_line() {
        assert_eq!(fitted("ab cdefgh", 5), ["ab", "cdef", "gh"]);
        assert_eq!(fitted("李李李", 5), ["李李", "李"]);
        assert_eq!(fitted("", 5), Vec::<String>::new());
    }

    #[test]
    fn what_was_pasted_cannot_steer_the_terminal() {
        assert_eq!(one_line("a\nb\u{1b}[2J\u{202e}"), "a⏎b\\u{1b}[2J\\u{202e}");
    }

    #[test]
    fn text_is_wrapped_at_blanks() {
        assert_eq!(wrapped("aa bb cc", 6), ["aa bb", "cc"]);
        assert_eq!(wrapped("", 6), Vec::<String>::new());
    }
}
