//! The columns and keys that a results file adds to a row, and rows without them.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::record::Cells;

/// The names. A results file can be corrected and be read again, so they are passed over.
const ADDED: [&str; 3] = ["_row", "_error", "_hint"];

pub fn is_result(name: &str) -> bool {
    ADDED.contains(&name)
}

/// The cells as a line of a table, but for those of these columns, which are in order.
pub fn line_without(cells: &Cells<'_>, columns: &[usize], separator: u8) -> String {
    let separator = char::from(separator);
    let mut line = String::new();
    let kept: Vec<&str> = (0..cells.len())
        .filter(|number| columns.binary_search(number).is_err())
        .map(|number| cells.get(number))
        .collect();
    for (i, cell) in kept.iter().enumerate() {
        if i > 0 {
            line.push(separator);
        }
        if kept.len() == 1 && cell.is_empty() {
            // A line of nothing would be no row.
            line.push_str("\"\"");
        } else {
            push_cell(&mut line, cell, separator);
        }
    }
    line
}

/// Writes a cell, in quotes where it needs them.
pub fn push_cell(line: &mut String, cell: &str, separator: char) {
    if cell.contains(['"', '\n', '\r', separator]) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

/// The members of a JSON object but for those keys, each value as it was written; none if it is no object.
pub fn object_without(text: &str) -> Option<String> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = String;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let mut text = String::from("{");
            while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                if is_result(&key) {
                    continue;
                }
                if text.len() > 1 {
                    text.push(',');
                }
                text.push_str(&serde_json::Value::from(key).to_string());
                text.push(':');
                text.push_str(value.get());
            }
            text.push('}');
            Ok(text)
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_map(Members).ok()
}

#[cfg(test)]
mod tests {
    use super::super::RowOptions;
    use super::super::tests::{rows, texts};

    #[test]
    fn a_row_is_written_as_it_was_but_for_what_a_results_file_added() {
        let text = "boosterCustomerId;notes\r\n1;\"a\r\n;\"\"b\"\"\"\r\n\r\n  ;  \r\n2 ; c \r\n3;d";
        assert_eq!(texts(text), ["boosterCustomerId;notes", "1;\"a\r\n;\"\"b\"\"\"", "2 ; c ", "3;d"]);
        let text = "_row;boosterCustomerId;notes;_error;_hint\n2;1;\"a;\n\"\"b\";x;\"y\"\n9;\"2\";;;\n";
        assert_eq!(texts(text), ["boosterCustomerId;notes", "1;\"a;\n\"\"b\"", "2;"]);
        assert_eq!(rows(text, &RowOptions::default()), [r#"2 1 {"notes":"a;\n\"b"}"#, "3 2 {}"]);
        assert_eq!(texts("boosterCustomerId,_error\n\"1\",x\n"), ["boosterCustomerId", "1"]);
        // A line of nothing would be no row.
        assert_eq!(texts("boosterCustomerId,_error\n,x\n"), ["boosterCustomerId", "\"\""]);
    }
}
