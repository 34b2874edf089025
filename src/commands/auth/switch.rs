//! `booster auth switch`: makes another profile the default.

use serde_json::json;

use super::App;
use crate::failure::Failure;
use crate::profile::{Profile, Wanted, config, edit};
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to use where none is named
    name: String,
}

/// # Errors
/// Usage: no such profile, or a configuration that cannot be changed.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let flag = app.global.config.clone();
    let wanted = Wanted { profile: Some(args.name.clone()), config: flag.clone(), ..Wanted::default() };
    let profile = Profile::resolve(&wanted)?;
    report.profile.clone_from(&profile.name);
    let path = config::path(flag.as_deref()).expect("the profile was read from there");
    edit::set_default(&path, &args.name)?;
    let text = format!("The default profile is now {}.", args.name);
    report.answer("default_profile", json!(args.name), text);
    Ok(())
}
