//! `booster bulk results`: what became of the rows of a run, as tables.

use serde_json::json;

use super::resume;
use crate::app::App;
use crate::bulk::folder::Runs;
use crate::bulk::results;
use crate::failure::Failure;
use crate::platform::private;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes done.csv, failed.csv, unknown.csv and skipped.csv with the rows of the table as they were written, each with \
_row, _error and _hint behind it, and summary.json. A corrected failed.csv can be sent as it is: these columns are \
ignored.")]
pub struct Args {
    /// The run: its name, the beginning of it, or last for the newest one
    #[arg(default_value = "last", hide_default_value = true, value_name = "RUN|last")]
    run: String,
    /// The folder for the files [default: the run's own folder]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<std::path::PathBuf>,
}

/// # Errors
/// Usage, where there is no such run, or its input is gone; stopped, where another process works on it.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = crate::commands::resolve_profile(app, report)?;
    let (run, folder) = Runs::of_user()?.find(&args.run)?;
    let (database, mut head) = resume::open(&run, &folder).await?;
    head.path = folder.input_path(&head);
    let unreadable = |error| crate::bulk::work::not_stored(error);
    let counts = database.counts(head.rows).map_err(unreadable)?;
    let target = args.dir.as_deref().unwrap_or(&folder.path);
    private::make_folder(target).map_err(|error| {
        Failure::usage(format!("the folder {} cannot be made: {error}", target.display()))
            .hint("name a folder that you can write to")
    })?;
    let files = results::write(target, &head, &database, profile.patching.record, &counts)?;
    report.part("run", head.run.clone().into());
    report.part("counts", json!(counts));
    let text = format!(
        "Run {}: {}.\n{}",
        head.run,
        counts.describe(),
        table(files.iter().map(|(name, path)| vec![(*name).to_owned(), path.to_string_lossy().into_owned()]))
    );
    let paths = files.iter().map(|(name, path)| (*name, json!(path.to_string_lossy()))).collect();
    report.answer("results", paths, text);
    Ok(())
}
