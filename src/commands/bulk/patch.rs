//! `booster bulk patch`: changes many customers, one for each row of a table.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::job::{self, Prepared};
use super::{resume, summary};
use crate::app::App;
use crate::bulk::check::{self, Summary};
use crate::bulk::database::Database;
use crate::bulk::folder::{Head, RunFolder, Runs};
use crate::bulk::input::hex;
use crate::bulk::options::{Decisive, PerRow, Table, Tempo};
use crate::bulk::problems_file::ProblemsFile;
use crate::commands::interaction::TerminalInteraction;
use crate::commands::patch::start_sandbox;
use crate::config::Profile;
use crate::config::reason_mode::ReasonMode;
use crate::document::read::STDIN;
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
    /// CSV file (separator comma, semicolon, tab or |) or JSON lines; - for standard input
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
    /// Confirm a guarded run by the profile's name; a wrong name stops it
    #[arg(long, value_name = "PROFILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    confirm: Option<String>,
    /// The reason for the changes, in one line; stored in the history
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// The run's name; if there is a run of this name, it goes on
    #[arg(long, value_name = "NAME", value_parser = run_name)]
    run: Option<Run>,
    /// Write every problem of the table to a new CSV file
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    problems: Option<String>,
    #[command(flatten)]
    per_row: PerRow,
    #[command(flatten)]
    tempo: Tempo,
}

fn run_name(text: &str) -> Result<Run, String> {
    let run = Run::read(text).filter(|_| text != "last" && text.len() <= 100);
    run.ok_or_else(|| "a run's name has letters, digits and hyphens, at most 100, and is not last".to_owned())
}

/// # Errors
/// Everything that keeps the rows from being sent; the report says what is known of them.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = crate::commands::resolve_profile(app, report)?;
    let options = Decisive::new(&args.table, &args.per_row, args.strictness, args.skip_invalid, &profile);
    options.check(&profile)?;
    let runs = Runs::of_user()?;
    let run = args.run.clone().unwrap_or_else(|| Run::new(Timestamp::now()));
    let folder = runs.run(&run);
    if !args.dry_run {
        guard::forbid(&profile.guard)?;
        if folder.is_begun() {
            let wanted =
                resume::Named { file: &args.file, options: &options, confirm: args.confirm.as_deref() };
            return resume::named(&run, &folder, &wanted, &args.tempo, profile, app, report).await;
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
        summary::planned(&args.file, &summary, &profile, &options, report);
        return Ok(());
    }
    if summary.rows == 0 {
        return Err(Failure::problem(
            Fault::new(Rule::EMPTY, "the table has no rows")
                .hint("write a row for each customer below the header")
                .of(None),
        ));
    }
    let interaction = TerminalInteraction::new(app);
    let why = reason_of(args, &summary, &profile, &interaction)?;
    let shown = summary::before_sending(&args.file, &summary, &profile, &options);
    let permission = interaction.permit_job(&profile, args.confirm.as_deref(), &shown)?;
    let head = head(args, &run, &input, &summary, &profile, options, why);
    let database = create(&folder, &head, &summary)?;
    // A copy that lies there was left by a process that never made the run.
    folder.forget_input();
    input.keep()?;
    let prepared = Prepared {
        profile: &profile,
        run,
        folder: folder.clone(),
        head,
        database,
        permission,
        tempo: &args.tempo,
    };
    let ended = job::send(prepared, &interaction, app, report).await;
    runs.prune(Timestamp::now());
    drop(sandbox);
    ended
}

/// The flag that takes what is missing from the record, where that could be done and was not asked for.
pub fn fill_flag<'a>(profile: &Profile, options: &Decisive, flag: &'a str) -> Option<&'a str> {
    Some(flag).filter(|_| !options.fill && profile.reading.is_on())
}

