//! How a request presents itself: the kinds of sign-in, and the header that each one sends.

use base64::Engine as _;

use super::request::Header;
use crate::profile::secret::Secrets;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    None,
    Bearer,
    Basic { username: String },
    ApiKey { header: String },
}

/// The header in which an API key travels unless the profile names another one.
pub const API_KEY_HEADER: &str = "X-Api-Key";

impl Auth {
    /// The word of the profile.
    pub fn kind(&self) -> &'static str {
        match self {
            Auth::None => "none",
            Auth::Bearer => "bearer",
            Auth::Basic { .. } => "basic",
            Auth::ApiKey { .. } => "api-key",
        }
    }

    /// The header for this secret, and everything in it that must be masked where it comes back.
    ///
    /// # Errors
    /// Where the secret holds a character that no header may have, such as a newline.
    pub fn header(
        &self,
        secret: &str,
    ) -> Result<(Option<Header>, Secrets), reqwest::header::InvalidHeaderValue> {
        let mut secrets = Secrets::default();
        let header = match self {
            Auth::None => return Ok((None, secrets)),
            Auth::Bearer => Header::secret("Authorization", "Bearer ", secret)?,
            Auth::Basic { username } => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{secret}"));
                secrets.add(&pair);
                Header::secret("Authorization", "Basic ", &pair)?
            }
            Auth::ApiKey { header } => Header::secret(header, "", secret)?,
        };
        secrets.add(secret);
        Ok((Some(header), secrets))
    }
}
