//! Workbooks as spreadsheet programs write them, and as nobody should.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime as Day, Format as Style, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::super::tests::{read, shown, whole, with_id};
use super::super::{RowOptions, Rows};
use crate::model::customer::CUSTOMER;

fn bytes_of(mut workbook: Workbook) -> Vec<u8> {
    workbook.save_to_buffer().expect("a workbook")
}

/// A workbook of one sheet.
fn workbook(write: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    write(workbook.add_worksheet());
    bytes_of(workbook)
}

fn header(sheet: &mut Worksheet, names: &[&str]) {
    for (column, name) in (0..).zip(names) {
        sheet.write_string(0, column, *name).expect("room");
    }
}

fn rows(bytes: &[u8]) -> Vec<String> {
    read("a.xlsx", bytes, &whole())
}

fn describe(bytes: &[u8]) -> String {
    let rows = Rows::open(&CUSTOMER, "a.xlsx", bytes, &whole());
    rows.map_or_else(|problems| shown(&problems[0]), |rows| rows.detected().describe())
}

/// The parts of a workbook, one of them with another text.
fn with_part(bytes: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    with_bytes(bytes, name, |bytes| change(String::from_utf8(bytes).expect("a text")).into_bytes())
}

fn with_bytes(bytes: &[u8], name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).expect("a part");
        let mut text = Vec::new();
        part.read_to_end(&mut text).expect("a part");
        let own = part.name().expect("a name").into_owned();
        changed.start_file(own.as_str(), SimpleFileOptions::default()).expect("room");
        let text = if own == name { change(text) } else { text };
        changed.write_all(&text).expect("room");
    }
    changed.finish().expect("room").into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn a_cell_is_what_the_workbook_says() {
    let day = Style::new().set_num_format("dd/mm/yyyy");
    let moment = Style::new().set_num_format("yyyy-mm-dd hh:mm");
    let bytes = workbook(|sheet| {
        header(
            sheet,
            &["boosterCustomerId", "firstName", "birthDate", "contactByEmailFlag", "emails[0].email"],
        );
        sheet.write_number(1, 0, 123.0).expect("room");
        sheet.write_string(1, 1, " Zoë\n李 ").expect("room");
        sheet.write_with_format(1, 2, Day::from_ymd(1985, 12, 9).expect("a day"), &day).expect("room");
        sheet.write_boolean(1, 3, true).expect("room");
        sheet.write_string(1, 4, "a@b.co").expect("room");
        // The third row is blank; what follows is all text.
        for (column, text) in [(0, "77"), (1, "01204"), (2, "1985-12-09"), (3, "FALSE"), (4, "#N/A")] {
            sheet.write_string(3, column, text).expect("room");
        }
        sheet.write_number(4, 0, 5.0).expect("room");
        sheet
            .write_with_format(
                4,
                2,
                Day::from_ymd(2020, 1, 2).expect("a day").and_hms(10, 30, 0).expect("a time"),
                &moment,
            )
            .expect("room");
    });
    assert_eq!(
        rows(&bytes),
        [
            r#"2 123 {"firstName":" Zoë\n李 ","birthDate":"1985-12-09","contactByEmailFlag":true,"emails":[{"email":"a@b.co"}]}"#,
            r#"4 77 {"firstName":"01204","birthDate":"1985-12-09","contactByEmailFlag":false,"emails":[{"email":""}]}"#,
            "5 5 {}",
            "not-a-date | birthDate | row 5, column birthDate | expected a date written YYYY-MM-DD, found \"2020-01-02T10:30:00\" | write 2020-01-02",
        ]
    );
    assert_eq!(describe(&bytes), "Excel workbook, sheet Sheet1, 5 columns");
    let mut read = Rows::open(&CUSTOMER, "-", bytes.as_slice(), &whole()).expect("a table");
    assert_eq!(
        read.header().as_deref(),
        Some("boosterCustomerId,firstName,birthDate,contactByEmailFlag,emails[0].email")
    );
    let mut texts = Vec::new();
    while let Some(_row) = read.next().expect("a row") {
        texts.push(read.text().into_owned());
    }
    assert_eq!(
        texts,
        [
            "123,\" Zoë\n李 \",1985-12-09,true,a@b.co",
            "77,01204,1985-12-09,FALSE,#N/A",
            "5,,2020-01-02T10:30:00,,"
        ]
    );
}

