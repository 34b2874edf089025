//! The header of a table: what each column stands for, found once, and what is wrong with it.

use std::collections::HashMap;
use std::rc::Rc;

use super::columns::{Column, Columns, FieldColumn, ItemColumns, List, Meaning, meaning};
use super::lists::lists_refused;
use super::map::Map;
use super::mapped::{self, Constant, Mapped};
use super::results::is_result;
use super::{ListColumns, RowOptions};
use crate::escape::quoted;
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Record};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::platform::shell::{Shell, command_line};

/// Finds what the names of a header stand for, which is in this row.
///
/// # Errors
/// All that is wrong with the header, or with the map for it.
pub fn resolve(
    record: &'static Record,
    names: &[&str],
    row: u64,
    options: &RowOptions,
    map: Option<&Map>,
) -> Result<Columns, Vec<Problem>> {
    let mapped = map.map_or_else(|| Ok(Mapped::default()), |map| mapped::of(map, record, names))?;
    let own: Vec<&str> = (0..names.len()).map(|number| mapped.name(number, names)).collect();
    let mut header = Header::new(record, row, id_column(names, &own, options));
    for (number, name) in own.iter().enumerate() {
        let title = names[number].trim();
        if mapped.ignored.contains(&number) {
            header.places.push(Rc::from(title));
        } else {
            header.add(number, name, title, options);
        }
    }
    for (number, constant) in (names.len()..).zip(&mapped.constants) {
        header.add_constant(number, constant, map);
    }
    let mut columns = header.columns(&own, options)?;
    columns.constants = mapped.constants.iter().map(|constant| constant.value.to_owned()).collect();
    columns.values = mapped.values;
    columns.date_format = map.and_then(|map| map.date_format.clone());
    Ok(columns)
}

/// The number of the column with the customer's id, by the table's own names or by those that the map gives them.
fn id_column(names: &[&str], mapped: &[&str], options: &RowOptions) -> Option<usize> {
    let wanted = options.id_column.as_deref().unwrap_or(ID_KEY).trim();
    let find = |is_it: &dyn Fn(&str) -> bool| {
        let of = |names: &[&str]| names.iter().position(|name| is_it(name.trim()));
        of(mapped).or_else(|| options.id_column.as_ref().and_then(|_| of(names)))
    };
    find(&|name| name == wanted).or_else(|| find(&|name| name.eq_ignore_ascii_case(wanted)))
}

/// A header while it is read.
struct Header {
    record: &'static Record,
    row: u64,
    id: Option<usize>,
    id_title: Option<Rc<str>>,
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
            id_title: None,
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

    /// Adds a column; its title is the name that the table itself gives it.
    fn add(&mut self, number: usize, name: &str, title: &str, options: &RowOptions) {
        if self.id == Some(number) {
            self.place(number, name);
            self.id_title = Some(Rc::from(title));
        } else if name.is_empty() {
            self.unnamed.push(number);
            self.places.push(Rc::from(format!("{}", number + 1)));
        } else if is_result(name) {
            self.results.push(number);
            self.places.push(Rc::from(name));
        } else {
            self.add_field(number, name, title, options);
        }
    }

    fn add_field(&mut self, number: usize, name: &str, title: &str, options: &RowOptions) {
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
                let title =
                    if *place == *title || name == title { Rc::clone(&place) } else { Rc::from(title) };
                self.insert(Column { number, place, title }, meaning);
            }
            Err(fault) => {
                let place: Rc<str> = Rc::from(name);
                self.problems.push(fault.at(name, self.source(&place)));
                self.places.push(place);
                self.unknown.push(name.to_owned());
            }
        }
    }

    /// Adds what every row is given, as if it were a column.
    fn add_constant(&mut self, number: usize, constant: &Constant<'_>, map: Option<&Map>) {
        let place = constant.meaning.place();
        if let (true, Some(map)) = (self.seen.contains_key(place.as_str()), map) {
            let fault = Fault::new(Rule::DUPLICATE_KEY, format!("a column of the table gives {place} too"));
            self.problems
                .push(map.problem(constant.field, fault.hint("ignore the column, or remove this line")));
        }
        let (place, _) = self.place(number, &place);
        self.insert(Column { number, title: Rc::clone(&place), place }, constant.meaning);
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
            id: Column {
                number,
                place: Rc::clone(&self.places[number]),
                title: self.id_title.unwrap_or_else(|| Rc::clone(&self.places[number])),
            },
            scalars: self.scalars,
            lists: self.lists,
            unnamed: self.unnamed,
            results: self.results,
            places: self.places,
            constants: Vec::new(),
            values: HashMap::new(),
            date_format: None,
        })
    }
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
        [only] => {
            let flag = command_line(&["--id-column".to_owned(), (*only).to_owned()], Shell::current());
            problem.hint(format!("if {} has the customer's id, add {flag}", quoted(only)))
        }
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

#[cfg(test)]
mod tests {
    use super::super::tests::{rows, whole, with_id};
    use super::*;

