//! The configuration file, its profiles, and where each value came from.

pub mod config_file;
mod document;
pub mod edit;
mod profile;
pub mod provenance;
pub mod reading;
pub mod table_reader;
mod trust;

pub use profile::*;
