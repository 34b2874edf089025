//! The options of a bulk job: those that decide what is sent, which a run keeps, and those that may change when it goes on.

use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Profile;
use crate::document::read;
use crate::failure::Failure;
use crate::input::rows::{Label, ListColumns, RowOptions};
use crate::model::problem::{FileText, Problem, Source};
use crate::outcome::Outcome;
use crate::pipeline::options::{PatchOptions, Sending, Strictness};

/// How a table is read.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Table {
    /// The column with the customer's id [default: boosterCustomerId]
    #[arg(long, value_name = "COLUMN", help_heading = "The table")]
    pub id_column: Option<String>,
    /// The text of a cell that clears the field; a blank cell leaves it as it is
    #[arg(long, value_name = "TEXT", help_heading = "The table")]
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub clear_cell: Option<String>,
    /// The encoding of a table that is neither UTF-8 nor UTF-16 with its mark, such as windows-1252
    #[arg(long, value_name = "NAME", value_parser = <Label as std::str::FromStr>::from_str, help_heading = "The table")]
    pub encoding: Option<Label>,
    /// The sheet of a workbook [default: the first one]
    #[arg(long, value_name = "NAME", help_heading = "The table")]
    pub sheet: Option<String>,
    /// A TOML file that says what other columns, dates and values mean; `booster bulk template --map` prints one
    #[arg(long, value_name = "FILE", help_heading = "The table")]
    pub map: Option<String>,
    /// Send lists as the table has them: items of the customer that are not in it may go
    #[arg(long, help_heading = "The table")]
    pub replace_lists: bool,
    /// Add the table's list items to each customer's list, which is read for that
    #[arg(long, conflicts_with = "replace_lists", help_heading = "The table")]
    pub add_items: bool,
    /// Do not use the profile's defaults
    #[arg(long, help_heading = "The table")]
    pub no_defaults: bool,
}

impl Table {
    fn lists(&self) -> ListColumns {
        match (self.replace_lists, self.add_items) {
            (true, _) => ListColumns::Whole,
            (false, true) => ListColumns::Added,
            (false, false) => ListColumns::Refused,
        }
    }

    /// The map as it is now.
    fn map(&self) -> Result<Option<StoredMap>, Failure> {
        let Some(path) = &self.map else { return Ok(None) };
        let bytes = read::read_bytes(path).map_err(|error| {
            let failure = Failure::usage(error.to_string());
            failure.hint(error.hint.unwrap_or_else(|| "name a file that can be read".to_owned()))
        })?;
        let file = read::decode(path, bytes).map_err(|problem| Failure::problem(*problem))?;
        Ok(Some(StoredMap { path: path.clone(), text: file.text.clone() }))
    }
}

/// What is done with each customer's record.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PerRow {
    /// Take required fields that a row does not give from the customer's current record
    #[arg(long, help_heading = "Reading back")]
    pub fill: bool,
    /// Take nothing from the record, even if the profile has fill = true
    #[arg(long, conflicts_with = "fill", help_heading = "Reading back")]
    pub no_fill: bool,
    /// Read each customer again afterwards; a row of which a field was not saved has failed
    #[arg(long, help_heading = "Reading back")]
    pub verify: bool,
    /// Save the previous values in the run, for `booster undo RUN`
    #[arg(long, help_heading = "Reading back")]
    pub backup: bool,
    /// Read each customer first, and send only rows that change something
    #[arg(long, help_heading = "Reading back")]
    pub skip_unchanged: bool,
}

/// Rows in flight at once, unless somebody says otherwise.
const CONCURRENCY: u16 = 8;

/// How long a service is waited for, unless somebody says otherwise, in seconds.
const MAX_WAIT: u64 = 900;

/// How fast, and when to stop. All of it may change when a run goes on.
#[derive(Debug, Clone, clap::Args)]
pub struct Tempo {
    /// Rows in flight at once, from 1 to 256
    #[arg(long, value_name = "NUMBER", default_value_t = CONCURRENCY, help_heading = "Sending")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// At most so many requests, as in 50/s or 600/m
    #[arg(long, value_name = "NUMBER/s", value_parser = rate, help_heading = "Sending")]
    pub rate: Option<f64>,
    /// Stop when so many rows, or so many percent of those sent, have failed, as in 100 or 5%
    #[arg(long, value_name = "NUMBER|PERCENT%", value_parser = max_errors, help_heading = "Sending")]
    pub max_errors: Option<MaxErrors>,
    /// Send at most so many rows, and leave the others for `booster bulk resume`
    #[arg(long, value_name = "NUMBER", help_heading = "Sending")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// How long to wait for a service that does not answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = MAX_WAIT, help_heading = "Sending")]
    pub max_wait: u64,
    /// Write a JSON line to this file for every row that ends
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    pub events: Option<String>,
    /// Send rows again of which it is not known whether they were applied
    #[arg(long, help_heading = "Sending")]
    pub resend_unknown: bool,
}

