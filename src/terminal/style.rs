//! Colours, and which control sequences of a text reach the terminal.

use anstyle::{AnsiColor, Style};

use crate::escape::escaped_lines;

pub const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
pub const RED: Style = AnsiColor::Red.on_default().bold();
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
pub const CYAN: Style = AnsiColor::Cyan.on_default().bold();

pub fn bold(text: &str) -> String {
    format!("{BOLD}{text}{BOLD:#}")
}

pub fn dim(text: &str) -> String {
    format!("{DIM}{text}{DIM:#}")
}

pub fn red(text: &str) -> String {
    format!("{RED}{text}{RED:#}")
}

pub fn yellow(text: &str) -> String {
    format!("{YELLOW}{text}{YELLOW:#}")
}

pub fn green(text: &str) -> String {
    format!("{GREEN}{text}{GREEN:#}")
}

/// The text without its colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// The text with everything escaped that steers a terminal, except colours where they are wanted. Foreign text should be
/// escaped already; this makes sure of it, and covers the messages of other crates.
pub fn harmless(text: &str, color: bool) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut harmless = pieces.next().map_or_else(String::new, escaped_lines);
    for piece in pieces {
        let end = piece.find(|letter: char| !letter.is_ascii_digit() && letter != ';').unwrap_or(piece.len());
        let (style, rest) = piece.split_at(end);
        match rest.strip_prefix('m') {
            Some(rest) => {
                if color {
                    harmless.push_str(&format!("\u{1b}[{style}m"));
                }
                harmless.push_str(&escaped_lines(rest));
            }
            None => harmless.push_str(&escaped_lines(&format!("\u{1b}[{piece}"))),
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_steers_a_terminal_only_colour_passes_and_only_where_it_is_wanted() {
        let text = format!("{BOLD}a{BOLD:#}\t\u{1b}[2Jb\n\u{1b}]0;x\u{7}\u{202e}\u{1b}[1");
        let rest = "\t\\u{1b}[2Jb\n\\u{1b}]0;x\\u{7}\\u{202e}\\u{1b}[1";
        assert_eq!(harmless(&text, false), format!("a{rest}"));
        assert_eq!(harmless(&text, true), format!("{BOLD}a{BOLD:#}{rest}"));
    }
}
