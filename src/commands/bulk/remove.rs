//! `booster bulk remove`: removes a run with all that is stored of it.

use super::resume;
use crate::app::App;
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, Runs};
use crate::bulk::work::not_stored;
use crate::failure::Failure;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::state::history::Run;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run: its name, the beginning of it, or last for the newest one
    #[arg(value_name = "RUN|last")]
    run: String,
    /// Remove a run of which rows are still pending or unknown
    #[arg(long)]
    force: bool,
}

/// # Errors
/// Usage, where there is no such run; stopped, where it is not over or another process works on it.
pub async fn run(args: &Args, _: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let (run, folder) = Runs::of_user()?.find(&args.run)?;
    match Database::open(&folder.database()) {
        // Whatever else is wrong with it, nobody may be sending its rows.
        Err(error) if !args.force || matches!(error, Error::Held) => {
            return Err(resume::not_opened(&run, &error));
        }
        Ok(database) if !args.force => is_over(&run, &database)?,
        Ok(_) | Err(_) => {}
    }
    folder.remove().map_err(|error| {
        Failure::new(Outcome::Failed, format!("{} cannot be removed: {error}", folder.path.display()))
            .hint("remove the folder by hand")
    })?;
    let text = format!("Removed run {}, with its backups and results.", run.name());
    report.answer("removed", run.name().into(), text);
    Ok(())
}

fn is_over(run: &Run, database: &Database) -> Result<(), Failure> {
    let head = Head::read(database).map_err(|error| resume::not_opened(run, &error))?;
    let counts = database.counts(head.rows).map_err(not_stored)?;
    let open = counts.pending + counts.unknown;
    if open == 0 {
        return Ok(());
    }
    let message = format!("{} rows of run {} are pending or unknown", grouped(open), run.name());
    Err(Failure::new(Outcome::Stopped, message)
        .hint(format!("`booster bulk resume {}` goes on; --force removes it all the same", run.name())))
}
