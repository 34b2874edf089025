//! Where the secrets in a profile's headers come from: the environment, or the store.

use secrecy::ExposeSecret;

use super::Sources;
use crate::auth::error::AuthError;
use crate::auth::profile_header::{ProfileHeader, in_shell};
use crate::auth::store::{Store, StoreKey};
use crate::environment::{header_secret, header_variable};
use crate::http::header::Header;
use crate::secret::{Secret, SecretFault};

impl Sources {
    /// The headers of the profile as they go out.
    ///
    /// # Errors
    /// If a secret is missing or cannot be used.
    pub fn headers(&self) -> Result<Vec<Header>, AuthError> {
        self.profile_headers().iter().map(|header| self.header(header)).collect()
    }

    fn header(&self, header: &ProfileHeader) -> Result<Header, AuthError> {
        let Some(name) = header.secret() else { return Ok(header.shown()) };
        let secret = self.header_secret(name)?.ok_or_else(|| self.no_header_secret(header, name))?;
        let sent = Header::secret(&header.name, "", secret.expose_secret());
        let sent =
            sent.map_err(|_| AuthError::new(format!("the secret {name} cannot be sent in a header")))?;
        Ok(sent.taken_from(in_shell(name)))
    }

    /// Where the secret of a header is: its variable, or else the store.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn header_place(&self, name: &str) -> Result<Option<String>, AuthError> {
        if !matches!(header_secret(name), Ok(None)) {
            return Ok(Some(header_variable(name)));
        }
        let Some((store, key)) = self.header_key(name) else { return Ok(None) };
        Ok(store.get(&key)?.map(|_| store.described()))
    }

    /// The secret of a header.
    ///
    /// # Errors
    /// If it cannot be used, or the store cannot be read.
    fn header_secret(&self, name: &str) -> Result<Option<Secret>, AuthError> {
        let variable = header_variable(name);
        let by_environment = header_secret(name).map_err(|()| {
            AuthError::new(format!("{variable} is not UTF-8")).hint("write the secret in UTF-8").usage()
        })?;
        if let Some(text) = by_environment {
            return read_header_secret(&text, &format!("the secret in {variable}")).map(Some);
        }
        let Some((store, key)) = self.header_key(name) else { return Ok(None) };
        let stored = store.get(&key)?.and_then(|entry| entry.secret);
        let described = format!("the secret {name} in {}", store.described());
        let read = |text: &str| read_header_secret(text, &described);
        stored.map(|secret| read(secret.expose_secret())).transpose()
    }

    /// Where the store has the secret of a header.
    pub fn header_key<'a>(&'a self, name: &'a str) -> Option<(&'a Store, StoreKey<'a>)> {
        let (store, key) = self.store_key()?;
        Some((store, StoreKey { header: Some(name), ..key }))
    }

    fn no_header_secret(&self, header: &ProfileHeader, name: &str) -> AuthError {
        let message = format!("{} has no secret {name} for the header {}", self.name(), header.name);
        let variable = header_variable(name);
        AuthError::new(message).hint(format!(
            "set {variable}, or store it with `booster auth login{} --secret {name}`",
            self.flag()
        ))
    }
}

/// Reads the secret of a header.
///
/// # Errors
/// If it holds what no secret in a header holds; `what` names it.
pub fn read_header_secret(text: &str, what: &str) -> Result<Secret, AuthError> {
    let refused = |fault: SecretFault| AuthError::new(format!("{what} {}", fault.message)).hint(fault.hint);
    Secret::read(text).and_then(Secret::for_header).map_err(refused)
}
