//! Characters that are not seen, that replace a lost one, or that look like those of another script.

use super::{Check, Row};
use crate::escape::is_dangerous;
use crate::model::field::{Field, Shape};
use crate::model::problem::{Fault, Rule};

pub(super) static ROWS: &[Row] = &[Row {
    rule: &Rule::warning("hidden-character", "a character that is invisible or misleading"),
    check: Check::Text(|rule, field, text| {
        unseen(rule, field, text).or_else(|| mixed_scripts(rule, field, text))
    }),
}];

/// What a program writes for a character that it cannot read.
const REPLACEMENT: char = '\u{fffd}';

fn unseen(rule: &'static Rule, field: &Field, text: &str) -> Option<Fault> {
    if text.is_ascii() && !text.contains('\u{7f}') {
        return None;
    }
    // In running text and names some of them have a meaning; in an address or a code they have none.
    let has_words = matches!(field.shape, Shape::Plain | Shape::Lines);
    let letters: Vec<char> = text.chars().collect();
    let is_hidden = |i: &usize| {
        // A control character has a rule of its own.
        let is_unseen = letters[*i] >= ' ' && is_dangerous(letters[*i]);
        letters[*i] == REPLACEMENT || is_unseen && !(has_words && has_meaning(&letters, *i))
    };
    let mut found = (0..letters.len()).filter(is_hidden);
    let first = found.next()?;
    let more = match found.count() {
        0 => String::new(),
        more => format!(", and {more} more like it"),
    };
    let (what, hint) = if letters[first] == REPLACEMENT {
        (
            "which a program wrote in place of a character that it could not read",
            "write the original character",
        )
    } else {
        ("which is invisible", "remove it; copied text often contains such characters")
    };
    let place = format!("character {} is U+{:04X}", first + 1, u32::from(letters[first]));
    Some(Fault::new(rule, format!("{place}, {what}{more}")).hint(hint))
}

/// Whether a character that is not seen changes how its neighbours are drawn: a joiner or non-joiner within a word, a
/// variation selector behind a character, the tags of a flag.
fn has_meaning(letters: &[char], i: usize) -> bool {
    let changes_its_neighbour =
        |letter: char| is_joiner(letter) || is_variation_selector(letter) || is_flag_tag(letter);
    let is_seen = |letter: &char| !letter.is_whitespace() && !is_dangerous(*letter);
    let before =
        letters[..i].iter().rev().find(|letter| !changes_its_neighbour(**letter)).filter(|it| is_seen(it));
    let after = letters.get(i + 1).filter(|letter| is_seen(letter));
    match (letters[i], before) {
        // Indic and Arabic words may end with one.
        (letter, Some(before)) if is_joiner(letter) => after.is_some() || *before >= '\u{600}',
        (letter, Some(_)) if is_variation_selector(letter) => true,
        (letter, Some('\u{1f3f4}')) => is_flag_tag(letter),
        (_, Some(_) | None) => false,
    }
}

/// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Those of Mongolian, of emoji, and of the Han characters of names.
fn is_variation_selector(letter: char) -> bool {
    matches!(letter, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// What follows a black flag in the flags of England, Scotland and Wales.
fn is_flag_tag(letter: char) -> bool {
    matches!(letter, '\u{e0020}'..='\u{e007f}')
}

/// An email address with a letter that only looks like another one goes to somebody else, or to nobody.
fn mixed_scripts(rule: &'static Rule, field: &Field, text: &str) -> Option<Fault> {
    if field.shape != Shape::Email {
        return None;
    }
    let letters = || text.chars().enumerate().filter_map(|(i, letter)| Some((i, letter, script(letter)?)));
    let (_, _, first) = letters().next()?;
    letters().find(|(_, _, script)| *script != first)?;
    // Where there are Latin letters, the others are the odd ones.
    let (i, letter, other) = letters().find(|(_, _, script)| *script != LATIN)?;
    let message = format!("character {} is U+{:04X}, {other} letter among others", i + 1, u32::from(letter));
    Some(Fault::new(rule, message).hint("it may look like a Latin letter but is not: type the address again"))
}

const LATIN: &str = "a Latin";

/// The script of a letter, as far as scripts are told apart here: those whose letters look like Latin ones have names.
fn script(letter: char) -> Option<&'static str> {
    if !letter.is_alphabetic() {
        return None;
    }
    Some(match letter {
        'A'..='Z' | 'a'..='z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => LATIN,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => "a Greek",
        '\u{400}'..='\u{52f}'
        | '\u{1c80}'..='\u{1c8f}'
        | '\u{2de0}'..='\u{2dff}'
        | '\u{a640}'..='\u{a69f}' => "a Cyrillic",
        '\u{530}'..='\u{58f}' => "an Armenian",
        _ => "another script's",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::every_field;

    fn message(place: &str, text: &str) -> Option<String> {
        let (field, _) = every_field().find(|(_, own)| own == place).expect(place);
        let Check::Text(check) = &ROWS[0].check else { panic!("a check of texts") };
        check(ROWS[0].rule, field, text).map(|fault| fault.message)
    }

    #[test]
    fn a_character_that_is_not_seen_is_named_with_its_place() {
        let unseen = "which is invisible";
        for (text, expected) in [
            ("\u{200b}", format!("character 1 is U+200B, {unseen}")),
            ("Zoë\u{ad}", format!("character 4 is U+00AD, {unseen}")),
            ("\u{202e}gnol\u{202c}", format!("character 1 is U+202E, {unseen}, and 1 more like it")),
            ("a\u{85}b", format!("character 2 is U+0085, {unseen}")),
            ("Ada\u{200d}", format!("character 4 is U+200D, {unseen}")),
            ("Ada\u{200d} B", format!("character 4 is U+200D, {unseen}")),
            ("\u{200d}Ada", format!("character 1 is U+200D, {unseen}")),
            ("\u{fe0f}", format!("character 1 is U+FE0F, {unseen}")),
            ("\u{3164}", format!("character 1 is U+3164, {unseen}")),
            (
                "Jos\u{fffd}",
                "character 4 is U+FFFD, which a program wrote in place of a character that it could not read"
                    .to_owned(),
            ),
        ] {
            assert_eq!(message("firstName", text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_shapes_a_word_or_a_picture_is_no_hidden_character() {
        for text in [
            "👩\u{200d}👩\u{200d}👧\u{200d}👦",
            "👁\u{fe0f}\u{200d}🗨\u{fe0f}",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "می\u{200c}خواهم",
            "ه\u{200d}",
            "അവന്\u{200d}",
            "葛\u{e0100}城",
            "ᠨ\u{180b}",
            "Zoe\u{308}",
            "Auf\u{200c}lage",
            "a\u{a0}b\u{3000}c",
            "שלום",
            "Ada\n\tB",
        ] {
            assert_eq!(message("notes", text), None, "{text:?}");
        }
    }

    #[test]
    fn an_email_has_letters_of_one_script() {
        let cyrillic = |at: usize| Some(format!("character {at} is U+0430, a Cyrillic letter among others"));
        for (text, expected) in [
            ("аda@x.com", cyrillic(1)),
            ("ada@xа.com", cyrillic(6)),
            ("ada-1.b_c+d@x.co", None),
            ("zoë@müller.de", None),
            ("почта@пример.рф", None),
            ("李@例子.公司", None),
            ("αda@x.com", Some("character 1 is U+03B1, a Greek letter among others".to_owned())),
            ("a\u{200d}b@x.co", Some("character 2 is U+200D, which is invisible".to_owned())),
        ] {
            assert_eq!(message("emails[].email", text), expected, "{text:?}");
        }
        assert_eq!(message("firstName", "Аda"), None);
    }
}
