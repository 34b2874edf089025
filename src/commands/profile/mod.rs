//! `booster profile`: the profiles in the configuration, a file a command.

mod add;
mod list;
mod remove;
pub mod select;
mod show;

use std::path::PathBuf;

use crate::app::App;
use crate::commands::named::Named;
use crate::config::config_file::{self, Config};
use crate::failure::Failure;
use crate::platform::folders;
use crate::report::Report;

#[derive(Debug, clap::Subcommand)]
pub enum Profile {
    /// List the profiles
    List,
    /// Show a profile's values, and where each one comes from
    Show(Named<show::Args>),
    /// Make a profile the default
    Use(Named<select::Args>),
    /// Add a profile
    Add(Named<add::Args>),
    /// Remove a profile
    Remove(Named<remove::Args>),
}

/// # Errors
/// Usage: a configuration that is wrong or cannot be written, a profile that is not there.
pub fn run(args: &Profile, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match args {
        Profile::List => list::run(app, report),
        Profile::Show(args) => show::run(args, app, report),
        Profile::Use(args) => select::run(args, app, report),
        Profile::Add(args) => add::run(args, app, report),
        Profile::Remove(args) => remove::run(args, app, report),
    }
}

/// Where the configuration lies, or will.
pub fn path(app: &App<'_>) -> Result<PathBuf, Failure> {
    config_file::path(app.global.config.as_deref())
        .ok_or_else(|| Failure::usage("no folder was found for the configuration").hint(folders::SET_HOME))
}

/// Where the configuration lies, if there is one.
fn path_of_existing(app: &App<'_>) -> Result<PathBuf, Failure> {
    let path = path(app)?;
    match Config::load(app.global.config.as_deref())? {
        Some(_) => Ok(path),
        None => Err(Failure::usage(format!("{} does not exist", path.display()))
            .hint("`booster profile add` writes one, or `booster config init`")),
    }
}
