//! What the columns of a table can stand for, and what their names mean.

use std::collections::HashMap;
use std::rc::Rc;

use super::map::DateFormat;
use super::record::{Cells, Type};
use crate::escape::quoted;
use crate::input::file::unknown;
use crate::model::field::{Field, Kind, Record};
use crate::model::problem::{Fault, Rule};

/// The number of items that columns can give of one list.
const MOST_ITEMS: usize = 100;

/// The columns of a table by what they stand for. A column is known by its number, from 0.
pub struct Columns {
    pub record: &'static Record,
    pub count: usize,
    pub id: Column,
    /// In the order of the table's columns.
    pub scalars: Vec<FieldColumn>,
    pub lists: Vec<List>,
    /// Columns without a name, in which nothing may be.
    pub unnamed: Vec<usize>,
    /// Columns that an earlier results file added, in order.
    pub results: Vec<usize>,
    /// Every column's place, as problems name it.
    pub places: Vec<Rc<str>>,
    /// What every row is given: the values of the columns behind the last one of the table.
    pub constants: Vec<String>,
    /// For texts in these columns, the values that are meant.
    pub values: HashMap<usize, HashMap<String, String>>,
    pub date_format: Option<DateFormat>,
}

impl Columns {
    /// The text that a column has in this row, and what the table says it is; nothing where it is the map's own.
    pub fn value<'a>(&'a self, cells: &Cells<'a>, column: &Column) -> (&'a str, Option<Type>) {
        if let Some(constant) = column.number.checked_sub(self.count) {
            return (self.constants.get(constant).map_or("", String::as_str), None);
        }
        let (text, kind) = (cells.get(column.number), cells.kind(column.number));
        let values = self.values.get(&column.number).filter(|_| !kind.is_without_value());
        match values.and_then(|values| values.get(text.trim())) {
            Some(value) => (value, None),
            None => (text, Some(kind)),
        }
    }

    pub fn is_constant(&self, column: &Column) -> bool {
        column.number >= self.count
    }
}

pub struct Column {
    pub number: usize,
    /// In the table's notation: `emails[0].email`.
    pub place: Rc<str>,
    /// As the table names it.
    pub title: Rc<str>,
}

pub struct FieldColumn {
    pub column: Column,
    pub field: &'static Field,
}

/// A list of which there are columns.
pub struct List {
    pub field: &'static Field,
    pub record: &'static Record,
    pub place: Rc<str>,
    /// The column of the list as a whole, which can only clear it.
    pub whole: Option<Column>,
    /// In the order of their numbers.
    pub items: Vec<ItemColumns>,
}

pub struct ItemColumns {
    pub number: usize,
    /// `emails[0]`
    pub place: Rc<str>,
    pub columns: Vec<FieldColumn>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
pub enum Meaning {
    Scalar(&'static Field),
    List(&'static Field, &'static Record),
    Item { list: &'static Field, record: &'static Record, number: usize, field: &'static Field },
}

impl Meaning {
    /// The name in the table's own spelling.
    pub fn place(self) -> String {
        match self {
            Meaning::Scalar(field) | Meaning::List(field, _) => field.name.to_owned(),
            Meaning::Item { list, number, field, .. } => field.at(&format!("{}[{number}]", list.name)),
        }
    }
}

/// What the name of a column stands for, in any case.
///
/// # Errors
/// `unknown-field`.
pub fn meaning(record: &'static Record, name: &str) -> Result<Meaning, Fault> {
    if let Some(field) = record.field_in_any_case(name) {
        return Ok(match field.kind {
            Kind::List(inner) => Meaning::List(field, inner),
            Kind::Text | Kind::Bool | Kind::Date => Meaning::Scalar(field),
        });
    }
    let end = name.find(['[', '.']).unwrap_or(name.len());
    let (list, rest) = name.split_at(end);
    let found = record.field_in_any_case(list).and_then(|list| Some((list, list.record()?)));
    let Some((list, inner)) = found.filter(|_| !rest.is_empty()) else { return Err(not_known(record, name)) };
    let fault = || Fault::new(Rule::UNKNOWN_FIELD, format!("{} is not a column's name", quoted(name)));
    let sample = |field: &Field| field.at(&format!("{}[0]", list.name));
    let Some((number, field)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("].")) else {
        let named = rest.rsplit('.').next().and_then(|field| inner.field_in_any_case(field));
        let hint =
            format!("write the number of the item, as in {}", sample(named.unwrap_or(&inner.fields[0])));
        return Err(fault().hint(hint));
    };
    let Some(field) = inner.field_in_any_case(field) else { return Err(unknown(inner, field)) };
    let is_number = number == "0" || number.starts_with(|first: char| matches!(first, '1'..='9'));
    match number.parse::<usize>() {
        Ok(number) if is_number && number < MOST_ITEMS => {
            Ok(Meaning::Item { list, record: inner, number, field })
        }
        _ => Err(fault().hint(format!(
            "items are numbered from 0 to {}, as in {}",
            MOST_ITEMS - 1,
            sample(field)
        ))),
    }
}

/// A name that is no field's. One of an item's fields is shown with its list.
fn not_known(record: &'static Record, name: &str) -> Fault {
    let fault = unknown(record, name);
    let in_list = |list: &'static Field| Some((list, list.record()?.field_in_any_case(name)?));
    let places: Vec<String> = record
        .fields
        .iter()
        .filter_map(in_list)
        .map(|(list, field)| field.at(&format!("{}[0]", list.name)))
        .collect();
    match places.as_slice() {
        [] => fault,
        places => fault.hint(format!("it is a field of a list item: write {}", places.join(" or "))),
    }
}
