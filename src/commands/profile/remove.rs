//! `booster profile remove`: takes a profile out of the configuration.

use std::path::Path;

use reqwest::Url;
use serde_json::json;

use crate::app::App;
use crate::auth::store::{Store, StoreKey};
use crate::config::config_file::Entry;
use crate::config::edit::edit;
use crate::failure::Failure;
use crate::http::address::origin_of;
use crate::report::Report;
use crate::shell::{Shell, command_line};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile
    name: String,
    /// Remove it even if it is the default, or somebody is signed in to it
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
        kept = StoredNote::of(name, entry, &path);
        if let Some(kept) = kept.as_ref().filter(|_| !args.force) {
            let what = format!("{name} is signed in to {}, and was not removed", kept.origins.join(", "));
            return Err(Failure::usage(what).hint(kept.hint(name)));
        }
        edit.document.remove(name);
        Ok(())
    })?;
    report.profile = Some(name.clone());
    let path = path.to_string_lossy();
    let mut text = format!("Removed profile {name} from {path}.");
    if let Some(kept) = kept {
        text.push_str(&format!(" Its sign-in stays in {}.", kept.store));
    }
    report.answer("path", json!(path), text);
    Ok(())
}

/// The sign-ins that the store has for a profile. Without the profile nobody could sign out any more.
struct StoredNote {
    origins: Vec<String>,
    /// The origin of the profile's own address.
    own: Option<String>,
    store: String,
}

impl StoredNote {
    fn of(name: &str, entry: &Entry, config: &Path) -> Option<StoredNote> {
        let store = Store::new(entry.store, config.parent()?.to_owned());
        let own = entry.base_url.as_ref().and_then(|text| Some(origin_of(&Url::parse(text.get_ref()).ok()?)));
        let mut origins = store.origins(name);
        // A keyring can be asked for one place alone.
        let is_at = |origin: &String| {
            matches!(store.get(&StoreKey { profile: name, origin }), Ok(Some(_))) && !origins.contains(origin)
        };
        let missed = own.clone().filter(is_at);
        origins.extend(missed);
        (!origins.is_empty()).then(|| StoredNote { origins, own, store: store.described() })
    }

    fn hint(&self, name: &str) -> String {
        let commands = self.origins.iter().map(|origin| {
            let elsewhere = if self.own.as_ref() == Some(origin) { &[][..] } else { &["--base-url", origin] };
            let words = [&["booster", "auth", "logout", "-p", name], elsewhere].concat();
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            format!("`{}`", command_line(&words, Shell::current()))
        });
        format!("sign out first with {}, or add --force", commands.collect::<Vec<_>>().join(" and "))
    }
}
