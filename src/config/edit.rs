//! Changing the configuration file so that two writers at once lose nothing, and a write that fails leaves the file as
//! it was.

use std::io::{Error, ErrorKind};
use std::path::Path;

use super::config_file::{Config, read_text};
use super::document::Document;
use super::error::ConfigError;
use crate::escape::escaped;
use crate::platform::{private, replace};

/// The configuration while it is changed.
pub struct Edit {
    /// As it was read, under the lock.
    pub config: Config,
    pub document: Document,
}

/// Changes the configuration at this path, or writes a first one. From the reading to the writing it is locked.
///
/// # Errors
/// Usage: a configuration that is wrong already, or cannot be written. What `change` says.
pub fn edit<T, E: From<ConfigError>>(
    path: &Path,
    change: impl FnOnce(&mut Edit) -> Result<T, E>,
) -> Result<T, E> {
    let shown = path.to_string_lossy();
    let unwritable = |error: Error| unwritable(&shown, &error);
    let named = path;
    let path = replace::followed(path).map_err(unwritable)?;
    if path.is_dir() {
        return Err(unwritable(ErrorKind::IsADirectory.into()).into());
    }
    private::make_folder_of(&path).map_err(unwritable)?;
    let mut lock = replace::prefix(&path).map_err(unwritable)?;
    lock.push("lock");
    let _lock = private::lock(&path.with_file_name(lock)).map_err(unwritable)?;
    replace::remove_leftovers(replace::folder_of(&path));
    let old = if path.try_exists().map_err(unwritable)? { read_text(&path, &shown)? } else { String::new() };
    let config = Config::read(named, &old)?;
    let mut edit = Edit { config, document: Document::read(&old)? };
    let answer = change(&mut edit)?;
    let new = edit.document.text();
    if new != old {
        // What cannot be read again must never be written. Its places are in a text that nobody can look at.
        Config::read(named, &new).map_err(ConfigError::without_sources)?;
        replace::replace(&path, new.as_bytes()).map_err(unwritable)?;
    }
    Ok(answer)
}

/// A configuration that cannot be written, and what to do about it.
pub fn unwritable(path: &str, error: &Error) -> ConfigError {
    if replace::is_disk_full(error) {
        return ConfigError::failed(format!("cannot write {path}: the disk is full"))
            .hint("free some space and try again; the file is unchanged");
    }
    let why = match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::NotADirectory => "part of its path is a file".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotFound => "files cannot be created in its folder".to_owned(),
        _ => error.to_string(),
    };
    ConfigError::new(format!("cannot write {path}: {why}")).hint(WRITABLE)
}

const WRITABLE: &str = "check the permissions, or name another file with --config; the file is unchanged";

/// The name of a profile, as good as TOML and a terminal can take it.
///
/// # Errors
/// Usage, for an empty name, blanks around it, or a character that does not show.
pub fn check_name(name: &str) -> Result<(), ConfigError> {
    let why = if name.is_empty() {
        "is empty"
    } else if name.trim() != name {
        "begins or ends with a space"
    } else if escaped(name) != name {
        "contains an invisible character"
    } else {
        return Ok(());
    };
    Err(ConfigError::new(format!("the profile's name \"{}\" {why}", escaped(name)))
        .hint("use letters, digits, dashes and underscores"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_show() {
        for name in ["dev", "dev 1", "prod.eu", "Zoë", "-"] {
            check_name(name).expect(name);
        }
        for name in ["", " dev", "dev\n", "de\u{1b}v", "de\u{202e}v", "de\u{200b}v"] {
            check_name(name).expect_err(name);
        }
    }
}
