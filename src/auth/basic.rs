//! The kind `basic`: user and password in `Authorization: Basic`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::InvalidHeaderValue;
use secrecy::zeroize::Zeroizing;

use super::{Ask, Auth, Direct, Kind, User, Way};
use crate::config::table_reader::Keys;
use crate::failure::Failure;
use crate::http::request::Header;

pub const WORD: &str = "basic";

#[derive(Debug)]
pub struct Basic {
    pub username: Option<String>,
}

pub fn read(keys: &mut Keys<'_>) -> Result<Auth, Failure> {
    let basic = Basic { username: keys.username() };
    let checked = basic.username.as_deref().map_or(Ok(()), |name| basic.check_user(name));
    checked.map_err(|why| keys.wrong_username(why))?;
    Ok(Auth::new(basic))
}

/// The header of a user and a password, here and wherever else the scheme is used (RFC 7617).
///
/// # Errors
/// None in truth: base64 has no character that a header may not have.
pub fn header(user: &str, password: &str) -> Result<Header, InvalidHeaderValue> {
    let pair = Zeroizing::new(format!("{user}:{password}"));
    Header::secret("Authorization", "Basic ", &Zeroizing::new(STANDARD.encode(pair.as_bytes())))
}

impl Kind for Basic {
    fn word(&self) -> &'static str {
        WORD
    }

    fn secret(&self) -> Option<Ask> {
        Some(Ask::Password)
    }

    fn user(&self) -> User {
        User::of(self.username.clone())
    }

    /// A server takes the first colon for the end of the name (RFC 7617, section 2).
    fn check_user(&self, name: &str) -> Result<(), &'static str> {
        if name.contains(':') { Err("a user name of the kind basic has no colon in it") } else { Ok(()) }
    }

    fn shown(&self) -> Option<Header> {
        Some(Header::shown_only("Authorization", "Basic "))
    }

    fn way(&self) -> Way<'_> {
        Way::Direct(self)
    }
}

impl Direct for Basic {
    fn header(&self, user: &str, secret: &str) -> Result<Header, InvalidHeaderValue> {
        header(user, secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_is_in_base64() {
        // The recordings' own header, of ada and `correct horse`.
        let header = header("ada", "correct horse").expect("a header");
        assert_eq!(header.value.as_bytes(), b"Basic YWRhOmNvcnJlY3QgaG9yc2U=");
        assert_eq!(header.shown(), "Basic ***");
    }
}
