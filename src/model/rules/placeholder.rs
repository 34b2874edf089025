//! A text that another program writes where it had no value, or could not turn one into a text.

use super::{Check, Row};
use crate::escape::quoted;
use crate::model::problem::{Fault, Rule};

pub(super) static ROWS: &[Row] = &[Row {
    rule: &Rule::warning("placeholder", "text that a program writes when it has no value: null, {{name}}"),
    check: Check::Text(|rule, _, text| {
        let (what, hint) = meaning(text.trim())?;
        Some(Fault::new(rule, format!("{} {what}", quoted(text))).hint(hint))
    }),
}];

/// In any case, but for those of which another case is a name, as Nan is.
const NOTHING: &[&str] = &["null", "(null)", "<null>", "undefined", "n/a", "#n/a"];
const NOTHING_IN_THIS_CASE: &[&str] = &["NaN", "nan", "None", "<nil>"];

/// What a spreadsheet shows for a formula without a result.
const FORMULA_ERRORS: &[&str] =
    &["#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#spill!", "#calc!", "#getting_data"];

/// What begins and what ends a variable of a template that nothing was put in for.
const VARIABLES: &[(&str, &str)] = &[("{{", "}}"), ("${", "}"), ("<%", "%>"), ("%(", ")s")];

/// Without one of these a text is nothing but a word or a type's name.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'#' | b'[' | b'{' | b'$' | b'<' | b'%' | b'+')
}

/// What the text looks like, and what to do about it.
fn meaning(text: &str) -> Option<(&'static str, &'static str)> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(NOTHING) || NOTHING_IN_THIS_CASE.contains(&text) {
        Some((
            "is what some programs write when they have no value",
            "remove the field; if it really is the value, nothing needs to be done",
        ))
    } else if !text.bytes().any(is_mark) && !is_type_name(text) {
        None
    } else if is_one_of(FORMULA_ERRORS) || text.len() > 2 && text.bytes().all(|byte| byte == b'#') {
        Some(("is what a spreadsheet shows instead of a value", "check the cell that it comes from"))
    } else if text.contains("[object ") || is_type_name(text) || text.starts_with("@{") && text.ends_with('}')
    {
        Some(("is what some programs write for a value that is not text", "check the program that wrote it"))
    } else if has_variable(text) {
        Some((
            "contains a variable that was not replaced by its value",
            "check the template that it comes from",
        ))
    } else if is_in_powers_of_ten(text) {
        Some((
            "is a number that a spreadsheet has shortened",
            "write all its digits; in the spreadsheet, give the column the format Text",
        ))
    } else {
        None
    }
}

/// A type of .NET's, which PowerShell writes for an object: `System.Object[]`.
fn is_type_name(text: &str) -> bool {
    text.strip_prefix("System.").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".[]`,".contains(&byte))
    })
}

fn has_variable(text: &str) -> bool {
    let holds = |(start, end): &(&str, &str)| {
        text.split_once(start)
            .and_then(|(_, rest)| rest.split_once(end))
            .is_some_and(|(name, _)| !name.is_empty())
    };
    // A variable that the Windows command line does not know stays as it is.
    let inside = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    VARIABLES.iter().any(holds) || inside.is_some_and(|name| !name.is_empty() && is_name(name))
}

/// `1.204E+03`, with a comma in some countries.
fn is_in_powers_of_ten(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, power)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    is_digits(power) && is_digits(whole) && is_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_writes_for_no_value_is_a_placeholder_and_a_name_is_none() {
        for text in [
            "null",
            "NULL",
            "Null",
            "undefined",
            "NaN",
            "nan",
            "N/A",
            "n/a",
            "#N/A",
            "None",
            "#REF!",
            "#DIV/0!",
            "####",
            "[object Object]",
            "a [object Undefined]",
            "System.Object[]",
            "@{email=a@b.co}",
            "{{firstName}}",
            "Dear {{ name }}",
            "${name}",
            "<%= name %>",
            "%(name)s",
            "%FIRSTNAME%",
            "1.204E+03",
            "3,93331E+11",
            "5e+10",
            " null ",
        ] {
            assert!(meaning(text.trim()).is_some(), "{text}");
        }
        for text in [
            "",
            "Nan",
            "Nulla",
            "None of them",
            "none",
            "NA",
            "na",
            "#1",
            "##",
            "Object",
            "Systems",
            "System. x",
            "{name}",
            "$100",
            "100%",
            "50% or 60%",
            "{{}}",
            "${}",
            "E+",
            "1E5",
            "A1E+03",
            "1.E+03",
            "a@b.co",
            "@home",
            "C++ %",
            "{}",
            "李",
        ] {
            assert_eq!(meaning(text), None, "{text}");
        }
    }
}
