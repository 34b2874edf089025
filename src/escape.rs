//! Makes text from outside safe to print: escapes what could move the cursor, reverse the line or be invisible, and cuts
//! what is long.

use std::fmt::Write;

/// The longest piece of a value that a message repeats, in characters.
const SHOWN: usize = 60;

/// Whether the text has nothing but the visible characters of ASCII and blanks, as most that is printed: it is seen at a
/// glance that nothing of it is escaped.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Escapes newline and tab as `\n` and `\t`, every other control, bidirectional and zero-width character as `\u{…}`;
/// everything else stays as it is.
pub fn escaped(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            letter if is_dangerous(letter) => {
                write!(shown, "\\u{{{:x}}}", letter as u32).expect("a String takes everything");
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// As [`escaped`], for text of several lines: newlines and tabs stay.
pub fn escaped_lines(text: &str) -> String {
    if text.split(['\n', '\t']).all(is_plain) {
        return text.to_owned();
    }
    let lines: Vec<String> =
        text.split('\n').map(|line| line.split('\t').map(escaped).collect::<Vec<_>>().join("\t")).collect();
    lines.join("\n")
}

/// As [`escaped`], with a sign for each newline.
pub fn one_line(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("⏎")
}

/// A text of the service for use in a message: as [`escaped_lines`], and cut after a thousand characters.
pub fn foreign(text: &str) -> String {
    escaped_lines(&cut(text, LONGEST_FOREIGN))
}

/// The longest text of the service that is repeated, in characters.
const LONGEST_FOREIGN: usize = 1000;

/// The text, or so many characters of it with a sign that there are more.
pub fn cut(text: &str, most: usize) -> String {
    let mut cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// A JSON text that means the same and holds none of these characters raw: they can only be inside its strings.
pub fn escaped_json(json: &str) -> String {
    if json.split('\n').all(is_plain) {
        return json.to_owned();
    }
    let mut shown = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_dangerous(letter) && letter != '\n' {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(shown, "\\u{unit:04x}").expect("a String takes everything");
            }
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// The value in double quotes, escaped and cut, for use in a message.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(&cut(text, SHOWN)))
}

/// Whether a character could steer a terminal, or is not seen: C0 and C1 controls, line and paragraph separators, what
/// has the property `Default_Ignorable_Code_Point` (zero-width characters, bidirectional controls, fillers, variation
/// selectors, tags), and what is drawn as nothing without being a space.
pub fn is_dangerous(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_control();
    }
    letter.is_control()
        || matches!(letter, '\u{2028}'..='\u{2029}')
        || is_default_ignorable(letter)
        || is_blank(letter)
}

/// `Default_Ignorable_Code_Point` in `DerivedCoreProperties.txt` of Unicode 16.0, unassigned ones included.
fn is_default_ignorable(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Not ignorable, and yet drawn as nothing: interlinear annotation marks, the blank Braille pattern, the musical null
/// notehead, and the Khitan filler.
fn is_blank(letter: char) -> bool {
    matches!(letter, '\u{fff9}'..='\u{fffb}' | '\u{2800}' | '\u{1d159}' | '\u{16fe4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_the_terminal_is_escaped() {
        assert_eq!(escaped("a\u{1b}[2Jb\u{202e}c\u{200b}"), "a\\u{1b}[2Jb\\u{202e}c\\u{200b}");
        assert_eq!(escaped("Zoë 李 😀\n\t"), "Zoë 李 😀\\n\\t");
        for letter in
            "\u{34f}\u{115f}\u{17b4}\u{180b}\u{2800}\u{3164}\u{fe0f}\u{ffa0}\u{1d159}\u{e0100}".chars()
        {
            let shown = format!("a\\u{{{:x}}}", u32::from(letter));
            assert_eq!(escaped(&format!("a{letter}")), shown);
        }
        // Spaces of other scripts and accents of their own are seen.
        assert_eq!(escaped("李\u{3000}e\u{301}\u{a0}"), "李\u{3000}e\u{301}\u{a0}");
        assert_eq!(escaped_lines("a\n\tb\u{7}"), "a\n\tb\\u{7}");
    }

    #[test]
    fn json_means_the_same_when_it_is_escaped() {
        let value = serde_json::json!({ "a\u{85}": ["\u{7f}\u{202e}\u{e0041}\u{1}\n", "Zoë 😀"] });
        for json in [value.to_string(), format!("{value:#}")] {
            let shown = escaped_json(&json);
            assert!(!shown.chars().any(|letter| is_dangerous(letter) && letter != '\n'), "{shown:?}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(quoted(&"x".repeat(61)).chars().count(), 63);
        assert_eq!(quoted("x"), "\"x\"");
        assert_eq!(foreign(&"é\n".repeat(501)).chars().count(), 1001);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_shown_steers_a_terminal(text: String, harmful in "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}a]{0,20}") {
            for text in [&text, &harmful, &(text.clone() + &harmful)] {
                for shown in [escaped(text), quoted(text), escaped_json(text).replace('\n', "")] {
                    proptest::prop_assert!(!shown.chars().any(is_dangerous), "{:?}", shown);
                }
                let shown = escaped_lines(text);
                proptest::prop_assert!(!shown.chars().any(|letter| is_dangerous(letter) && !"\n\t".contains(letter)), "{:?}", shown);
                proptest::prop_assert_eq!(shown.matches('\n').count(), text.matches('\n').count());
                if !text.chars().any(is_dangerous) {
                    proptest::prop_assert_eq!(&escaped(text), text, "the harmless stays as it is");
                }
            }
        }
    }
}
