//! `booster profile use`: which profile is used when nobody names one.

use serde_json::json;

use crate::app::App;
use crate::config::edit::edit;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile
    name: String,
}

/// # Errors
/// Usage: a profile that is not there, a configuration that cannot be written.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let path = super::path_of_existing(app)?;
    let name = &args.name;
    edit(&path, |edit| {
        edit.config.must_have(name)?;
        edit.document.set_default(name);
        Ok::<(), Failure>(())
    })?;
    report.profile = Some(name.clone());
    let path = path.to_string_lossy();
    report.answer("path", json!(path), format!("{name} is the default profile now, in {path}."));
    let by_environment = Variable::Profile.get().filter(|other| other != name);
    if let Some(other) = by_environment {
        report
            .text
            .push_str(&format!("\nStill, {} is set to {other} and overrides it.", Variable::Profile.name()));
    }
    Ok(())
}
