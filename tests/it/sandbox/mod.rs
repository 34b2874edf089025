//! The sandbox from outside and inside the process.

mod messages;
mod service;
