//! The kind `bearer`: a token in `Authorization: Bearer`.

use reqwest::header::InvalidHeaderValue;

use super::{Ask, Auth, Direct, Kind, Way};
use crate::config::table_reader::Keys;
use crate::failure::Failure;
use crate::http::request::Header;

pub const WORD: &str = "bearer";

#[derive(Debug)]
pub struct Bearer;

pub fn read(_: &mut Keys<'_>) -> Result<Auth, Failure> {
    Ok(Auth::new(Bearer))
}

/// The header of a token, here and wherever else one comes to be.
///
/// # Errors
/// Where the token holds a character that no header may have.
pub fn header(token: &str) -> Result<Header, InvalidHeaderValue> {
    Header::secret("Authorization", "Bearer ", token)
}

impl Kind for Bearer {
    fn word(&self) -> &'static str {
        WORD
    }

    fn secret(&self) -> Option<Ask> {
        Some(Ask::Token)
    }

    fn shown(&self) -> Option<Header> {
        Some(Header::shown_only("Authorization", "Bearer "))
    }

    fn way(&self) -> Way<'_> {
        Way::Direct(self)
    }
}

impl Direct for Bearer {
    fn header(&self, _user: &str, secret: &str) -> Result<Header, InvalidHeaderValue> {
        header(secret)
    }
}
