//! One connection to a host, through a proxy and with TLS where those are wanted, and requests over it one after another.

use std::error::Error;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use hyper::client::conn::TrySendError;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper::{Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::ClientConfig;
use secrecy::SecretString;
use tokio::task::unconstrained;
use tokio::time::Sleep;
use tower_service::Service;

use super::proxy::Proxy;
use super::response::Response;

type BoxError = Box<dyn Error + Send + Sync>;

/// An answer, and the cookies that it sets.
pub type Answer = (Response, Vec<SecretString>);

/// Why a request has no answer.
pub enum NoAnswer {
    /// The connection had ended before a byte of the request was written.
    NotWritten(Box<Request<String>>, hyper::Error),
    Failed(hyper::Error),
    TimedOut,
}

impl From<TrySendError<Request<String>>> for NoAnswer {
    fn from(mut error: TrySendError<Request<String>>) -> NoAnswer {
        match error.take_message() {
            Some(request) => NoAnswer::NotWritten(Box::new(request), error.into_error()),
            None => NoAnswer::Failed(error.into_error()),
        }
    }
}

/// What bytes travel over.
trait Stream: Read + Write + Send + Unpin {}

impl<T: Read + Write + Send + Unpin> Stream for T {}

pub struct Connection {
    sender: http1::SendRequest<String>,
    /// What reads and writes, which it does only while somebody waits for an answer; none where the connection has ended.
    driver: Option<http1::Connection<Box<dyn Stream>, String>>,
}

impl Connection {
    /// Connects to the host of this address. Without settings for TLS it must be http.
    ///
    /// # Errors
    /// If the host or the proxy cannot be reached, or the handshake fails.
    pub async fn open(
        uri: Uri,
        tls: Option<&Arc<ClientConfig>>,
        proxy: Option<&Proxy>,
    ) -> Result<Connection, BoxError> {
        let stream = connected(uri, tls, proxy).await?;
        let (sender, driver) = http1::Builder::new().title_case_headers(true).handshake(stream).await?;
        Ok(Connection { sender, driver: Some(driver) })
    }

    /// Sends a request and reads its answer, until the time is over.
    ///
    /// # Errors
    /// If there is no answer. One that breaks off is an answer that is not whole.
    pub async fn exchange(
        &mut self,
        request: Request<String>,
        mut time_limit: Pin<&mut Sleep>,
    ) -> Result<Answer, NoAnswer> {
        let answer = self.sender.try_send_request(request);
        let mut exchange = pin!(async {
            let response = tokio::select! {
                biased;
                answer = answer => answer?,
                () = time_limit.as_mut() => return Err(NoAnswer::TimedOut),
            };
            Ok(Response::read(response, time_limit).await)
        });
        poll_fn(|context| {
            // What the driver fails with is told to whoever waits for the answer, and so is that it is gone.
            self.driver.take_if(|driver| Pin::new(driver).poll(context).is_ready());
            exchange.as_mut().poll(context)
        })
        .await
    }

    /// Whether another request can follow: the host keeps the connection, and has sent nothing that nobody asked for.
    pub fn is_free(&mut self) -> bool {
        self.driver.take_if(|driver| poll_now(driver).is_ready());
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Ends it as the host expects, as far as that takes no waiting.
    pub fn close(self) {
        let Connection { sender, driver } = self;
        // Without a sender it has nothing to do but to close.
        drop(sender);
        driver.map(|mut driver| poll_now(&mut driver));
    }
}

/// What a future does without being waited for, however much else was done since the runtime had its turn.
fn poll_now<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(unconstrained(future)).poll(&mut Context::from_waker(Waker::noop()))
}

async fn connected(
    uri: Uri,
    tls: Option<&Arc<ClientConfig>>,
    proxy: Option<&Proxy>,
) -> Result<Box<dyn Stream>, BoxError> {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    let Some(tls) = tls else { return Ok(Box::new(tcp.call(uri).await?)) };
    tcp.enforce_http(false);
    let Some(proxy) = proxy else {
        return Ok(Box::new(HttpsConnector::from((tcp, Arc::clone(tls))).call(uri).await?));
    };
    // A proxy speaks no protocol that it would have to be asked for.
    let mut to_proxy = ClientConfig::clone(tls);
    to_proxy.alpn_protocols.clear();
    let mut tunnel = Tunnel::new(proxy.uri.clone(), HttpsConnector::from((tcp, to_proxy)));
    if let Some(credential) = &proxy.credential {
        tunnel = tunnel.with_auth(credential.clone());
    }
    Ok(Box::new(HttpsConnector::from((tunnel, Arc::clone(tls))).call(uri).await?))
}
