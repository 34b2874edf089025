//! What is wrong with the configuration, or with what flags and environment say in its place.

use crate::model::problem::{Problem, Source};
use crate::outcome::Outcome;

/// Problems of the configuration.
#[derive(Debug)]
pub struct ConfigError {
    /// Usage, but for what is no fault of the configuration, such as a full disk.
    pub outcome: Outcome,
    pub problems: Vec<Problem>,
}

impl ConfigError {
    pub fn new(message: impl Into<String>) -> ConfigError {
        Problem::usage(message).into()
    }

    pub fn of(problems: Vec<Problem>) -> ConfigError {
        ConfigError { outcome: Outcome::Usage, problems }
    }

    /// What is no fault of the configuration.
    pub fn failed(message: impl Into<String>) -> ConfigError {
        ConfigError { outcome: Outcome::Failed, problems: vec![Problem::of(Outcome::Failed, message)] }
    }

    /// Where it was written.
    pub fn at(mut self, source: Option<Source>) -> ConfigError {
        if let Some(problem) = self.problems.last_mut() {
            problem.source = source;
        }
        self
    }

    /// What to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> ConfigError {
        if let Some(problem) = self.problems.last_mut() {
            problem.hint = Some(hint.into());
        }
        self
    }

    /// The same without where it was written.
    pub fn without_sources(mut self) -> ConfigError {
        self.problems.iter_mut().for_each(|problem| problem.source = None);
        self
    }
}

/// What is wrong, collected while the reading goes on.
#[derive(Debug, Default)]
pub struct Errors(Vec<Problem>);

impl Errors {
    /// The value, or none and one more error.
    pub fn keep<T>(&mut self, result: Result<T, ConfigError>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Adds what is not said yet.
    pub fn add(&mut self, error: ConfigError) {
        for problem in error.problems {
            if !self.0.contains(&problem) {
                self.0.push(problem);
            }
        }
    }

    /// # Errors
    /// All that was kept.
    pub fn finish(self) -> Result<(), ConfigError> {
        if self.0.is_empty() { Ok(()) } else { Err(ConfigError::of(self.in_order())) }
    }

    /// All that was kept, in the order of writing.
    fn in_order(mut self) -> Vec<Problem> {
        let place = |problem: &Problem| match &problem.source {
            Some(Source::File { span, .. }) => span.start,
            _ => 0,
        };
        self.0.sort_by_key(place);
        self.0
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> ConfigError {
        ConfigError { outcome: Outcome::Usage, problems: vec![problem] }
    }
}
