//! The way to a permission to send: the preview, and the question of a guard that asks.

use crate::commands::{App, interactive};
use crate::config::Profile;
use crate::failure::Failure;
use crate::guard::{self, Guard, Permission};
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Confirmation {
    /// Answer a guard that asks, by the name of the profile; a wrong name stops
    #[arg(long, value_name = "PROFILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    confirm: Option<String>,
}

/// How far the user was shown already what is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Nothing,
    /// They saw it in a conversation and said that it is to be sent.
    Agreed,
}

/// A permission, and whether somebody gave it who was shown what is about to be sent.
pub struct Permit {
    pub permission: Permission,
    pub was_asked: bool,
}

impl Confirmation {
    /// Shows a terminal what is about to be sent, and asks where the profile's guard wants that.
    ///
    /// # Errors
    /// Stopped, by guard or user.
    pub fn permit(
        &self,
        app: &App<'_>,
        profile: &Profile,
        preview: impl Fn() -> String,
        shown: Shown,
        report: &mut Report,
    ) -> Result<Permit, Failure> {
        let agreed = shown == Shown::Agreed;
        let asks = profile.guard == Guard::Confirm && self.confirm.is_none() && app.may_ask() && !agreed;
        if asks {
            // Nobody can say yes to what they were not shown, quiet and JSON or not.
            app.terminal.error(&preview());
        } else if app.terminal.stderr_is_terminal && !app.json && !agreed {
            app.terminal.say(&preview());
        }
        let permission =
            guard::decide(profile.guard, profile.name.as_deref(), self.confirm.as_deref(), || {
                match (agreed, asks) {
                    (true, _) => Ok(Some(true)),
                    (false, true) => app
                        .terminal
                        .confirm("Send this?")
                        .map(Some)
                        .map_err(|left| interactive::interrupted(left, report)),
                    (false, false) => Ok(None),
                }
            })?;
        Ok(Permit { permission, was_asked: asks })
    }
}
