//! The kind `none`: no credential goes out.

use crate::auth::kind::{Auth, AuthFlow, Kind, SecretKind};
use crate::auth::table_reader::{KeyError, TableReader};

pub const NAME: &str = "none";

#[derive(Debug)]
pub struct NoSignIn;

pub fn read(_: &mut TableReader<'_>) -> Result<Auth, KeyError> {
    Ok(Auth::new(NoSignIn))
}

impl Kind for NoSignIn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn secret(&self) -> Option<SecretKind> {
        None
    }

    fn flow(&self) -> AuthFlow<'_> {
        AuthFlow::Open
    }
}
