//! How text is laid out: as wide as the terminal, in paragraphs and in columns.

use std::io::IsTerminal;

use comfy_table::{ContentArrangement, Row, Table, presets};

use super::screen::{Screen, wrapped};
use crate::environment::Variable;

/// The width where neither a terminal nor the environment has one, in columns.
const USUAL_WIDTH: usize = 80;

/// Where a line is too long to be read comfortably, in columns.
pub const WIDEST: usize = 110;

/// The narrowest width that text is still laid out for, in columns.
const NARROWEST: usize = 20;

/// The terminal's width in columns; without one the environment's `COLUMNS`, else 80.
pub fn width() -> usize {
    let is_terminal = std::io::stderr().is_terminal() || std::io::stdout().is_terminal();
    let width = if is_terminal {
        Some(Screen::size().0)
    } else {
        Variable::Columns.get().and_then(|columns| columns.parse().ok())
    };
    width.unwrap_or(USUAL_WIDTH).max(NARROWEST)
}

/// Rows of columns, each as wide as its widest cell.
pub fn table(rows: impl IntoIterator<Item: Into<Row>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP as u16));
    }
    table.lines().map(|line| format!("{INDENT}{}", line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// The same for rows of equal length, with the last column broken at blanks so that no line is wider than the width.
pub fn wrapped_table<const N: usize>(rows: impl Iterator<Item = [String; N]>, width: usize) -> String {
    let mut rows: Vec<[String; N]> = rows.collect();
    let widths = Table::new().add_rows(&rows).column_max_content_widths();
    let first = widths.split_last().map_or(&[][..], |(_, first)| first);
    let taken: usize = first.iter().map(|width| usize::from(*width) + GAP).sum();
    let room = width.saturating_sub(INDENT.len() + taken).max(NARROWEST);
    for last in rows.iter_mut().filter_map(|row| row.last_mut()) {
        *last = paragraph(last, room);
    }
    table(rows)
}

/// The blanks between two columns.
const GAP: usize = 2;

const INDENT: &str = "  ";

/// Text broken at blanks into lines of at most so many columns. A longer word stays whole.
pub fn paragraph(text: &str, width: usize) -> String {
    wrapped(text, width + 1).join("\n")
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn only_the_last_column_is_broken() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows =
            [row(["1", "failed", "something unexpected, such as a full disk"]), row(["0", "sent", "done"])];
        assert_eq!(
            wrapped_table(rows.iter().cloned(), 40),
            "  1  failed  something unexpected, such\n             as a full disk\n  0  sent    done"
        );
        assert_eq!(wrapped_table(rows.iter().cloned(), 200), table(&rows));
        for width in 0..120 {
            for line in wrapped_table(rows.iter().cloned(), width).lines() {
                assert!(line.width() <= width.max(33), "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_long_text_is_broken_at_blanks() {
        assert_eq!(paragraph("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(paragraph("", 5), "");
        assert_eq!(paragraph("abcdefg h", 5), "abcdefg\nh");
    }
}
