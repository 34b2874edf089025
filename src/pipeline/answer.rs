//! The service's answer in words: what came, what is kept of it, and when to try again.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::auth::exchange::Exchange;
use crate::escape::{cut, foreign, quoted};
use crate::http::response_status::{ResponseStatus, is_same_name};
use crate::http::verdict;
use crate::http::{Attempt, Response};
use crate::secret::Secrets;

/// What is kept of the last answer.
#[derive(Debug, Clone)]
pub struct ResponseSummary {
    pub status: u16,
    pub attempts: u32,
    /// The service's own error code and message, made harmless.
    error: Option<(String, String)>,
}

impl ResponseSummary {
    /// `None` if no answer came.
    pub fn of(exchange: &Exchange, status: Option<&ResponseStatus>) -> Option<ResponseSummary> {
        let Attempt::Response(answer) = &exchange.last else { return None };
        let error = status.map(|status| (foreign(&status.code), foreign(&status.message)));
        Some(ResponseSummary { status: answer.status, attempts: exchange.attempts, error })
    }

    /// The service's own error code and message.
    pub fn error(&self) -> Option<(&str, &str)> {
        self.error.as_ref().map(|(code, message)| (code.as_str(), message.as_str()))
    }

    pub fn to_json(&self) -> Json {
        let mut response = json!({ "status": self.status, "attempts": self.attempts });
        if let Some((code, message)) = &self.error {
            response["errorCode"] = code.as_str().into();
            response["message"] = message.as_str().into();
        }
        response
    }
}

/// What came of an attempt, in a few words.
pub fn describe(attempt: &Attempt) -> String {
    match attempt {
        Attempt::Response(answer) if is_of_gateway(answer) => {
            format!("a gateway in front of the service answered {} with a page", answer.status)
        }
        Attempt::Response(answer) => match verdict::why_no_success(answer) {
            Some(why_no_success) => format!("the service answered {} {why_no_success}", answer.status),
            // Where it leads to is said in the hint, or is a page to sign in on.
            None if (300..400).contains(&answer.status) => {
                format!("the service answered {}, a redirect", answer.status)
            }
            None => format!("the service answered {}", answer.status),
        },
        Attempt::NotSent { cause, .. } => format!("not reached: {cause}"),
        Attempt::Lost { cause } => format!("the response was cut off or never came: {cause}"),
    }
}

/// The status and the body as `-vv` shows them: our own secrets masked, without what the framework adds for its developers,
/// and of a page so much as tells what it is.
pub fn shown(answer: &Response, secrets: &Secrets) -> String {
    let head = format!("HTTP {}, {} bytes", answer.status, answer.body.len());
    let body = secrets.masked_body(&answer.body);
    let body = match serde_json::from_str::<Json>(&body) {
        Ok(mut json) => {
            let is_less = drop_internals(&mut json);
            cut(if is_less { json.to_string() } else { body }.as_str(), LONGEST_BODY)
        }
        Err(_) => cut(&body, LONGEST_PAGE),
    };
    if body.trim().is_empty() { head } else { format!("{head}\n\n{}", body.trim_end()) }
}

/// What is shown of a body, in characters.
const LONGEST_BODY: usize = 20_000;
const LONGEST_PAGE: usize = 500;

/// Takes out a stack trace, which repeats the request on some hosts, and `meta`; tells whether there was one.
fn drop_internals(json: &mut Json) -> bool {
    match json {
        Json::Object(members) => {
            let before = members.len();
            members.retain(|key, _| !["stackTrace", "meta"].iter().any(|own| is_same_name(own, key)));
            let inner = members.iter_mut().fold(false, |found, (_, value)| drop_internals(value) | found);
            members.len() < before || inner
        }
        Json::Array(items) => items.iter_mut().fold(false, |found, item| drop_internals(item) | found),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

/// A query may hold what is nobody's business, so it is left out.
pub fn redirect_hint(location: &str) -> String {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    format!(
        "it points to {}, and redirects are not followed: check that the base URL is right",
        quoted(location)
    )
}

/// What to do where the service knows who asks, and does not let them.
pub const NOT_ALLOWED: &str = "check that this is the right sign-in (`booster auth status`), or ask the \
service's administrator for access";

pub fn unreachable_hint(last: &Attempt) -> String {
    match last {
        Attempt::Response(answer) => retry_later_hint(answer.retry_after),
        Attempt::NotSent { hint: Some(hint), .. } => hint.clone(),
        Attempt::NotSent { hint: None, .. } | Attempt::Lost { .. } => {
            "check the base URL and the network connection".to_owned()
        }
    }
}

/// Whether a page says that all is well, where only JSON can.
pub fn is_page(last: &Attempt) -> bool {
    match last {
        Attempt::Response(answer) => answer.status < 400 && verdict::is_html(answer),
        Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
    }
}

/// Whether something in front of the service answered: the service itself has no pages for that.
pub fn is_of_gateway(answer: &Response) -> bool {
    (502..=504).contains(&answer.status) && verdict::is_html(answer)
}

fn retry_later_hint(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!("try again {}, as the service asks", when(pause)),
        None => "try again later".to_owned(),
    }
}

/// After which time something is done: `in 1.5 s`, `in 2 min`, or `now` where nobody would notice the pause.
pub fn when(pause: Duration) -> String {
    // Rounded up, so that nobody is too early.
    let tenths = pause.as_millis().div_ceil(100);
    match (tenths / 10, tenths % 10) {
        _ if pause.is_zero() => "now".to_owned(),
        (seconds @ 0..10, tenths @ 1..) => format!("in {seconds}.{tenths} s"),
        _ => {
            let seconds = u64::try_from(tenths.div_ceil(10)).unwrap_or(u64::MAX);
            format!("in {}", format_duration(Duration::from_secs(seconds)))
        }
    }
}

/// A time as a person says it, in its two largest units.
fn format_duration(time: Duration) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let seconds = time.as_secs();
    let (large, small) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3600 => ((seconds / 60, "min"), (seconds % 60, "s")),
        3600..DAY => ((seconds / 3600, "h"), (seconds % 3600 / 60, "min")),
        _ if seconds / DAY > 366 => return "more than a year".to_owned(),
        _ => ((seconds / DAY, "d"), (seconds % DAY / 3600, "h")),
    };
    let parts = [large, small].into_iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_said_to_the_tenth_of_a_second_where_it_is_short() {
        for (milliseconds, said) in [
            (0, "now"),
            (1, "in 0.1 s"),
            (430, "in 0.5 s"),
            (1_000, "in 1 s"),
            (1_950, "in 2 s"),
            (9_901, "in 10 s"),
            (30_000, "in 30 s"),
            (90_000, "in 1 min 30 s"),
        ] {
            assert_eq!(when(Duration::from_millis(milliseconds)), said);
        }
    }

    #[test]
    fn a_time_is_said_in_its_two_largest_units() {
        for (seconds, said) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (3_600, "1 h"),
            (5_400, "1 h 30 min"),
            (200_000, "2 d 7 h"),
            (u64::MAX, "more than a year"),
        ] {
            assert_eq!(format_duration(Duration::from_secs(seconds)), said);
        }
    }
}
