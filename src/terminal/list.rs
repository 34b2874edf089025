//! A list while somebody moves in it: what is found, where the cursor stands, which rows are marked.

use unicode_width::UnicodeWidthStr;

use super::ask::{Choice, Row, found};
use super::screen::{Screen, one_line, width, wrapped};
use super::{bold, dim, yellow};

/// A list while somebody moves in it.
pub struct List {
    several: bool,
    /// What was typed to search for.
    pub typed: String,
    /// The rows that are found, in their order.
    found: Vec<usize>,
    /// The position in `found` that the cursor stands at.
    at: usize,
    pub marked: Vec<bool>,
    touched: bool,
}

/// Lines of a list besides its rows: label, search, help.
const FRAME: usize = 4;

/// The most rows that are shown at once.
const MOST_ROWS: usize = 16;

impl List {
    pub fn new(question: &Choice, several: bool) -> List {
        List {
            several,
            typed: String::new(),
            found: (0..question.rows.len()).collect(),
            at: question.start.min(question.rows.len().saturating_sub(1)),
            marked: question.rows.iter().map(|row| row.chosen).collect(),
            touched: false,
        }
    }

    pub fn current(&self) -> Option<usize> {
        self.found.get(self.at).copied()
    }

    pub fn search(&mut self, question: &Choice, typed: String) {
        self.found = found(&question.rows, &typed);
        self.at = if typed.is_empty() { self.at.min(self.found.len().saturating_sub(1)) } else { 0 };
        self.typed = typed;
    }

    /// Moves the cursor, around the ends only by single steps.
    pub fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1) as isize;
        let to = self.at as isize + by;
        self.at = match by {
            -1 if to < 0 => last as usize,
            1 if to > last => 0,
            _ => to.clamp(0, last) as usize,
        };
    }

    pub fn toggle(&mut self) {
        if let Some(row) = self.current() {
            self.marked[row] = !self.marked[row];
            self.touched = true;
        }
    }

    /// Who presses Enter on a row without ever having marked one means that row.
    pub fn mark_first_choice(&mut self) {
        if !self.touched && !self.marked.contains(&true) {
            self.toggle();
        }
    }

    pub fn page(&self) -> usize {
        let (_, rows) = Screen::size();
        rows.saturating_sub(FRAME + 1).clamp(1, MOST_ROWS)
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
        let help = if self.several {
            "type to search · Space marks · Enter goes on · Esc goes back"
        } else {
            "type to search · Enter takes it · Esc goes back"
        };
        lines.extend(wrapped(help, columns).iter().map(|line| dim(line)));
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
            if i == self.at {
                cursor_line = lines.len();
            }
            lines.push(self.row(shown, *row, i == self.at, widest));
        }
        let page = self.page().min(lines.len());
        let first = cursor_line.saturating_sub(page / 2).min(lines.len() - page);
        lines.drain(first..first + page).collect()
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
        list.mark_first_choice();
        assert_eq!(list.marked, [false, true, false]);
        // Who took the mark away again means nothing.
        list.toggle();
        list.mark_first_choice();
        assert_eq!(list.marked, [false, false, false]);
    }
}
