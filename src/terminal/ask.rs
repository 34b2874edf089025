//! What a person can be asked: a text, one thing out of a list, several things out of a list.
//!
//! Whoever asks holds an [`Ask`] and does not know who answers: a terminal with a cursor (`dialog`), one without
//! (`plain`), or a script in a test.

/// The person left, by Ctrl-C, Ctrl-D or by closing the terminal: nothing more is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave;

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    Given(T),
    /// One step back.
    Back,
}

/// A question for a text.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub label: String,
    /// Where the answer goes: `emails[0].email`.
    pub place: String,
    /// Why it is asked, where that needs saying.
    pub reason: Option<String>,
    /// How to answer: an example, what an empty answer does.
    pub help: String,
    /// The answer to begin with, there to be edited.
    pub initial: String,
}

/// A question with a list of answers.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub label: String,
    /// Where the answer goes: `emails[0].isMainEmail`; empty where it goes into no single field.
    pub place: String,
    pub reason: Option<String>,
    pub rows: Vec<Row>,
    /// The row that the cursor begins at.
    pub start: usize,
    /// Whether Enter with nothing chosen means the row that it is pressed on.
    pub at_least_one: bool,
}

/// One answer of a list.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub label: String,
    /// What stands behind the label; it is searched as well.
    pub detail: String,
    /// The heading above the first row of each group.
    pub group: &'static str,
    /// Whether it is chosen to begin with, where several can be.
    pub chosen: bool,
}

impl Row {
    pub fn new(label: impl Into<String>) -> Row {
        Row { label: label.into(), ..Row::default() }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Row {
        self.detail = detail.into();
        self
    }
}

/// Says why an answer cannot be taken; the question is then asked again with the answer still there.
pub type Judge<'a> = dyn FnMut(&str) -> Result<(), String> + 'a;

pub trait Ask {
    /// # Errors
    /// The person left.
    fn text(&mut self, question: &Text, judge: &mut Judge<'_>) -> Result<Answer<String>, Leave>;

    /// The position of the one row that was chosen. There is at least one.
    ///
    /// # Errors
    /// The person left.
    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Leave>;

    /// The positions of the rows that are chosen in the end, in their order.
    ///
    /// # Errors
    /// The person left.
    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Leave>;

    /// Says something between two questions.
    fn say(&mut self, text: &str);
}

/// The rows that are found by what was typed, those first that are called just so. Letters and digits count, in any
/// case.
pub fn found(rows: &[Row], typed: &str) -> Vec<usize> {
    let fold = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let typed = fold(typed);
    let mut found: Vec<(bool, usize)> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let texts = [fold(&row.label), fold(&row.detail)];
        if texts.iter().any(|text| text.contains(&typed)) {
            found.push((!typed.is_empty() && texts.contains(&typed), i));
        }
    }
    found.sort_by_key(|(is_exact, _)| !is_exact);
    found.into_iter().map(|(_, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_its_name_or_its_code_and_the_exact_one_comes_first() {
        let rows =
            [Row::new("Haiti").detail("ht"), Row::new("Italy").detail("it"), Row::new("Spain").detail("es")];
        assert_eq!(found(&rows, "it"), [1, 0]);
        assert_eq!(found(&rows, "I T A L"), [1]);
        assert_eq!(found(&rows, "x"), Vec::<usize>::new());
        assert_eq!(found(&rows, ""), [0, 1, 2]);
    }
}
