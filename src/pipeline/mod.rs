//! How a patch is sent, whichever command it comes from.

pub mod backup;
pub mod confirm;
pub mod context;
pub mod diff_view;
pub mod gather;
pub mod preview;
pub mod send;
pub mod service;
pub mod verify;
