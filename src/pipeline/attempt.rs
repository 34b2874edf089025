//! One attempt to send a patch: the name of the run, when it began, and where it goes.

use jiff::Timestamp;

use crate::config::Profile;
use crate::state::history::Run;

/// What the history calls a sandbox inside the process.
pub const SANDBOX: &str = "sandbox";

/// The base URL. A sandbox inside the process has another one each time, and nothing of it remains.
pub fn service_name(profile: &Profile) -> String {
    match &profile.base_url {
        Some(url) if !profile.is_sandbox => url.to_string(),
        Some(_) | None => SANDBOX.to_owned(),
    }
}

/// One attempt to send: its name, and when the request was about to go out.
pub struct Attempt {
    pub run: Run,
    pub time: Timestamp,
}

impl Attempt {
    pub fn begin() -> Attempt {
        let time = Timestamp::now();
        Attempt { run: Run::new(time), time }
    }
}
