//! The doors agree: one patch, written for each of them, gives the same body, and the rules find the same in it.

use clap::{Args, FromArgMatches};
use proptest::prelude::*;

use super::flags::FieldFlags;
use super::{file, shorthand};
use crate::document::read;
use crate::document::tree::Format;
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind};
use crate::model::patch::{Patch, Value};
use crate::model::problem::Problem;
use crate::model::{arbitrary, rules, wire};

/// The patch as flags: an item of a list in the shorthand where that can say it.
fn as_flags(patch: &Patch) -> Vec<String> {
    let protected = |text: &str| if text.starts_with('@') { format!("@{text}") } else { text.to_owned() };
    let flags = patch.iter().flat_map(|(field, given)| match (&given.value, field.kind) {
        (value, _) if value.clears() => vec![format!("--clear={}", field.name)],
        (Value::List(items), Kind::List(record)) => {
            let written: Option<Vec<String>> =
                items.iter().map(|item| shorthand::write(&item.patch)).collect();
            match written {
                Some(items) => {
                    items.iter().map(|item| format!("--{}={}", record.item_flag(), protected(item))).collect()
                }
                None => vec![format!("--{}={}", field.flag(), json(&given.value))],
            }
        }
        (Value::Text(text), _) => vec![format!("--{}={}", field.flag(), protected(text))],
        (Value::Bool(yes), _) => vec![format!("--{}={yes}", field.flag())],
        (Value::Date(day), _) => vec![format!("--{}={day}", field.flag())],
        (Value::List(_), Kind::Text | Kind::Bool | Kind::Date) => panic!("only a list has items"),
    });
    flags.collect()
}

