//! The inputs agree: one patch, written for each of them, gives the same body, and the rules find the same in it.

use clap::{Args, FromArgMatches};
use proptest::prelude::*;

use super::file;
use super::flags::FieldFlags;
use super::rows::{ListColumns, RowOptions, Rows};
use crate::document::read;
use crate::document::tree::Format;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Kind, Record};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::Problem;
use crate::model::{arbitrary, rules, wire};
use crate::views::patch_file;

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
    FieldFlags::from_arg_matches(&matches).expect("good flags").patch(&CUSTOMER, problems)
}

fn read_file(path: &str, text: &str, format: Option<Format>, problems: &mut Vec<Problem>) -> Patch {
    let file = read::decode(path, text.as_bytes().to_vec()).expect("UTF-8");
    file::patch(&CUSTOMER, &file, format, problems).patch
}

/// The text that clears in the tables here.
const CLEARS: &str = "#clear";

fn row_options(lists: ListColumns) -> RowOptions {
    RowOptions { lists, clear_cell: Some(CLEARS.to_owned()), ..RowOptions::default() }
}

/// The first row of a text, and what is in the way.
fn read_row(input: impl AsRef<[u8]>, lists: ListColumns, problems: &mut Vec<Problem>) -> Patch {
    let mut rows = match Rows::open(&CUSTOMER, "-", input.as_ref(), &row_options(lists)) {
        Ok(rows) => rows,
        Err(wrong) => {
            problems.extend(wrong);
            return Patch::new(&CUSTOMER);
        }
    };
    match rows.next() {
        Ok(row) => {
            let row = row.expect("a row");
            assert_eq!(row.customer, Some(123));
            problems.extend(row.problems);
            row.patch
        }
        Err(wrong) => {
            problems.push(wrong);
            Patch::new(&CUSTOMER)
        }
    }
}

/// The patch as a line of JSON lines.
fn as_line(patch: &Patch) -> String {
    let mut members = wire::object(patch);
    members.insert(ID_KEY.to_owned(), 123.into());
    serde_json::Value::Object(members).to_string()
}

/// The value of each column that the patch has, in reverse.
fn columns(patch: &Patch) -> Vec<(String, Value)> {
    let mut cells = vec![(ID_KEY.to_owned(), Value::Text("123".to_owned()))];
    for (field, given) in patch.iter() {
        match &given.value {
            Value::List(items) if !items.is_empty() => {
                for (i, item) in items.iter().enumerate() {
                    let inside = format!("{}[{i}]", field.name);
                    let fields = item.patch.iter();
                    cells.extend(fields.map(|(inner, given)| (inner.at(&inside), given.value.clone())));
                }
            }
            value => cells.push((field.name.to_owned(), value.clone())),
        }
    }
    cells.reverse();
    cells
}

/// The patch as a table of one row, every cell in quotes or only those that need them.
fn as_table(patch: &Patch, separator: char, line_end: &str, in_quotes: bool) -> String {
    let cell = |value: Value| match value {
        value if value.clears() => CLEARS.to_owned(),
        Value::Text(text) => text,
        Value::Bool(yes) => yes.to_string().to_uppercase(),
        Value::Date(day) => day.to_string(),
        Value::List(_) => unreachable!("its items have cells"),
    };
    let cells: Vec<(String, String)> =
        columns(patch).into_iter().map(|(name, value)| (name, cell(value))).collect();
    let line = |texts: Vec<&String>| {
        let quoted = |text: &&String| {
            let is_quoted = in_quotes || text.contains([separator, '"', '\r', '\n']);
            if is_quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { (*text).clone() }
        };
        texts.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string())
    };
    let (names, values): (Vec<&String>, Vec<&String>) =
        cells.iter().map(|(name, value)| (name, value)).unzip();
    format!("{}{line_end}{}{line_end}", line(names), line(values))
}

