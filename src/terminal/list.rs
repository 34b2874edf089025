//! The state of a list question: which rows are found, where the cursor is, which rows are marked.

use super::columns::Columns;
use super::prompter::{Choice, Row, found};
use super::screen::{Screen, fitted};
use super::style::{bold, dim, red, yellow};
use crate::escape::one_line;

/// A list in which the user moves and searches.
pub struct List {
    several: bool,
    /// What was typed to search for.
    pub typed: String,
    /// Whether a row was marked since then: what is typed next begins a new search.
    marked_in_search: bool,
    /// The rows that are found, in their order.
    found: Vec<usize>,
    /// The position in `found` that the cursor is at; none until the user moves or searches.
    at: Option<usize>,
    pub marked: Vec<bool>,
    touched: bool,
    /// Why the last key did nothing.
    pub fault: Option<&'static str>,
}

/// Lines of a list besides its rows, as a rule: label, search, what is out of sight, help.
const FRAME: usize = 6;

/// What marks a row when it is typed.
const MARKS: [char; 2] = [' ', '\t'];

/// How many lines above a list stay in sight: what was said last, such as who the customer is.
const ABOVE: usize = 3;

/// How many lines the names of the marked rows take at most.
const MARKED_LINES: usize = 3;

impl List {
    pub fn new(question: &Choice, several: bool) -> List {
        List {
            several,
            typed: String::new(),
            marked_in_search: false,
            found: (0..question.rows.len()).collect(),
            at: question.start.filter(|at| *at < question.rows.len()),
            marked: question.rows.iter().map(|row| row.chosen).collect(),
            touched: false,
            fault: None,
        }
    }

    pub fn current(&self) -> Option<usize> {
        self.found.get(self.at?).copied()
    }

    pub fn search(&mut self, question: &Choice, typed: String) {
        self.found = found(&question.rows, &typed);
        self.at = if typed.is_empty() { question.start } else { Some(0) };
        self.at = self.at.filter(|at| *at < self.found.len());
        self.typed = typed;
        self.marked_in_search = false;
    }

    /// Takes what was typed: a search ignores blanks, so that they can mark, alone and at both ends of what was typed
    /// at once.
    pub fn take(&mut self, question: &Choice, text: &str) {
        let text = text.trim_matches('\n');
        let searched = text.trim_matches(MARKS);
        let marks = |text: &str| if self.several { text.len() } else { 0 };
        let (before, after) = match text.split_once(searched) {
            Some((before, after)) if !searched.is_empty() => (marks(before), marks(after)),
            Some(_) | None => (marks(text), 0),
        };
        (0..before).for_each(|_| self.toggle());
        if !searched.is_empty() {
            self.type_on(question, searched);
        }
        (0..after).for_each(|_| self.toggle());
    }

    /// Searches for what was typed before and this; after a mark for this alone.
    fn type_on(&mut self, question: &Choice, text: &str) {
        let before = if self.marked_in_search { "" } else { self.typed.as_str() };
        self.search(question, format!("{before}{text}"));
    }

    /// Moves the cursor, around the ends only by single steps.
    pub fn step(&mut self, by: isize) {
        let Some(last) = self.found.len().checked_sub(1) else { return };
        let last = last as isize;
        let to = match self.at {
            None if by > 0 => 0,
            None => last,
            Some(at) => at as isize + by,
        };
        self.at = Some(match by {
            -1 if to < 0 => last as usize,
            1 if to > last => 0,
            _ => to.clamp(0, last) as usize,
        });
    }

    pub fn toggle(&mut self) {
        match self.current() {
            Some(row) => {
                self.marked[row] = !self.marked[row];
                self.touched = true;
                self.marked_in_search = true;
            }
            None => self.fault = Some(self.why_nothing()),
        }
    }

    /// Enter marks the current row where that was searched for, and where one row is needed and none was ever marked.
    /// False if the question is not answered by that.
    pub fn enter(&mut self, at_least_one: bool) -> bool {
        let is_searched = !self.typed.is_empty() && !self.marked_in_search;
        let is_bare = at_least_one && !self.touched && !self.marked.contains(&true);
        match self.current() {
            Some(row) if is_bare || is_searched => self.marked[row] = true,
            None if is_bare || is_searched => {
                self.fault = Some(self.why_nothing());
                return false;
            }
            Some(_) | None => {}
        }
        true
    }

