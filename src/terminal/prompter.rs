//! Questions to the user: for a text, for one row of a list, for several rows of a list.
//!
//! The answers come from a [`Prompter`]: a terminal with a cursor (`dialog`), one without (`line_prompter`), or a script
//! in a test.

/// The user cancelled, by Ctrl-C, Ctrl-D or by closing the terminal: no more questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

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
    /// Why it is asked, where that is not obvious.
    pub reason: Option<String>,
    /// How to answer: an example, what a mark means.
    pub help: String,
    /// The answer to begin with, there to be edited.
    pub initial: String,
    /// Whether that answer is a mark, which goes away as a whole when something is typed.
    pub initial_is_mark: bool,
    /// Whether an empty answer leaves something out.
    pub can_be_left_out: bool,
    /// Whether the answer may have several lines.
    pub has_lines: bool,
}

/// A question with a list of answers.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub label: String,
    /// Where the answer goes: `emails[0].isMainEmail`; empty where it goes into no single field.
    pub place: String,
    pub reason: Option<String>,
    pub rows: Vec<Row>,
    /// The row that the cursor begins at; none where Enter alone must not choose one.
    pub start: Option<usize>,
    /// Whether no row at all can be chosen of several: else Enter with nothing chosen means the row that it is pressed
    /// on.
    pub may_be_empty: bool,
}

impl Choice {
    /// A question that belongs to no field, with the cursor on the first row.
    pub fn new(label: impl Into<String>, rows: impl IntoIterator<Item = Row>) -> Choice {
        let rows = rows.into_iter().collect();
        Choice { label: label.into(), rows, start: Some(0), ..Choice::default() }
    }
}

/// One answer of a list.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub label: String,
    /// What is behind the label; it is searched as well.
    pub detail: String,
    /// Other names that it is searched by, with semicolons between.
    pub also: String,
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
pub type Validator<'a> = dyn FnMut(&str) -> Result<(), String> + 'a;

pub trait Prompter {
    /// # Errors
    /// The user cancelled.
    fn text(&mut self, question: &Text, validate: &mut Validator<'_>) -> Result<Answer<String>, Cancelled>;

    /// The position of the one row that was chosen. There is at least one.
    ///
    /// # Errors
    /// The user cancelled.
    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Cancelled>;

    /// The positions of the rows that are chosen in the end, in their order.
    ///
    /// # Errors
    /// The user cancelled.
    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Cancelled>;

    /// Says something between two questions.
    fn say(&mut self, text: &str);
}

/// The rows that match what was typed: first those of that name, then those with a word that begins with it, then the
/// rest. Only letters and digits count, in any case and with any accent.
pub fn found(rows: &[Row], typed: &str) -> Vec<usize> {
    let typed = folded(typed);
    let mut found: Vec<(usize, usize)> = rows
        .iter()
        .enumerate()
        .filter_map(|(i, row)| {
            let names = [row.label.as_str(), row.detail.as_str()].into_iter().chain(row.also.split("; "));
            Some((names.filter_map(|name| likeness(name, &typed)).min()?, i))
        })
        .collect();
    // Few letters are inside many names by chance: they count there only where nothing begins with them.
    let begins = found.iter().any(|(likeness, _)| *likeness < INSIDE);
    if begins && typed.chars().count() <= 3 {
        found.retain(|(likeness, _)| *likeness < INSIDE);
    }
    found.sort();
    found.into_iter().map(|(_, i)| i).collect()
}

/// The likeness of a name in which the typed text is in the middle of a word.
const INSIDE: usize = 3;

/// How much a name is like what was typed, 0 the most; none where it is not at all.
fn likeness(name: &str, typed: &str) -> Option<usize> {
    if typed.is_empty() {
        return Some(0);
    }
    let whole = folded(name);
    let at = whole.find(typed)?;
    let begins_a_word =
        || name.split(|letter: char| !letter.is_alphanumeric()).any(|word| folded(word).starts_with(typed));
    Some(match at {
        0 if whole.len() == typed.len() => 0,
        0 => 1,
        _ if begins_a_word() => 2,
        _ => INSIDE,
    })
}

fn folded(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.map(without_accent).collect()
}

/// The letters with accents that the names of countries and languages have.
fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_its_name_or_its_code_and_the_exact_one_comes_first() {
        let rows =
            [Row::new("Haiti").detail("ht"), Row::new("Italy").detail("it"), Row::new("Spain").detail("es")];
        assert_eq!(found(&rows, "it"), [1]);
        assert_eq!(found(&rows, "ai"), [0, 2]);
        assert_eq!(found(&rows, "I T A L"), [1]);
        assert_eq!(found(&rows, "x"), Vec::<usize>::new());
        assert_eq!(found(&rows, ""), [0, 1, 2]);
    }
    #[test]
    fn a_row_is_found_by_its_other_names_and_without_accents() {
        let rows = [
            Row::new("Ukraine").detail("ua"),
            Row { also: "gbr; UK".into(), ..Row::new("United Kingdom").detail("gb") },
            Row::new("Côte d'Ivoire").detail("ci"),
            Row::new("Dutch, Middle").detail("dum"),
            Row::new("Dutch; Flemish").detail("dut"),
        ];
        assert_eq!(found(&rows, "uk"), [1, 0]);
        assert_eq!(found(&rows, "gbr"), [1]);
        assert_eq!(found(&rows, "cote d"), [2]);
        assert_eq!(found(&rows, "dut")[0], 4);
    }
}
