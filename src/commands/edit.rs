//! `booster customer edit`: the record in an editor; what was changed there becomes the patch.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::interaction::TerminalInteraction;
use super::patch::start_sandbox;
use super::patch_report::{read_and_report, send_and_report};
use crate::app::App;
use crate::config::Profile;
use crate::document::read;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::guard;
use crate::input::file::{self, FromFile};
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::{FileText, Level, Problem, ProblemId, Source};
use crate::model::record::Snapshot;
use crate::model::{diff, fill, rules};
use crate::outcome::Outcome;
use crate::pipeline::check::check;
use crate::pipeline::fill::ensure_readable;
use crate::pipeline::gather::Inputs;
use crate::pipeline::options::{Force, PatchOptions, Sending, Strictness};
use crate::pipeline::service::Service;
use crate::pipeline::{PatchContext, PatchResult};
use crate::platform::editor::{self, EditedFile, Editor, EditorError};
use crate::platform::folders;
use crate::platform::signals::Signal;
use crate::report::Report;
use crate::state::backup::{Backups, DAYS};
use crate::views::{patch_file, preview};

/// What begins a line that is ours alone, and goes away by itself.
const OURS: &str = "#!";

/// How often the file is opened again. A person gives up earlier; a script that mends nothing would go on for ever.
const MOST_ROUNDS: usize = 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Opens the customer's current record in the editor that VISUAL or EDITOR names, without one in vi, on Windows in \
notepad. Only what you change is sent, with the \
required fields. Deleting a line changes nothing: write \"\" or [] to clear a field. If you change \
nothing, or leave the file empty, nothing is sent. If the file breaks a rule, it is opened again with the \
problems in it. With --dry-run the exit code is 10 if anything would change.")]
pub struct Args {
    /// The customer's Booster id, from 1 to 2147483647
    #[arg(allow_negative_numbers = true)]
    id: String,
    #[command(flatten)]
    sending: Sending,
    /// Send even if somebody has changed the record in the meantime
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    strictness: Strictness,
}

/// # Errors
/// Every way in which a patch can fail, and an editor that does not start or says that nothing is to be done.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = super::resolve_profile(app, report)?;
    // What is edited is compared with the record, and filled from it.
    let options = PatchOptions {
        fill: true,
        diff: true,
        strictness: args.strictness,
        sending: args.sending.clone(),
        keeps_values: false,
    };
    options.check(&profile, Some("customer edit"))?;
    if !options.is_dry_run() {
        guard::forbid(&profile.guard)?;
    }
    let id =
        rules::id(&args.id).map_err(|fault| Failure::problem(fault.at(ID_KEY, Source::Argument("ID"))))?;
    report.customer = Some(id);
    let editor = Editor::of_environment(app.terminal.stdin_is_terminal).ok_or_else(|| {
        Failure::usage("there is no terminal for the editor").hint(
            "set VISUAL or EDITOR to an editor that needs no terminal, or use `booster customer patch` \
            with flags or a file",
        )
    })?;
    let _sandbox = start_sandbox(&mut profile).await?;
    let interaction = TerminalInteraction::new(app);
    let service = Service::new(&profile, &interaction);
    let current = read_and_report(id, &service, app, report).await?;
    // It could not be sent however it was edited.
    ensure_readable(&current, |field| field.need.demands(current.carried().client_type()))?;
    let session =
        Session { id, editor, current: &current, strictness: args.strictness, profile: &profile, app };
    editor::remove_abandoned(|text| matches!(keep(text), Some(Ok(_))));
    let mut written = None;
    let Edited { patch, deleted, returned_at_once } = match session.edit(&mut written).await {
        Ok(edited) => edited,
        Err(failure) => {
            let kept = written.as_deref().and_then(keep);
            say_kept(kept, report);
            return Err(failure);
        }
    };
    report.problems.extend(ignored(&deleted));
    if patch.len() == 0 {
        report.outcome = Outcome::Unchanged;
        report.text = "Nothing was changed in the file: nothing was sent.\n".to_owned();
        if returned_at_once {
            let warning = Problem::warning(
                Outcome::Unchanged,
                "the editor returned at once, and the file was not changed",
            );
            report.problems.push(warning.hint(
                "if your editor has its own window, it must wait until the file is closed: `VISUAL='code --wait'`",
            ));
        }
        return Ok(());
    }
    // Before it is sent: a signal at a question ends the process on the spot.
    let kept = written.as_deref().and_then(keep);
    let mut context = PatchContext::new("customer edit", id, &profile, &options, &interaction);
    if args.force {
        context.force = Force::All;
    }
    let inputs = Inputs::of_patch(patch);
    let result = PatchResult { snapshot: Some(current.clone()), ..PatchResult::default() };
    let sent = send_and_report(inputs, &context, &service, result, app, report).await;
    match (&sent, kept) {
        (Ok(_), Some(Ok(path))) => drop(std::fs::remove_file(path)),
        (Ok(_), Some(Err(_)) | None) => {}
        (Err(_), kept) => say_kept(kept, report),
    }
    sent.map(|_| ())
}

