//! `booster bulk resume`: goes on with a run that was stopped.

use jiff::Timestamp;

use super::job::{self, Prepared};
use super::sample;
use crate::app::App;
use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, RunFolder, Runs};
use crate::bulk::input::{fingerprint, hex};
use crate::bulk::job_options::JobOptions;
use crate::bulk::options::RunOptions;
use crate::commands::interaction::TerminalInteraction;
use crate::commands::patch::start_sandbox;
use crate::config::Profile;
use crate::document::read::STDIN;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::guard;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::pipeline::run_start::service_name;
use crate::platform::signals;
use crate::report::Report;
use crate::state::history::Run;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Rows that have ended are never sent again. A row of which it is not known whether it was applied is read back: it is \
done if the customer has its values; it is sent again if it has no lists or notes and changes no consent. What cannot be \
settled so is sent again only with --resend-unknown.
The input, the profile and the options that decide what is sent are those of the run; rate, concurrency and limits may \
change.")]
pub struct Args {
    /// The run: its name, the beginning of it, or last for the newest one
    #[arg(default_value = "last", hide_default_value = true, value_name = "RUN|last")]
    run: String,
    /// Confirm a guarded run by the profile's name; a wrong name stops it
    #[arg(long, value_name = "PROFILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    confirm: Option<String>,
    #[command(flatten)]
    run_options: RunOptions,
}

/// # Errors
/// Usage, where there is no such run or it is another one's; everything that ends the run again.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = crate::commands::resolve_profile(app, report)?;
    let (run, folder) = Runs::of_user()?.find(&args.run)?;
    let (database, head) = open(&run, &folder).await?;
    let confirm = args.confirm.as_deref();
    go_on(
        Found { run, folder, database, head, confirm, run_options: &args.run_options },
        profile,
        app,
        report,
    )
    .await
}

/// What `bulk patch --run NAME` says of a run that exists.
pub struct Named<'a> {
    pub file: &'a str,
    pub options: &'a JobOptions,
    pub confirm: Option<&'a str>,
    /// As many rows go first, before a person is asked about the others.
    pub sample: Option<u64>,
}

/// Goes on with the run of this name; one that is over with this very input has its exit code.
///
/// # Errors
/// Usage, where the run is about another input or has other options.
pub async fn named(
    run: &Run,
    folder: &RunFolder,
    wanted: &Named<'_>,
    run_options: &RunOptions,
    profile: Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let (database, head) = open(run, folder).await?;
    // What came through standard input is gone, and the run has a copy of it.
    let is_same = wanted.file == STDIN && head.input == STDIN
        || fingerprint(std::path::Path::new(wanted.file)).is_ok_and(|own| hex(&own.digest) == head.digest);
    let day = Timestamp::now().strftime("%Y-%m-%d");
    let other = format!("give the new run a name of its own, such as --run {}-{day}", run.name());
    if !is_same {
        let message = format!("run {} was started with another input, {}", run.name(), escaped(&head.input));
        return Err(Failure::usage(message).hint(other));
    }
    let differences = head.options.differences(wanted.options);
    if !differences.is_empty() {
        let message =
            format!("run {} was started with other options: {} differs", run.name(), differences.join(", "));
        return Err(Failure::usage(message).hint(format!("use the same options as before, or {other}")));
    }
    if let Some(rows) = wanted.sample
        && !sample::may_go_on(rows, &database, &head, app, report)?
    {
        return Ok(());
    }
    let (run, folder, confirm) = (run.clone(), folder.clone(), wanted.confirm);
    go_on(Found { run, folder, database, head, confirm, run_options }, profile, app, report).await
}

/// A run that was found, and what the command line says of it.
struct Found<'a> {
    run: Run,
    folder: RunFolder,
    database: Database,
    head: Head,
    confirm: Option<&'a str>,
    run_options: &'a RunOptions,
}

async fn go_on(
    found: Found<'_>,
    mut profile: Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let Found { run, folder, database, head, confirm, run_options } = found;
    same_target(&head, &profile)?;
    let counts = database.counts(head.rows).map_err(|error| not_opened(&run, &error))?;
    // What is unknown can be settled by reading it back, or by sending it again.
    let can_settle = counts.unknown > 0 && (profile.reading.is_on() || run_options.resend_unknown);
    if counts.pending == 0 && !can_settle {
        return already_over(&head, &folder, &counts, report);
    }
    guard::forbid(&profile.guard)?;
    same_input(&head, &folder)?;
    let sandbox = start_sandbox(&mut profile).await?;
    let interaction = TerminalInteraction::new(app);
    let shown = format!(
        "Run {} goes on with {}: {}, started {}.",
        run.name(),
        escaped(&head.input),
        counts.describe(),
        escaped(&head.started)
    );
    let permission = interaction.permit_job(&profile, confirm, &shown)?;
    let prepared =
        Prepared { profile: &profile, run, folder, head, database, permission: &permission, run_options };
    let ended = job::send(prepared, &interaction, app, report).await;
    drop(sandbox);
    ended
}

/// A run of which nothing is left to send: it ends as it ended then.
fn already_over(
    head: &Head,
    folder: &RunFolder,
    counts: &crate::bulk::state::Counts,
    report: &mut Report,
) -> Result<(), Failure> {
    report.part("run", head.run.clone().into());
    report.part("folder", folder.path.to_string_lossy().into());
    report.part("input", job::input_json(head));
    report.part("counts", serde_json::json!(counts));
    report.exit_code = head.exit_code;
    let all = Outcome::ALL.into_iter();
    report.outcome =
        all.into_iter().find(|own| head.outcome.as_deref() == Some(own.word())).unwrap_or(Outcome::Done);
    report.text = format!("Run {} is over: {}. Nothing was sent.\n", head.run, counts.describe());
    Ok(())
}

