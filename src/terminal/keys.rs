//! What the user types, key by key: read from the terminal in raw mode, a paste as one piece.

use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::InputRequest;

use super::prompter::Cancelled;
use super::screen;
use crate::platform::tty;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// What was typed or pasted, its line ends as newlines.
    Text(String),
    Enter,
    Back,
    Up,
    Down,
    PageUp,
    PageDown,
    Edit(InputRequest),
    Tab,
    /// Ctrl-Z: back to the shell, until the process is continued.
    Suspend,
    /// The window has another size, or what is drawn has to be drawn again.
    Resized,
}

/// How long the terminal is watched at a stretch, so that a new window size is seen soon.
const GLANCE: Duration = Duration::from_millis(250);

/// How soon after a line end more must come for both to be one paste. Nobody types on that fast; a terminal that does
/// not mark its pastes delivers them faster.
pub const PASTE: Duration = Duration::from_millis(15);

/// The largest text that is taken in one piece, in bytes: far more than any rule allows, and little enough to show.
const LARGEST: usize = 4 << 20;

#[derive(Debug, Default)]
pub struct KeyReader {
    /// A key that was read already, behind a text.
    held: Option<Key>,
    /// What was typed next, read already to see whether there is more.
    ahead: Option<Event>,
    /// Whether the window has changed its size meanwhile, which is nothing that was typed.
    resized: bool,
}

impl KeyReader {
    /// Waits for the next key.
    ///
    /// # Errors
    /// Ctrl-C, Ctrl-D, or a terminal that is gone.
    pub fn next(&mut self) -> Result<Key, Cancelled> {
        if let Some(held) = self.held.take() {
            return Ok(held);
        }
        loop {
            if std::mem::take(&mut self.resized) || screen::was_disturbed() {
                return Ok(Key::Resized);
            }
            if !self.is_typed(GLANCE)? {
                continue;
            }
            match self.ahead.take() {
                Some(Event::Key(key)) => match meaning(&key)? {
                    // A line end with more behind it is in a paste, and must not answer the next question.
                    Some(Key::Enter) if self.is_typed(PASTE)? => return self.text("\n".to_owned()),
                    Some(Key::Text(text)) => return self.text(text),
                    Some(key) => return Ok(key),
                    None if self.is_typed(Duration::ZERO)? => return self.text(literal(&key)),
                    None => {}
                },
                Some(Event::Paste(text)) => return self.text(unix_lines(&text)),
                Some(_) | None => {}
            }
        }
    }

    /// The text with all that can be read behind it: drawing after each letter of a large paste is too slow.
    fn text(&mut self, mut text: String) -> Result<Key, Cancelled> {
        while text.len() < LARGEST && self.is_typed(Duration::ZERO)? {
            match self.ahead.take() {
                Some(Event::Paste(pasted)) => text.push_str(&unix_lines(&pasted)),
                Some(Event::Key(key)) => match meaning(&key)? {
                    Some(Key::Text(typed)) => text.push_str(&typed),
                    Some(Key::Enter) if self.is_typed(PASTE)? => text.push('\n'),
                    Some(Key::Tab) => text.push('\t'),
                    // What is in the middle of a paste is shown and checked, never dropped in silence.
                    None => text.push_str(&literal(&key)),
                    Some(key) => {
                        self.held = Some(key);
                        break;
                    }
                },
                Some(_) | None => {}
            }
        }
        Ok(Key::Text(text))
    }

    /// Whether something was typed or pasted that was not taken yet, or is within the time.
    fn is_typed(&mut self, patience: Duration) -> Result<bool, Cancelled> {
        while self.ahead.is_none() && is_pending(patience)? {
            match event::read().map_err(|_| Cancelled)? {
                Event::Resize(..) => self.resized = true,
                event if is_release(&event) => {}
                typed @ (Event::Key(_) | Event::Paste(_)) => self.ahead = Some(typed),
                Event::FocusGained | Event::FocusLost | Event::Mouse(_) => {}
            }
            if self.resized {
                break;
            }
        }
        Ok(self.ahead.is_some())
    }
}

/// Whether a key was let go, which Windows tells besides.
fn is_release(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.kind == KeyEventKind::Release)
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The characters that a key without a meaning came from.
fn literal(key: &KeyEvent) -> String {
    let KeyCode::Char(letter) = key.code else { return String::new() };
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        let code = letter.to_ascii_lowercase() as u32;
        char::from_u32(code & 0x1f).map(String::from).unwrap_or_default()
    } else if key.modifiers.contains(KeyModifiers::ALT) {
        format!("\u{1b}{letter}")
    } else {
        letter.to_string()
    }
}

