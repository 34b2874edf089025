//! Checking the whole input before anything is sent: each row against the rules, streaming, with a summary by rule.

use std::collections::BTreeSet;
use std::io::{Read, Write};

use super::customers::Customers;
use super::folder::Head;
use super::input::{Blocks, Changed, Fingerprint};
use super::job_options::JobOptions;
use super::problems_file::ProblemsFile;
use super::shard::{Shard, is_own};
use crate::config::Profile;
use crate::failure::Failure;
use crate::input::rows::{Detected, Row, Rows};
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Source};
use crate::outcome::Outcome;
use crate::pipeline::check::check_before_reading;
use crate::pipeline::gather::Inputs;

/// As many problems of a rule are shown.
pub const SHOWN: usize = 20;

/// What every row of a job starts from, and how it is checked.
pub struct Checker<'a> {
    base: Inputs,
    options: &'a JobOptions,
}

/// What is known of an input that was read to its end.
pub struct Summary {
    pub detected: Detected,
    pub rows: u64,
    /// The rows of this part, where the table is divided; else all of them.
    pub own: u64,
    /// Rows with an error.
    pub invalid: u64,
    pub tallies: Vec<Tally>,
    /// The customers that are in several rows, with the number of these rows: the first few, and how many there are.
    pub repeated: Repeated,
    /// The fields that any row gives, in the table's order.
    pub fields: Vec<&'static Field>,
    pub fingerprint: Fingerprint,
}

/// The customers that are in several rows.
#[derive(Debug, Default)]
pub struct Repeated {
    pub customers: u64,
    pub first: Vec<(u32, u64)>,
    all: Option<Customers>,
}

/// The problems of one kind.
#[derive(Debug)]
pub struct Tally {
    pub id: &'static str,
    pub level: Level,
    pub count: u64,
    /// The first [`SHOWN`] of them.
    pub first: Vec<Problem>,
}

