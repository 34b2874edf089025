//! The kind `api-key`: a key in a header of its own, or in one of the two ways in which ServiceStack takes keys.

use reqwest::header::{HeaderName, InvalidHeaderValue};

use super::{Ask, Auth, Direct, Kind, Way, basic, bearer};
use crate::config::table_reader::Keys;
use crate::failure::Failure;
use crate::http::request::{Header, is_taken};

pub const WORD: &str = "api-key";

/// The header in which a key travels unless the profile names another one.
const HEADER: &str = "X-Api-Key";

#[derive(Debug)]
struct ApiKey {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Header(String),
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`, as the user, with an empty password.
    Basic,
}

pub fn read(keys: &mut Keys<'_>) -> Result<Auth, Failure> {
    let ways = [("header", None), ("bearer", Some(Place::Bearer)), ("basic", Some(Place::Basic))];
    let place = keys.word("as", &ways)?.flatten();
    let header = keys.text("header")?;
    let place = match (place, header) {
        (Some(_), Some(header)) => {
            return Err(keys.wrong(header.span(), "header goes with as = \"header\" alone", None));
        }
        (Some(place), None) => place,
        (None, None) => Place::Header(HEADER.to_owned()),
        (None, Some(header)) if HeaderName::try_from(header.get_ref().as_str()).is_err() => {
            let hint = "write it as in header = \"X-Api-Key\"";
            return Err(keys.wrong(header.span(), "this is not the name of a header", Some(hint)));
        }
        (None, Some(header)) if is_taken(header.get_ref()) => {
            let hint = "a key travels in a header of its own, as in header = \"X-Api-Key\"";
            return Err(keys.wrong(header.span(), "this header is set by booster itself", Some(hint)));
        }
        (None, Some(header)) => Place::Header(header.into_inner()),
    };
    Ok(Auth::new(ApiKey { place }))
}

impl Kind for ApiKey {
    fn word(&self) -> &'static str {
        WORD
    }

    fn secret(&self) -> Option<Ask> {
        Some(Ask::ApiKey)
    }

    fn shown(&self) -> Option<Header> {
        Some(match &self.place {
            Place::Header(name) => Header::shown_only(name, ""),
            Place::Bearer => Header::shown_only("Authorization", "Bearer "),
            Place::Basic => Header::shown_only("Authorization", "Basic "),
        })
    }

    fn way(&self) -> Way<'_> {
        Way::Direct(self)
    }
}

impl Direct for ApiKey {
    fn header(&self, _user: &str, secret: &str) -> Result<Header, InvalidHeaderValue> {
        match &self.place {
            Place::Header(name) => Header::secret(name, "", secret),
            Place::Bearer => bearer::header(secret),
            Place::Basic => basic::header(secret, ""),
        }
    }
}
