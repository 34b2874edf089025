//! The options that decide how a patch is checked, sent and verified.

use std::path::Path;

use crate::config::Profile;
use crate::document::read;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::field::Field;
use crate::model::problem::{Problem, Source};
use crate::outcome::Outcome;

/// How strictly the input is checked.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Strictness {
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Skip the checks for missing fields and the client type, where the API's documentation may be wrong
    #[arg(long)]
    pub unchecked: bool,
}

impl Strictness {
    /// The flags as they are written.
    pub fn flags(self) -> Vec<String> {
        [("--strict", self.strict), ("--unchecked", self.unchecked)]
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(flag, _)| flag.to_owned())
            .collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DryRunFormat {
    Text,
    /// Request line, headers and body, byte for byte.
    Http,
    /// The body alone.
    Json,
    /// A command line.
    Curl,
}

/// What is done with the customer's record before a patch is sent.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Reading {
    /// Take required fields that you did not give from the customer's current record
    #[arg(long, help_heading = "Reading back")]
    pub fill: bool,
    /// Take nothing from the record, even if the profile has fill = true
    #[arg(long, conflicts_with = "fill", help_heading = "Reading back")]
    pub no_fill: bool,
    /// Show what would change; with --dry-run the exit code is 10 if anything would
    #[arg(long, help_heading = "Reading back")]
    pub diff: bool,
    /// Send even if somebody has changed the record since it was shown
    #[arg(long, help_heading = "Reading back")]
    pub force: bool,
}

impl Reading {
    /// Whether the patch is filled from the record.
    pub fn fills(self, profile: &Profile) -> bool {
        self.fill || profile.patching.fill && !self.no_fill
    }
}

/// The options of every command that sends.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Sending {
    /// Show what would be sent, and send nothing: text, http, json, curl
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    #[arg(value_name = "FORMAT", hide_possible_values = true)]
    pub dry_run: Option<DryRunFormat>,
    /// Confirm a guarded patch by the profile's name; a wrong name stops it
    #[arg(long, value_name = "PROFILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub confirm: Option<String>,
    /// The reason for the change, in one line; stored in the history
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<String>,
    /// Read the customer again afterwards, and list the fields that were not saved
    #[arg(long, help_heading = "Reading back")]
    pub verify: bool,
    /// Save the previous values to a new patch file: JSON if its name ends in .json, else TOML. For `booster
    /// undo`, a copy of what you send is kept as well
    #[arg(long, value_name = "FILE", help_heading = "Reading back", value_parser = backup_file)]
    pub backup: Option<String>,
}

/// # Errors
/// If no file can have this name.
fn backup_file(name: &str) -> Result<String, String> {
    match name {
        "" => Err("the file needs a name".to_owned()),
        read::STDIN => {
            Err("a backup cannot be written to standard output; for a file of this name, write ./-"
                .to_owned())
        }
        name => Ok(name.to_owned()),
    }
}

/// The longest reason, in characters: it is a line in a list.
const LONGEST_REASON: usize = 500;

/// Reads a reason, without the blanks around it.
///
/// # Errors
/// If it says nothing, or cannot be shown in one line of the history.
pub fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("the reason is empty".to_owned());
    }
    if escaped(text) != text {
        return Err(
            "a reason must be one line, without control characters or invisible characters".to_owned()
        );
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(format!("a reason can have at most {LONGEST_REASON} characters"));
    }
    Ok(text.to_owned())
}

/// The options of one patch, whichever command it comes from.
#[derive(Debug, Clone, Default)]
pub struct PatchOptions {
    pub fill: bool,
    pub diff: bool,
    pub strictness: Strictness,
    pub sending: Sending,
    /// Whether a bulk job stores what the customer held before.
    pub keeps_values: bool,
}

impl PatchOptions {
    /// Whether the profile reads customers back, if one of the options needs it. `command` is set for a command that
    /// always reads, whatever its options.
    ///
    /// # Errors
    /// Usage: a problem for each option that needs what the profile turns off, and for a backup that already exists.
    pub fn check(&self, profile: &Profile, command: Option<&str>) -> Result<(), Failure> {
        let flags = [
            ("fill", self.fill),
            ("diff", self.diff),
            ("verify", self.sending.verify),
            ("backup", self.sending.backup.is_some()),
        ];
        let mut problems = Vec::new();
        if !profile.reading.is_on() {
            let hint =
                "remove read = false from the profile (read_route can set another route), or do not use this";
            let mut refuse = |source: Option<Source>, what: &str| {
                let message =
                    format!("{what} needs to read the customer, and the profile forbids that (read = false)");
                problems.push(Problem::usage(message).at(source).hint(hint));
            };
            match command {
                Some(command) => refuse(None, &format!("`booster {command}`")),
                None => {
                    for (flag, _) in flags.iter().filter(|(_, is_given)| *is_given) {
                        refuse(Some(Source::flag(flag)), &format!("--{flag}"));
                    }
                }
            }
            if profile.reading.backup && !self.is_dry_run() {
                refuse(None, "backup = true in the profile");
            }
        }
        if let Some(file) = self.sending.backup.as_ref().filter(|file| Path::new(file).exists()) {
            problems.push(backup_exists(file));
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::with(Outcome::Usage, problems)) }
    }

    pub fn is_dry_run(&self) -> bool {
        self.sending.dry_run.is_some()
    }

    /// Whether a backup is to be written. Nothing remains of a sandbox inside the process that could be restored.
    pub fn wants_backup(&self, profile: &Profile) -> bool {
        let is_asked = self.sending.backup.is_some() || self.keeps_values;
        !self.is_dry_run() && (is_asked || profile.reading.backup && !profile.is_sandbox)
    }
}

pub fn backup_exists(file: &str) -> Problem {
    let hint = "name another file: an existing file is never overwritten";
    Problem::usage(format!("{file} already exists")).at(Source::flag("backup")).hint(hint)
}

/// Which fields are sent although somebody else has changed them.
#[derive(Debug, Clone)]
pub enum Force {
    None,
    All,
    Fields(Vec<&'static Field>),
}

impl Force {
    pub fn covers(&self, field: &Field) -> bool {
        match self {
            Force::None => false,
            Force::All => true,
            Force::Fields(fields) => fields.iter().any(|own| own.name == field.name),
        }
    }
}
