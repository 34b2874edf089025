//! What the user gave for one customer, gathered from the profile, files and flags.

use std::rc::Rc;

use crate::config::Profile;
use crate::document::read;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::input::file::{self, FromFile};
use crate::input::flags::FieldFlags;
use crate::model::customer::ID_KEY;
use crate::model::list_edit;
use crate::model::patch::{Given, Patch, Value};
use crate::model::problem::{Problem, Rule, Source};
use crate::model::rules;
use crate::outcome::Outcome;

/// Refuses a command that names standard input more than once.
///
/// # Errors
/// Usage.
pub fn read_stdin_once(uses: usize) -> Result<(), Failure> {
    if uses <= 1 {
        return Ok(());
    }
    Err(Failure::usage("standard input is named more than once, but can be read only once")
        .hint("put one of the inputs into a file"))
}

/// The layers of one patch, from the profile's defaults upward, and the problems found so far.
#[derive(Debug, Clone)]
pub struct Inputs {
    pub patch: Patch,
    pub problems: Vec<Problem>,
    ids: Vec<(String, Source)>,
    /// Whether the values were once read from the service: what is odd about them is not the user's to correct.
    pub is_restored: bool,
    /// Whether a whole input could not be read.
    pub is_incomplete: bool,
    /// Whether what is required and missing comes from the customer's record.
    pub for_fill: bool,
    /// Whether fields can be given by flags.
    pub has_flags: bool,
    /// Whether the items of a list that are given singly are the whole list.
    pub replaces_lists: bool,
}

impl Inputs {
    /// Begins with nothing.
    pub fn new(profile: &Profile) -> Inputs {
        Inputs::of_patch(Patch::new(profile.patching.record))
    }

    /// Begins with the profile's defaults.
    ///
    /// # Errors
    /// Usage, where the defaults are wrong: the configuration is.
    pub fn of(profile: &Profile) -> Result<Inputs, Failure> {
        let mut inputs = Inputs::new(profile);
        let record = inputs.patch.record();
        if let Some(defaults) = &profile.defaults {
            let mut problems = Vec::new();
            let in_config = |span: std::ops::Range<usize>| Source::file(&defaults.text, span);
            file::defaults(record, &defaults.entries, &in_config, &mut problems);
            if !problems.is_empty() {
                return Err(Failure::with(Outcome::Usage, problems));
            }
            let name: Rc<str> = Rc::from(profile.name.as_deref().unwrap_or_default());
            let source = |_: std::ops::Range<usize>| Source::Profile(Rc::clone(&name));
            inputs.patch = file::defaults(record, &defaults.entries, &source, &mut problems);
        }
        Ok(inputs)
    }

    /// Values that the service itself showed before, and that are to be set again.
    pub fn restored(patch: Patch) -> Inputs {
        Inputs { is_restored: true, ..Inputs::of_patch(patch) }
    }

    /// What was given and could be read, without the profile's defaults.
    pub fn of_patch(patch: Patch) -> Inputs {
        Inputs {
            patch,
            problems: Vec::new(),
            ids: Vec::new(),
            is_restored: false,
            is_incomplete: false,
            for_fill: false,
            has_flags: false,
            replaces_lists: false,
        }
    }

    /// Merges a file over what is there.
    pub fn merge_file(&mut self, path: &str, format: Option<Format>) {
        let bytes = match read::read_bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let problem = Problem::usage(error.to_string());
                let hint = error
                    .hint
                    .unwrap_or_else(|| "name a file that can be read, or - for standard input".to_owned());
                self.problems.push(problem.hint(hint));
                self.is_incomplete = true;
                return;
            }
        };
        match read::decode(path, bytes) {
            Ok(text) => {
                let FromFile { patch, is_read, id } =
                    file::patch(self.patch.record(), &text, format, &mut self.problems);
                self.patch.merge(patch);
                self.ids.extend(id);
                self.is_incomplete |= !is_read;
            }
            Err(wrong) => {
                self.problems.push(*wrong);
                self.is_incomplete = true;
            }
        }
    }

    /// Merges the flags over what is there.
    pub fn merge_flags(&mut self, flags: &FieldFlags) {
        self.has_flags = true;
        self.replaces_lists = flags.replaces_lists();
        let mut patch = flags.patch(self.patch.record(), &mut self.problems);
        for field in patch.edited_lists() {
            // A file's list is a whole one, and the flags change that instead of the customer's.
            if let Some(Given { value: Value::List(items), source }) = self.patch.get(field.name)
                && !matches!(source, Source::Profile(_))
            {
                self.problems.extend(list_edit::resolve_list(&mut patch, field, items.clone()));
            }
        }
        self.patch.merge(patch);
    }

    /// The customer whom the command's argument names, or else the files do.
    pub fn customer(&mut self, argument: Option<&str>) -> Option<u32> {
        let Some(text) = argument else { return self.customer_of_files() };
        let judged = rules::id(text);
        let named = self.agree_on_id(judged.as_ref().ok().copied());
        // It is written before everything else.
        let wrong = judged.err().map(|fault| fault.at(ID_KEY, Source::Argument("ID")));
        if let Some(wrong) = wrong {
            self.problems.insert(0, wrong);
            return None;
        }
        named
    }

    fn customer_of_files(&mut self) -> Option<u32> {
        let is_named =
            !self.ids.is_empty() || self.problems.iter().any(|problem| problem.id == Rule::ID.into());
        // A file that could not be read may name one.
        if !is_named && !self.is_incomplete {
            let problem = Problem::usage("the customer's id is missing").hint(format!(
                "write the id, as in `booster customer patch 123`, or {ID_KEY} in a file for --from FILE"
            ));
            self.problems.push(problem);
        }
        self.agree_on_id(None)
    }

    /// Compares the ids in the files with the one that is wanted, or else with the first of them, and gives that one.
    pub fn agree_on_id(&mut self, wanted: Option<u32>) -> Option<u32> {
        let mut agreed = wanted.map(|id| (id, None));
        for (text, source) in std::mem::take(&mut self.ids) {
            let judged = match &agreed {
                None => rules::id(&text).map(|id| agreed = Some((id, Some(source.clone())))),
                Some((id, None)) => rules::same_id(*id, &text),
                Some((id, Some(first))) => rules::same_id_in_files(*id, &first.describe(), &text),
            };
            if let Err(fault) = judged {
                self.problems.push(fault.at(ID_KEY, source));
            }
        }
        agreed.map(|(id, _)| id)
    }
}
