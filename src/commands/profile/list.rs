//! `booster profile list`: every profile in a line, the one in use marked.

use serde_json::json;

use crate::app::App;
use crate::auth::Auth;
use crate::config::config_file::{Config, Entry};
use crate::config::{address_guard, base_url};
use crate::environment::Variable;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::table;

/// # Errors
/// Usage: a configuration that is wrong.
pub fn run(app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let Some(config) = Config::load(app.global.config.as_deref())? else {
        let path = super::path(app)?;
        let text = format!("{} does not exist; `booster profile add` writes it.", path.display());
        report.answer("profiles", json!([]), app.hints.completed(&text));
        return Ok(());
    };
    let default = config.file.default_profile.as_ref().map(|name| name.get_ref().clone());
    let in_use = app
        .global
        .wanted()
        .profile
        .map(|(name, _)| name)
        .or_else(|| Variable::Profile.get())
        .or(default.clone());
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for (name, entry) in &config.file.profiles {
        let is_in_use = in_use.as_ref() == Some(name);
        let (guard, address) = (address_guard::of_profile(&config, name, entry).word(), address(entry));
        let environment = entry.environment.as_ref().map(|environment| environment.get_ref().word());
        rows.push(vec![
            if is_in_use { "*" } else { " " }.to_owned(),
            escaped(name),
            address.clone().unwrap_or_else(|| "(no usable base_url)".to_owned()),
            kind(entry).to_owned(),
            guard.to_owned(),
            environment.unwrap_or_default().to_owned(),
        ]);
        let mut value = json!({
            "name": name, "inUse": is_in_use, "default": default.as_ref() == Some(name),
            "auth": kind(entry), "guard": guard,
        });
        let known = [("baseUrl", address), ("environment", environment.map(str::to_owned))];
        known.into_iter().for_each(|(key, known)| {
            if let Some(known) = known {
                value[key] = known.into();
            }
        });
        values.push(value);
    }
    let text = if rows.is_empty() {
        app.hints
            .completed(&format!("{} has no profile; `booster profile add` adds one.", config.shown_path()))
    } else {
        table(&rows)
    };
    report.answer("profiles", json!(values), text);
    Ok(())
}

/// The address, unless it will not do: a wrong one may hold a password.
fn address(entry: &Entry) -> Option<String> {
    let written = entry.base_url.as_ref()?.get_ref();
    base_url(written, None).ok().map(|_| written.clone())
}

/// The kind as it is written, where it is one.
fn kind(entry: &Entry) -> &'static str {
    let written = entry.auth.as_ref().and_then(|table| {
        let (_, value) = table.get_ref().iter().find(|(key, _)| key.get_ref() == "kind")?;
        value.get_ref().as_str()
    });
    Auth::kinds().find(|name| Some(*name) == written.or(Some("none"))).unwrap_or("?")
}
