//! What is done with the customer's present record around a patch: filled from, compared with, kept, looked at again.
//!
//! In the document of `-o json` stands, where it was asked for:
//! - `filled`: `[{"field", "value", "source": {"record": true}, "consent"}]`, what was taken over from the record;
//! - `diff`: `[{"field", "now", "then", "known"}]`, what the patch would change, lists item by item; empty where it
//!   would change nothing;
//! - `backup`: `{"file", "notRestored": ["field"]}`, where the values before lie, and which fields the answer did not
//!   carry, so that they cannot be set back;
//! - `unverified`: `["field"]`, what `--verify` could not look at since the answer does not carry it. A field that did
//!   not land is a problem instead, under the rule `unverified`;
//! - `run`: the name under which `history show` and `undo` know the patch that went out.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::confirm::Shown;
use super::diff_view;
use super::gather::{Inputs, Strictness};
use super::preview::{self, Layers};
use super::service::Service;
use crate::commands::App;
use crate::config::Profile;
use crate::document::read;
use crate::failure::Failure;
use crate::guard::Guard;
use crate::model::diff::{self, Difference};
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Source};
use crate::model::record::Snapshot;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::state::history::Run;

/// The part of the document that tells of the backup.
pub const BACKUP: &str = "backup";

#[derive(Debug, Clone, Default, clap::Args)]
pub struct ReadBack {
    /// Take what the rules require and you did not give from the customer's present record
    #[arg(long, help_heading = "Reading back")]
    pub fill: bool,
    /// Show what would change; with --dry-run the exit code is 10 when something would
    #[arg(long, help_heading = "Reading back")]
    pub diff: bool,
    /// Send even if the record has changed since it was shown
    #[arg(long, help_heading = "Reading back")]
    pub force: bool,
    #[command(flatten)]
    pub care: Care,
}

/// What is kept before a patch, and looked at after it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Care {
    /// Read the customer again afterwards, and say which fields did not land
    #[arg(long, help_heading = "Reading back")]
    pub verify: bool,
    /// Keep what the fields held before as a patch file, TOML or (by its name) JSON, never overwritten; for undo, what is sent is kept as well
    #[arg(long, value_name = "FILE", help_heading = "Reading back", value_parser = backup_file)]
    pub backup: Option<String>,
}

/// # Errors
/// Where no file can have this name.
fn backup_file(name: &str) -> Result<String, String> {
    match name {
        "" => Err("a file needs a name".to_owned()),
        read::STDIN => Err("a backup goes into a file; one of this name is ./-".to_owned()),
        name => Ok(name.to_owned()),
    }
}

impl ReadBack {
    /// Whether the profile reads customers back, where something here needs it. `command` is the one that cannot do
    /// without, whatever its options.
    ///
    /// # Errors
    /// Usage: a problem for each option that needs what the profile turns off, and for a backup that is there.
    pub fn allowed_by(
        &self,
        profile: &Profile,
        command: Option<&str>,
        is_dry_run: bool,
    ) -> Result<(), Failure> {
        let flags = [
            ("fill", self.fill),
            ("diff", self.diff),
            ("verify", self.care.verify),
            ("backup", self.care.backup.is_some()),
        ];
        let mut problems = Vec::new();
        if !profile.reading.is_on() {
            let hint =
                "take read = false out of the profile (read_route names another route), or leave this out";
            let mut refuse = |source: Option<Source>, what: &str| {
                let message = format!(
                    "{what} needs to read the customer, and the profile turns that off (read = false)"
                );
                problems.push(Problem::usage(source, message, Some(hint.to_owned())));
            };
            match command {
                Some(command) => refuse(None, &format!("`booster {command}`")),
                None => {
                    for (flag, _) in flags.iter().filter(|(_, is_given)| *is_given) {
                        refuse(Some(Source::flag(flag)), &format!("--{flag}"));
                    }
                }
            }
            if profile.reading.backup && !is_dry_run {
                refuse(None, "backup = true in the profile");
            }
        }
        if let Some(file) = self.care.backup.as_ref().filter(|file| Path::new(file).exists()) {
            problems.push(there_already(file));
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure { outcome: Outcome::Usage, problems }) }
    }

    /// Whether a backup is to be written. Of a sandbox inside the process nothing is left to be set back.
    pub fn keeps(&self, profile: &Profile, app: &App<'_>) -> bool {
        self.care.backup.is_some() || profile.reading.backup && !app.global.sandbox
    }
}

pub fn there_already(file: &str) -> Problem {
    let hint = "name another file: a backup is never overwritten";
    Problem::usage(Some(Source::flag("backup")), format!("{file} is there already"), Some(hint.to_owned()))
}

