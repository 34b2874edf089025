//! Who a request is from: passwords, keys, tokens and sessions, with the answers that the recorded hosts gave to each.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::options::{API_KEY, Host, PASSWORD, Rules, USER};
use super::response::Response;
use super::session::Session;
use super::token::{
    BEARER_TOKEN_LIFE, COOKIE_LIFE, DAY, REFRESH_TOKEN_LIFE, cookie, dated_cookie, jwt_payload,
    lasting_cookie, new_id, new_token,
};

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

/// Who a request is from, and the cookies by which the host renews what the caller holds.
#[derive(Debug)]
pub struct Recognised {
    caller: Caller,
    cookies: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// Signed in by what ServiceStack calls this provider.
    User(Provider),
    Nobody,
    WrongPassword,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Basic,
    ApiKey,
    Jwt,
    Session,
}

impl Provider {
    fn name(self) -> &'static str {
        match self {
            Provider::Basic => "basic",
            Provider::ApiKey => "apikey",
            Provider::Jwt => "jwt",
            Provider::Session => "credentials",
        }
    }
}

impl Recognised {
    /// The operation's response, or the refusal of a caller who is not signed in.
    pub fn admit(
        self,
        mut session: Session,
        operation: impl FnOnce(Provider, &Session) -> Response,
    ) -> Response {
        let mut cookies = session.renew();
        cookies.extend(self.cookies);
        let response = match self.caller {
            Caller::User(provider) => {
                match provider {
                    Provider::Basic | Provider::ApiKey => cookies.push(user_cookie()),
                    Provider::Jwt | Provider::Session => {}
                }
                operation(provider, &session)
            }
            Caller::WrongPassword => {
                Response::error(StatusCode::UNAUTHORIZED, "Unauthorized", WRONG_PASSWORD)
                    .reason(WRONG_PASSWORD)
            }
            Caller::Nobody => Response::unauthorized(),
        };
        response.cookies(cookies)
    }
}

impl SignIn {
    pub fn new(rules: Rules, host: Host) -> SignIn {
        SignIn { rules, host, ..SignIn::default() }
    }

    /// How many seconds a token lasts.
    pub fn token_life(&self) -> i64 {
        self.rules.token_life.map_or(BEARER_TOKEN_LIFE, |life| i64::try_from(life.as_secs()).unwrap_or(DAY))
    }

    /// Reads what the request presents. An error is the answer to a credential that cannot be read at all; it comes
    /// before anything else and sets no cookies.
    pub fn recognise(&mut self, headers: &HeaderMap, session: &Session) -> Result<Recognised, Box<Response>> {
        let without_cookies = |caller| Recognised { caller, cookies: Vec::new() };
        if !self.rules.required {
            return Ok(without_cookies(Caller::User(Provider::Basic)));
        }
        let own_header = self.rules.api_key_header.as_ref().and_then(|name| headers.get(name));
        if own_header.is_some_and(|key| key.as_bytes() == API_KEY.as_bytes()) {
            return Ok(without_cookies(Caller::User(Provider::ApiKey)));
        }
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, credential) = authorization.and_then(|line| line.split_once(' ')).unwrap_or(("", ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => basic(credential.trim()).map(without_cookies),
            "bearer" => self.bearer(credential.trim()).map(without_cookies),
            _ if self.host == Host::TokenCookie && cookie(headers, TOKEN_COOKIE).is_some() => {
                self.token_cookies(headers)
            }
            _ => {
                let end = session.key().and_then(|key| self.sessions.get(key));
                let is_valid = end.is_some_and(|end| *end > Timestamp::now());
                Ok(without_cookies(if is_valid { Caller::User(Provider::Session) } else { Caller::Nobody }))
            }
        }
    }

    /// The host itself renews an expired token, as long as the refresh token lasts. How it sets the new one is not
    /// recorded.
    fn token_cookies(&mut self, headers: &HeaderMap) -> Result<Recognised, Box<Response>> {
        let caller = self.bearer(cookie(headers, TOKEN_COOKIE).unwrap_or_default());
        if caller.is_ok()
            || !self.refresh_tokens.contains(cookie(headers, REFRESH_COOKIE).unwrap_or_default())
        {
            return Ok(Recognised { caller: caller?, cookies: Vec::new() });
        }
        let cookies = vec![dated_cookie(TOKEN_COOKIE, &self.new_bearer_token(), self.token_life())];
        Ok(Recognised { caller: Caller::User(Provider::Jwt), cookies })
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

    fn bearer(&self, token: &str) -> Result<Caller, Box<Response>> {
        if !token.contains('.') {
            return Ok(if token == API_KEY { Caller::User(Provider::ApiKey) } else { Caller::Nobody });
        }
        let Some(payload) = jwt_payload(token) else {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "Exception", ILLEGAL_TOKEN);
        };
        // Any expired token counts, issued here or not, so that a client can be tried without waiting for two weeks.
        if payload["exp"].as_i64().is_some_and(|expiry| expiry <= Timestamp::now().as_second()) {
            return refused(StatusCode::UNAUTHORIZED, "TokenException", "Token has expired");
        }
        let issued = self.bearer_tokens.contains(token);
        Ok(if issued { Caller::User(Provider::Jwt) } else { Caller::Nobody })
    }

