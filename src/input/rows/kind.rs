//! Whether an input is a table or JSON lines: by the extension of its name, else by its first character.

use std::path::Path;

use crate::model::problem::{Fault, Rule};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Table,
    JsonLines,
}

/// What the input with this name and these first bytes is.
///
/// # Errors
/// `syntax` for JSON that is not in lines.
pub fn find(name: &str, head: &[u8]) -> Result<Kind, Fault> {
    let name = name.to_ascii_lowercase();
    let extension = Path::new(name.strip_suffix(".gz").unwrap_or(&name)).extension();
    let named = match extension.and_then(|extension| extension.to_str()) {
        Some("csv" | "tsv" | "tab") => Some(Kind::Table),
        Some("jsonl" | "ndjson" | "json") => Some(Kind::JsonLines),
        _ => None,
    };
    let head = head.trim_ascii_start();
    let (first, rest) = head.split_first().map_or((0, head), |(first, rest)| (*first, rest));
    match (first, named) {
        (b'[', _) if named == Some(Kind::JsonLines) || rest.trim_ascii_start().starts_with(b"{") => {
            Err(Fault::new(Rule::SYNTAX, "the input is one JSON list, not JSON lines")
                .hint("write one object per line: jq -c \".[]\" file.json > file.jsonl"))
        }
        (b'{', Some(Kind::Table)) => {
            Err(Fault::new(Rule::SYNTAX, "the name says that the input is a table, but it begins like JSON")
                .hint("give JSON lines the extension .jsonl"))
        }
        (b'{', _) if is_blank_to_line_end(rest) => {
            Err(Fault::new(Rule::SYNTAX, "the input is JSON, but its objects are on several lines")
                .hint("write one object per line: jq -c . file.json > file.jsonl"))
        }
        (b'{', _) => Ok(Kind::JsonLines),
        (_, named) => Ok(named.unwrap_or(Kind::Table)),
    }
}

fn is_blank_to_line_end(rest: &[u8]) -> bool {
    let end = rest.iter().position(|byte| *byte == b'\n');
    end.is_some_and(|end| rest[..end].trim_ascii().is_empty())
}
