//! What a map says of the columns of one table.

use std::collections::{HashMap, HashSet};

use super::columns::{Meaning, meaning};
use super::map::{Map, Text};
use crate::escape::quoted;
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Record};
use crate::model::patch::Value;
use crate::model::problem::{Fault, Problem, Rule};

#[derive(Default)]
pub struct Mapped<'a> {
    renamed: HashMap<usize, &'a str>,
    pub ignored: HashSet<usize>,
    pub constants: Vec<Constant<'a>>,
    /// The values of each column for which there are some, by its number.
    pub values: HashMap<usize, HashMap<String, String>>,
}

/// What every row is given.
pub struct Constant<'a> {
    pub field: &'a Text,
    pub meaning: Meaning,
    pub value: &'a str,
}

impl<'a> Mapped<'a> {
    /// The name that a column has by the map, else its own.
    pub fn name<'n>(&self, number: usize, names: &[&'n str]) -> &'n str
    where
        'a: 'n,
    {
        self.renamed.get(&number).copied().unwrap_or(names[number]).trim()
    }
}

/// What a map says of columns with these names.
///
/// # Errors
/// What of the map does not fit the table or the record.
pub fn of<'a>(map: &'a Map, record: &'static Record, names: &[&str]) -> Result<Mapped<'a>, Vec<Problem>> {
    let (mut mapped, mut problems) = (Mapped::default(), Vec::new());
    for (column, field) in &map.rename {
        if !field.text.eq_ignore_ascii_case(ID_KEY)
            && let Err(fault) = meaning(record, &field.text)
        {
            problems.push(map.problem(field, fault));
        }
        match map.column(column, names) {
            Ok(number) => drop(mapped.renamed.insert(number, &field.text)),
            Err(problem) => problems.push(problem),
        }
    }
    for column in &map.ignore {
        match map.column(column, names) {
            Ok(number) if mapped.renamed.contains_key(&number) => {
                let message = format!("the column {} is renamed and ignored", quoted(&column.text));
                problems.push(
                    map.problem(column, Fault::new(Rule::SYNTAX, message).hint("remove one of the two")),
                );
            }
            Ok(number) => drop(mapped.ignored.insert(number)),
            Err(problem) => problems.push(problem),
        }
    }
    for (field, value) in &map.constants {
        match constant(record, field, &value.text) {
            Ok(meaning) => mapped.constants.push(Constant { field, meaning, value: &value.text }),
            Err((fault, true)) => problems.push(map.problem(field, fault)),
            Err((fault, false)) => problems.push(map.problem(value, fault)),
        }
    }
    mapped.values = map.values_of(names, &mut problems);
    if problems.is_empty() { Ok(mapped) } else { Err(problems) }
}

/// What a constant is given to, or what is wrong: with the field, or else with its value.
fn constant(record: &'static Record, field: &Text, value: &str) -> Result<Meaning, (Fault, bool)> {
    if field.text.eq_ignore_ascii_case(ID_KEY) {
        let fault = Fault::new(Rule::ID, "no id belongs to all rows");
        return Err((fault.hint("rename the column with the ids to boosterCustomerId, in [rename]"), true));
    }
    let of_scalar = |field: &Field| {
        if value.trim().is_empty() {
            let fault = Fault::new(Rule::EMPTY_TEXT, "a constant is a value, not a blank");
            return Err((fault.hint("write a value, or remove this line"), false));
        }
        Value::parse(field, value).map(drop).map_err(|fault| (fault, false))
    };
    let meaning = meaning(record, &field.text).map_err(|fault| (fault, true))?;
    match meaning {
        Meaning::Scalar(field) | Meaning::Item { field, .. } => of_scalar(field)?,
        Meaning::List(list, inner) => {
            let sample = inner.fields[0].at(&format!("{}[0]", list.name));
            let fault = Fault::new(Rule::NOT_A_LIST, format!("{} is a list, not one value", list.name));
            return Err((fault.hint(format!("give a field of an item, such as {sample}")), true));
        }
    }
    Ok(meaning)
}