/// Keeps what was written in the editor and is not sent yet: it may have been an hour's work. `None` where there is no
/// folder for it.
fn keep(text: &[u8]) -> Option<io::Result<PathBuf>> {
    let folder = folders::state_folder()?;
    Some(Backups::of(&folder).write_unsent(text, Timestamp::now()))
}

fn say_kept(kept: Option<io::Result<PathBuf>>, report: &mut Report) {
    let said = match kept {
        Some(Ok(path)) => format!("What you wrote was saved in {}, for {DAYS} days.", path.display()),
        Some(Err(error)) => format!("What you wrote could not be saved: {error}"),
        None => return,
    };
    let before = std::mem::take(&mut report.afterword);
    report.afterword = if before.is_empty() { said } else { format!("{before}\n{said}") };
}

/// What was deleted in the file, which changes nothing.
fn ignored(deleted: &[&'static Field]) -> Option<Problem> {
    let names: Vec<&str> = deleted.iter().map(|field| field.name).collect();
    let message = format!("deleted in the file, so not changed: {}", names.join(", "));
    let hint = "to clear a field, write \"\" for text or [] for a list";
    (!names.is_empty()).then(|| Problem::warning(ProblemId::Deleted, message).hint(hint))
}

/// What came out of the editor.
struct Edited {
    /// What was changed; empty where the file was left as it was, or emptied.
    patch: Patch,
    /// The fields whose lines are gone.
    deleted: Vec<&'static Field>,
    /// Whether the editor left the file as it was, sooner than a person could have read it.
    returned_at_once: bool,
}

impl Edited {
    fn of(patch: Patch, deleted: Vec<&'static Field>) -> Edited {
        Edited { patch, deleted, returned_at_once: false }
    }

    fn nothing() -> Edited {
        Edited::of(Patch::new(&CUSTOMER), Vec::new())
    }
}

/// What nobody reads a file in.
const AT_ONCE: Duration = Duration::from_secs(1);

/// One record in one editor, opened as often as it takes.
struct Session<'a> {
    id: u32,
    editor: Editor,
    current: &'a Snapshot,
    strictness: Strictness,
    profile: &'a Profile,
    app: &'a App<'a>,
}

