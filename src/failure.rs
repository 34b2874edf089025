//! Why a command stops: its outcome, and the problems that say what happened and what to do.

use crate::model::problem::{Level, Problem, ProblemId};
use crate::outcome::Outcome;

/// Why a command stops.
#[derive(Debug)]
pub struct Failure {
    pub outcome: Outcome,
    pub problems: Vec<Problem>,
    /// Set if the exit code is not the outcome's own: a signal has its own.
    pub exit_code: Option<u8>,
}

impl Failure {
    /// A failure that no rule speaks of: its problem carries the outcome's own word.
    pub fn new(outcome: Outcome, message: impl Into<String>) -> Failure {
        Failure::with(outcome, vec![Problem::of(outcome, message)])
    }

    pub fn with(outcome: Outcome, problems: Vec<Problem>) -> Failure {
        Failure { outcome, problems, exit_code: None }
    }

    pub fn exiting_with(self, exit_code: u8) -> Failure {
        Failure { exit_code: Some(exit_code), ..self }
    }

    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Outcome::Usage, message)
    }

    pub fn problem(problem: Problem) -> Failure {
        Failure::problems(vec![problem])
    }

    /// The user chose to leave, at a question or before it. That is no error.
    pub fn left() -> Failure {
        let left = Problem::new(ProblemId::Left, Level::Error, "Nothing was sent.".to_owned());
        Failure::with(Outcome::Stopped, vec![left])
    }

    /// A signal came before anything was sent.
    pub fn interrupted() -> Failure {
        Failure::new(Outcome::Stopped, "interrupted; nothing was sent")
    }

    /// Nobody can tell how far the request got.
    pub fn interrupted_under_way() -> Failure {
        Failure::new(
            Outcome::Unknown,
            "interrupted while the request was being sent: it may have been applied",
        )
        .hint("check the customer before you send it again")
    }

    /// The failure of an input with these problems: a usage error where one of them is one, else a refusal.
    pub fn problems(problems: Vec<Problem>) -> Failure {
        Failure::with(Failure::outcome_of(&problems), problems)
    }

    pub fn outcome_of(problems: &[Problem]) -> Outcome {
        let is_usage = problems.iter().any(|problem| problem.is_usage());
        if is_usage { Outcome::Usage } else { Outcome::Refused }
    }

    /// What to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        if let Some(problem) = self.problems.last_mut() {
            problem.hint = Some(hint.into());
        }
        self
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::new(Outcome::Failed, format!("{error:#}"))
    }
}
