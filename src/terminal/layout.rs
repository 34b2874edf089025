//! How text is laid out: tables stay tables until they are printed, since only the stream knows how wide it is; lines
//! that are wider than the terminal are broken at blanks. What goes to a pipe or a file is never broken.

use std::io::IsTerminal;

use unicode_width::UnicodeWidthChar;

use super::screen::{self, Screen};
use super::style::harmless;
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

/// Begins each cell of a row in a text that is not laid out yet. No text of ours or of others has it: it would be
/// escaped.
const CELL: char = '\u{1f}';

/// A line end within a cell.
const LINE_END: char = '\u{1e}';

/// Begins a line that is to be copied, such as a command, and so is never broken.
const UNBROKEN: char = '\u{1d}';

/// The blanks between two columns.
const GAP: usize = 2;

const INDENT: usize = 2;

/// What a line that continues another one is indented by, beyond it.
const HANGING: usize = 4;

/// A column is not made narrower than that, in columns.
const READABLE: usize = 16;

/// What a word is cut to that no line has room for, in columns, where others take the rest of the line.
const CUT: usize = 24;

/// Rows of columns, each as wide as its widest cell; [`laid_out`] aligns them. A row of one cell is a heading, one of
/// none an empty line.
pub fn table(rows: impl IntoIterator<Item: IntoIterator<Item: AsRef<str>>>) -> String {
    let cell = |cell: &str| harmless(cell, true).replace('\n', &LINE_END.to_string()).replace('\t', "    ");
    let row = |row: &mut dyn Iterator<Item = String>| {
        let cells: String = row.flat_map(|cell| [CELL.to_string(), cell]).collect();
        if cells.is_empty() { CELL.to_string() + &CELL.to_string() } else { cells }
    };
    let rows = rows.into_iter().map(|cells| row(&mut cells.into_iter().map(|text| cell(text.as_ref()))));
    rows.collect::<Vec<_>>().join("\n")
}

/// Lines that are to be copied as they are, however wide the terminal is.
pub fn unbroken(text: &str) -> String {
    text.split('\n').map(|line| format!("{UNBROKEN}{line}")).collect::<Vec<_>>().join("\n")
}

/// The text as it is printed: harmless, its tables aligned, and, where a width is given, no line wider than that.
/// Colours stay.
pub fn laid_out(text: &str, width: Option<usize>) -> String {
    let mut lines = Vec::new();
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for line in text.split('\n') {
        if let Some(cells) = line.strip_prefix(CELL) {
            rows.push(cells.split(CELL).collect());
            continue;
        }
        lines.extend(aligned(&std::mem::take(&mut rows), width));
        let (line, width) = line.strip_prefix(UNBROKEN).map_or((line, width), |line| (line, None));
        let line = harmless(line, true);
        match width {
            Some(width) => lines.extend(hanging(&line, width)),
            None => lines.push(line),
        }
    }
    lines.extend(aligned(&rows, width));
    lines.join("\n")
}

/// The lines of a table. A row with a word that its column would cut is laid out by itself, one cell below the other.
fn aligned(rows: &[Vec<&str>], width: Option<usize>) -> Vec<String> {
    let natural = widest(rows, |cell| cell.split(LINE_END).map(screen::width).max());
    let words = words(rows, width.unwrap_or(usize::MAX));
    let widths = match width {
        Some(width) => fitting(&words, natural, width),
        None => natural,
    };
    let mut lines = Vec::new();
    for (row, words) in rows.iter().zip(&words) {
        let is_cut = words.iter().zip(&widths).any(|(word, width)| word > width);
        match &row[..] {
            [heading] => lines.extend(hanging(heading, width.unwrap_or(usize::MAX))),
            ["", ""] => lines.push(String::new()),
            cells if is_cut => lines.extend(stacked(cells, width.unwrap_or(usize::MAX))),
            cells => lines.extend(side_by_side(cells, &widths)),
        }
    }
    lines.iter().map(|line| harmless(line, true)).collect()
}

/// What is measured of the cells of each column, the largest of it.
fn widest(rows: &[Vec<&str>], of: impl Fn(&str) -> Option<usize>) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let is_row = |row: &&Vec<&str>| row.len() > 1;
    let of_column = |column: usize| {
        rows.iter().filter(is_row).filter_map(|row| of(row.get(column).copied().unwrap_or_default())).max()
    };
    (0..columns).map(|column| of_column(column).unwrap_or_default()).collect()
}

