//! Asking for a patch on the terminal: the questions, the preview, and what to do with the patch.

use std::path::Path;

use super::interaction::interrupted;
use crate::app::App;
use crate::config::Profile;
use crate::document::tree::Format;
use crate::escape::is_dangerous;
use crate::failure::Failure;
use crate::input::file;
use crate::input::flags::FieldFlags;
use crate::input::prompt::{Prompt, can_be_asked_again, row};
use crate::model::customer::CUSTOMER;
use crate::model::field::{ClientType, Field, Need};
use crate::model::list_edit::ListMode;
use crate::model::patch::Patch;
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::model::{describe, diff, fill, list_edit, rules};
use crate::pipeline;
use crate::pipeline::gather::Inputs;
use crate::pipeline::options::{PatchOptions, Sending, Strictness};
use crate::platform::replace;
use crate::platform::shell::{Shell, command_line, passes_on};
use crate::terminal::prompter::{Answer, Cancelled, Choice, Row, Text};
use crate::terminal::unbroken;
use crate::views::{diff_view, form, patch_file};

/// The longest command line that is shown, in bytes. A longer one is offered as a file instead.
const LONGEST_LINE: usize = 2000;

/// The patch that is asked for.
pub struct Subject<'a> {
    pub id: u32,
    pub profile: &'a Profile,
    pub options: &'a PatchOptions,
    /// Whether the record may change meanwhile.
    pub force: bool,
    /// Whether the lists are whole ones, whatever the customer has.
    pub replaces_lists: bool,
    /// The customer's record, or why it could not be read.
    pub record: Option<&'a Snapshot>,
    pub not_read: Option<&'a str>,
}

/// How the questions ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Answered {
    /// Send it; it may have been saved to this file as well.
    Send(Option<String>),
    /// It was saved to this file, and nothing is to be sent.
    Saved(String),
}

/// What can be done with a patch that breaks no rule.
#[derive(Debug, Clone, Copy)]
enum Decision {
    Send,
    Change,
    Choose,
    Save,
    Leave,
}

/// Asks until the user decides. Nothing is sent here.
///
/// # Errors
/// Stopped, if the user leaves; refused, if another input has a problem that no question can correct.
pub fn ask_for_patch(inputs: &mut Inputs, subject: &Subject<'_>, app: &App<'_>) -> Result<Answered, Failure> {
    if inputs.problems.iter().any(|problem| problem.is_error() && !can_be_asked_again(problem)) {
        return Err(Failure::problems(std::mem::take(&mut inputs.problems)));
    }
    let prior_problems = std::mem::take(&mut inputs.problems);
    let mut prompter = app.terminal.prompter().map_err(|error| {
        Failure::usage(format!("this terminal cannot be asked on: {error}")).hint("give the fields as flags")
    })?;
    let Strictness { strict, unchecked } = subject.options.strictness;
    let mut prompt = Prompt {
        prompter: prompter.as_mut(),
        options: rules::Options { unchecked, ..rules::Options::of_day(rules::today()) },
        strict,
        record: subject.record,
        lists: subject.profile.reading.lists,
        replaces_lists: subject.replaces_lists,
    };
    if let Some(record) = subject.record {
        prompt.say(&format!("Customer {}: {}", subject.id, row::customer(record)));
        fill::remove_overridden_defaults(&mut inputs.patch, record);
    }
    if let Some(why) = subject.not_read {
        prompt.say(&format!("{}.\nWhat the rules require is asked for.", describe::capitalised(why)));
    }
    for problem in &prior_problems {
        prompt.say(&crate::terminal::rendered(problem));
    }
    let mut step = prompt.fill(&mut inputs.patch, &prior_problems).map_err(interrupted)?;
    loop {
        if step == Answer::Back {
            return Err(stopped());
        }
        let before = inputs.patch.clone();
        step = match decide(&mut prompt, &inputs.patch, subject).map_err(interrupted)? {
            Decision::Send => {
                let saved = keep_if_long(&mut prompt, &inputs.patch, subject, app);
                return saved.map(Answered::Send).map_err(interrupted);
            }
            Decision::Leave => return Err(stopped()),
            Decision::Choose => prompt.fill(&mut inputs.patch, &[]).map_err(interrupted)?,
            Decision::Change => {
                // Stepping back from a change undoes it.
                if prompt.change(&mut inputs.patch).map_err(interrupted)? == Answer::Back {
                    inputs.patch = before;
                }
                Answer::Given(())
            }
            Decision::Save => match save(&mut prompt, subject, &inputs.patch).map_err(interrupted)? {
                Some(path) => return Ok(Answered::Saved(path)),
                None => Answer::Given(()),
            },
        };
    }
}

