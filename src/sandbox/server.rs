//! Starting and stopping a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use serde_json::{Map, Value as Json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::handler::{self, Booster, lock};
use super::options::Options;
use super::sign_in::SignIn;
use super::store::Store;
use crate::model::field::Record;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the sandbox cannot listen on 127.0.0.1:{port}: {error}")]
    Port { port: u16, error: std::io::Error },
    #[error("{0}")]
    Data(String),
}

impl StartError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            StartError::Port { .. } => "choose another port, or 0 for any free port",
            StartError::Data(_) => "correct the file, which is unchanged, or name another file with --data",
        }
    }
}

/// A running sandbox. It ends with the runtime it was started on, or at `stop`.
#[derive(Debug)]
pub struct Sandbox {
    pub(super) address: SocketAddr,
    pub(super) booster: Arc<Booster>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// How long `stop` waits for requests in flight.
const GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Starts a sandbox on the current runtime, whose customers have the fields of this table. It listens on the loopback address alone.
///
/// # Errors
/// When the port is taken or the data file cannot be used.
pub async fn start(record: &'static Record, options: Options) -> Result<Sandbox, StartError> {
    let store = match options.data {
        Some(path) => Store::of_file(path).map_err(StartError::Data)?,
        None => Store::invented(),
    };
    let port_error = |error| StartError::Port { port: options.port, error };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(port_error)?;
    let address = listener.local_addr().map_err(port_error)?;
    let booster = Arc::new(Booster {
        host: options.host,
        record,
        store: Mutex::new(store),
        sign_in: Mutex::new(SignIn::new(options.sign_in, options.host)),
        faults: Mutex::new(options.faults),
        log: options.log,
        #[cfg(test)]
        bound: Mutex::new(None),
    });
    let (stop, stopped) = oneshot::channel::<()>();
    // One handler for every path: axum's own router is stricter than the paths that a real host takes.
    let router = Router::new()
        .fallback(handler::handle)
        .layer(DefaultBodyLimit::max(handler::BODY_LIMIT))
        .with_state(Arc::clone(&booster));
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

    /// The customer as `GET /customer/v2/{id}` returns it now.
    pub fn customer(&self, id: i64) -> Option<Map<String, Json>> {
        lock(&self.booster.store).read(id, Instant::now())
    }

    /// The ids of its customers, in order.
    pub fn customers(&self) -> Vec<i64> {
        lock(&self.booster.store).ids().collect()
    }

    /// Expires every token and session at once, and returns how many tokens there were. Where the tokens end for
    /// good, refresh tokens end as well.
    #[cfg(test)]
    pub fn end_tokens(&self, for_good: bool) -> usize {
        lock(&self.booster.sign_in).end_tokens(for_good)
    }

    /// Stops listening, and gives requests in flight a second to finish.
    pub async fn stop(self) {
        // There is no receiver only if the server has ended already.
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(GRACE_PERIOD, self.server).await;
    }
}
