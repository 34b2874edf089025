//! Reading a workbook's sheet as a table: its header, then row after row.

use std::borrow::Cow;

use super::cells::is_blank;
use super::columns::Columns;
use super::map::Map;
use super::record::{Cells, Type};
use super::workbook::{Grid, RowCells};
use super::{Row, RowOptions, cells, header, results};
use crate::model::field::Record;
use crate::model::problem::Problem;

/// What is between the cells of a row as text.
pub const SEPARATOR: u8 = b',';

pub struct Sheet {
    grid: Grid,
    columns: Columns,
    header: String,
    row: Dense,
    at: RowCells,
}

/// The cells of one row, those that are empty too.
#[derive(Default)]
struct Dense {
    text: String,
    ends: Vec<usize>,
    types: Vec<Type>,
}

impl Dense {
    fn fill<'a>(&mut self, width: usize, given: impl Iterator<Item = (usize, &'a str, Type)>) {
        self.text.clear();
        self.ends.clear();
        self.types.clear();
        for (column, text, kind) in given {
            self.pad(column);
            self.text.push_str(text);
            self.ends.push(self.text.len());
            self.types.push(kind);
        }
        self.pad(width);
    }

    fn pad(&mut self, width: usize) {
        self.ends.resize(width.max(self.ends.len()), self.text.len());
        self.types.resize(self.ends.len(), Type::Text);
    }

    fn cells(&self) -> Cells<'_> {
        Cells::new(&self.text, &self.ends).with_types(&self.types)
    }
}

impl Sheet {
    /// Finds the header, and returns the names of its columns too; none where the sheet is empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(
        record: &'static Record,
        grid: Grid,
        options: &RowOptions,
        map: Option<&Map>,
    ) -> Result<Option<(Sheet, Vec<String>)>, Vec<Problem>> {
        let (width, mut at, mut row) = (grid.width(), RowCells::default(), Dense::default());
        while let Some((next, number)) = grid.row_behind(at) {
            at = next;
            row.fill(width, grid.cells(at));
            let names: Vec<&str> = row.cells().iter().collect();
            if names.iter().all(|name| is_blank(name)) {
                continue;
            }
            let columns = header::resolve(record, &names, number, options, map)?;
            let header = results::line_without(&row.cells(), &columns.results, SEPARATOR);
            let names = names.into_iter().map(str::to_owned).collect();
            return Ok(Some((Sheet { grid, columns, header, row, at }, names)));
        }
        Ok(None)
    }

    pub fn header(&self) -> &str {
        &self.header
    }

    /// Reads the next row in which anything is.
    pub fn next(&mut self, options: &RowOptions) -> Option<Row> {
        loop {
            let (at, number) = self.grid.row_behind(self.at)?;
            self.at = at;
            self.row.fill(self.columns.count, self.grid.cells(at));
            let cells = self.row.cells();
            if !cells.iter().all(is_blank) {
                return Some(cells::row(&self.columns, &cells, number, options));
            }
        }
    }

    /// The last row as a line of a table, each cell as it is shown.
    pub fn text(&self) -> Cow<'_, str> {
        Cow::Owned(results::line_without(&self.row.cells(), &self.columns.results, SEPARATOR))
    }
}
