//! The kind `api-key`: a key in a header of its own, or in one of the two ways in which ServiceStack takes keys.

use reqwest::header::{HeaderName, InvalidHeaderValue};

use crate::auth::kind::{Auth, AuthFlow, Kind, SecretKind, Signer};
use crate::auth::table_reader::{KeyError, TableReader};
use crate::http::header::{Header, is_reserved};
use crate::http::request::Request;

pub const NAME: &str = "api-key";

/// The header in which a key travels unless the profile names another one.
const HEADER: &str = "X-Api-Key";

/// Where the key stands.
#[derive(Debug, Clone)]
enum ApiKey {
    Header(String),
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`, as the user, with an empty password.
    Basic,
}

pub fn read(table: &mut TableReader<'_>) -> Result<Auth, KeyError> {
    let choices = [("header", None), ("bearer", Some(ApiKey::Bearer)), ("basic", Some(ApiKey::Basic))];
    let scheme = table.choice("as", &choices)?.flatten();
    let Some(header) = table.text("header")? else {
        return Ok(Auth::new(scheme.unwrap_or_else(|| ApiKey::Header(HEADER.to_owned()))));
    };
    let (span, header) = (header.span(), header.into_inner());
    if scheme.is_some() {
        Err(KeyError::new(span, "header goes with as = \"header\" alone"))
    } else if HeaderName::try_from(header.as_str()).is_err() {
        let error = KeyError::new(span, "this is not the name of a header");
        Err(error.hint("write it as in header = \"X-Api-Key\""))
    } else if is_reserved(&header) {
        let error = KeyError::new(span, "this header is set by booster itself");
        Err(error.hint("a key travels in a header of its own, as in header = \"X-Api-Key\""))
    } else {
        Ok(Auth::new(ApiKey::Header(header)))
    }
}

impl Kind for ApiKey {
    fn name(&self) -> &'static str {
        NAME
    }

    fn secret(&self) -> Option<SecretKind> {
        Some(SecretKind::ApiKey)
    }

    fn flow(&self) -> AuthFlow<'_> {
        AuthFlow::Direct(self)
    }
}

impl Signer for ApiKey {
    fn sign(&self, _: &Request, _: &str, secret: &str) -> Result<Vec<Header>, InvalidHeaderValue> {
        Ok(vec![match self {
            ApiKey::Header(name) => Header::secret(name, "", secret)?,
            ApiKey::Bearer => Header::bearer(secret)?,
            ApiKey::Basic => Header::basic(secret, ""),
        }])
    }
}
