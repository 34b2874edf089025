//! Reading a table: its header, then row after row.

use std::borrow::Cow;
use std::io::Read;
use std::rc::Rc;

use super::cells::is_blank;
use super::columns::Columns;
use super::csv::{self, QuoteFault, Records};
use super::map::Map;
use super::reader::Stop;
use super::record::Cells;
use super::window::Window;
use super::{Format, Row, RowOptions, cells, header, results, stopped};
use crate::model::field::Record;
use crate::model::problem::{Fault, Problem, Rule, Source};

pub struct Table {
    records: Records,
    separator: u8,
    columns: Columns,
    header: String,
}

impl Table {
    /// Reads the header, and returns the names of its columns too.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open<R: Read>(
        record: &'static Record,
        window: &mut Window<R>,
        options: &RowOptions,
        map: Option<&Map>,
    ) -> Result<(Table, Vec<String>), Vec<Problem>> {
        let stop = |stop, row| vec![*stopped::problem(stop, Format::Csv { separator: b',' }, row, None)];
        let separator = csv::separator(window).map_err(|error| stop(error, 1))?;
        let mut records = Records::new(separator);
        loop {
            match records.read(window) {
                Ok(true) => {}
                // Another input than the one that was looked at; there is no header.
                Ok(false) => return Err(vec![no_header(&records)]),
                Err(error) => return Err(stop(error, records.number())),
            }
            let names = cells_of(&records, window, None).map_err(|problem| vec![*problem])?;
            if let Some(fault) = records.quote_fault(window) {
                return Err(vec![*quote_problem(fault, records.number(), None)]);
            }
            if names.iter().all(is_blank) {
                continue;
            }
            if let Some(fault) = separator_line(&names, records.written(window)) {
                return Err(vec![fault.of(Source::Row { row: records.number(), column: None })]);
            }
            let list: Vec<&str> = names.iter().collect();
            let columns = header::resolve(record, &list, records.number(), options, map)?;
            let header = line(&records, &names, &columns, separator, window).into_owned();
            let list = list.into_iter().map(str::to_owned).collect();
            return Ok((Table { records, separator, columns, header }, list));
        }
    }

    pub fn format(&self) -> Format {
        Format::Csv { separator: self.separator }
    }

    pub fn header(&self) -> &str {
        &self.header
    }

    /// Reads the next row in which anything is; without options its number alone, and no values.
    ///
    /// # Errors
    /// What ends the reading.
    pub fn next<R: Read>(
        &mut self,
        window: &mut Window<R>,
        options: Option<&RowOptions>,
    ) -> Result<Option<Row>, Box<Problem>> {
        loop {
            let read = self.records.read(window);
            let number = self.records.number();
            if !read.map_err(|stop| self.stopped(stop))? {
                return Ok(None);
            }
            let places = &self.columns.places;
            let cells = cells_of(&self.records, window, Some(places))?;
            if let Some(fault) = self.records.quote_fault(window) {
                let problem = quote_problem(fault, number, Some(places));
                return match fault {
                    QuoteFault::NeverClosed(_) => Err(problem),
                    QuoteFault::TextBehind(_) => {
                        Ok(Some(Row::unreadable(self.columns.record, number, *problem)))
                    }
                };
            }
            if !cells.iter().all(is_blank) {
                return Ok(Some(match options {
                    Some(options) => cells::row(&self.columns, &cells, number, options),
                    None => Row::new(self.columns.record, number),
                }));
            }
        }
    }

    fn stopped(&self, stop: Stop) -> Box<Problem> {
        let column = self.columns.places.get(self.records.cells_read());
        stopped::problem(stop, self.format(), self.records.number(), column)
    }

    /// The last row's text.
    pub fn text<'a, R: Read>(&self, window: &'a Window<R>) -> Cow<'a, str> {
        match self.records.cells(window) {
            Ok(cells) => line(&self.records, &cells, &self.columns, self.separator, window),
            Err(_) => String::from_utf8_lossy(self.records.written(window)),
        }
    }
}

/// The last row as it was written, or written again without the columns of a results file.
fn line<'a, R: Read>(
    records: &Records,
    cells: &Cells<'_>,
    columns: &Columns,
    separator: u8,
    window: &'a Window<R>,
) -> Cow<'a, str> {
    if columns.results.is_empty() {
        String::from_utf8_lossy(records.written(window))
    } else {
        Cow::Owned(results::line_without(cells, &columns.results, separator))
    }
}

fn cells_of<'a, R: Read>(
    records: &'a Records,
    window: &Window<R>,
    places: Option<&[Rc<str>]>,
) -> Result<Cells<'a>, Box<Problem>> {
    records.cells(window).map_err(|error| {
        let column = error.cell.and_then(|cell| places?.get(cell));
        stopped::not_utf8(error.byte, window.offset() + error.at as u64, records.number(), column)
    })
}

fn quote_problem(fault: QuoteFault, row: u64, places: Option<&[Rc<str>]>) -> Box<Problem> {
    let column = |cell: usize| places.and_then(|places| places.get(cell));
    match fault {
        QuoteFault::NeverClosed(cell) => stopped::never_closed(row, column(cell)),
        QuoteFault::TextBehind(cell) => stopped::at_column(stopped::text_behind_quote(), row, column(cell)),
    }
}

/// The line by which Excel is told the separator.
fn separator_line(names: &Cells<'_>, written: &[u8]) -> Option<Fault> {
    let is_one = names.len() <= 2 && written.len() == 5 && written.to_ascii_lowercase().starts_with(b"sep=");
    is_one.then(|| {
        Fault::new(Rule::SYNTAX, "the first row is not the header, but says what the separator is")
            .hint("remove it: the separator is found without it")
    })
}

fn no_header(records: &Records) -> Problem {
    Fault::new(Rule::SYNTAX, "the table has no header")
        .hint("the first row must be the header; `booster bulk template` prints one")
        .of(Source::Row { row: records.number(), column: None })
}
