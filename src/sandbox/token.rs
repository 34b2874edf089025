//! The ids, tokens and cookies that the sandbox issues, and how long they last.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::options::USER;

pub const DAY: i64 = 86_400;
/// The lifetimes are ServiceStack's defaults.
pub const BEARER_TOKEN_LIFE: i64 = 14 * DAY;
pub const REFRESH_TOKEN_LIFE: i64 = 365 * DAY;
pub const COOKIE_LIFE: i64 = 20 * 365 * DAY;

/// The value of a cookie that a request sends.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, value)| *own == name && !value.is_empty()).map(|(_, value)| value)
}

pub fn new_id() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(20).collect()
}

/// A token with the shape of a JWT. The signature is random: the sandbox keeps a list of its tokens.
pub fn new_token(life: i64) -> String {
    let now = Timestamp::now().as_second();
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    let payload = json!({ "sub": "1", "iat": now, "exp": now + life, "preferred_username": USER });
    let signature: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(32).collect();
    [header.to_string().into_bytes(), payload.to_string().into_bytes(), signature]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".")
}

pub fn jwt_payload(token: &str) -> Option<Json> {
    let parts: Option<Vec<Vec<u8>>> =
        token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    serde_json::from_slice(parts?.get(1)?).ok()
}

pub fn dated_cookie(name: &str, value: &str, seconds: i64) -> String {
    let expiry = Timestamp::now().as_second() + seconds;
    let expiry =
        Timestamp::from_second(expiry).unwrap_or(Timestamp::MAX).strftime("%a, %d %b %Y %H:%M:%S GMT");
    format!("{name}={value}; expires={expiry}; path=/; samesite=lax; httponly")
}
