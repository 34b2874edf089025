//! One profile, resolved from flags, environment and configuration: where to send, how to sign in, what is guarded.

use std::time::Duration;

use reqwest::Url;
use toml::Spanned;

use super::config_file::{Config, Defaults, Environment};
use super::error::ConfigError;
use super::patching::Patching;
use super::provenance::{Layers, Provenance};
use super::reading::Reading;
use super::{config_file, trust};
use crate::auth::Auth;
use crate::auth::secret_sources::{SecretCommand, Sources};
use crate::auth::sign_in::SignIn;
use crate::auth::store::Store;
use crate::environment::Variable;
use crate::escape::escaped;
use crate::guard::Guard;
use crate::http::address::{is_loopback, origin_of};
use crate::http::header::Header;
use crate::http::{Settings, retry};
use crate::model::problem::Source;

/// The time that one attempt may take by default.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The longest time-out that is taken, in seconds.
const LONGEST_TIMEOUT: f64 = 3600.0;

/// What the command line says about the profile.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Its name, and what gives it.
    pub profile: Option<(String, Source)>,
    pub config: Option<String>,
    pub base_url: Option<String>,
    pub timeout: Option<f64>,
    /// Whether a sandbox inside the process takes the place of the service.
    pub sandbox: bool,
}

/// A profile with everything resolved.
#[derive(Debug)]
pub struct Profile {
    /// Its name in the configuration; none where flags and environment alone say where to send.
    pub name: Option<String>,
    /// None where nobody said where to send; a dry run can do without.
    pub base_url: Option<Url>,
    pub auth: Auth,
    pub guard: Guard,
    pub environment: Option<Environment>,
    pub secret_command: Option<SecretCommand>,
    /// None where there is no folder that it could lie in.
    pub store: Option<Store>,
    pub whoami: Option<String>,
    /// Whether the address is that of a sandbox in this process, which ends with it.
    pub is_sandbox: bool,
    pub settings: Settings,
    pub defaults: Option<Defaults>,
    /// Each value, and where it came from.
    pub provenance: Vec<Provenance>,
    pub reading: Reading,
    pub patching: Patching,
    /// Where it is written.
    place: Option<Source>,
    /// The profiles that there are, where none of them is in use.
    others: Vec<String>,
}

impl Profile {
    /// Resolves flag over environment over configuration over default.
    ///
    /// # Errors
    /// Usage: a configuration that cannot be read, a profile that it does not have, an address that will not do.
    pub fn resolve(wanted: &Wanted) -> Result<Profile, ConfigError> {
        Profile::of(Config::load(wanted.config.as_deref())?.as_ref(), wanted)
    }