/// Checks the whole table, with every problem in a file where that is wanted.
fn check(input: &Input, args: &Args, profile: &Profile, options: &Decisive) -> Result<Summary, Failure> {
    let mut problems = args.problems.as_deref().map(ProblemsFile::create).transpose()?;
    let file = input.read()?;
    signals::about_to_wait();
    let summary = check::check(&args.file, file, profile, options, problems.as_mut())?;
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
    options: Decisive,
    reason: Option<String>,
) -> Head {
    Head {
        run: run.name().to_owned(),
        command: "bulk patch".to_owned(),
        started: job::now(),
        profile: profile.name.clone(),
        service: service_name(profile),
        defaults: resume::defaults_of(profile),
        input: args.file.clone(),
        path: input.kept_path(),
        digest: hex(&summary.fingerprint.digest),
        size: summary.fingerprint.size,
        format: summary.detected.describe(),
        rows: summary.rows,
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

fn create(folder: &RunFolder, head: &Head, summary: &Summary) -> Result<Database, Failure> {
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
    let mut repeated = repeated.into_iter();
    Database::create(&folder.database(), &head.to_json(), &mut repeated, &summary.fingerprint.blocks)
        .map_err(|error| not_made(&error))
}

/// The table's file, or the copy of what can be read only once.
struct Input<'a> {
    path: PathBuf,
    /// The copy, and the folder in which it lies; it goes unless the run is made.
    copy: Option<(NamedTempFile, &'a RunFolder)>,
    is_stdin: bool,
}

impl<'a> Input<'a> {
    /// Standard input and pipes are copied into the run's folder, where there is one.
    fn open(name: &str, folder: Option<&'a RunFolder>) -> Result<Input<'a>, Failure> {
        let is_stdin = name == STDIN;
        let is_regular = !is_stdin && std::fs::metadata(name).is_ok_and(|file| file.is_file());
        let copied = folder.filter(|_| !is_regular && (is_stdin || Path::new(name).exists()));
        let Some(folder) = copied else {
            let path = std::path::absolute(name).unwrap_or_else(|_| name.into());
            return Ok(Input { path, copy: None, is_stdin });
        };
        folder.make().map_err(not_kept)?;
        // Under a name of its own: another process may be about to make a run of this name.
        let copy = tempfile::Builder::new().prefix("input-").tempfile_in(&folder.path).map_err(not_kept)?;
        let mut input = Input { path: copy.path().to_owned(), copy: Some((copy, folder)), is_stdin };
        signals::about_to_wait();
        if let Some((copy, _)) = &mut input.copy {
            let copied = if is_stdin {
                std::io::copy(&mut std::io::stdin().lock(), copy)
            } else {
                File::open(name).and_then(|mut file| std::io::copy(&mut file, copy))
            };
            copied.and_then(|_| copy.flush()).and_then(|()| copy.as_file().sync_all()).map_err(not_kept)?;
        }
        Ok(input)
    }

    fn read(&self) -> Result<Box<dyn std::io::Read>, Failure> {
        if self.is_stdin && self.copy.is_none() {
            return Ok(Box::new(std::io::stdin()));
        }
        open(&self.path)
    }

    /// Where the run finds it.
    fn kept_path(&self) -> PathBuf {
        self.copy.as_ref().map_or_else(|| self.path.clone(), |(_, folder)| folder.input())
    }

    /// Gives the copy to the run, which has been made.
    fn keep(mut self) -> Result<(), Failure> {
        let Some((copy, folder)) = self.copy.take() else { return Ok(()) };
        copy.persist(folder.input()).map(drop).map_err(|refused| not_kept(refused.error))
    }
}

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if let Some((copy, folder)) = self.copy.take() {
            drop(copy);
            // Where there is more in it, it is another's.
            let _ = std::fs::remove_dir(&folder.path);
        }
    }
}

fn not_kept(error: std::io::Error) -> Failure {
    Failure::new(Outcome::Failed, format!("the input cannot be stored: {error}; nothing was sent"))
        .hint("make room, or give the input as a file")
}

/// Opens a table.
///
/// # Errors
/// Usage, where there is none that can be read.
pub fn open(path: &Path) -> Result<Box<dyn std::io::Read>, Failure> {
    let unreadable =
        |why: String, hint: &str| Failure::usage(format!("cannot read {}: {why}", path.display())).hint(hint);
    match File::open(path) {
        Ok(_) if path.is_dir() => Err(unreadable("it is a folder".to_owned(), "name a file in it")),
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(unreadable(
            "there is no such file".to_owned(),
            "name a file that can be read, or - for standard input",
        )),
        Err(error) => {
            Err(unreadable(error.to_string(), "name a file that can be read, or - for standard input"))
        }
    }
}
