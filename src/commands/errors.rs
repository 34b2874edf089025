//! The errors of `config` and `auth` as what a command stops with.

use crate::auth::AuthError;
use crate::config::ConfigError;
use crate::failure::Failure;
use crate::model::problem::Problem;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::with(error.outcome, error.problems)
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Failure {
        let problem = Problem { hint: error.hint, ..Problem::of(error.outcome, error.message) };
        Failure::with(error.outcome, vec![problem])
    }
}
