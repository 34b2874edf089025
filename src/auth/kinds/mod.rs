//! The list of the kinds of sign-in. A new one is a file of its own and its line in [`KINDS`].

mod api_key;
mod basic;
mod bearer;
mod credentials;
mod oauth2_client;

use super::kind::Auth;
use super::table_reader::{KeyError, TableReader};
use crate::environment::Variable;

type Read = fn(&mut TableReader<'_>) -> Result<Auth, KeyError>;

/// Every kind: its name in the profile, and what reads the other keys of the profile's `auth`.
const KINDS: [(&str, Read); 6] = [
    ("none", |_| Ok(Auth::none())),
    (bearer::NAME, |_| Ok(bearer::auth())),
    (basic::NAME, |table| Ok(basic::auth(table.username()))),
    (api_key::NAME, api_key::read),
    (credentials::NAME, |table| Ok(credentials::auth(table.username()))),
    (oauth2_client::NAME, oauth2_client::read),
];

impl Auth {
    /// The names of all kinds.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.into_iter().map(|(name, _)| name)
    }

    /// Reads the `auth` of a profile.
    ///
    /// # Errors
    /// At the key that is missing or wrong.
    pub fn read(mut table: TableReader<'_>) -> Result<Auth, KeyError> {
        let read = table.choice("kind", &KINDS)?.ok_or_else(|| table.missing("kind", bearer::NAME))?;
        let auth = read(&mut table)?;
        auth.check_own_user().map_err(KeyError::username)?;
        table.finish()?;
        Ok(auth)
    }

    /// The sign-in where no profile names one: by what the environment holds. Half a pair of user and password is a
    /// sign-in that cannot be made, and no lack of one.
    ///
    /// # Errors
    /// What is wrong with the user's name in the environment.
    pub fn from_environment() -> Result<Auth, &'static str> {
        match (Variable::Token.get(), Variable::Username.get(), Variable::Password.get()) {
            (Some(_), _, _) => Ok(bearer::auth()),
            (None, None, None) => Ok(Auth::none()),
            (None, username, _) => {
                let auth = basic::auth(username);
                auth.check_own_user().map(|()| auth)
            }
        }
    }

    /// Whether this can be the name of a user.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check_user(&self, name: &str) -> Result<(), &'static str> {
        if name.contains(char::is_control) {
            return Err("a user name has no line break and no other control character in it");
        }
        if self.name == basic::NAME { basic::check_user(name) } else { Ok(()) }
    }

    fn check_own_user(&self) -> Result<(), &'static str> {
        self.user.name().map_or(Ok(()), |name| self.check_user(name))
    }
}
