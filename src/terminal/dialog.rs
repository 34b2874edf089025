//! Questions on a terminal with a cursor: a line to type, a list to search by typing.

use std::io;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use super::keys::{Key, KeyReader};
use super::layout::{laid_out, width};
use super::list::List;
use super::prompter::{Answer, Cancelled, Choice, Empty, Prompter, Text, Validator};
use super::screen::{Screen, fitted};
use super::style::{bold, dim, red};
use crate::escape::{cut, one_line};

pub struct Dialog {
    screen: Screen,
    keys: KeyReader,
    /// Whether each question says where its answer goes: `emails[0].email`.
    shows_places: bool,
}

impl Dialog {
    /// Takes the terminal until it is dropped.
    ///
    /// # Errors
    /// If the terminal does not take raw mode.
    pub fn open(color: bool, shows_places: bool) -> io::Result<Dialog> {
        Ok(Dialog { screen: Screen::open(color)?, keys: KeyReader::default(), shows_places })
    }

    /// Asks for a text that is not shown. Line ends at its end, as of a paste, are dropped.
    ///
    /// # Errors
    /// The user cancelled.
    pub fn secret(&mut self, label: &str) -> Result<SecretString, Cancelled> {
        let mut typed = Zeroizing::new(String::new());
        loop {
            let shown = if typed.is_empty() { "" } else { " (typed, and not shown)" };
            let lines = fitted(&format!("{label}:{shown}"), Screen::size().0);
            self.screen.draw(&lines.iter().map(|line| bold(line)).collect::<Vec<_>>(), None);
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
            self.screen.draw(&list.lines(question, self.shows_places), None);
            let key = self.keys.next()?;
            list.fault = None;
            match key {
                Key::Enter if several => {
                    if list.enter(!question.may_be_empty) {
                        break;
                    }
                }
                Key::Enter => match list.current() {
                    Some(row) => {
                        list.marked = (0..question.rows.len()).map(|other| other == row).collect();
                        break;
                    }
                    None => list.fault = Some(list.why_nothing()),
                },
                Key::Back if !list.typed.is_empty() => list.search(question, String::new()),
                Key::Back => {
                    self.screen.settle("");
                    return Ok(Answer::Back);
                }
                Key::Up => list.step(-1),
                Key::Down => list.step(1),
                Key::PageUp => list.step(-(list.page() as isize)),
                Key::PageDown => list.step(list.page() as isize),
                Key::Tab if several => list.toggle(),
                Key::Suspend => self.screen.suspend(),
                Key::Text(text) => list.take(question, &text),
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
        let names: Vec<&str> = chosen.iter().map(|row| question.rows[*row].label.as_str()).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        self.settle(&question.label, &names);
        Ok(Answer::Given(chosen))
    }

    /// Leaves question and answer, in one line where they fit.
    fn settle(&mut self, label: &str, answer: &str) {
        let label = closed(label);
        let text = fitted(&format!("{label} {}", one_line(answer)), Screen::size().0).join("\n");
        match text.strip_prefix(&label) {
            Some(answer) => self.screen.settle(&format!("{}{answer}", bold(&label))),
            None => self.screen.settle(&text),
        }
    }
}

/// A label with an answer behind it.
fn closed(label: &str) -> String {
    if label.ends_with(['?', ':']) { label.to_owned() } else { format!("{label}:") }
}

impl Prompter for Dialog {
    fn text(&mut self, question: &Text, validate: &mut Validator<'_>) -> Result<Answer<String>, Cancelled> {
        let mut entry = Entry::default();
        let answer = loop {
            let (lines, at) = entry.lines(question, self.shows_places);
            self.screen.draw(&lines, Some(at));
            match self.keys.next()? {
                Key::Enter => {
                    let answer = entry.answer(question);
                    match validate(&answer) {
                        Ok(()) => break answer,
                        Err(why) => entry.fault = Some(why),
                    }
                }
                Key::Back => {
                    self.screen.settle("");
                    return Ok(Answer::Back);
                }
                Key::Text(text) => entry.insert(&text),
                Key::Edit(edit) => entry.edit(question, Some(edit)),
                Key::Tab => entry.edit(question, None),
                Key::Suspend => self.screen.suspend(),
                Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Resized => {}
            }
        };
        let shown = if answer.is_empty() { "nothing" } else { &answer };
        self.settle(question.label.trim_end_matches('?'), shown);
        Ok(Answer::Given(answer))
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

/// A line that is being typed.
#[derive(Default)]
struct Entry {
    /// None until a key was pressed: Enter then gives the present answer.
    line: Option<Input>,
    fault: Option<String>,
}

impl Entry {
    fn value<'a>(&'a self, question: &'a Text) -> &'a str {
        self.line.as_ref().map_or(question.present.as_str(), Input::value)
    }

    /// What Enter gives.
    fn answer(&self, question: &Text) -> String {
        let value = self.value(question);
        self.offered(question).unwrap_or_else(|| value.to_owned())
    }

    /// The other answer that Enter gives instead of what was typed.
    fn offered(&self, question: &Text) -> Option<String> {
        let value = self.line.as_ref()?.value();
        question.offer?(value).filter(|offered| offered != value)
    }

    /// What is typed first takes the place of the present answer.
    fn insert(&mut self, text: &str) {
        self.line = Some(insert(&self.line.take().unwrap_or_default(), text));
        self.fault = None;
    }

    /// Editing begins with the present answer.
    fn edit(&mut self, question: &Text, edit: Option<InputRequest>) {
        let line = self.line.get_or_insert_with(|| Input::new(question.present.clone()));
        if let Some(edit) = edit {
            line.handle(edit);
        }
        self.fault = None;
    }

    /// What the question looks like, and where its cursor is.
    fn lines(&self, question: &Text, shows_places: bool) -> (Vec<String>, (usize, usize)) {
        let (columns, _) = Screen::size();
        let mut lines: Vec<String> = question.reason.iter().flat_map(|why| fitted(why, columns)).collect();
        let mut lead = format!("{} ", lead(question));
        if lead.width() > columns / 2 {
            lines.extend(fitted(lead.trim_end(), columns).iter().map(|line| bold(line)));
            "> ".clone_into(&mut lead);
        }
        let empty = Input::default();
        let (shown, cursor) = window(self.line.as_ref().unwrap_or(&empty), columns - lead.width() - 2);
        let at = (lines.len(), lead.width() + cursor);
        lines.push(format!("{}{shown}", bold(&lead)));
        lines.extend(self.fault.iter().flat_map(|why| fitted(why, columns)).map(|line| red(&line)));
        let place = if shows_places { question.place.as_str() } else { "" };
        let lines_help = if question.has_lines { "Ctrl-J begins a new line" } else { "" };
        let on_enter = self.on_enter(question);
        let help = [place, &on_enter, &question.help, lines_help, "Esc goes back"];
        let help: Vec<&str> = help.into_iter().filter(|part| !part.is_empty()).collect();
        lines.extend(fitted(&help.join(" · "), columns).iter().map(|line| dim(line)));
        (lines, at)
    }

    /// What Enter does now.
    fn on_enter(&self, question: &Text) -> String {
        if let Some(offered) = self.offered(question) {
            return format!("Enter takes {offered}");
        }
        let keeps = "Enter keeps it · typing replaces it · Tab edits it";
        let words = match (&self.line, self.value(question).is_empty(), question.empty) {
            (None, false, _) => keeps,
            (_, true, Empty::LeavesOut) => "Enter changes nothing",
            (_, true, Empty::Clears) => "Enter empties it",
            (_, true, Empty::Refused) | (Some(_), false, _) => "",
        };
        words.to_owned()
    }
}

/// The label as a question, or with the present answer in brackets.
fn lead(question: &Text) -> String {
    let Text { label, present, .. } = question;
    match present.as_str() {
        _ if label.ends_with(['?', ':', ']']) => label.clone(),
        "" => format!("{label}?"),
        present => format!("{label} [{}]:", one_line(&cut(present, LONGEST_PRESENT))),
    }
}

/// How much of the present answer is shown, in characters.
const LONGEST_PRESENT: usize = 120;

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
