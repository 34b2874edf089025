//! Line and column of a byte in a text, fast enough for a hundred thousand problems.

use std::cell::OnceCell;

/// A mark is set every so many bytes, and from the nearest one on characters are counted.
const STEP: usize = 512;

/// Marks along one text, set when the first position is asked for.
#[derive(Debug, Default)]
pub struct Positions(OnceCell<Vec<Mark>>);

#[derive(Debug, Clone, Copy)]
struct Mark {
    /// At the beginning of a character.
    byte: usize,
    /// Both from 1.
    line: usize,
    column: usize,
}

impl Mark {
    const START: Mark = Mark { byte: 0, line: 1, column: 1 };

    /// The position of a byte at or behind the mark.
    fn go_to(self, text: &str, byte: usize) -> Mark {
        let between = &text[self.byte..byte];
        match between.rfind('\n') {
            Some(newline) => Mark {
                byte,
                line: self.line + between.matches('\n').count(),
                column: between[newline + 1..].chars().count() + 1,
            },
            None => Mark { byte, column: self.column + between.chars().count(), ..self },
        }
    }
}

impl Positions {
    /// Line and column of a byte, both from 1, the column in characters. `text` must be the same every time.
    pub fn of(&self, text: &str, byte: usize) -> (usize, usize) {
        let byte = boundary(text, byte);
        let marks = self.0.get_or_init(|| marks(text));
        let behind = marks.partition_point(|mark| mark.byte <= byte);
        let nearest = behind.checked_sub(1).and_then(|i| marks.get(i)).copied().unwrap_or(Mark::START);
        let found = nearest.go_to(text, byte);
        (found.line, found.column)
    }
}

/// Line and column of a byte in a text that is asked about once.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let found = Mark::START.go_to(text, boundary(text, byte));
    (found.line, found.column)
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = vec![Mark::START];
    let mut last = Mark::START;
    while last.byte + STEP < text.len() {
        last = last.go_to(text, boundary(text, last.byte + STEP));
        marks.push(last);
    }
    marks
}

/// The beginning of the character that the byte is a part of.
fn boundary(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters() {
        for (byte, position) in
            [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (2, 1)), (5, (2, 2)), (99, (2, 3))]
        {
            assert_eq!(line_and_column("ab\né李", byte), position, "{byte}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_marks_change_nothing(text in "([a-zé李\n]{0,40}){0,80}", bytes in proptest::collection::vec(0..8000_usize, 20)) {
            let positions = Positions::default();
            for byte in bytes {
                proptest::prop_assert_eq!(positions.of(&text, byte), line_and_column(&text, byte));
            }
        }
    }
}