/// Offers to keep a patch as a file whose command line nobody would copy.
fn keep_if_long(
    prompt: &mut Prompt<'_>,
    patch: &Patch,
    subject: &Subject<'_>,
    app: &App<'_>,
) -> Result<Option<String>, Cancelled> {
    if subject.options.is_dry_run() || whole_line(subject, patch, app).is_some() {
        return Ok(None);
    }
    let label = "The command line that sends this again is too long to be copied. Save it as a file?";
    let question = Choice::new(label, ["Send it without a file", "Save it as a file first"].map(Row::new));
    match prompt.prompter.one(&question)? {
        Answer::Given(1) => save(prompt, subject, patch),
        Answer::Given(_) | Answer::Back => Ok(None),
    }
}

/// Shows what would be sent and asks what is to be done.
fn decide(prompt: &mut Prompt<'_>, patch: &Patch, subject: &Subject<'_>) -> Result<Decision, Cancelled> {
    let whole = prompt.completed(patch);
    prompt.say(&form::before_sending(subject.id, &whole, subject.record, subject.profile));
    if let Some(record) = subject.record.filter(|_| subject.options.diff) {
        prompt.say(&diff_view::differences(subject.id, &diff::between(record, &whole)));
    }
    let of_lists = pipeline::diff::list_warnings(&whole, subject.record, prompt.lists);
    for warning in rules::check(&whole, prompt.options).into_iter().chain(of_lists) {
        prompt.say(&crate::terminal::rendered(&warning));
    }
    let is_dry_run = subject.options.is_dry_run();
    let decisions = [
        (Decision::Send, if is_dry_run { "Show what would be sent" } else { "Send it" }),
        (Decision::Change, "Change an answer"),
        (Decision::Choose, "Choose other fields"),
        (Decision::Save, "Save it as a file without sending"),
        (Decision::Leave, "Leave without sending"),
    ];
    let rows = decisions.iter().map(|(_, label)| Row::new(*label));
    // So that one Enter too many does not send.
    let question = Choice { start: Some(1), ..Choice::new("What now?", rows) };
    Ok(match prompt.prompter.one(&question)? {
        Answer::Given(chosen) => decisions[chosen].0,
        Answer::Back => Decision::Choose,
    })
}

/// Asks for a name and writes the patch to that file. None where the user steps back.
fn save(prompt: &mut Prompt<'_>, subject: &Subject<'_>, patch: &Patch) -> Result<Option<String>, Cancelled> {
    let question = Text {
        label: "File name".into(),
        help: "a new file, TOML or by its name JSON; a file that exists is not overwritten".into(),
        present: "customer.toml".into(),
        ..Text::default()
    };
    let patch = as_edits(patch, subject);
    let mut validate = |path: &str| {
        let path = path.trim();
        let refused = match path {
            "" => Some("the file needs a name"),
            "-" => Some("- is standard input for --from; give the file a name"),
            _ if path.starts_with('~') => Some("~ is not expanded here; write the whole path"),
            _ => None,
        };
        if let Some(refused) = refused {
            return Err(refused.to_owned());
        }
        let (kept, remarks) = for_file(&patch);
        let text = match file::format_of(path, "") {
            Format::Json => patch_file::json(subject.id, &kept),
            Format::Toml => patch_file::toml(subject.id, &kept, &remarks),
        };
        replace::create(Path::new(path), text.as_bytes()).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => format!("{path} already exists; give it another name"),
            std::io::ErrorKind::NotFound => format!("the folder of {path} does not exist"),
            _ => format!("{path} cannot be written: {error}"),
        })
    };
    Ok(match prompt.prompter.text(&question, &mut validate)? {
        Answer::Given(path) => Some(path.trim().to_owned()),
        Answer::Back => None,
    })
}

fn stopped() -> Failure {
    Failure::left()
}

/// How to send the same again: by a command line, or by the file that it was saved to. Empty if the line is too long
/// and there is no file.
pub fn how_to_repeat(subject: &Subject<'_>, patch: &Patch, saved: Option<&str>, app: &App<'_>) -> String {
    let edited = as_edits(patch, subject);
    let line = match saved {
        Some(path) => {
            let mut words = first_words(subject, patch, app);
            // Joined by an equals sign, a path may begin with a dash.
            words.push(format!("--from={path}"));
            words.extend(FieldFlags::write(&edits(&edited)).unwrap_or_default());
            Some(command_line(&words, Shell::current()))
        }
        None => whole_line(subject, patch, app),
    };
    let how =
        if subject.options.is_dry_run() || saved.is_some() { "To send it" } else { "To send the same again" };
    line.map(|line| format!("{how}:\n{}", unbroken(&format!("  {line}")))).unwrap_or_default()
}

