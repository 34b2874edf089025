//! What is wrong with the configuration, or with what flags and environment say in its place.

use crate::model::problem::{Problem, Source};

/// Problems of the configuration; each of them is a usage error.
#[derive(Debug)]
pub struct ConfigError {
    pub problems: Vec<Problem>,
}

impl ConfigError {
    pub fn new(message: impl Into<String>) -> ConfigError {
        ConfigError { problems: vec![Problem::usage(message)] }
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

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> ConfigError {
        ConfigError { problems: vec![problem] }
    }
}
