//! The kind `oauth2-client`: the client credentials grant of OAuth 2 (RFC 6749, section 4.4). A client's id and secret
//! are exchanged for a token, at an address that is as a rule not the service's own.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::auth::kind::{Auth, SecretKind, SessionFlow, User};
use crate::auth::session::Session;
use crate::auth::table_reader::{KeyError, TableReader};
use crate::auth::token_request::TokenRequest;
use crate::http::SecretResponse;
use crate::http::address::{self, is_loopback};
use crate::http::header::Header;
use crate::http::response_status::{member, text};
use crate::secret::percent_encoded;

pub const NAME: &str = "oauth2-client";

struct OAuth2Client {
    token_url: Url,
    scope: Option<String>,
}

pub fn read(table: &mut TableReader<'_>) -> Option<Auth> {
    let text = table.required_text("token_url", "https://login.example.com/oauth2/token");
    let client_id = table.required_text("client_id", "booster");
    let scope = table.text("scope").map(toml::Spanned::into_inner);
    let text = text?;
    let token_url = match token_url(text.get_ref()) {
        Ok(url) => url,
        Err((message, hint)) => {
            table.refuse(KeyError::new(text.span(), message).hint(hint));
            return None;
        }
    };
    let user = User::Named(client_id?.into_inner());
    Some(Auth::session(NAME, SecretKind::ClientSecret, user, OAuth2Client { token_url, scope }))
}

/// Reads the address of the tokens. The client's secret goes there, so it is encrypted, or this machine.
fn token_url(text: &str) -> Result<Url, (String, String)> {
    let example = || "write it as in https://login.example.com/oauth2/token".to_owned();
    let url = address::read(text)
        .map_err(|fault| (format!("token_url {}", fault.message), fault.hint.unwrap_or_else(example)))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(("token_url contains a user, a password or a fragment".to_owned(), example()));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => {
            let hint = "write https; http is only for this machine".to_owned();
            Err(("token_url is not encrypted".to_owned(), hint))
        }
    }
}

impl SessionFlow for OAuth2Client {
    fn issuer(&self) -> Option<&Url> {
        Some(&self.token_url)
    }

    fn terms(&self) -> String {
        format!("{} {}", self.token_url, self.scope.as_deref().unwrap_or_default()).trim_end().to_owned()
    }

    /// A token lasts for an hour or so, and nothing but the secret gets another one.
    fn keeps_secret(&self) -> bool {
        true
    }

    /// Id and secret go into the header, the way that every server must support (RFC 6749, section 2.3.1).
    fn open(&self, _base_url: &Url, user: &str, secret: &str) -> TokenRequest {
        let header = Header::basic(&percent_encoded(user), &percent_encoded(secret));
        let mut form = "grant_type=client_credentials".to_owned();
        if let Some(scope) = &self.scope {
            form.push_str(&format!("&scope={}", percent_encoded(scope)));
        }
        TokenRequest::post_form(self.token_url.clone(), &form).with(header)
    }

    fn opened(&self, response: &SecretResponse) -> Option<Session> {
        let body = response.json()?;
        let kind = text(&body, "token_type");
        let token = text(&body, "access_token");
        if token.is_empty() || !(kind.is_empty() || kind.eq_ignore_ascii_case("bearer")) {
            return None;
        }
        let life = member(&body, "expires_in")
            .and_then(seconds)
            .and_then(|life| Duration::try_from_secs_f64(life).ok());
        Some(Session { terms: self.terms(), ..Session::bearer(&token, life) })
    }
}

/// A number of seconds, which some write as a text.
fn seconds(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|seconds| *seconds <= 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::{ExposeSecret, SecretString};

    fn client(scope: Option<&str>) -> OAuth2Client {
        OAuth2Client {
            token_url: Url::parse("https://login.example.com/token").expect("an address"),
            scope: scope.map(str::to_owned),
        }
    }

    fn opened(body: &str) -> Option<Session> {
        client(None).opened(&SecretResponse { body: SecretString::from(body), cookies: Vec::new() })
    }

    #[test]
    fn the_secret_is_in_the_header_and_the_scope_in_the_form() {
        let base_url = Url::parse("https://booster.example.com").expect("an address");
        let request = client(Some("crm/a b")).open(&base_url, "us er", "p:w");
        assert_eq!(request.url.as_str(), "https://login.example.com/token");
        assert_eq!(request.body.expose_secret(), "grant_type=client_credentials&scope=crm%2Fa%20b");
        // us%20er:p%3Aw
        let value = request.headers.iter().find(|header| header.name == "Authorization").expect("a header");
        assert_eq!(value.value.as_bytes(), b"Basic dXMlMjBlcjpwJTNBdw==");
    }

    #[test]
    fn a_token_comes_with_its_life() {
        let session = opened(r#"{"access_token":"t","token_type":"bearer","expires_in":3600}"#).expect("one");
        assert!(session.expires.is_some() && !session.is_over());
        assert_eq!(session.terms, "https://login.example.com/token");
        assert!(opened(r#"{"access_token":"t","expires_in":"3600"}"#).expect("one").expires.is_some());
        for body in [
            r#"{"access_token":"t"}"#,
            r#"{"access_token":"t","expires_in":-1}"#,
            r#"{"access_token":"t","expires_in":1e300}"#,
        ] {
            assert!(opened(body).expect(body).expires.is_none(), "{body}");
        }
        for body in ["", "{}", r#"{"access_token":""}"#, r#"{"access_token":"t","token_type":"mac"}"#] {
            assert!(opened(body).is_none(), "{body}");
        }
    }

    #[test]
    fn the_address_of_the_tokens_is_encrypted() {
        for (text, good) in [
            ("https://login.example.com/token?tenant=1", true),
            ("http://127.0.0.1:1/token", true),
            ("http://login.example.com/token", false),
            ("https://u:p@login.example.com/token", false),
            ("ftp://login.example.com", false),
            ("login.example.com", false),
        ] {
            assert_eq!(token_url(text).is_ok(), good, "{text}");
        }
    }
}
