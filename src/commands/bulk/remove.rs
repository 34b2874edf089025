//! `booster bulk remove`: removes a run with all that is stored of it.

use super::resume;
use crate::app::App;
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::Runs;
use crate::failure::Failure;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::report::Report;

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
    // Whatever else is wrong with it, nobody may be sending its rows; and what has just ended is to be seen first.
    if let Err(error @ Error::Held) = Database::open(&folder.database()) {
        return Err(resume::not_opened(&run, &error));
    }
    if !args.force {
        let (database, head) = resume::open(&run, &folder).await?;
        let counts = database.counts(head.rows).map_err(crate::bulk::work::not_stored)?;
        let open = counts.pending + counts.unknown;
        if open > 0 {
            let message = format!("{} rows of run {} are pending or unknown", grouped(open), run.name());
            return Err(Failure::new(Outcome::Stopped, message).hint(format!(
                "`booster bulk resume {}` goes on; --force removes it all the same",
                run.name()
            )));
        }
    }
    folder.remove().map_err(|error| {
        Failure::new(Outcome::Failed, format!("{} cannot be removed: {error}", folder.path.display()))
            .hint("remove the folder by hand")
    })?;
    let text = format!("Removed run {}, with its backups and results.", run.name());
    report.answer("removed", run.name().into(), text);
    Ok(())
}
