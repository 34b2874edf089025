//! The messages about the sources of a secret: where a secret was found, why there is none, and what to do about it.

use super::{SecretSource, Sources};
use crate::auth::error::AuthError;
use crate::auth::kind::SecretKind;
use crate::auth::store::Store;
use crate::environment::Variable;

impl Sources {
    /// The store in words.
    pub fn store(&self) -> String {
        self.store.as_ref().map_or_else(|| "no store".to_owned(), Store::described)
    }

    pub fn describe(&self, source: &SecretSource) -> String {
        let what = self.secret_name();
        match source {
            SecretSource::Environment(variable) => format!("the {what} in {}", variable.name()),
            SecretSource::Command => format!("the {what} from secret_command"),
            SecretSource::Store => format!("the {what} in {}", self.store()),
            SecretSource::Given => format!("the {what} that was given"),
        }
    }

    /// What to do when what was found there is not accepted.
    pub fn advice(&self, source: &SecretSource, user: &str) -> String {
        let whose = if user.is_empty() { String::new() } else { format!("the user name {user} and ") };
        match source {
            SecretSource::Environment(variable) => {
                format!("check {whose}{}: it may be wrong or have expired", variable.name())
            }
            SecretSource::Command => {
                format!("check {whose}what the secret_command of {} prints", self.name())
            }
            SecretSource::Store => self.log_in_again(),
            SecretSource::Given => {
                format!("check {whose}the {}", self.secret_name())
            }
        }
    }

    /// No credential goes out, and the service wants one. Without a profile the environment alone would say so.
    pub fn set_up_sign_in(&self) -> String {
        match &self.profile {
            Some(name) => format!("profile {name} does not sign in: set its auth in the configuration"),
            None => format!(
                "set {}, or {} and {}",
                Variable::Token.name(),
                Variable::Username.name(),
                Variable::Password.name()
            ),
        }
    }

    pub fn log_in_again(&self) -> String {
        format!("sign in again with `booster auth login{}`", self.flag())
    }

    /// The session in the store has ended.
    pub fn expired(&self) -> AuthError {
        AuthError::new(format!(
            "the session of {} with {} has expired and cannot be renewed",
            self.name(),
            self.origin
        ))
        .hint(self.log_in_again())
    }

    /// No source has a secret.
    pub fn no_secret(&self) -> AuthError {
        let what = self.secret_name();
        let mut message =
            format!("{} (sign-in type {}) has no {what} for {}", self.name(), self.auth.name, self.origin);
        let elsewhere = match (&self.store, &self.profile) {
            (Some(store), Some(profile)) => store.origins(profile, &self.origin, &[]),
            (Some(_), None) | (None, _) => Vec::new(),
        };
        let is_elsewhere = !elsewhere.is_empty() && !elsewhere.contains(&self.origin);
        if elsewhere.contains(&self.origin) {
            message.push_str("; the stored one is for another user or another type of sign-in");
        } else if is_elsewhere {
            message.push_str(&format!("; the stored one is for {}", elsewhere.join(", ")));
        }
        let set = format!("set {}", self.variable());
        AuthError::new(message).hint(match &self.profile {
            // By the profile's own address one would sign in there.
            Some(_) if is_elsewhere => format!(
                "sign in with `booster auth login{}`, with the same --base-url, or {set}",
                self.flag()
            ),
            Some(_) => format!("sign in with `booster auth login{}`, or {set}", self.flag()),
            None => set,
        })
    }

    /// Nobody says whose secret it is.
    pub(super) fn no_user(&self) -> AuthError {
        let nobody = AuthError::new(format!("sign-in type {} needs a user name", self.auth.name));
        let variable = Variable::Username.name();
        match &self.profile {
            Some(_) => nobody
                .hint(format!("set username in the profile, or {variable}, or sign in with `booster auth login{} --username NAME`", self.flag()))
                .usage(),
            None => nobody.hint(format!("set {variable} as well as {}", self.variable())),
        }
    }

    pub(super) fn variable(&self) -> &'static str {
        self.auth.secret.map_or(Variable::Token, SecretKind::variable).name()
    }

    fn secret_name(&self) -> &'static str {
        self.auth.secret.map_or("secret", SecretKind::describe)
    }

    pub(in crate::auth) fn flag(&self) -> String {
        self.profile.as_ref().map_or(String::new(), |profile| format!(" -p {profile}"))
    }

    pub(in crate::auth) fn name(&self) -> String {
        self.profile.as_ref().map_or("this sign-in".to_owned(), |profile| format!("profile {profile}"))
    }
}
