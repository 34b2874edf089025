//! One profile, resolved from flags, environment and configuration: where to send, how to sign in, what is guarded.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use url::Url;

use super::address_guard::{self, Target};
use super::base_url::{self, base_url};
use super::config_file::{Config, Defaults, Environment};
use super::error::{ConfigError, Errors};
use super::patching::Patching;
use super::provenance::{Layers, Provenance};
use super::reading::Reading;
use super::{config_file, headers, trust};
use crate::auth::Auth;
use crate::auth::profile_header::ProfileHeader;
use crate::auth::secret_sources::{SecretCommand, Sources};
use crate::auth::sign_in::SignIn;
use crate::auth::store::Store;
use crate::environment::Variable;
use crate::escape::escaped;
use crate::guard::{AddressGuard, Guard};
use crate::http::address::{is_plain_path, origin_of};
use crate::http::header::Header;
use crate::http::{Settings, retry};
use crate::model::problem::Source;
use crate::platform::folders;

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
    pub guard: AddressGuard,
    pub environment: Option<Environment>,
    pub secret_command: Option<SecretCommand>,
    /// None where there is no folder that it could lie in.
    pub store: Option<Store>,
    pub whoami: Option<String>,
    /// Sent with every request to the service.
    pub headers: Vec<ProfileHeader>,
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
    /// All profiles of the configuration.
    pub names: Vec<String>,
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
        let place = name.as_ref().and_then(|name| config?.place(name));
        let names = config.map(|config| config.file.profiles.keys().cloned().collect()).unwrap_or_default();
        let in_config = |span: std::ops::Range<usize>| config.map(|config| config.source(span));
        let mut errors = Errors::default();
        let address = errors.keep(resolve_address(wanted, &entry, &mut layers)).flatten();
        let (base_url, is_elsewhere) = match address {
            Some((url, source)) => (Some(url), !matches!(source, Some(Source::File { .. }))),
            None => (None, false),
        };
        let auth = errors.keep(resolve_auth(&entry, name.is_none(), &in_config, &mut layers));
        let secret_command = errors.keep(secret_command(&entry, &in_config));
        let folder = folders::credentials_folder(config_file::path(wanted.config.as_deref()).as_deref());
        let store = folder.map(|folder| Store::new(entry.store, folder));
        let timeout = errors.keep(resolve_timeout(wanted, &entry, &mut layers));
        // The profile's guard is about real customers, and a sandbox in this process has none.
        let (guard, environment) = if wanted.sandbox {
            (AddressGuard { guard: Guard::Open, profile: name.clone() }, None)
        } else {
            let url = base_url.as_ref();
            let target = Target { profile: name.as_deref(), entry: &entry, url, is_elsewhere };
            address_guard::resolve(&target, &mut layers)
        };
        let whoami = errors.keep(whoami(&entry, &in_config)).flatten();
        let headers = errors.keep(headers::read(&entry, auth.as_ref(), base_url.as_ref(), &in_config));
        let reading = errors.keep(Reading::resolve(&entry, in_config));
        let patching = errors.keep(Patching::resolve(&entry, in_config));
        let tls = errors.keep(trust::read(&entry, config));
        let retry_base = errors.keep(retry_base());
        errors.finish()?;
        let (
            Some(auth),
            Some(secret_command),
            Some(timeout),
            Some(reading),
            Some(patching),
            Some(tls),
            Some(retry_base),
        ) = (auth, secret_command, timeout, reading, patching, tls, retry_base)
        else {
            return Err(ConfigError::new("the profile cannot be used"));
        };
        reading.unwritten(&entry).iter().for_each(|(key, value)| layers.note(key, value, None));
        patching.unwritten(&entry).iter().for_each(|(key, value)| layers.note(key, value, None));
        if let Some(written) = &entry.may_change {
            let names: Vec<&str> = written.get_ref().iter().map(|name| name.get_ref().as_str()).collect();
            layers.note("may_change", &names.join(", "), layers.place(written));
        }
        let reading = if wanted.sandbox { reading.of_sandbox() } else { reading };
        name.iter().for_each(|name| layers.note_written(name));
        Ok(Profile {
            base_url,
            auth,
            secret_command,
            store,
            whoami,
            headers: headers.unwrap_or_default(),
            guard,
            environment,
            is_sandbox: wanted.sandbox,
            settings: Settings { timeout, tls, retry_base },
            defaults,
            provenance: layers.provenance,
            reading,
            patching,
            place,
            names,
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
            Some(name) => base_url::missing(name, self.place.clone()),
            None if !self.names.is_empty() => {
                ConfigError::new("there is no address to send to").hint(format!(
                    "choose a profile with -p ({}), or set a default with `booster profile use`",
                    self.names.join(", ")
                ))
            }
            None => ConfigError::new("there is no address to send to").hint(
                "write a configuration with `booster config init`, or set BOOSTER_BASE_URL and \
                BOOSTER_TOKEN, or use --sandbox to try things out",
            ),
        })
    }

    /// The profile whose guard holds here, where that is not the one in use.
    pub fn foreign_guard(&self) -> Option<&str> {
        let owner = self.guard.profile.as_deref();
        owner.filter(|owner| self.guard.guard != Guard::Open && self.name.as_deref() != Some(*owner))
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
        let sources = Sources::new(&self.auth, name, self.target()?, command, self.store.clone());
        Ok(sources.with_headers(self.headers.clone()))
    }

    /// The headers that sign in and those that the profile adds, as they are shown while nothing is sent: present,
    /// whatever the secret is.
    pub fn shown_credential(&self) -> Vec<Header> {
        let Some(url) = &self.base_url else { return Vec::new() };
        let own = self.headers.iter().map(ProfileHeader::shown);
        self.auth.shown_headers(url).into_iter().chain(own).collect()
    }
}

