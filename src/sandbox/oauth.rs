//! The token endpoint of an OAuth issuer beside the service: the client credentials grant (RFC 6749, section 4.4). It
//! is invented: the recorded hosts had none.

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::options::{CLIENT_ID, CLIENT_SECRET};
use super::response::{Content, Response};
use super::sign_in::SignIn;

impl SignIn {
    /// `POST /oauth2/token`.
    pub fn oauth_token(&mut self, headers: &HeaderMap, body: &[u8]) -> Response {
        let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let member = |name: &str| form.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let refused = |status, error: &str, description: &str| {
            let body = json!({ "error": error, "error_description": description });
            Response::new(status, Content::Json(body))
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"token\"")
        };
        let line = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let basic = line.and_then(|line| STANDARD.decode(line.strip_prefix("Basic ")?).ok());
        let basic = basic.and_then(|bytes| String::from_utf8(bytes).ok());
        // Both halves are written as in a form (section 2.3.1).
        let client = basic.and_then(|pair| {
            let pair = pair.replacen(':', "=", 1);
            form_urlencoded::parse(pair.as_bytes()).into_owned().next()
        });
        if client != Some((CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned())) {
            return refused(StatusCode::UNAUTHORIZED, "invalid_client", "The client is not known");
        }
        if member("grant_type").as_deref() != Some("client_credentials") {
            return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Only client_credentials");
        }
        let (token, life) = (self.new_bearer_token(), self.token_life());
        Response::json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": life }))
    }
}