/// The patch without what was taken over from the record, which is to be taken from it anew: a consent that was
/// withdrawn meanwhile must not be given again by a line or a file.
fn given(patch: &Patch) -> Patch {
    patch.clone().only(|_, given| given.source != Source::Record)
}

/// The patch with each list as what changes in the customer's, so that a repetition keeps what others add to it. A list
/// that flags cannot say so stays whole, as does one that is meant to be; what a service adds is such a change already.
fn as_edits(patch: &Patch, subject: &Subject<'_>) -> Patch {
    let mut edited = patch.clone();
    if subject.replaces_lists || subject.profile.reading.lists == ListMode::Append {
        return edited;
    }
    let is_prompted =
        |field: &Field| patch.get(field.name).is_some_and(|given| given.source == Source::Prompt);
    for field in patch.record().fields.iter().filter(|field| field.record().is_some() && is_prompted(field)) {
        if let Some(present) = subject.record.and_then(|record| list_edit::present(field, record).ok()) {
            list_edit::as_edit(&mut edited, field, &present);
        }
    }
    edited
}

/// The lists that are changed by their items, which only flags can say: in a file they would be whole lists.
fn edits(patch: &Patch) -> Patch {
    patch.clone().only(|field, _| patch.list_edit(field).is_some())
}

/// What is saved in a file, and a remark on each list that cannot be.
fn for_file(patch: &Patch) -> (Patch, Vec<String>) {
    let remark = |field: &Field| {
        format!("{} are changed by flags: in a file they would be the whole list.", field.name)
    };
    let kept = given(patch).only(|field, _| patch.list_edit(field).is_none());
    (kept, patch.edited_lists().into_iter().map(remark).collect())
}

/// The words that say which customer, where and how.
fn first_words(subject: &Subject<'_>, patch: &Patch, app: &App<'_>) -> Vec<String> {
    let mut words: Vec<String> = ["booster", "customer", "patch"].map(str::to_owned).to_vec();
    words.push(subject.id.to_string());
    words.extend(app.global.target_words());
    words.extend(app.global.timeout.map(|seconds| format!("--timeout={seconds}")));
    words.extend(subject.options.strictness.flags());
    let is_filled = match subject.record {
        Some(record) => !fill::fill(&mut patch.clone(), record).is_empty(),
        None => patch.iter().any(|(_, given)| given.source == Source::Record),
    };
    let Sending { verify, confirm, backup, reason, dry_run: _ } = &subject.options.sending;
    let options = [
        ("--fill", is_filled),
        ("--diff", subject.options.diff),
        ("--verify", *verify),
        ("--force", subject.force),
    ];
    words.extend(options.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag.to_owned()));
    let with_value = [("--confirm", confirm), ("--backup", backup), ("--reason", reason)];
    words.extend(
        with_value.into_iter().filter_map(|(flag, value)| Some(format!("{flag}={}", value.as_ref()?))),
    );
    let defaults = subject.profile.default_fields();
    if defaults.iter().any(|name| patch.get(name).is_none()) {
        words.push("--no-defaults".to_owned());
    }
    words
}

/// The command line with every field in it; none if it is too long, would move the terminal's cursor, or would not
/// arrive as it is written.
fn whole_line(subject: &Subject<'_>, patch: &Patch, app: &App<'_>) -> Option<String> {
    let patch = &as_edits(patch, subject);
    let mut words = first_words(subject, patch, app);
    words.extend(FieldFlags::write(&given(patch))?);
    let shell = Shell::current();
    let line = command_line(&words, shell);
    let is_harmless = line.chars().all(|letter| letter == '\n' || !is_dangerous(letter));
    (line.len() <= LONGEST_LINE && is_harmless && passes_on(&words, shell)).then_some(line)
}

/// Nobody can be asked: the hint names the flags that are needed.
pub fn cannot_ask(message: &str) -> Failure {
    let flags = |need: Need| -> String {
        let fields = CUSTOMER.fields.iter().filter(|field| field.need == need);
        fields.map(|field| format!("--{}", field.flag())).collect::<Vec<_>>().join(", ")
    };
    let for_type = |client_type: ClientType| {
        format!("{} needs {}", client_type.wire(), flags(Need::RequiredFor(client_type)))
    };
    Failure::usage(message).hint(format!(
        "give the fields as flags, or --from FILE. Every patch needs {}; {}; {}",
        flags(Need::Required),
        for_type(ClientType::Private),
        for_type(ClientType::Company),
    ))
}
