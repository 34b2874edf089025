//! Whether a patch may be sent: the profile's guard, and the permission without which no PATCH leaves.

use serde::Deserialize;

use crate::failure::Failure;
use crate::outcome::Outcome;

/// What is between a command and the service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Every patch may go.
    #[default]
    Open,
    /// A person says yes to each, or `--confirm` names the profile.
    Confirm,
    /// No patch ever goes.
    ReadOnly,
}

impl Guard {
    /// The word of the profile.
    pub fn word(self) -> &'static str {
        match self {
            Guard::Open => "open",
            Guard::Confirm => "confirm",
            Guard::ReadOnly => "read-only",
        }
    }
}

/// The proof that the guard was asked and let the patch pass. Nothing but [`decide`] makes one, and without one no
/// request with the method PATCH can be made: so no command can forget to ask.
#[derive(Debug)]
pub struct Permission(());

/// Stops what can only end in a patch, before anybody is troubled with it.
///
/// # Errors
/// Stopped, where the guard lets no patch pass.
pub fn forbid(guard: Guard, profile: Option<&str>) -> Result<(), Failure> {
    match guard {
        Guard::ReadOnly => Err(read_only(profile.unwrap_or_default())),
        Guard::Open | Guard::Confirm => Ok(()),
    }
}

fn read_only(profile: &str) -> Failure {
    Failure::new(Outcome::Stopped, format!("profile {profile} is read-only: nothing was sent"))
        .hint("--dry-run shows what would go out; -p takes another profile")
}

/// Lets a patch pass or not. `confirm` is the profile's name as the user gave it; `ask` puts the question, and gives
/// none where nobody can be asked.
///
/// # Errors
/// Stopped: the guard, a wrong name, or the user says no; what the question itself ends with.
pub fn decide(
    guard: Guard,
    profile: Option<&str>,
    confirm: Option<&str>,
    ask: impl FnOnce() -> Result<Option<bool>, Failure>,
) -> Result<Permission, Failure> {
    let shown = profile.unwrap_or_default();
    // Whatever the guard: somebody who names one profile does not mean another one.
    if let Some(named) = confirm.filter(|named| profile != Some(*named)) {
        let message = match profile {
            Some(profile) => format!("--confirm names {named}, and the profile in use is {profile}"),
            None => format!("--confirm names {named}, and no profile is in use"),
        };
        return Err(Failure::new(Outcome::Stopped, message)
            .hint(format!("`-p {named}` would send by that profile; nothing was sent")));
    }
    match (guard, confirm) {
        (Guard::Open, _) | (Guard::Confirm, Some(_)) => Ok(Permission(())),
        (Guard::ReadOnly, _) => Err(read_only(shown)),
        (Guard::Confirm, None) => match ask()? {
            Some(true) => Ok(Permission(())),
            Some(false) => Err(Failure::left()),
            None => {
                let message = format!(
                    "profile {shown} wants a confirmation, and nobody can be asked: nothing was sent"
                );
                Err(Failure::new(Outcome::Stopped, message).hint(format!("add --confirm {shown}")))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a patch may go, with what the user would answer.
    fn passes(guard: Guard, confirm: Option<&str>, answer: Option<bool>) -> bool {
        decide(guard, Some("prod"), confirm, || Ok(answer)).is_ok()
    }

    #[test]
    fn only_a_clear_yes_passes_the_guard_that_asks() {
        for (confirm, answer, expected) in [
            (None, Some(true), true),
            (None, Some(false), false),
            (None, None, false),
            (Some("prod"), None, true),
            (Some("prod"), Some(false), true),
            (Some("dev"), Some(true), false),
            (Some(""), Some(true), false),
        ] {
            assert_eq!(passes(Guard::Confirm, confirm, answer), expected, "{confirm:?} {answer:?}");
        }
    }

    #[test]
    fn nothing_passes_the_guard_that_only_reads() {
        for confirm in [None, Some("prod"), Some("dev")] {
            assert!(!passes(Guard::ReadOnly, confirm, Some(true)));
        }
    }

    #[test]
    fn a_wrong_name_stops_even_where_the_guard_is_open() {
        assert!(passes(Guard::Open, None, None));
        assert!(passes(Guard::Open, Some("prod"), None));
        assert!(!passes(Guard::Open, Some("dev"), None));
        assert!(decide(Guard::Open, None, Some("dev"), || Ok(None)).is_err());
    }
}