fn meaning(key: &KeyEvent) -> Result<Option<Key>, Cancelled> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let is_word = control || alt;
    let edit = |edit| Some(Key::Edit(edit));
    Ok(match key.code {
        KeyCode::Char('c' | 'd') if control => return Err(Cancelled),
        KeyCode::Char('j') if control => Some(Key::Text("\n".to_owned())),
        KeyCode::Enter if alt => Some(Key::Text("\n".to_owned())),
        KeyCode::Enter => Some(Key::Enter),
        KeyCode::Esc => Some(Key::Back),
        KeyCode::Up => Some(Key::Up),
        KeyCode::Down => Some(Key::Down),
        KeyCode::Char('p') if control => Some(Key::Up),
        KeyCode::Char('n') if control => Some(Key::Down),
        KeyCode::PageUp => Some(Key::PageUp),
        KeyCode::PageDown => Some(Key::PageDown),
        KeyCode::Home => edit(InputRequest::GoToStart),
        KeyCode::End => edit(InputRequest::GoToEnd),
        KeyCode::Char('a') if control => edit(InputRequest::GoToStart),
        KeyCode::Char('e') if control => edit(InputRequest::GoToEnd),
        KeyCode::Left => edit(if is_word { InputRequest::GoToPrevWord } else { InputRequest::GoToPrevChar }),
        KeyCode::Right => edit(if is_word { InputRequest::GoToNextWord } else { InputRequest::GoToNextChar }),
        KeyCode::Char('b') if control => edit(InputRequest::GoToPrevChar),
        KeyCode::Char('f') if control => edit(InputRequest::GoToNextChar),
        KeyCode::Char('b') if alt => edit(InputRequest::GoToPrevWord),
        KeyCode::Char('f') if alt => edit(InputRequest::GoToNextWord),
        KeyCode::Backspace => {
            edit(if alt { InputRequest::DeletePrevWord } else { InputRequest::DeletePrevChar })
        }
        KeyCode::Char('h') if control => edit(InputRequest::DeletePrevChar),
        KeyCode::Delete => edit(InputRequest::DeleteNextChar),
        KeyCode::Char('w') if control => edit(InputRequest::DeletePrevWord),
        KeyCode::Char('u') if control => edit(InputRequest::DeleteFromStart),
        KeyCode::Char('k') if control => edit(InputRequest::DeleteTillEnd),
        KeyCode::Tab => Some(Key::Tab),
        KeyCode::Char('z') if control => Some(Key::Suspend),
        KeyCode::Char(letter) if !is_word || (control && alt) => Some(Key::Text(letter.to_string())),
        _ => None,
    })
}

/// Whether an event is there or comes within the time.
///
/// # Errors
/// If the terminal is gone: crossterm 0.29 would then read its end over and over without ever coming back, so it is
/// never asked before we have looked.
fn is_pending(patience: Duration) -> Result<bool, Cancelled> {
    is_there(Duration::ZERO)?;
    if poll()? {
        return Ok(true);
    }
    if patience.is_zero() || !is_there(patience)? {
        return poll();
    }
    is_there(Duration::ZERO)?;
    poll()
}

/// Whether crossterm has an event. Without a time of its own it leaves what is behind the first 1,024 bytes of a burst
/// unread, and says so without end.
fn poll() -> Result<bool, Cancelled> {
    event::poll(Duration::from_millis(1)).map_err(|_| Cancelled)
}

/// Whether the terminal has something to be read within the time.
///
/// # Errors
/// If the terminal is gone.
pub fn is_there(patience: Duration) -> Result<bool, Cancelled> {
    tty::wait_for_input(patience, event::poll).map_err(|_| Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn ctrl_c_and_ctrl_d_leave() {
        for letter in ['c', 'd'] {
            assert_eq!(meaning(&key(KeyCode::Char(letter), KeyModifiers::CONTROL)), Err(Cancelled));
        }
    }

    #[test]
    fn a_key_without_a_meaning_is_known_by_its_characters() {
        let control = key(KeyCode::Char('g'), KeyModifiers::CONTROL);
        assert_eq!((meaning(&control), literal(&control)), (Ok(None), "\u{7}".to_owned()));
        let alt = key(KeyCode::Char(']'), KeyModifiers::ALT);
        assert_eq!((meaning(&alt), literal(&alt)), (Ok(None), "\u{1b}]".to_owned()));
    }

    #[test]
    fn letting_a_key_go_types_nothing() {
        let letter = key(KeyCode::Char('a'), KeyModifiers::NONE);
        assert!(!is_release(&Event::Key(letter)));
        assert!(!is_release(&Event::Key(KeyEvent { kind: KeyEventKind::Repeat, ..letter })));
        assert!(is_release(&Event::Key(KeyEvent { kind: KeyEventKind::Release, ..letter })));
    }

    #[test]
    fn a_paste_has_newlines_for_line_ends() {
        assert_eq!(unix_lines("a\r\nb\rc\n"), "a\nb\nc\n");
    }
}
