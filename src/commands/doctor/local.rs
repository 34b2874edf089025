//! The checks that need no network: configuration, permissions, guard, history, backup, credential, proxy, roots.

use url::Url;

use super::Check;
use crate::auth::AuthError;
use crate::auth::credential::Credential;
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::config::config_file::Config;
use crate::config::history_mode::HistoryMode;
use crate::escape::escaped;
use crate::guard::Guard;
use crate::http::address::is_loopback;
use crate::http::proxy;
use crate::outcome::Outcome;
use crate::pipeline::backup::write_outcome;
use crate::platform::{folders, private};
use crate::state::backup::Backups;
use crate::state::history::History;

pub fn configuration(config: Option<&Config>, profile: &Profile) -> Check {
    if let Err(error) = profile.target() {
        return Check::of_failure(&error.into());
    }
    match (config, &profile.name) {
        (Some(config), Some(name)) => Check::good(format!("profile {name} of {}", config.shown_path())),
        (Some(config), None) => Check::good(format!("{}, no profile of it in use", config.shown_path())),
        (None, _) => Check::good("none; the flags and the environment are used"),
    }
}

/// Whoever may change the configuration may send the patches elsewhere, and whoever may read the key may sign in.
pub fn permissions(config: Option<&Config>, profile: &Profile) -> Check {
    let Some(config) = config else { return Check::skipped("there is no configuration file") };
    let path = config.path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let of_key = |key: &str| {
        let known = profile.provenance.iter().find(|known| known.key == key)?;
        Some(config.beside(&known.value))
    };
    let key = of_key("client_key").or_else(|| of_key("client_cert"));
    for (path, forbidden, what, mend) in [
        (Some(path.to_owned()), 0o022, "changed", "go-w"),
        (folder.map(std::path::Path::to_owned), 0o022, "changed", "go-w"),
        (key, 0o077, "read", "go-rwx"),
    ] {
        if let Some(path) = path.filter(|path| private::has_rights(path, forbidden)) {
            let path = path.display();
            return Check::warning(format!("{path} can be {what} by others"))
                .hint(format!("chmod {mend} '{path}'"));
        }
    }
    if !private::KNOWS_RIGHTS {
        return Check::skipped("on this system it is not checked who else can change the configuration");
    }
    Check::good("nobody else can change the configuration")
}

pub fn guard(profile: &Profile) -> Check {
    let name = profile.guard.profile.as_deref().unwrap_or_default();
    let whose = profile.foreign_guard().map_or(String::new(), |owner| {
        format!("; the guard of profile {}, which has this address", escaped(owner))
    });
    match profile.guard.guard {
        Guard::Open => Check::good("open"),
        Guard::Confirm => {
            Check::good(format!("confirm: asks on a terminal, otherwise needs --confirm {name}{whose}"))
        }
        Guard::ReadOnly => {
            let message = format!("profile {name} is read-only: no patch is ever sent{whose}");
            Check::failed(Outcome::Stopped, message).hint("-p uses another profile")
        }
    }
}

const CHECK_FOLDER: &str =
    "check who may write to the folder, and the disk, or name another folder in BOOSTER_HOME";

/// Whether the patch can be noted, tried in the folder itself.
pub fn history(profile: &Profile) -> Check {
    if profile.is_sandbox {
        return Check::skipped("in the sandbox a patch is sent even if it cannot be recorded");
    }
    let Some(folder) = folders::state_folder() else {
        return history_failed(profile, "no folder was found for the history").hint(folders::SET_HOME);
    };
    let shown = folder.display();
    match History::of(&folder).try_adding() {
        Ok(()) => Check::good(format!("{shown} can be written")),
        Err(error) => history_failed(profile, &format!("the history in {shown} cannot be written: {error}"))
            .hint(CHECK_FOLDER),
    }
}

fn history_failed(profile: &Profile, why: &str) -> Check {
    match profile.reading.history {
        HistoryMode::Optional => Check::warning(format!("{why}; patches are sent without being recorded")),
        HistoryMode::Required => Check::failed(
            Outcome::Failed,
            format!("{why}, and the profile requires it for every patch (history = \"required\")"),
        ),
    }
}

/// Whether the backup that every patch wants can be written, tried in the folder itself.
pub fn backup(profile: &Profile) -> Check {
    if !profile.reading.backup || profile.is_sandbox {
        return Check::skipped("not needed (backup = false)");
    }
    let Some(folder) = folders::state_folder() else {
        let check = Check::failed(Outcome::Usage, "no folder was found for backups");
        return check.hint(folders::SET_HOME);
    };
    match Backups::of(&folder).try_writing() {
        Ok(()) => Check::good(format!("{} can be written", folder.display())),
        Err(error) => {
            let message = format!(
                "every patch needs a backup (backup = true), and the folder {} cannot be written: {error}",
                folder.display()
            );
            let check = Check::failed(write_outcome(&error), message);
            check.hint(CHECK_FOLDER)
        }
    }
}

/// What the profile itself says about reading back, where that settles it.
pub fn read_back(profile: &Profile) -> Option<Check> {
    match (profile.reading.is_on(), profile.reading.backup) {
        (true, _) => None,
        (false, false) => Some(Check::skipped("the profile does not read customers (read = false)")),
        (false, true) => {
            let message = "every patch needs a backup (backup = true), but the profile does not read \
            customers (read = false)";
            let check = Check::failed(Outcome::Usage, message);
            Some(check.hint("remove one of the two from the profile"))
        }
    }
}

/// Where the secret comes from, once it is known to be there and to be such as can be sent.
pub async fn credential(
    profile: &Profile,
    sign_in: &SignIn,
    credential: Result<Credential, AuthError>,
) -> Check {
    match credential {
        Err(error) => Check::of_failure(&error.into()),
        Ok(_) if profile.auth.is_open() => {
            Check::good(format!("{}: no credential is sent", profile.auth.name))
        }
        Ok(_) => match sign_in.ended().await {
            Some(expires) => {
                let message = format!("{}; it says that it expired on {expires}", sign_in.describe().await);
                Check::warning(message).hint(sign_in.advice().await)
            }
            None => Check::good(sign_in.describe().await),
        },
    }
}

pub fn proxy(url: &Url) -> Check {
    let proxy = proxy::of(url);
    if let Some((message, hint)) = proxy::obstacle(url, proxy.as_ref()) {
        return Check::failed(Outcome::Unreachable, message).hint(hint);
    }
    match proxy {
        Some(proxy) => Check::good(proxy.address),
        None if is_loopback(url) => Check::good("none: the service is on this machine"),
        None => Check::good("none"),
    }
}

/// Called when the client could be made, and with it everything here was read.
pub fn roots(url: &Url, profile: &Profile) -> Check {
    if url.scheme() != "https" {
        return Check::skipped("the connection is not encrypted");
    }
    let tls = &profile.settings.tls;
    let certificates = match tls.ca.len() {
        1 => "1 certificate of ca_file".to_owned(),
        count => format!("{count} certificates of ca_file"),
    };
    let trusted = match (tls.system, tls.ca.is_empty()) {
        (true, true) => "the system's".to_owned(),
        (true, false) => format!("the system's, and {certificates}"),
        (false, _) => format!("{certificates} only"),
    };
    let presented = if tls.identity.is_some() { "; client_cert is sent" } else { "" };
    Check::good(trusted + presented)
}
