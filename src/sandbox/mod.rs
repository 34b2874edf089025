//! A Booster to try things on: a server on a loopback port that behaves as the recorded hosts do, silent losses and
//! all, and that holds a handful of invented customers.
//!
//! Which fields there are, of which kinds, and which of them are required, it takes from the table. What it does not
//! imitate, compressed bodies and XML above all, is listed with the reasons in `replay.rs`, the test that sends it
//! every recorded exchange.

mod answer;
mod binding;
mod body;
mod csv;
mod data_file;
mod dates;
mod fault;
mod lenient;
mod misreport;
mod oauth;
mod received;
#[cfg(test)]
mod replay;
mod route;
mod server;
mod service;
mod session;
mod sign_in;
mod store;
mod token;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use axum::http::HeaderName;
use data_file::DataFile;
pub use fault::Fault;
pub use oauth::{CLIENT_ID, CLIENT_SECRET};
use server::{Booster, lock};
use sign_in::SignIn;
pub use sign_in::{API_KEY, PASSWORD, Rules, USER};
use store::Store;

/// How to start a sandbox.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub host: Host,
    /// Whether requests must sign in, as `USER` with `PASSWORD`, with `API_KEY`, or with a token of `CLIENT_ID`'s.
    pub sign_in: Rules,
    /// 0 takes any free port.
    pub port: u16,
    /// Where the customers are kept from one start to the next.
    pub data: Option<PathBuf>,
    pub faults: Vec<Fault>,
}

/// The recorded ways to set up a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// Answers 200 and silently drops what does not fit
    #[default]
    Default,
    /// Answers 400 to a value that does not fit
    Strict,
    /// Answers 400 when a field is missing that the API page requires
    Rules,
    /// Shows stack traces in its errors, with every value sent
    Debug,
    /// Keeps its tokens in cookies, and renews them by itself
    TokenCookie,
    /// Gives no tokens: a sign-in is a session in cookies (not recorded)
    Session,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the sandbox cannot listen on 127.0.0.1:{port}: {error}")]
    Port { port: u16, error: std::io::Error },
    #[error(transparent)]
    Data(#[from] data_file::Broken),
}

impl StartError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            StartError::Port { .. } => "choose another port, or 0 for any free one",
            StartError::Data(_) => "it was left as it is; correct it, or name another file with --data",
        }
    }
}

/// A running sandbox. It ends with the runtime it was started on, or at `stop`.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    booster: Arc<Booster>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// How long requests under way are waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Starts a sandbox on the current runtime. It listens on the loopback address alone.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let store = match options.data {
        Some(path) => Store::of_file(DataFile::new(path))?,
        None => Store::invented(),
    };
    let port_error = |error| StartError::Port { port: options.port, error };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(port_error)?;
    let address = listener.local_addr().map_err(port_error)?;
    let booster = Arc::new(Booster {
        host: options.host,
        store: Mutex::new(store),
        sign_in: Mutex::new(SignIn::new(options.sign_in, options.host)),
        faults: Mutex::new(options.faults),
        #[cfg(test)]
        bound: Mutex::new(None),
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let shared = Arc::clone(&booster);
    // One way in for every path: axum's own router would be stricter than the paths that a real host takes.
    let router = Router::new().fallback(move |request: Request| {
        let booster = Arc::clone(&shared);
        async move { booster.handle(request).await }
    });
    let server = tokio::spawn(async move {
        let serving = axum::serve(listener, router).with_graceful_shutdown(async {
            // A sandbox that was dropped without `stop` goes on until its runtime ends.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        // It never returns an error: a failing `accept` is tried again inside.
        let _ = serving.await;
    });
    Ok(Sandbox { address, booster, stop, server })
}

impl Sandbox {
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The customer as `GET /customer/v2/{id}` shows it now.
    pub fn customer(&self, id: i64) -> Option<Map<String, Value>> {
        lock(&self.booster.store).shown(id, Instant::now())
    }

    /// Ends every token and session at once, as if their time were over; how many tokens there were. Where the tokens
    /// end for good, what renews them ends as well.
    #[cfg(test)]
    pub fn end_tokens(&self, for_good: bool) -> usize {
        let mut sign_in = lock(&self.booster.sign_in);
        if for_good {
            sign_in.end_refreshing();
        }
        sign_in.end_all()
    }

    /// The ids of the customers that it holds, in order.
    pub fn customers(&self) -> Vec<i64> {
        lock(&self.booster.store).ids().collect()
    }

    /// Stops listening, and gives requests under way a second to finish.
    pub async fn stop(self) {
        // There is no receiver only if the server has ended already.
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(PATIENCE, self.server).await;
    }
}
