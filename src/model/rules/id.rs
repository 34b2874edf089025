//! The customer's id, as it is written on the command line and in files.

use crate::escape::quoted;
use crate::model::customer::ID_KEY;
use crate::model::problem::{Fault, Rule};

/// The largest customer id: the API page says `int`, which is 32 bits with a sign.
pub const LARGEST_ID: u32 = i32::MAX as u32;

/// Checks the customer's id as it was written: decimal digits only, since `/customer/007` patches customer 7 and
/// `/customer/-1` is answered with 200.
///
/// # Errors
/// `id`.
pub fn id(text: &str) -> Result<u32, Fault> {
    let fault = || Fault::new(Rule::ID, format!("{} is not a customer id", quoted(text)));
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits {
        let trimmed = text.trim();
        return Err(if trimmed != text && id(trimmed).is_ok() {
            fault().hint(format!("write {trimmed}, without spaces"))
        } else {
            fault().hint("an id is a whole number from 1 to 2147483647, in the digits 0 to 9")
        });
    }
    let without_zeros = text.trim_start_matches('0');
    if without_zeros.len() < text.len() {
        return Err(match id(without_zeros) {
            Ok(meant) => {
                fault().hint(format!("write {meant}, without leading zeros: the service ignores them"))
            }
            Err(_) => fault().hint("the smallest id is 1"),
        });
    }
    text.parse::<u32>()
        .ok()
        .filter(|id| *id <= LARGEST_ID)
        .ok_or_else(|| fault().hint("the largest id is 2147483647"))
}

/// Checks that the id in a file is the one of the command.
///
/// # Errors
/// `id`.
pub fn same_id(wanted: u32, written: &str) -> Result<(), Fault> {
    let found = id(written)?;
    if found == wanted {
        return Ok(());
    }
    Err(Fault::new(Rule::ID, format!("{ID_KEY} is {found}, but the command is about customer {wanted}"))
        .hint("give the id once, or the same id in both"))
}

/// Checks that the ids in several files, which are merged into one patch, are the same. `first` is where the first was
/// written.
///
/// # Errors
/// `id`.
pub fn same_id_in_files(wanted: u32, first: &str, written: &str) -> Result<(), Fault> {
    let found = id(written)?;
    if found == wanted {
        return Ok(());
    }
    Err(Fault::new(Rule::ID, format!("{ID_KEY} is {found} here, and {wanted} in {first}"))
        .hint("all files of one command must be for one customer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_digits_without_anything_else() {
        assert_eq!(id("1"), Ok(1));
        assert_eq!(id("2147483647"), Ok(2_147_483_647));
        for bad in ["0", "-1", "007", "2147483648", " 12", "１２", "", "1e3", "+1", "99999999999999999999"]
        {
            assert_eq!(id(bad).expect_err(bad).rule, Rule::ID);
        }
    }
}
