//! What the pipeline shows and asks, on this terminal.

use std::cell::Cell;

use crate::app::App;
use crate::config::Profile;
use crate::config::config_file::Environment;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::guard::{self, Confirmed, Guard, Permission};
use crate::model::field::Field;
use crate::model::problem::Problem;
use crate::outcome::Outcome;
use crate::pipeline::options::reason;
use crate::pipeline::{Confirmation, Interaction, Preview};
use crate::platform::signals::Signal;
use crate::terminal::Terminal;
use crate::terminal::prompter::{Answer, Cancelled, Text};
use crate::views::{diff_view, form, preview};

/// How much of what is about to be sent the person has already seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewState {
    NotShown,
    /// They answered the questions, saw the patch, and chose to send it.
    Agreed,
}

pub struct TerminalInteraction<'a> {
    app: &'a App<'a>,
    preview: Cell<PreviewState>,
    /// Whether it is about the rows of a bulk job, whose progress is shown as a whole.
    is_of_rows: Cell<bool>,
}

impl<'a> TerminalInteraction<'a> {
    pub fn new(app: &'a App<'a>) -> TerminalInteraction<'a> {
        TerminalInteraction { app, preview: Cell::new(PreviewState::NotShown), is_of_rows: Cell::default() }
    }

    pub fn set_preview(&self, state: PreviewState) {
        self.preview.set(state);
    }

    /// From here on it is about the rows of a bulk job: what happens on the way of each is not told.
    pub fn of_rows(&self) {
        self.is_of_rows.set(true);
    }

    /// Says what is known of the record where nobody is shown the preview: in the log of a job, say.
    fn log(&self, preview: &Preview<'_>) {
        let terminal = self.app.terminal;
        if self.app.json || terminal.stderr_is_terminal {
            return;
        }
        if !preview.filled.is_empty() {
            terminal.say(&diff_view::filled_from_record(preview.patch, preview.filled));
        }
        if let Some(differences) = preview.differences {
            terminal.say(&diff_view::differences(preview.id, differences));
        }
    }

    /// Names the consents that are taken from the record: that is said even to those who want to hear nothing else.
    fn name_consents(&self, preview: &Preview<'_>) {
        let consents: Vec<&'static Field> =
            preview.filled.iter().copied().filter(|field| field.is_consent()).collect();
        if self.app.global.quiet && !self.app.json && !consents.is_empty() {
            self.app.terminal.error(&diff_view::filled_from_record(preview.patch, &consents));
        }
    }
}

impl TerminalInteraction<'_> {
    /// Asks whether to send. In production the profile's name is typed: a habit is no decision.
    fn asks_to_send(&self, profile: &Profile) -> Result<bool, Cancelled> {
        let terminal = self.app.terminal;
        match profile
            .guard
            .profile
            .as_deref()
            .filter(|_| profile.environment == Some(Environment::Production))
        {
            None => terminal.confirm("Send it?"),
            Some(name) => {
                let question =
                    format!("This is production. To send, type the profile's name, {}:", escaped(name));
                Ok(terminal.ask(&question)?.trim() == name)
            }
        }
    }
}

impl TerminalInteraction<'_> {
    /// Shows what a bulk job is about to send, asks if the guard wants that, and decides once for all of its rows.
    ///
    /// # Errors
    /// Stopped, by the guard or the person.
    pub fn permit_job(
        &self,
        profile: &Profile,
        confirm: Option<&str>,
        shown: &str,
    ) -> Result<Permission, Failure> {
        let must_ask = profile.guard.guard == Guard::Confirm && confirm.is_none();
        let asks = must_ask && self.app.may_ask();
        if asks {
            // Nobody can say yes to what they were not shown, quiet and JSON or not.
            self.app.terminal.error(shown);
        } else if !self.app.json {
            self.app.terminal.say(shown);
        }
        let confirmed =
            Confirmed { name: confirm, profile: profile.name.as_deref(), profiles: &profile.names };
        guard::decide(&profile.guard, confirmed, || {
            if asks { self.asks_to_send(profile).map(Some).map_err(interrupted) } else { Ok(None) }
        })
    }
}

