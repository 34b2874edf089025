//! A session: what a secret was exchanged for, how it goes out, and how long it lasts.

use std::time::Duration;

use hyper::header::InvalidHeaderValue;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::jwt;
use crate::http::header::Header;

/// It is renewed this long before it ends, or a tenth of its life where that is shorter.
const RENEWAL_MARGIN: Duration = Duration::from_secs(30);

/// All times are by our own clock, counted from the moment when the session came: the issuer's may be wrong, or ours.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    #[serde(rename = "pass")]
    pub(super) token: SessionToken,
    /// What renews it without the secret.
    #[serde(default, serialize_with = "expose_some")]
    pub refresh: Option<SecretString>,
    /// Who signed in, as the service calls them.
    pub user: Option<String>,
    /// None where the issuer does not say.
    pub expires: Option<Timestamp>,
    pub(super) renew_from: Option<Timestamp>,
    /// Until when it can be renewed without the secret, where that is known.
    pub renewable_until: Option<Timestamp>,
    /// What it depends on besides profile, origin and user.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terms: String,
}

/// What goes out with a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SessionToken {
    Bearer(#[serde(serialize_with = "expose")] SecretString),
    /// The line of a `Cookie` header.
    Cookies(#[serde(serialize_with = "expose")] SecretString),
}

/// The one place where secrets are written out: into the store.
pub fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// As [`expose`], for a secret that may be missing.
pub fn expose_some<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}

impl Session {
    /// A session by a token. Its life is what the issuer states, or else what the token says of itself.
    pub fn bearer(token: &str, life: Option<Duration>) -> Session {
        let claims = jwt::claims(token);
        let life = life.or_else(|| claims.as_ref()?.life());
        let session = Session::new(SessionToken::Bearer(token.into()));
        let session = Session { user: claims.and_then(|claims| claims.user), ..session };
        session.lasting(life)
    }

    /// A session by cookies, each `name=value`.
    pub fn cookies(cookies: &[&str]) -> Session {
        Session::new(SessionToken::Cookies(cookies.join("; ").into()))
    }

    fn new(token: SessionToken) -> Session {
        Session {
            token,
            refresh: None,
            user: None,
            expires: None,
            renew_from: None,
            renewable_until: None,
            terms: String::new(),
        }
    }

    pub fn lasting(self, life: Option<Duration>) -> Session {
        let Some(life) = life else { return self };
        let now = Timestamp::now();
        let ahead = RENEWAL_MARGIN.min(life / 10);
        let expires = now.checked_add(life).ok();
        // A life that is over as it begins cannot be right, and is not acted upon.
        let renew_from = now.checked_add(life.saturating_sub(ahead)).ok().filter(|_| !life.is_zero());
        Session { expires, renew_from, ..self }
    }

    pub fn of(self, user: Option<String>) -> Session {
        Session { user: user.or(self.user), ..self }
    }

    /// Whether it is time to renew it.
    pub fn is_over(&self) -> bool {
        self.renew_from.is_some_and(|from| Timestamp::now() >= from)
    }

    /// # Errors
    /// If what the service gave out holds a character that no header may have.
    pub fn header(&self) -> Result<Header, InvalidHeaderValue> {
        match &self.token {
            SessionToken::Bearer(token) => Header::bearer(token.expose_secret()),
            SessionToken::Cookies(line) => Header::secret("Cookie", "", line.expose_secret()),
        }
    }

    /// Everything in it that must be masked where it comes back.
    pub fn secrets(&self) -> Vec<&str> {
        let refresh = self.refresh.iter().map(|token| token.expose_secret());
        match &self.token {
            SessionToken::Bearer(token) => refresh.chain([token.expose_secret()]).collect(),
            SessionToken::Cookies(line) => {
                let line = line.expose_secret();
                // Short ones are marks, such as `ss-opt=perm`: masking `perm` would only garble what is shown.
                let values =
                    line.split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, value)| value);
                refresh.chain(values.filter(|value| value.len() >= SHORTEST_SECRET)).chain([line]).collect()
            }
        }
    }
}

/// The shortest value of a cookie that can be secret, in bytes.
const SHORTEST_SECRET: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_renewed_shortly_before_it_ends() {
        let session = Session::bearer("t", Some(Duration::from_secs(3600)));
        let ahead = |session: &Session| {
            session.expires.expect("an end").duration_since(session.renew_from.expect("a moment")).as_secs()
        };
        assert!(!session.is_over());
        assert_eq!(ahead(&session), 30);
        assert_eq!(ahead(&Session::bearer("t", Some(Duration::from_secs(20)))), 2);
        let over = Session { renew_from: Some(Timestamp::UNIX_EPOCH), ..session };
        assert!(over.is_over());
        assert!(!Session::bearer("t", Some(Duration::ZERO)).is_over(), "a life of nothing says nothing");
        assert!(!Session::bearer("t", None).is_over());
    }

    #[test]
    fn a_session_comes_back_from_the_store_as_it_was() {
        for session in [
            Session { refresh: Some("r".into()), ..Session::bearer("t\"ok", Some(Duration::from_secs(60))) },
            Session::cookies(&["ss-id=0123456789", "ss-opt=perm"]).of(Some("ada".into())),
        ] {
            let text = toml::to_string(&session).expect("written");
            let read: Session = toml::from_str(&text).expect("read");
            assert_eq!(toml::to_string(&read).expect("written"), text);
            assert!(!format!("{session:?}").contains("0123456789"));
        }
    }

    #[test]
    fn the_marks_among_cookies_are_no_secrets() {
        let session = Session::cookies(&["ss-id=0123456789", "ss-opt=perm"]);
        assert_eq!(session.secrets(), ["0123456789", "ss-id=0123456789; ss-opt=perm"]);
    }
}
