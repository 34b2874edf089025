//! Input by rows: a table (CSV) or JSON lines as a stream of patches, one customer a row. What is in memory does not grow
//! with the number of rows.

mod cells;
mod columns;
mod csv;
mod encoding;
mod gzip;
mod header;
mod kind;
mod lines;
mod lists;
mod reader;
mod results;
mod row_id;
mod stopped;
mod table;
mod transcode;
mod window;

use std::borrow::Cow;
use std::io::Read;
use std::rc::Rc;

use crate::model::field::Record;
use crate::model::patch::Patch;
use crate::model::problem::{Fault, Problem, Rule, Source};
pub use columns::{Meaning, meaning};
use gzip::Bytes;
use kind::Kind;
use lines::Lines;
use reader::Stop;
use table::Table;
pub use transcode::{Encoding, Label};
use window::{Unusable, Window};

/// How the rows are read.
#[derive(Debug, Clone, Default)]
pub struct RowOptions {
    /// The column, or the key, with the customer's id, where it is not `boosterCustomerId`.
    pub id_column: Option<String>,
    /// A cell that is exactly this clears its field.
    pub clear_cell: Option<String>,
    pub lists: ListColumns,
    /// The encoding, where it is not one that is found out.
    pub encoding: Option<Label>,
}

/// What lists in the rows mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListColumns {
    /// Nobody has said it, so there may be none.
    #[default]
    Refused,
    /// Each is the customer's whole list.
    Whole,
    /// Their items are added to the customer's list.
    Added,
}

/// What was found out about an input.
#[derive(Debug, Clone)]
pub struct Detected {
    pub format: Format,
    pub encoding: Encoding,
    /// Whether the file is gzip.
    pub is_compressed: bool,
    /// The names of the columns as they are written; none in JSON lines.
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv { separator: u8 },
    JsonLines,
}

impl Detected {
    pub fn describe(&self) -> String {
        let encoding = format!("{}{}", self.encoding.name(), if self.is_compressed { ", gzip" } else { "" });
        match self.format {
            Format::Csv { separator } => {
                let separator = match separator {
                    b',' => "comma",
                    b';' => "semicolon",
                    b'\t' => "tab",
                    _ => "|",
                };
                // Spreadsheets put columns without a name behind the others.
                let count = self.columns.iter().filter(|name| !name.trim().is_empty()).count();
                let columns = if count == 1 { "column" } else { "columns" };
                format!("CSV, separator {separator}, {encoding}, {count} {columns}")
            }
            Format::JsonLines => format!("JSON lines, {encoding}"),
        }
    }
}

/// What one row gives.
#[derive(Debug)]
pub struct Row {
    /// From 1, the header included, as a spreadsheet counts; of JSON lines the line.
    pub number: u64,
    pub customer: Option<u32>,
    pub patch: Patch,
    pub problems: Vec<Problem>,
    /// For a list in which items without a value are left out, the number that each of the others has in the columns.
    moved: Vec<(&'static str, Vec<usize>)>,
}

impl Row {
    fn new(record: &'static Record, number: u64) -> Row {
        Row { number, customer: None, patch: Patch::new(record), problems: Vec::new(), moved: Vec::new() }
    }

    /// A row that could not be read: no value is known, and none is missing.
    fn unreadable(record: &'static Record, number: u64, problem: Problem) -> Row {
        Row { patch: Patch::invalid(record), problems: vec![problem], ..Row::new(record, number) }
    }

    /// A place in the patch as the columns have it: where the first email has no value, the patch's `emails[0].email` is
    /// in the column `emails[1].email`.
    pub fn place<'a>(&self, place: &'a str) -> Cow<'a, str> {
        let in_column = || {
            let (list, rest) = place.split_once('[')?;
            let (_, numbers) = self.moved.iter().find(|(name, _)| *name == list)?;
            let (position, rest) = rest.split_once(']')?;
            let number = numbers.get(position.parse::<usize>().ok()?)?;
            Some(format!("{list}[{number}]{rest}"))
        };
        in_column().map_or(Cow::Borrowed(place), Cow::Owned)
    }
}

