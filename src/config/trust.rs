//! The certificate files that a profile names, read: whom to trust, and what to present.

use toml::Spanned;

use super::config_file::{Config, Entry};
use super::error::{ConfigError, Errors};
use crate::document::read;
use crate::http::tls::{self, Files, Tls};

/// Reads what the entry names.
///
/// # Errors
/// Usage, at the key's place: a file that cannot be read or used, keys that contradict each other.
pub fn read(entry: &Entry, config: Option<&Config>) -> Result<Tls, ConfigError> {
    let Some(config) = config else { return Ok(Tls::default()) };
    let mut errors = Errors::default();
    let authorities = |path: &Spanned<String>| {
        let pem = file(config, "ca_file", path)?;
        tls::authorities(&pem).map_err(|why| unusable(config, "ca_file", path, &why))
    };
    let ca = errors.keep(entry.ca_file.as_ref().map(authorities).transpose()).flatten().unwrap_or_default();
    let system = match &entry.system_roots {
        Some(wanted) if !wanted.get_ref() && entry.ca_file.is_none() => {
            let hint = "set ca_file, or remove system_roots";
            errors.add(wrong(config, wanted, "no certificate would be trusted").hint(hint));
            false
        }
        Some(wanted) => *wanted.get_ref(),
        None => ca.is_empty(),
    };
    let certified = |certificate: &Spanned<String>, key: &Spanned<String>| {
        let pem = (file(config, "client_cert", certificate)?, file(config, "client_key", key)?);
        tls::identity(&pem.0, &pem.1).map_err(|error| {
            let (name, path) = if error.is_key { ("client_key", key) } else { ("client_cert", certificate) };
            let wrong = unusable(config, name, path, &error.why);
            if let Some(hint) = error.hint { wrong.hint(hint) } else { wrong }
        })
    };
    let identity = match (&entry.client_cert, &entry.client_key) {
        (None, None) => None,
        (None, Some(key)) => {
            let hint = "set client_cert to the certificate";
            errors.add(wrong(config, key, "client_key can only be used with client_cert").hint(hint));
            None
        }
        // A file may hold both, one after the other.
        (Some(certificate), key) => errors.keep(certified(certificate, key.as_ref().unwrap_or(certificate))),
    };
    errors.finish()?;
    let path = |path: &Option<Spanned<String>>| path.as_ref().map(|path| config.beside(path.get_ref()));
    let files = Files {
        ca: path(&entry.ca_file),
        certificate: path(&entry.client_cert),
        key: path(&entry.client_key),
    };
    Ok(Tls { system, ca, identity, files })
}

fn file(config: &Config, key: &str, path: &Spanned<String>) -> Result<Vec<u8>, ConfigError> {
    read::read_regular(&config.beside(path.get_ref())).map_err(|error| {
        let hint = if path.get_ref().starts_with('~') {
            "~ is not expanded; write the whole path".to_owned()
        } else {
            error
                .hint
                .clone()
                .unwrap_or_else(|| "a relative path begins at the configuration's folder".to_owned())
        };
        wrong(config, path, format!("{key} cannot be used: {error}")).hint(hint)
    })
}

fn unusable(config: &Config, key: &str, path: &Spanned<String>, why: &str) -> ConfigError {
    let file = config.beside(path.get_ref());
    let message = format!("{key} cannot be used: {}: {why}", file.display());
    wrong(config, path, message).hint("it must be a PEM file: lines between BEGIN and END")
}

fn wrong<T>(config: &Config, written: &Spanned<T>, message: impl Into<String>) -> ConfigError {
    ConfigError::new(message).at(Some(config.source(written.span())))
}
