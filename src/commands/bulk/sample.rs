//! What `--sample` asks once the first rows of a run are sent: whether to send the others.

use super::summary;
use crate::app::App;
use crate::bulk::database::Database;
use crate::bulk::folder::Head;
use crate::bulk::work::not_stored;
use crate::commands::interaction::interrupted;
use crate::failure::Failure;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::report::Report;

/// Shows what became of so many rows, and asks; where nobody can be asked, the run stays as it is. A run of which no row is
/// sent yet, or none is pending, goes on without a question.
///
/// # Errors
/// If the database cannot be read; interrupted at the question.
pub fn may_go_on(
    rows: u64,
    database: &Database,
    head: &Head,
    app: &App<'_>,
    report: &mut Report,
) -> Result<bool, Failure> {
    let pending = database.counts(head.rows).map_err(not_stored)?.pending;
    if pending == 0 || pending == head.rows {
        return Ok(true);
    }
    if !app.may_ask() || app.json {
        report.outcome = Outcome::Stopped;
        report.afterword =
            format!("The sample was sent. `booster bulk resume {}` sends the others.", head.run);
        return Ok(false);
    }
    let shown = database.first_rows(rows).map_err(not_stored)?;
    app.terminal.error(&summary::of_rows(&shown));
    report.problems.iter().for_each(|problem| app.terminal.problem(problem));
    report.problems.clear();
    if app.terminal.confirm(&format!("Send the other {} rows?", grouped(pending))).map_err(interrupted)? {
        return Ok(true);
    }
    report.outcome = Outcome::Stopped;
    report.afterword = format!("`booster bulk resume {}` sends the others.", head.run);
    Ok(false)
}
