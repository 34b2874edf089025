//! What the user gave for one customer, brought together from all doors and checked.

use std::rc::Rc;

use crate::config::Profile;
use crate::document::read;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::input::file::{self, FromFile};
use crate::input::flags::FieldFlags;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::Field;
use crate::model::fill;
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Rule, Source};
use crate::model::record::Snapshot;
use crate::model::rules;
use crate::model::wire;

/// How strictly the input is looked at.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Strictness {
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// Do not check what the documentation may be wrong about: missing fields, the client type
    #[arg(long)]
    pub unchecked: bool,
}

impl Strictness {
    /// The flags, to say them again.
    pub fn words(self) -> Vec<String> {
        [("--strict", self.strict), ("--unchecked", self.unchecked)]
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(flag, _)| flag.to_owned())
            .collect()
    }
}

/// Refuses a command that names standard input more than once.
///
/// # Errors
/// Usage.
pub fn read_stdin_once(uses: usize) -> Result<(), Failure> {
    if uses <= 1 {
        return Ok(());
    }
    Err(Failure::usage("standard input is named more than once, and can be read only once")
        .hint("put one of the inputs into a file"))
}

/// A patch that may be sent.
#[derive(Debug)]
pub struct Checked {
    pub patch: Patch,
    pub body: String,
    pub warnings: Vec<Problem>,
}

/// The layers of one patch, from the profile's defaults upward, and the problems found so far.
#[derive(Debug, Clone)]
pub struct Inputs {
    pub patch: Patch,
    pub problems: Vec<Problem>,
    ids: Vec<(String, Source)>,
    /// Whether what is given was read from the service once: what is odd about it is not the user's to mend.
    is_restored: bool,
    /// Whether a whole input could not be read.
    incomplete: bool,
}

impl Inputs {
    /// Begins with nothing.
    pub fn new() -> Inputs {
        Inputs { is_restored: false, ..Inputs::restored(Patch::new(&CUSTOMER)) }
    }

    /// Begins with the profile's defaults.
    ///
    /// # Errors
    /// Usage, where the defaults are wrong: the configuration is.
    pub fn of(profile: &Profile) -> Result<Inputs, Failure> {
        let mut inputs = Inputs::new();
        if let Some(defaults) = &profile.defaults {
            let mut problems = Vec::new();
            let in_config = |span: std::ops::Range<usize>| Source::file(&defaults.text, span);
            file::defaults(&defaults.entries, &in_config, &mut problems);
            if !problems.is_empty() {
                return Err(Failure { outcome: crate::outcome::Outcome::Usage, problems });
            }
            let name: Rc<str> = Rc::from(profile.name.as_deref().unwrap_or_default());
            let source = |_: std::ops::Range<usize>| Source::Profile(Rc::clone(&name));
            inputs.patch = file::defaults(&defaults.entries, &source, &mut problems);
        }
        Ok(inputs)
    }

    /// Values that the service itself showed before, and that are to be set again.
    pub fn restored(patch: Patch) -> Inputs {
        Inputs { patch, problems: Vec::new(), ids: Vec::new(), is_restored: true, incomplete: false }
    }

    /// What was given and could be read, without the profile's defaults.
    pub fn of_patch(patch: Patch) -> Inputs {
        Inputs { is_restored: false, ..Inputs::restored(patch) }
    }

    /// Takes over from the record what the rules require and nobody gave, and returns what was taken.
    pub fn fill(&mut self, current: &Snapshot) -> Vec<&'static Field> {
        fill::fill(&mut self.patch, current)
    }

    /// Whether the inputs are good as far as this can be told before the record is read, from which what is missing
    /// may come.
    ///
    /// # Errors
    /// Every problem of every input, where one of them is an error.
    pub fn check_before_reading(&self, strictness: Strictness) -> Result<(), Failure> {
        self.clone().check(Strictness { unchecked: true, ..strictness }).map(|_| ())
    }

    /// Lays a file over what is there.
    pub fn merge_file(&mut self, path: &str, format: Option<Format>) {
        let bytes = match read::read_bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problems.push(Problem::usage(None, error.to_string(), error.hint));
                self.incomplete = true;
                return;
            }
        };
        match read::decode(path, bytes) {
            Ok(text) => {
                let FromFile { patch, is_read, id } = file::patch(&text, format, &mut self.problems);
                self.patch.merge(patch);
                self.ids.extend(id);
                self.incomplete |= !is_read;
            }
            Err(wrong) => {
                self.problems.push(wrong.problem());
                self.incomplete = true;
            }
        }
    }

    /// Lays the flags over what is there.
    pub fn merge_flags(&mut self, flags: &FieldFlags) {
        let patch = flags.patch(&mut self.problems);
        self.patch.merge(patch);
    }

    /// The customer's id of the command line, judged by the rules.
    pub fn customer(&mut self, text: &str, source: Source) -> Option<u32> {
        rules::id(text).map_err(|fault| self.problems.push(fault.at(ID_KEY, Some(source)))).ok()
    }

    /// Compares the ids in the files with the command's, where it has a good one.
    pub fn compare_ids(&mut self, wanted: Option<u32>) {
        for (text, source) in std::mem::take(&mut self.ids) {
            let agrees = match wanted {
                Some(wanted) => rules::same_id(wanted, &text),
                None => rules::id(&text).map(|_| ()),
            };
            if let Err(fault) = agrees {
                self.problems.push(fault.at(ID_KEY, Some(source)));
            }
        }
    }

    /// Applies the rules.
    ///
    /// # Errors
    /// Every problem of every input, where one of them is an error.
    pub fn check(mut self, strictness: Strictness) -> Result<Checked, Failure> {
        let Strictness { unchecked, strict } = strictness;
        let options = rules::Options { unchecked, incomplete: self.incomplete, today: rules::today() };
        self.problems.extend(rules::check(&self.patch, options));
        for problem in &mut self.problems {
            // Setting what the service holds already does no harm, however odd it is.
            // But by a client type that nobody knows the rules cannot tell what is required.
            let is_the_services =
                problem.source == Some(Source::Record) && problem.id != Rule::UNKNOWN_CLIENT_TYPE.into();
            if is_the_services || self.is_restored && problem.source.is_some() {
                problem.level = Level::Warning;
            }
        }
        let body = wire::body(&self.patch);
        self.problems.extend(rules::body(&body).err().map(|fault| fault.of(None)));
        if strict {
            self.problems.iter_mut().for_each(|problem| problem.level = Level::Error);
        }
        if self.problems.iter().any(Problem::is_error) {
            return Err(Failure::problems(self.problems));
        }
        Ok(Checked { patch: self.patch, body, warnings: self.problems })
    }
}
