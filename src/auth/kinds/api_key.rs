//! The kind `api-key`: a key in a header of its own, or in one of the two ways in which ServiceStack takes keys.

use hyper::header::HeaderName;

use crate::auth::kind::{Auth, SecretKind, User};
use crate::auth::table_reader::{KeyError, TableReader};
use crate::http::header::{Header, is_reserved};

pub const NAME: &str = "api-key";

/// The header in which a key travels unless the profile names another one.
const HEADER: &str = "X-Api-Key";

/// Where the key is.
#[derive(Debug, Clone)]
enum ApiKey {
    Header(String),
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`, as the user, with an empty password.
    Basic,
}

pub fn read(table: &mut TableReader<'_>) -> Option<Auth> {
    let choices = [("header", None), ("bearer", Some(ApiKey::Bearer)), ("basic", Some(ApiKey::Basic))];
    let scheme = table.choice("as", &choices).flatten();
    let Some(header) = table.text("header") else {
        return Some(auth(scheme.unwrap_or_else(|| ApiKey::Header(HEADER.to_owned()))));
    };
    let (span, header) = (header.span(), header.into_inner());
    let error = if scheme.is_some() {
        KeyError::new(span, "header can only be used with as = \"header\"").hint("remove one of the two")
    } else if HeaderName::try_from(header.as_str()).is_err() {
        KeyError::new(span, "this is not a valid header name").hint("write it as in header = \"X-Api-Key\"")
    } else if is_reserved(&header) {
        KeyError::new(span, "this header is set by booster itself")
            .hint("name another header for the key, as in header = \"X-Api-Key\"")
    } else {
        return Some(auth(ApiKey::Header(header)));
    };
    table.refuse(error);
    None
}

fn auth(place: ApiKey) -> Auth {
    Auth::direct(NAME, SecretKind::ApiKey, User::Nobody, move |_, _, key| {
        Ok(vec![match &place {
            ApiKey::Header(name) => Header::secret(name, "", key)?,
            ApiKey::Bearer => Header::bearer(key)?,
            ApiKey::Basic => Header::basic(key, ""),
        }])
    })
}
