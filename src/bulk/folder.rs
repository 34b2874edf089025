//! The folders of bulk runs: where they lie, what their head says, finding one by its name, removing what is too old.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::database::{self, Database, Error};
use super::options::Decisive;
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
    pub rows: u64,
    /// The names of the fields that the rows give.
    pub fields: Vec<String>,
    pub options: Decisive,
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

    pub fn run(&self, name: &Run) -> RunFolder {
        RunFolder { path: self.folder.join(name.name()) }
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
        for entry in entries {
            let entry = entry?;
            let Some(run) = Run::read(&entry.file_name().to_string_lossy()) else { continue };
            let folder = self.run(&run);
            if folder.database().exists() {
                let started = folder.status().map(|status| status.started).unwrap_or_default();
                found.push((started, run));
            }
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