fn json(value: &Value) -> String {
    match value {
        Value::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Date(day) => format!("\"{day}\""),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| as_json(&item.patch)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// The patch as JSON, its last field first: the order of the body is not the writer's.
fn as_json(patch: &Patch) -> String {
    let mut members: Vec<String> =
        patch.iter().map(|(field, given)| format!("\"{}\": {}", field.name, json(&given.value))).collect();
    members.reverse();
    format!("{{{}}}", members.join(",\n"))
}

/// A value in TOML. Its basic strings have JSON's escapes; besides, they must not hold DEL. A date is one of TOML's own
/// or a text.
fn toml(value: &Value, own_dates: bool) -> String {
    match value {
        Value::Text(_) => json(value).replace('\u{7f}', "\\u007f"),
        Value::Bool(_) => json(value),
        Value::Date(day) if own_dates => day.to_string(),
        Value::Date(_) => json(value),
        Value::List(items) => {
            let items = items.iter().map(|item| {
                let entries = item.patch.iter();
                let entries = entries
                    .map(|(field, given)| format!("{} = {}", field.name, toml(&given.value, own_dates)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            });
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The patch as TOML, its lists as inline tables, or as tables under their own headings as people write them.
fn as_toml(patch: &Patch, own_dates: bool, headings: bool) -> String {
    let (mut text, mut below) = (String::new(), String::new());
    for (field, given) in patch.iter() {
        match &given.value {
            Value::List(items) if headings && !items.is_empty() => {
                for item in items {
                    below.push_str(&format!(
                        "[[{}]]\n{}\n",
                        field.name,
                        as_toml(&item.patch, own_dates, false)
                    ));
                }
            }
            value => text.push_str(&format!("{} = {}\n", field.name, toml(value, own_dates))),
        }
    }
    text + &below
}

fn read_flags(words: &[String], problems: &mut Vec<Problem>) -> Patch {
    let command = FieldFlags::augment_args(clap::Command::new("patch"));
    let words = std::iter::once("patch").chain(words.iter().map(String::as_str));
    let matches = command.try_get_matches_from(words).expect("good flags");
    FieldFlags::from_arg_matches(&matches).expect("good flags").patch(problems)
}

fn read_file(path: &str, text: &str, format: Option<Format>, problems: &mut Vec<Problem>) -> Patch {
    let file = read::decode(path, text.as_bytes().to_vec()).expect("UTF-8");
    file::patch(&file, format, problems).patch
}

/// The patch read back through each door, and what stands in the way.
fn through_each_door(patch: &Patch) -> Vec<(&'static str, Patch, Vec<Problem>)> {
    let mut all = Vec::new();
    let mut through = |door, read: &dyn Fn(&mut Vec<Problem>) -> Patch| {
        let mut problems = Vec::new();
        let patch = read(&mut problems);
        all.push((door, patch, problems));
    };
    through("flags", &|problems| read_flags(&as_flags(patch), problems));
    through("JSON", &|problems| read_file("a.json", &as_json(patch), None, problems));
    through("JSON on standard input", &|problems| read_file("-", &as_json(patch), None, problems));
    through("JSON behind a mark", &|problems| {
        read_file("-", &format!("\u{feff}\n{}", as_json(patch)), None, problems)
    });
    if patch.len() > 0 {
        through("TOML", &|problems| read_file("a.toml", &as_toml(patch, true, false), None, problems));
        through("TOML with headings", &|problems| {
            read_file("-", &as_toml(patch, false, true), None, problems)
        });
        through("TOML by name", &|problems| {
            read_file("a.json", &as_toml(patch, true, true), Some(Format::Toml), problems)
        });
    }
    all
}

/// The fields that a layer holds.
fn part(patch: &Patch, keeps: impl Fn(&Field, usize) -> bool) -> Patch {
    let mut part = Patch::new(&CUSTOMER);
    for (i, (field, given)) in patch.iter().enumerate() {
        if keeps(field, i) {
            part.set(field, given.value.clone(), given.source.clone());
        }
    }
    part
}

/// What the rules find, without the places where it was written.
fn found(patch: &Patch) -> Vec<(&'static str, Option<String>, String)> {
    let options =
        rules::Options { unchecked: false, incomplete: false, today: jiff::civil::date(2026, 1, 1) };
    rules::check(patch, options)
        .into_iter()
        .map(|problem| (problem.id.word(), problem.field, problem.message))
        .collect()
}

proptest! {
    // Half of all fields stand in each patch, so that few patches meet every one of them.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_patch_through_each_door_gives_the_same_body(patch in arbitrary::patch()) {
        for (door, read, problems) in through_each_door(&patch) {
            prop_assert_eq!(&problems, &[], "{}", door);
            prop_assert_eq!(wire::body(&read), wire::body(&patch), "{}", door);
            prop_assert_eq!(found(&read), found(&patch), "{}", door);
        }
    }

    /// Each field comes from one of four layers, and those above a default or a file replace what stands there.
    #[test]
    fn the_same_patch_in_layers_gives_the_same_body(
        patch in arbitrary::patch(), below in arbitrary::patch(), layers in proptest::collection::vec(0..4_usize, 35),
    ) {
        let layer = |wanted: usize| part(&patch, |_, i| layers[i] == wanted);
        // What lies below may hold only what is replaced above.
        let below = part(&below, |field, _| {
            patch.iter().enumerate().any(|(i, (own, _))| own.name == field.name && layers[i] > 0)
        });
        let mut problems = Vec::new();
        let mut merged = layer(0);
        merged.merge(read_file("a.json", &as_json(&below), None, &mut problems));
        merged.merge(read_file("a.json", &as_json(&layer(1)), None, &mut problems));
        if layer(2).len() > 0 {
            merged.merge(read_file("a.toml", &as_toml(&layer(2), true, true), None, &mut problems));
        }
        merged.merge(read_flags(&as_flags(&layer(3)), &mut problems));
        prop_assert_eq!(problems, []);
        prop_assert_eq!(wire::body(&merged), wire::body(&patch));
    }

}

proptest! {
    #[test]
    fn no_value_of_a_flag_makes_the_door_panic(values in proptest::collection::vec((0..49_usize, "[^@].{0,20}|.{0}|\\[.{0,9}\\]"), 0..6)) {
        let command = FieldFlags::augment_args(clap::Command::new("patch"));
        let names: Vec<String> = command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
        let words: Vec<String> = std::iter::once("patch".to_owned())
            .chain(values.iter().map(|(i, value)| format!("--{}={value}", names[i % names.len()])))
            .collect();
        let Ok(matches) = command.try_get_matches_from(words) else { return Ok(()) };
        let flags = FieldFlags::from_arg_matches(&matches).expect("clap has read them");
        let mut problems = Vec::new();
        found(&flags.patch(&mut problems));
        prop_assert!(problems.iter().all(is_told), "{:?}", problems);
    }

    #[test]
    fn no_bytes_of_a_file_make_the_door_panic(bytes: Vec<u8>) {
        told_of(&bytes)?;
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A good file with a few bytes put in the place of others, or cut off.
    #[test]
    fn no_damage_to_a_file_makes_the_door_panic(
        patch in arbitrary::patch(), is_json: bool, at: proptest::sample::Index, length in 0..9_usize,
        put in proptest::collection::vec(proptest::sample::select(b"\"'\\{}[]=,:.#\n\0\xff-0eZT".to_vec()), 0..4), cut: bool,
    ) {
        let text = if is_json { as_json(&patch) } else { as_toml(&patch, true, true) };
        let mut bytes = text.into_bytes();
        let start = at.index(bytes.len() + 1);
        let end = if cut { bytes.len() } else { (start + length).min(bytes.len()) };
        bytes.splice(start..end, put);
        told_of(&bytes)?;
    }
}

fn is_told(problem: &Problem) -> bool {
    !problem.message.trim().is_empty() && problem.hint.as_ref().is_none_or(|hint| !hint.trim().is_empty())
}

/// Reads the bytes in both forms; whatever comes out can be checked, shown and placed.
fn told_of(bytes: &[u8]) -> Result<(), TestCaseError> {
    for format in [None, Some(Format::Json), Some(Format::Toml)] {
        let mut problems = Vec::new();
        match read::decode("-", bytes.to_vec()) {
            Ok(text) => {
                let read = file::patch(&text, format, &mut problems);
                found(&read.patch);
                wire::body(&read.patch);
            }
            Err(wrong) => problems.push(wrong.fault.of(None)),
        }
        for problem in &problems {
            prop_assert!(is_told(problem), "{:?}", problem);
            problem.to_json();
        }
    }
    Ok(())
}

#[test]
fn no_depth_of_a_file_makes_the_door_panic() {
    for depth in [200, 100_000] {
        for text in [
            format!("a = {}", "[".repeat(depth)),
            format!("a = {}{}", "[".repeat(depth), "]".repeat(depth)),
            format!("a = {}", "{a=".repeat(depth)),
            format!("{}a = 1", "a.".repeat(depth)),
            format!("[{}a]", "a.".repeat(depth)),
            format!("[[{}a]]", "a.".repeat(depth)),
            format!("emails = [{{ {}email = 1 }}]", "email.".repeat(depth)),
            format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)),
            "[".repeat(depth),
        ] {
            told_of(text.as_bytes()).expect("every problem is told");
        }
    }
}
