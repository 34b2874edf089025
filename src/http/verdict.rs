//! What the end of an exchange means: done, refused, unknown. Only the answer's status, and the service's own
//! `responseStatus` in it, are looked at.

use serde_json::Value;

use super::{Answer, Attempt, Exchange};

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

/// What the service says of itself in `responseStatus`, whose keys come in any casing. Stack traces and `meta`, which
/// can repeat the request, are never read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ResponseStatus {
    pub code: String,
    pub message: String,
    pub errors: Vec<ServiceError>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    pub code: String,
    pub field: String,
    pub message: String,
}

/// The verdict, and the service's own words where the answer has some.
pub fn of(exchange: &Exchange) -> (Verdict, Option<ResponseStatus>) {
    let (verdict, status) = match &exchange.last {
        Attempt::NotSent { .. } => (Verdict::Unreachable, None),
        Attempt::Lost { .. } => (Verdict::Unknown, None),
        Attempt::Answer(answer) => {
            let (is_done, status) = read(answer);
            let verdict =
                if is_done { Verdict::Done } else { of_refusal(answer, status.as_ref(), exchange.signed_in) };
            (verdict, status)
        }
    };
    // An earlier attempt may have been applied, whatever a later one met. Only a success settles it: the same
    // values were set.
    let settled = verdict == Verdict::Done || !exchange.blind;
    (if settled { verdict } else { Verdict::Unknown }, status)
}

/// What a real host answers with 500 to a token that it cannot read, in lower case: to one that is no base64url, and
/// what its framework says of the others. Any other 500 may speak of tokens too, and has perhaps applied the patch.
const UNREAD_TOKEN: [&str; 4] =
    ["illegal base64url string", "token is invalid", "token has expired", "token has been invalidated"];

/// The verdict of an answer that is no success. `signed_in` tells whether a credential went with the request: without
/// one none can be wrong with it.
fn of_refusal(answer: &Answer, status: Option<&ResponseStatus>, signed_in: bool) -> Verdict {
    let message = status.map(|status| status.message.to_lowercase()).unwrap_or_default();
    match answer.status {
        300..=399 if answer.location.as_deref().is_some_and(is_sign_in) => Verdict::Unauthenticated,
        300..=399 => Verdict::Rejected,
        401 => Verdict::Unauthenticated,
        403 => Verdict::Forbidden,
        // A real host says `API Key does not exist` to an unknown key, `ApiKey` in version 6.
        404 if message.contains("api key") || message.contains("apikey") => Verdict::Unauthenticated,
        404 => Verdict::NotFound,
        429 => Verdict::Unreachable,
        400..=499 => Verdict::Rejected,
        503 if answer.retry_after.is_some() => Verdict::Unreachable,
        // A real host answers 500 `Illegal base64url string!` to a malformed JWT.
        500 if signed_in && UNREAD_TOKEN.iter().any(|words| message.starts_with(words)) => {
            Verdict::Unauthenticated
        }
        _ => Verdict::Unknown,
    }
}

/// Why an answer whose status speaks of success is none, in words that follow "the service answered 200".
pub fn doubt(answer: &Answer) -> Option<&'static str> {
    let body = answer.body.trim();
    if !(200..=299).contains(&answer.status) || read(answer).0 {
        None
    } else if answer.too_large {
        Some("with more than 1 MiB")
    } else if !answer.whole {
        Some("and the answer broke off")
    } else if is_page(answer) {
        Some("with a page instead of JSON")
    } else if !body.is_empty() && json(body).is_none() {
        Some("with something that is not JSON")
    } else if DONE.contains(&answer.status) {
        Some("and speaks of an error")
    } else {
        Some("which is no success")
    }
}

/// Whether a page answered where the service should have.
pub fn is_page(answer: &Answer) -> bool {
    answer.body.trim_start().starts_with('<')
}

/// The text as JSON. What we cannot read, such as a text cut within a character, may speak of an error.
fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// The statuses of a change that was made.
const DONE: [u16; 4] = [200, 201, 202, 204];