impl<'a> Checker<'a> {
    /// # Errors
    /// Usage, where the profile's defaults are wrong.
    pub fn new(profile: &Profile, options: &'a JobOptions) -> Result<Checker<'a>, Failure> {
        let mut base = if options.no_defaults { Inputs::new(profile) } else { Inputs::of(profile)? };
        base.for_fill = options.fill;
        Ok(Checker { base, options })
    }

    /// That of the rows of a run.
    ///
    /// # Errors
    /// As [`Checker::new`].
    pub fn of(head: &'a Head, profile: &Profile) -> Result<Checker<'a>, Failure> {
        match head.undoes {
            Some(_) => Ok(Checker::restoring(profile, &head.options)),
            None => Checker::new(profile, &head.options),
        }
    }

    /// For the rows of an undo, which the service itself showed before.
    fn restoring(profile: &Profile, options: &'a JobOptions) -> Checker<'a> {
        let mut base = Inputs::restored(Patch::new(profile.patching.record));
        base.for_fill = true;
        Checker { base, options }
    }

    /// Takes what a row gives, above the profile's defaults.
    pub fn inputs(&self, row: &mut Row) -> Inputs {
        let mut inputs = self.base.clone();
        inputs.patch.merge(std::mem::replace(&mut row.patch, Patch::new(self.base.patch.record())));
        inputs.problems = std::mem::take(&mut row.problems);
        inputs
    }

    /// All problems of a row, each with the row as its source.
    fn problems(&self, mut row: Row) -> Vec<Problem> {
        let found = match check_before_reading(&self.inputs(&mut row), self.options.strictness()) {
            Ok(warnings) => warnings,
            Err(failure) => failure.problems,
        };
        found.into_iter().map(|problem| at_row(problem, &row)).collect()
    }
}

/// The problem with the row as its source, and its place as the table has it.
pub fn at_row(problem: Problem, row: &Row) -> Problem {
    let field = problem.field.as_deref().map(|place| row.place(place).into_owned());
    let source = match problem.source {
        Some(Source::Row { .. } | Source::Profile(_)) => problem.source,
        Some(_) | None => Some(Source::Row { row: row.number, column: field.as_deref().map(Into::into) }),
    };
    Problem { field, source, ..problem }
}

/// Reads and checks all rows, those of other parts too: nobody sends any of a table with errors.
///
/// # Errors
/// Usage or refused: the input is no table, or cannot be read to its end; failed, where there is no room for temporary
/// files or the problems cannot be written.
pub fn check(
    name: &str,
    input: impl Read,
    profile: &Profile,
    options: &JobOptions,
    shard: Option<Shard>,
    mut file: Option<&mut ProblemsFile<impl Write>>,
) -> Result<Summary, Failure> {
    let checker = Checker::new(profile, options)?;
    let record = profile.patching.record;
    let mut blocks = Blocks::new(input);
    let mut rows = Rows::open(record, name, &mut blocks, &options.rows()).map_err(Failure::problems)?;
    let mut tallies: Vec<Tally> = Vec::new();
    let mut given = BTreeSet::new();
    let mut customers = Customers::default();
    let (mut number_of_rows, mut own, mut invalid) = (0, 0, 0);
    while let Some(row) = rows.next().map_err(Failure::problem)? {
        number_of_rows += 1;
        let is_own = is_own(shard, row.customer);
        own += u64::from(is_own);
        if let Some(customer) = row.customer.filter(|_| is_own) {
            customers.add(customer).map_err(no_room)?;
        }
        // Of a row that cannot be read it is not known which fields it gives.
        if row.patch.iter().next().is_some() {
            given.extend(row.patch.positions());
        }
        let problems = checker.problems(row);
        invalid += u64::from(problems.iter().any(Problem::is_error));
        for problem in problems {
            if let Some(file) = &mut file {
                file.add(&problem)?;
            }
            add(&mut tallies, problem);
        }
    }
    let detected = rows.detected().clone();
    drop(rows);
    let fingerprint = blocks.finish().map_err(|error| Failure::problem(not_read(name, &error)))?;
    let fields = given.into_iter().map(|position| &record.fields[position]).collect();
    let repeated = Repeated::of(customers)?;
    Ok(Summary { detected, rows: number_of_rows, own, invalid, tallies, repeated, fields, fingerprint })
}

fn add(tallies: &mut Vec<Tally>, problem: Problem) {
    let (id, level) = (problem.id.word(), problem.level);
    let own = tallies.iter().position(|tally| tally.id == id && tally.level == level);
    let own = own.unwrap_or_else(|| {
        tallies.push(Tally { id, level, count: 0, first: Vec::new() });
        tallies.len() - 1
    });
    let tally = &mut tallies[own];
    tally.count += 1;
    if tally.first.len() < SHOWN {
        tally.first.push(problem);
    }
}

fn no_room(error: std::io::Error) -> Failure {
    Failure::new(Outcome::Failed, format!("a temporary file cannot be written: {error}; nothing was sent"))
        .hint("make room in the folder for temporary files, or set TMPDIR to another folder")
}

/// An input that cannot be read to its end.
pub fn not_read(name: &str, error: &std::io::Error) -> Problem {
    if error.get_ref().is_some_and(|inner| inner.is::<Changed>()) {
        return Problem::of(Outcome::Stopped, format!("{name}: {error}"))
            .hint("start a new run with the file as it is now");
    }
    Problem::usage(format!("cannot read {name}: {error}")).hint("name a file that can be read")
}

impl Repeated {
    fn of(customers: Customers) -> Result<Repeated, Failure> {
        let mut repeated = Repeated::default();
        let each = |customer, rows| {
            repeated.customers += 1;
            if repeated.first.len() < SHOWN {
                repeated.first.push((customer, rows));
            }
        };
        customers.each_repeated(each).map_err(no_room)?;
        repeated.all = Some(customers);
        Ok(repeated)
    }

    /// The customers themselves.
    pub fn all(&self) -> Option<&Customers> {
        self.all.as_ref().filter(|_| self.customers > 0)
    }
}

impl Summary {
    pub fn errors(&self) -> u64 {
        self.count(Level::Error)
    }

    pub fn warnings(&self) -> u64 {
        self.count(Level::Warning)
    }

    fn count(&self, level: Level) -> u64 {
        self.tallies.iter().filter(|tally| tally.level == level).map(|tally| tally.count).sum()
    }
}
