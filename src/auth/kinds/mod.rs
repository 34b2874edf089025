//! The list of the kinds of sign-in. A new one is a file of its own and its line in [`KINDS`].

mod api_key;
mod basic;
mod bearer;
mod credentials;
mod oauth2_client;

use super::kind::Auth;
use super::table_reader::{KeyError, TableReader};
use crate::environment::Variable;

type Read = fn(&mut TableReader<'_>) -> Option<Auth>;

/// Every kind: its name in the profile, and what reads the other keys of the profile's `auth`.
const KINDS: [(&str, Read); 6] = [
    ("none", |_| Some(Auth::none())),
    (bearer::NAME, |_| Some(bearer::auth())),
    (basic::NAME, |table| Some(basic::auth(table.username()))),
    (api_key::NAME, api_key::read),
    (credentials::NAME, |table| Some(credentials::auth(table.username()))),
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
    /// Every key that is missing or wrong.
    pub fn read(mut table: TableReader<'_>) -> Result<Auth, Vec<KeyError>> {
        let read = table.choice("kind", &KINDS);
        if !table.has("kind") {
            table.missing("kind", bearer::NAME);
        }
        let auth = read.and_then(|read| read(&mut table));
        if let Some(Err(why)) = auth.as_ref().map(Auth::check_own_user) {
            table.refuse(KeyError::username(why));
        }
        let errors = table.finish(read.is_some());
        auth.filter(|_| errors.is_empty()).ok_or(errors)
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
            return Err("a user name cannot contain a line break or another control character");
        }
        if self.name == basic::NAME { basic::check_user(name) } else { Ok(()) }
    }

    fn check_own_user(&self) -> Result<(), &'static str> {
        self.user.name().map_or(Ok(()), |name| self.check_user(name))
    }
}
