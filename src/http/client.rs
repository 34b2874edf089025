//! Connects to the service and makes one attempt at a request. Whether another one follows is the caller's to say.

use std::error::Error;
use std::time::Duration;

use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};

use super::address::{host_and_port, is_loopback};
use super::handshake;
use super::header::Header;
use super::proxy::{self, Proxy};
use super::request::Request;
use super::response::{Attempt, Response, SecretResponse};
use super::retry::Retry;
use super::tls::{self, HandshakeInfo, HandshakeObserver, Tls};
use crate::secret::Secrets;

/// The longest time that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection is kept without a request.
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);

/// How a client connects.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time that one whole attempt may take.
    pub timeout: Duration,
    pub tls: Tls,
    /// The longest first pause between two attempts.
    pub retry_base: Duration,
}

pub struct Client {
    http: reqwest::Client,
    retry_base: Duration,
    observer: HandshakeObserver,
    has_identity: bool,
    proxy: Option<Proxy>,
    /// Why the proxy cannot be asked, and what to do about it.
    obstacle: Option<(String, &'static str)>,
    #[cfg(test)]
    stand_in: Option<std::sync::Arc<dyn StandIn>>,
}

#[cfg(test)]
pub type Answering<'a> = std::pin::Pin<Box<dyn Future<Output = Attempt> + Send + 'a>>;

/// What answers in place of the service in a test that needs no network.
#[cfg(test)]
pub trait StandIn: Send + Sync {
    fn answer<'a>(&'a self, request: &'a Request) -> Answering<'a>;
}

impl Client {
    /// A client for this address. The trusted roots are read only when the address is https: reading them takes
    /// longer than everything else, and a machine without any must still reach a sandbox.
    ///
    /// # Errors
    /// If the system has no roots.
    pub fn new(base_url: &Url, settings: &Settings) -> anyhow::Result<Client> {
        Client::keeping(0, base_url, settings)
    }

