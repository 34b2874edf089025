//! One HTTP exchange with the service: sending a request, reading its answer within limits, repeating it where that
//! is safe. It knows no field and no rule.

mod certificate;
mod handshake;
pub mod proxy;
pub mod request;
pub mod retry;
pub mod tls;
pub mod verdict;

use std::time::Duration;

use reqwest::Url;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

pub use crate::auth::error::NotSignedIn;
use crate::auth::sign_in::{self, Reply, SignIn};
use handshake::Explanation;
use proxy::Proxy;
use request::{Header, Knock, Request};
use retry::{Next, Retry};
use tls::{Seen, Tls, Watch};

use crate::secret::Secrets;

/// The longest time that connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 1 << 20;

/// What came of one attempt.
#[derive(Debug)]
pub enum Attempt {
    Answer(Answer),
    /// Certainly not applied: no byte of the request left. Hopeless is what another attempt cannot mend, such as a
    /// certificate that is not trusted.
    NotSent {
        cause: String,
        /// What to do about this cause, where that is known.
        hint: Option<String>,
        hopeless: bool,
    },
    /// The request may have been applied: bytes left, and no answer came.
    Lost {
        cause: String,
    },
}

/// An answer of the service, or of what stands before it.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    /// What the service's clock says, from `Date`.
    pub date: Option<jiff::Timestamp>,
    /// The pause that `Retry-After` asks for, counted from now.
    pub retry_after: Option<Duration>,
    /// The body as text, our own secrets masked where it speaks of the request rather than of a customer. Cut where
    /// `whole` is false.
    pub body: String,
    /// Whether the body was read to its end, within the limit.
    pub whole: bool,
    /// Whether the body is larger than what is read.
    pub too_large: bool,
    /// Whether the body had bytes that are no UTF-8, and so holds signs that the service never wrote.
    pub repaired: bool,
    /// Whether one of our secrets stood in the body, so that it is not what the service wrote.
    pub holds_secret: bool,
}

/// How the exchange ended after all attempts.
#[derive(Debug)]
pub struct Exchange {
    pub last: Attempt,
    pub attempts: u32,
    /// Whether an attempt may have been applied without an answer that says so.
    pub blind: bool,
    /// Whether a credential went with the last attempt.
    pub signed_in: bool,
    /// Why the sign-in could not be renewed, where the service did not let the last attempt in.
    pub not_renewed: Option<NotSignedIn>,
}

impl Exchange {
    /// One answer by itself, to a request without a credential.
    pub fn of(answer: Answer) -> Exchange {
        Exchange {
            last: Attempt::Answer(answer),
            attempts: 1,
            blind: false,
            signed_in: false,
            not_renewed: None,
        }
    }
}

/// What a client must know to connect.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time that one whole attempt may take.
    pub timeout: Duration,
    pub tls: Tls,
    pub retry_base: Duration,
}

pub struct Client {
    http: reqwest::Client,
    retry_base: Duration,
    watch: Watch,
    has_identity: bool,
    proxy: Option<Proxy>,
    /// Why the proxy cannot be asked, and what to do about it.
    obstacle: Option<(String, &'static str)>,
}

impl Client {
    /// A client for this address. The trusted roots are read only when the address is https: reading them takes
    /// longer than everything else, and a machine without any must still reach a sandbox.
    ///
    /// # Errors
    /// Where the system has no roots.
    pub fn new(base_url: &Url, settings: &Settings) -> anyhow::Result<Client> {
        // It can be set once in a process; a second client finds it set already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .http1_title_case_headers()
            .timeout(settings.timeout)
            // A little shorter than the whole, so that a connection that never comes about is not mistaken for a
            // request that may have been applied.
            .connect_timeout(CONNECT.min(settings.timeout.mul_f64(0.9)));
        if is_loopback(base_url) {
            builder = builder.no_proxy();
        }
        let watch = Watch::default();
        if base_url.scheme() == "https" {
            builder = builder.tls_backend_preconfigured(tls::config(&settings.tls, &watch)?);
        } else {
            builder = builder.tls_certs_only([]);
        }
        Ok(Client {
            http: builder.build()?,
            retry_base: settings.retry_base,
            watch,
            has_identity: settings.tls.identity.is_some(),
            proxy: proxy::of(base_url),
            obstacle: proxy::obstacle(base_url),
        })
    }

    /// What the last TLS handshake showed.
    pub fn seen(&self) -> Seen {
        self.watch.seen()
    }