/// The longest word of each cell. One that no line has room for has to be cut anyway.
fn words(rows: &[Vec<&str>], width: usize) -> Vec<Vec<usize>> {
    let alone = width.saturating_sub(INDENT + HANGING);
    let word = |word: &str| match screen::width(word) {
        width if width > alone => CUT,
        width => width,
    };
    // The blanks that a line begins with stay with its first word.
    let line = |line: &str| {
        let text = line.trim_start_matches(' ');
        let first = text.split(' ').next().map_or(0, |first| word(first) + line.len() - text.len());
        text.split(' ').map(word).max().unwrap_or_default().max(first)
    };
    let cell = |cell: &&str| cell.split(LINE_END).map(line).max().unwrap_or_default();
    let row = |row: &Vec<&str>| if row.len() > 1 { row.iter().map(cell).collect() } else { Vec::new() };
    rows.iter().map(row).collect()
}

/// The columns' widths, made narrower until all fit: first where that cuts words in the fewest rows, then the widest.
fn fitting(words: &[Vec<usize>], natural: Vec<usize>, width: usize) -> Vec<usize> {
    let gaps = GAP * natural.iter().filter(|width| **width > 0).count().saturating_sub(1);
    let room = width.saturating_sub(INDENT + gaps);
    let mut widths: Vec<usize> = natural.into_iter().map(|natural| natural.min(width)).collect();
    while widths.iter().sum::<usize>() > room {
        let cut = |column: usize| {
            words.iter().filter(|row| row.get(column).is_some_and(|word| *word >= widths[column])).count()
        };
        let shrinkable = (0..widths.len()).filter(|column| widths[*column] > READABLE);
        let best = shrinkable.min_by_key(|column| (cut(*column), usize::MAX - widths[*column]));
        match best {
            Some(column) => widths[column] -= 1,
            // Nothing fits side by side.
            None => return vec![0; widths.len()],
        }
    }
    widths
}

fn side_by_side(cells: &[&str], widths: &[usize]) -> Vec<String> {
    let folded: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| cell.split(LINE_END).flat_map(|line| folded(line, *width, *width)).collect())
        .collect();
    let height = folded.iter().map(Vec::len).max().unwrap_or_default();
    let line = |number: usize| {
        let mut line = " ".repeat(INDENT);
        for (cell, width) in folded.iter().zip(widths).filter(|(_, width)| **width > 0) {
            let text = cell.get(number).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(width + GAP - screen::width(text).min(*width)));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// The first cell in a line of its own, the others below it.
fn stacked(cells: &[&str], width: usize) -> Vec<String> {
    let Some((first, others)) = cells.split_first() else { return Vec::new() };
    let (near, far) = (" ".repeat(INDENT), " ".repeat(INDENT + HANGING));
    let (first_room, room) = (width.saturating_sub(near.len()), width.saturating_sub(far.len()));
    let mut lines: Vec<String> = folded(first.trim_start(), first_room, room)
        .iter()
        .enumerate()
        .map(|(i, line)| format!("{}{line}", if i == 0 { &near } else { &far }))
        .filter(|line| !line.trim().is_empty())
        .collect();
    // Short cells share a line.
    let mut joined: Vec<String> = Vec::new();
    let pieces = others.iter().flat_map(|cell| cell.split(LINE_END)).map(str::trim_start);
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        match joined.last_mut() {
            Some(line) if screen::width(line) + GAP + screen::width(piece) <= room => {
                line.push_str(&format!("{:GAP$}{piece}", ""));
            }
            Some(_) | None => joined.push(piece.to_owned()),
        }
    }
    lines.extend(joined.iter().flat_map(|line| folded(line, room, room)).map(|line| format!("{far}{line}")));
    lines
}

/// A line, broken at blanks where it is wider than the width. What continues it is indented, and has the mark of what is
/// not ours.
fn hanging(line: &str, width: usize) -> Vec<String> {
    if screen::width(line) <= width && !line.contains('\t') {
        return vec![line.to_owned()];
    }
    let line = line.replace('\t', "    ");
    let text = line.trim_start_matches(' ');
    let marks = ["| ", "> ", "< "];
    let mark = marks.into_iter().find(|mark| text.starts_with(mark)).unwrap_or_default();
    let indent = " ".repeat((line.len() - text.len()).min(width / 2));
    let first = format!("{indent}{mark}");
    let next = format!("{first}{:HANGING$}", "");
    let rooms = (width.saturating_sub(first.len()), width.saturating_sub(next.len()));
    let lines = folded(&text[mark.len()..], rooms.0, rooms.1);
    lines
        .iter()
        .enumerate()
        .map(|(i, line)| format!("{}{line}", if i == 0 { &first } else { &next }))
        .collect()
}

