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
use crate::terminal::{green, red, yellow};

/// The check of whether customers can be read back: the profile may settle it, else the service is asked.
const READ_BACK: &str = "read-back";

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// A patch can be sent all the same.
    Warning,
    /// No patch can be sent; a patch would end with this outcome.
    Failed(Outcome),
    /// What it needs is not there.
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

    fn to_text(&self) -> String {
        let state = format!("{:<8}", self.state.word());
        let state = match self.state {
            State::Good => green(&state),
            State::Warning => yellow(&state),
            State::Failed(_) => red(&state),
            State::Skipped => state,
        };
        let hint = self.hint.iter().map(|hint| format!("\n{:<23}hint: {hint}", "")).collect::<String>();
        format!("{state} {:<13} {}{hint}", self.name, self.message)
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
            checks.push(local::storage(&profile).named("storage"));
            checks.push(local::guard(&profile).named("guard"));
            checks.extend(local::read_back(&profile).map(|check| check.named(READ_BACK)));
            reach_service(&profile, app, &mut checks).await;
            drop(sandbox);
        }
        Err(failure) => checks.push(Check::of_failure(&failure.into()).named("configuration")),
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
            let failure = Failure::new(Outcome::Failed, format!("there is nobody to trust: {error:#}")).hint(
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
    let mut text: Vec<String> = checks.iter().map(Check::to_text).collect();
    text.push(match failed {
        Some(_) => "A patch could not be sent.".to_owned(),
        None => "A patch could be sent.".to_owned(),
    });
    let values: Vec<Value> = checks.iter().map(Check::to_json).collect();
    report.answer("checks", json!(values), text.join("\n"));
    report.outcome = failed.unwrap_or(Outcome::Read);
    // A person reads of them in the line of the check.
    if is_json {
        report.problems.extend(checks.iter().flat_map(Check::problems));
    }
}
