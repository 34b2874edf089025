//! Whether a credential is accepted, asked of the service itself.

use serde_json::Value;

use crate::auth::AuthError;
use crate::auth::exchange::{NoHooks, exchange};
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::http::request::Request;
use crate::http::response_status::text;
use crate::http::verdict::Verdict;
use crate::http::{Attempt, Client};
use crate::outcome::Outcome;
use crate::pipeline::answer;

/// What the service says about a credential.
#[derive(Debug)]
pub enum Probe {
    /// It is accepted; whose it is, where the answer says so.
    Accepted(Option<String>),
    /// No route tells.
    Unknown,
}

/// ServiceStack's own route: it tells who one is, or answers 401.
const OWN_ROUTE: &str = "/auth";

/// Asks the service who the caller is: by ServiceStack's own route, then by the one that the profile names.
///
/// # Errors
/// Unauthenticated where the credential is refused, unreachable where there is no answer.
pub async fn probe(profile: &Profile, client: &Client, sign_in: &SignIn) -> Result<Probe, Failure> {
    for route in [Some(OWN_ROUTE), profile.whoami.as_deref()].into_iter().flatten() {
        let request = Request::get(profile.target()?, route, profile.shown_credential());
        let exchange = exchange(client, sign_in, &request, true, &mut NoHooks).await?;
        let (verdict, status) = exchange.verdict();
        let came = answer::describe(&exchange.last);
        let words = status.map(|status| status.message).filter(|words| !words.is_empty());
        let words = words.map_or(String::new(), |words| format!(": {}", escaped(&words)));
        match verdict {
            Verdict::Done => {
                // It may call somebody by what it was sent.
                let user = match &exchange.last {
                    Attempt::Response(response) => who(&response.body),
                    Attempt::NotSent { .. } | Attempt::Lost { .. } => None,
                };
                return Ok(Probe::Accepted(user.map(|user| sign_in.secrets().masked(&user))));
            }
            Verdict::Unauthenticated => {
                return Err(AuthError::new(format!("{came}: it does not accept the sign-in{words}"))
                    .hint(sign_in.advice().await)
                    .into());
            }
            Verdict::Unreachable => {
                return Err(Failure::new(Outcome::Unreachable, format!("{came}{words}")).hint(format!(
                    "the secret could not be tried, and nothing was stored: {}",
                    answer::unreachable_hint(&exchange.last)
                )));
            }
            // Another route may know.
            Verdict::Rejected | Verdict::Forbidden | Verdict::NotFound | Verdict::Unknown => {}
        }
    }
    Ok(Probe::Unknown)
}

/// Whose credential it is, by the names that services use, from the body of an answer.
pub fn who(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let names = ["userName", "preferred_username", "displayName", "name", "email"];
    names.iter().map(|name| text(&body, name)).find(|name| !name.is_empty())
}
