//! booster as its users run it: the real binary, in a home of its own, against services on loopback ports.
//!
//! All tests are one binary, so that a change of `common` links once. They share its process: none sets a variable,
//! changes the working directory or installs anything for the process; what a run needs is set on its `Command`.

#![cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        unused_imports,
        reason = "what only Unix or Linux can be tried with is left out elsewhere"
    )
)]

mod architecture;
mod auth;
mod bulk;
#[cfg(unix)]
mod canary;
mod common;
mod completions;
mod dependencies;
#[cfg(target_os = "linux")]
mod docs;
mod doctor;
#[cfg(unix)]
mod edit;
mod exchange;
#[cfg(unix)]
mod golden;
mod guards;
mod input;
#[cfg(unix)]
mod interactive;
mod man;
mod packages;
#[cfg(target_os = "linux")]
mod pictures;
mod process;
mod profile;
#[cfg(unix)]
mod prompt;
mod readback;
#[cfg(unix)]
mod robust;
mod sandbox;
mod tables;
mod tls;
mod undo;
