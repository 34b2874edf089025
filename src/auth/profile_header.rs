//! A header that a profile adds to every request to its service.

use crate::environment::{header_secret, header_variable};
use crate::http::header::{Header, InShell};

/// A header as the profile writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileHeader {
    pub name: String,
    pub value: HeaderValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    Plain(String),
    /// The secret of this name.
    Secret(String),
}

impl ProfileHeader {
    /// The name of its secret, where it has one.
    pub fn secret(&self) -> Option<&str> {
        match &self.value {
            HeaderValue::Plain(_) => None,
            HeaderValue::Secret(name) => Some(name),
        }
    }

    /// As it is shown while no secret is at hand.
    pub fn shown(&self) -> Header {
        match &self.value {
            HeaderValue::Plain(text) => Header::plain(&self.name, text),
            HeaderValue::Secret(name) => {
                let header = Header::secret(&self.name, "", "").expect("nothing is no wrong character");
                header.taken_from(in_shell(name))
            }
        }
    }
}

/// Where a shell takes the secret of this name from.
pub fn in_shell(secret: &str) -> InShell {
    let name = header_variable(secret);
    let is_unset = matches!(header_secret(secret), Ok(None));
    let remark = is_unset.then(|| format!("Set {name} first."));
    InShell::Variable { name: name.into(), remark }
}
