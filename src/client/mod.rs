//! One HTTP exchange with the service: sending a request, reading its answer within limits, repeating it where that
//! is safe. It knows no field and no rule.

pub mod auth;
pub mod request;
pub mod retry;
pub mod verdict;

use std::time::Duration;

use reqwest::Url;

use request::Request;
use retry::{Next, Retry};

use crate::profile::secret::Secrets;

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
        hopeless: bool,
    },
    /// The request may have been applied: bytes left, and no answer came.
    Lost {
        cause: String,
    },
}

/// An answer of the service, or of what stands before it.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    /// The pause that `Retry-After` asks for, counted from now.
    pub retry_after: Option<Duration>,
    /// The body as text, our own secrets masked. Cut where `whole` is false.
    pub body: String,
    /// Whether the body was read to its end, within the limit.
    pub whole: bool,
}

/// How the exchange ended after all attempts.
#[derive(Debug)]
pub struct Exchange {
    pub last: Attempt,
    pub attempts: u32,
    /// Whether an attempt may have been applied without an answer that says so.
    pub blind: bool,
}

/// What a client must know to connect.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time that one whole attempt may take.
    pub timeout: Duration,
    /// PEM certificates to trust instead of the system's.
    pub ca: Option<Vec<u8>>,
    pub retry_base: Duration,
}

pub struct Client {
    http: reqwest::Client,
    retry_base: Duration,
}

impl Client {
    /// A client for this address. The trusted roots are read only when the address is https: reading them takes
    /// longer than everything else, and a machine without any must still reach a sandbox.
    ///
    /// # Errors
    /// Where the CA file is no PEM, or the system has no roots.
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
        if base_url.scheme() != "https" {
            builder = builder.tls_certs_only([]);
        } else if let Some(pem) = &settings.ca {
            builder = builder.tls_certs_only(reqwest::Certificate::from_pem_bundle(pem)?);
        }
        Ok(Client { http: builder.build()?, retry_base: settings.retry_base })
    }

    /// Sends the request until it is answered, refused for good, or not to be repeated any more. Before each pause
    /// `on_pause` is told why, how long, and the number of the next attempt.
    pub async fn exchange(
        &self,
        request: &Request,
        repeatable: bool,
        secrets: &Secrets,
        mut on_pause: impl FnMut(&Attempt, Duration, u32),
    ) -> Exchange {
        let mut retry = Retry::new(self.retry_base, repeatable);
        loop {
            let attempt = self.attempt(request, secrets).await;
            match retry.after(&attempt) {
                Next::Again(pause) => {
                    on_pause(&attempt, pause, retry.attempts() + 1);
                    tokio::time::sleep(pause).await;
                }
                Next::Stop => {
                    let (attempts, blind) = (retry.attempts(), retry.may_have_been_applied());
                    return Exchange { last: attempt, attempts, blind };
                }
            }
        }
    }

    async fn attempt(&self, request: &Request, secrets: &Secrets) -> Attempt {
        let mut builder = self.http.request(request.method.clone(), request.url.clone());
        for header in &request.headers {
            builder = builder.header(header.name.as_str(), header.value.clone());
        }
        match builder.body(request.body.clone()).send().await {
            Ok(response) => Attempt::Answer(read(response, secrets).await),
            Err(error) if error.is_connect() || error.is_builder() => {
                Attempt::NotSent { cause: secrets.masked(&cause(&error)), hopeless: is_hopeless(&error) }
            }
            Err(error) => Attempt::Lost { cause: secrets.masked(&cause(&error)) },
        }
    }
}

/// Reads an answer to its end, or to the limit.
async fn read(mut response: reqwest::Response, secrets: &Secrets) -> Answer {
    let header = |name: reqwest::header::HeaderName| {
        response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut answer = Answer {
        status: response.status().as_u16(),
        location: header(reqwest::header::LOCATION).map(|location| secrets.masked(&location)),
        retry_after: header(reqwest::header::RETRY_AFTER).and_then(|text| pause_of(&text)),
        ..Answer::default()
    };
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST_ANSWER => break,
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => {
                answer.whole = true;
                break;
            }
            Err(_) => break,
        }
    }
    answer.body = secrets.masked_body(&String::from_utf8_lossy(&bytes));
    answer
}

/// The pause that a `Retry-After` header means: seconds, or a date.
fn pause_of(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(then.duration_since(jiff::Timestamp::now())).unwrap_or(Duration::ZERO))
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

/// Whether the error comes from the other side's certificate or from the address itself: trying again cannot help.
/// A handshake that is cut short is an error of the connection instead, and may go well the next time.
fn is_hopeless(error: &reqwest::Error) -> bool {
    error.is_builder() || tls_error(error).is_some()
}

/// The error of TLS itself in an error's chain. It lies in I/O errors, one in the other, and the `source` of an I/O
/// error is that of the error inside it, so that going from source to source passes it by.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let inside = inside.and_then(|inside| tls_error(inside));
    error.downcast_ref().or(inside).or_else(|| tls_error(error.source()?))
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
        assert_eq!(pause_of("soon"), None);
        assert_eq!(pause_of("-1"), None);
    }
}