/// The patch as a workbook with one row, each value in a cell of its own type.
fn as_workbook(patch: &Patch) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("d/m/yyyy");
    let sheet = workbook.add_worksheet();
    for (column, (name, value)) in (0..).zip(columns(patch)) {
        sheet.write_string(0, column, &name).expect("room");
        match value {
            value if value.clears() => sheet.write_string(1, column, CLEARS),
            Value::Text(text) if name == ID_KEY => {
                sheet.write_number(1, column, text.parse::<f64>().expect("an id"))
            }
            Value::Text(text) => sheet.write_string(1, column, text),
            Value::Bool(yes) => sheet.write_boolean(1, column, yes),
            Value::Date(date) if date.year() >= 1900 => {
                let days = (date - jiff::civil::date(1899, 12, 31)).get_days();
                let behind_the_29th_of_february = i32::from(days >= 60);
                sheet.write_number_with_format(1, column, f64::from(days + behind_the_29th_of_february), &day)
            }
            Value::Date(date) => sheet.write_string(1, column, date.to_string()),
            Value::List(_) => unreachable!("its items have cells"),
        }
        .expect("room");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// The patch without what no cell can give: a text of blanks alone, and an item without a field.
fn of_cells(patch: &Patch) -> Patch {
    let mut kept = Patch::new(patch.record());
    for (field, given) in patch.iter() {
        let value = match &given.value {
            Value::Text(text) if !text.is_empty() && text.trim().is_empty() => continue,
            Value::List(items) => {
                let items = items.iter().map(|item| Item { patch: of_cells(&item.patch), ..item.clone() });
                Value::List(items.filter(|item| item.patch.len() > 0).collect())
            }
            value => value.clone(),
        };
        kept.set(field, value, given.source.clone());
    }
    kept
}

/// The patch read back through each input, and what is in the way.
fn through_each_input(patch: &Patch) -> Vec<(&'static str, Patch, Vec<Problem>)> {
    let mut all = Vec::new();
    let mut through = |input, read: &dyn Fn(&mut Vec<Problem>) -> Patch| {
        let mut problems = Vec::new();
        let patch = read(&mut problems);
        all.push((input, patch, problems));
    };
    through("flags", &|problems| read_flags(&FieldFlags::write(patch).expect("whole lists"), problems));
    through("JSON", &|problems| read_file("a.json", &as_json(patch), None, problems));
    through("JSON on standard input", &|problems| read_file("-", &as_json(patch), None, problems));
    through("JSON behind a mark", &|problems| {
        read_file("-", &format!("\u{feff}\n{}", as_json(patch)), None, problems)
    });
    through("a backup in JSON", &|problems| {
        read_file("a.json", &patch_file::json(123, patch), None, problems)
    });
    through("a backup in TOML", &|problems| {
        read_file("a.toml", &patch_file::toml(123, patch, &["What it held.".to_owned()]), None, problems)
    });
    through("JSON lines", &|problems| read_row(as_line(patch), ListColumns::Whole, problems));
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
    let options = rules::Options::of_day(jiff::civil::date(2026, 1, 1));
    rules::check(patch, options)
        .into_iter()
        .map(|problem| (problem.id.word(), problem.field, problem.message))
        .collect()
}

proptest! {
    // Half of all fields are in each patch, so that few patches meet every one of them.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_patch_through_each_input_gives_the_same_body(patch in arbitrary::patch()) {
        for (input, read, problems) in through_each_input(&patch) {
            prop_assert_eq!(&problems, &[], "{}", input);
            prop_assert_eq!(wire::body(&read), wire::body(&patch), "{}", input);
            prop_assert_eq!(found(&read), found(&patch), "{}", input);
        }
    }

    #[test]
    fn the_same_patch_in_a_table_gives_the_same_body(
        patch in arbitrary::patch(), separator in proptest::sample::select(vec![',', ';', '\t', '|']), is_windows: bool, in_quotes: bool,
    ) {
        let patch = of_cells(&patch);
        let line_end = if is_windows { "\r\n" } else { "\n" };
        let mut problems = Vec::new();
        let read = read_row(as_table(&patch, separator, line_end, in_quotes), ListColumns::Whole, &mut problems);
        prop_assert_eq!(&problems, &[]);
        prop_assert_eq!(wire::body(&read), wire::body(&patch));
        prop_assert_eq!(found(&read), found(&patch));
    }

    #[test]
    fn the_same_patch_in_a_workbook_gives_the_same_body(patch in arbitrary::patch()) {
        let patch = of_cells(&patch);
        let mut problems = Vec::new();
        let read = read_row(as_workbook(&patch), ListColumns::Whole, &mut problems);
        prop_assert_eq!(&problems, &[]);
        prop_assert_eq!(wire::body(&read), wire::body(&patch));
        prop_assert_eq!(found(&read), found(&patch));
    }

    /// Each field comes from one of four layers, and those above a default or a file replace what is there.
    #[test]
    fn the_same_patch_in_layers_gives_the_same_body(
        patch in arbitrary::patch(), below in arbitrary::patch(), layers in proptest::collection::vec(0..4_usize, CUSTOMER.fields.len()),
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
        merged.merge(read_flags(&FieldFlags::write(&layer(3)).expect("whole lists"), &mut problems));
        prop_assert_eq!(problems, []);
        prop_assert_eq!(wire::body(&merged), wire::body(&patch));
    }

}

