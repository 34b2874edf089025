//! What a kind of sign-in has to say of itself: what it needs from the profile, how it turns a request into headers,
//! and how it is renewed.

use std::fmt;
use std::sync::Arc;

use hyper::header::InvalidHeaderValue;
use url::Url;

use super::session::Session;
use super::token_request::TokenRequest;
use crate::environment::Variable;
use crate::http::SecretResponse;
use crate::http::header::{Header, InShell, Part};
use crate::http::request::Request;

/// The sign-in of a profile, of whatever kind. It does no input and no output of its own.
#[derive(Clone)]
pub struct Auth {
    /// The kind's name in the profile.
    pub name: &'static str,
    /// What is secret about it; none where no credential goes out.
    pub secret: Option<SecretKind>,
    /// Whose secret it is.
    pub user: User,
    pub(super) flow: AuthFlow,
}

/// What becomes of the secret.
#[derive(Clone)]
pub(super) enum AuthFlow {
    /// There is none, and no credential goes out.
    Open,
    /// It signs every request in by itself.
    Direct(Arc<Signer>),
    /// It is exchanged for a session, which goes out with every request.
    Session(Arc<dyn SessionFlow>),
}

/// Turns a request, a user and a secret into the headers that sign the request in. Called for each attempt, since they
/// may depend on the request's method, address and body, and on the time. With an empty secret they are such as can be
/// shown. The error is a character in the secret that no header may have, such as a newline.
pub(super) type Signer =
    dyn Fn(&Request, &str, &str) -> Result<Vec<Header>, InvalidHeaderValue> + Send + Sync;

/// A kind whose secret is exchanged for a session.
pub trait SessionFlow: Send + Sync {
    /// The address to which the secret goes, where that is not the service itself.
    fn issuer(&self) -> Option<&Url> {
        None
    }

    /// What a session depends on besides profile, origin and user: one that was stored under other terms is not used.
    fn terms(&self) -> String {
        String::new()
    }

    /// Whether the secret is stored once there is a session.
    fn keeps_secret(&self) -> bool;

    /// The request that opens a session.
    fn open(&self, base_url: &Url, user: &str, secret: &str) -> TokenRequest;

    /// The session that the answer opened; none where the answer has none.
    fn opened(&self, response: &SecretResponse) -> Option<Session>;

    /// The request that renews a session without the secret, where there is a way.
    fn refresh(&self, _base_url: &Url, _session: &Session) -> Option<TokenRequest> {
        None
    }

    /// The renewed session; none where the answer has none.
    fn refreshed(&self, _session: &Session, _response: &SecretResponse) -> Option<Session> {
        None
    }

    /// The request that ends a session at the service, where there is a way.
    fn close(&self, _base_url: &Url, _session: &Session) -> Option<TokenRequest> {
        None
    }
}

/// Whose secret it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// The secret says by itself whose it is.
    Nobody,
    /// The one that profile or environment names.
    Named(String),
    /// Neither of them names one; a stored sign-in may.
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
pub enum SecretKind {
    Token,
    ApiKey,
    Password,
    ClientSecret,
}

impl SecretKind {
    /// As a person reads it in the middle of a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            SecretKind::Token => "token",
            SecretKind::ApiKey => "API key",
            SecretKind::Password => "password",
            SecretKind::ClientSecret => "client secret",
        }
    }

    pub fn variable(self) -> Variable {
        match self {
            SecretKind::Token | SecretKind::ApiKey => Variable::Token,
            SecretKind::Password | SecretKind::ClientSecret => Variable::Password,
        }
    }

    /// The flag of `auth login` that reads it from standard input.
    pub fn flag(self) -> &'static str {
        match self {
            SecretKind::Token | SecretKind::ApiKey => "--with-token",
            SecretKind::Password | SecretKind::ClientSecret => "--with-password",
        }
    }
}

/// The name alone: the rest is functions.
impl fmt::Debug for Auth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Auth {
    /// No credential goes out, whatever the environment holds.
    pub fn none() -> Auth {
        Auth { name: "none", secret: None, user: User::Nobody, flow: AuthFlow::Open }
    }

    /// A kind whose secret itself signs requests in.
    pub fn direct(
        name: &'static str,
        secret: SecretKind,
        user: User,
        sign: impl Fn(&Request, &str, &str) -> Result<Vec<Header>, InvalidHeaderValue> + Send + Sync + 'static,
    ) -> Auth {
        Auth { name, secret: Some(secret), user, flow: AuthFlow::Direct(Arc::new(sign)) }
    }

    /// A kind whose secret is exchanged for a session.
    pub fn session(
        name: &'static str,
        secret: SecretKind,
        user: User,
        flow: impl SessionFlow + 'static,
    ) -> Auth {
        Auth { name, secret: Some(secret), user, flow: AuthFlow::Session(Arc::new(flow)) }
    }

    /// Whether no credential goes out.
    pub fn is_open(&self) -> bool {
        self.secret.is_none()
    }

    /// The headers of a request below this address as they are shown while no secret is at hand.
    pub fn shown_headers(&self, base_url: &Url) -> Vec<Header> {
        match &self.flow {
            AuthFlow::Open => Vec::new(),
            AuthFlow::Direct(sign) => {
                let headers = sign(&Request::get(base_url, "", Vec::new()), "", "").unwrap_or_default();
                headers.into_iter().map(|header| self.in_shell(header)).collect()
            }
            // Most hosts give out a token; which one does not is known only once it has answered.
            AuthFlow::Session(_) => {
                let name = Variable::Token.name();
                let remark = Some(format!(
                    "Sign-in type {} opens a session, whose token is not printed: set {name} to a token.",
                    self.name
                ));
                let in_shell = InShell::Variable { name: name.into(), remark };
                Header::bearer("").into_iter().map(|header| header.taken_from(in_shell.clone())).collect()
            }
        }
    }

    /// The header with the variables that a shell takes its secret from.
    fn in_shell(&self, header: Header) -> Header {
        let Some(secret) = self.secret else { return header };
        let remark = |variables: &[Variable]| {
            let unset: Vec<&str> =
                variables.iter().filter(|own| own.get().is_none()).map(|own| own.name()).collect();
            (!unset.is_empty()).then(|| format!("Not set here, so set it first: {}.", unset.join(", ")))
        };
        let variable = secret.variable();
        let own = Part::Variable(variable.name().into());
        let in_shell = match (&self.user, header.is_basic()) {
            (_, false) => InShell::Variable { name: variable.name().into(), remark: remark(&[variable]) },
            (User::Nobody, true) => {
                InShell::User { user: own, password: Part::Text(String::new()), remark: remark(&[variable]) }
            }
            (User::Named(name), true) => {
                InShell::User { user: Part::Text(name.clone()), password: own, remark: remark(&[variable]) }
            }
            (User::Wanted, true) => InShell::User {
                user: Part::Variable(Variable::Username.name().into()),
                password: own,
                remark: remark(&[Variable::Username, variable]),
            },
        };
        header.taken_from(in_shell)
    }

    pub fn session_flow(&self) -> Option<&dyn SessionFlow> {
        match &self.flow {
            AuthFlow::Open | AuthFlow::Direct(_) => None,
            AuthFlow::Session(flow) => Some(&**flow),
        }
    }

    /// Whether the secret is stored once somebody has signed in.
    pub fn keeps_secret(&self) -> bool {
        self.session_flow().is_none_or(SessionFlow::keeps_secret)
    }
}
