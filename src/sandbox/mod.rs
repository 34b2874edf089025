//! A Booster to try things on: a server on a loopback port that behaves as the recorded hosts do, silent losses
//! included, and that holds a handful of invented customers.
//!
//! Its fields, their kinds and which of them are required come from the table in `model`. It takes the requests that
//! booster sends and that one would try with curl: JSON PATCH and GET, and signing in. What it leaves out is listed
//! with the reasons in `replay.rs`, the test that sends it every recorded exchange.

mod binding;
mod customer;
mod data_file;
mod dates;
mod fault;
mod handler;
mod misreport;
mod oauth;
mod options;
#[cfg(test)]
mod replay;
mod response;
mod route;
mod server;
mod service;
mod sign_in;
mod store;
mod token;

pub use options::{API_KEY, CLIENT_ID, CLIENT_SECRET, Options, PASSWORD, RequestLog, USER};
#[cfg(test)]
pub use options::{Host, Rules};
pub use server::{Sandbox, StartError, start};
