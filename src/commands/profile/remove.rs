//! `booster profile remove`: takes a profile out of the configuration.

use serde_json::json;

use crate::app::App;
use crate::auth::store::Store;
use crate::config::base_url;
use crate::config::edit::edit;
use crate::failure::Failure;
use crate::http::address::origin_of;
use crate::platform::replace::folder_of;
use crate::platform::shell::{Shell, command_line};
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile
    name: String,
    /// Remove it even if it is the default, or has a stored sign-in
    #[arg(long)]
    force: bool,
}

/// # Errors
/// Usage: a profile that is not there, the default one or one with a sign-in without `--force`, a configuration that
/// cannot be written.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let path = super::path_of_existing(app)?;
    let name = &args.name;
    let mut kept = None;
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
        let entry = edit.config.file.profiles.get(name).expect("it was just looked for");
        let url = entry.base_url.as_ref().and_then(|text| base_url(text.get_ref(), None).ok());
        let own = url.as_ref().map(origin_of).unwrap_or_default();
        let store = Store::new(entry.store, folder_of(&path).to_owned());
        let origins = store.origins(name, &own, &entry.secret_names());
        // Without the profile nobody could sign out any more.
        if !origins.is_empty() && !args.force {
            let what = format!("{name} is signed in to {}, and was not removed", origins.join(", "));
            return Err(Failure::usage(what).hint(sign_out_first(name, &origins, &own)));
        }
        kept = (!origins.is_empty()).then(|| store.described());
        edit.document.remove(name);
        Ok(())
    })?;
    report.profile = Some(name.clone());
    let path = path.to_string_lossy();
    let mut text = format!("Removed profile {name} from {path}.");
    if let Some(kept) = kept {
        text.push_str(&format!(" Its sign-in is still stored in {kept}."));
    }
    report.answer("path", json!(path), text);
    Ok(())
}

/// The commands that sign out of these origins, one of which may be that of the profile's own address.
fn sign_out_first(name: &str, origins: &[String], own: &str) -> String {
    let commands = origins.iter().map(|origin| {
        let elsewhere = if own == origin { &[][..] } else { &["--base-url", origin] };
        let words = [&["booster", "auth", "logout", "-p", name], elsewhere].concat();
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        format!("`{}`", command_line(&words, Shell::current()))
    });
    format!("sign out first with {}, or add --force", commands.collect::<Vec<_>>().join(" and "))
}
