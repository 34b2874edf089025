//! Where a profile sends: what may be written as a base URL.

use url::Url;

use super::error::ConfigError;
use crate::escape::escaped;
use crate::http::address::{self, is_loopback, origin_of};
use crate::model::problem::Source;

/// Reads an address: https, or http to this machine; nothing in it but scheme, host, port and path. Of one that is
/// refused no more than scheme, host and port is repeated: the rest may be a secret.
///
/// # Errors
/// Usage, with the source of the address.
pub fn base_url(text: &str, source: Option<Source>) -> Result<Url, ConfigError> {
    let refused = |message: String, hint: &str| ConfigError::new(message).at(source.clone()).hint(hint);
    let url = match address::read(text) {
        Ok(url) => url,
        Err(fault) => {
            let hint = fault.hint.unwrap_or_else(|| with_scheme(text));
            return Err(refused(format!("the base URL {}", fault.message), &hint));
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        let hint = "use the profile's auth to sign in";
        return Err(refused("the base URL contains a user or a password".to_owned(), hint));
    }
    if url.query().is_some() || url.fragment().is_some() {
        let why = "in a query, the service would take the id of another customer";
        return Err(refused("the base URL has a query or a fragment".to_owned(), why));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refused(
            format!("the base URL {} is not encrypted", origin_of(&url)),
            "write https; http is only for this machine, as in http://127.0.0.1:8080",
        )),
        other => Err(refused(format!("the base URL begins with {other}"), "write https")),
    }
}

/// The problem of a profile that does not say where to send, with the place of the profile.
pub fn missing(profile: &str, place: Option<Source>) -> ConfigError {
    ConfigError::new(format!("profile {} has no base_url", escaped(profile)))
        .hint("set base_url in the configuration, or use --base-url")
        .at(place)
}

/// How an address that has no scheme is written, as far as it is certain what is meant.
fn with_scheme(text: &str) -> String {
    let meant = Url::parse(&format!("http://{text}")).ok();
    match meant.filter(|url| url.username().is_empty() && url.password().is_none()) {
        Some(url) if is_loopback(&url) => format!("write {}", origin_of(&url)),
        Some(_) | None => "write it as in https://dev-api-booster.example.com".to_owned(),
    }
}