impl Default for Tempo {
    fn default() -> Tempo {
        let (rate, max_errors, limit, events) = (None, None, None, None);
        Tempo {
            concurrency: CONCURRENCY,
            rate,
            max_errors,
            limit,
            max_wait: MAX_WAIT,
            events,
            resend_unknown: false,
        }
    }
}

impl Tempo {
    pub fn longest_wait(&self) -> Duration {
        Duration::from_secs(self.max_wait)
    }
}

/// When too many rows have failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxErrors {
    Rows(u64),
    Percent(f64),
}

impl MaxErrors {
    /// Rows that must have ended before a percentage says something.
    const FIRST: u64 = 100;

    /// Whether that many failed rows, of so many that ended, are too many.
    pub fn is_reached(self, failed: u64, ended: u64) -> bool {
        // No number of rows is too large for a float to be near enough.
        #[allow(clippy::cast_precision_loss)]
        let percent = |part: u64, whole: u64| part as f64 * 100.0 / whole as f64;
        match self {
            MaxErrors::Rows(most) => failed >= most,
            MaxErrors::Percent(most) => ended >= MaxErrors::FIRST && percent(failed, ended) >= most,
        }
    }
}

/// Reads a rate in requests a second.
fn rate(text: &str) -> Result<f64, String> {
    let wrong = || "write it as in 50/s, 600/m or 0.5/s".to_owned();
    let (number, unit) = text.split_once('/').ok_or_else(wrong)?;
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    let rate = match unit.trim() {
        "s" | "sec" | "second" => number,
        "m" | "min" | "minute" => number / 60.0,
        "h" | "hour" => number / 3600.0,
        _ => return Err(wrong()),
    };
    if rate.is_finite() && (1.0 / 3600.0..=100_000.0).contains(&rate) { Ok(rate) } else { Err(wrong()) }
}

fn max_errors(text: &str) -> Result<MaxErrors, String> {
    let wrong = || "write a number of rows from 1, or a percentage as in 5%".to_owned();
    if let Some(percent) = text.strip_suffix('%') {
        let percent = percent.trim().parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
        return percent.filter(|percent| *percent > 0.0).map(MaxErrors::Percent).ok_or_else(wrong);
    }
    text.parse().ok().filter(|rows| *rows > 0).map(MaxErrors::Rows).ok_or_else(wrong)
}

/// A map as a run keeps it, whole: the run goes on with it, whatever becomes of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredMap {
    pub path: String,
    pub text: String,
}

/// What decides what is sent: a run that goes on must have the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Decisive {
    pub id_column: Option<String>,
    pub clear_cell: Option<String>,
    pub encoding: Option<String>,
    pub sheet: Option<String>,
    pub map: Option<StoredMap>,
    pub lists: String,
    pub no_defaults: bool,
    pub strict: bool,
    pub unchecked: bool,
    pub fill: bool,
    pub verify: bool,
    pub backup: bool,
    pub skip_unchanged: bool,
    pub skip_invalid: bool,
    /// Of an undo: whether what others have changed since is set back as well.
    pub force: bool,
}

impl Decisive {
    /// # Errors
    /// Usage, where the map cannot be read.
    pub fn new(
        table: &Table,
        per_row: &PerRow,
        strictness: Strictness,
        skip_invalid: bool,
        profile: &Profile,
    ) -> Result<Decisive, Failure> {
        Ok(Decisive {
            id_column: table.id_column.clone(),
            clear_cell: table.clear_cell.clone(),
            encoding: table.encoding.map(|encoding| encoding.name().to_owned()),
            sheet: table.sheet.clone(),
            map: table.map()?,
            lists: word(table.lists()).to_owned(),
            no_defaults: table.no_defaults,
            strict: strictness.strict,
            unchecked: strictness.unchecked,
            fill: per_row.fill || profile.patching.fill && !per_row.no_fill,
            verify: per_row.verify,
            backup: per_row.backup || profile.reading.backup && !profile.is_sandbox,
            skip_unchanged: per_row.skip_unchanged,
            skip_invalid,
            force: false,
        })
    }

