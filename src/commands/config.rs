//! `booster config`: where the configuration lies, a first one, and what is wrong with it.

use serde_json::json;

use crate::app::App;
use crate::config::config_file::{Config as File, EXAMPLE};
use crate::config::edit::unwritable;
use crate::config::{Profile, Wanted, base_url, timeout};
use crate::failure::Failure;
use crate::model::problem::Problem;
use crate::outcome::Outcome;
use crate::pipeline::gather::Inputs;
use crate::platform::{folders, private, replace};
use crate::report::Report;

#[derive(Debug, clap::Subcommand)]
pub enum Config {
    /// Print where the configuration file lies
    Path,
    /// Write a configuration to begin with; an existing one is never overwritten
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
                    .hint("`booster config check` looks whether it is right"),
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
    let Some(config) = File::load(flag)? else {
        return Err(
            Failure::usage(format!("there is no {path}")).hint("write one with `booster config init`")
        );
    };
    let problems = problems_of(&config, flag);
    if !problems.is_empty() {
        return Err(Failure::with(Outcome::Usage, problems));
    }
    let profiles: Vec<&String> = config.file.profiles.keys().collect();
    let count = profiles.len();
    let text = format!("{path}: good, {count} {}", if count == 1 { "profile" } else { "profiles" });
    report.answer("profiles", json!(profiles), text);
    Ok(())
}

/// What is wrong in any profile, each problem once.
fn problems_of(config: &File, flag: Option<&str>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut note = |found: Vec<Problem>| {
        for problem in found {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    };
    for entry in config.file.profiles.values() {
        // What the environment says in their place must not hide them.
        let written = entry.base_url.as_ref();
        let address =
            written.map(|text| base_url(text.get_ref(), Some(config.source(text.span()))).map(|_| ()));
        let written = entry.timeout.as_ref();
        let limit =
            written.map(|number| timeout(*number.get_ref(), Some(config.source(number.span()))).map(|_| ()));
        let wrong = [address, limit].into_iter().flatten().filter_map(Result::err);
        wrong.for_each(|error| note(error.problems));
    }
    if let Some(default) = &config.file.default_profile
        && let Err(error) = config.must_have(default.get_ref())
    {
        note(error.at(Some(config.source(default.span()))).problems);
    }
    for name in config.file.profiles.keys() {
        let named = Some((name.clone(), config.source(0..0)));
        let wanted = Wanted { profile: named, config: flag.map(str::to_owned), ..Wanted::default() };
        match Profile::of(Some(config), &wanted) {
            Ok(profile) => {
                profile.target().map(drop).unwrap_or_else(|error| note(error.problems));
                Inputs::of(&profile).map(drop).unwrap_or_else(|failure| note(failure.problems));
            }
            Err(error) => note(error.problems),
        }
    }
    problems
}
