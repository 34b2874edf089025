//! The options of a bulk job that decide what is sent: its run keeps them, and goes on with the same.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::options::{PerRow, Table};
use crate::config::Profile;
use crate::document::read;
use crate::failure::Failure;
use crate::input::rows::{ListColumns, RowOptions};
use crate::model::problem::{FileText, Problem, Source};
use crate::outcome::Outcome;
use crate::pipeline::options::{PatchOptions, Sending, Strictness};

/// A map as a run keeps it, whole: the run goes on with it, whatever becomes of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredMap {
    pub path: String,
    pub text: String,
}

/// What decides what is sent: a run that goes on must have the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobOptions {
    pub id_column: Option<String>,
    pub clear_cell: Option<String>,
    pub encoding: Option<String>,
    pub sheet: Option<String>,
    pub map: Option<StoredMap>,
    pub lists: String,
    pub no_defaults: bool,
    pub strict: bool,
    pub unchecked: bool,
    pub fill: bool,
    pub verify: bool,
    pub backup: bool,
    pub skip_unchanged: bool,
    pub skip_invalid: bool,
    /// Of an undo: whether what others have changed since is set back as well.
    pub force: bool,
}

impl JobOptions {
    /// # Errors
    /// Usage, where the map cannot be read.
    pub fn new(
        table: &Table,
        per_row: &PerRow,
        strictness: Strictness,
        skip_invalid: bool,
        profile: &Profile,
    ) -> Result<JobOptions, Failure> {
        Ok(JobOptions {
            id_column: table.id_column.clone(),
            clear_cell: table.clear_cell.clone(),
            encoding: table.encoding.map(|encoding| encoding.name().to_owned()),
            sheet: table.sheet.clone(),
            map: map_of(table)?,
            lists: word(lists_of(table)).to_owned(),
            no_defaults: table.no_defaults,
            strict: strictness.strict,
            unchecked: strictness.unchecked,
            fill: per_row.fill || profile.patching.fill && !per_row.no_fill,
            verify: per_row.verify,
            backup: per_row.backup || profile.reading.backup && !profile.is_sandbox,
            skip_unchanged: per_row.skip_unchanged,
            skip_invalid,
            force: false,
        })
    }

    /// Those of a run that undoes another one.
    pub fn undoing(run: &JobOptions, sending: &Sending, unchecked: bool, force: bool) -> JobOptions {
        JobOptions {
            lists: word(ListColumns::Whole).to_owned(),
            no_defaults: true,
            unchecked: unchecked || run.unchecked,
            fill: true,
            verify: sending.verify,
            force,
            ..JobOptions::default()
        }
    }

    pub fn rows(&self) -> RowOptions {
        let lists =
            [ListColumns::Whole, ListColumns::Added].into_iter().find(|lists| word(*lists) == self.lists);
        RowOptions {
            id_column: self.id_column.clone(),
            clear_cell: self.clear_cell.clone(),
            lists: lists.unwrap_or_default(),
            encoding: self.encoding.as_deref().and_then(|name| name.parse().ok()),
            sheet: self.sheet.clone(),
            map: self.map.as_ref().map(|map| Rc::new(FileText::new(&map.path, map.text.clone(), true))),
        }
    }

    pub fn strictness(&self) -> Strictness {
        Strictness { strict: self.strict, unchecked: self.unchecked }
    }

    /// The options by which the pipeline handles one row.
    pub fn patch_options(&self, reason: Option<String>) -> PatchOptions {
        let sending = Sending { reason, verify: self.verify, ..Sending::default() };
        PatchOptions {
            fill: self.fill,
            diff: self.skip_unchanged,
            strictness: self.strictness(),
            sending,
            keeps_values: self.backup,
        }
    }

    /// The flags that are not the same, as they are written.
    pub fn differences(&self, other: &JobOptions) -> Vec<&'static str> {
        let pairs = [
            ("--id-column", self.id_column == other.id_column),
            ("--clear-cell", self.clear_cell == other.clear_cell),
            ("--encoding", self.encoding == other.encoding),
            ("--sheet", self.sheet == other.sheet),
            ("--map", self.map.as_ref().map(|map| &map.text) == other.map.as_ref().map(|map| &map.text)),
            (LISTS, self.lists == other.lists),
            ("--no-defaults", self.no_defaults == other.no_defaults),
            ("--strict", self.strict == other.strict),
            ("--unchecked", self.unchecked == other.unchecked),
            ("--fill", self.fill == other.fill),
            ("--verify", self.verify == other.verify),
            ("--backup", self.backup == other.backup),
            ("--skip-unchanged", self.skip_unchanged == other.skip_unchanged),
            ("--skip-invalid", self.skip_invalid == other.skip_invalid),
        ];
        pairs.into_iter().filter(|(_, is_same)| !is_same).map(|(flag, _)| flag).collect()
    }

    /// The flags that a corrected table of failed rows needs to mean the same. It is in UTF-8, and of one sheet.
    pub fn of_corrections(&self) -> Vec<&'static str> {
        let without = JobOptions { lists: word(ListColumns::Refused).to_owned(), ..JobOptions::default() };
        let flags = self.differences(&without).into_iter();
        let flags = flags.filter(|flag| !matches!(*flag, "--encoding" | "--sheet" | "--skip-invalid"));
        flags.map(|flag| if flag == LISTS { self.lists_flag() } else { flag }).collect()
    }

    fn lists_flag(&self) -> &'static str {
        if self.lists == word(ListColumns::Added) { "--add-items" } else { "--replace-lists" }
    }

    /// Whether the profile reads customers back, where one of these needs that.
    ///
    /// # Errors
    /// Usage: a problem for each option that needs what the profile turns off.
    pub fn check(&self, profile: &Profile) -> Result<(), Failure> {
        if profile.reading.is_on() {
            return Ok(());
        }
        let flags = [
            ("fill", self.fill),
            ("verify", self.verify),
            ("backup", self.backup),
            ("skip-unchanged", self.skip_unchanged),
            ("add-items", self.lists == word(ListColumns::Added)),
        ];
        let problems: Vec<Problem> = flags
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(flag, _)| {
                let message = format!("--{flag} needs to read customers, and the profile forbids that (read = false)");
                let hint = "remove read = false from the profile (read_route can set another route), or do not use this";
                Problem::usage(message).at(Source::flag(flag)).hint(hint)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(Failure::with(Outcome::Usage, problems)) }
    }
}

fn lists_of(table: &Table) -> ListColumns {
    match (table.replace_lists, table.add_items) {
        (true, _) => ListColumns::Whole,
        (false, true) => ListColumns::Added,
        (false, false) => ListColumns::Refused,
    }
}

/// The map as it is now.
fn map_of(table: &Table) -> Result<Option<StoredMap>, Failure> {
    let Some(path) = &table.map else { return Ok(None) };
    let bytes = read::read_bytes(path).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        failure.hint(error.hint.unwrap_or_else(|| "name a file that can be read".to_owned()))
    })?;
    let file = read::decode(path, bytes).map_err(|problem| Failure::problem(*problem))?;
    Ok(Some(StoredMap { path: path.clone(), text: file.text.clone() }))
}

/// The two flags that say what lists mean.
const LISTS: &str = "--replace-lists or --add-items";

fn word(lists: ListColumns) -> &'static str {
    match lists {
        ListColumns::Refused => "none",
        ListColumns::Whole => "replace",
        ListColumns::Added => "add",
    }
}
