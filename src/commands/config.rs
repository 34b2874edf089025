//! `booster config`: where the configuration lies, a first one, and what is wrong with it.

use serde_json::json;

use crate::app::App;
use crate::config::config_file::{Config as File, EXAMPLE};
use crate::config::edit::unwritable;
use crate::config::{ConfigError, Errors, Profile, Wanted, base_url, timeout};
use crate::failure::Failure;
use crate::pipeline::gather::Inputs;
use crate::platform::{folders, private, replace};
use crate::report::Report;

#[derive(Debug, clap::Subcommand)]
pub enum Config {
    /// Print where the configuration file is located
    Path,
    /// Write a first configuration; an existing one is never overwritten
    Init,
    /// Check the configuration file and every profile in it
    Check,
}

/// # Errors
/// Usage: no folder, a file that exists already, a configuration that is wrong.
pub fn run(args: &Config, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let flag = app.global.config.as_deref();
    let path = super::profile::path(app)?;
    let shown = path.to_string_lossy().into_owned();
    match args {
        Config::Path => {
            report.answer("path", json!(shown), shown.clone());
            if let Some(state) = folders::state_folder() {
                report.part("stateFolder", json!(state.to_string_lossy()));
            }
        }
        Config::Init => {
            init(&path).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => Failure::usage(format!("{shown} already exists"))
                    .hint("`booster config check` checks whether it is correct"),
                _ => unwritable(&shown, &error).into(),
            })?;
            report.answer("path", json!(shown), format!("Wrote {shown}. Set base_url and auth in it."));
        }
        Config::Check => check(flag, &shown, report)?,
    }
    Ok(())
}

/// Writes the example, for the user's own eyes alone.
fn init(path: &std::path::Path) -> std::io::Result<()> {
    private::make_folder_of(path)?;
    replace::create(path, EXAMPLE.as_bytes())
}

fn check(flag: Option<&str>, path: &str, report: &mut Report) -> Result<(), Failure> {
    let Some((config, mut errors)) = File::load_all(flag)? else {
        return Err(
            Failure::usage(format!("{path} does not exist")).hint("write one with `booster config init`")
        );
    };
    check_profiles(&config, flag, &mut errors);
    let mut problems = errors.finish().err().map(|error| error.problems).unwrap_or_default();
    // Behind what is written wrongly: it may only look missing for that.
    let without = config.file.profiles.keys().filter(|name| !config.may_have_key(name, "base_url"));
    problems.extend(without.flat_map(|name| config.without_address(name).problems));
    if !problems.is_empty() {
        return Err(ConfigError::of(problems).into());
    }
    let profiles: Vec<&String> = config.file.profiles.keys().collect();
    let count = profiles.len();
    let text = format!("{path}: correct, {count} {}", if count == 1 { "profile" } else { "profiles" });
    report.answer("profiles", json!(profiles), text);
    Ok(())
}

/// Adds what is wrong in any profile, each problem once.
fn check_profiles(config: &File, flag: Option<&str>, errors: &mut Errors) {
    for entry in config.file.profiles.values() {
        // What the environment says in their place must not hide them.
        if let Some(written) = &entry.base_url {
            errors.keep(base_url(written.get_ref(), Some(config.source(written.span()))));
        }
        if let Some(written) = &entry.timeout {
            errors.keep(timeout(*written.get_ref(), Some(config.source(written.span()))));
        }
    }
    if let Some(default) = &config.file.default_profile
        && let Err(error) = config.must_have(default.get_ref())
    {
        errors.add(error.at(Some(config.source(default.span()))));
    }
    for name in config.file.profiles.keys() {
        let named = Some((name.clone(), config.source(0..0)));
        let wanted = Wanted { profile: named, config: flag.map(str::to_owned), ..Wanted::default() };
        match Profile::of(Some(config), &wanted) {
            Ok(profile) => {
                Inputs::of(&profile).map(drop).unwrap_or_else(|failure| {
                    errors.add(ConfigError::of(failure.problems));
                });
            }
            Err(error) => errors.add(error),
        }
    }
}
