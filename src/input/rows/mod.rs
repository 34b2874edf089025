//! Input by rows: a table (CSV, a workbook) or JSON lines as a stream of patches, one customer a row. What is in memory
//! does not grow with the number of rows, but for a workbook, which is held whole.

mod cells;
mod columns;
mod csv;
mod encoding;
mod gzip;
mod header;
mod kind;
mod lines;
mod lists;
mod map;
mod mapped;
mod open;
mod reader;
mod record;
mod results;
mod row_id;
mod sheet;
mod stopped;
mod table;
mod transcode;
mod typed;
mod window;
mod workbook;

use std::borrow::Cow;
use std::io::Read;
use std::rc::Rc;

use crate::escape::escaped;
use crate::model::field::Record;
use crate::model::patch::Patch;
use crate::model::problem::{FileText, Problem};
pub use columns::{Meaning, meaning};
use lines::Lines;
pub use results::push_cell;
use sheet::Sheet;
use table::Table;
pub use transcode::{Encoding, Label};
use window::Window;

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
    /// The sheet of a workbook, where it is not the first one.
    pub sheet: Option<String>,
    /// What the table's own columns and values mean.
    pub map: Option<Rc<FileText>>,
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
    /// Of a workbook.
    pub sheet: Option<SheetUsed>,
    /// The names of the columns as they are written; none in JSON lines.
    pub columns: Vec<String>,
}

/// What is read of a workbook.
#[derive(Debug, Clone)]
pub struct SheetUsed {
    pub name: String,
    /// How many of its cells are formulas.
    pub formulas: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv { separator: u8 },
    JsonLines,
    Workbook,
}

impl Format {
    /// What separates the cells of a row as text; none in JSON lines.
    pub fn separator(self) -> Option<u8> {
        match self {
            Format::Csv { separator } => Some(separator),
            Format::Workbook => Some(sheet::SEPARATOR),
            Format::JsonLines => None,
        }
    }
}

impl Detected {
    pub fn describe(&self) -> String {
        let gzip = if self.is_compressed { ", gzip" } else { "" };
        let encoding = format!("{}{gzip}", self.encoding.name());
        // Spreadsheets put columns without a name behind the others.
        let count = self.columns.iter().filter(|name| !name.trim().is_empty()).count();
        let columns = number(count as u64, "column");
        match (self.format, &self.sheet) {
            (Format::Csv { separator }, _) => {
                let separator = match separator {
                    b',' => "comma",
                    b';' => "semicolon",
                    b'\t' => "tab",
                    _ => "|",
                };
                format!("CSV, separator {separator}, {encoding}, {columns}")
            }
            (Format::JsonLines, _) => format!("JSON lines, {encoding}"),
            (Format::Workbook, Some(sheet)) if sheet.formulas > 0 => format!(
                "Excel workbook{gzip}, sheet {}, {columns}, with the stored values of {}",
                escaped(&sheet.name),
                number(sheet.formulas, "formula")
            ),
            (Format::Workbook, sheet) => {
                let sheet = sheet.as_ref().map_or_else(String::new, |sheet| escaped(&sheet.name));
                format!("Excel workbook{gzip}, sheet {sheet}, {columns}")
            }
        }
    }

    /// Whether a table of these rows begins with a byte order mark: spreadsheets need it, and what came was not bare UTF-8.
    pub fn has_mark(&self) -> bool {
        self.format == Format::Workbook || self.encoding != Encoding::Utf8
    }
}

fn number(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
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
    reading: Reading<R>,
    is_over: bool,
}

enum Reading<R> {
    Table(Window<R>, Box<Table>),
    Lines(Window<R>, Lines),
    Sheet(Box<Sheet>),
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
        let (reading, detected) = open::open(record, name, reader, options)?;
        Ok(Rows { options: options.clone(), detected, reading, is_over: false })
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
        self.read(true)
    }

    /// Passes over the next row, whose text can be had then, and gives its number; none at the end.
    ///
    /// # Errors
    /// As [`Rows::next`].
    #[expect(clippy::result_large_err, reason = "a row is no smaller than what is wrong with it")]
    pub fn pass(&mut self) -> Result<Option<u64>, Problem> {
        Ok(self.read(false)?.map(|row| row.number))
    }

    #[expect(clippy::result_large_err, reason = "a row is no smaller than what is wrong with it")]
    fn read(&mut self, with_values: bool) -> Result<Option<Row>, Problem> {
        if self.is_over {
            return Ok(None);
        }
        let options = Some(&self.options).filter(|_| with_values);
        let read = match &mut self.reading {
            Reading::Table(window, table) => table.next(window, options),
            Reading::Lines(window, lines) => lines.next(window, &self.options),
            Reading::Sheet(sheet) => Ok(sheet.next(&self.options)),
        };
        self.is_over = !matches!(read, Ok(Some(_)));
        read.map_err(|problem| *problem)
    }

    /// The text of the last row without its line end, and without what a results file added.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.reading {
            Reading::Table(window, table) => table.text(window),
            Reading::Lines(window, lines) => lines.text(window),
            Reading::Sheet(sheet) => sheet.text(),
        }
    }

    /// The text of the header in the same way; none in JSON lines.
    pub fn header(&self) -> Option<Cow<'_, str>> {
        match &self.reading {
            Reading::Table(_, table) => Some(Cow::Borrowed(table.header())),
            Reading::Lines(..) => None,
            Reading::Sheet(sheet) => Some(Cow::Borrowed(sheet.header())),
        }
    }
}

#[cfg(test)]
mod tests;