#[test]
fn a_type_that_is_not_the_fields_is_refused() {
    let day = Style::new().set_num_format("yyyy-mm-dd");
    let clock = Style::new().set_num_format("hh:mm");
    let bytes = workbook(|sheet| {
        header(sheet, &["boosterCustomerId", "notes", "birthDate", "contactByEmailFlag"]);
        for (row, id) in (1..).zip([1.0, 2.5, 3e9, 4.0, 5.0, 1.23e8]) {
            sheet.write_number(row, 0, id).expect("room");
        }
        sheet.write_number(1, 1, 1204.0).expect("room");
        sheet.write_number(1, 2, 31412.0).expect("room");
        sheet.write_number(1, 3, 1.0).expect("room");
        sheet.write_number(2, 1, -0.5).expect("room");
        sheet.write_with_format(3, 1, Day::from_ymd(1985, 12, 9).expect("a day"), &day).expect("room");
        sheet.write_boolean(4, 1, false).expect("room");
        sheet.write_boolean(4, 2, false).expect("room");
        sheet.write_number_with_format(5, 2, 0.5, &clock).expect("room");
        sheet.write_number_with_format(6, 2, 60.0, &day).expect("room");
        sheet.write_boolean(7, 0, true).expect("room");
    });
    let text = "format the column as text, and write the value again";
    assert_eq!(
        rows(&bytes),
        [
            "2 1 {}",
            "not-text | notes | row 2, column notes | expected text, found the number 1204 in cell B2 | format the column as text, and write 1204 or 01204: a number loses its leading zeros",
            "not-a-date | birthDate | row 2, column birthDate | expected a date, found the number 31412 in cell C2 | format the column as a date, and see whether it shows the right day",
            "not-a-bool | contactByEmailFlag | row 2, column contactByEmailFlag | expected true or false, found \"1\" | write true or false",
            "3 ? {}",
            "id | boosterCustomerId | row 3, column boosterCustomerId | \"2.5\" is not a customer id | if a spreadsheet formatted the number, format the column as a number without decimals or groups of digits",
            &format!(
                "not-text | notes | row 3, column notes | expected text, found the number -0.5 in cell B3 | {text}"
            ),
            "4 ? {}",
            "id | boosterCustomerId | row 4, column boosterCustomerId | \"3000000000\" is not a customer id | the largest id is 2147483647",
            &format!(
                "not-text | notes | row 4, column notes | expected text, found the date 1985-12-09 in cell B4 | {text}"
            ),
            "5 4 {}",
            &format!(
                "not-text | notes | row 5, column notes | expected text, found false in cell B5 | {text}"
            ),
            "not-a-date | birthDate | row 5, column birthDate | expected a date written YYYY-MM-DD, found \"false\" | write the date as in 2020-12-30",
            "6 5 {}",
            "not-a-date | birthDate | row 6, column birthDate | expected a date written YYYY-MM-DD, found \"12:00:00\" | write the date as in 2020-12-30",
            "7 123000000 {}",
            "not-a-date | birthDate | row 7, column birthDate | 1900-02-29 does not exist in the calendar | the last day of that month is 1900-02-28",
            "8 ? {}",
            "id | boosterCustomerId | row 8, column boosterCustomerId | \"true\" is not a customer id | an id is a whole number from 1 to 2147483647, in the digits 0 to 9",
        ]
    );
}

