//! Where to send and how to present ourselves: flags, environment and configuration resolved to one profile.

pub mod config;
pub mod secret;

use std::time::Duration;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::client::auth::Auth;
use crate::client::request::Header;
use crate::client::{Settings, is_loopback, retry};
use crate::environment::Variable;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::problem::{Problem, Source};
use crate::spelling::did_you_mean;
use config::{Config, Defaults};
use secret::Secrets;

/// The time that one attempt may take unless somebody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The longest time-out that is taken, in seconds.
const LONGEST_TIMEOUT: f64 = 3600.0;

/// What the command line says about the profile.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub profile: Option<String>,
    pub config: Option<String>,
    pub base_url: Option<String>,
    pub timeout: Option<f64>,
}

/// A profile with everything resolved.
#[derive(Debug)]
pub struct Profile {
    /// Its name in the configuration; none where flags and environment alone say where to send.
    pub name: Option<String>,
    /// None where nobody said where to send; a dry run can do without.
    pub base_url: Option<Url>,
    pub auth: Auth,
    /// Whether the address is that of a sandbox in this process, which ends with it.
    pub is_sandbox: bool,
    pub settings: Settings,
    pub defaults: Option<Defaults>,
}

impl Profile {
    /// Resolves flag over environment over configuration over default.
    ///
    /// # Errors
    /// Usage: a configuration that cannot be read, a profile that it does not have, an address that will not do.
    pub fn resolve(wanted: &Wanted) -> Result<Profile, Failure> {
        let config = Config::load(wanted.config.as_deref())?;
        let name = wanted.profile.clone().or_else(|| Variable::Profile.get());
        let name = name.or_else(|| config.as_ref().and_then(|config| config.file.default_profile.clone()));
        let (entry, defaults) = match &name {
            Some(name) => entry_of(config.as_ref(), name)?,
            None => (config::Entry::default(), None),
        };
        let in_config = |span: std::ops::Range<usize>| config.as_ref().map(|config| config.source(span));
        let base_url = match (&wanted.base_url, Variable::BaseUrl.get(), &entry.base_url) {
            (Some(text), _, _) => Some(base_url(text, Some(Source::flag("base-url")))?),
            (None, Some(text), _) => Some(base_url(&text, Some(Source::Environment(Variable::BaseUrl)))?),
            (None, None, Some(text)) => Some(base_url(text.get_ref(), in_config(text.span()))?),
            (None, None, None) => None,
        };
        let auth = match &entry.auth {
            Some(auth) => auth.resolve(entry.username.as_deref())?,
            None if name.is_none() => auth_of_environment(),
            None => Auth::None,
        };
        let timeout = match (wanted.timeout, Variable::Timeout.get(), &entry.timeout) {
            (Some(seconds), _, _) => timeout(seconds, Some(Source::flag("timeout")))?,
            (None, Some(text), _) => {
                timeout(text.parse().unwrap_or(f64::NAN), Some(Source::Environment(Variable::Timeout)))?
            }
            (None, None, Some(seconds)) => timeout(*seconds.get_ref(), in_config(seconds.span()))?,
            (None, None, None) => TIMEOUT,
        };
        let ca = entry.ca_file.map(|path| ca(&path)).transpose()?;
        let settings = Settings { timeout, ca, retry_base: retry_base() };
        Ok(Profile { name, base_url, auth, is_sandbox: false, settings, defaults })
    }

    /// The address to send to.
    ///
    /// # Errors
    /// Usage, where nobody said where to send.
    pub fn target(&self) -> Result<&Url, Failure> {
        self.base_url.as_ref().ok_or_else(|| match &self.name {
            Some(name) => Failure::usage(format!("profile {name} has no base_url"))
                .hint("give it one in the configuration, or use --base-url"),
            None => Failure::usage("no profile says where to send").hint(
                "write one with `booster config init` and name it with -p or default_profile, set BOOSTER_BASE_URL \
                 and BOOSTER_TOKEN, or try things on --sandbox",
            ),
        })
    }

    /// The names of the fields that the profile gives unless something else does.
    pub fn default_fields(&self) -> Vec<&str> {
        self.defaults.iter().flat_map(|defaults| &defaults.entries).map(|entry| entry.key.as_str()).collect()
    }

