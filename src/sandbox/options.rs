//! How a sandbox is set up, by flags: the kind of host, who may sign in, its port, its data file and its faults.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderName;
use clap::builder::TypedValueParser;

use super::fault::Fault;

/// The one user, as in the recordings.
pub const USER: &str = "ada";
pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";
/// The one client of the OAuth token endpoint.
pub const CLIENT_ID: &str = "booster";
pub const CLIENT_SECRET: &str = "staple battery";

/// A sandbox for trying things out, only on this machine
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// The port to listen on; 0 means any free one
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = port)]
    pub port: u16,
    /// Save the customers in this JSON file, and load them at the next start
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// The host to behave like
    #[arg(long, value_enum, default_value_t)]
    pub host: Host,
    #[command(flatten)]
    pub sign_in: Rules,
    /// Simulate a failure: a status such as 503 (with retry-after=SECONDS), slow=SECONDS, cut, cut-body, html,
    /// drop=FIELD, lag=SECONDS, lack=FIELD, mistype=FIELD, change=FIELD, other-id, array, huge or error-code,
    /// each with times=N for the first N requests only, and with on=read or on=patch for these requests only
    ///
    /// Separate the parts of one failure by commas: 503,retry-after=1,times=2. If several failures replace the
    /// response, each begins when the one before it is used up. A success status is sent after the change was
    /// made, any other status instead of making it. With cut the request is read and the connection closed, and
    /// nothing changes; with cut-body the change is made and the response is cut off. drop=FIELD answers 200 and
    /// does not apply that field. With lag=SECONDS a change becomes visible only later. When a customer is read,
    /// lack=FIELD leaves the field out, mistype=FIELD gives it a value of another type, and change=FIELD changes
    /// it right after the response; other-id, array, huge and error-code make the whole response wrong.
    #[arg(long = "fault", value_name = "SPEC")]
    pub faults: Vec<Fault>,
    #[arg(skip)]
    pub log: RequestLog,
}

/// Called with a line for each request, where somebody wants to see them.
#[derive(Clone, Default)]
pub struct RequestLog(Option<Arc<Log>>);

type Log = dyn Fn(&str) + Send + Sync;

impl RequestLog {
    pub fn new(log: impl Fn(&str) + Send + Sync + 'static) -> RequestLog {
        RequestLog(Some(Arc::new(log)))
    }

    pub fn write(&self, line: impl FnOnce() -> String) {
        if let Some(log) = &self.0 {
            log(&line());
        }
    }
}

impl fmt::Debug for RequestLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "RequestLog" } else { "no RequestLog" })
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("a port is a number from 0 to {}", u16::MAX))
}

/// The ways to set up a host, recorded but for the last one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// Answers 200 and silently drops what does not fit
    #[default]
    Default,
    /// Answers 400 to a value of the wrong type
    Strict,
    /// Answers 400 when a field is missing that the API page requires
    Rules,
    /// Keeps its tokens in cookies, and renews them automatically
    TokenCookie,
    /// Gives no tokens: a sign-in is a session in cookies (not recorded)
    Session,
}

/// How callers sign in.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Rules {
    /// Require a sign-in, as ada with the password "correct horse" or with the key key-ada-0123456789
    #[arg(id = "sign_in", long = "sign-in")]
    pub required: bool,
    /// How long tokens and sessions last; without this option, for days
    #[arg(long, value_name = "SECONDS", requires = "sign_in")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..).map(|seconds| Duration::from_secs(seconds.into())))]
    pub token_life: Option<Duration>,
    /// Accept the key in this header too, as a gateway in front of the service may
    #[arg(long, value_name = "NAME", requires = "sign_in")]
    pub api_key_header: Option<HeaderName>,
}
