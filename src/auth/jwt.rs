//! What a token says of itself, where it is a JWT (RFC 7519). Nobody has checked the signature: the claims are shown
//! and used to guess when a token ends, and decide nothing.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

/// A longer token is not looked into, in bytes.
const LONGEST: usize = 64 << 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub expires: Option<Timestamp>,
    issued: Option<Timestamp>,
    pub user: Option<String>,
}

impl Claims {
    /// How long the token lasts from the moment of its issue, whatever the two clocks show.
    pub fn life(&self) -> Option<Duration> {
        let expires = self.expires?;
        let from = self.issued.unwrap_or_else(Timestamp::now);
        Some(Duration::try_from(expires.duration_since(from)).unwrap_or(Duration::ZERO))
    }
}

/// The claims of a token; none where it is no JWT.
pub fn claims(token: &str) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [_, payload, _] = parts.as_slice() else { return None };
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let time = |name: &str| Timestamp::from_second(payload.get(name)?.as_f64()? as i64).ok();
    let text = |name: &str| payload.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    payload.is_object().then(|| Claims {
        expires: time("exp"),
        issued: time("iat"),
        user: text("preferred_username").or_else(|| text("name")).or_else(|| text("sub")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_claims_of_a_token_are_read() {
        let claims = claims(&token(r#"{"iat":1000,"exp":1060.5,"sub":"7","preferred_username":"ada"}"#));
        let claims = claims.expect("a JWT");
        assert_eq!(claims.expires, Timestamp::from_second(1060).ok());
        assert_eq!(claims.life(), Some(Duration::from_secs(60)));
        assert_eq!(claims.user.as_deref(), Some("ada"));
    }

    #[test]
    fn what_is_no_jwt_says_nothing() {
        for text in ["", "key-ada", "a.b", "a.b.c", "e30.e30", "e30.bm8.c2ln", &token("[1]"), &token("7")] {
            assert_eq!(claims(text), None, "{text}");
        }
        let nothing = Claims { expires: None, issued: None, user: None };
        assert_eq!(claims(&token("{}")), Some(nothing.clone()));
        assert_eq!(claims(&token(r#"{"exp":"soon","iat":null,"sub":""}"#)), Some(nothing));
        let far = claims(&token(r#"{"exp":1e300,"iat":-1e300}"#)).expect("a JWT");
        assert_eq!((far.expires, far.life()), (None, None));
    }

    proptest! {
        #[test]
        fn no_token_makes_it_panic(text in "\\PC{0,40}", payload in "\\PC{0,40}", exp in any::<f64>()) {
            let _ = claims(&text);
            let _ = claims(&token(&payload));
            let _ = claims(&token(&format!("{{\"exp\":{exp:e}}}"))).map(|claims| claims.life());
        }
    }
}
