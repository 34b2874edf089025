//! What the answer to reading a customer means: the customer, or why there is none.

use jiff::tz::TimeZone;

use super::answer::{NOT_ALLOWED, describe, unreachable_hint};
use super::service_errors;
use crate::auth::exchange::Exchange;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::http::Attempt;
use crate::http::response_status::ResponseStatus;
use crate::http::verdict::{self, Verdict};
use crate::model::field::Record;
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::outcome::Outcome;

/// The customer that an answer shows, by the verdict on it. `advice` says what to do if the sign-in is not accepted; `record` is
/// the profile's table, and `time_zone` the service's own.
///
/// # Errors
/// Every way in which the answer can be no customer: 4, 5 or 6 if the service says so, else 7, since reading applies
/// nothing.
pub fn snapshot_of(
    id: u32,
    exchange: &Exchange,
    (verdict, status): (Verdict, Option<&ResponseStatus>),
    advice: &str,
    record: &'static Record,
    time_zone: Option<&TimeZone>,
) -> Result<Snapshot, Failure> {
    let came = || describe(&exchange.last);
    let unusable = |why: &str| unusable(id, &format!("{}{why}", came()));
    // Reading applies nothing, whatever a 503 may have meant for a patch.
    let verdict = if is_busy(&exchange.last) { Verdict::Unreachable } else { verdict };
    let mut failure = match verdict {
        Verdict::Done => match &exchange.last {
            // What was masked must not come back to the service as the customer's value.
            Attempt::Response(answer) if answer.holds_secret => {
                unusable(", but the response contains the secret used to sign in")
            }
            // A name with a replaced letter must not come back either.
            Attempt::Response(answer) if answer.repaired => unusable(", but the response is not UTF-8"),
            Attempt::Response(answer) if answer.status == 200 => {
                return Snapshot::read(record, &answer.body, id, time_zone)
                    .map_err(|why| unusable(&format!(", but {why}")));
            }
            Attempt::Response(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {
                unusable(", and only 200 means that there is a customer")
            }
        },
        Verdict::Unknown => unusable_answer(id, &exchange.last, status),
        Verdict::NotFound => {
            Failure::new(Outcome::NotFound, format!("{}: there is no customer {id}", came()))
                .hint("check the id, the base URL, and the profile's read_route")
        }
        Verdict::Unauthenticated => {
            Failure::new(Outcome::Unauthenticated, format!("{}: it does not accept the sign-in", came()))
                .hint(advice)
        }
        Verdict::Forbidden => {
            Failure::new(Outcome::Forbidden, format!("{}: it does not allow reading customer {id}", came()))
                .hint(NOT_ALLOWED)
        }
        Verdict::Rejected => {
            Failure::new(Outcome::Rejected, format!("{}: customer {id} cannot be read there", came()))
                .hint("check the profile's read_route")
        }
        Verdict::Unreachable => {
            Failure::new(Outcome::Unreachable, format!("customer {id} could not be read: {}", came()))
                .hint(unreachable_hint(&exchange.last))
        }
    };
    failure.problems.extend(status.iter().flat_map(|status| service_errors::problems(status)));
    failure.problems.extend(not_renewed(exchange));
    Err(failure)
}

/// Why the sign-in could not be renewed, where that was tried.
pub fn not_renewed(exchange: &Exchange) -> Vec<Problem> {
    exchange.not_renewed.clone().map(Failure::from).map(|failure| failure.problems).unwrap_or_default()
}

fn unusable(id: u32, why: &str) -> Failure {
    Failure::new(Outcome::Unreachable, format!("customer {id} could not be read: {why}"))
        .hint("check the base URL and the profile's read_route")
}

fn is_busy(last: &Attempt) -> bool {
    match last {
        Attempt::Response(answer) => answer.status == 503,
        Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
    }
}

/// Of an answer that says nothing definite.
fn unusable_answer(id: u32, last: &Attempt, status: Option<&ResponseStatus>) -> Failure {
    let Attempt::Response(answer) = last else { return unusable(id, &describe(last)) };
    let code = status.map(|status| status.code.as_str()).filter(|code| !code.is_empty());
    if answer.status >= 500 {
        let code = code.map_or_else(String::new, |code| format!(", {}", escaped(code)));
        return unusable(id, &format!("{}{code}", describe(last)))
            .hint("the service, or a gateway in front of it, has failed: try again later");
    }
    let code = code.map_or_else(String::new, |code| format!(", {}", escaped(code)));
    match verdict::why_no_success(answer) {
        Some(why) => unusable(id, &format!("the service answered {} {why}{code}", answer.status)),
        None => unusable(id, &format!("{}{code}", describe(last))),
    }
}
