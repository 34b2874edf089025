//! The kind `credentials`: ServiceStack's own sign-in. User and password are exchanged for whatever the host gives: a
//! token with another one that renews it, tokens in cookies, or a session in cookies.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::auth::jwt;
use crate::auth::kind::{Auth, SecretKind, SessionFlow, User};
use crate::auth::session::Session;
use crate::auth::token_request::TokenRequest;
use crate::http::address::route_below;
use crate::http::response_status::text;
use crate::http::{SecretResponse, parse_date};

pub const NAME: &str = "credentials";

/// The cookie in which a host that keeps its tokens in cookies renews them by itself.
const REFRESH_COOKIE: &str = "ss-reftok";
const TOKEN_COOKIE: &str = "ss-tok";

struct Credentials;

pub fn auth(username: Option<String>) -> Auth {
    let user = User::of(username);
    Auth::session(NAME, SecretKind::Password, user, Credentials)
}

impl SessionFlow for Credentials {
    /// The session lasts for days, or for months where it can be renewed: to store the password is not worth the risk.
    fn keeps_secret(&self) -> bool {
        false
    }

    fn open(&self, base_url: &Url, user: &str, secret: &str) -> TokenRequest {
        let body = json!({ "userName": user, "password": secret, "rememberMe": true });
        TokenRequest::post_json(route_below(base_url, "auth/credentials"), &body)
    }

    fn opened(&self, response: &SecretResponse) -> Option<Session> {
        let body = response.json()?;
        let user = some(&body, "userName").or_else(|| some(&body, "displayName"));
        if let Some(token) = some(&body, "bearerToken") {
            let mut session = Session::bearer(&token, None).of(user);
            if let Some(refresh) = some(&body, "refreshToken") {
                let until = jwt::claims(&refresh).and_then(|claims| claims.expires);
                session.renewable_until = until.or_else(|| wcf_date(&text(&body, "refreshTokenExpiry")));
                session.refresh = Some(refresh.into());
            }
            return Some(session);
        }
        let cookies = Cookie::of(&response.cookies);
        if cookies.is_empty() {
            return None;
        }
        let pairs: Vec<&str> = cookies.iter().map(|cookie| cookie.pair).collect();
        let mut session = Session::cookies(&pairs).of(user);
        let named = |name: &str| cookies.iter().find(|cookie| cookie.name == name);
        if let Some(refresh) = named(REFRESH_COOKIE) {
            // The host renews the token by itself, for as long as this cookie lasts.
            session.renewable_until = refresh.expires();
            return Some(session);
        }
        let claims = named(TOKEN_COOKIE).and_then(|cookie| jwt::claims(cookie.value));
        Some(session.lasting(claims.and_then(|claims| claims.life())))
    }

    fn refresh(&self, base_url: &Url, session: &Session) -> Option<TokenRequest> {
        let token = session.refresh.as_ref()?.expose_secret();
        Some(TokenRequest::post_json(
            route_below(base_url, "access-token"),
            &json!({ "refreshToken": token }),
        ))
    }

    fn refreshed(&self, session: &Session, response: &SecretResponse) -> Option<Session> {
        let body = response.json()?;
        let token = some(&body, "accessToken")?;
        let mut renewed = Session::bearer(&token, None).of(session.user.clone());
        renewed.refresh =
            some(&body, "refreshToken").map(SecretString::from).or_else(|| session.refresh.clone());
        renewed.renewable_until = session.renewable_until;
        Some(renewed)
    }

    fn close(&self, base_url: &Url, session: &Session) -> Option<TokenRequest> {
        let header = session.header().ok()?;
        Some(TokenRequest::post_json(route_below(base_url, "auth/logout"), &json!({})).with(header))
    }
}

/// A member that says something.
fn some(body: &Value, name: &str) -> Option<String> {
    Some(text(body, name)).filter(|text| !text.is_empty())
}

