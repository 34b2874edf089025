//! `booster bulk patch`: changes many customers, one for each row of a table.

use jiff::Timestamp;

use super::changes::{self, Comparison};
use super::input::Input;
use super::job::{self, Prepared};
use super::{resume, sample, summary};
use crate::app::App;
use crate::bulk::check::{self, Summary};
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, RunFolder, Runs};
use crate::bulk::input::hex;
use crate::bulk::job_options::JobOptions;
use crate::bulk::options::{PerRow, RunOptions, Table};
use crate::bulk::problems_file::ProblemsFile;
use crate::bulk::shard::Shard;
use crate::commands::interaction::TerminalInteraction;
use crate::commands::patch::start_sandbox;
use crate::config::Profile;
use crate::config::reason_mode::ReasonMode;
use crate::document::read::STDIN;
use crate::environment;
use crate::failure::Failure;
use crate::guard;
use crate::model::field::Field;
use crate::model::problem::{Fault, Rule};
use crate::outcome::Outcome;
use crate::pipeline::Interaction;
use crate::pipeline::options::{Strictness, reason};
use crate::pipeline::run_start::service_name;
use crate::platform::{boot, signals};
use crate::report::Report;
use crate::state::history::Run;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The first row of the table has the names of the fields, such as firstName or emails[0].email, and \
boosterCustomerId; `booster bulk template` prints one. A blank cell leaves the field as it is.
All rows are checked before the first one is sent. A run that was stopped goes on with `booster bulk resume`. \
See also `booster help exit-codes` and `help rules`.")]
pub struct Args {
    /// CSV file (separator comma, semicolon, tab or |), Excel workbook (.xlsx) or JSON lines, any of them gzip too; - for
    /// standard input
    #[arg(value_name = "FILE|-")]
    file: String,
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    strictness: Strictness,
    /// Send the correct rows even if others have errors
    #[arg(long, help_heading = "Sending")]
    skip_invalid: bool,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: read each customer, and write what would change to a table; the exit code is 10 if anything would
    #[arg(long, requires = "dry_run")]
    diff: bool,
    /// The new file for the changes
    #[arg(long, value_name = "FILE", default_value = "changes.csv", requires = "diff")]
    changes: String,
    /// Send so many rows first, show what became of them, and ask whether to send the others
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["dry_run", "limit"])]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Confirm a guarded run by the profile's name; a wrong name stops it
    #[arg(long, value_name = "PROFILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    confirm: Option<String>,
    /// The reason for the changes, in one line; stored in the history
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// The run's name; if there is a run of this name, it goes on
    #[arg(long, value_name = "NAME", value_parser = run_name)]
    run: Option<Run>,
    /// Send one part of the table, such as 2/8: the customers whose id falls into it. auto/8 takes the number from
    /// Kubernetes or Slurm
    #[arg(long, value_name = "I/N", value_parser = <Shard as std::str::FromStr>::from_str, help_heading = "Sending")]
    #[arg(requires = "run")]
    shard: Option<Shard>,
    /// Write every problem of the table to a new CSV file
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    problems: Option<String>,
    #[command(flatten)]
    per_row: PerRow,
    #[command(flatten)]
    run_options: RunOptions,
}

impl Args {
    /// What these arguments say of a run that exists.
    fn named<'a>(&'a self, options: &'a JobOptions) -> resume::Named<'a> {
        resume::Named { file: &self.file, options, confirm: self.confirm.as_deref(), sample: self.sample }
    }
}

fn run_name(text: &str) -> Result<Run, String> {
    let run = Run::read(text).filter(|_| text != "last" && text.len() <= 100);
    run.ok_or_else(|| "a run's name has letters, digits and hyphens, at most 100, and is not last".to_owned())
}

