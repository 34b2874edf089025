//! Who a request is from: passwords, keys, tokens and sessions, with the answers that the recorded hosts gave to each.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::Host;
use super::answer::{Answer, Content, Failure};
use super::route::{Format, percent_encoded};
use super::session::Session;
use super::token::{
    BEARER_TOKEN_LIFE, COOKIE_LIFE, DAY, REFRESH_TOKEN_LIFE, cookie, dated_cookie, jwt_payload,
    lasting_cookie, new_id, new_token,
};

/// The one user, as in the recordings.
pub const USER: &str = "ada";
pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";

/// How callers sign in.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Without it everybody is let in, whatever they present.
    pub required: bool,
    /// How long tokens and sessions last, instead of days. Tokens count in whole seconds.
    pub token_life: Option<Duration>,
    /// A header in which the API key is taken too, as by a gateway before the service.
    pub api_key_header: Option<HeaderName>,
}

/// What was handed out to whom, for as long as the sandbox runs.
#[derive(Debug, Default)]
pub struct SignIn {
    rules: Rules,
    host: Host,
    /// With the moment at which each of them ends.
    sessions: HashMap<String, Timestamp>,
    bearer_tokens: HashSet<String>,
    refresh_tokens: HashSet<String>,
}

/// Who a request is from, and the cookies by which the host renews what the caller holds.
#[derive(Debug)]
pub struct Recognised {
    pub caller: Caller,
    pub cookies: Vec<String>,
}

/// Who a request is from, as far as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
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
    /// The sandbox lets everybody in.
    Open,
}

impl Provider {
    fn name(self) -> &'static str {
        match self {
            Provider::Basic | Provider::Open => "basic",
            Provider::ApiKey => "apikey",
            Provider::Jwt => "jwt",
            Provider::Session => "credentials",
        }
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
    pub fn recognise(&mut self, headers: &HeaderMap, session: &Session) -> Result<Recognised, Box<Answer>> {
        let known = |caller| Recognised { caller, cookies: Vec::new() };
        if !self.rules.required {
            return Ok(known(Caller::User(Provider::Open)));
        }
        let own_header = self.rules.api_key_header.as_ref().and_then(|name| headers.get(name));
        if own_header.is_some_and(|key| key.as_bytes() == API_KEY.as_bytes()) {
            return Ok(known(Caller::User(Provider::ApiKey)));
        }
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, credential) = authorization.and_then(|line| line.split_once(' ')).unwrap_or(("", ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => basic(credential.trim()).map(known),
            "bearer" => self.bearer(credential.trim()).map(known),
            _ if self.host == Host::TokenCookie && cookie(headers, TOKEN_COOKIE).is_some() => {
                self.token_cookies(headers)
            }
            _ => {
                let now = Timestamp::now();
                let ends = session.key().and_then(|key| self.sessions.get(key));
                let is_known = ends.is_some_and(|ends| *ends > now);
                Ok(known(if is_known { Caller::User(Provider::Session) } else { Caller::Nobody }))
            }
        }
    }

