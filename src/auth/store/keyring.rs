//! The store as the platform's keyring: Keychain, Credential Manager, Secret Service. An entry is one secret of the
//! service `booster`, in the same notation as in the file.

use keyring::{Entry as Item, Error};
use secrecy::zeroize::Zeroizing;

use super::{Entry, StoreKey};
use crate::auth::error::AuthError;

/// Under this name the platform's own tools show it.
const SERVICE: &str = "booster";

/// # Errors
/// If the keyring is not there, is locked, or holds something else.
pub fn get(key: &StoreKey<'_>) -> Result<Option<Entry>, AuthError> {
    read(&item(key)?)
}

/// # Errors
/// As [`get`]; and on Windows, where an entry may have 2,560 bytes, for a longer one.
pub fn change(
    key: &StoreKey<'_>,
    change: impl FnOnce(Option<Entry>) -> Option<Entry>,
) -> Result<(), AuthError> {
    let item = item(key)?;
    match change(read(&item)?) {
        Some(entry) => {
            let text = toml::to_string(&entry).map(Zeroizing::new);
            let text = text.map_err(|_| AuthError::new("the credential cannot be written as TOML"))?;
            item.set_password(&text).map_err(|error| refused(&error))
        }
        None => match item.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        },
    }
}

fn item(key: &StoreKey<'_>) -> Result<Item, AuthError> {
    Item::store_status().as_ref().map_err(refused)?;
    let header = key.header.map_or(String::new(), |header| format!(" {header}"));
    let name = format!("{} {}{header}", key.profile, key.origin);
    Item::new(SERVICE, &name).map_err(|error| refused(&error))
}

fn read(item: &Item) -> Result<Option<Entry>, AuthError> {
    let text = match item.get_password() {
        Ok(text) => Zeroizing::new(text),
        Err(Error::NoEntry) => return Ok(None),
        Err(error) => return Err(refused(&error)),
    };
    // The reader's own message repeats the line, and with it the secret.
    let entry = toml::from_str(&text);
    entry.map(Some).map_err(|_| {
        AuthError::new("the keyring has an entry under booster's name that booster did not write")
            .hint("remove it there, and sign in again")
    })
}

fn refused(error: &Error) -> AuthError {
    AuthError::new(format!("the keyring cannot be used: {error}")).hint(
        "start or unlock it, or set store = \"file\" in the profile; the secret is not stored \
        anywhere else automatically",
    )
}
