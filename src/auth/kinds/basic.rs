//! The kind `basic`: user and password in `Authorization: Basic`.

use crate::auth::kind::{Auth, SecretKind, User};
use crate::http::header::Header;

pub const NAME: &str = "basic";

/// Where no user is named, the sign-in will say so.
pub fn auth(username: Option<String>) -> Auth {
    let user = User::of(username);
    Auth::direct(NAME, SecretKind::Password, user, |_, user, password| {
        Ok(vec![Header::basic(user, password)])
    })
}

/// A server takes the first colon for the end of the name (RFC 7617, section 2).
///
/// # Errors
/// Why this cannot be the name of a user.
pub fn check_user(name: &str) -> Result<(), &'static str> {
    if name.contains(':') { Err("a user name for basic cannot contain a colon") } else { Ok(()) }
}
