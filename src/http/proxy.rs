//! Which proxy is between this machine and the service, by the environment or the system's settings, and how it
//! is shown: without its user and password.

use base64::Engine;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::address::is_loopback;
use crate::environment::Variable;
use crate::secret::{MASK, Secrets};

#[derive(Debug)]
pub struct Proxy {
    /// Its address, user and password masked.
    pub address: String,
    /// What must be masked wherever it comes back.
    pub secrets: Secrets,
    pub uri: Uri,
    /// What signs in to it.
    pub credential: Option<HeaderValue>,
}

/// The proxy that is asked for this address; none for this machine, whatever the environment says.
pub fn of(url: &Url) -> Option<Proxy> {
    if is_loopback(url) {
        return None;
    }
    let found = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    let secrets = Secrets::default();
    let basic = found.basic_auth().and_then(|header| header.to_str().ok()?.strip_prefix("Basic "));
    if let Some(pair) = basic {
        secrets.add(pair);
        let decoded = base64::engine::general_purpose::STANDARD.decode(pair).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        secrets.add(decoded.split_once(':').map_or("", |(_, password)| password));
    }
    if let Some((_, password)) = found.raw_auth() {
        secrets.add(password);
    }
    let mask = if basic.is_some() || found.raw_auth().is_some() { format!("{MASK}@") } else { String::new() };
    let uri = found.uri().clone();
    let scheme = uri.scheme_str().unwrap_or("http");
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let address = format!("{scheme}://{mask}{host}");
    Some(Proxy { address, secrets, credential: found.basic_auth().cloned(), uri })
}

/// What keeps the environment's proxy, as [`of`] found it, from being asked, and what to do about it. Nobody goes around a proxy that
/// somebody wanted. The values themselves may hold a password, and are not repeated.
pub fn obstacle(url: &Url, proxy: Option<&Proxy>) -> Option<(String, &'static str)> {
    let Some(proxy) = proxy else {
        let variable = unreadable().filter(|_| !is_loopback(url) && !is_exempt(url))?;
        return Some((format!("{} is not a proxy address", variable.name()), WRITE));
    };
    let (_, host) = proxy.address.split_once("://")?;
    // An address in brackets has colons of its own.
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
    if proxy.address.starts_with("socks") {
        let hint = "set an HTTP proxy in HTTPS_PROXY, or add the host to NO_PROXY";
        Some((format!("{} is a SOCKS proxy, which booster does not support", proxy.address), hint))
    } else if port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_err()) {
        Some((format!("the proxy {} has a port that is not a number", proxy.address), WRITE))
    } else {
        None
    }
}

const WRITE: &str = "write it as in http://proxy.example.com:3128, or unset the variable";

/// Whether `NO_PROXY` names the host: then a proxy for everything would not be asked either.
fn is_exempt(url: &Url) -> bool {
    let no = [Variable::NoProxy.name(), "no_proxy"].into_iter().find_map(|name| std::env::var(name).ok());
    let matcher = Matcher::builder().all("http://proxy.example.com").no(no.unwrap_or_default()).build();
    url.as_str().parse().is_ok_and(|uri| matcher.intercept(&uri).is_none())
}

/// The variable that would name the proxy, where its value is no proxy's address.
fn unreadable() -> Option<Variable> {
    let lower = |variable: Variable| std::env::var(variable.name().to_lowercase()).ok();
    let value =
        |variable: Variable| variable.get().or_else(|| lower(variable)).filter(|text| !text.is_empty());
    let variable =
        [Variable::HttpsProxy, Variable::AllProxy].into_iter().find(|one| value(*one).is_some())?;
    let text = value(variable)?;
    // Without scheme it is an http proxy.
    let url = if text.contains("://") { Url::parse(&text) } else { Url::parse(&format!("http://{text}")) };
    let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    let is_good = url.is_ok_and(|url| known.contains(&url.scheme()) && url.has_host());
    (!is_good).then_some(variable)
}
