//! Maps, good and wrong.

use std::rc::Rc;

use super::super::tests::{read, shown, whole};
use super::super::{ListColumns, RowOptions, Rows};
use crate::model::customer::CUSTOMER;
use crate::model::problem::{FileText, Source};

fn mapped(map: &str) -> RowOptions {
    RowOptions { map: Some(Rc::new(FileText::new("map.toml", map.to_owned(), true))), ..whole() }
}

fn rows(map: &str, table: &str) -> Vec<String> {
    read("-", table.as_bytes(), &mapped(map))
}

/// What is wrong with a map: the text that is marked, message, hint.
fn wrong(map: &str, header: &str) -> Vec<String> {
    let problems = Rows::open(&CUSTOMER, "-", header.as_bytes(), &mapped(map)).err().expect("problems");
    let marked = |source: &Option<Source>| match source {
        Some(Source::File { file, span }) => file.text[span.clone()].to_owned(),
        _ => "?".to_owned(),
    };
    problems
        .iter()
        .map(|problem| {
            assert!(problem.is_usage(), "{}", shown(problem));
            let hint = problem.hint.as_deref().unwrap_or("-");
            format!("{} | {} | {hint}", marked(&problem.source), problem.message)
        })
        .collect()
}

const MAP: &str = r##"
ignore = ["Comment", "last visit"]
date_format = "%d/%m/%Y"

[rename]
"Customer no" = "boosterCustomerId"
"E-mail" = "emails[0].email"
Born = "birthDate"
Language = "languageId"

[constants]
"emails[0].isMainEmail" = "true"
"contactByEmailFlag" = "false"

[values.Language]
Italian = "ita"
"1" = "fra"
None = ""
Nothing = "#N/A"
"##;

#[test]
fn a_table_with_its_own_names_and_values_is_read() {
    let table = "customer no;E-Mail;Born;LANGUAGE;Comment;Last visit;firstName;Comment 2\n";
    let table = table.replace(";Comment 2", "");
    let table = format!(
        "{table}7;a@b.co;9/12/1985;Italian;x;y;Ada\n8;;09/12/1985; 1 ;;;\n9;;;None;;;\n10;;;Nothing;;;\n11;;1985-12-09;deu;;;\n12;;31/02/1985;;;;\n13;;01/02/85;;;;\n"
    );
    assert_eq!(
        rows(MAP, &table),
        [
            r#"2 7 {"firstName":"Ada","languageId":"ita","birthDate":"1985-12-09","contactByEmailFlag":false,"emails":[{"email":"a@b.co","isMainEmail":true}]}"#,
            r#"3 8 {"languageId":"fra","birthDate":"1985-12-09","contactByEmailFlag":false}"#,
            r#"4 9 {"contactByEmailFlag":false}"#,
            r#"5 10 {"languageId":"","contactByEmailFlag":false}"#,
            r#"6 11 {"languageId":"deu","contactByEmailFlag":false}"#,
            "not-a-date | birthDate | row 6, column Born | expected a date written %d/%m/%Y, as the map says, found \"1985-12-09\" | write a day that there is, as in 30/12/2020",
            r#"7 12 {"contactByEmailFlag":false}"#,
            "not-a-date | birthDate | row 7, column Born | expected a date written %d/%m/%Y, as the map says, found \"31/02/1985\" | write a day that there is, as in 30/12/2020",
            r#"8 13 {"contactByEmailFlag":false}"#,
            "not-a-date | birthDate | row 8, column Born | expected a date written %d/%m/%Y, as the map says, found \"01/02/85\" | write a day that there is, as in 30/12/2020",
        ]
    );
    // The table's own columns stay as they are, and so can be read again with the same map.
    let mut read = Rows::open(&CUSTOMER, "-", table.as_bytes(), &mapped(MAP)).expect("a table");
    assert_eq!(read.header().as_deref(), table.lines().next());
    read.next().expect("a row");
    assert_eq!(Some(&*read.text()), table.lines().nth(1));
}

#[test]
fn an_item_of_constants_alone_is_one_and_those_beside_blanks_are_none() {
    let map = "[constants]\n\"phones[0].phone\" = \"1\"\n\"emails[0].isMainEmail\" = \"true\"\n";
    assert_eq!(
        rows(map, "boosterCustomerId,emails[0].email\n1,\n2,a@b.co\n"),
        [
            r#"2 1 {"phones":[{"phone":"1"}]}"#,
            r#"3 2 {"emails":[{"email":"a@b.co","isMainEmail":true}],"phones":[{"phone":"1"}]}"#,
        ]
    );
    let refused = RowOptions { lists: ListColumns::Refused, ..mapped(map) };
    let found = read("-", &b"boosterCustomerId\n1\n"[..], &refused);
    assert!(
        found[0].starts_with("usage | phones[0].phone | row 1, column phones[0].phone | the input has lists"),
        "{found:?}"
    );
}

