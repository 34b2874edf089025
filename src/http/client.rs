//! Connects to the service and makes one attempt at a request. Whether another one follows is the caller's to say.

use std::error::Error;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::{Method, Uri};
use rustls::ClientConfig;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep_until, timeout};
use url::{Position, Url};

use super::address::host_and_port;
use super::connection::{Answer, Connection, NoAnswer};
use super::handshake;
use super::header::Header;
use super::proxy::{self, Proxy};
use super::request::Request;
use super::response::{Attempt, SecretResponse};
use super::retry::Retry;
use super::tls::{self, HandshakeInfo, HandshakeObserver, Tls};
use crate::secret::Secrets;

/// The longest time that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection is kept without a request. Services keep one longer, so hardly a request is lost on one that was
/// just closed.
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

/// Makes the requests to one host, and few to others, such as the issuer of its tokens.
pub struct Client {
    timeout: Duration,
    retry_base: Duration,
    /// None where the host is asked without TLS.
    tls: Option<Arc<ClientConfig>>,
    observer: HandshakeObserver,
    has_identity: bool,
    /// Scheme, host and port to which connections are kept.
    host: String,
    /// How many are kept for the requests that follow.
    keeps: usize,
    /// Those that wait, and since when.
    idle: Mutex<Vec<(Connection, Instant)>>,
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
    /// on connecting. A single request has a connection of its own: a second answer that a proxy or the service sends to
    /// one must not be taken for the answer to the next.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn keeping(connections: usize, base_url: &Url, settings: &Settings) -> anyhow::Result<Client> {
        let observer = HandshakeObserver::default();
        let is_encrypted = base_url.scheme() == "https";
        let tls = is_encrypted.then(|| tls::config(&settings.tls, &observer)).transpose()?;
        Ok(Client {
            timeout: settings.timeout,
            retry_base: settings.retry_base,
            tls: tls.map(Arc::new),
            observer,
            has_identity: settings.tls.identity.is_some(),
            host: base_url[..Position::BeforePath].to_owned(),
            keeps: connections,
            idle: Mutex::default(),
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
            Ok((response, _)) => Attempt::Response(response.masked(secrets)),
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
        match self.send(&Method::POST, url, headers.iter(), body, secrets).await? {
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
    ) -> Result<Answer, Attempt> {
        let mut time_limit = pin!(sleep_until(Instant::now() + self.timeout));
        let builder = hyper::Request::builder().method(method).uri(&url[Position::BeforePath..]);
        let request = headers
            .fold(builder, |builder, header| builder.header(header.name.as_ref(), &header.value))
            .body(body);
        let mut request = request.map_err(|error| Attempt::NotSent {
            cause: secrets.masked(&error.to_string()),
            hint: None,
            not_retryable: true,
        })?;
        loop {
            let (mut connection, is_kept) = match self.take_idle(url) {
                Some(connection) => (connection, true),
                None => (self.connect(url, secrets).await?, false),
            };
            let error = match connection.exchange(request, time_limit.as_mut()).await {
                Ok(answer) => {
                    if answer.0.whole {
                        self.keep(connection, url);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match error {
                // The host had closed it already.
                NoAnswer::NotWritten(back, _) if is_kept => request = *back,
                NoAnswer::NotWritten(_, error) => return Err(self.not_sent(url, &error, None, secrets)),
                NoAnswer::Failed(error) => return Err(self.lost(&error, secrets)),
                NoAnswer::TimedOut => {
                    return Err(Attempt::Lost { cause: "no response within the time limit".to_owned() });
                }
            }
        }
    }

    /// A connection to this address that was kept and is still good, the one that waits for the shortest time.
    fn take_idle(&self, url: &Url) -> Option<Connection> {
        if !self.is_own(url) {
            return None;
        }
        loop {
            let (mut connection, since) = self.idle().pop()?;
            if since.elapsed() < IDLE_TIMEOUT && connection.is_free() {
                return Some(connection);
            }
            connection.close();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_own(&self, url: &Url) -> bool {
        url[..Position::BeforePath] == *self.host
    }

    fn keep(&self, connection: Connection, url: &Url) {
        let mut idle = self.idle();
        if idle.len() < self.keeps && self.is_own(url) {
            idle.push((connection, Instant::now()));
        } else {
            connection.close();
        }
    }

    async fn connect(&self, url: &Url, secrets: &Secrets) -> Result<Connection, Attempt> {
        let proxy = proxy::of(url);
        if let Some((cause, hint)) = proxy::obstacle(url, proxy.as_ref()) {
            return Err(Attempt::NotSent { cause, hint: Some(hint.to_owned()), not_retryable: true });
        }
        let not_sent = |error: &(dyn Error + 'static)| self.not_sent(url, error, proxy.as_ref(), secrets);
        let uri: Uri =
            url.as_str().parse().map_err(|error: hyper::http::uri::InvalidUri| not_sent(&error))?;
        // A little shorter than the whole, so that a connection that never comes about is not mistaken for a request that
        // may have been applied.
        let limit = CONNECT_TIMEOUT.min(self.timeout.mul_f64(0.9));
        match timeout(limit, Connection::open(uri, self.tls.as_ref(), proxy.as_ref())).await {
            Ok(opened) => opened.map_err(|error| not_sent(&*error)),
            Err(_) => Err(not_sent(&std::io::Error::other("no connection within the time limit"))),
        }
    }

    /// What it means that there is no connection.
    fn not_sent(
        &self,
        url: &Url,
        error: &(dyn Error + 'static),
        proxy: Option<&Proxy>,
        secrets: &Secrets,
    ) -> Attempt {
        let masked = |text: &str| {
            let text = secrets.masked(text);
            proxy.map_or(text.clone(), |proxy| proxy.secrets.masked(&text))
        };
        if let Some(tls) = tls_error(error) {
            return self.no_handshake(tls, masked);
        }
        let cause = masked(&cause(error));
        let cause = host_and_port(url).map_or(cause.clone(), |address| format!("{address}: {cause}"));
        let Some(proxy) = proxy else { return Attempt::NotSent { cause, hint: None, not_retryable: false } };
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
            not_retryable: wants_sign_in,
        }
    }

    /// What it means that TLS failed; another attempt would fail in the same way.
    fn no_handshake(&self, error: &rustls::Error, masked: impl Fn(&str) -> String) -> Attempt {
        let (message, hint) = handshake::explain(error, &self.observer.info(), self.has_identity);
        Attempt::NotSent { cause: masked(&message), hint: hint.map(str::to_owned), not_retryable: true }
    }

    /// What it means that bytes left and no answer came.
    fn lost(&self, error: &hyper::Error, secrets: &Secrets) -> Attempt {
        if let Some(tls) = tls_error(error).filter(|tls| handshake::refuses_our_certificate(tls)) {
            return self.no_handshake(tls, |text| secrets.masked(text));
        }
        let mut cause = secrets.masked(&cause(error));
        if self.observer.info().asked_for_ours && !self.has_identity {
            cause.push_str("; the host asked for a client certificate, and the profile has none");
        }
        Attempt::Lost { cause }
    }
}
/// The innermost reason of an error, which says what happened; the outer ones only say that something did.
fn cause(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// The error of TLS itself in an error's chain, such as a certificate that is not trusted: trying again cannot help.
/// A handshake that is cut short is an error of the connection instead, and may go well the next time.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    const CREATED: &str = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
    const BROKEN: &str = "HTTP/1.1 500 Broken\r\nContent-Length: 2\r\n\r\n{}";

    /// A host, and how it is told to go on and says that it has.
    struct Host {
        url: Url,
        go_on: Sender<()>,
        has_gone_on: Receiver<()>,
    }

    impl Host {
        /// One that takes as many connections as there are lists, and over each answers as many requests as it holds. Before it
        /// closes a connection, or sends what is broken, for which nobody asked, it has to be told.
        fn new(connections: &'static [&'static [&'static str]]) -> Host {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let url = format!("http://{}/", listener.local_addr().expect("an address"));
            let ((go_on, told), (tell, has_gone_on)) = (channel(), channel());
            std::thread::spawn(move || {
                let mut open = Vec::new();
                for answers in connections {
                    let (mut stream, _) = listener.accept().expect("a connection");
                    for answer in *answers {
                        if *answer == BROKEN {
                            open.push(stream.try_clone().expect("a stream"));
                            let _ = told.recv();
                        } else {
                            let mut request = Vec::new();
                            while !request.ends_with(b"\r\n\r\n") {
                                let mut byte = [0];
                                stream.read_exact(&mut byte).expect("a request");
                                request.extend(byte);
                            }
                        }
                        stream.write_all(answer.as_bytes()).expect("written");
                    }
                    if open.is_empty() {
                        let _ = told.recv();
                    }
                    drop(stream);
                    let _ = tell.send(());
                }
            });
            Host { url: url.parse().expect("an address"), go_on, has_gone_on }
        }

        /// Lets it go on, and the runtime look at what has come then.
        async fn go_on(&self) {
            self.go_on.send(()).expect("it waits");
            self.has_gone_on.recv().expect("it goes on");
            tokio::task::yield_now().await;
        }
    }

    fn client(url: &Url) -> Client {
        let settings = Settings {
            timeout: Duration::from_secs(60),
            tls: Tls::default(),
            retry_base: Duration::from_millis(1),
        };
        Client::keeping(1, url, &settings).expect("a client")
    }

    async fn status(client: &Client, url: &Url) -> u16 {
        match client.attempt(&Request::get(url, "/", Vec::new()), &[], &Secrets::default()).await {
            Attempt::Response(response) => response.status,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_connection_is_used_again_but_for_no_other_host() {
        let (host, other) = (Host::new(&[&[OK, OK]]), Host::new(&[&[CREATED]]));
        let client = client(&host.url);
        assert_eq!(status(&client, &host.url).await, 200);
        assert_eq!(status(&client, &other.url).await, 201);
        assert_eq!(status(&client, &host.url).await, 200);
    }

    #[tokio::test]
    async fn a_connection_with_bytes_that_nobody_asked_for_is_not_used_again() {
        let host = Host::new(&[&[OK, BROKEN], &[CREATED]]);
        let client = client(&host.url);
        assert_eq!(status(&client, &host.url).await, 200);
        host.go_on().await;
        assert_eq!(status(&client, &host.url).await, 201);
    }

    #[tokio::test]
    async fn a_connection_that_the_host_has_closed_is_not_used_again() {
        let host = Host::new(&[&[OK], &[CREATED]]);
        let client = client(&host.url);
        assert_eq!(status(&client, &host.url).await, 200);
        host.go_on().await;
        assert_eq!(status(&client, &host.url).await, 201);
    }
}