    /// Sends the request, signed in, until it is answered, refused for good, or not to be repeated any more. Before
    /// each pause `on_pause` is told why, how long, and the number of the next attempt. A 401 renews the sign-in and
    /// repeats the request once.
    ///
    /// # Errors
    /// Where there is no signing in; then the request was not sent.
    pub async fn exchange(
        &self,
        request: &Request,
        repeatable: bool,
        sign_in: &SignIn,
        mut on_pause: impl FnMut(&Attempt, Duration, u32),
    ) -> Result<Exchange, NotSignedIn> {
        let mut retry = Retry::new(self.retry_base, repeatable);
        let mut ticket = sign_in.ticket(self).await?;
        let (mut is_replay, mut not_renewed) = (false, None);
        loop {
            let attempt = self.attempt(request, ticket.header(), sign_in.secrets()).await;
            ticket.judge(&attempt);
            if attempt.is_turned_away() && !std::mem::replace(&mut is_replay, true) {
                match sign_in.renewed(self, &ticket).await {
                    Ok(Some(renewed)) => {
                        retry.replay();
                        ticket = renewed;
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => not_renewed = Some(error),
                }
            }
            match retry.after(&attempt) {
                Next::Again(pause) => {
                    on_pause(&attempt, pause, retry.attempts() + 1);
                    tokio::time::sleep(pause).await;
                }
                Next::Stop => {
                    let (attempts, blind) = (retry.attempts(), retry.may_have_been_applied());
                    let signed_in = ticket.header().is_some();
                    return Ok(Exchange { last: attempt, attempts, blind, signed_in, not_renewed });
                }
            }
        }
    }

    async fn attempt(&self, request: &Request, credential: Option<&Header>, secrets: &Secrets) -> Attempt {
        if let Some(hopeless) = self.hopeless() {
            return hopeless;
        }
        let headers = request.headers_with(credential);
        let body = request.body.clone();
        match self.send(request.method().clone(), &request.url, headers, body).await {
            Ok(response) => Attempt::Answer(read(response).await.0.masked(secrets)),
            Err(error) => self.failed(&error, secrets),
        }
    }

    /// Sends the request once, signed in as far as there is a sign-in.
    pub async fn try_once(&self, request: &Request, sign_in: &SignIn) -> Attempt {
        let ticket = sign_in.ticket(self).await.ok();
        self.attempt(request, ticket.as_ref().and_then(sign_in::Ticket::header), sign_in.secrets()).await
    }

    /// Sends a request of the sign-in until it is answered or not to be repeated any more. To sign in twice is
    /// harmless.
    ///
    /// # Errors
    /// The last attempt, where the answer is none of success.
    pub async fn knock(&self, knock: &Knock, secrets: &Secrets) -> Result<Reply, Attempt> {
        let mut retry = Retry::new(self.retry_base, true);
        loop {
            if let Some(hopeless) = self.hopeless() {
                return Err(hopeless);
            }
            let body = knock.body.expose_secret().to_owned();
            let attempt = match self.send(reqwest::Method::POST, &knock.url, knock.headers.iter(), body).await
            {
                Ok(response) => match read(response).await {
                    (answer, cookies) if answer.status < 300 && answer.whole => {
                        return Ok(Reply { body: answer.body.into(), cookies });
                    }
                    (answer, _) => Attempt::Answer(answer.masked(secrets)),
                },
                Err(error) => self.failed(&error, secrets),
            };
            match retry.after(&attempt) {
                Next::Again(pause) => tokio::time::sleep(pause).await,
                Next::Stop => return Err(attempt),
            }
        }
    }

    /// The end of an attempt that is not made, since the proxy cannot be asked.
    fn hopeless(&self) -> Option<Attempt> {
        let (cause, hint) = self.obstacle.clone()?;
        Some(Attempt::NotSent { cause, hint: Some(hint.to_owned()), hopeless: true })
    }

    async fn send<'a>(
        &self,
        method: reqwest::Method,
        url: &Url,
        headers: impl Iterator<Item = &'a Header>,
        body: String,
    ) -> reqwest::Result<reqwest::Response> {
        let mut builder = self.http.request(method, url.clone());
        for header in headers {
            builder = builder.header(header.name.as_str(), header.value.clone());
        }
        // A request without a body has no length to tell either.
        if !body.is_empty() {
            builder = builder.body(body);
        }
        builder.send().await
    }

