//! A line of JSON as a tree, read fast: a hundred thousand of them are, and where something is in a line is asked only of
//! one that is wrong.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::tree::{self, Content, Entry, Node};
use crate::model::problem::Fault;

/// Reads a line. Its nodes may not know their places.
///
/// # Errors
/// `syntax`, with the byte at which reading stopped.
pub fn parse(text: &str) -> Result<Node, (Fault, usize)> {
    match serde_json::from_str::<Placeless>(text) {
        Ok(Placeless(node)) => Ok(node),
        // It is wrong, or has a number that is not known as it was written.
        Err(_) => tree::parse_json(text),
    }
}

struct Placeless(Node);

impl<'de> Deserialize<'de> for Placeless {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Placeless, D::Error> {
        let content = deserializer.deserialize_any(ContentVisitor)?;
        Ok(Placeless(Node { span: 0..0, content }))
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Content, E> {
        Ok(Content::Bool(bool))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Content, E> {
        Ok(Content::Number(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Content, E> {
        Ok(Content::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Content, E> {
        Err(E::custom("not known as it was written"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Content, E> {
        Ok(Content::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut nodes = Vec::new();
        while let Some(Placeless(node)) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Content::Array(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Content, A::Error> {
        let mut entries = Vec::with_capacity(8);
        while let Some((key, Placeless(node))) = members.next_entry::<String, Placeless>()? {
            entries.push(Entry { key, key_span: 0..0, node });
        }
        Ok(Content::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree::Format;

    fn without_places(node: &Node) -> String {
        match &node.content {
            Content::Array(items) => {
                format!("[{}]", items.iter().map(without_places).collect::<Vec<_>>().join(","))
            }
            Content::Object(entries) => {
                let entries =
                    entries.iter().map(|entry| format!("{:?}:{}", entry.key, without_places(&entry.node)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
            leaf => format!("{leaf:?}"),
        }
    }

    #[test]
    fn a_line_is_the_same_tree_as_a_file() {
        for text in [
            r#"{"a":1,"a":[true,null,"é\n\ud83d\ude00"],"":{"b":{}}}"#,
            r#"{"a":-7,"b":18446744073709551615}"#,
            // As it was written, though no number of the machine's is like it.
            r#"{"a":99999999999999999999999,"b":1.50,"c":1.23E+08,"d":-0,"e":123.0}"#,
            "[]",
            "\"x\"",
        ] {
            let slow = tree::parse(text, Format::Json).expect(text);
            assert_eq!(without_places(&parse(text).expect(text)), without_places(&slow), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_stops_being_it() {
        for (text, at) in [("{\"a\":1", 6), ("{} {}", 3), ("{\"é\": x}", 7), ("", 0), ("{\"a\":1e999}", 9)] {
            assert_eq!(parse(text).expect_err(text).1, at, "{text}");
        }
    }
}
