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
    /// What is asked for. Unless it ends in a question mark, the present answer is shown behind it, or one is added.
    pub label: String,
    /// Where the answer goes: `emails[0].email`. Shown to those who want more detail.
    pub place: String,
    /// Why it is asked, where that is not obvious.
    pub reason: Option<String>,
    /// How to answer: an example, what a mark means.
    pub help: String,
    /// The answer that there is already, which Enter alone gives. What is typed replaces it; to edit begins with it.
    pub present: String,
    pub empty: Empty,
    /// Whether the answer may have several lines.
    pub has_lines: bool,
    /// The answer that a text certainly stands for, which Enter then gives instead.
    pub offer: Option<fn(&str) -> Option<String>>,
}

/// What an empty answer means, for the help under the question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Empty {
    /// Nothing, as a rule the answer is refused.
    #[default]
    Refused,
    LeavesOut,
    Clears,
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
    /// What is shown behind the label.
    pub detail: String,
    /// Other names that it is searched by, the more important ones first.
    pub names: Vec<String>,
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

    /// How well the row fits what was typed; `None` if it does not at all.
    fn fit(&self, typed: &str) -> Option<Fit> {
        let names = std::iter::once(&self.label).chain(&self.names).enumerate();
        names.filter_map(|(rank, name)| Some(Fit::new(likeness(name, typed)?, rank))).min()
    }

    /// Whether this is one of the row's names as a whole.
    pub fn is_called(&self, name: &str) -> bool {
        self.fit(&folded(name)).is_some_and(|fit| fit.likeness == Likeness::Whole)
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

/// The rows that match what was typed: first those of that name, then those with a word that begins with it, the label
/// before other names, then the rest. Only letters and digits count, in any case and with any accent.
pub fn found(rows: &[Row], typed: &str) -> Vec<usize> {
    let typed = folded(typed);
    let fit = |(i, row): (usize, &Row)| row.fit(&typed).map(|fit| (fit, i));
    let mut found: Vec<(Fit, usize)> = rows.iter().enumerate().filter_map(fit).collect();
    // Few letters are inside many names by chance: they count there only where nothing begins with them.
    let begins = found.iter().any(|(fit, _)| fit.likeness != Likeness::Inside);
    if begins && typed.chars().count() <= 3 {
        found.retain(|(fit, _)| fit.likeness != Likeness::Inside);
    }
    found.sort();
    found.into_iter().map(|(_, i)| i).collect()
}

/// How well a row fits, the best first: a whole name, such as a code, is certainly meant; then the label counts before
/// the other names, but not with the middle of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    is_not_whole: bool,
    is_inside: bool,
    /// The position of the name, the label's is 0.
    rank: usize,
    likeness: Likeness,
}

impl Fit {
    fn new(likeness: Likeness, rank: usize) -> Fit {
        let (is_not_whole, is_inside) = (likeness != Likeness::Whole, likeness == Likeness::Inside);
        Fit { is_not_whole, is_inside, rank, likeness }
    }
}

/// How much a name is like what was typed, the most like first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Whole,
    /// The name begins with it.
    Begins,
    /// A word of the name begins with it; this many are before that one.
    Word(usize),
    /// It is in the middle of a word.
    Inside,
}

fn likeness(name: &str, typed: &str) -> Option<Likeness> {
    if typed.is_empty() {
        return Some(Likeness::Begins);
    }
    let whole = folded(name);
    let at = whole.find(typed)?;
    let word = || word_starts(name).position(|rest| folded(rest).starts_with(typed));
    Some(match at {
        0 if whole.len() == typed.len() => Likeness::Whole,
        0 => Likeness::Begins,
        _ => word().map_or(Likeness::Inside, Likeness::Word),
    })
}

/// What there is of the name from each of its words on.
fn word_starts(name: &str) -> impl Iterator<Item = &str> {
    let starts = name.char_indices().scan(false, |in_word, (at, letter)| {
        let is_start = letter.is_alphanumeric() && !*in_word;
        *in_word = letter.is_alphanumeric();
        Some(is_start.then_some(at))
    });
    starts.flatten().map(|at| &name[at..])
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

    fn row(label: &str, names: &[&str]) -> Row {
        Row { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Row::new(label) }
    }

    #[test]
    fn a_row_is_found_by_its_name_or_its_code_and_the_exact_one_comes_first() {
        let rows = [row("Haiti", &["ht"]), row("Italy", &["it"]), row("Spain", &["es"])];
        assert_eq!(found(&rows, "it"), [1]);
        assert_eq!(found(&rows, "ai"), [0, 2]);
        assert_eq!(found(&rows, "I T A L"), [1]);
        assert_eq!(found(&rows, "x"), Vec::<usize>::new());
        assert_eq!(found(&rows, ""), [0, 1, 2]);
    }

    #[test]
    fn a_row_is_found_by_its_other_names_and_without_accents() {
        let rows = [
            row("Ukraine", &["ua"]),
            row("United Kingdom", &["gb", "gbr", "UK"]),
            row("Côte d'Ivoire", &["ci"]),
            row("Dutch, Middle", &["dum"]),
            row("Dutch; Flemish", &["dut"]),
        ];
        assert_eq!(found(&rows, "uk"), [1, 0]);
        assert_eq!(found(&rows, "gbr"), [1]);
        assert_eq!(found(&rows, "cote d"), [2]);
        assert_eq!(found(&rows, "dut")[0], 4);
    }

    #[test]
    fn the_label_counts_before_the_other_names() {
        let rows = [
            row("Bahrain", &["bh", "Kingdom of Bahrain"]),
            row("Micronesia, Federated States of", &["fm"]),
            row("United Kingdom", &["gb", "England"]),
            row("United States", &["us"]),
        ];
        assert_eq!(found(&rows, "kingdom"), [2, 0]);
        assert_eq!(found(&rows, "states"), [3, 1]);
        assert_eq!(found(&rows, "united king"), [2]);
        assert_eq!(found(&rows, "england"), [2]);
    }
}
