//! Tests of reading rows: what a table or JSON lines give, and what is said of those that are wrong.

use super::*;
use crate::model::customer::CUSTOMER;
use crate::model::wire;

fn open<'a>(text: &'a str, options: &RowOptions) -> Result<Rows<&'a [u8]>, Vec<Problem>> {
    Rows::open(&CUSTOMER, "-", text.as_bytes(), options)
}

/// A problem in one line: rule, place, where it was written, message, hint.
fn shown(problem: &Problem) -> String {
    let source = problem.source.as_ref().map(Source::describe).unwrap_or_default();
    let (field, hint) = (problem.field.as_deref().unwrap_or("-"), problem.hint.as_deref().unwrap_or("-"));
    format!("{} | {field} | {source} | {} | {hint}", problem.id.word(), problem.message)
}

/// Each row in a line: its number, customer and body, and its problems behind it; then what ended the reading.
fn rows(text: &str, options: &RowOptions) -> Vec<String> {
    let mut rows = match open(text, options) {
        Ok(rows) => rows,
        Err(problems) => return problems.iter().map(shown).collect(),
    };
    let mut lines = Vec::new();
    loop {
        match rows.next() {
            Ok(None) => return lines,
            Ok(Some(row)) => {
                let id = row.customer.map_or("?".to_owned(), |id| id.to_string());
                lines.push(format!("{} {id} {}", row.number, wire::body(&row.patch)));
                lines.extend(row.problems.iter().map(shown));
            }
            Err(problem) => lines.push(shown(&problem)),
        }
    }
}

#[test]
fn the_cells_of_a_row_are_its_fields() {
    let options = RowOptions::default();
    for separator in [",", ";", "\t", "|"] {
        for line_end in ["\n", "\r\n", "\r"] {
            let table = [
                "boosterCustomerId,firstName,canBeContactedByMaison,birthDate",
                "1,Zoë,TRUE,2020-12-30",
                "2, ,,",
                "3,\"a\"\"b\",false,",
            ];
            let text = table.join(line_end).replace(',', separator);
            let expected = [
                r#"2 1 {"firstName":"Zoë","canBeContactedByMaison":true,"birthDate":"2020-12-30"}"#,
                "3 2 {}",
                r#"4 3 {"firstName":"a\"b","canBeContactedByMaison":false}"#,
            ];
            assert_eq!(rows(&text, &options), expected, "{separator:?} {line_end:?}");
        }
    }
}
