//! The configuration file, its profiles, and where each value came from.

pub mod address_guard;
mod base_url;
pub mod config_file;
pub mod document;
pub mod edit;
mod error;
mod headers;
mod hidden;
pub mod history_mode;
pub mod patching;
mod profile;
pub mod provenance;
pub mod reading;
pub mod reason_mode;
mod structure;
mod toml_error;
mod trust;

pub use base_url::base_url;
pub use error::{ConfigError, Errors};
pub use profile::{Profile, Wanted, timeout};
