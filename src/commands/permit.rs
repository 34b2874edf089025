//! The way to a permission to send: the preview, and the question of a guard that asks.

use super::App;
use crate::failure::Failure;
use crate::guard::{self, Guard, Permission};
use crate::profile::Profile;

#[derive(Debug, clap::Args)]
pub struct Confirmation {
    /// Answer a guard that asks, by the name of the profile; a wrong name stops
    #[arg(long, value_name = "PROFILE")]
    confirm: Option<String>,
}

impl Confirmation {
    /// Shows a terminal what is about to be sent, and asks where the profile's guard wants that.
    ///
    /// # Errors
    /// Stopped, by guard or user.
    pub fn permit(&self, app: &App<'_>, profile: &Profile, preview: &str) -> Result<Permission, Failure> {
        let asks = profile.guard == Guard::Confirm && self.confirm.is_none() && app.can_ask();
        if asks {
            // Nobody can say yes to what they were not shown, quiet and JSON or not.
            app.terminal.complain(preview);
        } else if app.terminal.stderr_is_terminal && !app.json {
            app.terminal.say(preview);
        }
        guard::decide(profile.guard, profile.name.as_deref(), self.confirm.as_deref(), || {
            if asks { app.terminal.ask("Send this?").map(Some) } else { Ok(None) }
        })
    }
}
