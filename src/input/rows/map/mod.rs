//! A map: a TOML file that says what a table's own columns and values mean.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use jiff::civil::{Date, date};
use jiff::fmt::strtime;

use crate::document::tree::{self, Content, Entry, Format, Node};
use crate::escape::quoted;
use crate::model::problem::{Fault, FileText, Problem, Rule, Source};
use crate::spelling::near_or;

/// What a map says. Every text knows the bytes it was written at.
pub struct Map {
    file: Rc<FileText>,
    /// The table's columns, each with the name of a field.
    pub rename: Vec<(Text, Text)>,
    pub ignore: Vec<Text>,
    /// Fields that every row is given, each with its value.
    pub constants: Vec<(Text, Text)>,
    /// For each of these columns, texts of the table, each with the value that is sent.
    pub values: Vec<(Text, Vec<(Text, Text)>)>,
    pub date_format: Option<DateFormat>,
}

#[derive(Debug, Clone)]
pub struct Text {
    pub text: String,
    span: Range<usize>,
}

/// How the table writes its dates.
#[derive(Debug, Clone)]
pub struct DateFormat(String);

const KEYS: [&str; 5] = ["rename", "ignore", "date_format", "constants", "values"];

impl Map {
    /// Reads a map.
    ///
    /// # Errors
    /// All that is wrong with it by itself.
    pub fn read(file: &Rc<FileText>) -> Result<Map, Vec<Problem>> {
        let template = "`booster bulk template --map` prints one to fill in";
        let problem = |fault: Fault, span| {
            Problem::usage(fault.message).at(Source::file(file, span)).hint(fault.hint.unwrap_or_default())
        };
        let node = tree::parse(&file.text, Format::Toml).map_err(|(fault, at)| {
            let is_usual = fault.hint.as_ref().is_none_or(|hint| hint.ends_with("shows the format"));
            vec![problem(if is_usual { fault.hint(template) } else { fault }, at..at)]
        })?;
        let mut reader = Reader { file, problems: Vec::new() };
        let mut map = Map {
            file: Rc::clone(file),
            rename: Vec::new(),
            ignore: Vec::new(),
            constants: Vec::new(),
            values: Vec::new(),
            date_format: None,
        };
        for entry in reader.entries(&node) {
            let node = &entry.node;
            match entry.key.as_str() {
                "rename" => map.rename = reader.pairs(node),
                "constants" => map.constants = reader.pairs(node),
                "ignore" => map.ignore = reader.list(node),
                "values" => {
                    let columns = reader.entries(node);
                    map.values =
                        columns.iter().map(|column| (key(column), reader.pairs(&column.node))).collect();
                }
                "date_format" => map.date_format = reader.date_format(node),
                other => {
                    let hint = near_or(other, KEYS, || template.to_owned());
                    reader.problem(&entry.key_span, format!("a map has no key {}", quoted(other)), hint);
                }
            }
        }
        for (_, pairs) in &map.values {
            for (blank, _) in pairs.iter().filter(|(text, _)| text.text.trim().is_empty()) {
                let hint = "remove this line; [constants] gives a field to every row";
                reader.problem(
                    &blank.span,
                    "a blank cell gives no value, whatever the map says".to_owned(),
                    hint,
                );
            }
        }
        if reader.problems.is_empty() { Ok(map) } else { Err(reader.problems) }
    }

    /// A problem at this text.
    pub fn problem(&self, at: &Text, fault: Fault) -> Problem {
        let problem = Problem::usage(fault.message).at(Source::file(&self.file, at.span.clone()));
        match fault.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }

    /// The number of the column that is named here.
    ///
    /// # Errors
    /// If the table has none of this name.
    #[expect(clippy::result_large_err, reason = "it is one of few")]
    pub fn column(&self, named: &Text, names: &[&str]) -> Result<usize, Problem> {
        let wanted = named.text.trim();
        let find = |is_it: &dyn Fn(&str) -> bool| names.iter().position(|name| is_it(name.trim()));
        let found = find(&|name| name == wanted)
            .or_else(|| find(&|name| name.to_lowercase() == wanted.to_lowercase()));
        found.ok_or_else(|| {
            let named_ones = || names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
            let hint = near_or(wanted, named_ones(), || {
                let first: Vec<String> = named_ones().take(5).map(quoted).collect();
                format!("the header begins with {}", first.join(", "))
            });
            self.problem(
                named,
                Fault::new(Rule::SYNTAX, format!("the table has no column {}", quoted(wanted))).hint(hint),
            )
        })
    }