/// Whether the answer is a success: by its status, with an empty body or with JSON in which the service does not speak of
/// an error. Beside it the service's own words, where it has some.
fn read(answer: &Answer) -> (bool, Option<ResponseStatus>) {
    let body = answer.body.trim();
    let json = json(body);
    let status = json.as_ref().and_then(status_in);
    let is_done = DONE.contains(&answer.status)
        && answer.whole
        && (json.is_some() || body.is_empty())
        && status.as_ref().is_none_or(|status| status.code.is_empty());
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

/// The service's own words in the body of an answer, where it has some.
pub fn response_status(body: &str) -> Option<ResponseStatus> {
    status_in(&json(body)?)
}

fn status_in(body: &Value) -> Option<ResponseStatus> {
    // Of several in different casings the one that speaks of an error counts.
    let mut statuses = members(body, "responseStatus").filter(|status| status.is_object());
    let first = statuses.next()?;
    let has_code = |status: &&Value| !code(status).is_empty();
    let status = std::iter::once(first).chain(statuses).find(has_code).unwrap_or(first);
    Some(ResponseStatus {
        code: code(status),
        message: text(status, "message"),
        errors: member(status, "errors")
            .and_then(Value::as_array)
            .map(|errors| {
                errors
                    .iter()
                    .map(|error| ServiceError {
                        code: text(error, "errorCode"),
                        field: text(error, "fieldName"),
                        message: text(error, "message"),
                    })
                    .collect()
            })
            .unwrap_or_default(),
    })
}

/// The code of an error, whatever it is written as; empty where there is none.
fn code(status: &Value) -> String {
    let codes = members(status, "errorCode").map(|code| match code {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    codes.max_by_key(String::len).unwrap_or_default()
}

fn members<'a>(value: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = value.as_object().into_iter().flatten();
    all.filter(move |(key, _)| is_same_name(key, name)).map(|(_, value)| value)
}

/// A member of an object by its name in any casing, `error_code` included: an app chooses one for all its answers.
pub fn member<'a>(value: &'a Value, name: &'a str) -> Option<&'a Value> {
    members(value, name).next()
}

/// Whether two names are the same but for casing and underscores.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    letters(one) == letters(other)
}

/// A member that is a text or a number; empty where it is not.
pub fn text(value: &Value, name: &str) -> String {
    match member(value, name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        let answer = Answer { status, body: body.to_owned(), whole: true, ..Answer::default() };
        of(&Exchange { attempts: 1, signed_in: true, ..Exchange::of(answer) }).0
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
        let answer = Answer { status: 500, body, whole: true, ..Answer::default() };
        assert_eq!(of(&Exchange::of(answer)).0, Verdict::Unknown);
    }

    #[test]
    fn headers_make_the_difference_for_a_redirect_and_for_503() {
        let exchange = Exchange::of;
        let location = Some("/login?redirect=x".to_owned());
        let sign_in = Answer { status: 302, location, ..Answer::default() };
        assert_eq!(of(&exchange(sign_in)).0, Verdict::Unauthenticated);
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
        let later = Answer { status: 503, retry_after: Some(Duration::ZERO), ..Answer::default() };
        assert_eq!(of(&exchange(later)).0, Verdict::Unreachable);
        let cut = Answer { status: 200, body: "{}".to_owned(), whole: false, ..Answer::default() };
        assert_eq!(of(&exchange(cut)).0, Verdict::Unknown);
    }

    #[test]
    fn what_may_have_been_applied_stays_unknown_until_a_success() {
        let after_a_loss = |status| {
            let answer = Answer { status, whole: true, ..Answer::default() };
            of(&Exchange { attempts: 2, blind: true, ..Exchange::of(answer) }).0
        };
        assert_eq!(after_a_loss(200), Verdict::Done);
        assert_eq!(after_a_loss(409), Verdict::Unknown);
        assert_eq!(after_a_loss(429), Verdict::Unknown);
    }

    #[test]
    fn the_stack_trace_is_never_read() {
        let status = response_status(
            r#"{"responseStatus":{"errorCode":"E","message":"m","stackTrace":"[REQUEST: {firstName:Ada}]","meta":{"a":"b"},
                "errors":[{"errorCode":"NotEmpty","fieldName":"title","message":"x","meta":{}}]}}"#,
        );
        assert!(!format!("{status:?}").contains("Ada"));
        assert_eq!(status.expect("a status").errors[0].field, "title");
    }
}