/// Text in lines of at most so many columns, the first line and the others; broken at blanks, and within a word only
/// where it is wider than a line. Colours count for nothing.
fn folded(text: &str, first: usize, others: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let mut lines = Vec::new();
    let mut line = text[..indent].to_owned();
    let mut used = indent;
    let mut room = first.max(1);
    let mut is_begun = false;
    for word in text[indent..].split(' ') {
        let width = screen::width(word);
        if is_begun && used + 1 + width > room {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            (used, room, is_begun) = (0, others.max(1), false);
        }
        if is_begun {
            line.push(' ');
            used += 1;
        }
        is_begun = true;
        if used + width <= room {
            line.push_str(word);
            used += width;
            continue;
        }
        let mut in_style = false;
        for letter in word.chars() {
            in_style |= letter == '\u{1b}';
            let width = if in_style { 0 } else { letter.width().unwrap_or(0) };
            in_style &= letter != 'm';
            if used + width > room && used > 0 {
                lines.push(std::mem::take(&mut line));
                (used, room) = (0, others.max(1));
            }
            line.push(letter);
            used += width;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Rows that are laid out at once, for a text that is wrapped wherever it goes, as the help of a command is.
pub fn wrapped_table<const N: usize>(rows: impl Iterator<Item = [String; N]>, width: usize) -> String {
    laid_out(&table(rows), Some(width))
}

/// Text broken at blanks into lines of at most so many columns, none of them indented.
pub fn paragraph(text: &str, width: usize) -> String {
    folded(text, width, width).join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn rows() -> Vec<[String; 3]> {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        vec![row(["1", "failed", "something unexpected, such as a full disk"]), row(["0", "sent", "done"])]
    }

    #[test]
    fn the_widest_column_is_broken_at_blanks() {
        assert_eq!(
            laid_out(&table(rows()), Some(40)),
            "  1  failed  something unexpected, such\n             as a full disk\n  0  sent    done"
        );
        let natural = "  1  failed  something unexpected, such as a full disk\n  0  sent    done";
        assert_eq!(laid_out(&table(rows()), Some(200)), natural);
        assert_eq!(laid_out(&table(rows()), None), natural);
    }

    #[test]
    fn where_columns_would_cut_a_word_the_cells_are_one_below_the_other() {
        let rows = [["contactByEmailFlag", "--contact-by-email-flag", "bool"]];
        assert_eq!(
            laid_out(&table(rows), Some(40)),
            "  contactByEmailFlag\n      --contact-by-email-flag  bool"
        );
    }

    #[test]
    fn headings_and_empty_lines_stand_between_the_rows() {
        let rows = [vec!["Lists"], vec!["a", "bb"], vec![], vec!["Notes"], vec!["aaa", "b"]];
        assert_eq!(laid_out(&table(rows), None), "Lists\n  a    bb\n\nNotes\n  aaa  b");
    }

    #[test]
    fn a_cell_of_several_lines_stays_in_its_column() {
        let rows = [["notes", "one\ntwo"], ["x", "y"]];
        assert_eq!(laid_out(&table(rows), None), "  notes  one\n         two\n  x      y");
    }

    #[test]
    fn what_continues_a_line_is_indented_and_keeps_the_mark_of_foreign_text() {
        assert_eq!(laid_out("error: aa bb cc dd ee ff gg", Some(20)), "error: aa bb cc dd\n    ee ff gg");
        assert_eq!(laid_out("  | aa bb cc dd ee ff gg", Some(20)), "  | aa bb cc dd ee\n  |     ff gg");
        assert_eq!(laid_out("error: aa bb cc dd ee ff gg", None), "error: aa bb cc dd ee ff gg");
    }

    #[test]
    fn what_is_to_be_copied_is_never_broken() {
        let text = unbroken("booster customer patch 123 --first-name=Ada \\\n--notes=x");
        assert_eq!(laid_out(&text, Some(20)), "booster customer patch 123 --first-name=Ada \\\n--notes=x");
    }

    #[test]
    fn a_letter_may_take_two_columns_and_colours_none() {
        assert_eq!(laid_out("李李李李李 李李李李李 李", Some(20)), "李李李李李\n    李李李李李 李");
        let colored = "\u{1b}[1maaaaaaaaaa\u{1b}[0m bbbbbbbbb";
        assert_eq!(laid_out(colored, Some(20)), colored);
        assert_eq!(laid_out(&table([["李", "x"], ["a", "y"]]), None), "  李  x\n  a   y");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_width_and_nothing_is_lost(
            cells in proptest::collection::vec(proptest::collection::vec("[a-z李 ]{0,60}", 1..5), 0..6),
            prose in "[a-z李 >|:\n]{0,200}",
            width in 20usize..100,
        ) {
            let text = format!("{prose}\n{}", table(&cells));
            let letters = |text: &str| {
                let mut letters: Vec<char> = text.chars().filter(|letter| matches!(letter, 'a'..='z' | '李')).collect();
                letters.sort_unstable();
                letters
            };
            let shown = laid_out(&text, Some(width));
            for line in shown.lines() {
                prop_assert!(line.width() <= width, "{}: {line:?}", line.width());
            }
            prop_assert_eq!(letters(&shown), letters(&text));
        }
    }

    #[test]
    fn a_long_text_is_broken_at_blanks() {
        assert_eq!(paragraph("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(paragraph("", 5), "");
        assert_eq!(paragraph("abc h", 4), "abc\nh");
    }
}
