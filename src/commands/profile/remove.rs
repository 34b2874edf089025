//! `booster profile remove`: takes a profile out of the configuration.

use serde_json::json;

use super::super::App;
use crate::failure::Failure;
use crate::profile::edit::edit;
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile
    name: String,
    /// Remove it even if it is the default
    #[arg(long)]
    force: bool,
}

/// # Errors
/// Usage: a profile that is not there, the default one without `--force`, a configuration that cannot be written.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let path = super::path_of_existing(app)?;
    let name = &args.name;
    edit(&path, |edit| {
        edit.config.must_have(name)?;
        let default = edit.config.file.default_profile.as_ref();
        if default.is_some_and(|default| default.get_ref() == name) {
            if !args.force {
                return Err(Failure::usage(format!("{name} is the default profile, and was not removed"))
                    .hint("make another one the default with `booster profile use`, or add --force"));
            }
            edit.document.clear_default();
        }
        edit.document.remove(name);
        Ok(())
    })?;
    report.profile = Some(name.clone());
    let path = path.to_string_lossy();
    let text =
        format!("Removed profile {name} from {path}. Credentials that were stored for it stay stored.");
    report.answer("path", json!(path), text);
    Ok(())
}
