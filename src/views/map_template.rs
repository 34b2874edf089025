//! A map to fill in, for a table with columns of its own: its keys explained, and a line for each field.

use super::table_header::template_columns;
use crate::model::field::Record;
use crate::model::problem::Problem;

const HEAD: &str = r##"# What the columns, dates and values of a table mean: `booster bulk patch TABLE --map map.toml`.
# Take the # from the lines that you need.

# Columns that are not read.
#ignore = ["Comment", "Last visit"]

# How the table writes its dates: %d day, %m month, %Y year, %b Jan.
#date_format = "%d/%m/%Y"

# A field that every row is given.
#[constants]
#"emails[0].isMainEmail" = "true"

# For texts in a column, the values that are sent. Other texts are sent as they are.
#[values."Language"]
#"Italian" = "ita"

# The names of the table's columns, each with its field. A column that has its field's name needs no line.
[rename]
"##;

/// The map, with a line for the id and each of these columns, or for each field.
///
/// # Errors
/// What is wrong with the names.
pub fn map_template(record: &'static Record, columns: Option<&[String]>) -> Result<String, Vec<Problem>> {
    let places = template_columns(record, columns)?;
    let lines = places.into_iter().map(|place| format!("#\"\" = \"{place}\"\n"));
    Ok(HEAD.to_owned() + &lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::input::rows::{ListColumns, RowOptions, Rows};
    use crate::model::customer::{CUSTOMER, every_field};
    use crate::model::problem::FileText;

    fn read(map: &str, table: &str) -> Result<usize, Vec<String>> {
        let map = Some(Rc::new(FileText::new("map.toml", map.to_owned(), true)));
        let options = RowOptions { lists: ListColumns::Whole, map, ..RowOptions::default() };
        match Rows::open(&CUSTOMER, "-", table.as_bytes(), &options) {
            Ok(rows) => Ok(rows.detected().columns.len()),
            Err(problems) => Err(problems.into_iter().map(|problem| problem.message).collect()),
        }
    }

    #[test]
    fn the_template_is_a_map_as_it_is_and_without_its_marks() {
        let template = map_template(&CUSTOMER, None).expect("a map");
        assert_eq!(read(&template, "boosterCustomerId,notes\n"), Ok(2));
        // Every column is named by its field, and what a constant gives is not renamed.
        let filled: Vec<String> = template
            .lines()
            .map(|line| {
                let line = line.strip_prefix('#').filter(|line| !line.starts_with(' ')).unwrap_or(line);
                match line.split_once("\"\" = ") {
                    Some((_, place)) => format!("{} = {place}", place.replace("languageId", "Language")),
                    None => line.to_owned(),
                }
            })
            .filter(|line| !line.starts_with("\"emails[0].isMainEmail\" = \"emails"))
            .collect();
        let names: Vec<&str> = filled
            .iter()
            .skip_while(|line| *line != "[rename]")
            .filter_map(|line| Some(line.split_once("\" = ")?.0.trim_start_matches('"')))
            .collect();
        let table = format!("Comment,Last visit,{}\n", names.join(","));
        assert_eq!(read(&filled.join("\n"), &table), Ok(every_field().count() - 7 + 1 - 1 + 2));
    }
}