    /// A token that is over is renewed by the host itself, as long as the other one lasts. How it sets the new one is
    /// not recorded.
    fn token_cookies(&mut self, headers: &HeaderMap) -> Result<Recognised, Box<Answer>> {
        let token = cookie(headers, TOKEN_COOKIE).unwrap_or_default();
        let refused = match self.bearer(token) {
            Ok(caller) => return Ok(Recognised { caller, cookies: Vec::new() }),
            Err(refused) => refused,
        };
        let refresh = cookie(headers, REFRESH_COOKIE).unwrap_or_default();
        if !self.refresh_tokens.contains(refresh) {
            return Err(refused);
        }
        let token = self.new_bearer_token();
        let cookies = vec![dated_cookie(TOKEN_COOKIE, &token, self.token_life())];
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

    fn bearer(&self, token: &str) -> Result<Caller, Box<Answer>> {
        if !token.contains('.') {
            return Ok(if token == API_KEY { Caller::User(Provider::ApiKey) } else { Caller::Nobody });
        }
        let Some(payload) = jwt_payload(token) else {
            let failure = Failure::new("Exception", ILLEGAL_TOKEN)
                .thrown("System.Exception", "ServiceStack.StringExtensions.FromBase64UrlSafe(String input)");
            return Err(failure.with(StatusCode::INTERNAL_SERVER_ERROR).into());
        };
        // Any token whose time is over counts as expired, issued here or not, so that a client can rehearse it
        // without waiting for two weeks.
        if payload["exp"].as_i64().is_some_and(|expiry| expiry <= Timestamp::now().as_second()) {
            let failure = Failure::new("TokenException", "Token has expired")
                .thrown("ServiceStack.Auth.TokenException", "ServiceStack.Auth.JwtAuthProviderReader");
            return Err(failure.with(StatusCode::UNAUTHORIZED).into());
        }
        let issued = self.bearer_tokens.contains(token);
        Ok(if issued { Caller::User(Provider::Jwt) } else { Caller::Nobody })
    }

    /// `POST /auth/credentials`. A sandbox that needs no sign-in takes any name and password.
    pub fn sign_in(&mut self, user: &str, password: &str, remember: bool, session: Session) -> Answer {
        let permanent = remember || session.permanent;
        let (session, mut cookies) = session.renew();
        cookies.push(lasting_cookie("ss-opt", if permanent { "perm" } else { "temp" }));
        let missing: Vec<Json> = [("UserName", "User Name", user), ("Password", "Password", password)]
            .into_iter()
            .filter(|(_, _, value)| value.is_empty())
            .map(|(field, label, _)| {
                json!({
                    "errorCode": "NotEmpty", "fieldName": field,
                    "message": format!("'{label}' must not be empty."), "meta": { "PropertyName": label },
                })
            })
            .collect();
        if !missing.is_empty() {
            let lines = missing.iter().map(|error| {
                let text = |key: &str| error[key].as_str().unwrap_or_default();
                format!("\n -- {}: {}", text("fieldName"), text("message"))
            });
            let message = format!("Validation failed: {}", lines.collect::<String>());
            return Failure::new("ValidationException", message)
                .errors(missing)
                .with(StatusCode::INTERNAL_SERVER_ERROR)
                .reason("ValidationException")
                .cookies(cookies);
        }
        if self.rules.required && (user != USER || password != PASSWORD) {
            let failure = Failure::new("Unauthorized", WRONG_PASSWORD);
            return failure.with(StatusCode::UNAUTHORIZED).cookies(cookies);
        }
        cookies.push(user_cookie());
        let session = session.lasting(permanent);
        let id = session.key().unwrap_or_default().to_owned();
        let life = self.rules.token_life.unwrap_or(Duration::from_secs(COOKIE_LIFE.unsigned_abs()));
        self.sessions.insert(id.clone(), Timestamp::now().checked_add(life).unwrap_or(Timestamp::MAX));
        let mut body = who(&id);
        body["roles"] = json!([]);
        body["permissions"] = json!([]);
        match self.host {
            Host::Session => Answer::json(in_order(body)).cookies(cookies),
            Host::TokenCookie => {
                cookies.push(dated_cookie(TOKEN_COOKIE, &self.new_bearer_token(), self.token_life()));
                cookies.push(dated_cookie(REFRESH_COOKIE, &self.new_refresh_token(), REFRESH_TOKEN_LIFE));
                let names = format!("{TOKEN_COOKIE},{REFRESH_COOKIE}");
                let answer = Answer::json(in_order(body)).cookies(cookies);
                answer.header(HeaderName::from_static("x-cookies"), names)
            }
            Host::Default | Host::Strict | Host::Rules | Host::Debug => {
                self.add_tokens(&mut body);
                Answer::json(in_order(body)).cookies(cookies)
            }
        }
    }

    /// `GET /auth` of somebody signed in.
    pub fn describe(&mut self, provider: Provider, session: &Session) -> Answer {
        let id = session.key().map_or_else(new_id, str::to_owned);
        let mut body = who(&id);
        match provider {
            Provider::Basic | Provider::Open if !matches!(self.host, Host::Session | Host::TokenCookie) => {
                self.add_tokens(&mut body);
            }
            Provider::Basic | Provider::Open | Provider::ApiKey | Provider::Jwt | Provider::Session => {}
        }
        if provider != Provider::Jwt {
            body["roles"] = json!([]);
            body["permissions"] = json!([]);
        }
        body["authProvider"] = provider.name().into();
        Answer::json(in_order(body))
    }

    fn add_tokens(&mut self, body: &mut Json) {
        body["bearerToken"] = self.new_bearer_token().into();
        body["refreshToken"] = self.new_refresh_token().into();
        let expiry = Timestamp::now().as_millisecond() + REFRESH_TOKEN_LIFE * 1000;
        body["refreshTokenExpiry"] = format!("/Date({expiry})/").into();
    }

    /// `POST /access-token`. What a well-formed token that was never issued gets is not recorded.
    pub fn refresh(&mut self, refresh_token: &str, session: Session) -> Answer {
        let (_, cookies) = session.renew();
        let refused = |message: &str| {
            let failure = Failure::new("ArgumentException", message)
                .thrown("System.ArgumentException", "ServiceStack.Auth.GetAccessTokenService");
            failure.with(StatusCode::BAD_REQUEST).reason("ArgumentException")
        };
        let answer = if self.refresh_tokens.contains(refresh_token) {
            Answer::json(json!({ "accessToken": self.new_bearer_token() }))
        } else if jwt_payload(refresh_token).is_none() {
            refused(ILLEGAL_TOKEN)
        } else {
            refused("Refresh token is not one of this sandbox")
        };
        answer.cookies(cookies)
    }

    /// Ends the session, if there is one, and takes back every cookie that there may be.
    pub fn sign_out(&mut self, session: &Session) -> Answer {
        if let Some(key) = session.key() {
            self.sessions.remove(key);
        }
        let cookies = ["ss-id", "ss-pid", "X-UAId", TOKEN_COOKIE, REFRESH_COOKIE];
        Answer::done().cookies(cookies.map(|name| dated_cookie(name, "", -DAY)).to_vec())
    }
}

#[cfg(test)]
impl SignIn {
    /// Ends every token and session at once, as if their time were over. How many tokens there were.
    pub fn end_all(&mut self) -> usize {
        self.sessions.clear();
        self.bearer_tokens.drain().count()
    }

