//! The line that a problem is in, with a caret under the place.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use crate::escape::escaped;

/// The colour of the line numbers, which the renderer has from rustc.
const MARGIN: Style = AnsiColor::BrightBlue.on_default().bold();

/// The place by its path, line and column (both from 1), and the line around the span. Only the first line of a longer
/// span is marked, and of a long line only what fits into the width is looked at: the same line may be shown for a
/// thousand problems.
pub fn snippet(
    text: &str,
    path: &str,
    (line, column): (usize, usize),
    span: &std::ops::Range<usize>,
    width: usize,
) -> String {
    let before = &text[..span.start];
    let behind = &text[span.start..];
    let start = span_to_line_end(before.chars().rev(), width);
    let end = span_to_line_end(behind.chars(), width);
    let around = &text[span.start - start..span.start + end];
    let marked = span_to_line_end(text[span.clone()].chars(), width / 2);
    let annotation = AnnotationKind::Primary.span(start..start + marked);
    let snippet = Snippet::source(around).line_start(line).annotation(annotation);
    let renderer = Renderer::styled().term_width(width);
    let rendered = renderer.render(&[Group::with_level(Level::ERROR).element(snippet)]);
    let digits = line.to_string().len();
    format!("{:digits$}{MARGIN}--> {MARGIN:#}{}:{line}:{column}\n{rendered}", "", escaped(path))
}

/// The bytes of the characters up to the end of the line, or of so many of them.
fn span_to_line_end(letters: impl Iterator<Item = char>, most: usize) -> usize {
    letters.take_while(|letter| *letter != '\n').take(most).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, span: std::ops::Range<usize>, width: usize) -> String {
        let shown = snippet(text, "a.json", (12, 7), &span, width);
        anstream::adapter::strip_str(&shown).to_string()
    }

    #[test]
    fn the_line_stands_over_its_caret() {
        insta::assert_snapshot!(plain("{\n  \"é\": \"李\", x\n}", 10..15, 80), @r#"
          --> a.json:12:7
           |
        12 |   "é": "李", x
           |        ^^^^
        "#);
        insta::assert_snapshot!(plain("", 0..0, 80), @r"
          --> a.json:12:7
           |
        12 |
           | ^
        ");
    }

    #[test]
    fn of_a_long_line_so_much_is_shown_as_fits() {
        let text = format!("{}BAD{}", "x".repeat(100_000), "y".repeat(100_000));
        let shown = plain(&text, 100_000..100_003, 40);
        insta::assert_snapshot!(shown, @r"
          --> a.json:12:7
           |
        12 | ...xxxxxxxxxxxxxBADyyyyyyyyyyyyy...
           |                 ^^^
        ");
        let whole = plain(&text, 0..200_003, 40);
        for line in shown.lines().chain(whole.lines()) {
            assert!(line.len() <= 40, "{line}");
        }
    }
}
