//! The way of every single patch, whichever command it comes from: filled, checked, compared, shown, permitted, kept,
//! sent, looked at.

use std::time::Duration;

use serde_json::json;

use super::confirm::{Confirmation, Shown};
use super::context::Around;
use super::gather::{Inputs, Strictness};
use super::preview;
use super::service::{self, Service, UnderWay, what_came};
use crate::config::Profile;
use crate::escape::quoted;
use crate::failure::Failure;
use crate::http::request::Request;
use crate::http::verdict::{self, Verdict};
use crate::http::{Answer, Attempt, Exchange};
use crate::model::patch::Patch;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::platform::signals::Signal;
use crate::report::Report;
use crate::state::history::Run;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DryRun {
    Text,
    /// Request line, headers and body, byte for byte.
    Http,
    /// The body alone.
    Json,
    /// A command line.
    Curl,
}

/// One patch, gathered, and what is wanted around it.
pub struct Errand<'a> {
    pub inputs: Inputs,
    pub strictness: Strictness,
    pub dry_run: Option<DryRun>,
    pub confirmation: &'a Confirmation,
    /// How far the user has seen and agreed to it.
    pub shown: Shown,
    pub around: Around<'a>,
}

/// Carries the errand out, and gives the run back in which it was sent; none where nothing was to be.
///
/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub async fn carry_out(
    errand: Errand<'_>,
    service: &mut Service<'_>,
    report: &mut Report,
) -> Result<Option<Run>, Failure> {
    let Errand { mut inputs, strictness, dry_run, confirmation, shown, mut around } = errand;
    let (id, profile, app) = (around.id, around.profile, around.app);
    around.fill(&mut inputs, strictness, dry_run.is_some(), service, report).await?;
    let checked = inputs.check(strictness)?;
    let patch = checked.patch;
    report.problems.extend(checked.warnings);
    app.terminal.verbose(1, || preview::layers(&patch));

    let differences = around.compare(&patch, report);
    if let Some(form) = dry_run {
        plan(form, id, &patch, checked.body, profile, report)?;
        around.planned(form == DryRun::Text, differences.as_deref(), report);
        return Ok(None);
    }
    if differences.as_ref().is_some_and(Vec::is_empty) {
        around.unchanged(report);
        return Ok(None);
    }
    let target = profile.target()?;
    around.tell(&patch, differences.as_deref());
    let preview = || around.preview(&patch, differences.as_deref());
    let shown = around.shown(shown, differences.as_deref());
    let permit = confirmation.permit(app, profile, preview, shown, report)?;
    let credential = service.credential().await?;
    let proposal = Request::patch_customer(target, id, checked.body, credential);
    let was_shown = differences.is_some() || permit.was_asked || shown == Shown::Agreed;
    around.still_the_same(&patch, was_shown, service, report).await?;
    app.interrupts.about_to_send();
    around.begin();
    around.back_up(&patch, strictness, report)?;
    around.note_begun(&patch, report);
    if app.json {
        report.request = Some(proposal.to_json());
    }
    let request = proposal.permitted(&permit.permission);
    let under_way = UnderWay::default();
    let sending = service.exchange(&request, patch.is_repeatable(), &under_way);
    let ended = match app.interrupts.or_signal(sending).await {
        Ok(Ok(exchange)) => {
            let advice = service.advice().await;
            conclude(id, &patch, &exchange, profile, advice, report)
        }
        Ok(Err(failure)) => Err(failure),
        Err(signal) => Err(interrupted(signal, &under_way, report)),
    };
    around.conclude(ended, &patch, service, report).await?;
    Ok(Some(around.run))
}

/// Shows what would go out. Neither a credential nor, for the body alone, an address is needed.
fn plan(
    form: DryRun,
    id: u32,
    patch: &Patch,
    body: String,
    profile: &Profile,
    report: &mut Report,
) -> Result<(), Failure> {
    report.outcome = Outcome::Planned;
    report.verbatim = form == DryRun::Json;
    let Some(base_url) = &profile.base_url else {
        report.request = Some(json!({ "method": "PATCH", "body": wire::object(patch) }));
        report.text = match form {
            DryRun::Http | DryRun::Curl => return profile.target().map(|_| ()),
            DryRun::Json => body,
            DryRun::Text => preview::dry_run(id, patch, profile),
        };
        return Ok(());
    };
    let request = Request::patch_customer(base_url, id, body, profile.shown_credential());
    report.request = Some(request.to_json());
    report.verbatim = form != DryRun::Text;
    report.text = match form {
        DryRun::Text => preview::dry_run(id, patch, profile),
        DryRun::Http => request.to_http(),
        DryRun::Json => request.into_body(),
        DryRun::Curl => request.to_curl() + "\n",
    };
    if form == DryRun::Curl && profile.is_sandbox {
        report.afterword = SANDBOX_ENDS.to_owned();
    }
    Ok(())
}

