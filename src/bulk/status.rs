//! `status.json`: how far a run is, for whoever asks while its database is in use.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::state::Counts;
use crate::platform::{regular, replace};

const FILE: &str = "status.json";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    pub run: String,
    pub command: String,
    /// In UTC.
    pub started: String,
    pub updated: String,
    pub process: u32,
    #[serde(default)]
    pub profile: Option<String>,
    pub service: String,
    pub input: String,
    pub rows: u64,
    pub counts: Counts,
    /// Rows a second since the process began to send.
    pub rate: f64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waiting_for: Option<String>,
    /// None while the run is not over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// Whether the run stores what the customers held before.
    #[serde(default)]
    pub has_backup: bool,
    /// For how many days the run is kept after its last change.
    pub days: u32,
}

impl Status {
    /// # Errors
    /// If there is none, or it was not written by booster.
    pub fn read(folder: &Path) -> io::Result<Status> {
        let bytes = regular::read(&folder.join(FILE))?;
        serde_json::from_slice(&bytes).map_err(io::Error::other)
    }

    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        replace::replace_private(&folder.join(FILE), format!("{text}\n").as_bytes())
    }
}
