//! Where booster keeps its files: in `BOOSTER_HOME`, or else in the platform's folders.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::environment::Variable;

/// What to do where there is no folder.
pub const SET_HOME: &str = "set BOOSTER_HOME to a folder for everything that booster stores";

/// The folder for the configuration. `None` where the user has no home.
pub fn config_folder() -> Option<PathBuf> {
    home().or_else(|| Some(platform_folders()?.config_dir().to_owned()))
}

/// The folder for the credentials: the configuration's, wherever it lies, unless `BOOSTER_HOME` is set.
pub fn credentials_folder(config: Option<&Path>) -> Option<PathBuf> {
    home().or_else(|| Some(config?.parent()?.to_owned()))
}

/// The folder for history and backups: the platform's folder for states, or for local data where it has none for
/// states. `None` where the user has no home.
pub fn state_folder() -> Option<PathBuf> {
    home().or_else(|| {
        let folders = platform_folders()?;
        Some(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
    })
}

/// One folder for everything, for containers and for whoever wants nothing elsewhere.
fn home() -> Option<PathBuf> {
    Variable::Home.get_os().map(PathBuf::from)
}

fn platform_folders() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "booster")
}
