//! How a bulk run ended: its outcome, its exit code, and what to do about the rows that are left.

use crate::bulk::database::{Database, Error};
use crate::bulk::folder::Head;
use crate::bulk::state::Counts;
use crate::bulk::work::Why;
use crate::failure::Failure;
use crate::model::problem::Problem;
use crate::number::grouped;
use crate::outcome::Outcome;

/// How a run ended.
pub struct Ending {
    pub outcome: Outcome,
    /// Set where a signal ended it.
    pub exit_code: Option<u8>,
    pub problems: Vec<Problem>,
}

impl Ending {
    /// By why the sending ended, and what is known of the rows.
    pub fn of(why: Result<Why, Failure>, counts: &Counts, head: &Head) -> Ending {
        let pending = rows(counts.pending);
        let resume = format!("`booster bulk resume {}` goes on", head.run);
        let stopped = |message: String, hint: String| Failure::new(Outcome::Stopped, message).hint(hint);
        let of_rows = || {
            let outcome = if counts.unknown > 0 {
                Outcome::Unknown
            } else if counts.failed + counts.skipped > 0 {
                Outcome::Partial
            } else {
                Outcome::Done
            };
            Ending { outcome, exit_code: None, problems: Vec::new() }
        };
        let mut failure = match why {
            Ok(Why::End | Why::Limit) => return of_rows(),
            // It was the last row.
            Ok(Why::MaxErrors) if counts.pending == 0 => return of_rows(),
            Ok(Why::MaxErrors) => stopped(
                format!("stopped by --max-errors; {pending} pending"),
                format!("find out why, then {resume}"),
            ),
            Ok(Why::Signal(signal)) => {
                stopped(format!("interrupted; {pending} pending"), resume).exiting_with(signal.exit_code())
            }
            Ok(Why::Failure(mut failure)) | Err(mut failure) => {
                if let Some(first) = failure.problems.first_mut() {
                    first.message.push_str(&format!("; {pending} pending"));
                    let hint = first.hint.take().map_or_else(String::new, |hint| format!("{hint}; then "));
                    first.hint = Some(format!("{hint}{resume}"));
                }
                failure
            }
        };
        // Whoever reads the code alone must not take it that nothing was applied.
        if counts.unknown > 0 && matches!(failure.outcome, Outcome::Unreachable | Outcome::Unauthenticated) {
            failure.outcome = Outcome::Unknown;
        }
        Ending { outcome: failure.outcome, exit_code: failure.exit_code, problems: failure.problems }
    }

    pub fn exit_code(&self) -> u8 {
        self.exit_code.unwrap_or(self.outcome.exit_code())
    }

    /// Stores how a run ended of which nothing is pending any more.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn store(&self, head: &mut Head, database: &mut Database) -> Result<(), Error> {
        head.outcome = Some(self.outcome.word().to_owned());
        head.exit_code = Some(self.exit_code());
        database.set("outcome", self.outcome.word().into())?;
        database.set("exitCode", self.exit_code().into())
    }
}

/// `1 row is`, `2,678 rows are`.
fn rows(number: u64) -> String {
    if number == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(number)) }
}
