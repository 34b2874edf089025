//! Who a request is from: passwords, keys, tokens and sessions, with the answers that the recorded hosts gave to each.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;

use super::options::{API_KEY, Host, PASSWORD, Rules, USER};
use super::response::Response;
use super::token::{
    BEARER_TOKEN_LIFE, COOKIE_LIFE, DAY, REFRESH_TOKEN_LIFE, cookie, dated_cookie, jwt_payload, new_id,
    new_token,
};

/// The one by which a session goes on after a sign-in that is to be remembered, as all are here.
const SESSION_COOKIE: &str = "ss-pid";
const TOKEN_COOKIE: &str = "ss-tok";
const REFRESH_COOKIE: &str = "ss-reftok";

const ILLEGAL_TOKEN: &str = "Illegal base64url string!";
const WRONG_PASSWORD: &str = "Invalid Username or Password";

/// The tokens and sessions issued since the sandbox started.
#[derive(Debug, Default)]
pub struct SignIn {
    rules: Rules,
    host: Host,
    /// With the time at which each of them ends.
    sessions: HashMap<String, Timestamp>,
    bearer_tokens: HashSet<String>,
    refresh_tokens: HashSet<String>,
}

impl SignIn {
    pub fn new(rules: Rules, host: Host) -> SignIn {
        SignIn { rules, host, ..SignIn::default() }
    }

    /// How many seconds a token lasts.
    pub fn token_life(&self) -> i64 {
        self.rules.token_life.map_or(BEARER_TOKEN_LIFE, |life| i64::try_from(life.as_secs()).unwrap_or(DAY))
    }

