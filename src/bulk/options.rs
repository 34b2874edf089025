//! The options of bulk commands on the command line.

use std::time::Duration;

use super::shard::Shard;
use crate::http::pace::Pace;
use crate::input::rows::Label;

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
pub struct RunOptions {
    /// Rows in flight at once, from 1 to 256
    #[arg(long, value_name = "NUMBER", default_value_t = CONCURRENCY, help_heading = "Sending")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// At most so many requests, as in 50/s or 600/m
    #[arg(long, value_name = "NUMBER/s", value_parser = rate, help_heading = "Sending")]
    pub rate: Option<f64>,
    /// Stop when so many rows, or so many percent of those sent, have failed, as in 100 or 5%; a percentage counts from
    /// the hundredth row on
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

impl Default for RunOptions {
    fn default() -> RunOptions {
        let (rate, max_errors, limit, events) = (None, None, None, None);
        RunOptions {
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

impl RunOptions {
    /// How fast requests may go. The rate is that of the whole job: a part of the table has its share.
    pub fn pace(&self, shard: Option<Shard>) -> Pace {
        let rate = self.rate.map(|rate| shard.map_or(rate, |shard| shard.rate(rate)));
        Pace::new(rate, self.longest_wait())
    }

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