    /// Why there is no row that a key could be about.
    pub fn why_nothing(&self) -> &'static str {
        if self.found.is_empty() {
            "No row has this name: Backspace takes a letter away, Esc shows all."
        } else {
            "Choose a row first: ↑ and ↓ move, typing searches."
        }
    }

    pub fn page(&self) -> usize {
        let (_, rows) = Screen::size();
        rows.saturating_sub(FRAME).max(1)
    }

    pub fn lines(&self, question: &Choice, shows_places: bool) -> Vec<String> {
        let (columns, rows) = Screen::size();
        let mut lines: Vec<String> =
            question.reason.iter().flat_map(|why| fitted(why, columns)).map(|line| yellow(&line)).collect();
        lines.extend(fitted(&question.label, columns).iter().map(|line| bold(line)));
        if shows_places && !question.place.is_empty() {
            lines.push(dim(&question.place));
        }
        lines.extend(self.marked_names(question, columns));
        if !self.typed.is_empty() {
            lines.push(format!("{} {}", dim("search:"), one_line(&self.typed)));
        }
        let fault = self.fault.map(|why| fitted(why, columns)).unwrap_or_default();
        let help: Vec<String> = fitted(self.help(), columns);
        let left = rows.saturating_sub(lines.len() + fault.len() + help.len() + ABOVE).max(1);
        lines.extend(self.rows(question, columns, left));
        lines.extend(fault.iter().map(|line| red(line)));
        lines.extend(help.iter().map(|line| dim(line)));
        lines
    }

    fn help(&self) -> &'static str {
        match (self.several, self.typed.is_empty()) {
            (true, true) => "Type to search · Space marks · Enter goes on · Esc goes back",
            (true, false) if self.marked_in_search => {
                "Type to search anew · Space marks · Enter goes on · Esc ends the search"
            }
            (true, false) => "Space marks · Enter takes it and goes on · Esc ends the search",
            (false, true) => "Type to search · Enter takes it · Esc goes back",
            (false, false) => "Enter takes it · Esc ends the search",
        }
    }

    /// The names of the marked rows, which may be out of sight.
    fn marked_names(&self, question: &Choice, columns: usize) -> Vec<String> {
        let names: Vec<&str> = question
            .rows
            .iter()
            .zip(&self.marked)
            .filter(|(_, is_marked)| **is_marked)
            .map(|(row, _)| row.label.as_str())
            .collect();
        if !self.several || names.is_empty() {
            return Vec::new();
        }
        let mut all = (0..names.len()).map(|hidden| {
            let shown = names[..names.len() - hidden].join(", ");
            let more = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
            fitted(&format!("Marked: {shown}{more}"), columns)
        });
        let fitting = all.find(|lines| lines.len() <= MARKED_LINES);
        let lines = fitting.unwrap_or_else(|| vec![format!("Marked: {}", names.len())]);
        lines.iter().map(|line| yellow(line)).collect()
    }

    /// The rows around the cursor in so many lines, the heading of a group above its first one.
    fn rows(&self, question: &Choice, columns: usize, most: usize) -> Vec<String> {
        if self.found.is_empty() {
            return vec![dim("  no row has this name")];
        }
        let indent = if self.several { 6 } else { 2 };
        let labels = question.rows.iter().map(|row| one_line(&row.label));
        let layout = Columns::of(labels, columns.saturating_sub(indent + 1));
        let mut lines = Vec::new();
        let mut cursor = 0..1;
        let mut group = "";
        for (i, row) in self.found.iter().enumerate() {
            let shown = &question.rows[*row];
            if shown.group != group {
                group = shown.group;
                lines.push(dim(&format!("  {group}")));
            }
            let is_current = self.at == Some(i);
            let row = row_lines(&layout, shown, is_current, self.several.then_some(self.marked[*row]));
            if is_current {
                cursor = lines.len()..lines.len() + row.len();
            }
            lines.extend(row);
        }
        if lines.len() <= most {
            return lines;
        }
        // One line says what is out of sight.
        let page = most.saturating_sub(1).max(1);
        let middle = (cursor.start + cursor.end).saturating_sub(page) / 2;
        let first = middle.min(cursor.start).min(lines.len() - page);
        let hidden = [(first, "above"), (lines.len() - page - first, "below")];
        let hidden = hidden.iter().filter(|(lines, _)| *lines > 0);
        let hidden: Vec<String> = hidden.map(|(lines, where_)| format!("{lines} more {where_}")).collect();
        let mut shown: Vec<String> = lines.drain(first..first + page).collect();
        shown.push(dim(&format!("  … {}", hidden.join(", "))));
        shown
    }
}

