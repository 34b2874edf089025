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

    /// Gives the session the ids that it lacks, and returns the cookies that set them.
    pub fn renew(&mut self) -> Vec<String> {
        let mut cookies = Vec::new();
        if self.id.is_none() {
            let id = self.id.insert(new_id());
            cookies.push(format!("ss-id={id}; path=/; samesite=lax; httponly"));
            if self.permanent_id.is_none() {
                cookies.push(lasting_cookie("ss-pid", self.permanent_id.insert(new_id())));
            }
        }
        cookies
    }
}