/// # Errors
/// Everything that keeps the rows from being sent; the report says what is known of them.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = crate::commands::resolve_profile(app, report)?;
    let options = JobOptions::new(&args.table, &args.per_row, args.strictness, args.skip_invalid, &profile)?;
    options.check(&profile)?;
    if args.diff {
        can_compare(args, &profile)?;
    }
    let runs = Runs::of_user()?;
    let run = name(args)?;
    let folder = runs.run(&run);
    if !args.dry_run {
        guard::forbid(&profile.guard)?;
        if folder.is_begun() {
            let wanted = args.named(&options);
            return resume::named(&run, &folder, &wanted, &args.run_options, profile, app, report).await;
        }
    }
    let sandbox = start_sandbox(&mut profile).await?;
    let input = Input::open(&args.file, (!args.dry_run).then_some(&folder))?;
    let summary = check(&input, args, &profile, &options)?;
    summary::tell(&args.file, &summary, report);
    if summary.errors() > 0 && !args.skip_invalid {
        return Err(summary::refused(&summary, fill_flag(&profile, &options, "--fill"), report));
    }
    if args.dry_run {
        return dry_run(args, &run, &profile, &options, &summary, app, report).await;
    }
    if summary.rows == 0 {
        return Err(no_rows());
    }
    let interaction = TerminalInteraction::new(app);
    let why = reason_of(args, &summary, &profile, &interaction)?;
    let shown = summary::before_sending(&args.file, &summary, &profile, &options);
    let permission = interaction.permit_job(&profile, args.confirm.as_deref(), &shown)?;
    let head = head(args, &run, &input, &summary, &profile, options, why);
    let Some(database) = create(&run, &folder, &head, &summary).await? else {
        // Another process has just made the run of this name.
        let wanted = args.named(&head.options);
        return resume::named(&run, &folder, &wanted, &args.run_options, profile, app, report).await;
    };
    // A copy that lies there was left by a process that never made the run.
    folder.forget_input();
    input.keep()?;
    let prepared = Prepared {
        profile: &profile,
        run,
        folder: folder.clone(),
        head,
        database,
        permission: &permission,
        run_options: &args.run_options,
    };
    let ended = match args.sample {
        Some(rows) => send_sample(prepared, rows, &interaction, app, report).await,
        None => job::send(prepared, &interaction, app, report).await,
    };
    runs.prune(Timestamp::now());
    drop(sandbox);
    ended
}

/// Whether the rows can be compared with the customers: both have to be read.
fn can_compare(args: &Args, profile: &Profile) -> Result<(), Failure> {
    if args.file == STDIN {
        return Err(Failure::usage("--diff reads the table twice, and standard input can be read only once")
            .hint("give the table as a file"));
    }
    if profile.reading.is_on() {
        return Ok(());
    }
    Err(Failure::usage("--diff needs to read customers, and the profile forbids that (read = false)")
        .hint("remove read = false from the profile (read_route can set another route), or do not use this"))
}

/// Shows what would be sent; with `--diff`, what that would change.
async fn dry_run(
    args: &Args,
    run: &Run,
    profile: &Profile,
    options: &JobOptions,
    summary: &Summary,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    if !args.diff {
        summary::planned(&args.file, summary, profile, options, report);
        return Ok(());
    }
    let (table, file, shard, run_options) = (&args.file, &args.changes, args.shard, &args.run_options);
    let comparison = Comparison { table, file, run, profile, options, shard, run_options };
    changes::run(&comparison, app, report).await
}

fn no_rows() -> Failure {
    let fault = Fault::new(Rule::EMPTY, "the table has no rows");
    Failure::problem(fault.hint("write a row for each customer below the header").of(None))
}

/// The name of the run; of one part of a table the number of the part is in it.
fn name(args: &Args) -> Result<Run, Failure> {
    let Some(run) = &args.run else { return Ok(Run::new(Timestamp::now())) };
    let Some(shard) = args.shard else { return Ok(run.clone()) };
    let name = format!("{}-{}", run.name(), shard.suffix());
    Run::read(&name).ok_or_else(|| Failure::usage(format!("{name} cannot be the name of a run")))
}

/// The flag that takes what is missing from the record, where that could be done and was not asked for.
pub fn fill_flag<'a>(profile: &Profile, options: &JobOptions, flag: &'a str) -> Option<&'a str> {
    Some(flag).filter(|_| !options.fill && profile.reading.is_on())
}

/// Sends the first rows, shows what became of them, and asks whether to send the others.
async fn send_sample(
    prepared: Prepared<'_>,
    rows: u64,
    interaction: &TerminalInteraction<'_>,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let Prepared { profile, run, folder, head, permission, run_options, .. } = &prepared;
    let (profile, permission, run_options, all) = (*profile, *permission, *run_options, head.rows);
    let (run, folder) = (run.clone(), folder.clone());
    let first = RunOptions { limit: Some(rows), ..run_options.clone() };
    job::send(Prepared { run_options: &first, ..prepared }, interaction, app, report).await?;
    if all <= rows
        || matches!(report.outcome, Outcome::Stopped | Outcome::Unreachable | Outcome::Unauthenticated)
    {
        return Ok(());
    }
    let (database, head) = resume::open(&run, &folder).await?;
    if !sample::may_go_on(rows, &database, &head, app, report)? {
        return Ok(());
    }
    job::send(
        Prepared { profile, run, folder, head, database, permission, run_options },
        interaction,
        app,
        report,
    )
    .await
}

