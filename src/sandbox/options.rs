//! How a sandbox is set up: the kind of host, who may sign in, its port, its data file and its faults.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderName;

use super::fault::Fault;

/// The one user, as in the recordings.
pub const USER: &str = "ada";
pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";
/// The one client of the OAuth token endpoint.
pub const CLIENT_ID: &str = "booster";
pub const CLIENT_SECRET: &str = "staple battery";

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

/// The ways to set up a host, recorded but for the last one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// Answers 200 and silently drops what does not fit
    #[default]
    Default,
    /// Answers 400 to a value that does not fit
    Strict,
    /// Answers 400 when a field is missing that the API page requires
    Rules,
    /// Keeps its tokens in cookies, and renews them by itself
    TokenCookie,
    /// Gives no tokens: a sign-in is a session in cookies (not recorded)
    Session,
}

/// How callers sign in.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Without it everybody is let in, whatever they present.
    pub required: bool,
    /// How long tokens and sessions last, instead of days. Tokens count in whole seconds.
    pub token_life: Option<Duration>,
    /// A header in which the API key is taken too, as by a gateway before the service.
    pub api_key_header: Option<HeaderName>,
}
