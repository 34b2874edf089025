//! What an attempt means: done, refused, unknown. Only the answer's status, and the service's own `responseStatus` in
//! it, are looked at.

use serde_json::Value;

use super::response::{Attempt, Response};
use super::response_status::{ResponseStatus, status_in};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The service says that it is done. Whether every value was kept it does not say.
    Done,
    /// The service refused; nothing was applied.
    Rejected,
    /// No credential, or one that is not accepted.
    Unauthenticated,
    Forbidden,
    NotFound,
    /// Nothing was applied: not reached, or told to come back later.
    Unreachable,
    /// The request may have been applied.
    Unknown,
}

/// The verdict, and the service's own words where the answer has some. `has_credential` tells whether one went with
/// the request: without one none can be wrong with it.
pub fn of(attempt: &Attempt, has_credential: bool) -> (Verdict, Option<ResponseStatus>) {
    match attempt {
        Attempt::NotSent { .. } => (Verdict::Unreachable, None),
        Attempt::Lost { .. } => (Verdict::Unknown, None),
        Attempt::Response(response) => {
            let (is_done, status) = read(response);
            let refusal = || of_refusal(response, status.as_ref(), has_credential);
            (if is_done { Verdict::Done } else { refusal() }, status)
        }
    }
}

/// What a real host answers with 500 to a token that it cannot read, in lower case: to one that is no base64url, and
/// what its framework says of the others. Any other 500 may speak of tokens too, and has perhaps applied the patch.
const INVALID_TOKEN: [&str; 4] =
    ["illegal base64url string", "token is invalid", "token has expired", "token has been invalidated"];

/// The verdict of an answer that is no success.
fn of_refusal(response: &Response, status: Option<&ResponseStatus>, has_credential: bool) -> Verdict {
    let message = status.map(|status| status.message.to_lowercase()).unwrap_or_default();
    match response.status {
        300..=399 if response.location.as_deref().is_some_and(is_sign_in) => Verdict::Unauthenticated,
        300..=399 => Verdict::Rejected,
        401 => Verdict::Unauthenticated,
        403 => Verdict::Forbidden,
        // A real host says `API Key does not exist` to an unknown key, `ApiKey` in version 6.
        404 if message.contains("api key") || message.contains("apikey") => Verdict::Unauthenticated,
        404 => Verdict::NotFound,
        429 => Verdict::Unreachable,
        400..=499 => Verdict::Rejected,
        503 if response.retry_after.is_some() => Verdict::Unreachable,
        // A real host answers 500 `Illegal base64url string!` to a malformed JWT.
        500 if has_credential && INVALID_TOKEN.iter().any(|words| message.starts_with(words)) => {
            Verdict::Unauthenticated
        }
        _ => Verdict::Unknown,
    }
}

/// Why an answer whose status speaks of success is none, in words that follow "the service answered 200".
pub fn why_no_success(response: &Response) -> Option<&'static str> {
    let body = response.body.trim();
    if !(200..=299).contains(&response.status) || read(response).0 {
        None
    } else if response.too_large {
        Some("with more than 1 MiB")
    } else if !response.whole {
        Some("and the response was cut off")
    } else if is_html(response) {
        Some("with a web page instead of JSON")
    } else if !body.is_empty() && json(body).is_none() {
        Some("with something that is not JSON")
    } else if DONE.contains(&response.status) {
        Some("and reports an error")
    } else {
        Some("which does not mean success")
    }
}

/// Whether a page answered where the service should have.
pub fn is_html(response: &Response) -> bool {
    response.body.trim_start().starts_with('<')
}

/// The text as JSON. What we cannot read, such as a text cut within a character, may speak of an error.
fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// The statuses of a change that was made.
const DONE: [u16; 4] = [200, 201, 202, 204];

/// Whether the answer is a success: by its status, with an empty body or with JSON in which the service does not speak of
/// an error. Beside it the service's own words, where it has some.
fn read(response: &Response) -> (bool, Option<ResponseStatus>) {
    let body = response.body.trim();
    let json = json(body);
    let status = json.as_ref().and_then(status_in);
    let is_done = DONE.contains(&response.status)
        && response.whole
        && (json.is_some() || body.is_empty())
        && status.as_ref().is_none_or(|status| !status.is_error);
    (is_done, status)
}

