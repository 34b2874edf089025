//! The cells of a table's row as a patch.

use std::rc::Rc;

use super::columns::{Column, Columns, FieldColumn, List};
use super::lists::added_list_cannot_clear;
use super::record::{Cells, Type};
use super::typed::{self, cell_name};
use super::{ListColumns, Row, RowOptions, row_id};
use crate::escape::quoted;
use crate::input::flags::cannot_clear;
use crate::model::field::{Field, Kind};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};

/// Reads the row of this number, in which something is. Every problem goes into it.
pub fn row(columns: &Columns, cells: &Cells<'_>, number: u64, options: &RowOptions) -> Row {
    if let Some(fault) = uneven(columns, cells) {
        let problem = fault.of(Source::Row { row: number, column: None });
        // The later rows of a customer wait for this one, if it is the customer's.
        let customer = row_id::read(columns.value(cells, &columns.id).0).ok();
        return Row { customer, ..Row::unreadable(columns.record, number, problem) };
    }
    let mut row = Row::new(columns.record, number);
    let (id, kind) = columns.value(cells, &columns.id);
    let without_value =
        typed::without_value(kind.unwrap_or_default(), id, Rule::ID, || cell_name(columns.id.number, number));
    match without_value.map_or_else(|| row_id::read(id), Err) {
        Ok(id) => row.customer = Some(id),
        Err(fault) => {
            row.problems.push(fault.at(columns.id.place.as_ref(), source(number, &columns.id.title)))
        }
    }
    for unnamed in columns.unnamed.iter().filter(|unnamed| !is_blank(cells.get(**unnamed))) {
        let message = format!("column {} has a value here, but no name in the header", unnamed + 1);
        let fault = Fault::new(Rule::UNKNOWN_FIELD, message).hint("name the column, or remove the value");
        row.problems.push(fault.of(source(number, &columns.places[*unnamed])));
    }
    row.patch.reserve(columns.scalars.len() + columns.lists.len());
    let clear = options.clear_cell.as_deref();
    let mut reader = CellReader { columns, cells, number, clear, problems: &mut row.problems };
    for column in &columns.scalars {
        reader.field(&mut row.patch, column);
    }
    for list in &columns.lists {
        let numbers = reader.list(&mut row.patch, list, options.lists);
        if numbers.iter().enumerate().any(|(position, number)| position != *number) {
            row.moved.push((list.field.name, numbers));
        }
    }
    row
}

/// A cell of blanks, or of nothing, gives no value.
pub fn is_blank(cell: &str) -> bool {
    cell.chars().all(char::is_whitespace)
}

fn source(row: u64, place: &Rc<str>) -> Source {
    Source::Row { row, column: Some(Rc::clone(place)) }
}

/// A row with fewer cells than the header, or with more of which one is not blank: nobody knows which value belongs to
/// which column.
fn uneven(columns: &Columns, cells: &Cells<'_>) -> Option<Fault> {
    let is_fine = cells.len() == columns.count
        || cells.len() > columns.count
            && (columns.count..cells.len()).all(|extra| is_blank(cells.get(extra)));
    if is_fine {
        return None;
    }
    let cell = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
    let message = format!("the row has {}, but the header has {}", cell(cells.len()), columns.count);
    let fault = Fault::new(Rule::SYNTAX, message);
    Some(if cells.len() > columns.count {
        fault.hint("put a value that contains the separator in double quotes")
    } else {
        fault.hint(
            "write a separator for each empty cell too; or a line end in a value is not in double quotes",
        )
    })
}

/// Reads the cells of one row.
struct CellReader<'a> {
    columns: &'a Columns,
    cells: &'a Cells<'a>,
    number: u64,
    clear: Option<&'a str>,
    problems: &'a mut Vec<Problem>,
}

