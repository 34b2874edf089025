//! Why nobody could sign in, and what it means that a request of the sign-in failed.

use serde_json::Value;

use crate::escape::escaped_lines;
use crate::http::Attempt;
use crate::http::response_status::{status_in, text};
use crate::outcome::Outcome;

/// Why nobody could sign in.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct AuthError {
    pub outcome: Outcome,
    pub message: String,
    pub hint: Option<String>,
}

impl AuthError {
    pub fn new(message: impl Into<String>) -> AuthError {
        AuthError { outcome: Outcome::Unauthenticated, message: message.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> AuthError {
        AuthError { hint: Some(hint.into()), ..self }
    }

    pub fn usage(self) -> AuthError {
        AuthError { outcome: Outcome::Usage, ..self }
    }

    /// With a hint where there is none yet.
    pub fn or_hint(self, hint: impl FnOnce() -> String) -> AuthError {
        if self.hint.is_some() { self } else { self.hint(hint()) }
    }

    /// Whether it would be the same the next time.
    pub fn is_final(&self) -> bool {
        self.outcome != Outcome::Unreachable
    }

    /// What the last attempt of a request of the sign-in means, `doing` this.
    pub fn after(doing: &str, attempt: &Attempt) -> AuthError {
        let unreachable = |message| AuthError { outcome: Outcome::Unreachable, ..AuthError::new(message) };
        match attempt {
            Attempt::NotSent { cause, hint, .. } => unreachable(format!("{doing}: not reached: {cause}"))
                .hint(hint.as_deref().unwrap_or("check the address and the network connection")),
            Attempt::Lost { cause } => {
                unreachable(format!("{doing}: the response was cut off or never came: {cause}"))
            }
            Attempt::Response(response) => {
                let words = words_of(&response.body).map_or(String::new(), |words| format!(": {words}"));
                let message = format!("{doing}: the service answered {}{words}", response.status);
                match response.status {
                    429 | 502..=504 => unreachable(message).hint("try again later"),
                    200..300 => unreachable(format!("{doing}: the response was cut off")),
                    _ => AuthError::new(message),
                }
            }
        }
    }
}

/// What a refusal says, in ServiceStack's way or in that of OAuth (RFC 6749, section 5.2).
fn words_of(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let status = status_in(&body).unwrap_or_default();
    let words = [status.message, status.code, text(&body, "error_description"), text(&body, "error")];
    words.into_iter().find(|words| !words.is_empty()).map(|words| escaped_lines(&words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;

    #[test]
    fn a_refusal_says_what_the_service_says() {
        for (status, body, message, outcome) in [
            (
                401,
                r#"{"ResponseStatus":{"ErrorCode":"Unauthorized","Message":"Invalid Username or Password"}}"#,
                "x: the service answered 401: Invalid Username or Password",
                Outcome::Unauthenticated,
            ),
            (
                400,
                r#"{"error":"invalid_client","error_description":"No\u001b[2J"}"#,
                "x: the service answered 400: No\\u{1b}[2J",
                Outcome::Unauthenticated,
            ),
            (
                400,
                r#"{"error":"invalid_client"}"#,
                "x: the service answered 400: invalid_client",
                Outcome::Unauthenticated,
            ),
            (302, "", "x: the service answered 302", Outcome::Unauthenticated),
            (500, "<html>", "x: the service answered 500", Outcome::Unauthenticated),
            (503, "", "x: the service answered 503", Outcome::Unreachable),
            (200, "{\"bearer", "x: the response was cut off", Outcome::Unreachable),
        ] {
            let response = Response { status, body: body.to_owned(), whole: true, ..Response::default() };
            let error = AuthError::after("x", &Attempt::Response(response));
            assert_eq!((error.message.as_str(), error.outcome), (message, outcome));
        }
    }
}
