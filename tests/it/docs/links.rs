//! The links between the pages: each leads to a file that exists, and to a heading that is in it.

use super::page::{Piece, pieces};

/// The targets of the links and pictures of a page that lead to files of the repository.
pub fn targets(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for prose in prose(page) {
        for (at, mark) in prose.match_indices("](").chain(prose.match_indices("src=\"")) {
            let rest = &prose[at + mark.len()..];
            let end = rest.find([')', '"']).expect("a link has an end");
            found.push(rest[..end].to_owned());
        }
    }
    found.retain(|target| !target.contains("://"));
    found
}

/// What a heading of a page is linked by.
pub fn anchors(page: &str) -> Vec<String> {
    let headings = prose(page).into_iter().flat_map(|prose| {
        let lines = prose.lines().filter(|line| line.starts_with('#'));
        lines.map(|line| line.trim_start_matches(['#', ' ']).to_lowercase()).collect::<Vec<_>>()
    });
    let letters = |heading: String| {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    headings.map(letters).collect()
}

fn prose(page: &str) -> Vec<String> {
    let pieces = pieces(page).into_iter();
    pieces
        .filter_map(|piece| match piece {
            Piece::Prose(prose) => Some(prose),
            Piece::Block(_) => None,
        })
        .collect()
}
