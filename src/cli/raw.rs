//! A few options read from a command line that clap refused, or that is still being typed.

use std::ffi::OsString;

use clap::ColorChoice;

use crate::environment::Variable;

/// Whether JSON is asked for.
pub fn wants_json(argv: &[OsString]) -> bool {
    let by_flag = last_value(argv, "--output", Some('o'));
    by_flag.map_or(Variable::Output.get().as_deref() == Some("json"), |form| form == "json")
}

/// The colour that is asked for.
pub fn wanted_color(argv: &[OsString]) -> ColorChoice {
    let by_flag = last_value(argv, "--color", None);
    by_flag.and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// The configuration file that is named.
pub fn wanted_config(argv: &[OsString]) -> Option<&str> {
    last_value(argv, "--config", None)
}

/// The last value of an option.
fn last_value<'a>(argv: &'a [OsString], long: &str, short: Option<char>) -> Option<&'a str> {
    let words: Vec<&str> =
        argv.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--").collect();
    words.iter().enumerate().rev().find_map(|(i, word)| {
        let attached = match word.strip_prefix(long) {
            Some(rest) if rest.is_empty() || rest.starts_with('=') => rest,
            Some(_) | None => after_letter(word, short?)?,
        };
        if attached.is_empty() { words.get(i + 1).copied() } else { Some(attached.trim_start_matches('=')) }
    })
}

/// What follows the letter in a group of short options such as `-vqojson`.
fn after_letter(word: &str, letter: char) -> Option<&str> {
    let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    // Only options without a value can come before it.
    letters.trim_start_matches(['q', 'v']).strip_prefix(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_in_a_broken_command_line() {
        let wants = |line: &str| wants_json(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for line in [
            "booster x -o json",
            "booster -ojson",
            "booster --output=json --nope",
            "booster x --output json",
            "booster x -qo json",
            "booster -vqojson",
            "booster -o=json",
        ] {
            assert!(wants(line), "{line}");
        }
        for line in [
            "booster x",
            "booster -o text",
            "booster -- -o json",
            "booster -o json -o text",
            "booster -po json",
            "booster --outputs json",
        ] {
            assert!(!wants(line), "{line}");
        }
    }
}