fn entry_of(
    config: Option<&Config>,
    name: &str,
) -> Result<(config_file::Entry, Option<Defaults>), ConfigError> {
    let Some(config) = config else {
        return Err(ConfigError::new(format!(
            "there is no profile {}: there is no configuration file",
            escaped(name)
        ))
        .hint("`booster profile add` writes one, or `booster config init`"));
    };
    config.must_have(name)?;
    let entry = config.file.profiles.get(name).cloned();
    Ok((entry.expect("the configuration was just found to have it"), config.defaults(name)))
}

/// The address, and what names it.
fn resolve_address(
    wanted: &Wanted,
    entry: &config_file::Entry,
    layers: &mut Layers<'_>,
) -> Result<Option<(Url, Option<Source>)>, ConfigError> {
    let by_flag = wanted.base_url.clone().map(|text| (text, Source::flag("base-url")));
    let found = layers.first("base_url", by_flag, Variable::BaseUrl, entry.base_url.as_ref());
    found.map(|(text, source)| Ok((base_url(&text, source.clone())?, source))).transpose()
}

/// The sign-in: the profile's, or by what the environment holds where no profile is in use.
fn resolve_auth(
    entry: &config_file::Entry,
    is_alone: bool,
    in_config: &dyn Fn(Range<usize>) -> Option<Source>,
    layers: &mut Layers<'_>,
) -> Result<Auth, ConfigError> {
    let auth = match entry.auth(in_config)? {
        Some(auth) => auth,
        None if is_alone => Auth::from_environment()
            .map_err(|why| ConfigError::new(why).at(Some(Source::Environment(Variable::Username))))?,
        None => Auth::none(),
    };
    if let (Some(user), Some(_)) = (auth.user.name(), Variable::Username.get()) {
        layers.note("username", user, Some(Source::Environment(Variable::Username)));
    }
    if entry.auth.is_none() {
        layers.note("auth.kind", auth.name, None);
    }
    Ok(auth)
}

/// The command that prints the secret. The secret is for the address beside it, whatever address is in use this time.
fn secret_command(
    entry: &config_file::Entry,
    in_config: &dyn Fn(Range<usize>) -> Option<Source>,
) -> Result<Option<SecretCommand>, ConfigError> {
    let Some(argv) = &entry.secret_command else { return Ok(None) };
    let own = entry.base_url.as_ref().map(|text| base_url(text.get_ref(), in_config(text.span())));
    let origin = own.transpose()?.as_ref().map(origin_of);
    Ok(Some(SecretCommand { argv: argv.get_ref().clone(), origin }))
}

fn whoami(
    entry: &config_file::Entry,
    in_config: &dyn Fn(Range<usize>) -> Option<Source>,
) -> Result<Option<String>, ConfigError> {
    let Some(route) = &entry.whoami else { return Ok(None) };
    if is_plain_path(route.get_ref()) {
        return Ok(Some(route.get_ref().clone()));
    }
    Err(ConfigError::new("whoami must be a path without a query")
        .at(in_config(route.span()))
        .hint("write it as in whoami = \"/me\""))
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
    let message = "the timeout must be more than 0 and at most 3600 seconds";
    Err(ConfigError::new(message).hint("the usual value is 60").at(source))
}

fn retry_base() -> Result<Duration, ConfigError> {
    let Some(text) = Variable::RetryBase.get() else { return Ok(retry::BASE) };
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=20.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| {
        let message = "the first pause must be from 0 to 20 seconds";
        ConfigError::new(message)
            .hint("the usual value is 0.5")
            .at(Some(Source::Environment(Variable::RetryBase)))
    })
}