    #[test]
    fn what_is_wrong_with_the_columns_is_said_at_once() {
        for (header, expected) in [
            (
                "boosterCustomerId,fristName,email,emails.email,emails[0],emails[].email,emails[x].isMainEmail",
                vec![
                    "unknown-field | fristName | row 1, column fristName | Customer has no field \"fristName\" | did you mean firstName?",
                    "unknown-field | email | row 1, column email | Customer has no field \"email\" | it is a field of a list item: write emails[0].email",
                    "unknown-field | emails.email | row 1, column emails.email | \"emails.email\" is not a column's name | write the number of the item, as in emails[0].email",
                    "unknown-field | emails[0] | row 1, column emails[0] | \"emails[0]\" is not a column's name | write the number of the item, as in emails[0].email",
                    "unknown-field | emails[].email | row 1, column emails[].email | \"emails[].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                    "unknown-field | emails[x].isMainEmail | row 1, column emails[x].isMainEmail | \"emails[x].isMainEmail\" is not a column's name | items are numbered from 0 to 99, as in emails[0].isMainEmail",
                ],
            ),
            (
                "boosterCustomerId,emails[0].emial,notes[0].a,emails[100].email,emails[01].email,emails[+1].email",
                vec![
                    "unknown-field | emails[0].emial | row 1, column emails[0].emial | Email has no field \"emial\" | did you mean email?",
                    "unknown-field | notes[0].a | row 1, column notes[0].a | Customer has no field \"notes[0].a\" | did you mean notes?",
                    "unknown-field | emails[100].email | row 1, column emails[100].email | \"emails[100].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                    "unknown-field | emails[01].email | row 1, column emails[01].email | \"emails[01].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                    "unknown-field | emails[+1].email | row 1, column emails[+1].email | \"emails[+1].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                ],
            ),
            (
                "boosterCustomerId,notes,gender,NOTES,emails[0].email,BOOSTERCUSTOMERID,emails[0].EMAIL,_row,_row,,",
                vec![
                    "duplicate-key | notes | row 1, column notes | columns 2 and 4 have the same name | remove one of them",
                    "duplicate-key | BOOSTERCUSTOMERID | row 1, column BOOSTERCUSTOMERID | columns 1 and 6 have the same name | remove one of them",
                    "duplicate-key | emails[0].email | row 1, column emails[0].email | columns 5 and 7 have the same name | remove one of them",
                ],
            ),
        ] {
            assert_eq!(rows(&format!("{header}\n1,a\n"), &whole()), expected, "{header}");
        }
    }

    #[test]
    fn a_column_is_named_as_a_shell_reads_it() {
        let problem = &rows("Customer no,notes\n7,a\n", &RowOptions::default())[0];
        let name = crate::platform::shell::quoted("Customer no", Shell::current());
        assert!(problem.ends_with(&format!("add --id-column {name}")), "{problem}");
    }

    #[test]
    fn the_column_of_the_id_is_named_or_asked_for() {
        let id = |header: &str, options: &RowOptions| rows(&format!("{header}\n7,a\n"), options);
        assert_eq!(id("BoosterCustomerID,notes", &RowOptions::default()), [r#"2 7 {"notes":"a"}"#]);
        assert_eq!(id("kunde,notes", &with_id("Kunde")), [r#"2 7 {"notes":"a"}"#]);
        // A column that is like a field is the id's alone.
        assert_eq!(id("customerReference,notes", &with_id("customerReference")), [r#"2 7 {"notes":"a"}"#]);
        for (header, options, expected) in [
            (
                "customer_no,countryId",
                RowOptions::default(),
                vec![
                    "usage | - | row 1 | the table has no column \"boosterCustomerId\", for the customer's id | if \"customer_no\" has the customer's id, add --id-column customer_no",
                ],
            ),
            (
                "notes,countryId",
                with_id("nr"),
                vec![
                    "usage | - | row 1 | the table has no column \"nr\", for the customer's id | name it with --id-column, or add the column boosterCustomerId; the first row must be the header, and begins with \"notes\", \"countryId\"",
                ],
            ),
            (
                "kunden_nr,customerId,street",
                RowOptions::default(),
                vec![
                    "usage | - | row 1 | the table has no column \"boosterCustomerId\", for the customer's id | name it with --id-column: perhaps \"kunden_nr\" or \"customerId\"",
                    "unknown-field | kunden_nr | row 1, column kunden_nr | Customer has no field \"kunden_nr\" | `booster customer explain` lists every field",
                    "unknown-field | customerId | row 1, column customerId | Customer has no field \"customerId\" | did you mean boosterCustomerId?",
                    "unknown-field | street | row 1, column street | Customer has no field \"street\" | it is a field of a list item: write addresses[0].street",
                ],
            ),
            (
                "nr,boosterCustomerId",
                with_id("nr"),
                vec![
                    "unknown-field | boosterCustomerId | row 1, column boosterCustomerId | Customer has no field \"boosterCustomerId\" | with --id-column, the customer's id is in the column \"nr\"",
                ],
            ),
        ] {
            assert_eq!(id(header, &options), expected, "{header}");
        }
    }

    #[test]
    fn lists_are_refused_once_while_nothing_says_what_they_mean() {
        let refused = |first: &str| {
            format!(
                "usage | {first} | row 1, column {first} | the input has lists, such as {first}, but nothing says whether they replace the customer's lists | add --replace-lists to send each as the whole list, or --add-items to add its items to the customer's list"
            )
        };
        for (header, first) in [
            ("boosterCustomerId,phones[0].phone,emails[0].email,emails[1].email", "phones[0].phone"),
            ("boosterCustomerId,Emails", "emails"),
        ] {
            assert_eq!(
                rows(&format!("{header}\n1,,,\n"), &RowOptions::default()),
                [refused(first)],
                "{header}"
            );
        }
    }

    #[test]
    fn a_column_without_a_name_has_nothing_in_it() {
        let text = "boosterCustomerId,,notes, \n1,,a,\n2, ,b,\n3,x,c,y\n";
        assert_eq!(
            rows(text, &RowOptions::default()),
            [
                r#"2 1 {"notes":"a"}"#,
                r#"3 2 {"notes":"b"}"#,
                r#"4 3 {"notes":"c"}"#,
                "unknown-field | - | row 4, column 2 | column 2 has a value here, but no name in the header | name the column, or remove the value",
                "unknown-field | - | row 4, column 4 | column 4 has a value here, but no name in the header | name the column, or remove the value",
            ]
        );
    }
}
