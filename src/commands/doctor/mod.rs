//! `booster doctor`: checks everything that sending a patch needs, one after the other. It never sends a patch.

mod local;
mod remote;

use serde_json::{Value, json};

use super::auth::with_request_log;
use super::patch::start_sandbox;
use crate::app::App;
use crate::config::Profile;
use crate::config::config_file::Config;
use crate::failure::Failure;
use crate::http::Client;
use crate::model::problem::Problem;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::terminal::{green, red, table, yellow};

/// The check of whether customers can be read back: the profile may settle it, else the service is asked.
const READ_BACK: &str = "read-back";

/// The check of who is signed in.
const SIGN_IN: &str = "sign-in";

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// A patch can be sent all the same, as far as this check tells.
    Warning,
    /// A command that needs this would end with this outcome; every patch needs it, but for reading customers.
    Failed(Outcome),
    /// It was not looked at.
    Skipped,
}

#[derive(Debug)]
struct Check {
    name: &'static str,
    state: State,
    message: String,
    hint: Option<String>,
    /// What a command would have stopped with, where it is known more closely than by message and hint.
    problems: Vec<Problem>,
}

impl Check {
    fn new(state: State, message: impl Into<String>) -> Check {
        Check { name: "", state, message: message.into(), hint: None, problems: Vec::new() }
    }

    fn good(message: impl Into<String>) -> Check {
        Check::new(State::Good, message)
    }

    fn warning(message: impl Into<String>) -> Check {
        Check::new(State::Warning, message)
    }

    fn skipped(message: impl Into<String>) -> Check {
        Check::new(State::Skipped, message)
    }

    fn failed(outcome: Outcome, message: impl Into<String>) -> Check {
        Check::new(State::Failed(outcome), message)
    }

    fn named(self, name: &'static str) -> Check {
        Check { name, ..self }
    }

    /// A check that failed as the command itself would.
    fn of_failure(failure: &Failure) -> Check {
        let messages: Vec<String> = failure
            .problems
            .iter()
            .map(|problem| match &problem.source {
                Some(source) => format!("{} ({})", problem.message, source.describe()),
                None => problem.message.clone(),
            })
            .collect();
        let hint = failure.problems.iter().find_map(|problem| problem.hint.clone());
        let problems = failure.problems.clone();
        Check { hint, problems, ..Check::failed(failure.outcome, messages.join("; ")) }
    }

    fn hint(mut self, hint: impl Into<String>) -> Check {
        self.hint = Some(hint.into());
        self
    }

    /// What a program finds among the problems of the document; none unless the check failed.
    fn problems(&self) -> Vec<Problem> {
        let State::Failed(outcome) = self.state else { return Vec::new() };
        if !self.problems.is_empty() {
            return self.problems.clone();
        }
        let message = format!("{}: {}", self.name, self.message);
        vec![Problem { hint: self.hint.clone(), ..Problem::of(outcome, message) }]
    }

    fn to_json(&self) -> Value {
        let mut value = json!({ "name": self.name, "state": self.state.word(), "message": self.message });
        if let Some(hint) = &self.hint {
            value["hint"] = hint.clone().into();
        }
        value
    }

    fn to_row(&self) -> [String; 3] {
        let state = self.state.word();
        let state = match self.state {
            State::Good => green(state),
            State::Warning => yellow(state),
            State::Failed(_) => red(state),
            State::Skipped => state.to_owned(),
        };
        let hint = self.hint.iter().map(|hint| format!("\nhint: {hint}")).collect::<String>();
        [state, self.name.to_owned(), format!("{}{hint}", self.message)]
    }
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Warning => "warning",
            State::Failed(_) => "failed",
            State::Skipped => "skipped",
        }
    }
}