    /// The same, which keeps so many connections for the requests that follow: a bulk job would otherwise spend its time
    /// on connecting. One with bytes that nobody asked for is closed before it is used again.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn keeping(connections: usize, base_url: &Url, settings: &Settings) -> anyhow::Result<Client> {
        // It can be set once in a process; a second client finds it set already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            // A single request has a connection of its own: a second answer that a proxy or the service sends to one must
            // not be taken for the answer to the next.
            .pool_max_idle_per_host(connections)
            // Shorter than services keep one open, so that hardly a request is lost on one that was just closed.
            .pool_idle_timeout(IDLE_TIMEOUT)
            .http1_title_case_headers()
            .timeout(settings.timeout)
            // A little shorter than the whole, so that a connection that never comes about is not mistaken for a
            // request that may have been applied.
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout.mul_f64(0.9)));
        if is_loopback(base_url) {
            builder = builder.no_proxy();
        }
        let observer = HandshakeObserver::default();
        if base_url.scheme() == "https" {
            builder = builder.tls_backend_preconfigured(tls::config(&settings.tls, &observer)?);
        } else {
            builder = builder.tls_certs_only([]);
        }
        let proxy = proxy::of(base_url);
        Ok(Client {
            http: builder.build()?,
            retry_base: settings.retry_base,
            observer,
            has_identity: settings.tls.identity.is_some(),
            obstacle: proxy::obstacle(base_url, proxy.as_ref()),
            proxy,
            #[cfg(test)]
            stand_in: None,
        })
    }

    #[cfg(test)]
    pub fn answered_by(self, stand_in: Option<std::sync::Arc<dyn StandIn>>) -> Client {
        Client { stand_in, ..self }
    }

    /// What the last TLS handshake showed.
    pub fn handshake(&self) -> HandshakeInfo {
        self.observer.info()
    }

    /// The arithmetic of repeating a request by this client.
    pub fn retry(&self, repeatable: bool) -> Retry {
        Retry::new(self.retry_base, repeatable)
    }

    /// Sends the request once, with this credential. `secrets` are masked in everything that comes back.
    pub async fn attempt(&self, request: &Request, credential: &[Header], secrets: &Secrets) -> Attempt {
        #[cfg(test)]
        if let Some(stand_in) = &self.stand_in {
            return stand_in.answer(request).await;
        }
        let headers = request.headers_with(credential);
        match self.send(request.method(), &request.url, headers, request.body.clone(), secrets).await {
            Ok(response) => Attempt::Response(Response::read(response).await.0.masked(secrets)),
            Err(attempt) => attempt,
        }
    }

    /// Posts a body that is secret, once, for an answer that is secret.
    ///
    /// # Errors
    /// What came of the attempt, where it was no whole answer of success.
    pub async fn post_secret(
        &self,
        url: &Url,
        headers: &[Header],
        body: &SecretString,
        secrets: &Secrets,
    ) -> Result<SecretResponse, Attempt> {
        let body = body.expose_secret().to_owned();
        let response = self.send(&Method::POST, url, headers.iter(), body, secrets).await?;
        match Response::read(response).await {
            (response, cookies) if response.status < 300 && response.whole => {
                Ok(SecretResponse { body: response.body.into(), cookies })
            }
            (response, _) => Err(Attempt::Response(response.masked(secrets))),
        }
    }

    async fn send<'a>(
        &self,
        method: &Method,
        url: &Url,
        headers: impl Iterator<Item = &'a Header>,
        body: String,
        secrets: &Secrets,
    ) -> Result<reqwest::Response, Attempt> {
        if let Some((cause, hint)) = self.obstacle.clone() {
            return Err(Attempt::NotSent { cause, hint: Some(hint.to_owned()), not_retryable: true });
        }
        let mut builder = self.http.request(method.clone(), url.clone());
        for header in headers {
            builder = builder.header(header.name.as_ref(), header.value.clone());
        }
        // A request without a body has no length either.
        if !body.is_empty() {
            builder = builder.body(body);
        }
        builder.send().await.map_err(|error| self.failed(&error, secrets))
    }

    /// What a failed attempt means.
    fn failed(&self, error: &reqwest::Error, secrets: &Secrets) -> Attempt {
        let info = self.observer.info();
        let tls = tls_error(error);
        let masked = |text: &str| {
            let text = secrets.masked(text);
            self.proxy.as_ref().map_or(text.clone(), |proxy| proxy.secrets.masked(&text))
        };
        if !(error.is_connect() || error.is_builder() || tls.is_some_and(handshake::refuses_our_certificate))
        {
            let mut cause = masked(&cause(error));
            if info.asked_for_ours && !self.has_identity {
                cause.push_str("; the host asked for a client certificate, and the profile has none");
            }
            return Attempt::Lost { cause };
        }
        if let Some(tls) = tls {
            let (message, hint) = handshake::explain(tls, &info, self.has_identity);
            let hint = hint.map(str::to_owned);
            return Attempt::NotSent { cause: masked(&message), hint, not_retryable: true };
        }
        let cause = match error.url().and_then(host_and_port) {
            Some(address) => format!("{address}: {}", masked(&cause(error))),
            None => masked(&cause(error)),
        };
        let Some(proxy) = &self.proxy else {
            return Attempt::NotSent { cause, hint: None, not_retryable: error.is_builder() };
        };
        // By hyper-util's words; its type cannot be named.
        let wants_sign_in = cause.contains("proxy authorization required");
        let hint = if wants_sign_in {
            "write the user and the password in HTTPS_PROXY, as in http://user:password@proxy.example.com:3128"
        } else {
            "check HTTPS_PROXY; for hosts that need no proxy, set NO_PROXY"
        };
        Attempt::NotSent {
            cause: format!("{cause}, through the proxy {}", proxy.address),
            hint: Some(hint.to_owned()),
            not_retryable: error.is_builder() || wants_sign_in,
        }
    }
}

/// The innermost reason of an error, which says what happened; the outer ones only say "error sending request".
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        let what = if error.is_connect() { "no connection" } else { "no response" };
        return format!("{what} within the time limit");
    }
    let mut innermost: &dyn Error = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// The error of TLS itself in an error's chain, such as a certificate that is not trusted: trying again cannot help.
/// A handshake that is cut short is an error of the connection instead, and may go well the next time.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = next {
        if let Some(found) = inner.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // The source of an I/O error is the source of what it wraps, which would pass over what it wraps.
        next = match inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => inner.source(),
        };
    }
    None
}