    /// The values of each column for which there are some, by its number.
    pub fn values_of(
        &self,
        names: &[&str],
        problems: &mut Vec<Problem>,
    ) -> HashMap<usize, HashMap<String, String>> {
        let mut all = HashMap::new();
        for (column, pairs) in &self.values {
            match self.column(column, names) {
                Ok(number) => {
                    let pairs =
                        pairs.iter().map(|(text, value)| (text.text.trim().to_owned(), value.text.clone()));
                    all.insert(number, pairs.collect());
                }
                Err(problem) => problems.push(problem),
            }
        }
        all
    }
}

fn key(entry: &Entry) -> Text {
    Text { text: entry.key.clone(), span: entry.key_span.clone() }
}

/// Reads the parts of a map.
struct Reader<'a> {
    file: &'a Rc<FileText>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, span: &Range<usize>, message: String, hint: impl Into<String>) {
        let problem = Problem::usage(message).at(Source::file(self.file, span.clone()));
        self.problems.push(problem.hint(hint.into()));
    }

    fn entries<'n>(&mut self, node: &'n Node) -> &'n [Entry] {
        if let Content::Object(entries) = &node.content {
            return entries;
        }
        let message = format!("expected a table, found {}", node.content.name());
        self.problem(&node.span, message, "write its name in brackets on a line of its own, as in [rename]");
        &[]
    }

    fn pairs(&mut self, node: &Node) -> Vec<(Text, Text)> {
        let entries = self.entries(node);
        entries.iter().filter_map(|entry| Some((key(entry), self.text(entry)?))).collect()
    }

    fn list(&mut self, node: &Node) -> Vec<Text> {
        let Content::Array(items) = &node.content else {
            let message = format!("expected a list, found {}", node.content.name());
            self.problem(&node.span, message, "write it as in [\"Comment\", \"Last visit\"]");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.value(item, None)).collect()
    }

    fn text(&mut self, entry: &Entry) -> Option<Text> {
        self.value(&entry.node, Some(&entry.key))
    }

    /// The text of a value; the key is that of its line.
    fn value(&mut self, node: &Node, key: Option<&str>) -> Option<Text> {
        if let Content::Text(text) = &node.content {
            return Some(Text { text: text.clone(), span: node.span.clone() });
        }
        let hint = match &node.content {
            _ if key.is_some_and(|key| matches!(key, "ignore" | "date_format")) => {
                "write this line above the first name in brackets".to_owned()
            }
            Content::Number(text) | Content::Day(text) => format!("write \"{text}\", in double quotes"),
            Content::Bool(yes) => format!("write \"{yes}\", in double quotes"),
            Content::Null | Content::Text(_) | Content::Array(_) | Content::Object(_) => {
                "write a single text, in double quotes".to_owned()
            }
        };
        self.problem(&node.span, format!("expected text, found {}", node.content.name()), hint);
        None
    }

    fn date_format(&mut self, node: &Node) -> Option<DateFormat> {
        let text = self.value(node, None)?;
        let format = DateFormat(text.text);
        // Two digits of a year would make the one day the other.
        let is_whole = [date(1885, 12, 9), date(1985, 12, 9)].into_iter().all(|day| {
            let written = strtime::format(&format.0, day);
            written.is_ok_and(|written| format.parse(&written) == Some(day))
        });
        if is_whole {
            return Some(format);
        }
        let message = format!("the format {} does not say a day with its whole year", quoted(&format.0));
        self.problem(&text.span, message, "write it with %d, %m and %Y, as in \"%d/%m/%Y\"");
        None
    }
}

impl DateFormat {
    /// The day that a text says.
    fn parse(&self, text: &str) -> Option<Date> {
        let day = strtime::parse(&self.0, text).ok()?.to_date().ok()?;
        (day.year() >= 1000).then_some(day)
    }

    /// Reads a date as the table writes it.
    ///
    /// # Errors
    /// `not-a-date`.
    pub fn read(&self, text: &str) -> Result<Date, Fault> {
        self.parse(text.trim()).ok_or_else(|| {
            let sample = strtime::format(&self.0, date(2020, 12, 30)).unwrap_or_default();
            let message =
                format!("expected a date written {}, as the map says, found {}", self.0, quoted(text));
            Fault::new(Rule::NOT_A_DATE, message).hint(format!("write a day that there is, as in {sample}"))
        })
    }
}

#[cfg(test)]
mod tests;