/// Checks the whole table, with every problem in a file where that is wanted.
fn check(input: &Input, args: &Args, profile: &Profile, options: &JobOptions) -> Result<Summary, Failure> {
    let mut problems = args.problems.as_deref().map(ProblemsFile::create).transpose()?;
    let file = input.read()?;
    signals::about_to_wait();
    let summary = check::check(&args.file, file, profile, options, args.shard, problems.as_mut())?;
    problems.map_or(Ok(()), ProblemsFile::finish)?;
    Ok(summary)
}

/// The one reason of all rows, where the profile wants one.
fn reason_of(
    args: &Args,
    summary: &Summary,
    profile: &Profile,
    interaction: &TerminalInteraction<'_>,
) -> Result<Option<String>, Failure> {
    let mut wanted: Vec<&'static Field> = summary.fields.clone();
    match profile.patching.reason {
        _ if profile.is_sandbox => wanted.clear(),
        ReasonMode::Optional => wanted.clear(),
        ReasonMode::Consents => wanted.retain(|field| field.is_consent()),
        ReasonMode::Always => {}
    }
    if args.reason.is_some() || wanted.is_empty() {
        return Ok(args.reason.clone());
    }
    let asked = interaction.ask_reason(&wanted)?;
    if asked.is_some() {
        return Ok(asked);
    }
    let names: Vec<&str> = wanted.iter().map(|field| field.name).collect();
    let message = format!("the profile requires a reason for changing {}", names.join(", "));
    let hint = "give a reason with --reason TEXT; it is stored in the history";
    Err(Failure::problem(Fault::new(Rule::NO_REASON, message).hint(hint).of(None)))
}

fn head(
    args: &Args,
    run: &Run,
    input: &Input,
    summary: &Summary,
    profile: &Profile,
    options: JobOptions,
    reason: Option<String>,
) -> Head {
    Head {
        run: run.name().to_owned(),
        command: "bulk patch".to_owned(),
        started: job::now(),
        user: environment::user(),
        profile: profile.name.clone(),
        service: service_name(profile),
        defaults: resume::defaults_of(profile),
        input: args.file.clone(),
        path: input.kept_path(),
        digest: hex(&summary.fingerprint.digest),
        size: summary.fingerprint.size,
        format: summary.detected.describe(),
        rows: summary.own,
        shard: args.shard,
        fields: summary.fields.iter().map(|field| field.name.to_owned()).collect(),
        options,
        reason,
        days: profile.reading.backup_days,
        boot: boot::id(),
        undoes: None,
        undone: None,
        outcome: None,
        exit_code: None,
    }
}

/// Makes the run's database; none where another process was faster.
async fn create(
    run: &Run,
    folder: &RunFolder,
    head: &Head,
    summary: &Summary,
) -> Result<Option<Database>, Failure> {
    let not_made = |error: &dyn std::fmt::Display| {
        let message = format!("the run's folder {} cannot be written: {error}", folder.path.display());
        Failure::new(Outcome::Failed, format!("{message}; nothing was sent"))
            .hint("make room or give the folder back its rights; BOOSTER_HOME names another one")
    };
    folder.make().map_err(|error| not_made(&error))?;
    let mut repeated = Vec::new();
    if let Some(customers) = summary.repeated.all() {
        customers.each_repeated(|customer, _| repeated.push(customer)).map_err(|error| not_made(&error))?;
    }
    let head = head.to_json();
    let made = resume::patiently(|| {
        let mut repeated = repeated.iter().copied();
        Database::create(&folder.database(), &head, &mut repeated, &summary.fingerprint.blocks)
    });
    match made.await {
        Ok(database) => Ok(Some(database)),
        Err(Error::Exists) => Ok(None),
        Err(error @ Error::Held) => Err(resume::not_opened(run, &error)),
        Err(error) => Err(not_made(&error)),
    }
}
