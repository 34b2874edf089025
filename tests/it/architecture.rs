//! The layout of the source: modules use those below them alone, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::common::root;

/// The modules from top to bottom. Each may use those in the rows below its own. An example in `views` is written by the
/// input that reads it, so views are above inputs.
const LAYERS: [&[&str]; 19] = [
    &["main"],
    &["cli"],
    &["commands"],
    &["app", "sandbox"],
    &["bulk"],
    &["pipeline"],
    &["state"],
    &["views"],
    &["input"],
    &["report"],
    &["terminal"],
    &["config"],
    &["auth"],
    &["http"],
    &["document", "guard"],
    &["failure", "hint"],
    &["model"],
    &["platform"],
    &["environment", "escape", "outcome", "secret", "number", "spelling"],
];

/// Each file of `src` by its module path, as `commands::auth::mod` or `escape`, with the modules that it uses.
fn files() -> BTreeMap<String, BTreeSet<String>> {
    let mut sources = BTreeMap::new();
    collect(&root().join("src"), "", &mut sources);
    let is_tests = |path: &str| {
        let (parent, name) = path.rsplit_once("::").unwrap_or(("", path));
        let declared = |text: &String| {
            text.contains(&format!("#[cfg(test)]\nmod {name};"))
                || text.contains(&format!("#[cfg(test)]\npub mod {name};"))
        };
        sources.get(&format!("{parent}::mod")).is_some_and(declared)
    };
    let files = sources.iter().filter(|(path, _)| !is_tests(path));
    files
        .map(|(path, text)| {
            let used = paths(path, text).into_iter();
            (
                path.clone(),
                used.filter_map(|used| file_of(&used, &sources)).filter(|used| used != path).collect(),
            )
        })
        .collect()
}

fn collect(folder: &Path, module: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name");
        let inner = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        if path.is_dir() {
            collect(&path, &inner, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.insert(inner, std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// The paths in a text, from the crate's root on, but for those in its tests and comments.
fn paths(file: &str, text: &str) -> Vec<String> {
    let end = text.find("#[cfg(test)]\nmod tests {").or(text.find("#[cfg(test)]\n#[cfg(unix)]\nmod tests {"));
    let text: String = text[..end.unwrap_or(text.len())]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let module = file.strip_suffix("::mod").unwrap_or(file);
    let mut found = Vec::new();
    for start in ["crate", "super"] {
        for (at, _) in text.match_indices(&format!("{start}::")) {
            let is_whole =
                !text[..at].ends_with(|before: char| before.is_alphanumeric() || "_:$".contains(before));
            if is_whole {
                let base = if start == "crate" { "" } else { module };
                expand(base, &text[at..], &mut found);
            }
        }
    }
    found
}

/// Adds the paths of a tree such as `super::{a, b::{c, d}}`, which a text begins with, and returns the rest of the text.
fn expand<'a>(base: &str, text: &'a str, found: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.trim_start().starts_with('}') {
            rest = expand(base, rest, found).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return &rest.trim_start()[1..];
    }
    let length = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(length.max(1));
    let path = match name {
        "crate" => String::new(),
        "self" => base.to_owned(),
        "super" => base.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned()),
        _ if base.is_empty() => name.to_owned(),
        _ => format!("{base}::{name}"),
    };
    match rest.strip_prefix("::") {
        Some(rest) => expand(&path, rest, found),
        None => {
            found.push(path);
            // Past a new name, as in `a as b`.
            rest.strip_prefix(" as ").map_or(rest, |rest| {
                rest.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_')
            })
        }
    }
}

/// The file in which the item of a path is.
fn file_of(path: &str, sources: &BTreeMap<String, String>) -> Option<String> {
    let folder = format!("{path}::mod");
    let found = [path, &folder].into_iter().find(|name| sources.contains_key(*name));
    found.map(str::to_owned).or_else(|| file_of(path.rsplit_once("::")?.0, sources))
}

fn top(file: &str) -> &str {
    file.split("::").next().unwrap_or(file)
}

#[test]
fn modules_use_only_what_is_below_them() {
    let row = |module: &str| {
        let row = LAYERS.iter().position(|row| row.contains(&module));
        row.unwrap_or_else(|| panic!("{module} is in no row"))
    };
    let files = files();
    let uses = files.iter().flat_map(|(file, used)| used.iter().map(move |used| (top(file), top(used))));
    let upward = uses.filter(|(user, used)| user != used && row(user) >= row(used));
    let upward: BTreeSet<String> = upward.map(|(user, used)| format!("{user} -> {used}")).collect();
    assert_eq!(upward, BTreeSet::new());
}

/// A `mod.rs` may declare, re-export and call its own children.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut files = files();
    for (file, used) in &mut files {
        if let Some(folder) = file.strip_suffix("mod") {
            used.retain(|used| {
                used.strip_prefix(folder).is_none_or(|rest| rest.trim_end_matches("::mod").contains("::"))
            });
        }
    }
    let reaches_itself = |file: &str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            open.extend(files[next].iter().map(String::as_str).filter(|used| reached.insert(*used)));
        }
        reached.contains(file)
    };
    let in_circle: Vec<&str> = files.keys().map(String::as_str).filter(|file| reaches_itself(file)).collect();
    assert!(in_circle.is_empty(), "{in_circle:?}");
}
