//! What each column of a table stands for, found once from the header.

use std::collections::HashMap;
use std::rc::Rc;

use super::results::is_result;
use super::{ListColumns, RowOptions};
use crate::escape::quoted;
use crate::input::file::unknown;
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Kind, Record};
use crate::model::problem::{Fault, Problem, Rule, Source};

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
}

pub struct Column {
    pub number: usize,
    /// In the table's notation: `emails[0].email`.
    pub place: Rc<str>,
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

/// Finds what the names of a header stand for, which is in this row.
///
/// # Errors
/// All that is wrong with the header.
pub fn resolve(
    record: &'static Record,
    names: &[&str],
    row: u64,
    options: &RowOptions,
) -> Result<Columns, Vec<Problem>> {
    let mut header = Header::new(record, row, id_column(names, options));
    for (number, name) in names.iter().enumerate() {
        header.add(number, name.trim(), options);
    }
    header.columns(names, options)
}

/// The number of the column with the customer's id.
fn id_column(names: &[&str], options: &RowOptions) -> Option<usize> {
    let wanted = options.id_column.as_deref().unwrap_or(ID_KEY).trim();
    let find = |is_it: &dyn Fn(&str) -> bool| names.iter().position(|name| is_it(name.trim()));
    find(&|name| name == wanted).or_else(|| find(&|name| name.eq_ignore_ascii_case(wanted)))
}

/// A header while it is read.
struct Header {
    record: &'static Record,
    row: u64,
    id: Option<usize>,
    scalars: Vec<FieldColumn>,
    lists: Vec<List>,
    unnamed: Vec<usize>,
    results: Vec<usize>,
    places: Vec<Rc<str>>,
    /// The number of each place's first column.
    seen: HashMap<Rc<str>, usize>,
    /// The first column of a list.
    first_of_list: Option<Rc<str>>,
    unknown: Vec<String>,
    problems: Vec<Problem>,
}

impl Header {
    fn new(record: &'static Record, row: u64, id: Option<usize>) -> Header {
        Header {
            record,
            row,
            id,
            scalars: Vec::new(),
            lists: Vec::new(),
            unnamed: Vec::new(),
            results: Vec::new(),
            places: Vec::new(),
            seen: HashMap::new(),
            first_of_list: None,
            unknown: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn add(&mut self, number: usize, name: &str, options: &RowOptions) {
        if self.id == Some(number) {
            self.place(number, name);
        } else if name.is_empty() {
            self.unnamed.push(number);
            self.places.push(Rc::from(format!("{}", number + 1)));
        } else if is_result(name) {
            self.results.push(number);
            self.places.push(Rc::from(name));
        } else {
            self.add_field(number, name, options);
        }
    }

    fn add_field(&mut self, number: usize, name: &str, options: &RowOptions) {
        let id_name = options.id_column.as_deref().unwrap_or(ID_KEY);
        if self.id.is_some() && name.eq_ignore_ascii_case(id_name) {
            return self.place_twice(number, name, self.id);
        }
        let meaning = meaning(self.record, name).map_err(|fault| match &options.id_column {
            Some(id) if name.eq_ignore_ascii_case(ID_KEY) => {
                fault.hint(format!("with --id-column, the customer's id is in the column {}", quoted(id)))
            }
            Some(_) | None => fault,
        });
        match meaning {
            Ok(meaning) => {
                let (place, first) = self.place(number, &meaning.place());
                if first.is_some() {
                    return self.twice(number, &place, first);
                }
                self.insert(Column { number, place }, meaning);
            }
            Err(fault) => {
                let place: Rc<str> = Rc::from(name);
                self.problems.push(fault.at(name, self.source(&place)));
                self.places.push(place);
                self.unknown.push(name.to_owned());
            }
        }
    }

    /// Notes the place of a column, and returns the number of the column that has it already.
    fn place(&mut self, number: usize, place: &str) -> (Rc<str>, Option<usize>) {
        let place: Rc<str> = Rc::from(place);
        self.places.push(Rc::clone(&place));
        let first = self.seen.get(&place).copied();
        self.seen.entry(Rc::clone(&place)).or_insert(number);
        (place, first)
    }

    fn place_twice(&mut self, number: usize, name: &str, first: Option<usize>) {
        let (place, _) = self.place(number, name);
        self.twice(number, &place, first);
    }

    fn twice(&mut self, number: usize, place: &Rc<str>, first: Option<usize>) {
        let first = first.map_or(0, |first| first + 1);
        let message = format!("columns {first} and {} have the same name", number + 1);
        let fault = Fault::new(Rule::DUPLICATE_KEY, message).hint("remove one of them");
        self.problems.push(fault.at(place.as_ref(), self.source(place)));
    }

    fn insert(&mut self, column: Column, meaning: Meaning) {
        match meaning {
            Meaning::Scalar(field) => self.scalars.push(FieldColumn { column, field }),
            Meaning::List(field, record) => {
                self.first_of_list.get_or_insert(Rc::clone(&column.place));
                self.list(field, record).whole = Some(column);
            }
            Meaning::Item { list, record, number, field } => {
                self.first_of_list.get_or_insert(Rc::clone(&column.place));
                let items = &mut self.list(list, record).items;
                let at = items.partition_point(|item| item.number < number);
                if items.get(at).is_none_or(|item| item.number != number) {
                    let place = Rc::from(format!("{}[{number}]", list.name));
                    items.insert(at, ItemColumns { number, place, columns: Vec::new() });
                }
                items[at].columns.push(FieldColumn { column, field });
            }
        }
    }

    fn list(&mut self, field: &'static Field, record: &'static Record) -> &mut List {
        let at = self.lists.iter().position(|list| list.field.name == field.name);
        let at = at.unwrap_or_else(|| {
            let place = Rc::from(field.name);
            self.lists.push(List { field, record, place, whole: None, items: Vec::new() });
            self.lists.len() - 1
        });
        &mut self.lists[at]
    }

    fn source(&self, column: &Rc<str>) -> Source {
        Source::Row { row: self.row, column: Some(Rc::clone(column)) }
    }

    fn columns(mut self, names: &[&str], options: &RowOptions) -> Result<Columns, Vec<Problem>> {
        let header = Source::Row { row: self.row, column: None };
        if let (Some(first), ListColumns::Refused) = (&self.first_of_list, options.lists) {
            self.problems.push(lists_refused(first).at(self.source(first)).on(first.as_ref()));
        }
        let Some(number) = self.id else {
            let candidates = candidates(&self.unknown);
            if let [only] = candidates[..] {
                self.problems.retain(|problem| problem.field.as_deref() != Some(only));
            }
            self.problems.insert(0, no_id(options, names, &candidates).at(header));
            return Err(self.problems);
        };
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        self.lists.sort_by_key(|list| self.record.position(list.field));
        Ok(Columns {
            record: self.record,
            count: names.len(),
            id: Column { number, place: Rc::clone(&self.places[number]) },
            scalars: self.scalars,
            lists: self.lists,
            unnamed: self.unnamed,
            results: self.results,
            places: self.places,
        })
    }
}

/// What is said of lists while nothing says how they are meant.
pub fn lists_refused(first: &str) -> Problem {
    let message = format!(
        "the input has lists, such as {first}, but nothing says whether they replace the customer's lists"
    );
    Problem::usage(message).hint(
        "add --replace-lists to send each as the whole list, or --add-items to add its items to the customer's list",
    )
}

/// The names that sound like the customer's id.
fn candidates(unknown: &[String]) -> Vec<&str> {
    let sounds_like_it = |name: &&str| {
        let name = name.to_lowercase();
        ["id", "customer", "client", "number", "nr"].iter().any(|word| name.contains(word))
    };
    unknown.iter().map(String::as_str).filter(sounds_like_it).take(5).collect()
}

fn no_id(options: &RowOptions, names: &[&str], candidates: &[&str]) -> Problem {
    let wanted = options.id_column.as_deref().unwrap_or(ID_KEY);
    let problem =
        Problem::usage(format!("the table has no column {}, for the customer's id", quoted(wanted)));
    let list =
        |names: &[&str], word: &str| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(word);
    match candidates {
        [only] => problem.hint(format!("if {} has the customer's id, add --id-column {only}", quoted(only))),
        [] => {
            let named = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
            let first: Vec<&str> = named.take(5).collect();
            problem.hint(format!(
                "name it with --id-column, or add the column {ID_KEY}; the first row must be the header, and begins with {}",
                list(&first, ", ")
            ))
        }
        several => problem.hint(format!("name it with --id-column: perhaps {}", list(several, " or "))),
    }
}
