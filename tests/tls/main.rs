//! Encrypted connections and proxies through the real binary.

#[path = "../common/mod.rs"]
mod common;

mod authority;
mod client_certificate;
mod connections;
mod proxy;
mod service;
mod trust;