    /// `POST /auth/credentials`. A sandbox that needs no sign-in takes any name and password.
    pub fn sign_in(&mut self, user: &str, password: &str, remember: bool, mut session: Session) -> Response {
        session.permanent |= remember;
        let mut cookies = session.renew();
        cookies.push(lasting_cookie("ss-opt", if session.permanent { "perm" } else { "temp" }));
        if self.rules.required && (user != USER || password != PASSWORD) {
            return Response::error(StatusCode::UNAUTHORIZED, "Unauthorized", WRONG_PASSWORD)
                .cookies(cookies);
        }
        cookies.push(user_cookie());
        let id = session.key().unwrap_or_default();
        let life = self.rules.token_life.unwrap_or(Duration::from_secs(COOKIE_LIFE.unsigned_abs()));
        let end = Timestamp::now().checked_add(life).unwrap_or(Timestamp::MAX);
        self.sessions.insert(id.to_owned(), end);
        let mut body = self.identity(id, self.gives_tokens());
        add_roles(&mut body);
        let mut response = Response::json(body);
        if self.host == Host::TokenCookie {
            cookies.push(dated_cookie(TOKEN_COOKIE, &self.new_bearer_token(), self.token_life()));
            cookies.push(dated_cookie(REFRESH_COOKIE, &self.new_refresh_token(), REFRESH_TOKEN_LIFE));
            let names = format!("{TOKEN_COOKIE},{REFRESH_COOKIE}");
            response = response.header(HeaderName::from_static("x-cookies"), names);
        }
        response.cookies(cookies)
    }

    /// `GET /auth` of a user who is signed in.
    pub fn describe(&mut self, provider: Provider, session: &Session) -> Response {
        let id = session.key().map_or_else(new_id, str::to_owned);
        let mut body = self.identity(&id, provider == Provider::Basic && self.gives_tokens());
        if provider != Provider::Jwt {
            add_roles(&mut body);
        }
        body["authProvider"] = provider.name().into();
        Response::json(body)
    }

    /// Whether tokens stand in the body of an answer.
    fn gives_tokens(&self) -> bool {
        match self.host {
            Host::Default | Host::Strict | Host::Rules => true,
            Host::TokenCookie | Host::Session => false,
        }
    }

    /// What an answer says of the user.
    fn identity(&mut self, session: &str, with_tokens: bool) -> Json {
        let mut body = json!({ "userId": "1", "sessionId": session, "userName": USER, "displayName": "Ada" });
        if with_tokens {
            body["bearerToken"] = self.new_bearer_token().into();
            body["refreshToken"] = self.new_refresh_token().into();
            let expiry = Timestamp::now().as_millisecond() + REFRESH_TOKEN_LIFE * 1000;
            body["refreshTokenExpiry"] = format!("/Date({expiry})/").into();
        }
        body["profileUrl"] = "data:image/svg+xml".into();
        body
    }

    /// `POST /access-token`. The answer to a well-formed token that was never issued is not recorded.
    pub fn refresh(&mut self, refresh_token: &str, mut session: Session) -> Response {
        let response = if self.refresh_tokens.contains(refresh_token) {
            Response::json(json!({ "accessToken": self.new_bearer_token() }))
        } else {
            let is_token = jwt_payload(refresh_token).is_some();
            let message = if is_token { "Refresh token is not one of this sandbox" } else { ILLEGAL_TOKEN };
            let code = "ArgumentException";
            Response::error(StatusCode::BAD_REQUEST, code, message).reason(code)
        };
        response.cookies(session.renew())
    }

    /// Ends the session, if there is one, and clears every cookie that there may be.
    pub fn sign_out(&mut self, session: &Session) -> Response {
        if let Some(key) = session.key() {
            self.sessions.remove(key);
        }
        let cookies = ["ss-id", "ss-pid", "X-UAId", TOKEN_COOKIE, REFRESH_COOKIE];
        Response::json(json!({})).cookies(cookies.map(|name| dated_cookie(name, "", -DAY)))
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

fn refused(status: StatusCode, code: &str, message: &str) -> Result<Caller, Box<Response>> {
    Err(Response::error(status, code, message).into())
}

fn basic(credential: &str) -> Result<Caller, Box<Response>> {
    let decoded = STANDARD.decode(credential).unwrap_or_default();
    let decoded = String::from_utf8_lossy(&decoded);
    match decoded.split_once(':') {
        Some((USER, PASSWORD)) => Ok(Caller::User(Provider::Basic)),
        Some((API_KEY, "")) => Ok(Caller::User(Provider::ApiKey)),
        // An empty password makes the name an API key.
        Some((_, "")) => {
            let message = "API Key does not exist";
            Err(Response::error(StatusCode::NOT_FOUND, "NotFound", message).reason(message).into())
        }
        Some((_, _)) | None => Ok(Caller::WrongPassword),
    }
}

/// The cookie that a user who is new to the session gets as well.
fn user_cookie() -> String {
    lasting_cookie("X-UAId", "1")
}

fn add_roles(body: &mut Json) {
    body["roles"] = json!([]);
    body["permissions"] = json!([]);
}
