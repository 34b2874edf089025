//! An Excel workbook (.xlsx): the cells of one of its sheets, each as text and with its type. It is held whole.

mod inside;

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};

use super::RowOptions;
use super::record::Type;
use super::typed::cell_name;
use crate::escape::quoted;
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::spelling::did_you_mean;

/// The largest workbook, in bytes.
pub const LARGEST: usize = 256 << 20;

/// What the parts of a workbook may take when they are decompressed, and the texts of its cells.
const LARGEST_INSIDE: u64 = 1 << 30;

/// The rows and columns that a sheet can have.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// The cells of a sheet that have anything in them, by rows.
pub struct Grid {
    pub sheet: String,
    /// How many of the cells are formulas.
    pub formulas: u64,
    text: String,
    cells: Vec<Cell>,
}

/// A cell, whose text ends there in that of all.
struct Cell {
    row: u32,
    end: u32,
    column: u16,
    kind: Type,
}

/// Where a row's cells are.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowCells {
    start: usize,
    end: usize,
}

impl Grid {
    /// The number of columns that have anything in them, those before them included.
    pub fn width(&self) -> usize {
        self.cells.iter().map(|cell| usize::from(cell.column) + 1).max().unwrap_or(0)
    }

    /// The row behind this one, and its number from 1.
    pub fn row_behind(&self, row: RowCells) -> Option<(RowCells, u64)> {
        let start = row.end;
        let number = self.cells.get(start)?.row;
        let length = self.cells[start..].iter().take_while(|cell| cell.row == number).count();
        Some((RowCells { start, end: start + length }, u64::from(number) + 1))
    }

    /// Column, text and type of each cell in a row.
    pub fn cells(&self, row: RowCells) -> impl Iterator<Item = (usize, &str, Type)> {
        (row.start..row.end).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.cells[before].end);
            let cell = &self.cells[at];
            (usize::from(cell.column), &self.text[start as usize..cell.end as usize], cell.kind)
        })
    }

    fn push(&mut self, (row, column): (u32, u32), text: &str, kind: Type) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        if row >= ROWS || column >= COLUMNS {
            return Err(broken("a cell is outside the sheet"));
        }
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        if self.cells.last().is_some_and(|last| (last.row, last.column) >= (row, column)) {
            let cell = cell_name(usize::from(column), u64::from(row) + 1);
            return Err(broken(&format!("cell {cell} is there twice, or not in its place")));
        }
        self.text.push_str(text);
        let held = self.text.len() as u64 + (self.cells.len() * size_of::<Cell>()) as u64;
        let end =
            u32::try_from(self.text.len()).ok().filter(|_| held <= LARGEST_INSIDE).ok_or_else(too_large)?;
        self.cells.push(Cell { row, end, column, kind });
        Ok(())
    }
}

/// Reads a sheet of a workbook: the one that the options name, else the first one that is not hidden.
///
/// # Errors
/// All that is wrong with it; `name` is the path as it was given.
pub fn read(name: &str, bytes: &[u8], options: &RowOptions) -> Result<Grid, Vec<Problem>> {
    let whole = |fault: Fault| vec![fault.of(Source::WholeFile(name.into()))];
    let has_merged = inside::inspect(bytes, LARGEST_INSIDE).map_err(whole)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| whole(broken(&error.to_string())))?;
    let sheet = sheet(workbook.sheets_metadata(), options.sheet.as_deref())
        .map_err(|problem| vec![problem.at(Source::WholeFile(name.into()))])?;
    let grid = grid(&mut workbook, sheet).map_err(whole)?;
    if has_merged {
        not_merged(&mut workbook, &grid).map_err(whole)?;
    }
    Ok(grid)
}

pub(super) fn broken(why: &str) -> Fault {
    Fault::new(Rule::SYNTAX, format!("the workbook cannot be read: {why}"))
        .hint("open it in a spreadsheet program and save it again, or save it as CSV (UTF-8)")
}

pub fn too_large() -> Fault {
    Fault::new(Rule::TOO_LONG, "the workbook is too large to be held in memory")
        .hint("save it as CSV (UTF-8)")
}

/// The name of the sheet that is read.
fn sheet(sheets: &[Sheet], wanted: Option<&str>) -> Result<String, Box<Problem>> {
    let of_cells = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names = || of_cells().map(|sheet| sheet.name.as_str());
    let Some(wanted) = wanted else {
        let shown = of_cells().find(|sheet| sheet.visible == SheetVisible::Visible);
        let first = shown.or_else(|| of_cells().next()).map(|sheet| sheet.name.clone());
        return first.ok_or_else(|| Box::new(broken("it has no sheet").of(None)));
    };
    if names().any(|name| name == wanted) {
        return Ok(wanted.to_owned());
    }
    let problem = Problem::usage(format!("the workbook has no sheet {}", quoted(wanted)));
    Err(Box::new(problem.hint(match did_you_mean(wanted, names()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => format!("its sheets are {}", names().map(quoted).collect::<Vec<_>>().join(", ")),
    })))
}