impl Session<'_> {
    /// What the user changed. `written` is the text that the editor saved last, whatever came of it.
    async fn edit(&self, written: &mut Option<Vec<u8>>) -> Result<Edited, Failure> {
        let mut given =
            patch_file::toml_to_edit(self.id, self.current.carried(), &self.remarks()).into_bytes();
        let mut problems: Vec<Problem> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let began = Instant::now();
            let Some(bytes) = self.open(&annotated(&given, &problems), written).await? else {
                return Ok(Edited::nothing());
            };
            let edited = without_ours(&bytes);
            let is_empty = edited.trim_ascii().is_empty();
            if edited == given || is_empty {
                // Whoever leaves the file with its problems as it is has given up.
                let gives_up = !problems.is_empty() && !is_empty;
                let returned_at_once = !is_empty && began.elapsed() < AT_ONCE;
                let nothing = Edited { returned_at_once, ..Edited::nothing() };
                return if gives_up { Err(Failure::problems(problems)) } else { Ok(nothing) };
            }
            given = edited.to_vec();
            *written = Some(given.clone());
            match self.decoded(&given)?.and_then(|text| self.read(&text)) {
                Ok(edited) => return Ok(edited),
                Err(found) => problems = found,
            }
            problems.iter_mut().for_each(|problem| self.app.hints.fit(problem));
        }
        Err(Failure::problems(problems))
    }

    /// The bytes as text, or the problem with them: an editor that saves in another encoding is opened again on what
    /// it has saved.
    ///
    /// # Errors
    /// If our own lines cannot be above it: UTF-16, or no text at all.
    fn decoded(&self, bytes: &[u8]) -> Result<Result<String, Vec<Problem>>, Failure> {
        let wrong = match read::decode(&self.name(), bytes.to_vec()) {
            Ok(text) => return Ok(Ok(text.text.clone())),
            Err(wrong) => *wrong,
        };
        if bytes.contains(&0) || bytes.len() as u64 > read::LARGEST_FILE {
            return Err(Failure::problem(wrong));
        }
        Ok(Err(vec![wrong]))
    }

    /// Opens the editor, and returns what is in the file afterwards; `None` where the user deleted it.
    async fn open(&self, text: &[u8], written: &mut Option<Vec<u8>>) -> Result<Option<Vec<u8>>, Failure> {
        let file = EditedFile::create(&self.name(), text)
            .map_err(|error| Failure::new(Outcome::Failed, format!("{error}; nothing was sent")))?;
        let ended = self.run_editor(&file).await;
        let bytes = file.path().map(read::read_regular).transpose().map(|bytes| bytes.map(as_given));
        if let (Err(_), Ok(Some(bytes))) = (&ended, &bytes)
            && bytes != text
            && !bytes.trim_ascii().is_empty()
        {
            *written = Some(without_ours(bytes).to_vec());
        }
        ended?;
        bytes.map_err(|error| Failure::new(Outcome::Failed, format!("{error}; nothing was sent")))
    }

    /// Waits for the editor to end. While it runs, Ctrl-C is for the editor.
    async fn run_editor(&self, file: &EditedFile) -> Result<(), Failure> {
        let editing = self.editor.edit(file);
        tokio::pin!(editing);
        let mut interrupted = None;
        let ended = loop {
            let (ended, signal) = match self.app.interrupts.before_sending(&mut editing).await {
                // One that came as the editor ended was for it, too.
                Ok(ended) => (Some(ended), self.app.interrupts.pending()),
                Err(signal) => (None, Some(signal)),
            };
            match signal {
                Some(Signal::Interrupt) => interrupted = signal,
                Some(Signal::Terminate) => {
                    return Err(Failure::interrupted().exiting_with(Signal::Terminate.exit_code()));
                }
                None => {}
            }
            if let Some(ended) = ended {
                break ended;
            }
        };
        let failed = |outcome, error: &dyn std::error::Error| {
            Failure::new(outcome, format!("{error}; nothing was sent"))
        };
        ended.map_err(|error| match &error {
            EditorError::NotStarted(_) => {
                failed(Outcome::Usage, &error).hint("set VISUAL or EDITOR to an installed editor")
            }
            EditorError::File(_) => failed(Outcome::Failed, &error),
            EditorError::Ended(_) => {
                Failure { exit_code: interrupted.map(Signal::exit_code), ..failed(Outcome::Stopped, &error) }
            }
            EditorError::HangUp => failed(Outcome::Stopped, &error),
        })
    }

    /// What was changed in the file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn read(&self, text: &str) -> Result<Edited, Vec<Problem>> {
        let mut problems = Vec::new();
        let text = Rc::new(FileText::new(&self.name(), text.to_owned(), true));
        let FromFile { patch: edited, id, .. } =
            file::patch(self.profile.patching.record, &text, Some(Format::Toml), &mut problems);
        if let Some((written, source)) = id
            && let Err(fault) = rules::same_id(self.id, &written)
        {
            problems.push(fault.at(ID_KEY, source));
        }
        let deleted = self.current.carried().iter().map(|(field, _)| field);
        let deleted = deleted.filter(|field| !edited.mentions(field)).collect();
        let mut changed = edited.clone();
        for (field, given) in edited.iter() {
            if self.current.get(field).is_some_and(|now| diff::same(now, &given.value)) {
                changed.remove(field);
            }
        }
        if changed.len() == 0 && !changed.has_invalid() {
            return if problems.is_empty() { Ok(Edited::of(changed, deleted)) } else { Err(problems) };
        }
        let mut whole = changed.clone();
        fill::fill(&mut whole, self.current);
        let mut inputs = Inputs::of_patch(whole);
        inputs.problems = problems;
        match check(inputs, self.strictness) {
            Ok(_) => Ok(Edited::of(changed, deleted)),
            Err(failure) => Err(failure.problems),
        }
    }

    fn name(&self) -> String {
        format!("customer-{}.toml", self.id)
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![
            format!("Customer {} {}.", self.id, preview::location(self.profile)),
            String::new(),
            "Change the values, save, and close the editor. Only what you changed is sent. To give a field that is".to_owned(),
            "commented out with #, remove the # and write its value. To clear a field, write \"\" for text or [] for a".to_owned(),
            "list: deleting a line changes nothing. If you change nothing, or empty the file, nothing is sent.".to_owned(),
        ];
        remarks.extend(self.current.misread.iter().map(|found| {
            format!(
                "Left out, since the response cannot be understood there: {} ({}).",
                found.place, found.why
            )
        }));
        remarks.extend(self.current.uncertain.values().map(|found| {
            format!(
                "Left out, since the date is uncertain: {}. Set time_zone in the profile.",
                found.describe()
            )
        }));
        remarks.push(String::new());
        remarks
    }
}