#[test]
fn a_formula_gives_its_stored_value_and_an_error_none() {
    let bytes = workbook(|sheet| {
        header(sheet, &["boosterCustomerId", "notes", "birthDate", "emails"]);
        sheet.write_formula(1, 0, Formula::new("A1+1").set_result("7")).expect("room");
        sheet.write_formula(1, 1, Formula::new("\"a\"&\"b\"").set_result("ab")).expect("room");
        sheet.write_formula(2, 0, Formula::new("1/0").set_result("#DIV/0!")).expect("room");
        sheet.write_formula(2, 1, Formula::new("NA()").set_result("#N/A")).expect("room");
        sheet.write_formula(2, 2, Formula::new("NA()").set_result("#REF!")).expect("room");
        sheet.write_formula(2, 3, Formula::new("NA()").set_result("#N/A")).expect("room");
        sheet.write_formula(3, 0, Formula::new("A1+1").set_result("8")).expect("room");
        sheet.write_formula(3, 1, Formula::new("\"\"").set_result("")).expect("room");
    });
    let errors = |bytes: &str| {
        bytes
            .replace("t=\"str\"><f>1/0</f>", "t=\"e\"><f>1/0</f>")
            .replace("t=\"str\"><f>NA()</f>", "t=\"e\"><f>NA()</f>")
            .replace("<f>\"\"</f><v>0</v>", "<f>\"\"</f>")
    };
    let bytes = with_part(&bytes, SHEET, |text| errors(&text));
    let hint = "correct the formula, or empty the cell";
    assert_eq!(
        rows(&bytes),
        [
            r#"2 7 {"notes":"ab"}"#,
            "3 ? {}",
            &format!(
                "id | boosterCustomerId | row 3, column boosterCustomerId | cell A3 shows the error #DIV/0! | {hint}"
            ),
            &format!("not-text | notes | row 3, column notes | cell B3 shows the error #N/A | {hint}"),
            &format!(
                "not-a-date | birthDate | row 3, column birthDate | cell C3 shows the error #REF! | {hint}"
            ),
            &format!("not-a-list | emails | row 3, column emails | cell D3 shows the error #N/A | {hint}"),
            "4 8 {}",
            "not-text | notes | row 4, column notes | cell B4 has a formula without a stored value | open the workbook in a spreadsheet program and save it, which stores the values",
        ]
    );
    assert_eq!(
        describe(&bytes),
        "Excel workbook, sheet Sheet1, 4 columns, with the stored values of 8 formulas"
    );
    let other = with_part(&bytes, SHEET, |text| text.replace("#DIV/0!", "#SPILL!"));
    assert_eq!(
        rows(&other),
        [format!("syntax | - | a.xlsx | a cell behind B2 shows the error \"#SPILL!\" | {hint}")]
    );
}

#[test]
fn days_are_counted_as_the_workbook_counts_them() {
    let day = Style::new().set_num_format("yyyy-mm-dd");
    let bytes = workbook(|sheet| {
        header(sheet, &["boosterCustomerId", "birthDate"]);
        for (row, serial) in (1..).zip([31412.0, 1.0, 59.0, 61.0, 2_958_465.0, 0.0, -1.0, 2_958_466.0]) {
            sheet.write_number(row, 0, f64::from(row)).expect("room");
            sheet.write_number_with_format(row, 1, serial, &day).expect("room");
        }
    });
    let of = |bytes: &[u8]| {
        let found = rows(bytes).into_iter();
        found.filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).collect::<Vec<_>>()
    };
    let dates = |days: [&str; 8]| -> Vec<String> {
        let one = |(row, day): (u64, &str)| match day {
            "" => format!("{} {row} {{}}", row + 1),
            day => format!("{} {row} {{\"birthDate\":\"{day}\"}}", row + 1),
        };
        (1..).zip(days).map(one).collect()
    };
    assert_eq!(
        of(&bytes),
        dates(["1985-12-31", "1900-01-01", "1900-02-28", "1900-03-01", "9999-12-31", "", "", ""])
    );
    let since_1904 = with_part(&bytes, "xl/workbook.xml", |text| {
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
    });
    let found = of(&since_1904);
    assert_eq!(
        found[..4],
        dates(["1990-01-01", "1904-01-02", "1904-02-29", "1904-03-02", "", "", "", ""])[..4]
    );
    assert_eq!(found[5], "7 6 {\"birthDate\":\"1904-01-01\"}");
    let iso = with_part(&bytes, SHEET, |text| {
        text.replace("s=\"1\"><v>31412</v>", "s=\"1\" t=\"d\"><v>1985-12-31T00:00:00</v>")
            .replace("s=\"1\"><v>1</v>", "s=\"1\" t=\"d\"><v>2020-01-02</v>")
    });
    assert_eq!(of(&iso)[..2], dates(["1985-12-31", "2020-01-02", "", "", "", "", "", ""])[..2]);
}

fn several() -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, id, is_hidden) in [("Hidden", 1, true), ("Customers", 2, false), ("Old customers", 3, false)] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        sheet.set_hidden(is_hidden);
        sheet.set_active(id == 2);
        header(sheet, &["boosterCustomerId"]);
        sheet.write_number(1, 0, id).expect("room");
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("Empty").expect("a name");
    sheet.write_string(3, 0, "  ").expect("room");
    bytes_of(workbook)
}

