//! The customer's id as a row has it, and what spreadsheets make of it.

use crate::model::problem::{Fault, Rule};
use crate::model::rules;

/// Reads the id of a row.
///
/// # Errors
/// `id`.
pub fn read(text: &str) -> Result<u32, Fault> {
    if text.trim().is_empty() {
        return Err(missing());
    }
    rules::id(text).map_err(|fault| match hint(text.trim()) {
        Some(hint) => fault.hint(hint),
        None => fault,
    })
}

pub fn missing() -> Fault {
    Fault::new(Rule::ID, "the customer's id is missing").hint("write the number of the customer in every row")
}

/// What to do about a number that a spreadsheet has changed.
fn hint(text: &str) -> Option<String> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((whole, decimals)) = text.split_once(['.', ',']) {
        // Three of them may be thousands.
        let is_certain =
            is_digits(decimals) && decimals.bytes().all(|byte| byte == b'0') && decimals.len() != 3;
        if let Ok(id) = rules::id(whole)
            && is_certain
        {
            return Some(format!("write {id}; a spreadsheet added the decimals: format the column as text"));
        }
    }
    if let Some((number, exponent)) = text.split_once(['E', 'e']) {
        let mantissa = number.replacen(['.', ','], "", 1);
        if is_digits(&mantissa) && is_digits(exponent.trim_start_matches(['+', '-'])) {
            return Some(
                "a spreadsheet shortened the number: format the column as a number without decimals, and save it again"
                    .to_owned(),
            );
        }
    }
    let groups: Vec<&str> = text.split(['.', ',', '\'', '’', ' ', '\u{a0}', '\u{202f}']).collect();
    (groups.len() > 1 && groups.iter().all(|group| is_digits(group))).then(|| {
        "if a spreadsheet formatted the number, format the column as a number without decimals or groups of digits"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::super::RowOptions;
    use super::super::tests::rows;

    #[test]
    fn an_id_that_a_spreadsheet_changed_is_told_so() {
        let shortened = "a spreadsheet shortened the number: format the column as a number without decimals, and save it again";
        let grouped = "if a spreadsheet formatted the number, format the column as a number without decimals or groups of digits";
        for (written, hint) in [
            ("123.0", "write 123; a spreadsheet added the decimals: format the column as text"),
            ("\"123,00\"", "write 123; a spreadsheet added the decimals: format the column as text"),
            ("1.23E+08", shortened),
            ("\"1,23E+08\"", shortened),
            ("1E5", shortened),
            // One, or a thousand.
            ("1.000", grouped),
            ("\"1,234,567\"", grouped),
            ("12 345", grouped),
            (" 12", "write 12, without spaces"),
            ("007", "write 7, without leading zeros: the service ignores them"),
            ("0.0", grouped),
            ("x", "an id is a whole number from 1 to 2147483647, in the digits 0 to 9"),
        ] {
            let found = rows(&format!("boosterCustomerId,notes\n{written},a\n"), &RowOptions::default());
            let start = format!(
                "id | boosterCustomerId | row 2, column boosterCustomerId | \"{}\" is not",
                written.trim_matches('"')
            );
            assert!(found[1].starts_with(&start) && found[1].ends_with(&format!("| {hint}")), "{found:?}");
            assert_eq!((found.len(), found[0].as_str()), (2, r#"2 ? {"notes":"a"}"#), "{written}");
        }
        assert_eq!(
            rows("boosterCustomerId,notes\n ,a\n", &RowOptions::default())[1],
            "id | boosterCustomerId | row 2, column boosterCustomerId | the customer's id is missing | write the number of the customer in every row"
        );
    }
}
