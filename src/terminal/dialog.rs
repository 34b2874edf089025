//! Questions on a terminal with a cursor: a line to edit, a list to search by typing.

use std::io;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use super::keys::{Key, KeyReader};
use super::layout::{laid_out, width};
use super::list::List;
use super::prompter::{Answer, Cancelled, Choice, Prompter, Row, Text, Validator};
use super::screen::{Screen, cut, wrapped};
use super::style::{bold, dim, red};
use crate::escape::one_line;

pub struct Dialog {
    screen: Screen,
    keys: KeyReader,
}

impl Dialog {
    /// Takes the terminal until it is dropped.
    ///
    /// # Errors
    /// If the terminal does not take raw mode.
    pub fn open(color: bool) -> io::Result<Dialog> {
        Ok(Dialog { screen: Screen::open(color)?, keys: KeyReader::default() })
    }

    /// Asks for a text that is not shown. Line ends at its end, as of a paste, are dropped.
    ///
    /// # Errors
    /// The user cancelled.
    pub fn secret(&mut self, label: &str) -> Result<SecretString, Cancelled> {
        let mut typed = Zeroizing::new(String::new());
        loop {
            let shown = if typed.is_empty() { "" } else { " (typed, and not shown)" };
            self.screen.draw(&[format!("{}{}", bold(&format!("{label}:")), dim(shown))], None);
            match self.keys.next()? {
                Key::Enter => break,
                Key::Back => return Err(Cancelled),
                Key::Text(text) => typed.push_str(&Zeroizing::new(text)),
                Key::Edit(InputRequest::DeletePrevChar) => drop(typed.pop()),
                Key::Edit(InputRequest::DeleteFromStart | InputRequest::DeletePrevWord) => typed.clear(),
                Key::Suspend => self.screen.suspend(),
                Key::Edit(_)
                | Key::Up
                | Key::Down
                | Key::PageUp
                | Key::PageDown
                | Key::Tab
                | Key::Resized => {}
            }
        }
        self.screen.settle(&bold(&format!("{label}:")));
        Ok(SecretString::from(typed.trim_end_matches('\n')))
    }

    /// Lets the user move in a list until it is left. `several` says whether rows are marked one by one.
    fn list(&mut self, question: &Choice, several: bool) -> Result<Answer<Vec<usize>>, Cancelled> {
        let mut list = List::new(question, several);
        loop {
            self.screen.draw(&list.lines(question), None);
            match self.keys.next()? {
                Key::Enter if several => {
                    list.enter(!question.may_be_empty);
                    break;
                }
                Key::Enter => {
                    if let Some(row) = list.current() {
                        list.marked = (0..question.rows.len()).map(|other| other == row).collect();
                        break;
                    }
                }
                Key::Back if !list.typed.is_empty() => list.search(question, String::new()),
                Key::Back => {
                    self.screen.settle("");
                    return Ok(Answer::Back);
                }
                Key::Up => list.step(-1),
                Key::Down => list.step(1),
                Key::PageUp => list.step(-(list.page() as isize)),
                Key::PageDown => list.step(list.page() as isize),
                Key::Text(text) if text == " " && several && list.typed.is_empty() => list.toggle(),
                Key::Tab if several => list.toggle(),
                Key::Suspend => self.screen.suspend(),
                Key::Text(text) => {
                    let typed = list.typed.clone() + text.trim_matches('\n');
                    list.search(question, typed);
                }
                Key::Edit(InputRequest::DeletePrevChar) => {
                    let mut typed = list.typed.clone();
                    typed.pop();
                    list.search(question, typed);
                }
                Key::Edit(InputRequest::DeleteFromStart | InputRequest::DeletePrevWord) => {
                    list.search(question, String::new())
                }
                Key::Edit(InputRequest::GoToStart) => list.step(isize::MIN / 2),
                Key::Edit(InputRequest::GoToEnd) => list.step(isize::MAX / 2),
                Key::Edit(_) | Key::Tab | Key::Resized => {}
            }
        }
        let chosen: Vec<usize> = (0..question.rows.len()).filter(|row| list.marked[*row]).collect();
        // A code behind a name is part of the answer; the detail of an action is not.
        let name = |row: &Row| match row.detail.as_str() {
            code if !several && !question.place.is_empty() && !code.is_empty() => {
                format!("{} ({code})", row.label)
            }
            _ => row.label.clone(),
        };
        let names: Vec<String> = chosen.iter().map(|row| name(&question.rows[*row])).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        self.settle(&question.label, &names);
        Ok(Answer::Given(chosen))
    }

    /// Leaves question and answer in one line.
    fn settle(&mut self, label: &str, answer: &str) {
        let line = format!("{} {}", bold(&format!("{label}:")), one_line(answer));
        self.screen.settle(&cut(&line, Screen::size().0 - 1));
    }
}

