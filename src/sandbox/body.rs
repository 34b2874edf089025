//! How a request's body is read, up to the length that a real host takes.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody};

/// Kestrel's default, in bytes.
pub const LIMIT: usize = 30_000_000;

/// So much more is read and thrown away, so that a client gets its answer instead of a broken connection.
const DRAINED: usize = 4 * LIMIT;

pub enum Read {
    Whole(Vec<u8>),
    TooLarge,
    /// The client went away, or broke the rules of HTTP.
    Broken,
}

pub async fn read(mut body: Body) -> Read {
    let mut whole = Vec::new();
    let mut length = 0usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else { return Read::Broken };
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= LIMIT {
            whole.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        } else {
            whole = Vec::new();
        }
    }
    if length <= LIMIT { Read::Whole(whole) } else { Read::TooLarge }
}