    /// Resolves a profile of a configuration that is read already.
    ///
    /// # Errors
    /// As [`Profile::resolve`].
    pub fn of(config: Option<&Config>, wanted: &Wanted) -> Result<Profile, ConfigError> {
        let mut layers = Layers::new(config);
        let default = config.and_then(|config| config.file.default_profile.as_ref());
        let named = layers.first("profile", wanted.profile.clone(), Variable::Profile, default);
        let (entry, defaults) = match &named {
            Some((name, source)) => entry_of(config, name).map_err(|error| error.at(source.clone()))?,
            None => (config_file::Entry::default(), None),
        };
        let name = named.map(|(name, _)| name);
        let others = match (&name, config) {
            (None, Some(config)) => config.file.profiles.keys().cloned().collect(),
            (Some(_), _) | (None, None) => Vec::new(),
        };
        let place = name.as_ref().and_then(|name| config?.place(name));
        let by_flag = wanted.base_url.clone().map(|text| (text, Source::flag("base-url")));
        let base_url = layers
            .first("base_url", by_flag, Variable::BaseUrl, entry.base_url.as_ref())
            .map(|(text, source)| base_url(&text, source))
            .transpose()?;
        let in_config = |span: std::ops::Range<usize>| config.map(|config| config.source(span));
        let auth = match entry.auth(&in_config)? {
            Some(auth) => auth,
            None if name.is_none() => Auth::from_environment()
                .map_err(|why| ConfigError::new(why).at(Some(Source::Environment(Variable::Username))))?,
            None => Auth::none(),
        };
        if let (Some(user), Some(_)) = (auth.user.name(), Variable::Username.get()) {
            layers.note("username", user, Some(Source::Environment(Variable::Username)));
        }
        if entry.auth.is_none() {
            layers.note("auth.kind", auth.name, None);
        }
        // The secret is for the address beside it, whatever address is in use this time.
        let own_url = entry.base_url.as_ref().and_then(|text| Url::parse(text.get_ref()).ok());
        let secret_command = entry.secret_command.as_ref().map(|argv| SecretCommand {
            argv: argv.get_ref().clone(),
            origin: own_url.as_ref().map(origin_of),
        });
        let folder =
            config_file::path(wanted.config.as_deref()).and_then(|path| Some(path.parent()?.to_owned()));
        let store = folder.map(|folder| Store::new(entry.store, folder));
        let timeout = resolve_timeout(wanted, &entry, &mut layers)?;
        if entry.guard.is_none() {
            layers.note("guard", Guard::default().word(), None);
        }
        let reading = Reading::resolve(&entry, in_config)?;
        reading.unwritten(&entry).iter().for_each(|(key, value)| layers.note(key, value, None));
        let patching = Patching::resolve(&entry, in_config)?;
        patching.unwritten(&entry).iter().for_each(|(key, value)| layers.note(key, value, None));
        if let Some(written) = &entry.may_change {
            let names: Vec<&str> = written.get_ref().iter().map(|name| name.get_ref().as_str()).collect();
            layers.note("may_change", &names.join(", "), layers.place(written));
        }
        let reading = if wanted.sandbox { reading.of_sandbox() } else { reading };
        let tls = trust::read(&entry, config)?;
        name.iter().for_each(|name| layers.note_written(name));
        Ok(Profile {
            base_url,
            auth,
            secret_command,
            store,
            whoami: entry.whoami.clone(),
            guard: entry.guard.unwrap_or_default(),
            environment: entry.environment,
            is_sandbox: wanted.sandbox,
            settings: Settings { timeout, tls, retry_base: retry_base()? },
            defaults,
            provenance: layers.provenance,
            reading,
            patching,
            place,
            others,
            name,
        })
    }

    /// The base URL as a person writes it.
    pub fn address(&self) -> Option<&str> {
        self.base_url.as_ref().map(|url| url.as_str().trim_end_matches('/'))
    }

    /// The address to send to.
    ///
    /// # Errors
    /// Usage, where nobody said where to send.
    pub fn target(&self) -> Result<&Url, ConfigError> {
        self.base_url.as_ref().ok_or_else(|| match &self.name {
            Some(name) => ConfigError::new(format!("profile {name} has no base_url"))
                .hint("give it one in the configuration, or use --base-url")
                .at(self.place.clone()),
            None if !self.others.is_empty() => ConfigError::new("no profile says where to send").hint(format!(
                "name one of {} with -p, or make it the default with `booster profile use`",
                self.others.join(", ")
            )),
            None => ConfigError::new("no profile says where to send").hint(
                "write one with `booster config init` and name it with -p or default_profile, set BOOSTER_BASE_URL \
                 and BOOSTER_TOKEN, or try things on --sandbox",
            ),
        })
    }

    /// The names of the fields that the profile gives unless something else does.
    pub fn default_fields(&self) -> Vec<&str> {
        self.defaults.iter().flat_map(|defaults| &defaults.entries).map(|entry| entry.key.as_str()).collect()
    }

    /// The sign-in of all requests to this profile. Nothing is read and nobody is asked before the first request.
    ///
    /// # Errors
    /// Usage, where nobody said where to send.
    pub fn sign_in(&self) -> Result<SignIn, ConfigError> {
        self.sign_in_by(self.sources()?)
    }

    /// The same with sources of one's own.
    ///
    /// # Errors
    /// As [`Profile::sign_in`].
    pub fn sign_in_by(&self, sources: Sources) -> Result<SignIn, ConfigError> {
        Ok(SignIn::new(self.auth.clone(), self.target()?.clone(), self.settings.clone(), sources))
    }

    /// Where the secret can come from.
    ///
    /// # Errors
    /// Usage, where nobody said where to send.
    pub fn sources(&self) -> Result<Sources, ConfigError> {
        let (name, command) = (self.name.clone(), self.secret_command.clone());
        Ok(Sources::new(&self.auth, name, self.target()?, command, self.store.clone()))
    }

