//! A table as RFC 4180 writes it: its rows and their cells. The separator is found from the header.

use std::io::Read;

use csv_core::ReadRecordResult;

use super::reader::Stop;
use super::record::Cells;
use super::window::{LARGEST_ROW, Window};

/// What can stand between two cells.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// Reads the rows of a table. The row that was read last begins where the window does.
pub struct Records {
    core: csv_core::Reader,
    separator: u8,
    /// The last row's cells, without their quotes, one behind the other.
    text: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    count: usize,
    /// The length of the last row in the window.
    length: usize,
    /// The number of the row, as a spreadsheet counts.
    number: u64,
    is_behind_return: bool,
    /// Whether the last row has a line end, rather than ending with the input.
    has_line_end: bool,
}

/// What is wrong with the quotes of a row, and in which cell, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteFault {
    NeverClosed(usize),
    TextBehind(usize),
}

/// A byte that is not UTF-8.
pub struct NotUtf8 {
    /// The number of the cell, where it is known.
    pub cell: Option<usize>,
    /// From the row's start.
    pub at: usize,
    pub byte: u8,
}

impl Records {
    pub fn new(separator: u8) -> Records {
        Records {
            core: csv_core::ReaderBuilder::new().delimiter(separator).build(),
            separator,
            text: vec![0; 1 << 10],
            ends: vec![0; 64],
            count: 0,
            length: 0,
            number: 0,
            is_behind_return: false,
            has_line_end: false,
        }
    }

    /// The number of the row that was read last, or that was being read when the reading ended.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many cells of the row were read wholly.
    pub fn cells_read(&self) -> usize {
        self.count
    }

    /// Reads the next row; false at the end.
    ///
    /// # Errors
    /// What ends the reading.
    pub fn read<R: Read>(&mut self, window: &mut Window<R>) -> Result<bool, Stop> {
        window.consume(std::mem::take(&mut self.length));
        self.number += 1;
        self.count = 0;
        self.skip_blank_lines(window)?;
        let (mut taken, mut written, mut is_at_end) = (0, 0, false);
        loop {
            if taken == window.bytes().len() && !is_at_end {
                is_at_end = !window.more()?;
            }
            let rest = &window.bytes()[taken..];
            let (result, read, wrote, ended) =
                self.core.read_record(rest, &mut self.text[written..], &mut self.ends[self.count..]);
            taken += read;
            written += wrote;
            self.count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::Record if taken > LARGEST_ROW => return Err(Stop::TooLarge),
                ReadRecordResult::Record => {
                    self.is_behind_return = window.bytes()[..taken].ends_with(b"\r");
                    self.has_line_end = read > 0;
                    self.length = taken;
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Consumes the lines without anything before the next row. The line feed behind a carriage return ends no line.
    fn skip_blank_lines<R: Read>(&mut self, window: &mut Window<R>) -> Result<(), Stop> {
        loop {
            let Some(first) = window.bytes().first().copied() else {
                if window.more()? {
                    continue;
                }
                return Ok(());
            };
            match first {
                b'\n' if self.is_behind_return => self.is_behind_return = false,
                b'\n' => self.number += 1,
                b'\r' => {
                    self.number += 1;
                    self.is_behind_return = true;
                }
                _ => {
                    self.is_behind_return = false;
                    return Ok(());
                }
            }
            window.consume(1);
        }
    }

    /// The last row as it was written, without its line end.
    pub fn written<'a, R: Read>(&self, window: &'a Window<R>) -> &'a [u8] {
        let row = window.bytes().get(..self.length).unwrap_or_default();
        if !self.has_line_end {
            return row;
        }
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        row.strip_suffix(b"\r").unwrap_or(row)
    }

    /// The last row's cells.
    ///
    /// # Errors
    /// The first byte that is not UTF-8.
    pub fn cells<R: Read>(&self, window: &Window<R>) -> Result<Cells<'_>, NotUtf8> {
        let ends = &self.ends[..self.count];
        let text = &self.text[..ends.last().copied().unwrap_or(0)];
        let written = self.written(window);
        match (std::str::from_utf8(written), std::str::from_utf8(text)) {
            (Ok(_), Ok(text)) => Ok(Cells::new(text, ends)),
            (Err(error), in_cells) => {
                let at = error.valid_up_to();
                let in_text = in_cells.err().map(|error| error.valid_up_to());
                let cell = in_text.map(|at| ends.partition_point(|end| *end <= at));
                Err(NotUtf8 { cell, at, byte: written.get(at).copied().unwrap_or_default() })
            }
            (Ok(_), Err(error)) => {
                let at = error.valid_up_to();
                Err(NotUtf8 { cell: None, at, byte: text.get(at).copied().unwrap_or_default() })
            }
        }
    }

