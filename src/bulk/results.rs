//! The results of a run as tables like its input: the rows that are done, failed, unknown and skipped, each with why, and
//! a summary.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::NamedTempFile;

use super::check::not_read;
use super::database::{Database, Stored};
use super::folder::Head;
use super::input::Blocks;
use super::problems_file::no_formula;
use super::report;
use super::shard::{Shard, is_own};
use super::state::{Counts, State};
use super::work::not_stored;
use crate::failure::Failure;
use crate::input::rows::{Rows, push_cell};
use crate::model::field::Record;
use crate::model::problem::Problem;
use crate::outcome::Outcome;

/// The files that there are, by what is in them.
pub type Files = BTreeMap<&'static str, PathBuf>;

/// What a row's file is called, without its ending.
fn file_of(state: State) -> &'static str {
    match state {
        State::Done | State::Unchanged => "done",
        State::Failed => FAILED,
        State::Unknown | State::Sent => "unknown",
        State::Skipped => "skipped",
    }
}

const FAILED: &str = "failed";

const NAMES: [&str; 4] = ["done", FAILED, "unknown", "skipped"];

/// Writes the results of a run into a folder, in place of older ones. Files without rows are not written.
///
/// # Errors
/// If the input cannot be read any more or has changed, the database cannot be read, or the folder takes no file.
pub fn write(
    folder: &Path,
    head: &Head,
    database: &Database,
    record: &'static Record,
    counts: &Counts,
) -> Result<Files, Failure> {
    let mut files = tables(folder, head, database, record)?;
    let summary = folder.join("summary.json");
    let text = format!("{:#}\n", summary_of(head, counts));
    crate::platform::replace::replace_private(&summary, text.as_bytes())
        .map_err(|error| not_written(&summary, &error))?;
    files.insert("summary", summary);
    let page = report::page(head, counts, database).map_err(not_stored)?;
    let written = report::write(folder, &page);
    files.insert("report", written.map_err(|error| not_written(&folder.join("report.html"), &error))?);
    Ok(files)
}

fn summary_of(head: &Head, counts: &Counts) -> serde_json::Value {
    json!({
        "run": head.run,
        "command": head.command,
        "started": head.started,
        "profile": head.profile,
        "service": head.service,
        "input": { "name": head.input, "sha256": head.digest, "bytes": head.size, "format": head.format,
            "rows": head.rows },
        "fields": head.fields,
        "reason": head.reason,
        "outcome": head.outcome,
        "exitCode": head.exit_code,
        "counts": counts,
    })
}

/// Puts the tables of several runs together, in a folder of their own.
///
/// # Errors
/// If the folder takes no file, or one of the tables is gone.
pub fn together(folder: &Path, runs: &[(Head, Counts, Files)]) -> Result<Files, Failure> {
    let mut files = Files::new();
    for name in NAMES {
        let own: Vec<&PathBuf> = runs.iter().filter_map(|(_, _, files)| files.get(name)).collect();
        let Some(first) = own.first() else { continue };
        let path = folder.join(first.file_name().unwrap_or_default());
        let written = NamedTempFile::new_in(folder).and_then(|mut file| {
            for (i, table) in own.iter().enumerate() {
                let mut table = File::open(table)?;
                if i > 0 {
                    skip_header(first, &mut table)?;
                }
                std::io::copy(&mut table, &mut file)?;
            }
            file.persist(&path).map_err(|refused| refused.error)
        });
        written.map_err(|error| not_written(&path, &error))?;
        files.insert(name, path);
    }
    let mut total = Counts::default();
    runs.iter().for_each(|(_, counts, _)| total.add_all(counts));
    let all: Vec<_> = runs.iter().map(|(head, counts, _)| summary_of(head, counts)).collect();
    let summary = folder.join("summary.json");
    let text = format!("{:#}\n", json!({ "counts": total, "runs": all }));
    crate::platform::replace::replace_private(&summary, text.as_bytes())
        .map_err(|error| not_written(&summary, &error))?;
    files.insert("summary", summary);
    Ok(files)
}

/// Passes over the first record of a table, which it has in common with the others; JSON lines have none.
fn skip_header(path: &Path, table: &mut File) -> std::io::Result<()> {
    if path.extension().is_none_or(|ending| ending != "csv") {
        return Ok(());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&*table);
    reader.read_byte_record(&mut csv::ByteRecord::new())?;
    let end = reader.position().byte();
    std::io::Seek::seek(table, std::io::SeekFrom::Start(end)).map(drop)
}