/// # Errors
/// None but of starting a sandbox; what a check finds is in the report, whose outcome is the first failure's.
pub async fn run(app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut checks = Vec::new();
    let wanted = app.global.wanted();
    let resolved = Config::load(wanted.config.as_deref()).and_then(|config| {
        let profile = Profile::of(config.as_ref(), &wanted)?;
        Ok((config, profile))
    });
    match resolved {
        Ok((config, mut profile)) => {
            report.profile = profile.name.clone();
            let sandbox = start_sandbox(&mut profile).await?;
            checks.push(local::configuration(config.as_ref(), &profile).named("configuration"));
            checks.push(local::permissions(config.as_ref(), &profile).named("permissions"));
            checks.push(local::guard(&profile).named("guard"));
            checks.push(local::history(&profile).named("history"));
            checks.push(local::backup(&profile).named("backup"));
            checks.extend(local::read_back(&profile).map(|check| check.named(READ_BACK)));
            reach_service(&profile, app, &mut checks).await;
            drop(sandbox);
        }
        Err(failure) => checks.push(Check::of_failure(&failure.into()).named("configuration")),
    }
    for check in &mut checks {
        check.hint = check.hint.take().map(|hint| app.hints.completed(&hint));
    }
    conclude(&checks, app.json, report);
    Ok(())
}

/// The checks on the way to the service, up to the first that makes the others impossible.
async fn reach_service(profile: &Profile, app: &App<'_>, checks: &mut Vec<Check>) {
    let Ok(url) = profile.target() else { return };
    checks.push(local::proxy(url).named("proxy"));
    let client = match Client::new(url, &profile.settings) {
        Ok(client) => client,
        Err(error) => {
            let failure =
                Failure::new(Outcome::Failed, format!("there is no certificate to trust: {error:#}")).hint(
                    "install the system's certificates (ca-certificates), or name a ca_file in the profile",
                );
            return checks.push(Check::of_failure(&failure).named("roots"));
        }
    };
    checks.push(local::roots(url, profile).named("roots"));
    checks.push(remote::name(url).await.named("name"));
    // Signing in may take a request of its own, so it comes when the way is known.
    let Ok(sign_in) = profile.sign_in() else { return };
    let sign_in = with_request_log(sign_in, app);
    let credential = local::credential(profile, &sign_in, sign_in.credential(&client).await).await;
    checks.push(credential.named("credential"));
    remote::exchanges(profile, url, &client, &sign_in, checks).await;
}

fn conclude(checks: &[Check], is_json: bool, report: &mut Report) {
    let failed = checks.iter().find_map(|check| match check.state {
        State::Failed(outcome) => Some(outcome),
        State::Good | State::Warning | State::Skipped => None,
    });
    let values: Vec<Value> = checks.iter().map(Check::to_json).collect();
    let conclusion = conclusion(checks);
    report.answer(
        "checks",
        json!(values),
        format!("{}\n{conclusion}", table(checks.iter().map(Check::to_row))),
    );
    report.part("conclusion", conclusion.into());
    report.outcome = failed.unwrap_or(Outcome::Read);
    // A person reads of them in the line of the check.
    if is_json {
        report.problems.extend(checks.iter().flat_map(Check::problems));
    }
}

/// What follows from the checks, and no more: no patch was sent.
fn conclusion(checks: &[Check]) -> &'static str {
    let is_good = |name: &str| checks.iter().any(|check| check.name == name && check.state == State::Good);
    let is_failed = |check: &&Check| matches!(check.state, State::Failed(_));
    let cannot_read = checks.iter().any(|check| check.name == READ_BACK && is_failed(&check));
    if checks.iter().any(|check| check.name != READ_BACK && is_failed(&check)) {
        "A patch could not be sent."
    } else if cannot_read && is_good(SIGN_IN) {
        "No customer can be read, so a patch that reads the customer could not be sent. Whether another \
        patch could be sent is not known."
    } else if cannot_read {
        "A patch could not be sent: none of the responses came from the service."
    } else if is_good(SIGN_IN) || is_good(READ_BACK) {
        "A patch could be sent."
    } else {
        "Nothing was found that stops a patch, but it is not known whether the service would accept one."
    }
}
