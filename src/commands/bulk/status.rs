//! `booster bulk status`: how far runs are.

use serde_json::{Value as Json, json};

use crate::bulk::database::{Database, Error};
use crate::bulk::folder::{Head, RunFolder, Runs};
use crate::bulk::state::Counts;
use crate::bulk::status::Status;
use crate::commands::history_table::short;
use crate::failure::Failure;
use crate::report::Report;
use crate::state::history::Run;
use crate::terminal::table;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The runs, each by its name, the beginning of it, last for the newest one, or a folder with runs [default: all]
    #[arg(value_name = "RUN|FOLDER")]
    runs: Vec<String>,
}

/// What is known of a run.
struct Known {
    run: String,
    folder: RunFolder,
    started: String,
    profile: Option<String>,
    input: String,
    rows: u64,
    counts: Counts,
    /// `running`, `waiting`, `stopped`, or the outcome.
    state: String,
    rate: Option<f64>,
    waiting_for: Option<String>,
}

/// # Errors
/// Usage, where there is no such run, or none can be read.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let runs = Runs::of_user()?;
    let known: Vec<Known> = if args.runs.is_empty() {
        let all = runs.all().map_err(|error| Failure::usage(format!("the runs cannot be read: {error}")))?;
        // One that cannot be read hides no other.
        all.iter()
            .map(|run| known(run, runs.run(run)).unwrap_or_else(|_| unreadable(run, runs.run(run))))
            .collect()
    } else {
        let found = args.runs.iter().map(|name| runs.several(name)).collect::<Result<Vec<_>, Failure>>()?;
        let found = found.into_iter().flatten();
        found.map(|(run, folder)| known(&run, folder)).collect::<Result<_, Failure>>()?
    };
    let mut total = Counts::default();
    known.iter().for_each(|known| total.add_all(&known.counts));
    if !args.runs.is_empty() {
        report.part("counts", json!(total));
    }
    let text = match known.as_slice() {
        [] => "There is no bulk run yet.".to_owned(),
        [only] => one(only),
        several if args.runs.is_empty() => list(several),
        several => format!("{}\nTogether: {}.", list(several), total.describe()),
    };
    report.answer("runs", known.iter().map(document).collect(), text);
    Ok(())
}

/// A run whose database says nothing: it may be broken, or another version's.
fn unreadable(run: &Run, folder: RunFolder) -> Known {
    Known {
        run: run.name().to_owned(),
        started: folder.status().map(|status| status.started).unwrap_or_default(),
        folder,
        profile: None,
        input: String::new(),
        rows: 0,
        counts: Counts::default(),
        state: "unreadable".to_owned(),
        rate: None,
        waiting_for: None,
    }
}

fn known(run: &Run, folder: RunFolder) -> Result<Known, Failure> {
    let database = match Database::open(&folder.database()) {
        Ok(database) => database,
        Err(Error::Held) => return of_status(run, folder),
        Err(error) => {
            return Err(Failure::usage(format!("run {} cannot be read: {error}", run.name()))
                .hint(format!("`booster bulk remove {} --force` removes it", run.name())));
        }
    };
    let unreadable = |error: Error| Failure::usage(format!("run {} cannot be read: {error}", run.name()));
    let head = Head::read(&database).map_err(unreadable)?;
    let counts = database.counts(head.rows).map_err(unreadable)?;
    let state = head.outcome.clone().unwrap_or_else(|| "stopped".to_owned());
    Ok(Known {
        run: head.run,
        folder,
        started: head.started,
        profile: head.profile,
        input: head.input,
        rows: head.rows,
        counts,
        state,
        rate: None,
        waiting_for: None,
    })
}

/// Of a run on which a process works: what that process wrote last.
fn of_status(run: &Run, folder: RunFolder) -> Result<Known, Failure> {
    let status: Status = folder.status().map_err(|error| {
        Failure::usage(format!("run {} is in use, and its status.json cannot be read: {error}", run.name()))
            .hint("try again in a moment")
    })?;
    let state = if status.waiting_for.is_some() { "waiting" } else { "running" };
    Ok(Known {
        run: status.run,
        folder,
        started: status.started,
        profile: status.profile,
        input: status.input,
        rows: status.rows,
        counts: status.counts,
        state: state.to_owned(),
        rate: Some(status.rate),
        waiting_for: status.waiting_for,
    })
}

fn document(known: &Known) -> Json {
    let mut document = json!({
        "run": known.run, "folder": known.folder.path.to_string_lossy(), "started": known.started,
        "profile": known.profile, "input": known.input, "rows": known.rows, "counts": known.counts,
        "state": known.state,
    });
    if let Some(rate) = known.rate {
        document["rate"] = rate.into();
    }
    if let Some(waiting_for) = &known.waiting_for {
        document["waitingFor"] = waiting_for.as_str().into();
    }
    document
}

fn one(known: &Known) -> String {
    let mut lines = vec![
        ("Run", known.run.clone()),
        ("State", known.state.clone()),
        ("Rows", known.counts.describe()),
        ("Input", crate::escape::escaped(&known.input)),
        ("Profile", known.profile.clone().unwrap_or_else(|| "-".to_owned())),
        ("Started", short(&known.started)),
        ("Folder", known.folder.path.to_string_lossy().into_owned()),
    ];
    if let Some(rate) = known.rate {
        lines.insert(3, ("Rate", format!("{rate} rows/s")));
    }
    if let Some(waiting_for) = &known.waiting_for {
        lines.insert(2, ("Waiting", waiting_for.clone()));
    }
    if known.state == "stopped" {
        lines.push(("Go on", format!("`booster bulk resume {}`", known.run)));
    }
    table(lines.into_iter().map(|(title, text)| vec![title.to_owned(), text]))
}

fn list(several: &[Known]) -> String {
    let head = ["Run", "Started", "State", "Input", "Rows"].map(str::to_owned);
    let rows = several.iter().map(|known| {
        [
            known.run.clone(),
            short(&known.started),
            known.state.clone(),
            crate::escape::escaped(&known.input),
            known.counts.describe(),
        ]
    });
    table(std::iter::once(head).chain(rows))
}