fn grid(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: String) -> Result<Grid, Fault> {
    let is_1904 = workbook.has_1904_epoch();
    let mut reader = workbook.worksheet_cells_reader(&sheet).map_err(|error| broken(&error.to_string()))?;
    let mut grid = Grid { sheet, formulas: 0, text: String::new(), cells: Vec::new() };
    loop {
        let cell = match reader.next_cell_with_formula_metadata() {
            Ok(Some(cell)) => cell,
            Ok(None) => return Ok(grid),
            Err(XlsxError::CellError(error)) => return Err(new_error(&grid, &error)),
            Err(error) => return Err(broken(&error.to_string())),
        };
        let is_formula = cell.formula.is_some();
        grid.formulas += u64::from(is_formula);
        let at = cell.pos;
        match cell.value {
            DataRef::Empty if is_formula => grid.push(at, "#N/A", Type::NotCalculated)?,
            DataRef::Empty => {}
            DataRef::String(text) => grid.push(at, &text, Type::Text)?,
            DataRef::SharedString(text) => grid.push(at, text, Type::Text)?,
            DataRef::Int(number) => grid.push(at, &number.to_string(), Type::Number)?,
            DataRef::Float(number) => grid.push(at, &shown(number), Type::Number)?,
            DataRef::Bool(yes) => grid.push(at, if yes { "true" } else { "false" }, Type::Bool)?,
            DataRef::DateTime(date) => grid.push(at, &moment(&date, is_1904), Type::Date)?,
            DataRef::DateTimeIso(text) => grid.push(at, iso_day(&text), Type::Date)?,
            DataRef::DurationIso(text) => grid.push(at, &text, Type::Date)?,
            DataRef::Error(error) => grid.push(at, &error.to_string(), Type::Error)?,
        }
    }
}

/// An error of which calamine does not know, and so not in which cell it is.
fn new_error(grid: &Grid, error: &str) -> Fault {
    let behind = grid.cells.last().map_or_else(
        || "the first cell".to_owned(),
        |cell| format!("a cell behind {}", cell_name(usize::from(cell.column), u64::from(cell.row) + 1)),
    );
    Fault::new(Rule::SYNTAX, format!("{behind} shows the error {}", quoted(error)))
        .hint("correct the formula, or empty the cell")
}

/// A number without what a float adds to it.
fn shown(number: f64) -> String {
    // No zero has a sign for a person.
    let number = if number == 0.0 { 0.0 } else { number };
    number.to_string()
}

/// The moment that a number of days stands for: the day alone where it is midnight, the time alone where there is no day.
fn moment(date: &ExcelDateTime, is_1904: bool) -> String {
    let days = date.as_f64();
    if date.is_duration() || !(0.0..LAST_DAY).contains(&days) {
        return shown(days);
    }
    let (year, month, day, hour, minute, second, millisecond) = date.to_ymd_hms_milli();
    let has_time = (hour, minute, second, millisecond) != (0, 0, 0, 0);
    match (days < 1.0 && !is_1904, has_time) {
        (true, true) => format!("{hour:02}:{minute:02}:{second:02}"),
        // As it is shown there.
        (true, false) => "1900-01-00".to_owned(),
        (false, true) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// The number behind that of the last day that there is, 9999-12-31.
const LAST_DAY: f64 = 2_958_466.0;

/// A day in ISO form without a midnight behind it.
fn iso_day(text: &str) -> &str {
    match text.split_once('T') {
        Some((day, time))
            if time.trim_end_matches('Z').bytes().all(|byte| matches!(byte, b'0' | b':' | b'.')) =>
        {
            day
        }
        Some(_) | None => text,
    }
}

/// Cells that are merged show one value for all of them, and have it in the first one alone.
fn not_merged(workbook: &mut Xlsx<Cursor<&[u8]>>, grid: &Grid) -> Result<(), Fault> {
    let merged =
        workbook.merge_cells_by_sheet_name(&grid.sheet).map_err(|error| broken(&error.to_string()))?;
    let Some(header) = grid.cells.first().map(|cell| cell.row) else { return Ok(()) };
    let has_value = |row: u32, column: u32| {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        grid.cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column)).is_ok()
    };
    let found = merged
        .iter()
        .find(|area| area.end.0 > header && area.start != area.end && has_value(area.start.0, area.start.1));
    found.map_or(Ok(()), |area| {
        let name = |(row, column): (u32, u32)| cell_name(column as usize, u64::from(row) + 1);
        let message = format!(
            "cells {}:{} are merged, so that only the first of them has the value",
            name(area.start),
            name(area.end)
        );
        Err(Fault::new(Rule::SYNTAX, message)
            .hint("unmerge the cells below the header, and write the value in each"))
    })
}

#[cfg(test)]
mod tests;