#[test]
fn one_sheet_is_read() {
    let of = |sheet: &str| {
        read("a.xlsx", several().as_slice(), &RowOptions { sheet: Some(sheet.to_owned()), ..whole() })
    };
    assert_eq!(rows(&several()), ["2 2 {}"]);
    assert_eq!((of("Hidden"), of("Old customers")), (vec!["2 1 {}".to_owned()], vec!["2 3 {}".to_owned()]));
    let none = |name: &str, hint: &str| {
        format!("usage | - | a.xlsx | the workbook has no sheet \"{name}\" | {hint}")
    };
    assert_eq!(of("old customer"), [none("old customer", "did you mean \"Old customers\"?")]);
    assert_eq!(
        of("x"),
        [none("x", "its sheets are \"Hidden\", \"Customers\", \"Old customers\", \"Empty\"")]
    );
    assert_eq!(
        of("Empty"),
        [
            "syntax | - | a.xlsx | the sheet \"Empty\" is empty | name another one with --sheet, or fill this one: the first row must be the header; `booster bulk template` prints one"
        ]
    );
    let csv =
        read("-", &b"boosterCustomerId\n1\n"[..], &RowOptions { sheet: Some("A".to_owned()), ..whole() });
    assert_eq!(
        csv,
        ["usage | - | --sheet | --sheet names a sheet of a workbook, and the input is none | remove --sheet"]
    );
    let encoding = RowOptions { encoding: "utf-8".parse().ok(), ..whole() };
    assert_eq!(
        read("-", several().as_slice(), &encoding),
        ["usage | - | --encoding | --encoding is for texts, and the input is a workbook | remove --encoding"]
    );
}

#[test]
fn the_header_may_be_anywhere_and_rows_are_the_sheets() {
    let bytes = workbook(|sheet| {
        sheet.write_string(2, 1, "Nr").expect("room");
        sheet.write_string(2, 3, "notes").expect("room");
        sheet.write_string(2, 4, "_row").expect("room");
        sheet.write_string(5, 1, "7").expect("room");
        sheet.write_string(5, 3, "a,b").expect("room");
        sheet.write_number(5, 4, 9.0).expect("room");
        sheet.write_string(6, 1, "8").expect("room");
        sheet.write_string(6, 5, "x").expect("room");
    });
    assert_eq!(
        read("-", bytes.as_slice(), &with_id("nr")),
        [
            r#"6 7 {"notes":"a,b"}"#.to_owned(),
            "7 8 {}".to_owned(),
            "unknown-field | - | row 7, column 6 | column 6 has a value here, but no name in the header | name the column, or remove the value".to_owned(),
        ]
    );
    let mut rows = Rows::open(&CUSTOMER, "-", bytes.as_slice(), &with_id("nr")).expect("a table");
    assert_eq!(rows.header().as_deref(), Some(",Nr,,notes,"));
    rows.next().expect("a row");
    assert_eq!(rows.text(), ",7,,\"a,b\",");
}

#[test]
fn cells_that_are_merged_are_refused_below_the_header() {
    let table = |first: u32, last: u32, value: &str| {
        workbook(|sheet| {
            header(sheet, &["boosterCustomerId", "notes"]);
            sheet.write_number(1, 0, 1.0).expect("room");
            sheet.merge_range(first, 1, last, 2, value, &Style::new()).expect("room");
        })
    };
    assert_eq!(
        rows(&table(1, 2, "a")),
        [
            "syntax | - | a.xlsx | cells B2:C3 are merged, so that only the first of them has the value | unmerge the cells below the header, and write the value in each"
        ]
    );
    assert_eq!(rows(&table(2, 3, "")), ["2 1 {}"]);
    assert_eq!(rows(&table(0, 0, "notes")), ["2 1 {}"]);
}

#[test]
fn what_is_no_workbook_of_this_kind_is_told_what_it_is() {
    let zip = |names: &[&str]| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, SimpleFileOptions::default()).expect("room");
        }
        archive.finish().expect("room").into_inner()
    };
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let save = "save it as .xlsx or CSV (UTF-8)";
    for (bytes, expected) in [
        (
            zip(&["mimetype", "content.xml"]),
            format!("the file is an OpenDocument spreadsheet (.ods) | {save}"),
        ),
        (
            zip(&["[Content_Types].xml", "xl/workbook.bin"]),
            format!("the file is a binary Excel workbook (.xlsb) | {save}"),
        ),
        (
            zip(&["customers.csv"]),
            "the file is a zip archive, not an Excel workbook | name a table: CSV, JSON lines or .xlsx"
                .to_owned(),
        ),
        (
            [b"\xd0\xcf\x11\xe0".to_vec(), vec![0; 5000], encrypted].concat(),
            "the workbook is encrypted | save it without a password".to_owned(),
        ),
        (
            [b"\xd0\xcf\x11\xe0".to_vec(), vec![0; 5000]].concat(),
            format!("the file is an old Excel workbook (.xls) | {save}"),
        ),
    ] {
        assert_eq!(rows(&bytes), [format!("syntax | - | a.xlsx | {expected}")]);
    }
    let bytes = several();
    for length in [4, 100, bytes.len() / 2, bytes.len() - 1] {
        let found = rows(&bytes[..length]);
        assert!(
            found.len() == 1 && found[0].starts_with("syntax | - | a.xlsx | the workbook cannot be read: "),
            "{found:?}"
        );
    }
}