/// The rows of an input, one after the other.
pub struct Rows<R> {
    options: RowOptions,
    detected: Detected,
    window: Window<R>,
    reading: Reading,
    is_over: bool,
}

enum Reading {
    Table(Box<Table>),
    Lines(Lines),
}

impl<R: Read> Rows<R> {
    /// Begins to read: finds format and encoding, and for a table what its columns stand for. The name is the path as it
    /// was given, `-` for standard input.
    ///
    /// # Errors
    /// What is wrong with the input as a whole, or with its header.
    pub fn open(
        record: &'static Record,
        name: &str,
        reader: R,
        options: &RowOptions,
    ) -> Result<Rows<R>, Vec<Problem>> {
        let whole = |fault: Fault| vec![fault.of(Source::WholeFile(Rc::from(name)))];
        let unreadable = |error| {
            vec![
                Problem::usage(format!("cannot read {name}: {error}"))
                    .hint("name a file that can be read, or - for standard input"),
            ]
        };
        let input = Bytes::open(reader).map_err(unreadable)?;
        let (mut window, encoding) = Window::open(input, options.encoding).map_err(|error| match error {
            Unusable::Stop(Stop::Io(error)) => unreadable(error),
            Unusable::Stop(stop) => vec![*stopped::problem(stop, Format::JsonLines, 1, None)],
            Unusable::Fault(fault) => whole(fault),
        })?;
        if !has_text(&mut window) {
            let fault = Fault::new(Rule::SYNTAX, "the file is empty");
            return Err(whole(
                fault.hint("the first row must be the header; `booster bulk template` prints one"),
            ));
        }
        let (reading, format, columns) = match kind::find(name, window.bytes()).map_err(whole)? {
            Kind::JsonLines => (Reading::Lines(Lines::new(record)), Format::JsonLines, Vec::new()),
            Kind::Table => {
                let (table, columns) = Table::open(record, &mut window, options)?;
                let format = table.format();
                (Reading::Table(Box::new(table)), format, columns)
            }
        };
        let detected = Detected { format, encoding, is_compressed: window.is_compressed(), columns };
        Ok(Rows { options: options.clone(), detected, window, reading, is_over: false })
    }

    pub fn detected(&self) -> &Detected {
        &self.detected
    }

    /// The next row, or none at the end. A row of blanks is passed over.
    ///
    /// # Errors
    /// What ends the reading; nothing follows it.
    #[expect(clippy::result_large_err, reason = "a row is no smaller than what is wrong with it")]
    pub fn next(&mut self) -> Result<Option<Row>, Problem> {
        if self.is_over {
            return Ok(None);
        }
        let read = match &mut self.reading {
            Reading::Table(table) => table.next(&mut self.window, &self.options),
            Reading::Lines(lines) => lines.next(&mut self.window, &self.options),
        };
        self.is_over = !matches!(read, Ok(Some(_)));
        read.map_err(|problem| *problem)
    }

    /// The text of the last row without its line end, and without what a results file added.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.reading {
            Reading::Table(table) => table.text(&self.window),
            Reading::Lines(lines) => lines.text(&self.window),
        }
    }

    /// The text of the header in the same way; none in JSON lines.
    pub fn header(&self) -> Option<Cow<'_, str>> {
        match &self.reading {
            Reading::Table(table) => Some(Cow::Borrowed(table.header())),
            Reading::Lines(_) => None,
        }
    }
}

/// Whether there is anything but blanks. What ends the reading here will do so again.
fn has_text<R: Read>(window: &mut Window<R>) -> bool {
    loop {
        if window.bytes().iter().any(|byte| !byte.is_ascii_whitespace()) {
            return true;
        }
        match window.more() {
            Ok(true) => {}
            Ok(false) => return false,
            Err(Stop::Io(_) | Stop::Malformed { .. } | Stop::Gzip { .. } | Stop::TooLarge) => return true,
        }
    }
}

#[cfg(test)]
mod tests;
