//! The folders of bulk runs: where they lie, what their head says, finding one by its name, removing what is too old.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::database::{self, Database, Error};
use super::job_options::JobOptions;
use super::shard::Shard;
use super::status::Status;
use crate::escape::quoted;
use crate::failure::Failure;
use crate::platform::{folders, private};
use crate::state::history::Run;

/// The copy of an input that cannot be read twice, such as standard input.
const INPUT: &str = "input";

/// What a run is about, as the head of its database says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    pub run: String,
    /// The command's words: `bulk patch`, `undo`.
    pub command: String,
    /// In UTC.
    pub started: String,
    /// Who began it, by the name that the system has.
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub profile: Option<String>,
    /// The base URL: the run goes nowhere else.
    pub service: String,
    /// The profile's defaults, as they were.
    #[serde(default)]
    pub defaults: Option<String>,
    /// The input's name as it was given.
    pub input: String,
    /// Where it is read from.
    pub path: PathBuf,
    /// SHA-256, in hexadecimal digits.
    pub digest: String,
    /// In bytes.
    pub size: u64,
    /// What was detected.
    pub format: String,
    /// The rows of this run; of a table that is divided those of its part.
    pub rows: u64,
    #[serde(default)]
    pub shard: Option<Shard>,
    /// The names of the fields that the rows give.
    pub fields: Vec<String>,
    pub options: JobOptions,
    #[serde(default)]
    pub reason: Option<String>,
    /// For how many days the run is kept.
    pub days: u32,
    #[serde(default)]
    pub boot: Option<String>,
    #[serde(default)]
    pub undoes: Option<String>,
    /// The run that undid this one.
    #[serde(default)]
    pub undone: Option<String>,
    /// The outcome and its exit code, once the run has nothing pending any more.
    #[serde(default)]
    pub outcome: Option<String>,
    #[serde(default)]
    pub exit_code: Option<u8>,
}

impl Head {
    pub fn to_json(&self) -> Map<String, Json> {
        match serde_json::to_value(self) {
            Ok(Json::Object(head)) => head,
            Ok(_) | Err(_) => Map::new(),
        }
    }

    /// # Errors
    /// If the database cannot be read, or its head is another version's.
    pub fn read(database: &Database) -> Result<Head, Error> {
        let head = Json::Object(database.head()?);
        serde_json::from_value(head).map_err(|error| {
            Error::Sqlite(rusqlite_error(format!("the head of the run cannot be understood: {error}")))
        })
    }
}

fn rusqlite_error(message: String) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(message.into())
}

/// All runs of a state folder.
#[derive(Debug, Clone)]
pub struct Runs {
    folder: PathBuf,
}

/// The folder of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    pub path: PathBuf,
}

impl Runs {
    /// # Errors
    /// Usage, where the user has no folder.
    pub fn of_user() -> Result<Runs, Failure> {
        let folder = folders::state_folder()
            .ok_or_else(|| Failure::usage("no folder was found for runs").hint(folders::SET_HOME))?;
        Ok(Runs { folder: folder.join("runs") })
    }

    /// The folder of a run; that of a part lies in the folder of its table: `NAME/2-of-8` for `NAME-2-of-8`.
    pub fn run(&self, name: &Run) -> RunFolder {
        let path = match of_part(name.name()) {
            Some((name, part)) => self.folder.join(name).join(part),
            None => self.folder.join(name.name()),
        };
        RunFolder { path }
    }

