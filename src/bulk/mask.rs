//! The service's words about a row, as they are stored: without the values that they repeat.

use crate::escape::foreign;
use crate::model::patch::{Patch, Value};
use crate::model::problem::Problem;
use crate::secret::MASK;

/// A problem in a line: the service's words without the values that it repeats.
pub fn text_of(problem: &Problem, patch: &Patch) -> String {
    let message = if problem.has_rule() { problem.message.clone() } else { masked(&problem.message, patch) };
    match &problem.field {
        Some(field) if !message.starts_with(field.as_str()) => format!("{field}: {message}"),
        Some(_) | None => message,
    }
}

/// The service's words with the values that were sent replaced, where they stand as words of their own.
pub fn masked(text: &str, patch: &Patch) -> String {
    let mut masked = foreign(text);
    for value in texts(patch) {
        let value = foreign(&value);
        let mut from = 0;
        while let Some(at) = masked[from..].find(&value).map(|at| at + from) {
            let end = at + value.len();
            let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            let is_whole =
                !is_word(masked[..at].chars().next_back()) && !is_word(masked[end..].chars().next());
            if is_whole {
                masked.replace_range(at..end, MASK);
                from = at + MASK.len();
            } else {
                from = end;
            }
        }
    }
    masked
}

/// The texts and days of a patch, the longest first.
fn texts(patch: &Patch) -> Vec<String> {
    let mut all = Vec::new();
    for (_, given) in patch.iter() {
        match &given.value {
            Value::Text(text) => all.push(text.clone()),
            Value::Date(day) => all.push(day.to_string()),
            Value::Bool(_) => {}
            Value::List(items) => all.extend(items.iter().flat_map(|item| texts(&item.patch))),
        }
    }
    all.retain(|text| !text.trim().is_empty());
    all.sort_by_key(|text| std::cmp::Reverse(text.len()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arbitrary::patch_of;

    #[test]
    fn what_the_service_repeats_of_a_row_is_masked() {
        let patch = patch_of(r#"{"firstName":"Li","lastName":"Li Wei","birthDate":"1988-08-13"}"#);
        assert_eq!(masked("Li Wei, born 1988-08-13: Likely Li", &patch), "***, born ***: Likely ***");
        // What replaces a value may hold another one.
        let patch = patch_of(r#"{"firstName":"**","lastName":"*"}"#);
        masked("** * ***", &patch);
    }
}
