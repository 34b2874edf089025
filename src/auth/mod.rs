//! How a request presents itself: what every kind of sign-in has to say of itself, and the list of the kinds.

mod api_key;
mod basic;
mod bearer;
mod credentials;
pub mod error;
pub mod jwt;
mod none;
mod oauth2_client;
pub mod secret_command;
pub mod secret_sources;
pub mod session;
pub mod sign_in;
pub mod store;

use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::InvalidHeaderValue;

use crate::auth::sign_in::Reply;
use crate::config::table_reader::Keys;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::http::request::{Header, Knock};
use session::Session;

/// Every kind: its word in the profile, and who reads the rest of the profile's `auth`.
const KINDS: [(&str, Read); 6] = [
    (none::WORD, none::read),
    (bearer::WORD, bearer::read),
    (basic::WORD, basic::read),
    (api_key::WORD, api_key::read),
    (credentials::WORD, credentials::read),
    (oauth2_client::WORD, oauth2_client::read),
];

/// The words of all kinds.
pub fn words() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(word, _)| *word)
}

type Read = fn(&mut Keys<'_>) -> Result<Auth, Failure>;

/// A kind of sign-in, with what the profile says about it. It does no input and no output of its own.
pub trait Kind: Debug + Send + Sync {
    /// The word of the profile.
    fn word(&self) -> &'static str;

    /// What is secret about it; nothing where no credential goes out.
    fn secret(&self) -> Option<Ask>;

    /// Whose secret it is.
    fn user(&self) -> User {
        User::Nobody
    }

    /// Whether this can be the name of a user.
    ///
    /// # Errors
    /// Why it cannot.
    fn check_user(&self, _name: &str) -> Result<(), &'static str> {
        Ok(())
    }

    /// The header as it is shown while nothing is sent: present, whatever the secret is.
    fn shown(&self) -> Option<Header>;

    fn way(&self) -> Way<'_>;
}

/// What becomes of the secret.
#[derive(Debug)]
pub enum Way<'a> {
    /// There is none, and no credential goes out.
    Open,
    /// It goes out with every request.
    Direct(&'a dyn Direct),
    /// It is exchanged for a session, which goes out with every request.
    Session(&'a dyn Sessions),
}

/// A kind whose secret itself goes out with every request.
pub trait Direct: Debug + Sync {
    /// # Errors
    /// Where the secret holds a character that no header may have, such as a newline.
    fn header(&self, user: &str, secret: &str) -> Result<Header, InvalidHeaderValue>;
}

/// A kind whose secret is exchanged for a session.
pub trait Sessions: Debug + Sync {
    /// To whom the secret goes, where that is not the service itself.
    fn issuer(&self) -> Option<&Url> {
        None
    }

    /// What a session depends on besides profile, origin and user: one that was kept under other terms is not used.
    fn terms(&self) -> String {
        String::new()
    }

    /// Whether the secret is worth keeping once there is a session.
    fn keeps_secret(&self) -> bool;

    /// The request that opens a session.
    fn open(&self, base_url: &Url, user: &str, secret: &str) -> Knock;

    /// The session that the answer opened. None where the answer has none.
    fn opened(&self, reply: &Reply) -> Option<Session>;

    /// The request that renews a session without the secret, where there is a way.
    fn refresh(&self, _base_url: &Url, _session: &Session) -> Option<Knock> {
        None
    }

    /// The renewed session. None where the answer has none.
    fn refreshed(&self, _session: &Session, _reply: &Reply) -> Option<Session> {
        None
    }

    /// The request that ends a session at the service, where there is a way.
    fn close(&self, _base_url: &Url, _session: &Session) -> Option<Knock> {
        None
    }
}

/// Whose secret it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// The secret says by itself whose it is.
    Nobody,
    /// The one whom profile or environment name.
    Named(String),
    /// Neither of them names one; a sign-in that is stored may.
    Wanted,
}

impl User {
    pub fn of(name: Option<String>) -> User {
        name.map_or(User::Wanted, User::Named)
    }

    pub fn name(&self) -> Option<&str> {
        match self {
            User::Named(name) => Some(name),
            User::Nobody | User::Wanted => None,
        }
    }
}

/// What a person is asked for, and where else it can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Token,
    ApiKey,
    Password,
    ClientSecret,
}

impl Ask {
    pub fn word(self) -> &'static str {
        match self {
            Ask::Token => "token",
            Ask::ApiKey => "API key",
            Ask::Password => "password",
            Ask::ClientSecret => "client secret",
        }
    }

    pub fn variable(self) -> Variable {
        match self {
            Ask::Token | Ask::ApiKey => Variable::Token,
            Ask::Password | Ask::ClientSecret => Variable::Password,
        }
    }

    /// The flag of `auth login` that reads it from standard input.
    pub fn flag(self) -> &'static str {
        match self {
            Ask::Token | Ask::ApiKey => "--with-token",
            Ask::Password | Ask::ClientSecret => "--with-password",
        }
    }
}

/// The sign-in of a profile.
#[derive(Debug, Clone)]
pub struct Auth(Arc<dyn Kind>);

impl Deref for Auth {
    type Target = dyn Kind;

    fn deref(&self) -> &(dyn Kind + 'static) {
        &*self.0
    }
}

impl Auth {
    fn new(kind: impl Kind + 'static) -> Auth {
        Auth(Arc::new(kind))
    }

    /// No credential goes out, whatever the environment holds.
    pub fn none() -> Auth {
        Auth::new(none::NoSignIn)
    }

    pub fn bearer() -> Auth {
        Auth::new(bearer::Bearer)
    }

    /// By a user and a password; where no user is named, it is one that the sign-in will miss.
    pub fn basic(username: impl Into<Option<String>>) -> Auth {
        Auth::new(basic::Basic { username: username.into() })
    }

    /// Reads the `auth` of a profile.
    ///
    /// # Errors
    /// Usage, at the key that is missing or wrong.
    pub fn read(mut keys: Keys<'_>) -> Result<Auth, Failure> {
        let read = keys.needed_word("kind", bearer::WORD, &KINDS)?;
        let auth = read(&mut keys)?;
        keys.finish()?;
        Ok(auth)
    }

    pub fn is_open(&self) -> bool {
        match self.way() {
            Way::Open => true,
            Way::Direct(_) | Way::Session(_) => false,
        }
    }
}