#[test]
fn the_column_of_the_id_is_named_by_the_flag_or_by_the_map() {
    let map = "[rename]\nNr = \"boosterCustomerId\"\n";
    for id_column in ["nr", "boosterCustomerId"] {
        let options = RowOptions { id_column: Some(id_column.to_owned()), ..mapped(map) };
        assert_eq!(read("-", &b"Nr,notes\n7,a\n"[..], &options), [r#"2 7 {"notes":"a"}"#], "{id_column}");
    }
    assert_eq!(
        rows(map, "Nr,notes\nx,a\n")[1],
        "id | boosterCustomerId | row 2, column Nr | \"x\" is not a customer id | an id is a whole number from 1 to 2147483647, in the digits 0 to 9"
    );
}

#[test]
fn a_map_that_is_wrong_is_told_where() {
    let template = "`booster bulk template --map` prints one to fill in";
    for (map, expected) in [
        ("renam = 1", vec!["renam | a map has no key \"renam\" | did you mean rename?".to_owned()]),
        ("x = 1", vec![format!("x | a map has no key \"x\" | {template}")]),
        ("[rename", vec![format!(" | {} | {template}", "not valid TOML: unclosed table, expected `]`")]),
        (
            "rename = 1\nignore = \"a\"\nvalues = { a = 1 }\ndate_format = 5",
            vec![
                "1 | expected a table, found a number | write its name in brackets on a line of its own, as in [rename]".to_owned(),
                "\"a\" | expected a list, found text | write it as in [\"Comment\", \"Last visit\"]".to_owned(),
                "1 | expected a table, found a number | write its name in brackets on a line of its own, as in [rename]".to_owned(),
                "5 | expected text, found a number | write \"5\", in double quotes".to_owned(),
            ],
        ),
        (
            "[rename]\nignore = [\"A\"]\n[constants]\nnotes = true\n[values.A]\nx = [1]\n\" \" = \"y\"",
            vec![
                "[\"A\"] | expected text, found a list | write this line above the first name in brackets".to_owned(),
                "true | expected text, found true or false | write \"true\", in double quotes".to_owned(),
                "[1] | expected text, found a list | write a single text, in double quotes".to_owned(),
                "\" \" | a blank cell gives no value, whatever the map says | remove this line; [constants] gives a field to every row".to_owned(),
            ],
        ),
        (
            "date_format = \"%d/%m/%y\"",
            vec![
                "\"%d/%m/%y\" | the format \"%d/%m/%y\" does not say a day with its whole year | write it with %d, %m and %Y, as in \"%d/%m/%Y\"".to_owned(),
            ],
        ),
        (
            "ignore = [\"Nots\", \"A\", \"zzz\"]\n[rename]\nA = \"fristName\"\nB = \"notes\"\n[values.C]\nx = \"y\"",
            vec![
                "\"fristName\" | Customer has no field \"fristName\" | did you mean firstName?".to_owned(),
                "B | the table has no column \"B\" | the header begins with \"boosterCustomerId\", \"A\", \"Notes\"".to_owned(),
                "\"Nots\" | the table has no column \"Nots\" | did you mean Notes?".to_owned(),
                "\"A\" | the column \"A\" is renamed and ignored | remove one of the two".to_owned(),
                "\"zzz\" | the table has no column \"zzz\" | the header begins with \"boosterCustomerId\", \"A\", \"Notes\"".to_owned(),
                "C | the table has no column \"C\" | the header begins with \"boosterCustomerId\", \"A\", \"Notes\"".to_owned(),
            ],
        ),
        (
            "[constants]\nboosterCustomerId = \"1\"\nNOTES = \"a\"\nbirthDate = \"1/2/2020\"\nemails = \"a\"\ngender = \" \"\nx = \"y\"",
            vec![
                "boosterCustomerId | no id belongs to all rows | rename the column with the ids to boosterCustomerId, in [rename]".to_owned(),
                "\"1/2/2020\" | expected a date written YYYY-MM-DD, found \"1/2/2020\" | write 2020-02-01 or 2020-01-02: both readings are possible".to_owned(),
                "emails | emails is a list, not one value | give a field of an item, such as emails[0].email".to_owned(),
                "\" \" | a constant is a value, not a blank | write a value, or remove this line".to_owned(),
                "x | Customer has no field \"x\" | `booster customer explain` lists every field".to_owned(),
            ],
        ),
        (
            "ignore = [\"A\"]\n[constants]\nNOTES = \"a\"",
            vec!["NOTES | a column of the table gives notes too | ignore the column, or remove this line".to_owned()],
        ),
    ] {
        let found = wrong(map, "boosterCustomerId,A,Notes\n1,a,b\n");
        assert_eq!(found, expected, "{map}");
    }
    assert_eq!(
        rows("", "{\"boosterCustomerId\":1}\n"),
        ["usage | - | --map | --map is for columns, and JSON lines have none | remove --map"]
    );
    assert_eq!(rows("", "boosterCustomerId\n1\n"), ["2 1 {}"]);
    assert_eq!(
        rows("[rename]\nA = \"notes\"", "boosterCustomerId,A,Notes\n1,a,b\n"),
        [
            "duplicate-key | notes | row 1, column notes | columns 2 and 3 have the same name | remove one of them"
        ]
    );
}

#[test]
fn a_workbooks_own_types_stay_what_they_are() {
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["Customer no", "Born", "Language", "E-mail", "Comment", "Last visit"]) {
        sheet.write_string(0, column, name).expect("room");
    }
    sheet.write_number(1, 0, 7).expect("room");
    sheet.write_number_with_format(1, 1, 31412, &day).expect("room");
    sheet.write_number(1, 2, 1).expect("room");
    sheet.write_number(2, 0, 8).expect("room");
    sheet.write_string(2, 1, "31/12/1985").expect("room");
    sheet.write_number(2, 2, 2).expect("room");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    assert_eq!(
        read("-", bytes.as_slice(), &mapped(MAP)),
        [
            r#"2 7 {"languageId":"fra","birthDate":"1985-12-31","contactByEmailFlag":false}"#,
            r#"3 8 {"birthDate":"1985-12-31","contactByEmailFlag":false}"#,
            "not-text | languageId | row 3, column Language | expected text, found the number 2 in cell C3 | format the column as text, and write 2 or 02: a number loses its leading zeros",
        ]
    );
}
