//! `booster bulk patch --dry-run --diff`: reads each customer, and writes what each row would change to a table.

use std::fs::File;
use std::io::Read;

use futures_util::{StreamExt, stream};

use super::input;
use crate::app::App;
use crate::bulk::check::Checker;
use crate::bulk::job_options::JobOptions;
use crate::bulk::options::RunOptions;
use crate::bulk::problems_file::no_formula;
use crate::bulk::shard::{Shard, is_own};
use crate::commands::interaction::TerminalInteraction;
use crate::config::Profile;
use crate::failure::Failure;
use crate::input::rows::{Row, Rows};
use crate::model::diff::Difference;
use crate::model::problem::{Problem, Source};
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::pipeline::options::PatchOptions;
use crate::pipeline::service::Service;
use crate::pipeline::{PatchContext, PatchResult, prepare};
use crate::platform::private;
use crate::report::Report;
use crate::state::history::Run;
use crate::views::diff_view;

/// What is compared, and where the changes go.
pub struct Comparison<'a> {
    pub table: &'a str,
    pub file: &'a str,
    pub run: &'a Run,
    pub profile: &'a Profile,
    pub options: &'a JobOptions,
    pub shard: Option<Shard>,
    pub run_options: &'a RunOptions,
}

/// How many rows have which result.
#[derive(Default)]
struct Totals {
    rows: u64,
    changes: u64,
    fields: u64,
    failed: u64,
}

/// # Errors
/// Usage, where the file for the changes exists or the table cannot be read again; a sign-in that is not accepted.
pub async fn run(comparison: &Comparison<'_>, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let Comparison { table, file, run, profile, options, shard, run_options } = comparison;
    let mut changes = Changes::create(file)?;
    let interaction = TerminalInteraction::new(app);
    let concurrency = usize::from(run_options.concurrency);
    let service =
        Service::of_job(profile, &interaction, (*run).clone(), run_options.pace(*shard), concurrency);
    service.credential().await?;
    interaction.of_rows();
    let checker = Checker::new(profile, options)?;
    let patch_options = PatchOptions { diff: true, keeps_values: false, ..options.patch_options(None) };
    let input = input::open(std::path::Path::new(table))?;
    let rows =
        Rows::open(profile.patching.record, table, input, &options.rows()).map_err(Failure::problems)?;
    let context =
        Context { service: &service, checker, options: patch_options, profile, interaction: &interaction };
    let compared =
        stream::iter(Own { rows, shard: *shard }).map(|row| context.compare(row)).buffered(concurrency);
    let mut compared = std::pin::pin!(compared);
    let mut totals = Totals::default();
    while let Some(compared) = compared.next().await {
        let compared = compared?;
        totals.rows += 1;
        match &compared.differences {
            Ok(differences) => {
                totals.changes += u64::from(!differences.is_empty());
                totals.fields += differences.len() as u64;
            }
            Err(problems) => {
                totals.failed += 1;
                let own = problems.iter().filter(|_| totals.failed <= 20).cloned();
                report.problems.extend(own.map(|problem| at_row(problem, &compared)));
            }
        }
        changes.add(&compared)?;
    }
    changes.finish()?;
    tell(&totals, file, report);
    Ok(())
}

fn tell(totals: &Totals, file: &str, report: &mut Report) {
    report.outcome = if totals.failed > 0 {
        Outcome::Partial
    } else if totals.changes > 0 {
        Outcome::Different
    } else {
        Outcome::Unchanged
    };
    report.part(
        "changes",
        serde_json::json!({ "file": file, "rows": totals.rows, "changed": totals.changes, "fields": totals.fields,
            "failed": totals.failed }),
    );
    let failed = match totals.failed {
        0 => String::new(),
        failed => format!(", {} cannot be compared", grouped(failed)),
    };
    report.text = format!(
        "{} of {} rows would change {} fields{failed}. Nothing was sent.\nThe changes are in {file}.\n",
        grouped(totals.changes),
        grouped(totals.rows),
        grouped(totals.fields)
    );
}

fn at_row(problem: Problem, compared: &Compared) -> Problem {
    if problem.source.is_some() {
        problem
    } else {
        problem.at(Source::Row { row: compared.row, column: None })
    }
}

/// What every row is compared with.
struct Context<'a> {
    service: &'a Service<'a>,
    checker: Checker<'a>,
    options: PatchOptions,
    profile: &'a Profile,
    interaction: &'a TerminalInteraction<'a>,
}

/// What a row would change, or why that is not known.
struct Compared {
    row: u64,
    customer: Option<u32>,
    differences: Result<Vec<Difference>, Vec<Problem>>,
}

impl Context<'_> {
    async fn compare(&self, row: Result<Row, Problem>) -> Result<Compared, Failure> {
        let mut row = row.map_err(Failure::problem)?;
        let (number, customer) = (row.number, row.customer);
        let inputs = self.checker.inputs(&mut row);
        let Some(id) = customer else {
            return Ok(Compared { row: number, customer, differences: Err(inputs.problems) });
        };
        let context = PatchContext::new("bulk patch", id, self.profile, &self.options, self.interaction);
        let mut result = PatchResult::default();
        let differences = match prepare(inputs, &context, self.service, &mut result).await {
            Ok(_) => Ok(result.differences.unwrap_or_default()),
            Err(failure) if failure.outcome == Outcome::Unauthenticated => return Err(failure),
            Err(failure) => Err(failure.problems),
        };
        Ok(Compared { row: number, customer, differences })
    }
}

/// The rows of one part.
struct Own<R> {
    rows: Rows<R>,
    shard: Option<Shard>,
}

impl<R: Read> Iterator for Own<R> {
    type Item = Result<Row, Problem>;

    fn next(&mut self) -> Option<Result<Row, Problem>> {
        loop {
            match self.rows.next().transpose()? {
                Ok(row) if !is_own(self.shard, row.customer) => {}
                row => return Some(row),
            }
        }
    }
}

/// `changes.csv`: row, customer, field, now, then, error.
struct Changes<'a> {
    writer: csv::Writer<File>,
    path: &'a str,
}

impl<'a> Changes<'a> {
    fn create(path: &'a str) -> Result<Changes<'a>, Failure> {
        let file = private::new_file().open(path).map_err(|error| {
            Failure::usage(format!("{path} cannot be written: {error}"))
                .hint("an existing file is never overwritten: name a new one with --changes")
        })?;
        let mut changes = Changes { writer: csv::Writer::from_writer(file), path };
        changes.write(["row", "customer", "field", "now", "then", "error"].map(str::to_owned))?;
        Ok(changes)
    }

    fn add(&mut self, compared: &Compared) -> Result<(), Failure> {
        let (row, customer) =
            (compared.row.to_string(), compared.customer.map(|id| id.to_string()).unwrap_or_default());
        match &compared.differences {
            Ok(differences) => {
                for found in differences {
                    let [place, now, then] = diff_view::values(found);
                    self.write([row.clone(), customer.clone(), place, now, then, String::new()])?;
                }
                Ok(())
            }
            Err(problems) => {
                let error =
                    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ");
                self.write([row, customer, String::new(), String::new(), String::new(), error])
            }
        }
    }

    fn write(&mut self, cells: [String; 6]) -> Result<(), Failure> {
        let written = self.writer.write_record(cells.iter().map(|cell| no_formula(cell)));
        written.map_err(|error| not_written(self.path, &error))
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| not_written(self.path, &error))
    }
}

fn not_written(path: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Outcome::Failed, format!("{path} cannot be written: {error}; nothing was sent"))
        .hint("make room, or name another file with --changes")
}
