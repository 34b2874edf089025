//! Whether a patch may be sent: the guard of an address, and the permission without which no PATCH leaves.

use serde::Deserialize;

use crate::escape::escaped;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// What is between a command and the service, from the mildest to the strictest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Every patch is sent.
    #[default]
    Open,
    /// Each patch is confirmed on a terminal, or by `--confirm PROFILE`.
    Confirm,
    /// No patch is ever sent.
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

/// The guard that holds for an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressGuard {
    pub guard: Guard,
    /// The profile in which it is written, or the one in use where none writes one; none where no profile is in use.
    pub profile: Option<String>,
}

/// What `--confirm` says, and the profiles that it can name.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed<'a> {
    /// The name as the user gave it.
    pub name: Option<&'a str>,
    /// The profile in use.
    pub profile: Option<&'a str>,
    /// All profiles of the configuration.
    pub profiles: &'a [String],
}

/// Stops what can only end in a patch, before anybody is troubled with it.
///
/// # Errors
/// Stopped, where the guard lets no patch pass.
pub fn forbid(guard: &AddressGuard) -> Result<(), Failure> {
    match guard.guard {
        Guard::ReadOnly => Err(read_only(guard)),
        Guard::Open | Guard::Confirm => Ok(()),
    }
}

fn read_only(guard: &AddressGuard) -> Failure {
    let profile = guard.profile.as_deref().unwrap_or_default();
    Failure::new(Outcome::Stopped, format!("profile {profile} is read-only: nothing was sent"))
        .hint("--dry-run shows what would go out; -p uses another profile")
}

/// Lets a patch pass or not. `ask` puts the question, and gives none where nobody can be asked.
///
/// # Errors
/// Stopped: the guard, a wrong name, or the user says no; what the question itself ends with.
pub fn decide(
    guard: &AddressGuard,
    confirmed: Confirmed<'_>,
    ask: impl FnOnce() -> Result<Option<bool>, Failure>,
) -> Result<Permission, Failure> {
    if guard.guard == Guard::ReadOnly {
        return Err(read_only(guard));
    }
    // Whatever the guard: somebody who names one profile does not mean another one.
    if let Some(named) = confirmed.name.filter(|named| guard.profile.as_deref() != Some(*named)) {
        return Err(wrong_name(named, guard, confirmed));
    }
    let owner = guard.profile.as_deref().unwrap_or_default();
    match (guard.guard, confirmed.name) {
        (Guard::Open, _) | (Guard::Confirm, Some(_)) => Ok(Permission(())),
        (Guard::ReadOnly, _) => Err(read_only(guard)),
        (Guard::Confirm, None) => match ask()? {
            Some(true) => Ok(Permission(())),
            Some(false) => Err(Failure::left()),
            None => {
                let message = format!(
                    "profile {owner} requires a confirmation, and there is no terminal to ask on: nothing was sent"
                );
                Err(Failure::new(Outcome::Stopped, message).hint(format!("add --confirm {owner}")))
            }
        },
    }
}

/// `--confirm` names another profile than the one whose guard it is.
fn wrong_name(named: &str, guard: &AddressGuard, confirmed: Confirmed<'_>) -> Failure {
    let shown = escaped(named);
    let message = match &guard.profile {
        Some(owner) => format!("--confirm names {shown}, but the guard is that of profile {owner}"),
        None => format!("--confirm names {shown}, but no profile is in use"),
    };
    let is_other = confirmed.profile != Some(named) && confirmed.profiles.iter().any(|known| known == named);
    let hint = match &guard.profile {
        _ if is_other => format!("`-p {shown}` uses that profile; nothing was sent"),
        Some(owner) if guard.guard == Guard::Confirm => format!("write --confirm {owner}; nothing was sent"),
        Some(_) | None => "remove --confirm: no confirmation is needed; nothing was sent".to_owned(),
    };
    Failure::new(Outcome::Stopped, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(
        guard: Guard,
        profile: Option<&str>,
        name: Option<&str>,
        answer: Option<bool>,
    ) -> Result<Permission, Failure> {
        let guard = AddressGuard { guard, profile: profile.map(str::to_owned) };
        let profiles = ["dev", "prod"].map(str::to_owned);
        decide(&guard, Confirmed { name, profile, profiles: &profiles }, || Ok(answer))
    }

    /// Whether a patch may go, with what the user would answer.
    fn passes(guard: Guard, confirm: Option<&str>, answer: Option<bool>) -> bool {
        decided(guard, Some("prod"), confirm, answer).is_ok()
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
        assert!(decided(Guard::Open, None, Some("dev"), None).is_err());
    }
}
