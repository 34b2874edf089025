//! A patch written as a file that `input::file` reads back: bare, as a backup, or with comments, to be edited.

use std::fmt::Write;

use serde_json::{Map, Value as Json};

use crate::escape::{escaped, escaped_json, is_dangerous};
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Group, Kind};
use crate::model::patch::{Item, Patch, Value};
use crate::model::wire;
use crate::views::template;

/// The patch in JSON, with the id that it is about. There are no comments in it.
pub fn json(id: u32, patch: &Patch) -> String {
    let mut object = Map::from_iter([(ID_KEY.to_owned(), Json::from(id))]);
    object.extend(wire::object(patch));
    escaped_json(&format!("{:#}\n", Json::Object(object)))
}

/// The patch in TOML, with the id that it is about, under these remarks, one a line.
pub fn toml(id: u32, patch: &Patch, remarks: &[String]) -> String {
    let mut text = head(id, remarks);
    // TOML wants the plain keys before the first table.
    let lines = patch.iter().filter_map(|(field, given)| plain_line(field, &given.value));
    text.extend(lines.map(|line| line + "\n"));
    for (field, given) in patch.iter() {
        if let Value::List(items) = &given.value {
            text.extend(items.iter().map(|item| format!("\n{}", table(field, item))));
        }
    }
    text
}

/// Every field in TOML to be edited, group by group, each with the template's comment. What the patch does not give
/// is commented out.
pub fn toml_to_edit(id: u32, patch: &Patch, remarks: &[String]) -> String {
    let mut text = head(id, remarks);
    let mut add = |piece: &str| text.push_str(piece);
    for group in Group::ALL {
        let mut of_group = patch.record().fields.iter().filter(|field| field.group == group).peekable();
        if of_group.peek().is_some() {
            add(&format!("\n# --- {} ---\n", group.title()));
        }
        for field in of_group {
            let line = patch.get(field.name).and_then(|given| plain_line(field, &given.value));
            let remark = template::remark(field, false);
            match (line, field.kind) {
                (Some(line), _) => add(&format!("\n# {remark}\n{line}\n")),
                (None, Kind::List(_)) => {}
                (None, Kind::Text | Kind::Bool | Kind::Date) => {
                    let line = template::assignment(field, "");
                    add(&format!("\n# {remark}; not in the response\n#{line}\n"));
                }
            }
        }
    }
    for field in patch.record().fields {
        let Some(record) = field.record() else { continue };
        match patch.value(field.name) {
            Some(Value::List(items)) if !items.is_empty() => {
                add(&format!("\n# {}\n", template::remark(field, false)));
                let blocks: Vec<String> = items.iter().map(|item| table(field, item)).collect();
                add(&blocks.join("\n"));
            }
            Some(_) | None => add(&template::items(field, record)),
        }
    }
    text
}

fn head(id: u32, remarks: &[String]) -> String {
    // A remark may repeat what the service says, and TOML takes no control characters in a comment.
    let lines = remarks.iter().flat_map(|remark| remark.split('\n'));
    let comments: String =
        lines.map(|line| format!("{}\n", format!("# {}", escaped(line)).trim_end())).collect();
    format!("{comments}{ID_KEY} = {id}\n")
}

/// A line before all tables; `None` for a list with items, each of which is a table.
fn plain_line(field: &Field, value: &Value) -> Option<String> {
    let written = match value {
        Value::Text(text) => toml_text(text),
        Value::Bool(yes) => yes.to_string(),
        Value::Date(day) => day.to_string(),
        Value::List(items) if items.is_empty() => "[]".to_owned(),
        Value::List(_) => return None,
    };
    Some(format!("{} = {written}", field.name))
}

fn table(list: &Field, item: &Item) -> String {
    let lines = item.patch.iter().filter_map(|(field, given)| plain_line(field, &given.value));
    format!("[[{}]]\n{}\n", list.name, lines.collect::<Vec<_>>().join("\n"))
}

/// A text as TOML writes it, in one line or in several. What TOML does not allow is escaped, and so is what could
/// control the terminal on which the file is shown.
fn toml_text(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            '\n' => written.push('\n'),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            letter if is_dangerous(letter) => {
                write!(written, "\\U{:08X}", u32::from(letter)).expect("a String takes everything");
            }
            letter => written.push(letter),
        }
    }
    // A newline right behind the opening is not part of the text.
    if text.contains('\n') { format!("\"\"\"\n{written}\"\"\"") } else { format!("\"{written}\"") }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::input::file;
    use crate::model::arbitrary::{self, hostile};
    use crate::model::customer::CUSTOMER;
    use crate::model::problem::FileText;

    proptest! {
        #[test]
        fn a_file_is_read_back_whatever_stands_in_it(
            patch in arbitrary::patch(),
            remarks in proptest::collection::vec(hostile(), 0..3),
        ) {
            for (path, text) in [
                ("a.json", json(123, &patch)),
                ("a.toml", toml(123, &patch, &remarks)),
                ("a.toml", toml_to_edit(123, &patch, &remarks)),
            ] {
                let steers = |letter| is_dangerous(letter) && letter != '\n';
                prop_assert!(!text.contains(steers), "{:?}", text);
                let mut problems = Vec::new();
                let read = file::patch(&CUSTOMER, &Rc::new(FileText::new(path, text.clone(), false)), None, &mut problems);
                prop_assert!(problems.is_empty(), "{:?} in {}", problems, text);
                prop_assert_eq!(wire::object(&read.patch), wire::object(&patch), "{}", text);
            }
        }
    }
}
