//! The state of a list question: which rows are found, where the cursor is, which rows are marked.

use unicode_width::UnicodeWidthStr;

use super::prompter::{Choice, Row, found};
use super::screen::{Screen, width, wrapped};
use super::style::{bold, dim, yellow};
use crate::escape::one_line;

/// A list in which the user moves and searches.
pub struct List {
    several: bool,
    /// What was typed to search for.
    pub typed: String,
    /// The rows that are found, in their order.
    found: Vec<usize>,
    /// The position in `found` that the cursor is at; none until the user moves or searches.
    at: Option<usize>,
    pub marked: Vec<bool>,
    touched: bool,
}

/// Lines of a list besides its rows: label, search, what is out of sight, help.
const FRAME: usize = 5;

impl List {
    pub fn new(question: &Choice, several: bool) -> List {
        List {
            several,
            typed: String::new(),
            found: (0..question.rows.len()).collect(),
            at: question.start.filter(|at| *at < question.rows.len()),
            marked: question.rows.iter().map(|row| row.chosen).collect(),
            touched: false,
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
        if let Some(row) = self.current() {
            self.marked[row] = !self.marked[row];
            self.touched = true;
        }
    }

    /// Enter marks the current row where that was searched for, and where one row is needed and none was ever marked.
    pub fn enter(&mut self, at_least_one: bool) {
        let is_bare = at_least_one && !self.touched && !self.marked.contains(&true);
        if let Some(row) = self.current().filter(|_| is_bare || !self.typed.is_empty()) {
            self.marked[row] = true;
        }
    }

    pub fn page(&self) -> usize {
        let (_, rows) = Screen::size();
        rows.saturating_sub(FRAME + 1).max(1)
    }

    pub fn lines(&self, question: &Choice) -> Vec<String> {
        let (columns, _) = Screen::size();
        let mut lines: Vec<String> =
            question.reason.iter().flat_map(|why| wrapped(why, columns)).map(|line| yellow(&line)).collect();
        lines.push(format!("{} {}", bold(&question.label), dim(&question.place)));
        if !self.typed.is_empty() {
            lines.push(format!("{} {}", dim("search:"), one_line(&self.typed)));
        }
        lines.extend(self.rows(question, columns));
        let marked = self.marked.iter().filter(|marked| **marked).count();
        let help = match (self.several, self.typed.is_empty()) {
            (true, true) => {
                format!("{marked} marked · type to search · Space marks · Enter goes on · Esc goes back")
            }
            (true, false) => {
                format!("{marked} marked · Tab marks · Enter takes it and goes on · Esc ends the search")
            }
            (false, true) => "type to search · Enter takes it · Esc goes back".to_owned(),
            (false, false) => "Enter takes it · Esc ends the search".to_owned(),
        };
        lines.extend(wrapped(&help, columns).iter().map(|line| dim(line)));
        lines
    }

    /// The rows around the cursor, the heading of a group above its first one.
    fn rows(&self, question: &Choice, columns: usize) -> Vec<String> {
        if self.found.is_empty() {
            return vec![dim("  nothing is called that; Backspace widens the search")];
        }
        let widest = question.rows.iter().map(|row| row.label.width()).max().unwrap_or(0).min(columns / 2);
        let mut lines = Vec::new();
        let mut cursor_line = 0;
        let mut group = "";
        for (i, row) in self.found.iter().enumerate() {
            let shown = &question.rows[*row];
            if shown.group != group {
                group = shown.group;
                lines.push(dim(&format!("  {group}")));
            }
            let is_current = self.at == Some(i);
            if is_current {
                cursor_line = lines.len();
            }
            lines.push(self.row(shown, *row, is_current, widest));
        }
        let page = self.page().min(lines.len());
        let first = cursor_line.saturating_sub(page / 2).min(lines.len() - page);
        let hidden = [(first, "above"), (lines.len() - page - first, "below")];
        let hidden = hidden.iter().filter(|(lines, _)| *lines > 0);
        let hidden: Vec<String> = hidden.map(|(lines, where_)| format!("{lines} more {where_}")).collect();
        let mut shown: Vec<String> = lines.drain(first..first + page).collect();
        if !hidden.is_empty() {
            shown.push(dim(&format!("  … {}", hidden.join(", "))));
        }
        shown
    }

    fn row(&self, row: &Row, position: usize, is_current: bool, widest: usize) -> String {
        let pointer = if is_current { ">" } else { " " };
        let mark = match (self.several, self.marked[position]) {
            (false, _) => "",
            (true, true) => "[x] ",
            (true, false) => "[ ] ",
        };
        let label = one_line(&row.label);
        let label = format!("{label}{}", " ".repeat(widest.saturating_sub(width(&label))));
        let label = if is_current { bold(&label) } else { label };
        format!("{pointer} {mark}{label}  {}", dim(&one_line(&row.detail)))
    }
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
        assert!(!list.marked.contains(&true));
    }

    #[test]
    fn enter_takes_the_row_it_stands_on_where_none_was_marked() {
        let question = choice();
        let mut list = List::new(&question, true);
        list.step(1);
        list.step(1);
        list.enter(true);
        assert_eq!(list.marked, [false, true, false]);
        // Who took the mark away again means nothing, unless it was searched for.
        list.toggle();
        list.enter(true);
        assert_eq!(list.marked, [false, false, false]);
        list.search(&question, "last".into());
        list.enter(false);
        assert_eq!(list.marked, [false, true, false]);
    }
}
