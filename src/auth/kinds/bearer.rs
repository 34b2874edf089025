//! The kind `bearer`: a token in `Authorization: Bearer`.

use crate::auth::kind::{Auth, SecretKind, User};
use crate::http::header::Header;

pub const NAME: &str = "bearer";

pub fn auth() -> Auth {
    Auth::direct(NAME, SecretKind::Token, User::Nobody, |_, _, token| Ok(vec![Header::bearer(token)?]))
}
