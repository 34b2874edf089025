//! Encrypted connections and proxies through the real binary.

mod authority;
mod client_certificate;
mod connections;
mod proxy;
mod service;
mod trust;
