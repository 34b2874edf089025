//! Labels with a text beside each, or below it where the width is too small for both.

use super::screen::{fitted, width};

/// The narrowest column for a text, in columns of the terminal; one that would be narrower is put below the label.
const NARROWEST: usize = 16;

const GAP: usize = 2;

/// How wide labels and texts are.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    label: usize,
    /// None where the text is below the label.
    text: Option<usize>,
}

impl Columns {
    /// For these labels, in lines of at most so many columns.
    pub fn of(labels: impl Iterator<Item = String>, room: usize) -> Columns {
        let room = room.max(NARROWEST);
        let widest = labels.map(|label| width(&label)).max().unwrap_or(0);
        let label = widest.min((room * 3 / 5).max(NARROWEST));
        let text = room.saturating_sub(label + GAP);
        if text >= NARROWEST {
            Columns { label, text: Some(text) }
        } else {
            Columns { label: room, text: None }
        }
    }

    /// The lines of one label and its text, each part in its style.
    pub fn lines(
        &self,
        label: &str,
        text: &str,
        label_style: impl Fn(&str) -> String,
        text_style: impl Fn(&str) -> String,
    ) -> Vec<String> {
        let labels = fitted(label, self.label + 1);
        let Some(room) = self.text else {
            let texts = fitted(text, self.label + 1 - GAP);
            let texts = texts.iter().map(|line| format!("{}{}", " ".repeat(GAP), text_style(line)));
            return labels.iter().map(|label| label_style(label)).chain(texts).collect();
        };
        let texts = fitted(text, room + 1);
        let line = |i: usize| {
            let label = labels.get(i).map(String::as_str).unwrap_or_default();
            match texts.get(i) {
                None => label_style(label),
                Some(text) => {
                    let gap = " ".repeat(self.label.saturating_sub(width(label)) + GAP);
                    format!("{}{gap}{}", label_style(label), text_style(text))
                }
            }
        };
        (0..labels.len().max(texts.len())).map(line).collect()
    }
}

/// Rows of labels and texts in lines of at most so many columns, indented.
pub fn rows(rows: &[(String, String)], room: usize) -> String {
    let columns = Columns::of(rows.iter().map(|(label, _)| label.clone()), room.saturating_sub(GAP));
    let lines =
        rows.iter().flat_map(|(label, text)| columns.lines(label, text, str::to_owned, str::to_owned));
    lines.map(|line| format!("{}{line}\n", " ".repeat(GAP))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cut_however_narrow_it_is() {
        let label = "Allows cross-border data transfer for TimeVallée";
        let text = "yes, as it is in the record";
        for room in [20, 33, 40, 80, 120] {
            let lines = Columns::of([label.to_owned()].into_iter(), room).lines(
                label,
                text,
                str::to_owned,
                str::to_owned,
            );
            assert!(lines.iter().all(|line| width(line) <= room), "{room}: {lines:#?}");
            let all = lines.join(" ");
            let words: Vec<&str> = all.split_whitespace().collect();
            for word in label.split(' ').chain(text.split(' ')) {
                assert!(words.contains(&word), "{word}: {lines:#?}");
            }
        }
    }
}
