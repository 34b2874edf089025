//! Which proxy stands between this machine and the service, by the environment or the system's settings, and how it
//! is shown: without its user and password.

use base64::Engine as _;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::is_loopback;
use crate::environment::Variable;
use crate::profile::secret::{MASK, Secrets};

#[derive(Debug)]
pub struct Proxy {
    /// Its address, user and password masked.
    pub shown: String,
    /// What must be masked wherever it comes back.
    pub secrets: Secrets,
}

/// The proxy that is asked for this address; none for this machine, whatever the environment says.
///
/// reqwest decides by the same rules, of the same crate, which it does not let anybody look at.
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
    let uri = found.uri();
    let scheme = uri.scheme_str().unwrap_or("http");
    let host = uri.authority().map_or("", |authority| authority.as_str());
    Some(Proxy { shown: format!("{scheme}://{mask}{host}"), secrets })
}

/// The variable whose value is no proxy's address, and so is passed over in silence.
pub fn unreadable() -> Option<Variable> {
    [Variable::HttpsProxy, Variable::AllProxy].into_iter().find(|variable| {
        let text = variable.get().unwrap_or_default();
        // Without scheme it is an http proxy.
        let url = Url::parse(&text).or_else(|_| Url::parse(&format!("http://{text}")));
        let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
        !text.is_empty() && !url.is_ok_and(|url| known.contains(&url.scheme()) && url.has_host())
    })
}
