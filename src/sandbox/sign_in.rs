//! Who a request is from: passwords, keys, tokens and sessions, with the answers that the recorded hosts gave to each.

use std::collections::HashSet;

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::answer::{Answer, Content, Failure};
use super::route::{Format, percent_encoded};

/// The one user, as in the recordings.
pub const USER: &str = "ada";
pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";

const DAY: i64 = 86_400;
/// The lifetimes are ServiceStack's defaults.
const BEARER_TOKEN_LIFE: i64 = 14 * DAY;
const REFRESH_TOKEN_LIFE: i64 = 365 * DAY;
const COOKIE_LIFE: i64 = 20 * 365 * DAY;

/// What was handed out to whom, for as long as the sandbox runs.
#[derive(Debug, Default)]
pub struct SignIn {
    required: bool,
    sessions: HashSet<String>,
    bearer_tokens: HashSet<String>,
    refresh_tokens: HashSet<String>,
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

/// The session that a request names, by cookies or by headers of the same meaning.
#[derive(Debug, Default)]
pub struct Session {
    id: Option<String>,
    permanent_id: Option<String>,
    permanent: bool,
}

impl Session {
    pub fn of(headers: &HeaderMap) -> Session {
        let cookie = |name: &str| {
            headers
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|line| line.split(';'))
                .filter_map(|pair| pair.trim().split_once('='))
                .find(|(own, value)| *own == name && !value.is_empty())
                .map(|(_, value)| value.to_owned())
        };
        let part = |name: &str| {
            let by_header = headers.get(format!("x-{name}")).and_then(|value| value.to_str().ok());
            by_header.map(str::to_owned).or_else(|| cookie(name))
        };
        Session {
            id: part("ss-id"),
            permanent_id: part("ss-pid"),
            permanent: part("ss-opt").as_deref() == Some("perm"),
        }
    }

    /// The id under which the session is kept: `ss-opt` says which of the two counts.
    fn key(&self) -> Option<&str> {
        if self.permanent { self.permanent_id.as_deref() } else { self.id.as_deref() }
    }

    /// The cookies that an answer sets, and the session that the client has from then on.
    pub fn renew(self) -> (Session, Vec<String>) {
        let mut cookies = Vec::new();
        if self.id.is_none() {
            let id = new_id();
            cookies.push(format!("ss-id={id}; path=/; samesite=lax; httponly"));
            let permanent_id = self.permanent_id.unwrap_or_else(|| {
                let id = new_id();
                cookies.push(lasting_cookie("ss-pid", &id));
                id
            });
            return (Session { id: Some(id), permanent_id: Some(permanent_id), ..self }, cookies);
        }
        (self, cookies)
    }
}

impl SignIn {
    pub fn new(required: bool) -> SignIn {
        SignIn { required, ..SignIn::default() }
    }

    /// Reads what the request presents. An error is the answer to a credential that cannot be read at all; it comes
    /// before anything else and sets no cookies.
    pub fn caller(&self, headers: &HeaderMap, session: &Session) -> Result<Caller, Box<Answer>> {
        if !self.required {
            return Ok(Caller::User(Provider::Open));
        }
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, credential) = authorization.and_then(|line| line.split_once(' ')).unwrap_or(("", ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => basic(credential.trim()),
            "bearer" => self.bearer(credential.trim()),
            _ => {
                let known = session.key().is_some_and(|key| self.sessions.contains(key));
                Ok(if known { Caller::User(Provider::Session) } else { Caller::Nobody })
            }
        }
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
        if self.required && (user != USER || password != PASSWORD) {
            let failure = Failure::new("Unauthorized", WRONG_PASSWORD);
            return failure.with(StatusCode::UNAUTHORIZED).cookies(cookies);
        }
        cookies.push(user_cookie());
        let session = Session { permanent, ..session };
        let id = session.key().unwrap_or_default().to_owned();
        self.sessions.insert(id.clone());
        let mut body = who(&id);
        self.add_tokens(&mut body);
        body["roles"] = json!([]);
        body["permissions"] = json!([]);
        Answer::json(in_order(body)).cookies(cookies)
    }

    /// `GET /auth` of somebody signed in.
    pub fn describe(&mut self, provider: Provider, session: &Session) -> Answer {
        let id = session.key().map_or_else(new_id, str::to_owned);
        let mut body = who(&id);
        match provider {
            Provider::Basic | Provider::Open => self.add_tokens(&mut body),
            Provider::ApiKey | Provider::Jwt | Provider::Session => {}
        }
        if provider != Provider::Jwt {
            body["roles"] = json!([]);
            body["permissions"] = json!([]);
        }
        body["authProvider"] = provider.name().into();
        Answer::json(in_order(body))
    }

    fn add_tokens(&mut self, body: &mut Json) {
        let now = Timestamp::now();
        let (bearer, refresh) = (new_token(BEARER_TOKEN_LIFE), new_token(REFRESH_TOKEN_LIFE));
        body["bearerToken"] = bearer.as_str().into();
        body["refreshToken"] = refresh.as_str().into();
        let expiry = now.as_millisecond() + REFRESH_TOKEN_LIFE * 1000;
        body["refreshTokenExpiry"] = format!("/Date({expiry})/").into();
        self.bearer_tokens.insert(bearer);
        self.refresh_tokens.insert(refresh);
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
            let token = new_token(BEARER_TOKEN_LIFE);
            self.bearer_tokens.insert(token.clone());
            Answer::json(json!({ "accessToken": token }))
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
        let cookies = ["ss-id", "ss-pid", "X-UAId", "ss-tok", "ss-reftok"];
        Answer::done().cookies(cookies.map(|name| dated_cookie(name, "", -DAY)).to_vec())
    }
}

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

fn new_id() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(20).collect()
}

/// A token with the shape of a JWT. The signature is random: the sandbox knows its tokens by heart.
fn new_token(life: i64) -> String {
    let now = Timestamp::now().as_second();
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    let payload = json!({ "sub": "1", "iat": now, "exp": now + life, "preferred_username": USER });
    let signature: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(32).collect();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!(
        "{}.{}.{}",
        encode(header.to_string().as_bytes()),
        encode(payload.to_string().as_bytes()),
        encode(&signature)
    )
}

fn jwt_payload(token: &str) -> Option<Json> {
    let parts: Option<Vec<Vec<u8>>> =
        token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    serde_json::from_slice(parts?.get(1)?).ok()
}

fn lasting_cookie(name: &str, value: &str) -> String {
    dated_cookie(name, value, COOKIE_LIFE)
}

fn dated_cookie(name: &str, value: &str, seconds: i64) -> String {
    let expiry = Timestamp::now().as_second() + seconds;
    let expiry =
        Timestamp::from_second(expiry).unwrap_or(Timestamp::MAX).strftime("%a, %d %b %Y %H:%M:%S GMT");
    format!("{name}={value}; expires={expiry}; path=/; samesite=lax; httponly")
}
