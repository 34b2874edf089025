//! What of the configuration's text is not shown beside a mistake: somebody may have written a secret there.

use std::ops::Range;

use crate::auth::table_reader::secret_key;
use crate::document::tree::{self, Content, Entry, Format, Node};
use crate::spelling::did_you_mean;

/// The bytes that are not shown, in order; none where the text cannot be read, and nothing of it is shown. Texts that are
/// one of these words of ours, or nearly, are shown.
pub fn hidden(text: &str, words: &[&str]) -> Option<Vec<Range<usize>>> {
    let root = tree::parse(text, Format::Toml).ok()?;
    let (mut texts, mut hidden) = (Vec::new(), Vec::new());
    let is_known = |text: &str| did_you_mean(text, words).is_some();
    walk(&root, &is_known, false, &mut texts, &mut hidden);
    hidden.extend(comments(text, &texts));
    hidden.sort_by_key(|range| range.start);
    Some(hidden)
}

fn walk(
    node: &Node,
    is_known: &dyn Fn(&str) -> bool,
    is_secret: bool,
    texts: &mut Vec<Range<usize>>,
    hidden: &mut Vec<Range<usize>>,
) {
    match &node.content {
        Content::Text(text) => {
            texts.push(node.span.clone());
            if is_secret || !is_known(text) {
                hidden.push(node.span.clone());
            }
        }
        Content::Null | Content::Bool(_) | Content::Number(_) | Content::Day(_) if is_secret => {
            hidden.push(node.span.clone());
        }
        Content::Null | Content::Bool(_) | Content::Number(_) | Content::Day(_) => {}
        Content::Array(items) => items.iter().for_each(|item| walk(item, is_known, is_secret, texts, hidden)),
        Content::Object(entries) => entries.iter().for_each(|Entry { key, key_span, node }| {
            texts.push(key_span.clone());
            walk(node, is_known, is_secret || secret_key(key).is_some(), texts, hidden);
        }),
    }
}

/// The comments behind their marks: what begins outside of these texts.
fn comments(text: &str, texts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('#') {
        let is_inside = |range: &Range<usize>| range.contains(&at);
        if found.last().is_some_and(is_inside) || texts.iter().any(is_inside) {
            continue;
        }
        let line = text[at..].split(['\r', '\n']).next().unwrap_or_default();
        let start = at + 1 + (line.len() - 1 - line[1..].trim_start().len());
        if start < at + line.len() {
            found.push(start..at + line.len());
        }
    }
    found
}
