//! Signing in: the kinds of sign-in, where their secrets come from and are stored, and the exchange that signs a
//! request in, repeats it, and renews the sign-in once for all requests in flight.

pub mod credential;
pub mod error;
pub mod exchange;
pub mod jwt;
mod kind;
mod kinds;
pub mod profile_header;
pub mod secret_command;
pub mod secret_sources;
pub mod session;
pub mod sign_in;
pub mod store;
pub mod table_reader;
mod token_request;

pub use error::AuthError;
pub use kind::{Auth, SecretKind, User};