    /// What is wrong with the last row's quotes. Without any, its cells and separators are all that it has.
    pub fn quote_fault<R: Read>(&self, window: &Window<R>) -> Option<QuoteFault> {
        let written = self.written(window);
        let cells = self.ends[..self.count].last().copied().unwrap_or(0);
        let has_quotes = written.len() != cells + self.count.saturating_sub(1);
        if has_quotes { quote_fault(written, self.separator) } else { None }
    }
}

fn quote_fault(row: &[u8], separator: u8) -> Option<QuoteFault> {
    let mut rest = row;
    for cell in 0.. {
        let Some(mut inside) = rest.strip_prefix(b"\"") else {
            rest = &rest[memchr::memchr(separator, rest)? + 1..];
            continue;
        };
        loop {
            let Some(quote) = memchr::memchr(b'"', inside) else {
                return Some(QuoteFault::NeverClosed(cell));
            };
            inside = &inside[quote + 1..];
            match inside.strip_prefix(b"\"") {
                Some(behind) => inside = behind,
                None => break,
            }
        }
        match inside.split_first() {
            None => return None,
            Some((next, behind)) if *next == separator => rest = behind,
            Some(_) => return Some(QuoteFault::TextBehind(cell)),
        }
    }
    None
}

/// The separator of a table: the one that makes the most columns of the first line that is not blank. What is inside
/// quotes does not count.
///
/// # Errors
/// What ends the reading.
pub fn separator<R: Read>(window: &mut Window<R>) -> Result<u8, Stop> {
    loop {
        let (counts, is_whole) = count(window.bytes());
        if is_whole || !window.more()? {
            let most = counts.iter().copied().max().unwrap_or(0);
            let at = counts.iter().position(|count| *count == most).unwrap_or(0);
            return Ok(SEPARATORS[at]);
        }
    }
}