proptest! {
    #[test]
    fn no_value_of_a_flag_makes_an_input_panic(values in proptest::collection::vec((0..49_usize, "[^@].{0,20}|.{0}|\\[.{0,9}\\]"), 0..6)) {
        let command = FieldFlags::augment_args(clap::Command::new("patch"));
        let names: Vec<String> = command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
        let words: Vec<String> = std::iter::once("patch".to_owned())
            .chain(values.iter().map(|(i, value)| format!("--{}={value}", names[i % names.len()])))
            .collect();
        let Ok(matches) = command.try_get_matches_from(words) else { return Ok(()) };
        let flags = FieldFlags::from_arg_matches(&matches).expect("clap has read them");
        let mut problems = Vec::new();
        found(&flags.patch(&CUSTOMER, &mut problems));
        prop_assert!(problems.iter().all(says_something), "{:?}", problems);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Good syntax, with any value under any name.
    #[test]
    fn no_value_in_a_file_makes_an_input_panic(
        json in members(&CUSTOMER, Format::Json), toml in members(&CUSTOMER, Format::Toml),
    ) {
        read_wholly(format!("{{{}}}", json.join(",\n")).as_bytes())?;
        read_wholly(toml.join("\n").as_bytes())?;
    }
}

/// A value that is neither list nor object, good or bad.
fn leaf(format: Format) -> BoxedStrategy<String> {
    let texts = [
        "",
        " ",
        "true",
        "a\\nb\\u0000",
        "+39 é",
        "2020-12-30",
        "31/12/2020",
        "2020-12-30T22:00:00Z",
        "COMPANY",
    ];
    let numbers = ["0", "-1.5e300", "123"];
    let others = match format {
        Format::Json => ["null", "null", "1E5", "-0.0"],
        Format::Toml => ["2020-12-30", "12:00:00", "0612", "2023-02-29"],
    };
    prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(|text| format!("\"{text}\"")),
        proptest::sample::select(vec!["true", "false"]).prop_map(str::to_owned),
        proptest::sample::select(numbers.to_vec()).prop_map(str::to_owned),
        proptest::sample::select(others.to_vec()).prop_map(str::to_owned),
    ]
    .boxed()
}

