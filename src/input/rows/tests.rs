//! What a table gives, and what is said of one that is wrong. The helpers are for the tests of the files beside, too.

use super::*;
use crate::model::customer::CUSTOMER;
use crate::model::rules;
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
fn rows_are_counted_as_a_spreadsheet_counts() {
    for (text, expected) in [
        ("boosterCustomerId,notes\n\n1,a\n\r\n\n2,b\n", vec!["3 1", "6 2"]),
        ("\nboosterCustomerId,notes\n1,a", vec!["3 1"]),
        ("boosterCustomerId,notes\r\n1,\"a\r\n\r\nb\"\r\n2,\"\n\"\r\n3,c\r\n", vec!["2 1", "3 2", "4 3"]),
        ("boosterCustomerId,notes\r1,a\r\r2,b\r", vec!["2 1", "4 2"]),
        // Blank rows count, and are none.
        ("boosterCustomerId,notes\n,\n  \n\t,\u{a0}\n1,a\n,\n", vec!["5 1"]),
        ("boosterCustomerId,notes\n", vec![]),
        ("boosterCustomerId,notes", vec![]),
    ] {
        let found = rows(text, &RowOptions::default());
        let found: Vec<&str> = found.iter().filter_map(|line| Some(line.split_once(" {")?.0)).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn the_separator_is_the_one_that_makes_the_most_columns() {
    for (header, separator, columns) in [
        ("boosterCustomerId", ",", 1),
        ("boosterCustomerId;notes", ";", 2),
        ("boosterCustomerId\tnotes\tgender", "tab", 3),
        ("boosterCustomerId|notes", "|", 2),
        ("boosterCustomerId;\"notes\";gender", ";", 3),
        ("\"boosterCustomerId\",\"_row\",\"notes\"", ",", 3),
    ] {
        let text = format!("\r\n{header}\n1,,,,;;;;;;");
        let rows = Rows::open(&CUSTOMER, "a.csv", text.as_bytes(), &RowOptions::default()).expect(header);
        let plural = if columns == 1 { "column" } else { "columns" };
        assert_eq!(
            rows.detected().describe(),
            format!("CSV, separator {separator}, UTF-8, {columns} {plural}"),
            "{header}"
        );
    }
    // What is in quotes does not separate.
    assert_eq!(
        rows("\"a;b;c\",boosterCustomerId\n", &RowOptions::default()),
        [
            "unknown-field | a;b;c | row 1, column a;b;c | Customer has no field \"a;b;c\" | `booster customer explain` lists every field"
        ]
    );
}

#[test]
fn what_is_wrong_with_the_columns_is_said_at_once() {
    for (header, expected) in [
        (
            "boosterCustomerId,fristName,email,emails.email,emails[0],emails[].email,emails[x].isMainEmail",
            vec![
                "unknown-field | fristName | row 1, column fristName | Customer has no field \"fristName\" | did you mean firstName?",
                "unknown-field | email | row 1, column email | Customer has no field \"email\" | it is a field of a list item: write emails[0].email",
                "unknown-field | emails.email | row 1, column emails.email | \"emails.email\" is not a column's name | write the number of the item, as in emails[0].email",
                "unknown-field | emails[0] | row 1, column emails[0] | \"emails[0]\" is not a column's name | write the number of the item, as in emails[0].email",
                "unknown-field | emails[].email | row 1, column emails[].email | \"emails[].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                "unknown-field | emails[x].isMainEmail | row 1, column emails[x].isMainEmail | \"emails[x].isMainEmail\" is not a column's name | items are numbered from 0 to 99, as in emails[0].isMainEmail",
            ],
        ),
        (
            "boosterCustomerId,emails[0].emial,notes[0].a,emails[100].email,emails[01].email,emails[+1].email",
            vec![
                "unknown-field | emails[0].emial | row 1, column emails[0].emial | Email has no field \"emial\" | did you mean email?",
                "unknown-field | notes[0].a | row 1, column notes[0].a | Customer has no field \"notes[0].a\" | did you mean notes?",
                "unknown-field | emails[100].email | row 1, column emails[100].email | \"emails[100].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                "unknown-field | emails[01].email | row 1, column emails[01].email | \"emails[01].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
                "unknown-field | emails[+1].email | row 1, column emails[+1].email | \"emails[+1].email\" is not a column's name | items are numbered from 0 to 99, as in emails[0].email",
            ],
        ),
        (
            "boosterCustomerId,notes,gender,NOTES,emails[0].email,BOOSTERCUSTOMERID,emails[0].EMAIL,_row,_row,,",
            vec![
                "duplicate-key | notes | row 1, column notes | columns 2 and 4 have the same name | remove one of them",
                "duplicate-key | BOOSTERCUSTOMERID | row 1, column BOOSTERCUSTOMERID | columns 1 and 6 have the same name | remove one of them",
                "duplicate-key | emails[0].email | row 1, column emails[0].email | columns 5 and 7 have the same name | remove one of them",
            ],
        ),
    ] {
        assert_eq!(rows(&format!("{header}\n1,a\n"), &whole()), expected, "{header}");
    }
}

#[test]
fn the_column_of_the_id_is_named_or_asked_for() {
    let id = |header: &str, options: &RowOptions| rows(&format!("{header}\n7,a\n"), options);
    assert_eq!(id("BoosterCustomerID,notes", &RowOptions::default()), [r#"2 7 {"notes":"a"}"#]);
    assert_eq!(id("kunde,notes", &with_id("Kunde")), [r#"2 7 {"notes":"a"}"#]);
    // A column that is like a field is the id's alone.
    assert_eq!(id("customerReference,notes", &with_id("customerReference")), [r#"2 7 {"notes":"a"}"#]);
    for (header, options, expected) in [
        (
            "customer_no,countryId",
            RowOptions::default(),
            vec![
                "usage | - | row 1 | the table has no column \"boosterCustomerId\", for the customer's id | if \"customer_no\" has the customer's id, add --id-column customer_no",
            ],
        ),
        (
            "notes,countryId",
            with_id("nr"),
            vec![
                "usage | - | row 1 | the table has no column \"nr\", for the customer's id | name it with --id-column, or add the column boosterCustomerId; the first row must be the header, and begins with \"notes\", \"countryId\"",
            ],
        ),
        (
            "kunden_nr,customerId,street",
            RowOptions::default(),
            vec![
                "usage | - | row 1 | the table has no column \"boosterCustomerId\", for the customer's id | name it with --id-column: perhaps \"kunden_nr\" or \"customerId\"",
                "unknown-field | kunden_nr | row 1, column kunden_nr | Customer has no field \"kunden_nr\" | `booster customer explain` lists every field",
                "unknown-field | customerId | row 1, column customerId | Customer has no field \"customerId\" | did you mean boosterCustomerId?",
                "unknown-field | street | row 1, column street | Customer has no field \"street\" | it is a field of a list item: write addresses[0].street",
            ],
        ),
        (
            "nr,boosterCustomerId",
            with_id("nr"),
            vec![
                "unknown-field | boosterCustomerId | row 1, column boosterCustomerId | Customer has no field \"boosterCustomerId\" | with --id-column, the customer's id is in the column \"nr\"",
            ],
        ),
    ] {
        assert_eq!(id(header, &options), expected, "{header}");
    }
}

#[test]
fn an_id_that_a_spreadsheet_changed_is_told_so() {
    let shortened = "a spreadsheet shortened the number: format the column as a number without decimals, and save it again";
    let grouped = "if a spreadsheet formatted the number, format the column as a number without decimals or groups of digits";
    for (written, hint) in [
        ("123.0", "write 123; a spreadsheet added the decimals: format the column as text"),
        ("\"123,00\"", "write 123; a spreadsheet added the decimals: format the column as text"),
        ("1.23E+08", shortened),
        ("\"1,23E+08\"", shortened),
        ("1E5", shortened),
        // One, or a thousand.
        ("1.000", grouped),
        ("\"1,234,567\"", grouped),
        ("12 345", grouped),
        (" 12", "write 12, without spaces"),
        ("007", "write 7, without leading zeros: the service ignores them"),
        ("0.0", grouped),
        ("x", "an id is a whole number from 1 to 2147483647, in the digits 0 to 9"),
    ] {
        let found = rows(&format!("boosterCustomerId,notes\n{written},a\n"), &RowOptions::default());
        let start = format!(
            "id | boosterCustomerId | row 2, column boosterCustomerId | \"{}\" is not",
            written.trim_matches('"')
        );
        assert!(found[1].starts_with(&start) && found[1].ends_with(&format!("| {hint}")), "{found:?}");
        assert_eq!((found.len(), found[0].as_str()), (2, r#"2 ? {"notes":"a"}"#), "{written}");
    }
    assert_eq!(
        rows("boosterCustomerId,notes\n ,a\n", &RowOptions::default())[1],
        "id | boosterCustomerId | row 2, column boosterCustomerId | the customer's id is missing | write the number of the customer in every row"
    );
}

#[test]
fn a_value_is_read_by_its_kind_and_told_by_its_column() {
    assert_eq!(
        rows(
            "BOOSTERCUSTOMERID,birthdate,CONTACTBYEMAILFLAG,clientType\n1,31/12/2020,yes,personal\n",
            &whole()
        ),
        [
            r#"2 1 {"clientType":"PRIVATE"}"#,
            "not-a-date | birthDate | row 2, column birthDate | expected a date written YYYY-MM-DD, found \"31/12/2020\" | write 2020-12-31",
            "not-a-bool | contactByEmailFlag | row 2, column contactByEmailFlag | expected true or false, found \"yes\" | write true or false",
        ]
    );
    // What could not be read is not missing.
    let text = "boosterCustomerId,birthDate,contactByEmailFlag\n1,x,y\n";
    let mut read = Rows::open(&CUSTOMER, "-", text.as_bytes(), &whole()).expect("a table");
    let row = read.next().expect("a row").expect("a row");
    assert!(row.patch.has_invalid());
}

#[test]
fn a_cell_clears_only_where_it_is_the_text_that_clears() {
    let header = "boosterCustomerId,notes,birthDate,contactByEmailFlag";
    assert_eq!(rows(&format!("{header}\n1,,, \n"), &whole()), ["2 1 {}"]);
    assert_eq!(
        rows(&format!("{header}\n1,#N/A,#N/A,#n/a\n"), &whole()),
        [
            r#"2 1 {"notes":""}"#,
            "cannot-clear | birthDate | row 2, column birthDate | a date or a true/false field cannot be cleared through this API | the service treats null and empty text as if the field was not given",
            "not-a-bool | contactByEmailFlag | row 2, column contactByEmailFlag | expected true or false, found \"#n/a\" | write true or false",
        ]
    );
    assert_eq!(rows(&format!("{header}\n1,#N/A,,\n"), &RowOptions::default()), [r##"2 1 {"notes":"#N/A"}"##]);
}

#[test]
fn the_columns_of_items_make_a_list() {
    let header =
        "boosterCustomerId,emails[1].isMainEmail,emails[0].isMainEmail,emails[0].email,emails[1].email";
    let text = format!("{header}\n1,false,true,a@b.co,c@d.co\n2,,,,\n3,,true,a@b.co,\n4,x,,,#N/A\n");
    let expected = [
        r#"2 1 {"emails":[{"email":"a@b.co","isMainEmail":true},{"email":"c@d.co","isMainEmail":false}]}"#,
        "3 2 {}",
        r#"4 3 {"emails":[{"email":"a@b.co","isMainEmail":true}]}"#,
        r#"5 4 {"emails":[{"email":""}]}"#,
        "not-a-bool | emails[1].isMainEmail | row 5, column emails[1].isMainEmail | expected true or false, found \"x\" | write true or false",
    ];
    assert_eq!(rows(&text, &whole()), expected);
    assert_eq!(rows(&text, &added()), expected);
    for (options, is_edit) in [(whole(), false), (added(), true)] {
        let mut read = Rows::open(&CUSTOMER, "-", text.as_bytes(), &options).expect("a table");
        let row = read.next().expect("a row").expect("a row");
        let emails = CUSTOMER.field("emails").expect("a field");
        assert_eq!(row.patch.list_edit(emails).is_some(), is_edit);
        let given = row.patch.get("emails").expect("given");
        assert_eq!(given.source.describe(), "row 2, column emails");
    }
}

#[test]
fn a_problem_of_an_item_is_told_by_its_column_where_an_earlier_one_is_blank() {
    let text = "boosterCustomerId,emails[0].email,emails[2].email,emails[2].isMainEmail,emails[5].email\n1,,a@,true,b@c.co\n2,a@b.co,,,\n";
    let mut read = Rows::open(&CUSTOMER, "-", text.as_bytes(), &whole()).expect("a table");
    let row = read.next().expect("a row").expect("a row");
    let options = rules::Options {
        unchecked: false,
        for_fill: true,
        ..rules::Options::of_day(jiff::civil::date(2026, 1, 1))
    };
    let found: Vec<String> = rules::check(&row.patch, options)
        .into_iter()
        .filter_map(|problem| {
            let place = row.place(problem.field.as_deref()?).into_owned();
            Some(format!("{} {place}: {}", problem.id.word(), problem.source?.describe()))
        })
        .collect();
    assert_eq!(
        found,
        [
            "odd-email emails[2].email: row 2, column emails[2].email",
            "required emails[5].isMainEmail: row 2, column emails[5]",
        ]
    );
    // Other places are as they are.
    for place in ["emails", "notes", "emails[7].email", "phones[0].phone", "emails[x", "emails[x]"] {
        assert_eq!(row.place(place), place);
    }
    let row = read.next().expect("a row").expect("a row");
    assert_eq!(row.place("emails[0].email"), "emails[0].email");
}

#[test]
fn the_column_of_a_whole_list_only_clears_it() {
    let header = "boosterCustomerId,emails,emails[0].email";
    let text = format!("{header}\n1,,\n2,#N/A,\n3,,a\n4,a@b.co,\n5,#N/A,a\n");
    let not_a_list = "not-a-list | emails | row 5, column emails | expected a list, found the text \"a@b.co\" | give the items in columns of their own, such as emails[0].email";
    assert_eq!(
        rows(&text, &whole()),
        [
            "2 1 {}",
            r#"3 2 {"emails":[]}"#,
            r#"4 3 {"emails":[{"email":"a"}]}"#,
            "5 4 {}",
            not_a_list,
            "6 5 {}",
            "cannot-clear | emails | row 6, column emails | emails is given items and cleared at the same time | leave either this cell or those of the items blank",
        ]
    );
    let cleared = |row: u64| {
        format!(
            "cannot-clear | emails | row {row}, column emails | --add-items adds to the customer's list, and cannot clear it | clear it in a run with --replace-lists"
        )
    };
    let (third, sixth) = (cleared(3), cleared(6));
    assert_eq!(
        rows(&text, &added()),
        [
            "2 1 {}",
            "3 2 {}",
            &third,
            r#"4 3 {"emails":[{"email":"a"}]}"#,
            "5 4 {}",
            not_a_list,
            "6 5 {}",
            &sixth
        ]
    );
}

#[test]
fn lists_are_refused_once_while_nothing_says_what_they_mean() {
    let refused = |first: &str| {
        format!(
            "usage | {first} | row 1, column {first} | the input has lists, such as {first}, but nothing says whether they replace the customer's lists | add --replace-lists to send each as the whole list, or --add-items to add its items to the customer's list"
        )
    };
    for (header, first) in [
        ("boosterCustomerId,phones[0].phone,emails[0].email,emails[1].email", "phones[0].phone"),
        ("boosterCustomerId,Emails", "emails"),
    ] {
        assert_eq!(rows(&format!("{header}\n1,,,\n"), &RowOptions::default()), [refused(first)], "{header}");
    }
}

#[test]
fn a_column_without_a_name_has_nothing_in_it() {
    let text = "boosterCustomerId,,notes, \n1,,a,\n2, ,b,\n3,x,c,y\n";
    assert_eq!(
        rows(text, &RowOptions::default()),
        [
            r#"2 1 {"notes":"a"}"#,
            r#"3 2 {"notes":"b"}"#,
            r#"4 3 {"notes":"c"}"#,
            "unknown-field | - | row 4, column 2 | column 2 has a value here, but no name in the header | name the column, or remove the value",
            "unknown-field | - | row 4, column 4 | column 4 has a value here, but no name in the header | name the column, or remove the value",
        ]
    );
}

#[test]
fn a_row_of_another_length_than_the_header_is_not_read() {
    let quotes = "put a value that contains the separator in double quotes";
    let ends = "write a separator for each empty cell too; or a line end in a value is not in double quotes";
    for row in ["1,a,M", "1,a,M,, "] {
        let found = rows(&format!("boosterCustomerId,notes,gender\n{row}\n"), &RowOptions::default());
        assert_eq!(found, [r#"2 1 {"gender":"M","notes":"a"}"#], "{row}");
    }
    for (row, cells, hint) in [
        ("1,a,b,c", "4 cells", quotes),
        ("1,a,b,,c", "5 cells", quotes),
        ("1,a", "2 cells", ends),
        ("1", "1 cell", ends),
    ] {
        let problem = format!("syntax | - | row 2 | the row has {cells}, but the header has 3 | {hint}");
        let found = rows(&format!("boosterCustomerId,notes,gender\n{row}\n"), &RowOptions::default());
        assert_eq!(found, ["2 ? {}".to_owned(), problem], "{row}");
    }
    // Nothing is known of such a row, so nothing is missing in it.
    let mut read =
        Rows::open(&CUSTOMER, "-", &b"boosterCustomerId,notes\n1\n"[..], &whole()).expect("a table");
    let row = read.next().expect("a row").expect("a row");
    assert_eq!(rules::check(&row.patch, rules::Options::of_day(jiff::civil::date(2026, 1, 1))), []);
}

#[test]
fn quotes_that_other_programs_read_otherwise_are_refused() {
    let hint = "a double quote within a quoted value is written twice, as in \"a \"\"b\"\" c\"";
    let header = "boosterCustomerId,notes,gender";
    for (row, body) in [
        ("1,\"a,b\r\n\"\"c\"\"\",M", r#"{"gender":"M","notes":"a,b\r\n\"c\""}"#),
        // A quote that does not begin the value is a letter.
        ("1,5\" pipe,\"\"", r#"{"notes":"5\" pipe"}"#),
        ("\"1\",\"\"\"\",\"M\"", r#"{"gender":"M","notes":"\""}"#),
    ] {
        let found = rows(&format!("{header}\n{row}\n"), &RowOptions::default());
        assert_eq!(found, [format!("2 1 {body}")], "{row}");
    }
    assert_eq!(
        rows(&format!("{header}\n1,\"a\"b,M\n2,\"a\" ,M\n3,c,\n"), &RowOptions::default()),
        [
            "2 ? {}".to_owned(),
            format!(
                "syntax | notes | row 2, column notes | a value goes on after its closing double quote | {hint}"
            ),
            "3 ? {}".to_owned(),
            format!(
                "syntax | notes | row 3, column notes | a value goes on after its closing double quote | {hint}"
            ),
            r#"4 3 {"notes":"c"}"#.to_owned(),
        ]
    );
    assert_eq!(
        rows(&format!("{header}\n1,a,\n2,\"b,M\n3,c,\n"), &RowOptions::default()),
        [
            r#"2 1 {"notes":"a"}"#.to_owned(),
            format!(
                "syntax | notes | row 3, column notes | a double quote is opened here and not closed before the end of the input | close it; {hint}"
            ),
        ]
    );
}

#[test]
fn a_row_is_written_as_it_was_but_for_what_a_results_file_added() {
    let text = "boosterCustomerId;notes\r\n1;\"a\r\n;\"\"b\"\"\"\r\n\r\n  ;  \r\n2 ; c \r\n3;d";
    assert_eq!(texts(text), ["boosterCustomerId;notes", "1;\"a\r\n;\"\"b\"\"\"", "2 ; c ", "3;d"]);
    let text = "_row;boosterCustomerId;notes;_error;_hint\n2;1;\"a;\n\"\"b\";x;\"y\"\n9;\"2\";;;\n";
    assert_eq!(texts(text), ["boosterCustomerId;notes", "1;\"a;\n\"\"b\"", "2;"]);
    assert_eq!(rows(text, &RowOptions::default()), [r#"2 1 {"notes":"a;\n\"b"}"#, "3 2 {}"]);
    assert_eq!(texts("boosterCustomerId,_error\n\"1\",x\n"), ["boosterCustomerId", "1"]);
    // A line of nothing would be no row.
    assert_eq!(texts("boosterCustomerId,_error\n,x\n"), ["boosterCustomerId", "\"\""]);
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
            "a.xlsx",
            &b"PK\x03\x04xx"[..],
            "the file is an Excel workbook (.xlsx), or another zip archive",
            "save it as CSV (UTF-8)",
        ),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1", "the file is an Excel workbook (.xls)", "save it as CSV (UTF-8)"),
        (
            "a.csv.gz",
            b"\x1f\x8b\x08\x00",
            "the file is compressed (gzip)",
            "decompress it first, as in `gunzip FILE`",
        ),
        ("-", b"\x28\xb5\x2f\xfd", "the file is compressed (zstd)", "decompress it first"),
        ("-", b"a\0b\0", "the file is UTF-16 without a byte order mark", "save it as UTF-8"),
        ("-", b"\0a\0b", "the file is UTF-16 without a byte order mark", "save it as UTF-8"),
        ("-", b"\xff\xfe\0\0a\0\0\0", "the file is UTF-32", "save it as UTF-8"),
        ("-", b"ab\0c", "the file is binary, not text", "name a table: CSV, or JSON lines, in UTF-8"),
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