    /// The header that signs a request in, with the secrets in it.
    ///
    /// # Errors
    /// Unauthenticated, where the kind needs a secret and there is none, or one that cannot be sent.
    pub fn credential(&self) -> Result<(Option<Header>, Secrets), Failure> {
        let variable = match &self.auth {
            Auth::None => return Ok((None, Secrets::default())),
            Auth::Bearer | Auth::ApiKey { .. } => Variable::Token,
            Auth::Basic { .. } => Variable::Password,
        };
        let secret = variable.get().ok_or_else(|| {
            Failure::new(
                Outcome::Unauthenticated,
                format!("{} needs a secret, and there is none", self.described()),
            )
            .hint(format!("set {}", variable.name()))
        })?;
        self.auth.header(&secret).map_err(|_| {
            let what = format!("the secret in {} has a character that cannot be sent", variable.name());
            Failure::new(Outcome::Unauthenticated, what).hint("look for a newline or a blank at its end")
        })
    }

    /// The header as it is shown while nothing is sent: present, whatever the secret is.
    pub fn shown_credential(&self) -> Option<Header> {
        self.auth.header("secret").ok().and_then(|(header, _)| header)
    }

    fn described(&self) -> String {
        let kind = self.auth.kind();
        self.name
            .as_ref()
            .map_or(format!("sign-in by {kind}"), |name| format!("profile {name} (sign-in by {kind})"))
    }
}

fn entry_of(config: Option<&Config>, name: &str) -> Result<(config::Entry, Option<Defaults>), Failure> {
    let Some(config) = config else {
        return Err(Failure::usage(format!("there is no profile {name}: there is no configuration"))
            .hint("write one with `booster config init`"));
    };
    config.file.profiles.get(name).cloned().map(|entry| (entry, config.defaults(name))).ok_or_else(|| {
        let names = config.file.profiles.keys();
        let failure = Failure::usage(format!("{} has no profile {name}", config.path()));
        match did_you_mean(name, names.clone()) {
            Some(near) => failure.hint(format!("did you mean {near}?")),
            None => failure.hint(format!("it has {}", names.cloned().collect::<Vec<_>>().join(", "))),
        }
    })
}

/// Reads an address: https, or http to this machine; nothing in it but scheme, host, port and path.
///
/// # Errors
/// Usage, with the source of the address.
pub fn base_url(text: &str, source: Option<Source>) -> Result<Url, Failure> {
    let refused = |message: String, hint: &str| {
        Failure::problem(Problem::usage(source.clone(), message, Some(hint.to_owned())))
    };
    let url = Url::parse(text).map_err(|error| {
        refused(
            format!("the base URL cannot be read: {error}"),
            "write it as in https://dev-api-booster.example.com",
        )
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        // The address itself is not repeated: it holds a secret.
        return Err(refused(
            "the base URL holds a user or a password".into(),
            "sign in by the profile's auth instead",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        // Nor is a query repeated, for the same reason.
        let why = "the service lets a query override the customer that is patched";
        return Err(refused("the base URL has a query or a fragment".to_owned(), why));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refused(
            format!("the base URL {text} is not encrypted"),
            "write https; http is for this machine alone, as in http://127.0.0.1:8080",
        )),
        other => Err(refused(format!("the base URL {text} begins with {other}"), "write https")),
    }
}

/// Reads a time-out.
///
/// # Errors
/// Usage, with the source of the number.
pub fn timeout(seconds: f64, source: Option<Source>) -> Result<Duration, Failure> {
    if seconds > 0.0 && seconds <= LONGEST_TIMEOUT {
        return Ok(Duration::from_secs_f64(seconds));
    }
    let message = "a time-out is a number of seconds above 0, at most 3600";
    Err(Failure::problem(Problem::usage(source, message, None)))
}

fn ca(path: &str) -> Result<Vec<u8>, Failure> {
    let refused = |why: String| {
        Failure::usage(format!("the profile's ca_file cannot be used: {why}"))
            .hint("ca_file names a file of PEM certificates")
    };
    let pem = input::read_bytes(path).map_err(|error| refused(error.to_string()))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|_| refused(format!("the PEM text in {path} is damaged")))?;
    let mut roots = rustls::RootCertStore::empty();
    if certificates.is_empty() || certificates.into_iter().any(|certificate| roots.add(certificate).is_err())
    {
        return Err(refused(format!("{path} holds something else")));
    }
    Ok(pem)
}

fn auth_of_environment() -> Auth {
    if Variable::Token.get().is_some() {
        Auth::Bearer
    } else if let (Some(username), Some(_)) = (Variable::Username.get(), Variable::Password.get()) {
        Auth::Basic { username }
    } else {
        Auth::None
    }
}

fn retry_base() -> Duration {
    let seconds = Variable::RetryBase.get().and_then(|text| text.parse::<f64>().ok());
    seconds.filter(|seconds| (0.0..=20.0).contains(seconds)).map_or(retry::BASE, Duration::from_secs_f64)
}
