//! A header that a profile adds to every request to its service.

use crate::environment::header_variable;
use crate::http::header::Header;

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
                header.with_variable(header_variable(name))
            }
        }
    }
}
