//! A header of a request, whose value may be secret.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderValue, InvalidHeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::secret::MASK;

/// The scheme of a user and a password, before them.
const BASIC: &str = "Basic ";

/// How a shell writes a secret header, which booster never prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InShell {
    /// The variable that holds what the mask hides. The remark says what a person has to do for it.
    Variable { name: Cow<'static, str>, remark: Option<String> },
    /// User and password, of which curl makes the header.
    User { user: Part, password: Part, remark: Option<String> },
}

/// A part of a word in a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Variable(Cow<'static, str>),
}

/// A header whose value may be secret; then it is never shown.
#[derive(Debug, Clone)]
pub struct Header {
    /// As it is sent: each word with a capital, whatever the profile writes.
    pub name: Cow<'static, str>,
    /// Marked sensitive where it is secret, so that its `Debug` hides it.
    pub value: HeaderValue,
    /// What is in the value's place when the request is shown, where that is not the value.
    shown: Option<String>,
    /// Where a shell takes the secret from.
    in_shell: Option<InShell>,
}

impl Header {
    pub fn plain(name: &str, value: &str) -> Header {
        Header { name: title_case(name).into(), ..Header::own("", value) }
    }

    /// One whose name is written as it is sent.
    pub fn own(name: &'static str, value: &str) -> Header {
        let header = HeaderValue::from_str(value).expect("our own header values are printable ASCII");
        Header { name: name.into(), value: header, shown: None, in_shell: None }
    }

    /// One whose value is always the same.
    pub fn fixed(name: &'static str, value: &'static str) -> Header {
        Header { name: name.into(), value: HeaderValue::from_static(value), shown: None, in_shell: None }
    }

    /// A secret header of which only the scheme is ever shown: `Bearer ***`.
    ///
    /// # Errors
    /// If the value holds a character that no header may have.
    pub fn secret(name: &str, scheme: &str, value: &str) -> Result<Header, InvalidHeaderValue> {
        let mut header = HeaderValue::from_str(&format!("{scheme}{value}"))?;
        header.set_sensitive(true);
        let shown = Some(format!("{scheme}{MASK}"));
        Ok(Header { name: title_case(name).into(), value: header, shown, in_shell: None })
    }

    /// `Authorization: Bearer` (RFC 6750).
    ///
    /// # Errors
    /// If the token holds a character that no header may have.
    pub fn bearer(token: &str) -> Result<Header, InvalidHeaderValue> {
        Header::secret("Authorization", "Bearer ", token)
    }

    /// `Authorization: Basic`, a user and a password in base64 (RFC 7617).
    pub fn basic(user: &str, password: &str) -> Header {
        let pair = Zeroizing::new(format!("{user}:{password}"));
        Header::secret("Authorization", BASIC, &Zeroizing::new(STANDARD.encode(pair.as_bytes())))
            .expect("base64 has no character that a header may not have")
    }

    /// A header whose value is known only once the request goes out, with what is shown in its place.
    pub fn unknown(name: &'static str, shown: &str) -> Header {
        Header { shown: Some(shown.to_owned()), ..Header::fixed(name, "") }
    }

    /// The part of a secret header that must be masked where it comes back.
    pub fn hidden(&self) -> Option<&str> {
        let scheme = self.scheme()?;
        self.value.to_str().ok()?.strip_prefix(scheme)
    }

    /// Whether it is a user and a password in base64.
    pub fn is_basic(&self) -> bool {
        self.scheme() == Some(BASIC)
    }

    /// What is shown of a secret header, before the mask.
    fn scheme(&self) -> Option<&str> {
        self.shown.as_deref()?.strip_suffix(MASK)
    }

    /// The same, whose secret a shell takes from there.
    pub fn taken_from(self, in_shell: InShell) -> Header {
        Header { in_shell: Some(in_shell), ..self }
    }

    pub fn in_shell(&self) -> Option<&InShell> {
        self.in_shell.as_ref()
    }

    /// The value as it is shown, what is secret of it masked.
    pub fn display(&self) -> &str {
        // A value of ours is printable ASCII.
        self.shown.as_deref().or(self.value.to_str().ok()).unwrap_or_default()
    }
}

/// Whether we set this header ourselves, or HTTP does for its own ends: then no secret can travel in it.
pub fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 16] = [
        REQUEST_ID,
        "X-Http-Method-Override",
        "Accept-Encoding",
        "Content-Encoding",
        "Host",
        "Accept",
        "Content-Type",
        "User-Agent",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Expect",
        "Te",
        "Trailer",
        "Upgrade",
        "Proxy-Authorization",
    ];
    RESERVED.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Why a profile cannot add this header to its requests, and what to do about it.
pub fn why_not_for_profiles(name: &str) -> Option<(&'static str, &'static str)> {
    const SIGN_IN: [&str; 2] = ["Authorization", "Cookie"];
    const METHODS: [&str; 3] = ["X-Http-Method-Override", "X-Http-Method", "X-Method-Override"];
    const OF_HTTP: [&str; 4] = ["Keep-Alive", "Proxy-Connection", "Range", "Date"];
    let is_one_of = |names: &[&str]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    if is_one_of(&SIGN_IN) {
        Some(("is for signing in", "set auth in the profile instead"))
    } else if is_one_of(&METHODS) {
        Some(("would change the method of a request", "remove it: a patch must be sent as PATCH"))
    } else if is_reserved(name) || is_one_of(&OF_HTTP) || name.to_ascii_lowercase().starts_with("content-") {
        Some(("is set by booster itself", "leave it out"))
    } else {
        None
    }
}

/// The header that names the run that a request is a part of.
pub const REQUEST_ID: &str = "X-Request-Id";

/// A header's name as `http1_title_case_headers` writes it.
fn title_case(name: &str) -> String {
    let mut is_first = true;
    let letter = |letter: char| {
        let begins = std::mem::replace(&mut is_first, letter == '-');
        if begins { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_are_a_pair_in_base64() {
        // The recordings' own header, of ada and `correct horse`.
        let header = Header::basic("ada", "correct horse");
        assert_eq!(header.value.as_bytes(), b"Basic YWRhOmNvcnJlY3QgaG9yc2U=");
        assert_eq!(header.display(), "Basic ***");
    }
}