/// The tables alone.
fn tables(
    folder: &Path,
    head: &Head,
    database: &Database,
    record: &'static Record,
) -> Result<Files, Failure> {
    let unread = |error: &std::io::Error| Failure::problem(not_read(&head.input, error));
    let file = File::open(&head.path).map_err(|error| unread(&error))?;
    let blocks = database.blocks().map_err(not_stored)?;
    let options = head.options.rows();
    let rows = Rows::open(record, &head.input, Blocks::again(file, blocks), &options);
    let mut tables = Tables::new(folder, rows.map_err(Failure::problems)?, head.shard);
    let doubt = database.number("doubt").map_err(not_stored)?;
    database.each_row(|stored| -> Result<(), Unwritten> {
        tables.until(stored.position, doubt)?;
        tables.add(&stored)?;
        Ok(())
    })?;
    tables.until(doubt.saturating_add(1).min(head.rows.saturating_add(1)), doubt)?;
    tables.finish().map_err(Failure::from)
}

/// Why the tables were not written.
enum Unwritten {
    Database(super::database::Error),
    Failure(Failure),
}

impl From<super::database::Error> for Unwritten {
    fn from(error: super::database::Error) -> Unwritten {
        Unwritten::Database(error)
    }
}

impl From<Failure> for Unwritten {
    fn from(failure: Failure) -> Unwritten {
        Unwritten::Failure(failure)
    }
}

impl From<Problem> for Unwritten {
    fn from(problem: Problem) -> Unwritten {
        Unwritten::Failure(Failure::problem(problem))
    }
}

impl From<Unwritten> for Failure {
    fn from(unwritten: Unwritten) -> Failure {
        match unwritten {
            Unwritten::Database(error) => not_stored(error),
            Unwritten::Failure(failure) => failure,
        }
    }
}

/// The input beside the tables that are made of it.
struct Tables<'a, R> {
    folder: &'a Path,
    rows: Rows<R>,
    shard: Option<Shard>,
    /// How many columns the input has; none in JSON lines.
    columns: usize,
    position: u64,
    number: u64,
    open: BTreeMap<&'static str, BufWriter<NamedTempFile>>,
}

