//! The kind `bearer`: a token in `Authorization: Bearer`.

use reqwest::header::InvalidHeaderValue;

use crate::auth::kind::{Auth, AuthFlow, Kind, SecretKind, Signer};
use crate::auth::table_reader::{KeyError, TableReader};
use crate::http::header::Header;
use crate::http::request::Request;

pub const NAME: &str = "bearer";

#[derive(Debug)]
pub struct Bearer;

pub fn read(_: &mut TableReader<'_>) -> Result<Auth, KeyError> {
    Ok(Auth::new(Bearer))
}

impl Kind for Bearer {
    fn name(&self) -> &'static str {
        NAME
    }

    fn secret(&self) -> Option<SecretKind> {
        Some(SecretKind::Token)
    }

    fn flow(&self) -> AuthFlow<'_> {
        AuthFlow::Direct(self)
    }
}

impl Signer for Bearer {
    fn sign(&self, _: &Request, _: &str, secret: &str) -> Result<Vec<Header>, InvalidHeaderValue> {
        Ok(vec![Header::bearer(secret)?])
    }
}
