//! The kind `basic`: user and password in `Authorization: Basic`.

use reqwest::header::InvalidHeaderValue;

use crate::auth::kind::{Auth, AuthFlow, Kind, SecretKind, Signer, User};
use crate::auth::table_reader::{KeyError, TableReader};
use crate::http::header::Header;
use crate::http::request::Request;

pub const NAME: &str = "basic";

#[derive(Debug)]
pub struct Basic {
    pub username: Option<String>,
}

pub fn read(table: &mut TableReader<'_>) -> Result<Auth, KeyError> {
    let basic = Basic { username: table.username() };
    let checked = basic.username.as_deref().map_or(Ok(()), |name| basic.check_user(name));
    checked.map_err(KeyError::username)?;
    Ok(Auth::new(basic))
}

impl Kind for Basic {
    fn name(&self) -> &'static str {
        NAME
    }

    fn secret(&self) -> Option<SecretKind> {
        Some(SecretKind::Password)
    }

    fn user(&self) -> User {
        User::of(self.username.clone())
    }

    /// A server takes the first colon for the end of the name (RFC 7617, section 2).
    fn check_user(&self, name: &str) -> Result<(), &'static str> {
        if name.contains(':') { Err("a user name of the kind basic has no colon in it") } else { Ok(()) }
    }

    fn flow(&self) -> AuthFlow<'_> {
        AuthFlow::Direct(self)
    }
}

impl Signer for Basic {
    fn sign(&self, _: &Request, user: &str, secret: &str) -> Result<Vec<Header>, InvalidHeaderValue> {
        Ok(vec![Header::basic(user, secret)])
    }
}
