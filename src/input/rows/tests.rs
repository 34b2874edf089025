//! What a table gives, and what is said of one that is wrong. The helpers are for the tests of the files beside, too.

use super::*;
use crate::model::customer::CUSTOMER;
use crate::model::problem::Source;
use crate::model::wire;

pub fn whole() -> RowOptions {
    RowOptions { lists: ListColumns::Whole, clear_cell: Some("#N/A".to_owned()), ..RowOptions::default() }
}

pub fn added() -> RowOptions {
    RowOptions { lists: ListColumns::Added, ..whole() }
}

pub fn with_id(column: &str) -> RowOptions {
    RowOptions { id_column: Some(column.to_owned()), ..RowOptions::default() }
}

/// A problem in one line: rule, place, where it was written, message, hint.
pub fn shown(problem: &Problem) -> String {
    let source = problem.source.as_ref().map(Source::describe).unwrap_or_default();
    let (field, hint) = (problem.field.as_deref().unwrap_or("-"), problem.hint.as_deref().unwrap_or("-"));
    format!("{} | {field} | {source} | {} | {hint}", problem.id.word(), problem.message)
}

/// Each row in a line: its number, customer and body, and its problems behind it; then what ended the reading.
pub fn read(name: &str, reader: impl Read, options: &RowOptions) -> Vec<String> {
    let mut rows = match Rows::open(&CUSTOMER, name, reader, options) {
        Ok(rows) => rows,
        Err(problems) => return problems.iter().map(shown).collect(),
    };
    let mut lines = Vec::new();
    loop {
        match rows.next() {
            Ok(None) => return lines,
            Ok(Some(row)) => {
                let id = row.customer.map_or("?".to_owned(), |id| id.to_string());
                lines.push(format!("{} {id} {}", row.number, wire::body(&row.patch)));
                lines.extend(row.problems.iter().map(shown));
            }
            Err(problem) => lines.push(shown(&problem)),
        }
    }
}

pub fn rows(text: &str, options: &RowOptions) -> Vec<String> {
    read("-", text.as_bytes(), options)
}

/// Each row's text, the header's first.
pub fn texts(text: &str) -> Vec<String> {
    let mut rows = Rows::open(&CUSTOMER, "-", text.as_bytes(), &whole()).expect("rows");
    let mut texts: Vec<String> = rows.header().map(Cow::into_owned).into_iter().collect();
    while let Some(_row) = rows.next().expect("a row") {
        texts.push(rows.text().into_owned());
    }
    texts
}

#[test]
fn the_cells_of_a_row_are_its_fields() {
    for separator in [",", ";", "\t", "|"] {
        for line_end in ["\n", "\r\n", "\r"] {
            let table = [
                "boosterCustomerId,firstName,canBeContactedByMaison,birthDate",
                "1,Zoë,TRUE,2020-12-30",
                "2, ,,",
                "3,\"a\"\"b\",false,",
            ];
            let text = table.join(line_end).replace(',', separator);
            let expected = [
                r#"2 1 {"firstName":"Zoë","canBeContactedByMaison":true,"birthDate":"2020-12-30"}"#,
                "3 2 {}",
                r#"4 3 {"firstName":"a\"b","canBeContactedByMaison":false}"#,
            ];
            assert_eq!(rows(&text, &RowOptions::default()), expected, "{separator:?} {line_end:?}");
        }
    }
}

#[test]
fn what_is_no_table_is_told_what_it_is() {
    let of = |name: &str, bytes: &[u8]| read(name, bytes, &RowOptions::default());
    let empty = |name: &str| {
        vec![format!(
            "syntax | - | {name} | the file is empty | the first row must be the header; `booster bulk template` prints one"
        )]
    };
    for bytes in [&b""[..], b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"] {
        assert_eq!(of("a.csv", bytes), empty("a.csv"), "{bytes:?}");
    }
    for (name, bytes, what, hint) in [
        (
            "a.xls",
            &b"\xd0\xcf\x11\xe0\xa1"[..],
            "the file is an old Excel workbook (.xls)",
            "save it as .xlsx or CSV (UTF-8)",
        ),
        ("-", b"\x28\xb5\x2f\xfd", "the file is compressed (zstd)", "decompress it first"),
        (
            "-",
            b"a\0b\0",
            "the file is UTF-16 without a byte order mark",
            "save it as UTF-8, or add --encoding utf-16le",
        ),
        (
            "-",
            b"\0a\0b",
            "the file is UTF-16 without a byte order mark",
            "save it as UTF-8, or add --encoding utf-16le",
        ),
        ("-", b"\xff\xfe\0\0a\0\0\0", "the file is UTF-32", "save it as UTF-8"),
        ("-", b"ab\0c", "the file is binary, not text", "name a table: CSV, JSON lines or .xlsx"),
    ] {
        assert_eq!(of(name, bytes), [format!("syntax | - | {name} | {what} | {hint}")], "{name}");
    }
    assert_eq!(
        of("-", b"sep=;\nboosterCustomerId;notes\n"),
        [
            "syntax | - | row 1 | the first row is not the header, but says what the separator is | remove it: the separator is found without it"
        ]
    );
    // Behind the first line it is a letter that the rules refuse.
    assert_eq!(of("-", b"boosterCustomerId,notes\n1,a\0b\n"), [r#"2 1 {"notes":"a\u0000b"}"#]);
}