#[test]
fn a_workbook_that_grows_without_end_is_not_held() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let fastest = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    archive.start_file("[Content_Types].xml", fastest).expect("room");
    archive.start_file("xl/sharedStrings.xml", fastest).expect("room");
    std::io::copy(&mut std::io::repeat(b'x').take((1 << 20) + 1), &mut archive).expect("room");
    let bytes = archive.finish().expect("room").into_inner();
    let found = super::inside::inspect(&bytes, 1 << 20).expect_err("too large");
    assert_eq!(found.message, "the workbook is too large to be held in memory");
    super::inside::inspect(&bytes, 2 << 20).expect("room");
}

#[test]
fn a_workbook_that_claims_more_than_there_is_room_for_is_not_believed() {
    let texts = "xl/sharedStrings.xml";
    let claim = |claim: &str| {
        with_part(&sample(), texts, |text| {
            let start = text.find(" uniqueCount=").expect("a count");
            let end = start + text[start..].find('>').expect("a tag");
            format!("{}{claim}{}", &text[..start], &text[end..])
        })
    };
    assert!(rows(&claim(" uniqueCount=\"9999999\""))[0].contains("are merged"));
    for hostile in
        [" uniqueCount=\"99999999999\"", " uniqueCount = '99999999'", " uniqueCouniqueCount\n=\n\"12345678\""]
    {
        let found = rows(&claim(hostile));
        assert_eq!(
            found,
            [
                "too-long | - | a.xlsx | the workbook is too large to be held in memory | save it as CSV (UTF-8)"
            ],
            "{hostile}"
        );
    }
    let with_zeros: Vec<u8> =
        "\u{feff}<sst uniqueCount=\"99999999999\"/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16 = with_bytes(&sample(), texts, |_| with_zeros.clone());
    assert!(rows(&utf_16)[0].contains("a part of it is not UTF-8"));
}

/// A workbook with something of everything.
fn sample() -> Vec<u8> {
    let day = Style::new().set_num_format("[h]:mm;dd/mm/yyyy \"x\"");
    workbook(|sheet| {
        header(sheet, &["boosterCustomerId", "notes", "birthDate", "contactByEmailFlag"]);
        sheet.write_number(1, 0, 123.0).expect("room");
        sheet.write_string(1, 1, "a & b <c>").expect("room");
        sheet.write_number_with_format(1, 2, 31412.5, &day).expect("room");
        sheet.write_boolean(1, 3, true).expect("room");
        sheet.write_formula(2, 1, Formula::new("1+1").set_result("2")).expect("room");
        sheet.merge_range(4, 1, 5, 2, "a", &Style::new()).expect("room");
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_part_makes_a_workbook_panic(
        part in proptest::sample::select(vec![SHEET, "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0_usize..6, proptest::sample::select(vec!["", "<", ">", "/", "\"", "9", "99999999", "-1", "A", "ZZZ", "&", "&#0;", " t=\"e\"", " t=\"s\"", "[", ";", "\u{301}", "<v>", "</c>"])), 1..5),
    ) {
        let bytes = with_part(&sample(), part, |mut text| {
            for (at, length, put) in &edits {
                let start = at.index(text.len() + 1);
                let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                let end = (start + length).min(text.len());
                let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
                text.replace_range(start..end, put);
            }
            text
        });
        read("-", bytes.as_slice(), &whole());
    }

    #[test]
    fn no_changed_bytes_make_a_workbook_panic(at in any::<proptest::sample::Index>(), put in any::<[u8; 3]>(), length in 0_usize..4) {
        let mut bytes = sample();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, put);
        read("-", bytes.as_slice(), &whole());
    }
}
