//! The start of a run that sends: its name, when it began, and where it goes.

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

/// The name of a run, which its first request has already, and when its patch was about to go out.
pub struct RunStart {
    pub run: Run,
    pub time: Timestamp,
}

impl RunStart {
    pub fn begin(run: &Run) -> RunStart {
        RunStart { run: run.clone(), time: Timestamp::now() }
    }
}
