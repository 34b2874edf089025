//! What signs the requests of a run in, and whether the service has accepted it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::secret_sources::Found;
use crate::http::Attempt;
use crate::http::header::Header;

/// What signs requests in, until it is renewed.
#[derive(Debug, Clone)]
pub struct Credential {
    /// As they go out, or such as can be shown where each request has headers of its own.
    pub(super) headers: Vec<Header>,
    /// The secret, where that signs requests in by itself.
    pub(super) secret: Option<Found>,
    /// Counts the credentials of the run.
    pub(super) number: u64,
    /// Whether it was got because the one before it had been refused.
    pub(super) is_replacement: bool,
    /// Whether the service has accepted it for any request.
    pub(super) accepted: Arc<AtomicBool>,
}

impl Credential {
    pub(super) fn new(headers: Vec<Header>, secret: Option<Found>, number: u64) -> Credential {
        Credential { headers, secret, number, is_replacement: false, accepted: Arc::default() }
    }

    /// The headers for showing a request.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// Whether another one would be refused as well: it was got for a refused one, and never accepted.
    pub(super) fn is_useless_replacement(&self) -> bool {
        self.is_replacement && !self.accepted.load(Ordering::Relaxed)
    }

    /// Notes what the service made of it. Only an answer that is the service's own by all appearance says something.
    pub fn note_result(&self, attempt: &Attempt) {
        match attempt {
            Attempt::Response(response)
                if matches!(response.status, 200..300 | 400 | 403 | 404 | 409 | 422) =>
            {
                self.accepted.store(true, Ordering::Relaxed);
            }
            Attempt::Response(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {}
        }
    }
}
