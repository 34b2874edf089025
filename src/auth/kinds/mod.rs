//! The list of the kinds of sign-in. A new one is a file of its own and its line in [`KINDS`].

mod api_key;
mod basic;
mod bearer;
mod credentials;
mod none;
mod oauth2_client;

use super::kind::Auth;
use super::table_reader::{KeyError, TableReader};
use crate::environment::Variable;

type Read = fn(&mut TableReader<'_>) -> Result<Auth, KeyError>;

/// Every kind: its name in the profile, and what reads the other keys of the profile's `auth`.
const KINDS: &[(&str, Read)] = &[
    (none::NAME, none::read),
    (bearer::NAME, bearer::read),
    (basic::NAME, basic::read),
    (api_key::NAME, api_key::read),
    (credentials::NAME, credentials::read),
    (oauth2_client::NAME, oauth2_client::read),
];

impl Auth {
    /// The names of all kinds.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, _)| *name)
    }

    /// Reads the `auth` of a profile.
    ///
    /// # Errors
    /// At the key that is missing or wrong.
    pub fn read(mut table: TableReader<'_>) -> Result<Auth, KeyError> {
        let read = table.required_choice("kind", bearer::NAME, KINDS)?;
        let auth = read(&mut table)?;
        table.finish()?;
        Ok(auth)
    }

    /// No credential goes out, whatever the environment holds.
    pub fn none() -> Auth {
        Auth::new(none::NoSignIn)
    }

    /// The sign-in where no profile names one: by what the environment holds. Half a pair of user and password is a
    /// sign-in that cannot be made, and no lack of one.
    ///
    /// # Errors
    /// What is wrong with the user's name in the environment.
    pub fn from_environment() -> Result<Auth, &'static str> {
        let username = match (Variable::Token.get(), Variable::Username.get(), Variable::Password.get()) {
            (Some(_), _, _) => return Ok(Auth::new(bearer::Bearer)),
            (None, None, None) => return Ok(Auth::none()),
            (None, username, _) => username,
        };
        let auth = Auth::basic(username.clone());
        username.map_or(Ok(()), |username| auth.check_user(&username))?;
        Ok(auth)
    }

    /// By a user and a password; where no user is named, the sign-in will say so.
    pub fn basic(username: Option<String>) -> Auth {
        Auth::new(basic::Basic { username })
    }
}
