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
