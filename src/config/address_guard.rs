//! Which guard holds for an address, and what its service is for. Both belong to the address: whoever sends there by another
//! profile, by a flag or by the environment, does not go around what a profile of the configuration says about it.

use std::cmp::Reverse;

use toml::Spanned;
use url::Url;

use super::base_url::base_url;
use super::config_file::{Config, Entry, Environment};
use super::provenance::Layers;
use crate::guard::{AddressGuard, Guard};
use crate::http::address::service_of;
use crate::model::problem::Source;

/// Where a patch goes, and how that is known.
pub struct Target<'a> {
    /// The profile in use.
    pub profile: Option<&'a str>,
    pub entry: &'a Entry,
    pub url: Option<&'a Url>,
    /// Whether flag or environment name the address, rather than the profile.
    pub is_elsewhere: bool,
}

/// Guard and environment of an address. What the profile in use writes holds for its own address, and for one that no
/// profile has; every other address has the strictest guard of all profiles that have it, and is in production where one of
/// them says so.
pub fn resolve(target: &Target<'_>, layers: &mut Layers<'_>) -> (AddressGuard, Option<Environment>) {
    let known: Vec<(&str, &Entry)> =
        layers.config.map(|config| profiles_at(config, target)).unwrap_or_default();
    let guards = known.iter().filter_map(|(name, entry)| Some((entry.guard.as_ref()?, *name)));
    let strictest = guards
        .filter(|(guard, _)| *guard.get_ref() != Guard::Open)
        .min_by_key(|(guard, _)| Reverse(*guard.get_ref()));
    let guard = chosen(target, &known, target.entry.guard.as_ref(), strictest);
    let mut environments =
        known.iter().filter_map(|(name, entry)| Some((entry.environment.as_ref()?, *name)));
    let production = environments.find(|(environment, _)| *environment.get_ref() == Environment::Production);
    let environment = chosen(target, &known, target.entry.environment.as_ref(), production);
    match environment {
        Some((environment, name)) => {
            note(target, "environment", environment.get_ref().word(), (environment, name), layers);
        }
        // What is written is not about this address.
        None if target.entry.environment.is_some() => layers.note("environment", "none", None),
        None => {}
    }
    match guard {
        Some((guard, name)) => note(target, "guard", guard.get_ref().word(), (guard, name), layers),
        None => layers.note("guard", Guard::default().word(), None),
    }
    let owner = guard.map(|(_, name)| name).or(target.profile);
    let guard = guard.map(|(guard, _)| *guard.get_ref()).unwrap_or_default();
    let guard = AddressGuard { guard, profile: owner.map(str::to_owned) };
    (guard, environment.map(|(environment, _)| *environment.get_ref()))
}

/// The guard that holds for a profile's own address.
pub fn of_profile(config: &Config, name: &str, entry: &Entry) -> Guard {
    let url = entry.base_url.as_ref().and_then(|text| base_url(text.get_ref(), None).ok());
    let target = Target { profile: Some(name), entry, url: url.as_ref(), is_elsewhere: false };
    resolve(&target, &mut Layers::new(Some(config))).0.guard
}

/// The profiles that have the address, the one in use first, the others by name. One that cannot be read as an address
/// of ours may still name its host.
fn profiles_at<'a>(config: &'a Config, target: &Target<'_>) -> Vec<(&'a str, &'a Entry)> {
    let Some(service) = target.url.map(service_of) else { return Vec::new() };
    let has_it = |entry: &Entry| {
        let url = entry.base_url.as_ref().and_then(|text| Url::parse(text.get_ref()).ok());
        url.is_some_and(|url| service_of(&url) == service)
    };
    let profiles = config.file.profiles.iter().filter(|(_, entry)| has_it(entry));
    let mut found: Vec<_> = profiles.map(|(name, entry)| (name.as_str(), entry)).collect();
    found.sort_by_key(|(name, _)| target.profile != Some(*name));
    found
}

/// What holds of what the profile in use writes and of what all profiles with the address write, and whose it is.
fn chosen<'a, T>(
    target: &Target<'a>,
    known: &[(&str, &Entry)],
    own: Option<&'a Spanned<T>>,
    by_address: Option<(&'a Spanned<T>, &'a str)>,
) -> Option<(&'a Spanned<T>, &'a str)> {
    let own = own.zip(target.profile);
    match own {
        Some(own) if !target.is_elsewhere || known.is_empty() => Some(own),
        Some(_) | None => by_address,
    }
}

/// Notes a value that another profile writes. The profile's own are noted where they are written.
fn note<T>(
    target: &Target<'_>,
    key: &str,
    word: &str,
    (written, name): (&Spanned<T>, &str),
    layers: &mut Layers<'_>,
) {
    if target.profile == Some(name) {
        return;
    }
    let source: Option<Source> = layers.place(written);
    layers.note_of(key, word, source, name);
}
