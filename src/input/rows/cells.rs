//! The cells of a table's row as a patch.

use std::rc::Rc;

use super::columns::{Column, Columns, FieldColumn, List};
use super::csv::Cells;
use super::{ListColumns, Row, RowOptions, row_id};
use crate::escape::quoted;
use crate::input::flags::cannot_clear;
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};

/// Reads the row of this number, in which something is. Every problem goes into it.
pub fn row(columns: &Columns, cells: &Cells<'_>, number: u64, options: &RowOptions) -> Row {
    if let Some(fault) = uneven(columns, cells) {
        return Row::unreadable(columns.record, number, fault.of(Source::Row { row: number, column: None }));
    }
    let mut row = Row::new(columns.record, number);
    let id = cells.get(columns.id.number);
    match row_id::read(id) {
        Ok(id) => row.customer = Some(id),
        Err(fault) => {
            row.problems.push(fault.at(columns.id.place.as_ref(), source(number, &columns.id.place)))
        }
    }
    for unnamed in columns.unnamed.iter().filter(|unnamed| !is_blank(cells.get(**unnamed))) {
        let message = format!("column {} has a value here, but no name in the header", unnamed + 1);
        let fault = Fault::new(Rule::UNKNOWN_FIELD, message).hint("name the column, or remove the value");
        row.problems.push(fault.of(source(number, &columns.places[*unnamed])));
    }
    let clear = options.clear_cell.as_deref();
    let mut reader = CellReader { cells, number, clear, problems: &mut row.problems };
    for column in &columns.scalars {
        reader.field(&mut row.patch, column);
    }
    for list in &columns.lists {
        let numbers = reader.list(&mut row.patch, list, options.lists);
        if numbers.iter().enumerate().any(|(position, number)| position != *number) {
            row.moved.push((list.field.name, numbers));
        }
    }
    row
}

/// A cell of blanks, or of nothing, gives no value.
pub fn is_blank(cell: &str) -> bool {
    cell.trim().is_empty()
}

fn source(row: u64, place: &Rc<str>) -> Source {
    Source::Row { row, column: Some(Rc::clone(place)) }
}

/// A row with fewer cells than the header, or with more of which one is not blank: nobody knows which value belongs to
/// which column.
fn uneven(columns: &Columns, cells: &Cells<'_>) -> Option<Fault> {
    let is_fine = cells.len() == columns.count
        || cells.len() > columns.count
            && (columns.count..cells.len()).all(|extra| is_blank(cells.get(extra)));
    if is_fine {
        return None;
    }
    let cell = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
    let message = format!("the row has {}, but the header has {}", cell(cells.len()), columns.count);
    let fault = Fault::new(Rule::SYNTAX, message);
    Some(if cells.len() > columns.count {
        fault.hint("put a value that contains the separator in double quotes")
    } else {
        fault.hint(
            "write a separator for each empty cell too; or a line end in a value is not in double quotes",
        )
    })
}

/// Reads the cells of one row.
struct CellReader<'a> {
    cells: &'a Cells<'a>,
    number: u64,
    clear: Option<&'a str>,
    problems: &'a mut Vec<Problem>,
}

impl CellReader<'_> {
    /// Gives the field what is in its column, and returns whether anything is.
    fn field(&mut self, patch: &mut Patch, column: &FieldColumn) -> bool {
        let FieldColumn { column, field } = column;
        let text = self.cells.get(column.number);
        if is_blank(text) {
            return false;
        }
        let read = if self.clear == Some(text) {
            Value::empty(field).ok_or_else(cannot_clear)
        } else {
            Value::parse(field, text)
        };
        match read {
            Ok(value) => patch.set(field, value, source(self.number, &column.place)),
            Err(fault) => {
                self.problems.push(fault.at(column.place.as_ref(), source(self.number, &column.place)));
                patch.set_invalid(field);
            }
        }
        true
    }

    /// Gives the list its items, and returns the number that each has in the columns: those without a value are left
    /// out.
    fn list(&mut self, patch: &mut Patch, list: &List, mode: ListColumns) -> Vec<usize> {
        let (mut items, mut numbers) = (Vec::new(), Vec::new());
        for item in &list.items {
            let mut given = Patch::new(list.record);
            let mut is_given = false;
            for column in &item.columns {
                is_given |= self.field(&mut given, column);
            }
            if is_given {
                items.push(Item { patch: given, source: source(self.number, &item.place) });
                numbers.push(item.number);
            }
        }
        match list.whole.as_ref().map(|column| self.is_cleared(list, column, &items, mode)) {
            Some(Ok(false)) | None if items.is_empty() => return numbers,
            Some(Ok(_)) | None => {
                let source = source(self.number, &list.place);
                patch.set(list.field, Value::List(items), source.clone());
                if mode == ListColumns::Added {
                    patch.edit_list(list.field, Vec::new(), source);
                }
            }
            Some(Err(fault)) => {
                self.problems.push(fault.at(list.field.name, source(self.number, &list.place)));
                patch.set_invalid(list.field);
            }
        }
        numbers
    }

    /// Whether the column of a whole list clears it.
    fn is_cleared(
        &self,
        list: &List,
        column: &Column,
        items: &[Item],
        mode: ListColumns,
    ) -> Result<bool, Fault> {
        let text = self.cells.get(column.number);
        if is_blank(text) {
            return Ok(false);
        }
        if self.clear != Some(text) {
            let sample = list.record.fields[0].at(&format!("{}[0]", list.field.name));
            return Err(Fault::new(
                Rule::NOT_A_LIST,
                format!("expected a list, found the text {}", quoted(text)),
            )
            .hint(format!("give the items in columns of their own, such as {sample}")));
        }
        if mode == ListColumns::Added {
            return Err(added_list_cannot_clear());
        }
        if items.is_empty() {
            return Ok(true);
        }
        Err(Fault::new(
            Rule::CANNOT_CLEAR,
            format!("{} is given items and cleared at the same time", list.field.name),
        )
        .hint("leave either this cell or those of the items blank"))
    }
}

/// A list to which items are added is never emptied.
pub fn added_list_cannot_clear() -> Fault {
    Fault::new(Rule::CANNOT_CLEAR, "--add-items adds to the customer's list, and cannot clear it")
        .hint("clear it in a run with --replace-lists")
}
