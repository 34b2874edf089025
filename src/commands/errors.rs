//! The errors of `config` and `auth` as what a command stops with.

use crate::auth::AuthError;
use crate::config::ConfigError;
use crate::failure::Failure;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::with(error.outcome, error.problems)
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Failure {
        let failure = Failure::new(error.outcome, error.message);
        match error.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