/// Which fields are sent although somebody else has changed them.
#[derive(Debug, Clone)]
pub enum Forced {
    None,
    All,
    Fields(Vec<&'static Field>),
}

impl Forced {
    pub fn covers(&self, field: &Field) -> bool {
        match self {
            Forced::None => false,
            Forced::All => true,
            Forced::Fields(fields) => fields.iter().any(|own| own.name == field.name),
        }
    }
}

/// The record around one patch.
pub struct Around<'a> {
    pub command: &'static str,
    pub id: u32,
    pub wish: &'a ReadBack,
    pub profile: &'a Profile,
    pub app: &'a App<'a>,
    /// The record as it was read last; none where nobody asked for it.
    pub current: Option<Snapshot>,
    /// What was taken over from it.
    pub taken: Vec<&'static Field>,
    /// Which changes of others do not stop the patch.
    pub forced: Forced,
    pub undoes: Option<Run>,
    pub run: Run,
    /// When the request was about to go out.
    pub time: Timestamp,
    /// Where the backup lies, once it is written.
    pub kept: Option<String>,
}

impl<'a> Around<'a> {
    pub fn new(
        command: &'static str,
        id: u32,
        wish: &'a ReadBack,
        profile: &'a Profile,
        app: &'a App<'a>,
    ) -> Around<'a> {
        let time = Timestamp::now();
        Around {
            command,
            id,
            wish,
            profile,
            app,
            current: None,
            taken: Vec::new(),
            forced: if wish.force { Forced::All } else { Forced::None },
            undoes: None,
            run: Run::new(time),
            time,
            kept: None,
        }
    }

    /// Reads the record where something needs it, once for all that does, and fills the patch from it.
    ///
    /// # Errors
    /// Inputs that are wrong whatever the record holds; a record that cannot be read, or holds something of another
    /// kind in a field that counts here.
    pub async fn fill(
        &mut self,
        inputs: &mut Inputs,
        strictness: Strictness,
        is_dry_run: bool,
        service: &mut Service<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let keeps = self.wish.keeps(self.profile, self.app) && !is_dry_run;
        if self.current.is_none() && (self.wish.fill || self.wish.diff || keeps) {
            inputs.check_before_reading(strictness)?;
            self.current = Some(service.read(self.id, report).await?);
        }
        self.take(inputs)
    }

    /// Reads the record and fills the patch from it before somebody is asked for the rest. That nothing else is given
    /// yet is no reason not to read.
    ///
    /// # Errors
    /// A record that cannot be read.
    pub async fn fill_before_asking(
        &mut self,
        inputs: &mut Inputs,
        service: &mut Service<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        if !self.wish.fill {
            return Ok(());
        }
        self.current = Some(service.read(self.id, report).await?);
        self.take(inputs)
    }

    /// Takes from the record what is wanted of it.
    fn take(&mut self, inputs: &mut Inputs) -> Result<(), Failure> {
        if let Some(current) = self.current.as_ref().filter(|_| self.wish.fill) {
            self.taken.extend(inputs.fill(current));
        }
        // Before the rules: what cannot be understood would be missing to them.
        self.current.as_ref().map_or(Ok(()), |current| {
            readable(current, |field| {
                inputs.patch.mentions(field) || field.need.demands(current.carried().client_type())
            })
        })
    }

    /// Compares the checked patch with the record. `None` where nobody asked for that.
    pub fn compare(&self, patch: &Patch, report: &mut Report) -> Option<Vec<Difference>> {
        let current = self.current.as_ref()?;
        if self.wish.fill {
            report.part("filled", filled(patch, &self.taken));
        }
        if !self.wish.diff {
            return None;
        }
        let differences = diff::between(current, patch);
        report.part("diff", differences.iter().map(Difference::to_json).collect());
        Some(differences)
    }

    /// How far the patch was shown by now: whoever agreed to it in a conversation sees the differences before it goes
    /// out, and is asked once more where the guard asks.
    pub fn shown(&self, shown: Shown, differences: Option<&[Difference]>) -> Shown {
        let Some(differences) = differences.filter(|_| shown == Shown::Agreed) else { return shown };
        if self.profile.guard == Guard::Confirm {
            return Shown::Nothing;
        }
        self.app.terminal.error(&diff_view::table_of(self.id, differences));
        shown
    }

    /// Says what is known of the record, where nobody sits who is shown the preview.
    pub fn tell(&self, patch: &Patch, differences: Option<&[Difference]>) {
        let terminal = self.app.terminal;
        if self.app.json || terminal.stderr_is_terminal {
            return;
        }
        if !self.taken.is_empty() {
            terminal.say(&diff_view::taken_over(patch, &self.taken));
        }
        if let Some(differences) = differences {
            terminal.say(&diff_view::table_of(self.id, differences));
        }
    }

    /// What a person has to know before the patch goes out.
    pub fn preview(&self, patch: &Patch, differences: Option<&[Difference]>) -> String {
        let fields = preview::before_sending(self.id, patch, self.profile, Layers::Defaults);
        match differences {
            Some(differences) => format!("{fields}{}", diff_view::table_of(self.id, differences)),
            None => fields,
        }
    }

    /// What a dry run ends with: the differences, and an exit code that tells whether there are some.
    pub fn planned(&self, as_text: bool, differences: Option<&[Difference]>, report: &mut Report) {
        let Some(differences) = differences else { return };
        report.outcome = if differences.is_empty() { Outcome::Unchanged } else { Outcome::Different };
        let table = diff_view::table_of(self.id, differences);
        if as_text {
            report.text = format!("{table}\n\n{}", report.text);
        } else if !self.app.json {
            self.app.terminal.say(&table);
        }
    }

    /// Ends without sending, since nothing would change.
    pub fn unchanged(&self, report: &mut Report) {
        report.outcome = Outcome::Unchanged;
        report.text = format!("Customer {} holds all this already: nothing was sent.\n", self.id);
    }

    /// Begins the sending: from now on the run has its name and its time.
    pub fn begin(&mut self) {
        self.time = Timestamp::now();
        self.run = Run::new(self.time);
    }

    /// Reads the record again where a person was shown values of it, so that what is kept is as new as can be, and
    /// stops where they have changed meanwhile. The service gives no version of a record that could be sent along, so a window of milliseconds remains.
    ///
    /// # Errors
    /// Stopped, with each field that has changed; a record that cannot be read.
    pub async fn still_the_same(
        &mut self,
        patch: &Patch,
        was_shown: bool,
        service: &mut Service<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let stops = !matches!(self.forced, Forced::All);
        let is_wanted = was_shown && (stops || self.wish.keeps(self.profile, self.app));
        let Some(shown) = self.current.take_if(|_| is_wanted) else { return Ok(()) };
        let current = service.read(self.id, report).await?;
        let refused = patch.iter().filter(|(field, _)| !self.forced.covers(field));
        let changed = refused.filter(|(field, _)| match (shown.get(field), current.get(field)) {
            (Some(before), Some(now)) => !diff::same(before, now),
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        });
        let problems: Vec<Problem> = changed
            .map(|(field, _)| Problem {
                id: Outcome::Stopped.into(),
                level: Level::Error,
                field: Some(field.name.to_owned()),
                source: None,
                message: format!("{} has changed since it was shown; nothing was sent", field.name),
                hint: Some(format!(
                    "run the command again to see what it is now, or send all the same with {}",
                    match self.undoes {
                        Some(_) => format!("--force={}", field.name),
                        None => "--force".to_owned(),
                    }
                )),
            })
            .collect();
        self.current = Some(current);
        if problems.is_empty() {
            return Ok(());
        }
        // To send the same again would be to send it over the change.
        report.afterword.clear();
        Err(Failure { outcome: Outcome::Stopped, problems })
    }

    /// Where the patch goes, as backups and history name it.
    pub fn service(&self) -> String {
        service_name(self.profile, self.app)
    }
}