    /// Ends what renews the tokens.
    pub fn end_refreshing(&mut self) {
        self.refresh_tokens.clear();
    }
}

const TOKEN_COOKIE: &str = "ss-tok";
const REFRESH_COOKIE: &str = "ss-reftok";

const ILLEGAL_TOKEN: &str = "Illegal base64url string!";
const WRONG_PASSWORD: &str = "Invalid Username or Password";

fn basic(credential: &str) -> Result<Caller, Box<Answer>> {
    let Some(decoded) = STANDARD.decode(credential).ok().and_then(|bytes| String::from_utf8(bytes).ok())
    else {
        let message = "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two \
                       padding characters, or an illegal character among the padding characters.";
        let failure = Failure::new("FormatException", message)
            .thrown("System.FormatException", "System.Convert.FromBase64String(String s)");
        return Err(failure.with(StatusCode::BAD_REQUEST).into());
    };
    match decoded.split_once(':').unwrap_or((&decoded, "")) {
        (USER, PASSWORD) => Ok(Caller::User(Provider::Basic)),
        (API_KEY, "") => Ok(Caller::User(Provider::ApiKey)),
        (_, "") => {
            let message = "API Key does not exist";
            Err(Failure::new("NotFound", message).with(StatusCode::NOT_FOUND).reason(message).into())
        }
        (_, _) => Ok(Caller::WrongPassword),
    }
}

/// The answer to somebody who may not in.
pub fn turned_away(caller: Caller, format: Format, host: &str, target: &str, cookies: Vec<String>) -> Answer {
    if caller == Caller::WrongPassword {
        let failure = Failure::new("Unauthorized", WRONG_PASSWORD);
        return failure.with(StatusCode::UNAUTHORIZED).reason(WRONG_PASSWORD).cookies(cookies);
    }
    let answer = if format == Format::Json {
        Answer::new(StatusCode::UNAUTHORIZED, Content::Empty)
    } else {
        let base = format!("http://{host}");
        let redirect = percent_encoded(&format!("{base}{target}"));
        Answer::new(StatusCode::FOUND, Content::Empty)
            .header(header::LOCATION, format!("{base}/login?redirect={redirect}"))
    };
    answer.header(header::WWW_AUTHENTICATE, "basic realm=\"/auth/basic\"").cookies(cookies)
}

/// The cookie that a user who is new to the session gets on top.
pub fn user_cookie() -> String {
    lasting_cookie("X-UAId", "1")
}

fn who(session: &str) -> Json {
    json!({
        "userId": "1", "sessionId": session, "userName": USER, "displayName": "Ada",
        "profileUrl": "data:image/svg+xml",
    })
}

/// The members in the order of the recorded answers.
fn in_order(body: Json) -> Json {
    let order = [
        "userId",
        "sessionId",
        "userName",
        "displayName",
        "bearerToken",
        "refreshToken",
        "refreshTokenExpiry",
        "profileUrl",
        "roles",
        "permissions",
        "authProvider",
    ];
    let members = order.iter().filter_map(|name| Some(((*name).to_owned(), body.get(name)?.clone())));
    Json::Object(members.collect())
}