/// Opens the database of a run; one that is held is waited for.
///
/// # Errors
/// Stopped, where another process works on the run; usage, where it is no run of this version.
pub async fn open(run: &Run, folder: &RunFolder) -> Result<(Database, Head), Failure> {
    let database = patiently(|| Database::open(&folder.database())).await;
    let database = database.map_err(|error| not_opened(run, &error))?;
    let head = Head::read(&database).map_err(|error| not_opened(run, &error))?;
    Ok((database, head))
}

/// Tries again while another process holds the run, but not for ever.
///
/// # Errors
/// As the last try.
pub async fn patiently(open: impl Fn() -> Result<Database, Error>) -> Result<Database, Error> {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        match open() {
            Err(Error::Held) if tokio::time::Instant::now() < end => {
                // Not all at the same moments: two that make a run keep each other from it.
                tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(150..350))).await;
            }
            opened => return opened,
        }
    }
}

/// How long a run is waited for on which another process works.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

pub fn not_opened(run: &Run, error: &Error) -> Failure {
    let message = format!("run {} cannot be used: {error}", run.name());
    match error {
        Error::Held => Failure::new(Outcome::Stopped, format!("{message}; nothing was sent"))
            .hint("wait until it has ended; `booster bulk status` shows how far it is"),
        Error::OtherVersion(_) => Failure::usage(message).hint(format!(
            "go on with the booster that began it; `booster bulk remove {} --force` removes it",
            run.name()
        )),
        Error::Exists | Error::Sqlite(_) => Failure::usage(message)
            .hint(format!("`booster bulk remove {} --force` removes a run that is broken", run.name())),
    }
}

/// The profile's defaults as a run keeps them.
pub fn defaults_of(profile: &Profile) -> Option<String> {
    let defaults = profile.defaults.as_ref()?;
    let entries = defaults.entries.iter().map(|entry| format!("{}={:?}", entry.key, entry.node.content));
    Some(entries.collect::<Vec<_>>().join("\n"))
}

/// The run goes where it began, by the same profile.
pub fn same_target(head: &Head, profile: &Profile) -> Result<(), Failure> {
    let hint = match &head.profile {
        Some(name) => format!("name the run's profile: -p {name}"),
        None => "name the run's address with --base-url".to_owned(),
    };
    let refuse = |what: String| Err(Failure::usage(format!("run {}: {what}", head.run)).hint(hint.clone()));
    let service = service_name(profile);
    if head.profile != profile.name {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "no profile".to_owned());
        return refuse(format!("it was started with {}, not {}", name(&head.profile), name(&profile.name)));
    }
    if head.service != service {
        return refuse(format!("it sends to {}, not to {}", escaped(&head.service), escaped(&service)));
    }
    if !head.options.no_defaults && head.defaults != defaults_of(profile) {
        let message = format!("run {}: the profile's defaults have changed since it was started", head.run);
        return Err(Failure::usage(message).hint("put the defaults back as they were, or start a new run"));
    }
    Ok(())
}

fn same_input(head: &Head, folder: &RunFolder) -> Result<(), Failure> {
    let path = folder.input_path(head);
    signals::about_to_wait();
    let now = fingerprint(&path).map_err(|error| {
        Failure::usage(format!("the run's input {} cannot be read: {error}", path.display()))
            .hint("put the file back where it was")
    })?;
    if hex(&now.digest) == head.digest {
        return Ok(());
    }
    let how = if now.size == head.size {
        "its text is another one".to_owned()
    } else {
        format!("it had {} bytes, and has {}", grouped(head.size), grouped(now.size))
    };
    let message = format!("the input {} has changed since the run was started: {how}", path.display());
    Err(Failure::new(Outcome::Usage, format!("{message}; nothing was sent"))
        .hint("put the old file back, or start a new run with the new one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::time::Duration;

    /// A run whose database is held, by the clock that nobody waits for.
    fn held<T>(test: impl AsyncFnOnce(&Run, &RunFolder, Database) -> T) -> T {
        let folder = tempfile::tempdir().expect("room");
        let folder = RunFolder { path: folder.path().to_owned() };
        folder.make().expect("room");
        let head = json!({ "run": "r", "command": "bulk patch", "started": "", "service": "", "input": "t.csv",
            "path": "t.csv", "digest": "", "size": 0, "format": "", "rows": 0, "fields": [], "options": {},
            "days": 30 });
        let head = head.as_object().expect("an object");
        let database =
            Database::create(&folder.database(), head, &mut std::iter::empty(), &[]).expect("room");
        let run = Run::read("r").expect("a name");
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        let result = runtime.block_on(test(&run, &folder, database));
        folder.remove().expect("ours");
        result
    }

    #[test]
    fn a_run_that_is_held_is_waited_for_but_not_for_ever() {
        held(async |run, folder, _database| {
            let began = tokio::time::Instant::now();
            let failure = open(run, folder).await.expect_err("it is held");
            assert_eq!(failure.outcome, Outcome::Stopped);
            let waited = began.elapsed();
            assert!(waited >= PATIENCE && waited < PATIENCE + Duration::from_secs(1), "{waited:?}");
        });
        held(async |run, folder, database| {
            let other = async {
                tokio::time::sleep(Duration::from_secs(50)).await;
                drop(database);
            };
            let (opened, ()) = tokio::join!(open(run, folder), other);
            assert_eq!(opened.expect("it was released").1.run, "r");
        });
    }
}
