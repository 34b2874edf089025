//! JSON lines: each line an object for one customer, read as a JSON file is.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::rc::Rc;

use super::cells::added_list_cannot_clear;
use super::columns::lists_refused;
use super::results::{is_result, object_without};
use super::window::{LARGEST_ROW, Stop, Window};
use super::{Format, ListColumns, Row, RowOptions, row_id, stopped};
use crate::document::line;
use crate::document::tree::{self, Content, Node};
use crate::escape::quoted;
use crate::input::file::{self, FromFile};
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Record};
use crate::model::patch::{Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};

/// Reads line after line. The line that was read last begins where the window does.
pub struct Lines {
    record: &'static Record,
    /// The length of the last line, its end included.
    length: usize,
    number: u64,
    /// Whether the last line has what a results file adds.
    has_results: bool,
}

impl Lines {
    pub fn new(record: &'static Record) -> Lines {
        Lines { record, length: 0, number: 0, has_results: false }
    }

    /// Reads the next line in which anything is.
    ///
    /// # Errors
    /// What ends the reading: a list too, where nothing says what it means.
    pub fn next<R: Read>(
        &mut self,
        window: &mut Window<R>,
        options: &RowOptions,
    ) -> Result<Option<Row>, Problem> {
        self.has_results = false;
        let read = self.read(window);
        if !read.map_err(|stop| stopped::problem(stop, Format::JsonLines, self.number, None))? {
            return Ok(None);
        }
        let line = self.line(window);
        let text = std::str::from_utf8(line).map_err(|error| {
            let at = error.valid_up_to();
            let byte = line.get(at).copied().unwrap_or_default();
            stopped::not_utf8(byte, window.offset() + at as u64, self.number, None)
        })?;
        let mut node = match line::parse(text).map_err(|(fault, at)| syntax(fault, text, at)) {
            Ok(node) if matches!(node.content, Content::Object(_)) => node,
            Ok(node) => return Ok(Some(self.unreadable(not_an_object(&node)))),
            Err(fault) => return Ok(Some(self.unreadable(fault))),
        };
        if let Content::Object(entries) = &mut node.content {
            let before = entries.len();
            entries.retain(|entry| !is_result(&entry.key));
            self.has_results = entries.len() < before;
        }
        self.row(&node, options).map(Some)
    }

    /// Finds the next line that is not blank; false at the end.
    fn read<R: Read>(&mut self, window: &mut Window<R>) -> Result<bool, Stop> {
        window.consume(std::mem::take(&mut self.length));
        loop {
            self.number += 1;
            let length = line_length(window)?;
            if length > LARGEST_ROW {
                return Err(Stop::TooLarge);
            }
            let line = &window.bytes()[..length];
            if !line.trim_ascii().is_empty() {
                self.length = length;
                return Ok(true);
            } else if length == 0 {
                return Ok(false);
            }
            window.consume(length);
        }
    }

    fn unreadable(&self, fault: Fault) -> Row {
        let source = Source::Row { row: self.number, column: None };
        Row::unreadable(self.record, self.number, fault.of(source))
    }

    fn row(&self, node: &Node, options: &RowOptions) -> Result<Row, Problem> {
        let number = self.number;
        let source =
            |place: &str, _: Range<usize>| Source::Row { row: number, column: Some(Rc::from(place)) };
        let id_key = options.id_column.as_deref().unwrap_or(ID_KEY);
        let mut row = Row::new(self.record, number);
        let FromFile { patch, is_read, id } =
            file::object(self.record, node, id_key, tree::Format::Json, &source, &mut row.problems);
        if !is_read {
            return Ok(Row { patch: Patch::invalid(self.record), ..row });
        }
        row.patch = patch;
        for problem in row.problems.iter_mut().filter(|problem| is_other_id(problem, id_key)) {
            let hint = format!("with --id-column, the customer's id is under the key {}", quoted(id_key));
            problem.hint = Some(hint);
        }
        match id {
            Some((text, source)) => match row_id::read(&text) {
                Ok(id) => row.customer = Some(id),
                Err(fault) => row.problems.push(fault.at(id_key, source)),
            },
            None if row.problems.iter().any(|problem| problem.id == Rule::ID.into()) => {}
            None => row.problems.push(row_id::missing().at(id_key, source(id_key, 0..0))),
        }
        read_lists(&mut row, options.lists)?;
        Ok(row)
    }

    /// The last line without its end.
    fn line<'a, R: Read>(&self, window: &'a Window<R>) -> &'a [u8] {
        let line = window.bytes().get(..self.length).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The last line's text.
    pub fn text<'a, R: Read>(&self, window: &'a Window<R>) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(self.line(window));
        if self.has_results { object_without(&text).map_or(text, Cow::Owned) } else { text }
    }
}

/// The length of the line at the window's start, its end included; 0 at the end of the input.
fn line_length<R: Read>(window: &mut Window<R>) -> Result<usize, Stop> {
    let mut searched = 0;
    loop {
        let rest = &window.bytes()[searched..];
        if let Some(at) = memchr::memchr(b'\n', rest) {
            return Ok(searched + at + 1);
        }
        searched += rest.len();
        if !window.more()? {
            return Ok(searched);
        }
    }
}

/// Whether the problem is about the usual key of the id, while another one has it.
fn is_other_id(problem: &Problem, id_key: &str) -> bool {
    id_key != ID_KEY
        && problem.id == Rule::UNKNOWN_FIELD.into()
        && problem.field.as_deref().is_some_and(|field| field.eq_ignore_ascii_case(ID_KEY))
}

/// Makes of the lists what the command says they are.
fn read_lists(row: &mut Row, mode: ListColumns) -> Result<(), Problem> {
    let lists = row.patch.iter().filter_map(|(field, given)| match &given.value {
        Value::List(items) => Some((field, items.is_empty(), given.source.clone())),
        Value::Text(_) | Value::Bool(_) | Value::Date(_) => None,
    });
    let lists: Vec<(&Field, bool, Source)> = lists.collect();
    for (field, is_empty, source) in lists {
        match mode {
            ListColumns::Refused => return Err(lists_refused(field.name).at(source).on(field.name)),
            ListColumns::Whole => {}
            ListColumns::Added if is_empty => {
                row.problems.push(added_list_cannot_clear().at(field.name, source));
                row.patch.remove(field);
                row.patch.set_invalid(field);
            }
            ListColumns::Added => row.patch.edit_list(field, Vec::new(), source),
        }
    }
    Ok(())
}

const ONE_OBJECT: &str = "write one JSON object per line";

fn syntax(fault: Fault, text: &str, at: usize) -> Fault {
    let character = text.get(..at).unwrap_or(text).chars().count() + 1;
    let hint = if at >= text.len() {
        "each line must be a whole object; `jq -c .` writes one that is on several lines on one".to_owned()
    } else {
        fault.hint.unwrap_or_else(|| ONE_OBJECT.to_owned())
    };
    Fault::new(fault.rule, format!("{}, at character {character}", fault.message)).hint(hint)
}

fn not_an_object(node: &Node) -> Fault {
    Fault::new(Rule::SYNTAX, format!("expected an object, found {}", node.content.name())).hint(ONE_OBJECT)
}
