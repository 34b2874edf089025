//! The problems of a table as a table: `--problems FILE.csv`.

use std::fs::File;
use std::io::Write;

use crate::failure::Failure;
use crate::model::problem::{Problem, Source};
use crate::outcome::Outcome;
use crate::platform::private;

/// A CSV file with a line for each problem: row, column, rule, level, message, hint.
pub struct ProblemsFile<W: Write> {
    writer: csv::Writer<W>,
    path: String,
}

impl ProblemsFile<File> {
    /// Makes the file, which must not exist yet.
    ///
    /// # Errors
    /// Usage, where there is a file of this name, or it cannot be made.
    pub fn create(path: &str) -> Result<ProblemsFile<File>, Failure> {
        let file = private::new_file().open(path).map_err(|error| {
            let failure = Failure::usage(format!("{path} cannot be written: {error}"));
            failure.hint("name a new file in a folder that you can write to")
        })?;
        ProblemsFile::new(file, path)
    }
}

impl<W: Write> ProblemsFile<W> {
    /// # Errors
    /// If nothing can be written.
    pub fn new(file: W, path: &str) -> Result<ProblemsFile<W>, Failure> {
        let mut own = ProblemsFile { writer: csv::Writer::from_writer(file), path: path.to_owned() };
        own.write(["row", "column", "rule", "level", "message", "hint"].map(str::to_owned))?;
        Ok(own)
    }

    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, problem: &Problem) -> Result<(), Failure> {
        let (row, column) = match &problem.source {
            Some(Source::Row { row, column }) => {
                (row.to_string(), column.as_deref().unwrap_or_default().to_owned())
            }
            Some(_) | None => (String::new(), problem.field.clone().unwrap_or_default()),
        };
        let (rule, level) = (problem.id.word().to_owned(), problem.level.word().to_owned());
        let (message, hint) = (problem.message.clone(), problem.hint.clone().unwrap_or_default());
        self.write([row, column, rule, level, message, hint])
    }

    fn write(&mut self, cells: [String; 6]) -> Result<(), Failure> {
        let written = self.writer.write_record(cells.iter().map(|cell| no_formula(cell)));
        written.map_err(|error| not_written(&self.path, &error))
    }

    /// # Errors
    /// If the end of it cannot be written.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| not_written(&self.path, &error))
    }
}

fn not_written(path: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Outcome::Failed, format!("{path} cannot be written: {error}; nothing was sent"))
}

/// A text of ours for a cell: a spreadsheet takes what begins like this for a formula.
pub fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_a_line_and_no_formula() {
        let mut bytes = Vec::new();
        let mut file = ProblemsFile::new(&mut bytes, "x.csv").expect("written");
        let source = Source::Row { row: 17, column: Some("emails[0].email".into()) };
        file.add(&Problem::usage("=cmd(), and \"more\"").at(source).hint("-1")).expect("written");
        file.finish().expect("written");
        assert_eq!(
            String::from_utf8(bytes).expect("text"),
            "row,column,rule,level,message,hint\n17,emails[0].email,usage,error,\"'=cmd(), and \"\"more\"\"\",'-1\n"
        );
    }
}
