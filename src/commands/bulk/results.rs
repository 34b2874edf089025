//! `booster bulk results`: what became of the rows of a run, as tables.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::resume;
use super::summary::of_files;
use crate::app::App;
use crate::bulk::folder::{RunFolder, Runs};
use crate::bulk::results;
use crate::bulk::state::Counts;
use crate::bulk::work::not_stored;
use crate::failure::Failure;
use crate::platform::private;
use crate::report::Report;
use crate::state::history::Run;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes done.csv, failed.csv, unknown.csv and skipped.csv with the rows of the table as they were written, each with \
_row, _error and _hint behind it, and summary.json. A corrected failed.csv can be sent as it is: these columns are \
ignored.")]
pub struct Args {
    /// The runs, each by its name, the beginning of it, last for the newest one, or a folder with runs; several are put
    /// together [default: last]
    #[arg(value_name = "RUN|FOLDER")]
    runs: Vec<String>,
    /// The folder for the files [default: the run's own folder]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// # Errors
/// Usage, where there is no such run, or its input is gone; stopped, where another process works on it.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = crate::commands::resolve_profile(app, report)?;
    let runs = Runs::of_user()?;
    let wanted = if args.runs.is_empty() { vec!["last".to_owned()] } else { args.runs.clone() };
    let found = wanted.iter().map(|name| runs.several(name)).collect::<Result<Vec<_>, Failure>>()?;
    let found: Vec<(Run, RunFolder)> = found.into_iter().flatten().collect();
    if let Some(folder) = &args.dir {
        make(folder)?;
    }
    let mut all = Vec::new();
    for (run, folder) in &found {
        let (database, mut head) = resume::open(run, folder).await?;
        head.path = folder.input_path(&head);
        let counts = database.counts(head.rows).map_err(not_stored)?;
        let target = args.dir.as_deref().filter(|_| found.len() == 1).unwrap_or(&folder.path);
        let files = results::write(target, &head, &database, profile.patching.record, &counts)?;
        all.push((head, counts, files));
    }
    let mut total = Counts::default();
    all.iter().for_each(|(_, counts, _)| total.add_all(counts));
    let (name, files) = match (all.as_slice(), &args.dir) {
        ([(head, _, files)], _) => (format!("Run {}", head.run), files.clone()),
        (several, Some(folder)) => (format!("{} runs", several.len()), results::together(folder, several)?),
        (_, None) => {
            return Err(Failure::usage("the results of several runs need a folder of their own")
                .hint("name a folder for them with --dir"));
        }
    };
    report.part("counts", json!(total));
    let text = format!("{name}: {}.\n{}", total.describe(), of_files(&files));
    let paths = files.iter().map(|(name, path)| (*name, json!(path.to_string_lossy()))).collect();
    report.answer("results", paths, text);
    Ok(())
}

fn make(folder: &Path) -> Result<(), Failure> {
    private::make_folder(folder).map_err(|error| {
        Failure::usage(format!("the folder {} cannot be made: {error}", folder.display()))
            .hint("name a folder that you can write to")
    })
}