impl<'a, R: Read> Tables<'a, R> {
    fn new(folder: &'a Path, rows: Rows<R>, shard: Option<Shard>) -> Tables<'a, R> {
        let header = rows.header().zip(rows.detected().format.separator());
        let columns = header.map_or(0, |(header, separator)| cells_of(&header, separator));
        Tables { folder, rows, shard, columns, position: 0, number: 0, open: BTreeMap::new() }
    }

    /// Reads the row at the next position; gives false at the end.
    fn advance(&mut self) -> Result<bool, Unwritten> {
        let number = match self.shard {
            None => self.rows.pass()?,
            Some(_) => loop {
                match self.rows.next()? {
                    Some(row) if !is_own(self.shard, row.customer) => {}
                    row => break row.map(|row| row.number),
                }
            },
        };
        self.position += 1;
        self.number = number.unwrap_or(0);
        Ok(number.is_some())
    }

    /// Passes over the rows before this position, of which nothing is stored; up to `doubt` they are unknown.
    fn until(&mut self, position: u64, doubt: u64) -> Result<(), Unwritten> {
        while self.position + 1 < position {
            if !self.advance()? {
                break;
            }
            if self.position <= doubt {
                self.add_line("unknown", IN_DOUBT, Some("`booster bulk resume` finds out"))?;
            }
        }
        Ok(())
    }

    /// Adds the row that is stored, which is the next one.
    fn add(&mut self, stored: &Stored) -> Result<(), Unwritten> {
        if !self.advance()? {
            return Ok(());
        }
        let message = stored.message.as_deref().unwrap_or(match stored.state {
            State::Sent | State::Unknown => IN_DOUBT,
            State::Done | State::Unchanged | State::Failed | State::Skipped => "",
        });
        self.add_line(file_of(stored.state), message, stored.hint.as_deref())
    }

    fn add_line(&mut self, table: &'static str, message: &str, hint: Option<&str>) -> Result<(), Unwritten> {
        let line = match self.rows.detected().format.separator() {
            Some(separator) => {
                let cells = [&self.number.to_string(), message, hint.unwrap_or_default()];
                let mut text = self.rows.text();
                if table == FAILED {
                    let missing = self.columns.saturating_sub(cells_of(&text, separator));
                    let blank = char::from(separator).to_string().repeat(missing);
                    text.to_mut().push_str(&blank);
                }
                csv_line(&text, &cells, separator)
            }
            None => json_line(&self.rows.text(), self.number, message, hint),
        };
        let folder = self.folder;
        let written = self.table(table).and_then(|file| file.write_all(line.as_bytes()));
        written.map_err(|error| Unwritten::Failure(not_written(&folder.join(table), &error)))
    }

    /// The table's file, with its header.
    fn table(&mut self, name: &'static str) -> std::io::Result<&mut BufWriter<NamedTempFile>> {
        if !self.open.contains_key(name) {
            let mut file = BufWriter::new(NamedTempFile::new_in(self.folder)?);
            let detected = self.rows.detected();
            if detected.has_mark() {
                file.write_all("\u{feff}".as_bytes())?;
            }
            if let (Some(header), Some(separator)) = (self.rows.header(), detected.format.separator()) {
                file.write_all(csv_line(&header, &["_row", "_error", "_hint"], separator).as_bytes())?;
            }
            self.open.insert(name, file);
        }
        self.open.get_mut(name).ok_or_else(|| std::io::Error::other("it was opened just now"))
    }

    /// Puts the files in the place of older ones.
    fn finish(self) -> Result<Files, Unwritten> {
        let ending = match self.rows.detected().format.separator() {
            Some(_) => "csv",
            None => "jsonl",
        };
        let mut files = Files::new();
        let mut open = self.open;
        for name in NAMES {
            let path = self.folder.join(format!("{name}.{ending}"));
            let Some(file) = open.remove(name) else {
                // What an earlier end of the run left.
                let _ = std::fs::remove_file(&path);
                continue;
            };
            let placed = file
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)
                .and_then(|file| file.persist(&path).map_err(|refused| refused.error));
            placed.map_err(|error| Unwritten::Failure(not_written(&path, &error)))?;
            files.insert(name, path);
        }
        Ok(files)
    }
}

const IN_DOUBT: &str = "it is not known whether the row was applied";

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Outcome::Failed, format!("{} cannot be written: {error}", path.display()))
        .hint("make room, then write the results with `booster bulk results`")
}

/// How many cells a row has that may have fewer than the header, which would then move ours into columns of its own.
fn cells_of(text: &str, separator: u8) -> usize {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator);
    let mut cells = csv::ByteRecord::new();
    match reader.from_reader(text.as_bytes()).read_byte_record(&mut cells) {
        Ok(_) => cells.len(),
        Err(_) => 0,
    }
}

/// The row as it was written, with cells of ours behind it.
fn csv_line(text: &str, cells: &[&str], separator: u8) -> String {
    let mut line = text.to_owned();
    let separator = char::from(separator);
    for cell in cells {
        line.push(separator);
        push_cell(&mut line, &no_formula(cell), separator);
    }
    line.push('\n');
    line
}

/// The object as it was written, with members of ours behind its own.
fn json_line(text: &str, number: u64, message: &str, hint: Option<&str>) -> String {
    let own = json!({ "_row": number, "_error": message, "_hint": hint.unwrap_or_default() }).to_string();
    let inside = text.trim_end();
    let Some(inside) = inside.strip_suffix('}').map(str::trim_end) else { return format!("{text}\n") };
    let comma = if inside.ends_with('{') { "" } else { "," };
    format!("{inside}{comma}{}\n", &own[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_ours_stand_behind_the_rows_own() {
        let line = csv_line("7;\"a;b\";=1+1", &["3", "=cmd()", "a \"b\""], b';');
        assert_eq!(line, "7;\"a;b\";=1+1;3;'=cmd();\"a \"\"b\"\"\"\n");
        assert_eq!(
            json_line(r#"{ "a": 1 }"#, 2, "x", None),
            "{ \"a\": 1,\"_row\":2,\"_error\":\"x\",\"_hint\":\"\"}\n"
        );
        assert_eq!(json_line("{}", 2, "x", Some("y")), "{\"_row\":2,\"_error\":\"x\",\"_hint\":\"y\"}\n");
    }
}
