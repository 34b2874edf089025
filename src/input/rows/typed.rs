//! What is said of a workbook's cell whose type is not the field's.

use super::record::Type;
use crate::model::field::Kind;
use crate::model::problem::{Fault, Rule};

/// What is wrong with a cell of this type in a field of this kind. What is right or is told by its text has no fault.
pub fn fault(kind: Type, text: &str, field: Kind, cell: impl Fn() -> String) -> Option<Fault> {
    let fault = |rule, found: &str, hint: String| Some(Fault::new(rule, found.to_owned()).hint(hint));
    let found =
        |expected: &str, found: &str| format!("expected {expected}, found {found} in cell {}", cell());
    match (kind, field) {
        (Type::Text, _) => None,
        (Type::Error | Type::NotCalculated, _) => without_value(kind, text, rule(field), cell),
        (Type::Number, Kind::Text) => fault(
            Rule::NOT_TEXT,
            &found("text", &format!("the number {text}")),
            if text.bytes().all(|byte| byte.is_ascii_digit()) {
                format!(
                    "format the column as text, and write {text} or 0{text}: a number loses its leading zeros"
                )
            } else {
                "format the column as text, and write the value again".to_owned()
            },
        ),
        (Type::Date, Kind::Text) => fault(
            Rule::NOT_TEXT,
            &found("text", &format!("the date {text}")),
            "format the column as text, and write the value again".to_owned(),
        ),
        (Type::Bool, Kind::Text) => fault(
            Rule::NOT_TEXT,
            &found("text", text),
            "format the column as text, and write the value again".to_owned(),
        ),
        (Type::Number, Kind::Date) => fault(
            Rule::NOT_A_DATE,
            &found("a date", &format!("the number {text}")),
            "format the column as a date, and see whether it shows the right day".to_owned(),
        ),
        (Type::Number, Kind::Bool | Kind::List(_))
        | (Type::Date | Type::Bool, Kind::Bool | Kind::Date | Kind::List(_)) => None,
    }
}

/// A cell that shows an error or nothing, whatever its column is.
pub fn without_value(
    kind: Type,
    text: &str,
    rule: &'static Rule,
    cell: impl Fn() -> String,
) -> Option<Fault> {
    match kind {
        Type::Error => Some(
            Fault::new(rule, format!("cell {} shows the error {text}", cell()))
                .hint("correct the formula, or empty the cell"),
        ),
        Type::NotCalculated => Some(
            Fault::new(rule, format!("cell {} has a formula without a stored value", cell()))
                .hint("open the workbook in a spreadsheet program and save it, which stores the values"),
        ),
        Type::Text | Type::Number | Type::Date | Type::Bool => None,
    }
}

fn rule(field: Kind) -> &'static Rule {
    match field {
        Kind::Text => Rule::NOT_TEXT,
        Kind::Bool => Rule::NOT_A_BOOL,
        Kind::Date => Rule::NOT_A_DATE,
        Kind::List(_) => Rule::NOT_A_LIST,
    }
}

/// The name of a cell, from the number of its column from 0 and that of its row from 1: `B17`.
pub fn cell_name(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().chain(row.to_string().chars().collect::<Vec<_>>().iter()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_a_spreadsheet_names_them() {
        for (column, name) in
            [(0, "A17"), (25, "Z17"), (26, "AA17"), (701, "ZZ17"), (702, "AAA17"), (16_383, "XFD17")]
        {
            assert_eq!(cell_name(column, 17), name);
        }
    }
}
