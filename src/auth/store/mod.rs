//! Where `auth login` stores secrets and sessions: an entry for each profile and origin, in a file of its own or in the
//! platform's keyring.

mod file;
#[cfg(feature = "keyring")]
mod keyring;

use std::path::PathBuf;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::auth::error::AuthError;
use crate::auth::session::{Session, expose_some};

/// What is stored of one sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub profile: String,
    /// Scheme, host and port of the service: a profile whose address has changed finds nothing.
    pub origin: String,
    /// The name of the secret, where it is one of the profile's headers rather than the sign-in's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub kind: String,
    pub user: Option<String>,
    /// The origin to which the secret goes, where that is another one.
    pub issuer: Option<String>,
    #[serde(default, serialize_with = "expose_some")]
    pub secret: Option<SecretString>,
    pub saved: Timestamp,
    /// To the hour.
    pub used: Option<Timestamp>,
    pub session: Option<Session>,
}

/// What an entry is found by.
#[derive(Debug, Clone, Copy)]
pub struct StoreKey<'a> {
    pub profile: &'a str,
    pub origin: &'a str,
    /// The name of a secret in the profile's headers; none for the sign-in.
    pub header: Option<&'a str>,
}

impl Entry {
    fn has_key(&self, key: &StoreKey<'_>) -> bool {
        self.profile == key.profile && self.origin == key.origin && self.header.as_deref() == key.header
    }
}

/// The word of a profile's `store`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreKind {
    #[default]
    File,
    Keyring,
}

#[derive(Debug, Clone)]
pub enum Store {
    File(PathBuf),
    Keyring,
}

impl Store {
    /// The store of a profile whose configuration lies in this folder.
    pub fn new(kind: StoreKind, folder: PathBuf) -> Store {
        match kind {
            StoreKind::File => Store::File(folder.join(file::NAME)),
            StoreKind::Keyring => Store::Keyring,
        }
    }

    /// # Errors
    /// If the store cannot be read, or must not be trusted.
    pub fn get(&self, key: &StoreKey<'_>) -> Result<Option<Entry>, AuthError> {
        match self {
            Store::File(path) => Ok(file::read(path)?.into_iter().find(|entry| entry.has_key(key))),
            #[cfg(feature = "keyring")]
            Store::Keyring => keyring::get(key),
            #[cfg(not(feature = "keyring"))]
            Store::Keyring => Err(no_keyring()),
        }
    }

    /// Puts another entry, or none, in the place of one. Nobody else's change is lost.
    ///
    /// # Errors
    /// If the store cannot be written, or must not be trusted. What it held stays as it was.
    pub fn change(
        &self,
        key: &StoreKey<'_>,
        change: impl FnOnce(Option<Entry>) -> Option<Entry>,
    ) -> Result<(), AuthError> {
        match self {
            Store::File(path) => file::change(path, |entries| {
                let at = entries.iter().position(|entry| entry.has_key(key));
                let old = at.map(|at| entries.remove(at));
                if let Some(new) = change(old) {
                    entries.insert(at.unwrap_or(entries.len()), new);
                }
            }),
            #[cfg(feature = "keyring")]
            Store::Keyring => keyring::change(key, change),
            #[cfg(not(feature = "keyring"))]
            Store::Keyring => Err(no_keyring()),
        }
    }

    /// Removes the sign-in of a profile at an origin with the secrets of its headers, of which a keyring has to be told the
    /// names. Whether there was anything.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub fn remove(&self, profile: &str, origin: &str, headers: &[&str]) -> Result<bool, AuthError> {
        let is_wanted = |entry: &Entry| entry.profile == profile && entry.origin == origin;
        if let Store::File(path) = self {
            let is_there = file::read(path)?.iter().any(is_wanted);
            if is_there {
                file::change(path, |entries| entries.retain(|entry| !is_wanted(entry)))?;
            }
            return Ok(is_there);
        }
        let mut is_there = false;
        for header in std::iter::once(None).chain(headers.iter().copied().map(Some)) {
            let key = StoreKey { profile, origin, header };
            is_there |= self.get(&key)?.is_some();
            self.change(&key, |_| None)?;
        }
        Ok(is_there)
    }

    /// The origins for which a profile has the sign-in or one of these secrets of headers, as far as the store can be
    /// looked through: a keyring can be asked for one alone, the profile's own.
    pub fn origins(&self, profile: &str, own: &str, headers: &[&str]) -> Vec<String> {
        let is_wanted = |header: Option<&str>| header.is_none_or(|header| headers.contains(&header));
        match self {
            Store::File(path) => {
                let entries = file::read(path).unwrap_or_default().into_iter();
                let wanted =
                    entries.filter(|entry| entry.profile == profile && is_wanted(entry.header.as_deref()));
                let mut origins: Vec<String> = Vec::new();
                wanted.for_each(|entry| {
                    if !origins.contains(&entry.origin) {
                        origins.push(entry.origin);
                    }
                });
                origins
            }
            Store::Keyring => {
                let mut names = std::iter::once(None).chain(headers.iter().copied().map(Some));
                let has =
                    |header| matches!(self.get(&StoreKey { profile, origin: own, header }), Ok(Some(_)));
                if names.any(has) { vec![own.to_owned()] } else { Vec::new() }
            }
        }
    }

    pub fn described(&self) -> String {
        match self {
            Store::File(path) => path.display().to_string(),
            Store::Keyring => "the keyring".to_owned(),
        }
    }
}

/// A store that is not there is never replaced by another one that the user did not choose.
#[cfg(not(feature = "keyring"))]
fn no_keyring() -> AuthError {
    AuthError::new("the profile's store is the keyring, but this booster was built without keyring support")
        .hint("install one with the feature `keyring`, or set store = \"file\" in the profile")
        .usage()
}
