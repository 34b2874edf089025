//! The kind `none`: no credential goes out.

use super::{Ask, Auth, Kind, Way};
use crate::config::table_reader::Keys;
use crate::failure::Failure;
use crate::http::request::Header;

pub const WORD: &str = "none";

#[derive(Debug)]
pub struct NoSignIn;

pub fn read(_: &mut Keys<'_>) -> Result<Auth, Failure> {
    Ok(Auth::new(NoSignIn))
}

impl Kind for NoSignIn {
    fn word(&self) -> &'static str {
        WORD
    }

    fn secret(&self) -> Option<Ask> {
        None
    }

    fn shown(&self) -> Option<Header> {
        None
    }

    fn way(&self) -> Way<'_> {
        Way::Open
    }
}
