//! One attempt at an HTTP request: what is sent, what came back and what that means, when it may be repeated, TLS and
//! the proxy. It knows no profile, no sign-in, no field and no rule.

pub mod address;
mod certificate;
mod client;
mod connection;
pub mod curl;
mod handshake;
pub mod header;
pub mod pace;
pub mod proxy;
pub mod request;
mod response;
pub mod response_status;
pub mod retry;
pub mod tls;
pub mod verdict;

#[cfg(test)]
pub use client::{Answering, StandIn};
pub use client::{Client, Settings};
pub use response::{Attempt, Response, SecretResponse, parse_date};
