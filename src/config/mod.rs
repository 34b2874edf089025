//! The configuration file, its profiles, and where each value came from.

pub mod config_file;
mod document;
pub mod edit;
mod error;
pub mod history_mode;
pub mod patching;
mod profile;
pub mod provenance;
pub mod reading;
pub mod reason_mode;
mod toml_error;
mod trust;

pub use error::ConfigError;
pub use profile::{Profile, Wanted, base_url, timeout};