    /// What a failed attempt means.
    fn failed(&self, error: &reqwest::Error, secrets: &Secrets) -> Attempt {
        let seen = self.watch.seen();
        let tls = tls_error(error);
        let masked = |text: &str| {
            let text = secrets.masked(text);
            self.proxy.as_ref().map_or(text.clone(), |proxy| proxy.secrets.masked(&text))
        };
        if !(error.is_connect() || error.is_builder() || tls.is_some_and(handshake::is_refusal_of_ours)) {
            let mut cause = masked(&cause(error));
            if seen.asked_for_ours && !self.has_identity {
                cause.push_str("; the host had asked for a client certificate, and the profile has none");
            }
            return Attempt::Lost { cause };
        }
        if let Some(tls) = tls {
            let Explanation { message, hint } = handshake::explain(tls, &seen, self.has_identity);
            return Attempt::NotSent {
                cause: masked(&message),
                hint: hint.map(str::to_owned),
                hopeless: true,
            };
        }
        let cause = match error.url().and_then(address_of) {
            Some(address) => format!("{address}: {}", masked(&cause(error))),
            None => masked(&cause(error)),
        };
        let Some(proxy) = &self.proxy else {
            return Attempt::NotSent { cause, hint: None, hopeless: error.is_builder() };
        };
        // By hyper-util's words; its type cannot be named.
        let wants_sign_in = cause.contains("proxy authorization required");
        let hint = if wants_sign_in {
            "write user and password into HTTPS_PROXY, as in http://user:password@proxy.example.com:3128"
        } else {
            "look at HTTPS_PROXY; NO_PROXY names hosts that are reached without it"
        };
        Attempt::NotSent {
            cause: format!("{cause}, by way of the proxy {}", proxy.shown),
            hint: Some(hint.to_owned()),
            hopeless: error.is_builder() || wants_sign_in,
        }
    }
}

impl Attempt {
    /// Whether the service did not let the request in for want of a good credential. Nothing was applied then.
    fn is_turned_away(&self) -> bool {
        match self {
            Attempt::Answer(answer) => answer.status == 401,
            Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
        }
    }
}

impl Answer {
    /// The answer with our own secrets masked. The record of a customer stays as it is: a name that happens to be
    /// somebody's password must not come back as asterisks, and from there into a backup.
    fn masked(mut self, secrets: &Secrets) -> Answer {
        self.location = self.location.map(|location| secrets.masked(&location));
        let masked = secrets.masked_body(&self.body);
        self.holds_secret = masked != self.body || secrets.stand_in(&self.body);
        let is_record = self.status < 300 && !self.body.to_ascii_lowercase().contains("responsestatus");
        if !is_record {
            self.body = masked;
        }
        self
    }
}

/// Reads an answer to its end, or to the limit; beside it the cookies that it sets, which are secrets.
async fn read(mut response: reqwest::Response) -> (Answer, Vec<SecretString>) {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let header = |name: reqwest::header::HeaderName| response.headers().get(name).map(text);
    let cookies = response.headers().get_all(reqwest::header::SET_COOKIE).iter();
    let cookies = cookies.map(|line| SecretString::from(text(line))).collect();
    let mut answer = Answer {
        status: response.status().as_u16(),
        location: header(reqwest::header::LOCATION),
        date: header(reqwest::header::DATE).and_then(|text| date_of(&text)),
        retry_after: header(reqwest::header::RETRY_AFTER).and_then(|text| pause_of(&text)),
        ..Answer::default()
    };
    let mut bytes = Zeroizing::new(Vec::new());
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST_ANSWER => {
                answer.too_large = true;
                break;
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => {
                answer.whole = true;
                break;
            }
            Err(_) => break,
        }
    }
    let body = String::from_utf8_lossy(&bytes);
    answer.repaired = matches!(body, std::borrow::Cow::Owned(_));
    answer.body = body.into_owned();
    (answer, cookies)
}

/// The pause that a `Retry-After` header means: seconds, or a date.
fn pause_of(text: &str) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is as long as can be.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let then = date_of(text)?;
    Some(Duration::try_from(then.duration_since(jiff::Timestamp::now())).unwrap_or(Duration::ZERO))
}

/// A point in time as HTTP writes it.
fn date_of(text: &str) -> Option<jiff::Timestamp> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

/// Host and port, as one connects to them.
fn address_of(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

/// The innermost reason of an error, which says what happened; the outer ones only say "error sending request".
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        let what = if error.is_connect() { "no connection" } else { "no answer" };
        return format!("{what} within the time limit");
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// The error of TLS itself in an error's chain, such as a certificate that is not trusted: trying again cannot help.
/// A handshake that is cut short is an error of the connection instead, and may go well the next time.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
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

/// Whether the address is this machine: then no proxy is asked, and http will do.
pub fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for (url, expected) in [
            ("http://localhost:80", true),
            ("http://127.0.0.1", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:1", true),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("https://example.com", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).expect(url)), expected, "{url}");
        }
    }

    #[test]
    fn a_pause_is_given_in_seconds_or_as_a_date() {
        assert_eq!(pause_of("120"), Some(Duration::from_secs(120)));
        assert_eq!(pause_of("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(
            pause_of("Wed, 21 Oct 2099 07:28:00 GMT").is_some_and(|pause| pause > Duration::from_secs(3600))
        );
        assert_eq!(pause_of("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(pause_of("soon"), None);
        assert_eq!(pause_of("-1"), None);
    }
}