    /// The headers that sign in, as they are shown while nothing is sent: present, whatever the secret is.
    pub fn shown_credential(&self) -> Vec<Header> {
        self.base_url.as_ref().map(|url| self.auth.shown_headers(url)).unwrap_or_default()
    }
}

fn entry_of(
    config: Option<&Config>,
    name: &str,
) -> Result<(config_file::Entry, Option<Defaults>), ConfigError> {
    let Some(config) = config else {
        return Err(ConfigError::new(format!(
            "there is no profile {}: there is no configuration",
            escaped(name)
        ))
        .hint("`booster profile add` writes one, or `booster config init`"));
    };
    config.must_have(name)?;
    let entry = config.file.profiles.get(name).cloned();
    Ok((entry.expect("the configuration was just found to have it"), config.defaults(name)))
}

/// Reads an address: https, or http to this machine; nothing in it but scheme, host, port and path. Of one that is
/// refused no more than scheme, host and port is repeated: the rest may be a secret.
///
/// # Errors
/// Usage, with the source of the address.
pub fn base_url(text: &str, source: Option<Source>) -> Result<Url, ConfigError> {
    let refused = |message: String, hint: &str| ConfigError::new(message).at(source.clone()).hint(hint);
    let url = match Url::parse(text) {
        Ok(url) if url.has_host() => url,
        Err(error) if text.contains("://") => {
            let hint = "write it as in https://dev-api-booster.example.com";
            return Err(refused(format!("the base URL cannot be read: {error}"), hint));
        }
        Ok(_) | Err(_) => {
            return Err(refused("the base URL does not begin with https://".to_owned(), &with_scheme(text)));
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        let hint = "sign in by the profile's auth instead";
        return Err(refused("the base URL holds a user or a password".to_owned(), hint));
    }
    if url.query().is_some() || url.fragment().is_some() {
        let why = "the service lets a query override the customer that is patched";
        return Err(refused("the base URL has a query or a fragment".to_owned(), why));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refused(
            format!("the base URL {} is not encrypted", origin_of(&url)),
            "write https; http is for this machine alone, as in http://127.0.0.1:8080",
        )),
        other => Err(refused(format!("the base URL begins with {other}"), "write https")),
    }
}

/// How an address that has no scheme is written, as far as it is certain what is meant.
fn with_scheme(text: &str) -> String {
    let meant = Url::parse(&format!("http://{text}")).ok();
    match meant.filter(|url| url.username().is_empty() && url.password().is_none()) {
        Some(url) if is_loopback(&url) => format!("write {}", origin_of(&url)),
        Some(_) | None => "write it as in https://dev-api-booster.example.com".to_owned(),
    }
}

fn resolve_timeout(
    wanted: &Wanted,
    entry: &config_file::Entry,
    layers: &mut Layers<'_>,
) -> Result<Duration, ConfigError> {
    let by_flag = wanted.timeout.map(|seconds| (seconds.to_string(), Source::flag("timeout")));
    let written = entry.timeout.as_ref();
    let written = written.map(|seconds| Spanned::new(seconds.span(), seconds.get_ref().to_string()));
    match layers.first("timeout", by_flag, Variable::Timeout, written.as_ref()) {
        Some((text, source)) => timeout(text.parse().unwrap_or(f64::NAN), source),
        None => {
            layers.note("timeout", &TIMEOUT.as_secs().to_string(), None);
            Ok(TIMEOUT)
        }
    }
}

/// Reads a time-out.
///
/// # Errors
/// Usage, with the source of the number.
pub fn timeout(seconds: f64, source: Option<Source>) -> Result<Duration, ConfigError> {
    if seconds > 0.0 && seconds <= LONGEST_TIMEOUT {
        return Ok(Duration::from_secs_f64(seconds));
    }
    let message = "a time-out is a number of seconds above 0, at most 3600";
    Err(ConfigError::new(message).at(source))
}

fn retry_base() -> Result<Duration, ConfigError> {
    let Some(text) = Variable::RetryBase.get() else { return Ok(retry::BASE) };
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=20.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| {
        let message = "the first pause is a number of seconds from 0 to 20";
        ConfigError::new(message).at(Some(Source::Environment(Variable::RetryBase)))
    })
}
