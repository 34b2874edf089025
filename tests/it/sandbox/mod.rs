//! The sandbox from outside and inside the process.

mod service;
mod words;
