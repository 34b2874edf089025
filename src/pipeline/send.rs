//! Sending the patch, and what its answer means.

use super::answer::{NOT_ALLOWED, ResponseSummary, describe, is_page, redirect_hint, unreachable_hint};
use super::service::{ExchangeState, FilledValues, Service, Watch};
use super::{PatchContext, PatchResult, read, service_errors};
use crate::auth::exchange::Exchange;
use crate::failure::Failure;
use crate::http::request::{Proposal, Request};
use crate::http::response_status::ResponseStatus;
use crate::http::verdict::Verdict;
use crate::http::{Attempt, Response};
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::platform::signals::Signal;

/// The request as a dry run shows it; `None` if nobody said where to send.
pub fn planned(body: &str, context: &PatchContext<'_>) -> Option<Proposal> {
    let base_url = context.profile.base_url.as_ref()?;
    let credential = context.profile.shown_credential();
    Some(Request::patch_customer(base_url, context.id, body.to_owned(), credential).of_run(None))
}

/// Sends the request, and again where that is safe; gives what the service answered, in words.
///
/// # Errors
/// Every verdict but success, and what `watch` ends it with.
pub async fn send(
    request: Request,
    patch: &Patch,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    watch: &impl Watch,
    result: &mut PatchResult,
) -> Result<String, Failure> {
    let request = result.request.insert(request);
    let taken = filled_values_of(patch, context, result.snapshot.as_ref());
    let exchange = service.exchange(request, patch.is_repeatable(), watch, taken.as_ref()).await?;
    let (verdict, status) = exchange.verdict();
    let advice = match verdict {
        Verdict::Unauthenticated => service.advice().await,
        _ => String::new(),
    };
    conclude(&exchange, (verdict, status), patch, context, advice, result)
}

/// What the patch holds of the record: fields, and lists with items of the record.
fn filled_values_of<'a>(
    patch: &Patch,
    context: &PatchContext<'_>,
    snapshot: Option<&'a Snapshot>,
) -> Option<FilledValues<'a>> {
    let snapshot = snapshot?;
    let is_taken = |given: &Given| {
        let is_items_own = |item: &Item| item.source == Source::Record;
        given.source == Source::Record
            || matches!(&given.value, Value::List(items) if items.iter().any(is_items_own))
    };
    let fields: Vec<_> = patch.iter().filter(|(_, given)| is_taken(given)).map(|(field, _)| field).collect();
    (!fields.is_empty()).then_some(FilledValues { id: context.id, fields, snapshot })
}

/// The end of an exchange that a signal cut short.
pub fn interrupted(signal: Signal, state: &ExchangeState) -> Failure {
    let failure = if !state.is_begun() {
        Failure::interrupted()
    } else if state.may_have_been_applied() {
        Failure::interrupted_under_way()
    } else {
        Failure::new(Outcome::Stopped, "interrupted before the request was repeated; nothing was applied")
    };
    failure.exiting_with(signal.exit_code())
}

/// What to do about a refusal: what the service says of it is in the problems below.
fn refusal_hint(status: Option<&ResponseStatus>) -> &'static str {
    let says_why = status.is_some_and(|status| !service_errors::problems(status).is_empty());
    if says_why {
        "correct what the service reports below"
    } else {
        "the service does not say why: ask its administrator"
    }
}

/// What the end of the exchange means.
fn conclude(
    exchange: &Exchange,
    (verdict, status): (Verdict, Option<ResponseStatus>),
    patch: &Patch,
    context: &PatchContext<'_>,
    advice: String,
    result: &mut PatchResult,
) -> Result<String, Failure> {
    result.response = ResponseSummary::of(exchange, status.as_ref());
    let id = context.id;
    let answer = describe(&exchange.last);
    let mut failure = match verdict {
        Verdict::Done => return Ok(answer),
        Verdict::Rejected => {
            let failure = Failure::new(
                Outcome::Rejected,
                format!("{answer}: it refused the patch; nothing was applied"),
            );
            match &exchange.last {
                Attempt::Response(Response { status: 300..=399, location: Some(location), .. }) => {
                    failure.hint(redirect_hint(location))
                }
                Attempt::Response(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {
                    failure.hint(refusal_hint(status.as_ref()))
                }
            }
        }
        Verdict::Unauthenticated => {
            Failure::new(Outcome::Unauthenticated, format!("{answer}: it does not accept the sign-in"))
                .hint(advice)
        }
        Verdict::Forbidden => {
            Failure::new(Outcome::Forbidden, format!("{answer}: it does not allow this")).hint(NOT_ALLOWED)
        }
        Verdict::NotFound => Failure::new(Outcome::NotFound, format!("{answer}: there is no customer {id}"))
            .hint("check the id and the base URL, which must end before /customer"),
        Verdict::Unreachable => Failure::new(Outcome::Unreachable, format!("{answer}; nothing was applied"))
            .hint(unreachable_hint(&exchange.last)),
        Verdict::Unknown => {
            let again = if patch.is_repeatable() {
                "you can send it again: it sets the same values".to_owned()
            } else {
                format!("check customer {id} first: sending lists or notes again may add them twice")
            };
            let page = "check the base URL: it returns a web page, perhaps a sign-in page; ";
            let page = if is_page(&exchange.last) { page } else { "" };
            Failure::new(Outcome::Unknown, format!("{answer}: it is not known whether the patch was applied"))
                .hint(format!("{page}{again}"))
        }
    };
    failure.problems.extend(status.iter().flat_map(service_errors::problems));
    failure.problems.extend(read::not_renewed(exchange));
    Err(failure)
}