    /// The names of all runs, the newest first by when their folder was made or last written to.
    ///
    /// # Errors
    /// If the folder is there and cannot be read.
    pub fn all(&self) -> io::Result<Vec<Run>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        let mut add = |run: Run, folder: RunFolder| {
            if folder.database().exists() {
                let started = folder.status().map(|status| status.started).unwrap_or_default();
                found.push((started, run));
            }
        };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(run) = Run::read(&name) else { continue };
            for part in parts_in(&self.folder.join(&name)) {
                Run::read(&format!("{name}-{part}"))
                    .into_iter()
                    .for_each(|run| add(run.clone(), self.run(&run)));
            }
            let folder = self.run(&run);
            add(run, folder);
        }
        found.sort_by(|one, other| other.cmp(one));
        Ok(found.into_iter().map(|(_, run)| run).collect())
    }

    /// The run of this name, or whose name begins so; `last` is the newest.
    ///
    /// # Errors
    /// Usage, where there is none, or several.
    pub fn find(&self, wanted: &str) -> Result<(Run, RunFolder), Failure> {
        let unreadable = |error: io::Error| {
            Failure::usage(format!("the runs in {} cannot be read: {error}", self.folder.display()))
        };
        let all = self.all().map_err(unreadable)?;
        let found = if wanted == "last" {
            all.first().cloned()
        } else if let Some(run) = all.iter().find(|run| run.name() == wanted) {
            Some(run.clone())
        } else {
            let mut named = all.iter().filter(|run| !wanted.is_empty() && run.name().starts_with(wanted));
            match (named.next(), named.next()) {
                (Some(first), Some(second)) => {
                    let message = format!("{} matches several runs", quoted(wanted));
                    return Err(Failure::usage(message).hint(format!(
                        "write more of it, as in {} or {}",
                        first.name(),
                        second.name()
                    )));
                }
                (found, _) => found.cloned(),
            }
        };
        let run = found.ok_or_else(|| {
            let message = match wanted {
                "last" => "there is no bulk run yet".to_owned(),
                _ => format!("there is no bulk run {}", quoted(wanted)),
            };
            Failure::usage(message).hint("`booster bulk status` lists the runs")
        })?;
        let folder = self.run(&run);
        Ok((run, folder))
    }

    /// The runs that are meant: one by its name, the parts of a table by that of its run, or those in a folder.
    ///
    /// # Errors
    /// As [`Runs::find`].
    pub fn several(&self, wanted: &str) -> Result<Vec<(Run, RunFolder)>, Failure> {
        let path = PathBuf::from(wanted);
        if wanted.contains(std::path::MAIN_SEPARATOR) || wanted.contains('/') || path.is_dir() {
            return in_folder(&path);
        }
        let all = self.all().unwrap_or_default();
        let mut parts: Vec<Run> = all
            .into_iter()
            .filter(|run| of_part(run.name()).is_some_and(|(table, _)| table == wanted))
            .collect();
        if parts.is_empty() {
            return Ok(vec![self.find(wanted)?]);
        }
        parts.sort_by_key(|run| (run.name().len(), run.clone()));
        Ok(parts.into_iter().map(|run| (run.clone(), self.run(&run))).collect())
    }

    /// Removes the runs that are older than they are to be kept, unless somebody is working on them.
    pub fn prune(&self, now: Timestamp) {
        for run in self.all().unwrap_or_default() {
            let folder = self.run(&run);
            let Ok(status) = folder.status() else { continue };
            let age = SignedDuration::from_hours(24 * i64::from(status.days));
            let Ok(updated) = status.updated.parse::<Timestamp>() else { continue };
            let is_old = now.checked_sub(age).is_ok_and(|limit| updated < limit);
            // What cannot be removed now is tried again next time.
            if is_old && !matches!(Database::open(&folder.database()), Err(Error::Held)) {
                let _ = folder.remove();
            }
        }
    }
}

/// The run whose folder this is, or the parts in it.
fn in_folder(path: &std::path::Path) -> Result<Vec<(Run, RunFolder)>, Failure> {
    let name = |path: &std::path::Path| {
        let own = path.file_name()?.to_string_lossy().into_owned();
        let above = path.parent().and_then(|above| above.file_name()).unwrap_or_default();
        let is_part = of_part(&format!("x-{own}")).is_some();
        Run::read(&if is_part { format!("{}-{own}", above.to_string_lossy()) } else { own })
    };
    let named = |path: PathBuf| {
        let whole = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        name(&whole).map(|run| (run, RunFolder { path }))
    };
    let own = RunFolder { path: path.to_owned() };
    let found: Vec<(Run, RunFolder)> = if own.database().exists() {
        named(path.to_owned()).into_iter().collect()
    } else {
        let parts = parts_in(path).into_iter().map(|part| path.join(part));
        parts.filter(|part| part.join(database::FILE).exists()).filter_map(named).collect()
    };
    if found.is_empty() {
        let message = format!("there is no bulk run in {}", path.display());
        return Err(
            Failure::usage(message).hint("name the folder of a run, or one with the parts of a table")
        );
    }
    Ok(found)
}

/// The name of the table's run and that of the part, where this is the name of a part: `NAME-2-of-8`.
fn of_part(name: &str) -> Option<(&str, &str)> {
    let (before, of) = name.rsplit_once("-of-")?;
    let (table, number) = before.rsplit_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(of) && is_number(number) && !table.is_empty()).then(|| (table, &name[table.len() + 1..]))
}

/// The names of the parts in the folder of a table's run, in their order.
fn parts_in(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut parts: Vec<String> = names.filter(|name| of_part(&format!("x-{name}")).is_some()).collect();
    parts.sort_by_key(|name| (name.len(), name.clone()));
    parts
}

impl RunFolder {
    /// Makes the folder, for the user alone.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make(&self) -> io::Result<()> {
        private::folder(&self.path)
    }

    pub fn database(&self) -> PathBuf {
        self.path.join(database::FILE)
    }

    /// Whether there is a run. A process that was killed while it made one leaves a database without tables.
    pub fn is_begun(&self) -> bool {
        self.database().exists() && !matches!(Database::open(&self.database()), Err(Error::OtherVersion(0)))
    }

    /// Where an input is kept that cannot be read twice.
    pub fn input(&self) -> PathBuf {
        self.path.join(INPUT)
    }

    /// Where the input of the run is now.
    pub fn input_path(&self, head: &Head) -> PathBuf {
        let kept = self.input();
        if kept.exists() { kept } else { head.path.clone() }
    }

    /// Removes the copy of an input, once no row of it is wanted any more.
    pub fn forget_input(&self) {
        // Where there is none, the input is the user's own file.
        let _ = fs::remove_file(self.input());
    }

    /// # Errors
    /// If there is none that can be read.
    pub fn status(&self) -> io::Result<Status> {
        Status::read(&self.path)
    }

    /// Removes the run with all that is stored of it.
    ///
    /// # Errors
    /// If something of it cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.path)
    }
}