impl CellReader<'_> {
    /// Gives the field what is in its column, and returns whether anything is.
    fn field(&mut self, patch: &mut Patch, column: &FieldColumn) -> bool {
        let FieldColumn { column, field } = column;
        let (text, kind) = self.columns.value(self.cells, column);
        if is_blank(text) {
            return false;
        }
        let read = if self.clears(text, kind) {
            Value::empty(field).ok_or_else(cannot_clear)
        } else {
            self.value(column, field, text, kind)
        };
        match read {
            Ok(value) => patch.set(field, value, source(self.number, &column.title)),
            Err(fault) => {
                self.problems.push(fault.at(column.place.as_ref(), source(self.number, &column.title)));
                patch.set_invalid(field);
            }
        }
        true
    }

    fn value(&self, column: &Column, field: &Field, text: &str, kind: Option<Type>) -> Result<Value, Fault> {
        let name = || cell_name(column.number, self.number);
        if let Some(fault) = kind.and_then(|kind| typed::fault(kind, text, field.kind, name)) {
            return Err(fault);
        }
        match (&self.columns.date_format, field.kind, kind) {
            (Some(format), Kind::Date, Some(Type::Text)) => format.read(text).map(Value::Date),
            _ => Value::parse(field, text),
        }
    }

    /// Whether the text is the one that clears, and no formula's error.
    fn clears(&self, text: &str, kind: Option<Type>) -> bool {
        self.clear == Some(text) && !kind.is_some_and(Type::is_without_value)
    }

    /// Gives the list its items, and returns the number that each has in the columns: those without a value are left
    /// out.
    fn list(&mut self, patch: &mut Patch, list: &List, mode: ListColumns) -> Vec<usize> {
        let (mut items, mut numbers) = (Vec::new(), Vec::new());
        for item in &list.items {
            let mut given = Patch::new(list.record);
            // What every row is given alone makes no item of a row's blank cells.
            let is_constant = item.columns.iter().all(|column| self.columns.is_constant(&column.column));
            let mut is_given = false;
            for column in &item.columns {
                let counts = is_constant || !self.columns.is_constant(&column.column);
                is_given |= self.field(&mut given, column) && counts;
            }
            if is_given {
                items.push(Item { patch: given, source: source(self.number, &item.place) });
                numbers.push(item.number);
            }
        }
        match list.whole.as_ref().map(|column| self.is_cleared(list, column, &items, mode)) {
            Some(Ok(false)) | None if items.is_empty() => return numbers,
            Some(Ok(_)) | None => {
                let source = source(self.number, &list.place);
                patch.set(list.field, Value::List(items), source.clone());
                if mode == ListColumns::Added {
                    patch.edit_list(list.field, Vec::new(), source);
                }
            }
            Some(Err(fault)) => {
                self.problems.push(fault.at(list.field.name, source(self.number, &list.place)));
                patch.set_invalid(list.field);
            }
        }
        numbers
    }

    /// Whether the column of a whole list clears it.
    fn is_cleared(
        &self,
        list: &List,
        column: &Column,
        items: &[Item],
        mode: ListColumns,
    ) -> Result<bool, Fault> {
        let (text, kind) = self.columns.value(self.cells, column);
        if is_blank(text) {
            return Ok(false);
        }
        let name = || cell_name(column.number, self.number);
        if let Some(fault) = typed::without_value(kind.unwrap_or_default(), text, Rule::NOT_A_LIST, name) {
            return Err(fault);
        }
        if !self.clears(text, kind) {
            let sample = list.record.fields[0].at(&format!("{}[0]", list.field.name));
            return Err(Fault::new(
                Rule::NOT_A_LIST,
                format!("expected a list, found the text {}", quoted(text)),
            )
            .hint(format!("give the items in columns of their own, such as {sample}")));
        }
        if mode == ListColumns::Added {
            return Err(added_list_cannot_clear());
        }
        if items.is_empty() {
            return Ok(true);
        }
        Err(Fault::new(
            Rule::CANNOT_CLEAR,
            format!("{} is given items and cleared at the same time", list.field.name),
        )
        .hint("leave either this cell or those of the items blank"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rows;
    use super::super::tests::{added, rows, whole};
    use super::*;
    use crate::model::customer::CUSTOMER;
    use crate::model::rules;

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
        assert_eq!(
            rows(&format!("{header}\n1,#N/A,,\n"), &RowOptions::default()),
            [r##"2 1 {"notes":"#N/A"}"##]
        );
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
    fn a_row_of_another_length_than_the_header_is_not_read() {
        let quotes = "put a value that contains the separator in double quotes";
        let ends =
            "write a separator for each empty cell too; or a line end in a value is not in double quotes";
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
            assert_eq!(found, ["2 1 {}".to_owned(), problem], "{row}");
        }
        // Nothing is known of such a row, so nothing is missing in it.
        let mut read =
            Rows::open(&CUSTOMER, "-", &b"boosterCustomerId,notes\n1\n"[..], &whole()).expect("a table");
        let row = read.next().expect("a row").expect("a row");
        assert_eq!(rules::check(&row.patch, rules::Options::of_day(jiff::civil::date(2026, 1, 1))), []);
    }
}
