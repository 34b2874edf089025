//! `booster bulk check`: a table against the rules, without sending anything.

use super::{input, patch, summary};
use crate::app::App;
use crate::bulk::check;
use crate::bulk::job_options::JobOptions;
use crate::bulk::options::{PerRow, Table};
use crate::bulk::problems_file::ProblemsFile;
use crate::document::read::STDIN;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::pipeline::options::Strictness;
use crate::platform::signals;
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV file (separator comma, semicolon, tab or |), Excel workbook (.xlsx) or JSON lines, any of them gzip too; - for
    /// standard input
    #[arg(value_name = "FILE|-")]
    file: String,
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    strictness: Strictness,
    /// Check a table for `bulk patch --fill`: required fields may be missing, since the record has them; the default
    /// if the profile has fill = true
    #[arg(long)]
    for_fill: bool,
    /// Write every problem to a new CSV file
    #[arg(long, value_name = "FILE")]
    problems: Option<String>,
}

/// # Errors
/// Usage, where the table cannot be read; refused, where it has errors.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = crate::commands::resolve_profile(app, report)?;
    let per_row = PerRow { fill: args.for_fill, ..PerRow::default() };
    let options = JobOptions::new(&args.table, &per_row, args.strictness, false, &profile)?;
    signals::about_to_wait();
    let input: Box<dyn std::io::Read> = match args.file.as_str() {
        STDIN => Box::new(std::io::stdin()),
        path => input::open(std::path::Path::new(path))?,
    };
    let mut problems = args.problems.as_deref().map(ProblemsFile::create).transpose()?;
    let summary = check::check(&args.file, input, &profile, &options, None, problems.as_mut())?;
    problems.map_or(Ok(()), ProblemsFile::finish)?;
    summary::tell(&args.file, &summary, report);
    if summary.errors() > 0 {
        return Err(summary::refused(&summary, patch::fill_flag(&profile, &options, "--for-fill"), report));
    }
    report.outcome = Outcome::Planned;
    report.text = format!("{}{}.", summary::text(&args.file, &summary), summary::verdict(&summary));
    Ok(())
}
