//! JSON lines: each line an object for one customer, read as a JSON file is.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::rc::Rc;

use super::lists::{added_list_cannot_clear, lists_refused};
use super::reader::Stop;
use super::results::{is_result, object_without};
use super::window::{LARGEST_ROW, Window};
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
    ) -> Result<Option<Row>, Box<Problem>> {
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

    fn row(&self, node: &Node, options: &RowOptions) -> Result<Row, Box<Problem>> {
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
fn read_lists(row: &mut Row, mode: ListColumns) -> Result<(), Box<Problem>> {
    let lists = row.patch.iter().filter_map(|(field, given)| match &given.value {
        Value::List(items) => Some((field, items.is_empty(), given.source.clone())),
        Value::Text(_) | Value::Bool(_) | Value::Date(_) => None,
    });
    let lists: Vec<(&Field, bool, Source)> = lists.collect();
    for (field, is_empty, source) in lists {
        match mode {
            ListColumns::Refused => {
                return Err(Box::new(lists_refused(field.name).at(source).on(field.name)));
            }
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

#[cfg(test)]
mod tests {
    use super::super::tests::{added, read, rows, shown, texts, whole, with_id};
    use super::super::{Detected, RowOptions, Rows};
    use crate::model::customer::CUSTOMER;

    #[test]
    fn each_line_is_an_object_as_in_a_file() {
        let text = "\u{feff}{\"boosterCustomerId\":1,\"notes\":\"\",\"firstName\":\"Zo\\u00eb\"}\r\n\n  \r\n{\"boosterCustomerId\":\"2\",\"emails\":[{\"email\":\"a@b.co\",\"isMainEmail\":true}],\"phones\":[]}";
        let expected = [
            r#"1 1 {"firstName":"Zoë","notes":""}"#,
            r#"4 2 {"emails":[{"email":"a@b.co","isMainEmail":true}],"phones":[]}"#,
        ];
        for name in ["-", "a.jsonl", "a.ndjson", "a.JSON", "a.txt"] {
            assert_eq!(read(name, text.as_bytes(), &whole()), expected, "{name}");
        }
        let rows = Rows::open(&CUSTOMER, "-", text.as_bytes(), &whole()).expect("rows");
        let Detected { columns, .. } = rows.detected();
        assert_eq!((columns.len(), rows.header()), (0, None));
        assert_eq!(rows.detected().describe(), "JSON lines, UTF-8 with a byte order mark");
    }

    #[test]
    fn what_is_wrong_in_a_line_is_told_by_its_place() {
        for (line, expected) in [
            (
                r#"{"boosterCustomerId":1,"firstNam":"a","birthDate":null,"contactByEmailFlag":"true","notes":120}"#,
                vec![
                    r#"1 1 {}"#,
                    "unknown-field | firstNam | row 1, column firstNam | Customer has no field \"firstNam\" | did you mean firstName?",
                    "null | birthDate | row 1, column birthDate | null is not allowed: the service ignores it | remove the key; this API cannot clear a date or a true/false field",
                    "not-a-bool | contactByEmailFlag | row 1, column contactByEmailFlag | expected true or false, found the text \"true\" | write true, without quotes",
                    "not-text | notes | row 1, column notes | expected text, found a number | write \"120\", in double quotes; or \"0120\": a number loses its leading zeros",
                ],
            ),
            (
                r#"{"boosterCustomerId":1,"notes":"a","notes":"b","emails":[{"email":"a","x":1},7]}"#,
                vec![
                    r#"1 1 {"notes":"b","emails":[{"email":"a"},{}]}"#,
                    "duplicate-key | notes | row 1, column notes | the same key is given twice in this object | the service would use the last one and ignore the others without an error",
                    "unknown-field | emails[0].x | row 1, column emails[0].x | Email has no field \"x\" | `booster customer explain` lists every field",
                    "not-a-record | emails[1] | row 1, column emails[1] | expected an object, found a number | write {\"email\": \"…\", \"isMainEmail\": false}",
                ],
            ),
            (
                r#"{"notes":"a"}"#,
                vec![
                    r#"1 ? {"notes":"a"}"#,
                    "id | boosterCustomerId | row 1, column boosterCustomerId | the customer's id is missing | write the number of the customer in every row",
                ],
            ),
            (
                r#"{"boosterCustomerId":123.0,"notes":"a"}"#,
                vec![
                    r#"1 ? {"notes":"a"}"#,
                    "id | boosterCustomerId | row 1, column boosterCustomerId | \"123.0\" is not a customer id | write 123; a spreadsheet added the decimals: format the column as text",
                ],
            ),
            (
                r#"{"boosterCustomerId":null}"#,
                vec![
                    "1 ? {}",
                    "id | boosterCustomerId | row 1, column boosterCustomerId | expected a customer id, found null | write the number of the customer",
                ],
            ),
            (
                r#"{"customer":{"boosterCustomerId":1,"notes":"a"}}"#,
                vec![
                    "1 ? {}",
                    "unknown-field | customer | row 1, column customer | Customer has no field \"customer\" | the fields go at the top level of the file: remove \"customer\" from around them",
                ],
            ),
        ] {
            assert_eq!(rows(line, &whole()), expected, "{line}");
        }
    }

    #[test]
    fn a_line_that_is_no_object_is_told_where_it_stops_being_one() {
        let good = r#"{"boosterCustomerId":1}"#;
        for (line, expected) in [
            ("{\"é\": x}", "not valid JSON: expected value, at character 7 | write one JSON object per line"),
            (
                "{\"a\":1",
                "not valid JSON: EOF while parsing an object, at character 7 | each line must be a whole object; `jq -c .` writes one that is on several lines on one",
            ),
            (
                "{} {}",
                "not valid JSON: trailing characters, at character 4 | remove everything after this point",
            ),
            ("[1]", "expected an object, found a list | write one JSON object per line"),
            (
                "boosterCustomerId,notes",
                "not valid JSON: expected value, at character 1 | write one JSON object per line",
            ),
        ] {
            let found = rows(&format!("{good}\n{line}\n{good}\n"), &whole());
            let problem = format!("syntax | - | row 2 | {expected}");
            assert_eq!(found, ["1 1 {}", "2 ? {}", &problem, "3 1 {}"], "{line}");
        }
    }

    #[test]
    fn the_id_may_have_another_key() {
        assert_eq!(rows(r#"{"nr":7,"notes":"a"}"#, &with_id("nr")), [r#"1 7 {"notes":"a"}"#]);
        assert_eq!(
            rows(r#"{"nr":7,"boosterCustomerId":7}"#, &with_id("nr")),
            [
                "1 7 {}",
                "unknown-field | boosterCustomerId | row 1, column boosterCustomerId | Customer has no field \"boosterCustomerId\" | with --id-column, the customer's id is under the key \"nr\"",
            ]
        );
    }

    #[test]
    fn a_list_ends_the_reading_while_nothing_says_what_it_means() {
        let text = "{\"boosterCustomerId\":1,\"notes\":\"a\"}\n{\"boosterCustomerId\":2,\"emails\":[]}\n{\"boosterCustomerId\":3}\n";
        assert_eq!(
            rows(text, &RowOptions::default()),
            [
                r#"1 1 {"notes":"a"}"#,
                "usage | emails | row 2, column emails | the input has lists, such as emails, but nothing says whether they replace the customer's lists | add --replace-lists to send each as the whole list, or --add-items to add its items to the customer's list",
            ]
        );
    }

    #[test]
    fn a_list_is_added_to_as_a_tables_is() {
        let text = r#"{"boosterCustomerId":1,"emails":[{"email":"a","isMainEmail":true}],"phones":[]}"#;
        let mut rows = Rows::open(&CUSTOMER, "-", text.as_bytes(), &added()).expect("rows");
        let row = rows.next().expect("a row").expect("a row");
        let field = |name| CUSTOMER.field(name).expect("a field");
        assert!(row.patch.list_edit(field("emails")).is_some());
        assert!(row.patch.get("phones").is_none() && row.patch.mentions(field("phones")));
        assert_eq!(
            row.problems.iter().map(shown).collect::<Vec<_>>(),
            [
                "cannot-clear | phones | row 1, column phones | --add-items adds to the customer's list, and cannot clear it | clear it in a run with --replace-lists"
            ]
        );
    }

    #[test]
    fn a_line_is_written_as_it_was_but_for_what_a_results_file_added() {
        let text = "{\"boosterCustomerId\" : 1 }\r\n\n{\"_row\":1,\"boosterCustomerId\": 2.0, \"x\\u0079\":[ 1 ],\"_error\":\"e\",\"_hint\":null}\nno JSON \n{\"_hint\":1}";
        assert_eq!(
            texts(text),
            ["{\"boosterCustomerId\" : 1 }", "{\"boosterCustomerId\":2.0,\"xy\":[ 1 ]}", "no JSON ", "{}"]
        );
        let row = "{\"_row\":1,\"boosterCustomerId\":2,\"_error\":\"e\",\"_hint\":null}";
        assert_eq!(rows(row, &whole()), ["1 2 {}"]);
    }

    #[test]
    fn json_that_is_not_in_lines_is_told_how_to_write_it() {
        let list = "the input is one JSON list, not JSON lines | write one object per line: jq -c \".[]\" file.json > file.jsonl";
        let spread = "the input is JSON, but its objects are on several lines | write one object per line: jq -c . file.json > file.jsonl";
        let table = "the name says that the input is a table, but it begins like JSON | give JSON lines the extension .jsonl";
        for (name, text, expected) in [
            ("-", "[ {\"boosterCustomerId\":1}]", list),
            ("a.json", "[\n]", list),
            ("a.csv", "[\n{}]", list),
            ("a.json", "{\n  \"boosterCustomerId\": 1\n}\n", spread),
            ("-", " { \r\n}", spread),
            ("a.csv", "{\"boosterCustomerId\":1}", table),
        ] {
            assert_eq!(
                read(name, text.as_bytes(), &whole()),
                [format!("syntax | - | {name} | {expected}")],
                "{name} {text}"
            );
        }
    }
}