/// How often each separator is in the first line, and whether the line ends there.
fn count(bytes: &[u8]) -> ([usize; 4], bool) {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    let (mut counts, mut is_quoted, mut before) = ([0; 4], false, None);
    for byte in &bytes[start..] {
        let separator = SEPARATORS.iter().position(|separator| separator == byte);
        match (byte, separator) {
            (b'"', _) if is_quoted || before.is_none_or(|before| SEPARATORS.contains(&before)) => {
                is_quoted = !is_quoted;
            }
            // A doubled quote ends the cell and begins it again.
            (b'"', _) if before == Some(b'"') => is_quoted = true,
            (b'\n' | b'\r', _) if !is_quoted => return (counts, true),
            (_, Some(at)) if !is_quoted => counts[at] += 1,
            _ => {}
        }
        before = Some(*byte);
    }
    (counts, false)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rows;
    use super::super::{RowOptions, Rows};
    use crate::model::customer::CUSTOMER;

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts() {
        for (text, expected) in [
            ("boosterCustomerId,notes\n\n1,a\n\r\n\n2,b\n", vec!["3 1", "6 2"]),
            ("\nboosterCustomerId,notes\n1,a", vec!["3 1"]),
            ("boosterCustomerId,notes\r\n1,\"a\r\n\r\nb\"\r\n2,\"\n\"\r\n3,c\r\n", vec!["2 1", "3 2", "4 3"]),
            ("boosterCustomerId,notes\r1,a\r\r2,b\r", vec!["2 1", "4 2"]),
            // Blank rows count, and are none.
            ("boosterCustomerId,notes\n,\n  \n\t,\u{a0}\n1,a\n,\n", vec!["5 1"]),
            ("boosterCustomerId,notes\n", vec![]),
            ("boosterCustomerId,notes", vec![]),
        ] {
            let found = rows(text, &RowOptions::default());
            let found: Vec<&str> = found.iter().filter_map(|line| Some(line.split_once(" {")?.0)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn the_separator_is_the_one_that_makes_the_most_columns() {
        for (header, separator, columns) in [
            ("boosterCustomerId", "comma", 1),
            ("boosterCustomerId;notes", "semicolon", 2),
            ("boosterCustomerId\tnotes\tgender", "tab", 3),
            ("boosterCustomerId|notes", "|", 2),
            ("boosterCustomerId;\"notes\";gender", "semicolon", 3),
            ("\"boosterCustomerId\",\"_row\",\"notes\"", "comma", 3),
        ] {
            let text = format!("\r\n{header}\n1,,,,;;;;;;");
            let rows = Rows::open(&CUSTOMER, "a.csv", text.as_bytes(), &RowOptions::default()).expect(header);
            let plural = if columns == 1 { "column" } else { "columns" };
            assert_eq!(
                rows.detected().describe(),
                format!("CSV, separator {separator}, UTF-8, {columns} {plural}"),
                "{header}"
            );
        }
        // What is in quotes does not separate.
        assert_eq!(
            rows("\"a;b;c\",boosterCustomerId\n", &RowOptions::default()),
            [
                "unknown-field | a;b;c | row 1, column a;b;c | Customer has no field \"a;b;c\" | `booster customer explain` lists every field"
            ]
        );
    }

    #[test]
    fn quotes_that_other_programs_read_otherwise_are_refused() {
        let hint = "a double quote within a quoted value is written twice, as in \"a \"\"b\"\" c\"";
        let header = "boosterCustomerId,notes,gender";
        for (row, body) in [
            ("1,\"a,b\r\n\"\"c\"\"\",M", r#"{"gender":"M","notes":"a,b\r\n\"c\""}"#),
            // A quote that does not begin the value is a letter.
            ("1,5\" pipe,\"\"", r#"{"notes":"5\" pipe"}"#),
            ("\"1\",\"\"\"\",\"M\"", r#"{"gender":"M","notes":"\""}"#),
        ] {
            let found = rows(&format!("{header}\n{row}\n"), &RowOptions::default());
            assert_eq!(found, [format!("2 1 {body}")], "{row}");
        }
        assert_eq!(
            rows(&format!("{header}\n1,\"a\"b,M\n2,\"a\" ,M\n3,c,\n"), &RowOptions::default()),
            [
                "2 ? {}".to_owned(),
                format!(
                    "syntax | notes | row 2, column notes | a value goes on after its closing double quote | {hint}"
                ),
                "3 ? {}".to_owned(),
                format!(
                    "syntax | notes | row 3, column notes | a value goes on after its closing double quote | {hint}"
                ),
                r#"4 3 {"notes":"c"}"#.to_owned(),
            ]
        );
        assert_eq!(
            rows(&format!("{header}\n1,a,\n2,\"b,M\n3,c,\n"), &RowOptions::default()),
            [
                r#"2 1 {"notes":"a"}"#.to_owned(),
                format!(
                    "syntax | notes | row 3, column notes | a double quote is opened here and not closed before the end of the input | close it; {hint}"
                ),
            ]
        );
    }
}
