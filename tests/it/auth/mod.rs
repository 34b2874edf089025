//! Signing in: every kind, every source of a secret, and everything that can be wrong with them.

mod commands;
mod headers;
mod kinds;
mod renewal;
mod sources;
mod store;

use crate::common::{Answer, Received, Service};

/// The header that signed a request in.
fn credential(request: &Received) -> Option<String> {
    let names = ["authorization: ", "cookie: ", "x-api-key: ", "x-key: "];
    let line = |line: &&str| names.iter().any(|name| line.to_ascii_lowercase().starts_with(name));
    request.head.lines().find(line).map(str::to_owned)
}

fn request_lines(service: &Service) -> Vec<String> {
    let first = |request: Received| {
        let line = request.head.lines().next().expect("a request line").to_owned();
        line.trim_end_matches(" HTTP/1.1").to_owned()
    };
    service.received().into_iter().map(first).collect()
}

fn token(name: &str) -> Answer {
    Answer::json(
        200,
        &format!("{{\"userName\":\"ada\",\"bearerToken\":\"{name}\",\"refreshToken\":\"refresh-{name}\"}}"),
    )
}