/// What the history calls a sandbox inside the process.
pub const SANDBOX: &str = "sandbox";

/// The base URL; a sandbox inside the process has another one each time, and nothing of it is left.
pub fn service_name(profile: &Profile, app: &App<'_>) -> String {
    match &profile.base_url {
        Some(url) if !app.global.sandbox => url.to_string(),
        Some(_) | None => SANDBOX.to_owned(),
    }
}

/// Stops where one of these fields holds something of another kind than it should.
///
/// # Errors
/// Unknown, with each place.
pub fn readable(current: &Snapshot, counts: impl Fn(&Field) -> bool) -> Result<(), Failure> {
    let problems: Vec<Problem> = current
        .misread
        .iter()
        .filter(|found| counts(found.field))
        .map(|found| Problem {
            id: Outcome::Unknown.into(),
            level: Level::Error,
            field: Some(found.place.clone()),
            source: Some(Source::Service),
            message: format!("the answer cannot be understood: {}", found.why),
            hint: Some(
                "look at the profile's read_route: it may answer with something else than a customer"
                    .to_owned(),
            ),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure { outcome: Outcome::Unknown, problems }) }
}

fn filled(patch: &Patch, taken: &[&'static Field]) -> Json {
    let rows = taken.iter().filter_map(|field| {
        let given = patch.get(field.name)?;
        let mut row = json!({ "field": field.name, "value": wire::value(&given.value), "source": given.source.to_json() });
        if field.is_consent() {
            row["consent"] = true.into();
        }
        Some(row)
    });
    rows.collect()
}