impl Prompter for Dialog {
    fn text(&mut self, question: &Text, validate: &mut Validator<'_>) -> Result<Answer<String>, Cancelled> {
        let mut line = Input::new(question.initial.clone());
        let mut is_mark = question.initial_is_mark;
        let mut fault = None;
        loop {
            let (lines, at) = line_lines(question, &line, fault.as_deref());
            self.screen.draw(&lines, Some(at));
            match self.keys.next()? {
                Key::Enter => match validate(line.value()) {
                    Ok(()) => break,
                    Err(why) => fault = Some(why),
                },
                Key::Back => {
                    self.screen.settle("");
                    return Ok(Answer::Back);
                }
                Key::Text(text) => {
                    line = insert(&if is_mark { Input::default() } else { line }, &text);
                    (is_mark, fault) = (false, None);
                }
                Key::Edit(edit) => {
                    line.handle(edit);
                    (is_mark, fault) = (false, None);
                }
                Key::Suspend => self.screen.suspend(),
                Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Tab | Key::Resized => {}
            }
        }
        let shown = if line.value().is_empty() { "left out" } else { line.value() };
        self.settle(&question.label, shown);
        Ok(Answer::Given(line.value().to_owned()))
    }

    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Cancelled> {
        Ok(match self.list(question, false)? {
            Answer::Given(chosen) => chosen.first().map_or(Answer::Back, |row| Answer::Given(*row)),
            Answer::Back => Answer::Back,
        })
    }

    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Cancelled> {
        self.list(question, true)
    }

    fn say(&mut self, text: &str) {
        self.screen.settle(&laid_out(text, Some(width())));
    }
}

/// The line with a text put in at its cursor, in one go: a paste may be large.
fn insert(line: &Input, text: &str) -> Input {
    let (before, after) = at_cursor(line);
    let cursor = line.cursor() + text.chars().count();
    Input::new(format!("{before}{text}{after}")).with_cursor(cursor)
}

/// The parts of the line before and after its cursor.
fn at_cursor(line: &Input) -> (&str, &str) {
    let at = line.value().char_indices().nth(line.cursor()).map_or(line.value().len(), |(byte, _)| byte);
    line.value().split_at(at)
}

/// What a question for a text looks like, and where its cursor is.
fn line_lines(question: &Text, line: &Input, fault: Option<&str>) -> (Vec<String>, (usize, usize)) {
    let (columns, _) = Screen::size();
    let mut lines: Vec<String> = question.reason.iter().flat_map(|why| wrapped(why, columns)).collect();
    let mut lead = format!("{}: ", question.label);
    if lead.width() > columns / 2 {
        lines.extend(wrapped(&lead, columns).iter().map(|line| bold(line)));
        "> ".clone_into(&mut lead);
    }
    let (shown, cursor) = window(line, columns - lead.width() - 2);
    let at = (lines.len(), lead.width() + cursor);
    lines.push(format!("{}{shown}", bold(&lead)));
    lines.extend(fault.iter().flat_map(|why| wrapped(why, columns)).map(|line| red(&line)));
    let lines_help = if question.has_lines { "Ctrl-J begins a new line" } else { "" };
    let empty_help = if question.can_be_left_out { "an empty answer leaves it out" } else { "" };
    let help = [&question.place, &question.help, lines_help, empty_help];
    let help: Vec<&str> = help.into_iter().filter(|part| !part.is_empty()).collect();
    lines.extend(wrapped(&help.join(" · "), columns).iter().map(|line| dim(line)));
    (lines, at)
}

/// The part of a line around its cursor that fits, and the cursor's column in it.
fn window(line: &Input, columns: usize) -> (String, usize) {
    let (before, after) = at_cursor(line);
    let fitting = |letters: &mut dyn Iterator<Item = char>, columns: usize| {
        let mut taken = 0;
        let shown = letters.map(|letter| one_line(&letter.to_string()));
        let fits = |piece: &String| {
            taken += piece.width();
            taken <= columns
        };
        shown.take_while(fits).collect::<Vec<String>>()
    };
    let mut left = fitting(&mut before.chars().rev(), columns);
    left.reverse();
    let left = left.concat();
    let right = fitting(&mut after.chars(), columns - left.width());
    let cursor = left.width();
    (left + &right.concat(), cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_shows_what_is_around_its_cursor() {
        let line = Input::new("0123456789".repeat(10));
        let (shown, cursor) = window(&line, 10);
        assert_eq!((shown.as_str(), cursor), ("0123456789", 10));
        let line = line.with_cursor(3);
        assert_eq!(window(&line, 10), ("0123456789".to_owned(), 3));
        let wide = Input::new("李李李".to_owned());
        assert_eq!(window(&wide, 4), ("李李".to_owned(), 4));
    }

    #[test]
    fn a_text_goes_in_at_the_cursor() {
        let line = Input::new("ad".to_owned()).with_cursor(1);
        let line = insert(&line, "李b");
        assert_eq!((line.value(), line.cursor()), ("a李bd", 3));
    }
}