    /// Lets a request in that presents what is known here; with it the cookie by which the host renews what the caller
    /// holds.
    ///
    /// # Errors
    /// The answer to everybody else.
    pub fn admit(&mut self, headers: &HeaderMap) -> Result<Option<String>, Box<Response>> {
        let own_header = self.rules.api_key_header.as_ref().and_then(|name| headers.get(name));
        if !self.rules.required || own_header.is_some_and(|key| key.as_bytes() == API_KEY.as_bytes()) {
            return Ok(None);
        }
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, credential) = authorization.and_then(|line| line.split_once(' ')).unwrap_or(("", ""));
        match (scheme.to_ascii_lowercase().as_str(), cookie(headers, TOKEN_COOKIE)) {
            ("basic", _) => basic(credential.trim())?,
            ("bearer", _) => self.bearer(credential.trim())?,
            (_, Some(token)) if self.host == Host::TokenCookie => match self.bearer(token) {
                Ok(()) => {}
                // The host itself renews an expired token, as long as the refresh token lasts. How it sets the new one
                // is not recorded.
                Err(_)
                    if self.refresh_tokens.contains(cookie(headers, REFRESH_COOKIE).unwrap_or_default()) =>
                {
                    return Ok(Some(dated_cookie(TOKEN_COOKIE, &self.new_bearer_token(), self.token_life())));
                }
                Err(refusal) => return Err(refusal),
            },
            _ => {
                let end = cookie(headers, SESSION_COOKIE).and_then(|id| self.sessions.get(id));
                if end.is_none_or(|end| *end <= Timestamp::now()) {
                    return Err(Response::unauthorized().into());
                }
            }
        }
        Ok(None)
    }

    pub fn new_bearer_token(&mut self) -> String {
        let token = new_token(self.token_life());
        self.bearer_tokens.insert(token.clone());
        token
    }

    fn new_refresh_token(&mut self) -> String {
        let token = new_token(REFRESH_TOKEN_LIFE);
        self.refresh_tokens.insert(token.clone());
        token
    }

    fn bearer(&self, token: &str) -> Result<(), Box<Response>> {
        let refused = |status, code, message| Err(Box::new(Response::error(status, code, message)));
        let payload = jwt_payload(token);
        if token.contains('.') && payload.is_none() {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "Exception", ILLEGAL_TOKEN);
        }
        // Any expired token counts, issued here or not, so that a client can be tried without waiting for two weeks.
        let expiry = payload.and_then(|payload| payload["exp"].as_i64());
        if expiry.is_some_and(|expiry| expiry <= Timestamp::now().as_second()) {
            return refused(StatusCode::UNAUTHORIZED, "TokenException", "Token has expired");
        }
        if token == API_KEY || self.bearer_tokens.contains(token) {
            return Ok(());
        }
        Err(Response::unauthorized().into())
    }

    /// `POST /auth/credentials`. A sandbox that needs no sign-in takes any name and password.
    pub fn sign_in(&mut self, user: &str, password: &str) -> Response {
        if self.rules.required && (user != USER || password != PASSWORD) {
            return Response::error(StatusCode::UNAUTHORIZED, "Unauthorized", WRONG_PASSWORD);
        }
        let id = new_id();
        let life = self.rules.token_life.unwrap_or(Duration::from_secs(COOKIE_LIFE.unsigned_abs()));
        let end = Timestamp::now().checked_add(life).unwrap_or(Timestamp::MAX);
        self.sessions.insert(id.clone(), end);
        let mut body = json!({
            "userId": "1", "sessionId": id, "userName": USER, "displayName": "Ada",
            "profileUrl": "data:image/svg+xml", "roles": [], "permissions": [],
        });
        let mut cookies = vec![format!("ss-id={}; path=/; samesite=lax; httponly", new_id())];
        for (name, value) in [(SESSION_COOKIE, id.as_str()), ("ss-opt", "perm"), ("X-UAId", "1")] {
            cookies.push(dated_cookie(name, value, COOKIE_LIFE));
        }
        match self.host {
            Host::Default | Host::Strict | Host::Rules => {
                body["bearerToken"] = self.new_bearer_token().into();
                body["refreshToken"] = self.new_refresh_token().into();
                let expiry = Timestamp::now().as_millisecond() + REFRESH_TOKEN_LIFE * 1000;
                body["refreshTokenExpiry"] = format!("/Date({expiry})/").into();
            }
            Host::TokenCookie => {
                cookies.push(dated_cookie(TOKEN_COOKIE, &self.new_bearer_token(), self.token_life()));
                cookies.push(dated_cookie(REFRESH_COOKIE, &self.new_refresh_token(), REFRESH_TOKEN_LIFE));
            }
            Host::Session => {}
        }
        Response::json(body).cookies(cookies)
    }

    /// `POST /access-token`. The answer to a well-formed token that was never issued is not recorded.
    pub fn refresh(&mut self, refresh_token: &str) -> Response {
        if self.refresh_tokens.contains(refresh_token) {
            return Response::json(json!({ "accessToken": self.new_bearer_token() }));
        }
        Response::error(StatusCode::BAD_REQUEST, "ArgumentException", ILLEGAL_TOKEN)
    }

    /// Ends the session, if there is one.
    pub fn sign_out(&mut self, headers: &HeaderMap) -> Response {
        self.sessions.remove(cookie(headers, SESSION_COOKIE).unwrap_or_default());
        Response::json(json!({}))
    }

    /// Expires every token and session, and returns how many tokens there were.
    #[cfg(test)]
    pub fn end_tokens(&mut self, for_good: bool) -> usize {
        if for_good {
            self.refresh_tokens.clear();
        }
        self.sessions.clear();
        self.bearer_tokens.drain().count()
    }
}

fn basic(credential: &str) -> Result<(), Box<Response>> {
    let decoded = STANDARD.decode(credential).unwrap_or_default();
    let decoded = String::from_utf8_lossy(&decoded);
    match decoded.split_once(':') {
        Some((USER, PASSWORD) | (API_KEY, "")) => Ok(()),
        // An empty password makes the name an API key.
        Some((_, "")) => {
            Err(Response::error(StatusCode::NOT_FOUND, "NotFound", "API Key does not exist").into())
        }
        Some((_, _)) | None => {
            Err(Response::error(StatusCode::UNAUTHORIZED, "Unauthorized", WRONG_PASSWORD).into())
        }
    }
}