/// The lines of one row.
fn row_lines(columns: &Columns, row: &Row, is_current: bool, mark: Option<bool>) -> Vec<String> {
    let pointer = if is_current { ">" } else { " " };
    let mark = match mark {
        None => "",
        Some(true) => "[x] ",
        Some(false) => "[ ] ",
    };
    let first = format!("{pointer} {mark}");
    let rest = " ".repeat(first.len());
    let styled = |label: &str| if is_current { bold(label) } else { label.to_owned() };
    let lines = columns.lines(&one_line(&row.label), &row.detail, styled, dim);
    let begin = |i: usize| if i == 0 { first.as_str() } else { rest.as_str() };
    lines.iter().enumerate().map(|(i, line)| format!("{}{line}", begin(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> Choice {
        let rows = ["First name", "Last name", "Birth date"];
        Choice { label: "Fields".into(), rows: rows.map(Row::new).to_vec(), ..Choice::default() }
    }

    #[test]
    fn a_list_is_searched_and_walked_around_its_ends() {
        let question = choice();
        let mut list = List::new(&question, true);
        assert_eq!(list.current(), None);
        list.step(-1);
        assert_eq!(list.current(), Some(2));
        list.step(1);
        assert_eq!(list.current(), Some(0));
        list.search(&question, "lastn".into());
        assert_eq!(list.current(), Some(1));
        list.search(&question, "xyz".into());
        assert_eq!(list.current(), None);
        list.step(1);
        list.toggle();
        assert!(!list.marked.contains(&true) && list.fault.is_some());
    }

    #[test]
    fn enter_takes_the_row_it_stands_on_where_none_was_marked() {
        let question = choice();
        let mut list = List::new(&question, true);
        assert!(!list.enter(true) && list.fault.is_some());
        list.step(1);
        list.step(1);
        assert!(list.enter(true));
        assert_eq!(list.marked, [false, true, false]);
        // Who took the mark away again means nothing, unless it was searched for.
        list.toggle();
        list.enter(true);
        assert_eq!(list.marked, [false, false, false]);
        list.search(&question, "last".into());
        list.enter(false);
        assert_eq!(list.marked, [false, true, false]);
    }

    #[test]
    fn a_blank_that_is_typed_together_with_a_search_marks_too() {
        let question = choice();
        let mut list = List::new(&question, true);
        list.take(&question, "last name\t");
        assert_eq!(list.marked, [false, true, false]);
        list.take(&question, " birth ");
        assert_eq!((list.marked.as_slice(), list.typed.as_str()), ([false, false, true].as_slice(), "birth"));
        list.take(&question, "  ");
        assert_eq!(list.marked, [false, false, true]);
        let mut one = List::new(&question, false);
        one.take(&question, " last ");
        assert_eq!((one.typed.as_str(), one.current()), ("last", Some(1)));
        assert!(!one.marked.contains(&true));
    }

    #[test]
    fn a_mark_in_a_search_stands_and_the_next_letter_begins_a_new_one() {
        let question = choice();
        let mut list = List::new(&question, true);
        list.type_on(&question, "birth");
        list.toggle();
        list.type_on(&question, "f");
        list.type_on(&question, "i");
        assert_eq!((list.typed.as_str(), list.current()), ("fi", Some(0)));
        list.toggle();
        list.toggle();
        // Enter does not mark again what was just unmarked.
        list.enter(true);
        assert_eq!(list.marked, [false, false, true]);
    }
}