    /// Those of a run that undoes another one.
    pub fn undoing(run: &Decisive, sending: &Sending, unchecked: bool, force: bool) -> Decisive {
        Decisive {
            lists: word(ListColumns::Whole).to_owned(),
            no_defaults: true,
            unchecked: unchecked || run.unchecked,
            fill: true,
            verify: sending.verify,
            force,
            ..Decisive::default()
        }
    }

    pub fn rows(&self) -> RowOptions {
        let lists =
            [ListColumns::Whole, ListColumns::Added].into_iter().find(|lists| word(*lists) == self.lists);
        RowOptions {
            id_column: self.id_column.clone(),
            clear_cell: self.clear_cell.clone(),
            lists: lists.unwrap_or_default(),
            encoding: self.encoding.as_deref().and_then(|name| name.parse().ok()),
            sheet: self.sheet.clone(),
            map: self.map.as_ref().map(|map| Rc::new(FileText::new(&map.path, map.text.clone(), true))),
        }
    }

    pub fn strictness(&self) -> Strictness {
        Strictness { strict: self.strict, unchecked: self.unchecked }
    }

    /// The options by which the pipeline handles one row.
    pub fn patch_options(&self, reason: Option<String>) -> PatchOptions {
        let sending = Sending { reason, verify: self.verify, ..Sending::default() };
        PatchOptions {
            fill: self.fill,
            diff: self.skip_unchanged,
            strictness: self.strictness(),
            sending,
            keeps_values: self.backup,
        }
    }

    /// The flags that are not the same, as they are written.
    pub fn differences(&self, other: &Decisive) -> Vec<&'static str> {
        let pairs = [
            ("--id-column", self.id_column == other.id_column),
            ("--clear-cell", self.clear_cell == other.clear_cell),
            ("--encoding", self.encoding == other.encoding),
            ("--sheet", self.sheet == other.sheet),
            ("--map", self.map.as_ref().map(|map| &map.text) == other.map.as_ref().map(|map| &map.text)),
            ("--replace-lists or --add-items", self.lists == other.lists),
            ("--no-defaults", self.no_defaults == other.no_defaults),
            ("--strict", self.strict == other.strict),
            ("--unchecked", self.unchecked == other.unchecked),
            ("--fill", self.fill == other.fill),
            ("--verify", self.verify == other.verify),
            ("--backup", self.backup == other.backup),
            ("--skip-unchanged", self.skip_unchanged == other.skip_unchanged),
            ("--skip-invalid", self.skip_invalid == other.skip_invalid),
        ];
        pairs.into_iter().filter(|(_, is_same)| !is_same).map(|(flag, _)| flag).collect()
    }

    /// Whether the profile reads customers back, where one of these needs that.
    ///
    /// # Errors
    /// Usage: a problem for each option that needs what the profile turns off.
    pub fn check(&self, profile: &Profile) -> Result<(), Failure> {
        if profile.reading.is_on() {
            return Ok(());
        }
        let flags = [
            ("fill", self.fill),
            ("verify", self.verify),
            ("backup", self.backup),
            ("skip-unchanged", self.skip_unchanged),
            ("add-items", self.lists == word(ListColumns::Added)),
        ];
        let problems: Vec<Problem> = flags
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(flag, _)| {
                let message = format!("--{flag} needs to read customers, and the profile forbids that (read = false)");
                let hint = "remove read = false from the profile (read_route can set another route), or do not use this";
                Problem::usage(message).at(Source::flag(flag)).hint(hint)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(Failure::with(Outcome::Usage, problems)) }
    }
}

fn word(lists: ListColumns) -> &'static str {
    match lists {
        ListColumns::Refused => "none",
        ListColumns::Whole => "replace",
        ListColumns::Added => "add",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_a_unit() {
        for (text, expected) in [("50/s", 50.0), ("600/m", 10.0), ("1800/h", 0.5), ("0.5/s", 0.5)] {
            assert_eq!(rate(text), Ok(expected), "{text}");
        }
        for wrong in ["50", "/s", "0/s", "-1/s", "50/d", "NaN/s", "inf/s"] {
            rate(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn errors_are_counted_in_rows_or_percent() {
        assert_eq!(max_errors("5"), Ok(MaxErrors::Rows(5)));
        assert_eq!(max_errors("2.5%"), Ok(MaxErrors::Percent(2.5)));
        for wrong in ["0", "-1", "%", "101%", "0%", "x"] {
            max_errors(wrong).expect_err(wrong);
        }
        assert!(MaxErrors::Rows(5).is_reached(5, 5) && !MaxErrors::Rows(5).is_reached(4, 500));
        assert!(MaxErrors::Percent(5.0).is_reached(5, 100) && !MaxErrors::Percent(5.0).is_reached(5, 99));
    }
}