/// What is said of an address that a curl line would no longer reach.
const SANDBOX_ENDS: &str =
    "The sandbox ends with this command, and its address with it; `booster sandbox` keeps one running.";

fn interrupted(signal: Signal, under_way: &UnderWay, report: &mut Report) -> Failure {
    report.exit_code = Some(signal.exit_code());
    if !under_way.is_begun() {
        Failure::interrupted()
    } else if under_way.may_have_been_applied() {
        Failure::interrupted_under_way()
    } else {
        Failure::new(Outcome::Stopped, "interrupted before the request was repeated; nothing was applied")
    }
}

/// Turns the end of the exchange into the report's outcome.
fn conclude(
    id: u32,
    patch: &Patch,
    exchange: &Exchange,
    profile: &Profile,
    advice: String,
    report: &mut Report,
) -> Result<(), Failure> {
    let (verdict, status) = verdict::of(exchange);
    report.response = service::response(exchange, status.as_ref());
    let came = what_came(&exchange.last);
    let failure = match verdict {
        Verdict::Done => {
            report.outcome = Outcome::Sent;
            report.text = preview::sent(id, patch, profile, &came);
            return Ok(());
        }
        Verdict::Rejected => {
            let failure =
                Failure::new(Outcome::Rejected, format!("{came}: it refused the patch, nothing was applied"));
            match &exchange.last {
                Attempt::Answer(Answer { status: 300..=399, location: Some(location), .. }) => {
                    failure.hint(redirected(location))
                }
                Attempt::Answer(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => failure,
            }
        }
        Verdict::Unauthenticated => {
            Failure::new(Outcome::Unauthenticated, format!("{came}: it does not accept the sign-in"))
                .hint(advice)
        }
        Verdict::Forbidden => Failure::new(Outcome::Forbidden, format!("{came}: it does not allow this")),
        Verdict::NotFound => Failure::new(Outcome::NotFound, format!("{came}: it knows no customer {id}"))
            .hint("look at the id, and at the base URL, which must end before /customer"),
        Verdict::Unreachable => Failure::new(Outcome::Unreachable, format!("{came}; nothing was applied"))
            .hint(unreachable_hint(&exchange.last)),
        Verdict::Unknown => {
            let again = if patch.is_repeatable() {
                "sending it again is harmless: it sets the same values".to_owned()
            } else {
                format!("look at customer {id} first: sending lists or notes again may add them twice")
            };
            let page = "look at the base URL: a page answers there, perhaps one to sign in on; ";
            let page = if is_page(&exchange.last) { page } else { "" };
            Failure::new(Outcome::Unknown, format!("{came}: the patch may have been applied, or not"))
                .hint(format!("{page}{again}"))
        }
    };
    let mut failure = failure;
    failure.problems.extend(status.iter().flat_map(wire::problems));
    failure.problems.extend(service::not_renewed(exchange));
    Err(failure)
}

/// A query may hold what is nobody's business, so it is left out.
fn redirected(location: &str) -> String {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    format!(
        "it points to {}, and no redirect is followed: look whether the base URL is right",
        quoted(location)
    )
}

pub fn unreachable_hint(last: &Attempt) -> String {
    match last {
        Attempt::Answer(answer) => come_back(answer.retry_after),
        Attempt::NotSent { hint: Some(hint), .. } => hint.clone(),
        Attempt::NotSent { hint: None, .. } | Attempt::Lost { .. } => {
            "look at the base URL and the network".to_owned()
        }
    }
}

fn is_page(last: &Attempt) -> bool {
    match last {
        Attempt::Answer(answer) => verdict::is_page(answer),
        Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
    }
}

fn come_back(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!("come back in {}: the service asks for that", readable(pause)),
        None => "come back later".to_owned(),
    }
}

/// A time as a person says it, in its two largest units.
fn readable(time: Duration) -> String {
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
            assert_eq!(readable(Duration::from_secs(seconds)), said);
        }
    }
}