/// The text under the problems that were found in it, each with its line in the new file.
fn annotated(text: &[u8], problems: &[Problem]) -> Vec<u8> {
    if problems.is_empty() {
        return text.to_vec();
    }
    let mut head = vec![
        "Nothing was sent yet. Correct this and save, or close the file without a change to stop:".to_owned(),
    ];
    let lines: usize =
        1 + problems.iter().map(|problem| 1 + usize::from(problem.hint.is_some())).sum::<usize>();
    for problem in problems {
        let place = match &problem.source {
            Some(Source::File { file, span }) => {
                format!("line {}: ", file.line_and_column(span.start).0 + lines)
            }
            Some(_) | None => String::new(),
        };
        let word = match problem.level {
            Level::Error => "",
            Level::Warning => "warning: ",
        };
        let field = problem.field.as_ref().map_or_else(String::new, |field| format!("{field}: "));
        head.push(format!("{place}{word}{field}{}", problem.message));
        head.extend(problem.hint.as_ref().map(|hint| format!("  {hint}")));
    }
    let one_line = |line: String| crate::escape::escaped(&line);
    let head: Vec<String> = head.into_iter().map(|line| format!("{OURS} {}\n", one_line(line))).collect();
    [head.concat().as_bytes(), text].concat()
}

/// The text as the editor was given it: one that saves UTF-16 or lines that end in CR LF, as Notepad does, changes
/// nothing by that. Bytes that are no text stay as they are.
fn as_given(bytes: Vec<u8>) -> Vec<u8> {
    match read::decode("", bytes.clone()) {
        Ok(text) => text.text.replace("\r\n", "\n").into_bytes(),
        Err(_) => bytes,
    }
}

/// The text without our own lines at its head.
fn without_ours(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while rest.starts_with(OURS.as_bytes()) {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |newline| newline + 1);
        rest = &rest[end..];
    }
    rest
}
