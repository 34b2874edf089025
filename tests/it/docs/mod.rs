//! The README and the pages of `docs/`: every command of booster that they show is run, and does what they say.
//!
//! What a fenced block is depends on its language:
//! - `sh`: commands, each of which ends with the exit code that its comment says (`# exit code 3`), or with 0;
//! - `console`: commands behind `$ `, each with what it prints below it, which is written anew where it changed;
//! - `powershell`: as `sh`, where `$env:NAME = "value"` sets a variable;
//! - with the name of a file behind the language: that file, which the page's commands find in their folder;
//! - `text`: what wants a person, another machine, or a while; of its commands, and of those in prose, only the names
//!   and flags are tried, by `--help`.
//!
//! A page's commands run one after the other in a folder of their own, which is the home too, against a sandbox.

mod links;
mod page;
mod replaced;
mod statement;
mod trial;

use std::collections::BTreeSet;

use crate::common::root;
use crate::golden::hold;
use page::{Piece, code_spans, pieces, text};
use statement::Statement;
use trial::Trial;

pub use replaced::replaced;

/// The README and the manual, by their paths in the repository.
fn pages() -> Vec<(String, String)> {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("a page");
    let folder = std::fs::read_dir(root().join("docs")).expect("the manual").flatten();
    let names = folder.map(|entry| entry.file_name().into_string().expect("a plain name"));
    let manual: BTreeSet<String> = names.filter(|name| name.ends_with(".md")).collect();
    let paths = manual.into_iter().map(|name| format!("docs/{name}"));
    [String::from("README.md")].into_iter().chain(paths).map(|path| (path.clone(), read(&path))).collect()
}

/// A page as it is after its commands were run, and what is wrong with it.
fn tried(path: &str, page: &str) -> (String, Vec<String>) {
    let trial = Trial::new();
    let (mut pieces, mut wrong) = (pieces(page), Vec::new());
    let mut judge = |statements: &[Statement]| {
        let ended = trial.run(statements);
        for (statement, ended) in statements.iter().zip(&ended) {
            if ended.code != statement.exit_code() {
                let command = &statement.command;
                wrong.push(format!("{path}: exit code {}: {command}\n{}", ended.code, ended.output));
            }
        }
        ended
    };
    for piece in &mut pieces {
        match piece {
            Piece::Block(block) => match (block.language.as_str(), &block.file) {
                (_, Some(file)) => trial.write(file, block),
                ("sh" | "powershell", None) => drop(judge(&statement::of_script(block))),
                ("console", None) => {
                    let statements = statement::of_console(block);
                    let ended = judge(&statements);
                    let pairs = statements.iter().zip(&ended);
                    block.lines =
                        pairs.flat_map(|(statement, ended)| statement.lines(&ended.output)).collect();
                }
                (_, None) => drop(judge(&statement::named(&block.lines))),
            },
            Piece::Prose(prose) => drop(judge(&statement::named(&code_spans(prose)))),
        }
    }
    (text(&pieces), wrong)
}

#[test]
fn every_command_that_the_manual_shows_does_what_the_manual_says() {
    let tried: Vec<(String, String, Vec<String>)> = std::thread::scope(|scope| {
        let pages = pages().into_iter().map(|(path, page)| {
            scope.spawn(move || {
                let (page, wrong) = tried(&path, &page);
                (path, page, wrong)
            })
        });
        let running: Vec<_> = pages.collect();
        running.into_iter().map(|page| page.join().expect("the page can be tried")).collect()
    });
    let wrong: Vec<&str> = tried.iter().flat_map(|(_, _, wrong)| wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    hold(tried.into_iter().map(|(path, page, _)| (path, page)));
}

#[test]
fn every_link_of_the_manual_leads_somewhere_and_every_page_is_found() {
    let pages = pages();
    let mut linked = BTreeSet::new();
    for (path, page) in &pages {
        for target in links::targets(page) {
            let (file, anchor) = target.split_once('#').unwrap_or((target.as_str(), ""));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let full = if file.is_empty() { path.clone() } else { joined(folder, file) };
            assert!(root().join(&full).exists(), "{path}: {target} leads to nothing");
            let there = pages.iter().find(|(path, _)| *path == full);
            let has = |(_, page): &(String, String)| links::anchors(page).iter().any(|known| known == anchor);
            assert!(anchor.is_empty() || there.is_some_and(has), "{path}: no heading for {target}");
            if path == "README.md" || full.ends_with(".svg") {
                linked.insert(full);
            }
        }
    }
    let pictures = std::fs::read_dir(root().join("docs/pictures")).expect("the pictures").flatten();
    let pictures = pictures.map(|entry| format!("docs/pictures/{}", entry.file_name().display()));
    let all: BTreeSet<String> = pages.iter().skip(1).map(|(path, _)| path.clone()).chain(pictures).collect();
    let lost: Vec<&String> = all.difference(&linked).collect();
    assert!(lost.is_empty(), "no link leads to {lost:?}");
}

/// A relative path from a folder, without `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}