/// A date in .NET's old notation, `/Date(1826997481194)/`.
fn wcf_date(text: &str) -> Option<Timestamp> {
    let millis = text.strip_prefix("/Date(")?.split([')', '+', '-']).next()?;
    Timestamp::from_millisecond(millis.parse().ok()?).ok()
}

/// A cookie that an answer sets (RFC 6265).
#[derive(Debug)]
struct Cookie<'a> {
    pair: &'a str,
    name: &'a str,
    value: &'a str,
    attributes: &'a str,
}

impl<'a> Cookie<'a> {
    /// The cookies that are set to something; an empty one takes a cookie back.
    fn of(lines: &'a [SecretString]) -> Vec<Cookie<'a>> {
        let read = |line: &'a SecretString| {
            let (pair, attributes) =
                line.expose_secret().split_once(';').unwrap_or((line.expose_secret(), ""));
            let pair = pair.trim();
            let (name, value) = pair.split_once('=')?;
            (!name.is_empty() && !value.is_empty()).then_some(Cookie { pair, name, value, attributes })
        };
        lines.iter().filter_map(read).collect()
    }

    fn expires(&self) -> Option<Timestamp> {
        let attributes = self.attributes.split(';').filter_map(|part| part.trim().split_once('='));
        let mut dates = attributes.filter(|(name, _)| name.eq_ignore_ascii_case("expires"));
        parse_date(dates.next()?.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(body: &str, cookies: &[&str]) -> Option<Session> {
        let cookies = cookies.iter().map(|line| SecretString::from(*line)).collect();
        let response = SecretResponse { body: SecretString::from(body), cookies };
        Credentials.opened(&response)
    }

    fn header(session: &Session) -> String {
        let header = session.header().expect("a header");
        format!("{}: {}", header.name, header.value.to_str().expect("text"))
    }

    #[test]
    fn a_host_that_gives_a_token_is_signed_in_by_the_token() {
        let body = r#"{"userId":"1","userName":"ada","bearerToken":"tok","refreshToken":"ref",
            "refreshTokenExpiry":"\/Date(1826997481194)\/"}"#;
        let session = opened(body, &["ss-id=x; path=/"]).expect("a session");
        assert_eq!(header(&session), "Authorization: Bearer tok");
        assert_eq!(session.user.as_deref(), Some("ada"));
        assert_eq!(session.refresh.as_ref().map(ExposeSecret::expose_secret), Some("ref"));
        assert_eq!(session.renewable_until, Timestamp::from_millisecond(1_826_997_481_194).ok());
    }

    #[test]
    fn a_host_that_gives_cookies_is_signed_in_by_the_cookies() {
        let body = r#"{"UserName":"ada"}"#;
        let lines = [
            "ss-id=abc; path=/; samesite=lax; httponly",
            "ss-opt=perm; expires=Fri, 23 Nov 2046 19:17:58 GMT; path=/",
            "ss-reftok=r.e.f; expires=Tue, 23 Nov 2027 19:18:10 GMT; path=/",
            "gone=; expires=Sun, 22 Nov 2026 19:18:01 GMT",
            "nonsense",
        ];
        let session = opened(body, &lines).expect("a session");
        assert_eq!(header(&session), "Cookie: ss-id=abc; ss-opt=perm; ss-reftok=r.e.f");
        assert_eq!(session.renewable_until, "2027-11-23T19:18:10Z".parse().ok());
        assert!(session.refresh.is_none());
    }

    #[test]
    fn an_answer_without_either_opens_nothing() {
        assert!(opened(r#"{"userName":"ada"}"#, &[]).is_none());
        assert!(opened("<html>", &["ss-id=abc"]).is_none(), "a page that sets cookies is no sign-in");
        assert!(opened("[]", &["ss-id=abc"]).is_none());
        assert!(opened(r#"{"responseStatus":{"errorCode":"X"}}"#, &["ss-id=abc"]).is_none());
    }
}