impl Interaction for TerminalInteraction<'_> {
    fn verbose(&self, verbosity: u8, text: &dyn Fn() -> String) {
        if verbosity > 1 || !self.is_of_rows.get() {
            self.app.terminal.verbose(verbosity, text);
        }
    }

    fn progress(&self, text: &str) {
        if !self.is_of_rows.get() {
            self.app.terminal.say(text);
        }
    }

    fn warn(&self, problem: &Problem) -> bool {
        if !self.app.json {
            let mut problem = problem.clone();
            self.app.hints.fit(&mut problem);
            self.app.terminal.problem(&problem);
        }
        !self.app.json
    }

    fn sign_in_listener(&self) -> Box<dyn Fn(&str) + Send + Sync> {
        Box::new(request_log(self.app.terminal))
    }

    fn confirm(&self, preview: &Preview<'_>, must_ask: bool) -> Result<Confirmation, Failure> {
        let terminal = self.app.terminal;
        let is_production = preview.profile.environment == Some(Environment::Production);
        // At the end of the questions the patch was seen and agreed to.
        let is_agreed = self.preview.get() == PreviewState::Agreed;
        if is_agreed && !(must_ask && is_production) {
            return Ok(Confirmation::Agreed);
        }
        self.log(preview);
        self.name_consents(preview);
        if !preview.dropped.is_empty() && !self.app.json {
            terminal.error(&diff_view::dropped_items(preview.dropped));
        }
        let asks = must_ask && self.app.may_ask();
        if asks && !is_agreed {
            // Nobody can say yes to what they were not shown, quiet and JSON or not.
            terminal.error(&whole(preview));
        } else if terminal.stderr_is_terminal && !self.app.json && !is_agreed {
            terminal.say(&whole(preview));
        }
        if !asks {
            return Ok(Confirmation::NotAsked);
        }
        let agreed = self.asks_to_send(preview.profile).map_err(interrupted)?;
        Ok(if agreed { Confirmation::Agreed } else { Confirmation::Declined })
    }

    fn ask_reason(&self, fields: &[&'static Field]) -> Result<Option<String>, Failure> {
        if self.app.json || !self.app.may_ask() {
            return Ok(None);
        }
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        self.app.terminal.error(&format!("The profile requires a reason for changing {}.", names.join(", ")));
        let question = Text {
            label: "Reason".to_owned(),
            help: "one line; it is stored in the history".to_owned(),
            ..Text::default()
        };
        let mut prompter = self.app.terminal.prompter().map_err(|_| interrupted(Cancelled))?;
        match prompter.text(&question, &mut |text| reason(text).map(drop)).map_err(interrupted)? {
            Answer::Given(text) => Ok(reason(&text).ok()),
            Answer::Back => Err(Failure::new(Outcome::Stopped, "stopped without a reason; nothing was sent")
                .hint("give a reason here, or with --reason TEXT")),
        }
    }
}

fn whole(preview: &Preview<'_>) -> String {
    let fields = form::before_sending(preview.id, preview.patch, preview.snapshot, preview.profile);
    match preview.differences {
        Some(differences) => format!("{fields}{}", diff_view::differences(preview.id, differences)),
        None => fields,
    }
}

/// The end of a command whose user left a question.
pub fn interrupted(_: Cancelled) -> Failure {
    Failure::left().exiting_with(Signal::Interrupt.exit_code())
}

/// What shows each request of a sign-in, where the user wants to see the exchange.
pub fn request_log(terminal: &Terminal) -> impl Fn(&str) + Send + Sync + 'static + use<> {
    let terminal = terminal.clone();
    move |request| terminal.verbose(2, || preview::marked_lines("> ", request))
}
