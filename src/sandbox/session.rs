//! The session that a request names, by cookies or by headers of the same meaning.

use axum::http::HeaderMap;

use super::token::{cookie, lasting_cookie, new_id};

#[derive(Debug, Default)]
pub struct Session {
    id: Option<String>,
    permanent_id: Option<String>,
    pub permanent: bool,
}

impl Session {
    pub fn of(headers: &HeaderMap) -> Session {
        let part = |name: &str| {
            let by_header = headers.get(format!("x-{name}")).and_then(|value| value.to_str().ok());
            by_header.or_else(|| cookie(headers, name)).map(str::to_owned)
        };
        Session {
            id: part("ss-id"),
            permanent_id: part("ss-pid"),
            permanent: part("ss-opt").as_deref() == Some("perm"),
        }
    }

    /// The id under which the session is kept: `ss-opt` says which of the two counts.
    pub fn key(&self) -> Option<&str> {
        if self.permanent { self.permanent_id.as_deref() } else { self.id.as_deref() }
    }

    /// The session as one that outlives the browser, or not.
    pub fn lasting(self, permanent: bool) -> Session {
        Session { permanent, ..self }
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
