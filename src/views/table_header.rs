//! The header of a table to fill in, computed from the record.

use crate::input::rows::{Meaning, meaning};
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Kind, Record};
use crate::model::problem::{Fault, Problem, Rule, Source};

/// The header line, its line end included: the customer's id, then these columns, or a column for each field and for those
/// of each list's first item. A list that is asked for by its name stands for the fields of its first item.
///
/// # Errors
/// What is wrong with the names.
pub fn template_header(record: &'static Record, columns: Option<&[String]>) -> Result<String, Vec<Problem>> {
    template_columns(record, columns).map(|places| places.join(",") + "\n")
}

/// The same columns, each by its place.
///
/// # Errors
/// What is wrong with the names.
pub fn template_columns(
    record: &'static Record,
    columns: Option<&[String]>,
) -> Result<Vec<String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut places = vec![ID_KEY.to_owned()];
    let all = || record.fields.iter().map(|field| field.name.to_owned()).collect();
    let is_asked = columns.is_some();
    for name in columns.map_or_else(all, <[String]>::to_vec) {
        let name = name.trim();
        let source = || Source::flag("columns");
        let found = match meaning(record, name) {
            _ if name.eq_ignore_ascii_case(ID_KEY) => continue,
            Ok(Meaning::Scalar(field)) => vec![field.name.to_owned()],
            Ok(Meaning::List(list, inner)) => first_item(list, inner),
            Ok(item @ Meaning::Item { .. }) => vec![item.place()],
            Err(fault) => {
                problems.push(fault.at(name, source()));
                continue;
            }
        };
        for place in found {
            if is_asked && places.contains(&place) {
                let fault = Fault::new(Rule::DUPLICATE_KEY, format!("the column {place} is named twice"));
                problems.push(fault.hint("name it once").at(&place, source()));
            }
            places.push(place);
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

fn first_item(list: &Field, record: &Record) -> Vec<String> {
    let inside = format!("{}[0]", list.name);
    let scalars = record.fields.iter().filter(|field| match field.kind {
        Kind::Text | Kind::Bool | Kind::Date => true,
        Kind::List(_) => false,
    });
    scalars.map(|field| field.at(&inside)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::rows::{ListColumns, RowOptions, Rows};
    use crate::model::customer::{CUSTOMER, every_field};

    fn header(columns: &[&str]) -> Result<String, Vec<String>> {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        template_header(&CUSTOMER, Some(&columns)).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| format!("{}: {}", problem.id.word(), problem.message))
                .collect()
        })
    }

    #[test]
    fn the_header_has_every_field_and_is_read_back() {
        let header = template_header(&CUSTOMER, None).expect("a header");
        assert!(header.starts_with("boosterCustomerId,title,firstName,"), "{header}");
        assert!(header.contains(",emails[0].email,emails[0].isMainEmail,phones[0].phone,"), "{header}");
        let options = RowOptions { lists: ListColumns::Whole, ..RowOptions::default() };
        let rows = Rows::open(&CUSTOMER, "-", header.as_bytes(), &options).expect("a table");
        // Every field but the seven lists, and the id.
        assert_eq!(rows.detected().columns.len(), every_field().count() - 7 + 1);
    }

    #[test]
    fn the_columns_that_are_asked_for_follow_the_id() {
        assert_eq!(
            header(&["Notes", "phones[1].PHONE"]),
            Ok("boosterCustomerId,notes,phones[1].phone\n".to_owned())
        );
        assert_eq!(
            header(&[" boostercustomerid", "emails"]),
            Ok("boosterCustomerId,emails[0].email,emails[0].isMainEmail\n".to_owned())
        );
        assert_eq!(
            header(&["note", "emails", "emails[0].email"]),
            Err(vec![
                "unknown-field: Customer has no field \"note\"".to_owned(),
                "duplicate-key: the column emails[0].email is named twice".to_owned(),
            ])
        );
    }
}