/// Whether a redirect leads to a page where people sign in; a real host sends them to `/login?redirect=…`.
fn is_sign_in(location: &str) -> bool {
    const WORDS: [&str; 12] = [
        "auth",
        "authenticate",
        "authentication",
        "authorize",
        "oauth",
        "oauth2",
        "openid",
        "sso",
        "saml",
        "saml2",
        "adfs",
        "idp",
    ];
    let address = location.split(['?', '#']).next().unwrap_or(location).to_ascii_lowercase();
    let address =
        address.replace("sign-in", "signin").replace("log-in", "login").replace("sign_in", "signin");
    address.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
        WORDS.contains(&word) || ["login", "signin", "logon"].iter().any(|end| word.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        let response = Response { status, body: body.to_owned(), whole: true, ..Response::default() };
        of(&Attempt::Response(response), true).0
    }

    #[test]
    fn each_answer_means_one_thing() {
        let error = |code: &str, message: &str| {
            format!(r#"{{"ResponseStatus":{{"ErrorCode":"{code}","Message":"{message}"}}}}"#)
        };
        for (status, body, expected) in [
            (200, "{}", Verdict::Done),
            (200, "", Verdict::Done),
            (204, "", Verdict::Done),
            (200, r#"{"responseStatus":{}}"#, Verdict::Done),
            (206, "", Verdict::Unknown),
            (200, "<!doctype html>", Verdict::Unknown),
            (200, &error("Conflict", ""), Verdict::Unknown),
            (200, &error("Conflict", r"cut \ud83d"), Verdict::Unknown),
            (200, r#"{"a":1e999,"responseStatus":{"errorCode":"X"}}"#, Verdict::Unknown),
            (200, r#"{"responseStatus":{"errorCode":{"a":1}}}"#, Verdict::Unknown),
            (200, r#"{"ResponseStatus":{},"responseStatus":{"errorCode":"X"}}"#, Verdict::Unknown),
            (200, r#"{"responseStatus":{"errorCode":null}}"#, Verdict::Done),
            (200, r#"{"success":false,"message":"2 of 8 fields ignored"}"#, Verdict::Unknown),
            (200, r#"{"Success":false}"#, Verdict::Unknown),
            (200, r#"{"success":true,"errors":[],"error":null}"#, Verdict::Done),
            (200, r#"{"errors":[{"message":"ignored"}]}"#, Verdict::Unknown),
            (200, r#"{"errors":{"title":["ignored"]}}"#, Verdict::Unknown),
            (200, r#"{"error":"ignored"}"#, Verdict::Unknown),
            (200, r#"{"responseStatus":{"errors":[{"message":"ignored"}]}}"#, Verdict::Unknown),
            (302, "", Verdict::Rejected),
            (400, "", Verdict::Rejected),
            (401, "", Verdict::Unauthenticated),
            (403, "", Verdict::Forbidden),
            (404, &error("NotFound", "Customer 1 does not exist"), Verdict::NotFound),
            (404, &error("NotFound", "ApiKey does not exist"), Verdict::Unauthenticated),
            (409, "", Verdict::Rejected),
            (429, "", Verdict::Unreachable),
            (500, &error("Exception", "Illegal base64url string!"), Verdict::Unauthenticated),
            (500, &error("Exception", "Database is not available"), Verdict::Unknown),
            (
                500,
                &error("Exception", "The audit token of customer 1 could not be written"),
                Verdict::Unknown,
            ),
            (500, &error("Exception", "CancellationToken was cancelled: token is invalid"), Verdict::Unknown),
            (502, "", Verdict::Unknown),
            (503, "", Verdict::Unknown),
            (504, "", Verdict::Unknown),
            (101, "", Verdict::Unknown),
        ] {
            assert_eq!(verdict(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn no_token_can_be_wrong_where_none_was_sent() {
        let body = r#"{"responseStatus":{"errorCode":"E","message":"Illegal base64url string!"}}"#.to_owned();
        let response = Response { status: 500, body, whole: true, ..Response::default() };
        assert_eq!(of(&Attempt::Response(response), false).0, Verdict::Unknown);
    }

    #[test]
    fn headers_make_the_difference_for_a_redirect_and_for_503() {
        let verdict = |response| of(&Attempt::Response(response), false).0;
        let location = Some("/login?redirect=x".to_owned());
        let sign_in = Response { status: 302, location, ..Response::default() };
        assert_eq!(verdict(sign_in), Verdict::Unauthenticated);
        for (location, expected) in [
            ("https://login.example.com/x", true),
            ("/account/Sign-In?next=/", true),
            ("/oauth2/v2.0/authorize", true),
            ("/UserLogin.aspx", true),
            ("/associates/customer/123/", false),
            ("https://author.example.com/lessons/", false),
            ("/customer/123?login=1", false),
        ] {
            assert_eq!(is_sign_in(location), expected, "{location}");
        }
        let later = Response { status: 503, retry_after: Some(Duration::ZERO), ..Response::default() };
        assert_eq!(verdict(later), Verdict::Unreachable);
        let cut = Response { status: 200, body: "{}".to_owned(), whole: false, ..Response::default() };
        assert_eq!(verdict(cut), Verdict::Unknown);
    }
}
