//! The conversation about one customer: questions, preview, and what is to be done with the patch.

use std::io::Write;
use std::path::Path;

use super::App;
use super::inputs::{Inputs, Strictness};
use super::preview::{self, Layers};
use crate::customer::CUSTOMER;
use crate::doors::flags::FieldFlags;
use crate::doors::prompt::{Prompt, can_be_asked_again};
use crate::failure::{Failure, Outcome};
use crate::field::{ClientType, Need};
use crate::interrupt::Signal;
use crate::patch::Patch;
use crate::profile::Profile;
use crate::report::Report;
use crate::rules;
use crate::shell::{Shell, command_line};
use crate::terminal::ask::{Answer, Choice, Leave, Row, Text};
use crate::wire;

/// A longer command line is no longer read, and is offered as a file instead; in bytes.
const LONGEST_LINE: usize = 2000;

/// What the conversation is about.
pub struct Subject<'a> {
    pub id: u32,
    pub profile: &'a Profile,
    pub strictness: Strictness,
    /// What sending is called: a dry run only shows.
    pub send: &'static str,
}

/// How the conversation ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Send,
    /// The patch lies in this file.
    Saved(String),
}

/// What can be done with a patch that the rules are content with.
#[derive(Debug, Clone, Copy)]
enum Decision {
    Send,
    Change,
    Choose,
    Save,
    Leave,
}

/// Asks until the person decides. Nothing is sent here.
///
/// # Errors
/// Stopped, where the person leaves; refused, where another door has brought what cannot be asked for again.
pub fn converse(
    inputs: &mut Inputs,
    subject: &Subject<'_>,
    app: &App<'_>,
    report: &mut Report,
) -> Result<Ended, Failure> {
    if inputs.problems.iter().any(|problem| problem.is_error() && !can_be_asked_again(problem)) {
        return Err(Failure::problems(std::mem::take(&mut inputs.problems)));
    }
    let told = std::mem::take(&mut inputs.problems);
    let mut asker = app.terminal.asking().map_err(|error| {
        Failure::usage(format!("this terminal cannot be asked on: {error}")).hint("give the fields as flags")
    })?;
    let options = rules::Options { unchecked: subject.strictness.unchecked, today: rules::today() };
    let mut prompt = Prompt::new(asker.as_mut(), options, subject.strictness.strict);
    for problem in &told {
        prompt.say(&crate::terminal::rendered(problem));
    }
    let mut step = prompt.fill(&mut inputs.patch, &told).map_err(|left| interrupted(left, report))?;
    loop {
        if step == Answer::Back {
            return Err(stopped());
        }
        let decided = decide(&mut prompt, &inputs.patch, options, subject);
        step = match decided.map_err(|left| interrupted(left, report))? {
            Decision::Send => return Ok(Ended::Send),
            Decision::Leave => return Err(stopped()),
            // Stepping back from a change leads to the decision again, not out of the conversation.
            Decision::Change => prompt.change(&mut inputs.patch).map(|_| Answer::Given(())),
            Decision::Choose => prompt.fill(&mut inputs.patch, &[]).map(|_| Answer::Given(())),
            Decision::Save => match save(&mut prompt, &inputs.patch) {
                Ok(Some(path)) => return Ok(Ended::Saved(path)),
                Ok(None) => Ok(Answer::Given(())),
                Err(left) => Err(left),
            },
        }
        .map_err(|left| interrupted(left, report))?;
    }
}

/// Shows the preview and asks what is to be done.
fn decide(
    prompt: &mut Prompt<'_>,
    patch: &Patch,
    options: rules::Options,
    subject: &Subject<'_>,
) -> Result<Decision, Leave> {
    prompt.say(&preview::before_sending(subject.id, patch, subject.profile, Layers::All));
    for warning in rules::check(patch, options) {
        prompt.say(&crate::terminal::rendered(&warning));
    }
    let decisions = [
        (Decision::Send, subject.send),
        (Decision::Change, "Change a field"),
        (Decision::Choose, "Choose other fields"),
        (Decision::Save, "Save it as a file, and send nothing"),
        (Decision::Leave, "Leave, and send nothing"),
    ];
    let question = Choice {
        label: "What now".into(),
        rows: decisions.iter().map(|(_, label)| Row::new(*label)).collect(),
        at_least_one: true,
        ..Choice::default()
    };
    Ok(match prompt.asker().one(&question)? {
        Answer::Given(chosen) => decisions[chosen].0,
        Answer::Back => Decision::Choose,
    })
}

/// Asks for a name and writes the patch to that file. None where the person steps back.
fn save(prompt: &mut Prompt<'_>, patch: &Patch) -> Result<Option<String>, Leave> {
    let question = Text {
        label: "File".into(),
        help: "a new file; one that is there is not overwritten".into(),
        initial: "customer.toml".into(),
        ..Text::default()
    };
    let toml = match wire::toml(patch) {
        Ok(toml) => toml,
        Err(error) => {
            prompt.say(&format!("The patch cannot be written as TOML: {error}"));
            return Ok(None);
        }
    };
    let mut judge =
        |path: &str| create(Path::new(path), &toml).map_err(|error| format!("cannot write it: {error}"));
    Ok(match prompt.asker().text(&question, &mut judge)? {
        Answer::Given(path) => Some(path),
        Answer::Back => None,
    })
}

/// Writes a new file for the user's own eyes.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn stopped() -> Failure {
    Failure::new(Outcome::Stopped, "left without sending anything")
}

/// The end of a command whose user left a question.
pub fn interrupted(_: Leave, report: &mut Report) -> Failure {
    report.exit_code = Some(Signal::Interrupt.exit_code());
    Failure::new(Outcome::Stopped, "interrupted; nothing was sent")
}

/// The command line that sends the same body again, or `--from` the file that it was saved to.
pub fn repeated(subject: &Subject<'_>, patch: &Patch, saved: Option<&str>, app: &App<'_>) -> String {
    let mut words: Vec<String> = ["booster", "customer", "patch"].map(str::to_owned).to_vec();
    words.push(subject.id.to_string());
    words.extend(app.global.target_words());
    words.extend(subject.strictness.words());
    let defaults = subject.profile.default_fields();
    if defaults.iter().any(|name| patch.get(name).is_none()) {
        words.push("--no-defaults".to_owned());
    }
    let mut whole = words.clone();
    whole.extend(FieldFlags::write(patch));
    let line = command_line(&whole, Shell::current());
    match saved {
        None if line.len() <= LONGEST_LINE => format!("To send the same again:\n  {line}"),
        saved => {
            words.push(format!("--from={}", saved.unwrap_or("customer.toml")));
            let line = command_line(&words, Shell::current());
            let how = if saved.is_some() {
                "To send it"
            } else {
                "To send the same again, save it as a file and write"
            };
            format!("{how}:\n  {line}")
        }
    }
}

/// Why nothing can be asked, with the flags that say the same.
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