/// Members of a record, some under names that it does not have.
fn members(record: &'static Record, format: Format) -> BoxedStrategy<Vec<String>> {
    let member = move |name: &str, value: &str| match format {
        Format::Json => format!("\"{name}\": {value}"),
        Format::Toml => format!("\"{name}\" = {value}"),
    };
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    let object = |members: Vec<String>| format!("{{{}}}", members.join(","));
    let of_field = |field: &'static Field| {
        let value = match field.kind {
            // Half of the fields that are chosen are lists, and most of those have items.
            Kind::List(inner) => prop_oneof![
                15 => proptest::collection::vec(members(inner, format).prop_map(object), 0..3).prop_map(list),
                2 => proptest::collection::vec(leaf(format), 0..3).prop_map(list),
                2 => members(inner, format).prop_map(object),
                1 => leaf(format),
            ]
            .boxed(),
            Kind::Text | Kind::Bool | Kind::Date => prop_oneof![
                8 => leaf(format),
                1 => proptest::collection::vec(leaf(format), 0..2).prop_map(list),
                1 => Just(object(Vec::new())),
            ]
            .boxed(),
        };
        let weight = if matches!(field.kind, Kind::List(_)) { 4 } else { 1 };
        (weight, value.prop_map(move |value| member(field.name, &value)).boxed())
    };
    let own = proptest::strategy::Union::new_weighted(record.fields.iter().map(of_field).collect());
    let foreign = proptest::sample::select(vec![ID_KEY, "", "Emails", "customerId", "x.y", "email", "notes"]);
    let foreign = (foreign, leaf(format)).prop_map(move |(name, value)| member(name, &value));
    proptest::collection::vec(prop_oneof![6 => own, 1 => foreign], 0..5).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A good file with a few bytes put in the place of others, or cut off.
    #[test]
    fn no_damage_to_a_file_makes_an_input_panic(
        patch in arbitrary::patch(), is_json: bool, at: proptest::sample::Index, length in 0..9_usize,
        put in proptest::collection::vec(proptest::sample::select(b"\"'\\{}[]=,:.#\n\0\xff-0eZT".to_vec()), 0..4), cut: bool,
    ) {
        let text = if is_json { as_json(&patch) } else { as_toml(&patch, true, true) };
        let mut bytes = text.into_bytes();
        let start = at.index(bytes.len() + 1);
        let end = if cut { bytes.len() } else { (start + length).min(bytes.len()) };
        bytes.splice(start..end, put);
        read_wholly(&bytes)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A good table, or a good line, with a few bytes put in the place of others, or cut off.
    #[test]
    fn no_damage_to_rows_makes_an_input_panic(
        patch in arbitrary::patch(), is_table: bool, at: proptest::sample::Index, length in 0..9_usize,
        put in proptest::collection::vec(proptest::sample::select(b"\"'\\{}[]=,:;.#\r\n\t\0\xff\xfe\xef\xbb\xbf|-09eZT".to_vec()), 0..4), cut: bool,
    ) {
        let patch = of_cells(&patch);
        let text = if is_table { as_table(&patch, ',', "\n", false) } else { as_line(&patch) };
        let mut bytes = text.into_bytes();
        let start = at.index(bytes.len() + 1);
        let end = if cut { bytes.len() } else { (start + length).min(bytes.len()) };
        bytes.splice(start..end, put);
        read_all_rows(&bytes)?;
    }

    #[test]
    fn no_bytes_make_rows_panic(
        mark in proptest::sample::select(vec![&b""[..], b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"boosterCustomerId,notes\n", b"{\"boosterCustomerId\":1}\n"]),
        bytes in proptest::collection::vec(prop_oneof![
            1 => any::<u8>(),
            30 => proptest::sample::select(b"\"\"\\{}[],,:;\r\n\n\t|01ax\0".to_vec()),
        ], 0..40),
    ) {
        read_all_rows(&[mark, &bytes].concat())?;
    }
}

/// Reads the bytes under several names and with every meaning of lists.
fn read_all_rows(bytes: &[u8]) -> Result<(), TestCaseError> {
    for name in ["-", "a.csv", "a.jsonl"] {
        for lists in [ListColumns::Refused, ListColumns::Whole, ListColumns::Added] {
            let mut problems = Vec::new();
            match Rows::open(&CUSTOMER, name, bytes, &row_options(lists)) {
                Err(wrong) => {
                    prop_assert!(!wrong.is_empty());
                    problems.extend(wrong);
                }
                Ok(mut rows) => {
                    rows.detected().describe();
                    loop {
                        match rows.next() {
                            Ok(None) => break,
                            Ok(Some(row)) => {
                                problems.extend(row.problems.clone());
                                for (_, place, _) in found(&row.patch) {
                                    row.place(&place.unwrap_or_default());
                                }
                            }
                            Err(wrong) => problems.push(wrong),
                        }
                        rows.text();
                    }
                    prop_assert!(matches!(rows.next(), Ok(None)));
                }
            }
            for problem in &problems {
                prop_assert!(says_something(problem), "{:?}", problem);
                problem.to_json();
            }
        }
    }
    Ok(())
}

fn says_something(problem: &Problem) -> bool {
    !problem.message.trim().is_empty() && problem.hint.as_ref().is_some_and(|hint| !hint.trim().is_empty())
}

/// Reads the bytes in both forms; whatever comes out can be checked, shown and placed.
fn read_wholly(bytes: &[u8]) -> Result<(), TestCaseError> {
    for format in [None, Some(Format::Json), Some(Format::Toml)] {
        let mut problems = Vec::new();
        match read::decode("-", bytes.to_vec()) {
            Ok(text) => {
                let read = file::patch(&CUSTOMER, &text, format, &mut problems);
                found(&read.patch);
                wire::body(&read.patch);
            }
            Err(wrong) => problems.push(*wrong),
        }
        for problem in &problems {
            prop_assert!(says_something(problem), "{:?}", problem);
            problem.to_json();
        }
    }
    Ok(())
}

#[test]
fn no_depth_of_a_file_makes_an_input_panic() {
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
            read_wholly(text.as_bytes()).expect("every problem says something");
        }
    }
}
