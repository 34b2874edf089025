//! The service as one command talks to it: one client, one credential, and the questions for a customer.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::{preview, send};
use crate::auth::sign_in::SignIn;
use crate::commands::App;
use crate::commands::auth::signed_in;
use crate::config::Profile;
use crate::escape::{escaped, foreign};
use crate::failure::Failure;
use crate::http::request::{Header, Request};
use crate::http::verdict::{self, ResponseStatus, Verdict};
use crate::http::{Attempt, Client, Exchange, retry};
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::report::Report;

/// Opened when the first request needs it: a dry run works without a credential.
pub struct Service<'a> {
    profile: &'a Profile,
    app: &'a App<'a>,
    opened: Option<Opened>,
}

struct Opened {
    client: Client,
    sign_in: SignIn,
    /// The header that signs in, as it is shown.
    credential: Option<Header>,
}

/// What a question for a customer came to.
pub struct Asked {
    pub request: Json,
    /// As `-o json` prints it; none where no answer came.
    pub response: Option<Json>,
    pub current: Result<Snapshot, Failure>,
}

/// What is known of a request in the middle of an exchange.
#[derive(Debug, Default)]
pub struct UnderWay {
    /// Until when nothing is sent.
    pause: Cell<Option<Instant>>,
    blind: Cell<bool>,
    begun: Cell<bool>,
}

impl UnderWay {
    fn pauses(&self, attempt: &Attempt, pause: Duration) {
        self.pause.set(Instant::now().checked_add(pause));
        self.blind.set(self.blind.get() || retry::is_blind(attempt));
    }

    /// Whether an attempt was made at all.
    pub fn is_begun(&self) -> bool {
        self.begun.get()
    }

    pub fn may_have_been_applied(&self) -> bool {
        self.blind.get() || self.pause.get().is_none_or(|end| end <= Instant::now())
    }
}

impl<'a> Service<'a> {
    pub fn new(profile: &'a Profile, app: &'a App<'a>) -> Service<'a> {
        Service { profile, app, opened: None }
    }

    /// The client, and the credential of the profile, which is taken once for all requests of the command.
    async fn open(&mut self) -> Result<&Opened, Failure> {
        if self.opened.is_none() {
            let client = Client::new(self.profile.target()?, &self.profile.settings).map_err(|error| {
                Failure::from(error.context("the encrypted connection cannot be set up"))
                    .hint("a machine without certificates to trust needs a ca_file in the profile")
            })?;
            let (sign_in, credential) = signed_in(self.profile, &client, self.app).await?;
            self.opened = Some(Opened { client, sign_in, credential });
        }
        Ok(self.opened.as_ref().expect("it was opened just now"))
    }

    /// The header that signs a request in.
    ///
    /// # Errors
    /// Where there is no credential, or nobody said where to send.
    pub async fn credential(&mut self) -> Result<Option<Header>, Failure> {
        Ok(self.open().await?.credential.clone())
    }

    /// Sends a request, and again where that is safe.
    ///
    /// # Errors
    /// Where there is no credential, or nobody said where to send.
    pub async fn exchange(
        &mut self,
        request: &Request,
        repeatable: bool,
        under_way: &UnderWay,
    ) -> Result<Exchange, Failure> {
        let terminal = self.app.terminal;
        let opened = self.open().await?;
        terminal.verbose(2, || preview::lines("> ", &request.to_http()));
        let on_pause = |attempt: &Attempt, pause: Duration, next: u32| {
            under_way.pauses(attempt, pause);
            let most = retry::MOST_ATTEMPTS;
            let seconds = pause.as_secs_f64();
            terminal
                .say(&format!("{}; attempt {next} of {most} at most in {seconds:.1} s", what_came(attempt)));
        };
        under_way.begun.set(true);
        let exchange = opened.client.exchange(request, repeatable, &opened.sign_in, on_pause).await?;
        if let Attempt::Answer(answer) = &exchange.last {
            terminal.verbose(2, || {
                preview::lines("< ", &format!("HTTP {}, {} bytes", answer.status, answer.body.len()))
            });
        }
        Ok(exchange)
    }

    /// What to do when the service does not accept the sign-in.
    pub async fn advice(&self) -> String {
        match &self.opened {
            Some(opened) => opened.sign_in.advice().await,
            None => String::new(),
        }
    }

    /// Asks for a customer. The answer's body is never shown as it came: a real host says 404 with a body that looks
    /// like a customer who refused every consent.
    ///
    /// # Errors
    /// Where there is no credential, nobody said where to send, or the profile reads nothing back.
    pub async fn ask(&mut self, id: u32) -> Result<Asked, Failure> {
        let path = self.profile.reading.path(id).ok_or_else(|| {
            Failure::usage("the profile reads no customers back (read = false)")
                .hint("take read = false out of the profile, or use another one")
        })?;
        let credential = self.credential().await?;
        let request = Request::get(self.profile.target()?, &path, credential);
        // Asking twice changes nothing, so an attempt that was lost leaves nothing unknown either.
        let exchange =
            Exchange { blind: false, ..self.exchange(&request, true, &UnderWay::default()).await? };
        let (verdict, status) = verdict::of(&exchange);
        Ok(Asked {
            request: request.to_json(),
            response: response(&exchange, status.as_ref()),
            current: self.understood(id, &exchange, verdict, status.as_ref(), &self.advice().await),
        })
    }

    /// Asks for a customer before anything is sent. Where that fails, the report shows the question.
    ///
    /// # Errors
    /// As [`Service::ask`], and every way in which the answer can be no customer.
    pub async fn read(&mut self, id: u32, report: &mut Report) -> Result<Snapshot, Failure> {
        let mut asked = self.ask(id).await?;
        if let Err(failure) = &mut asked.current {
            report.request = Some(asked.request);
            report.response = asked.response;
            if let Some(first) = failure.problems.first_mut() {
                first.message.push_str("; nothing was sent");
            }
        }
        asked.current
    }

    fn understood(
        &self,
        id: u32,
        exchange: &Exchange,
        verdict: Verdict,
        status: Option<&ResponseStatus>,
        advice: &str,
    ) -> Result<Snapshot, Failure> {
        let came = what_came(&exchange.last);
        let unusable = |why: &str| unusable(id, &format!("{came}{why}"));
        // Reading applies nothing, whatever a 503 may have meant for a patch.
        let verdict = if is_busy(&exchange.last) { Verdict::Unreachable } else { verdict };
        let mut failure = match verdict {
            Verdict::Done => match &exchange.last {
                // What was masked must not come back to the service as the customer's value.
                Attempt::Answer(answer) if answer.holds_secret => {
                    unusable(", but the secret that signs us in stands in the answer")
                }
                // A name with a replaced letter must not come back either.
                Attempt::Answer(answer) if answer.repaired => unusable(", but the answer is not UTF-8"),
                Attempt::Answer(answer) if answer.status == 200 => {
                    return Snapshot::read(&answer.body, id).map_err(|why| unusable(&format!(", but {why}")));
                }
                Attempt::Answer(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {
                    unusable(", and only a 200 is a customer")
                }
            },
            Verdict::Unknown => unusable_answer(id, &exchange.last, status),
            Verdict::NotFound => {
                Failure::new(Outcome::NotFound, format!("{came}: it knows no customer {id}"))
                    .hint("look at the id, at the base URL, and at the profile's read_route")
            }
            Verdict::Unauthenticated => {
                Failure::new(Outcome::Unauthenticated, format!("{came}: it does not accept the sign-in"))
                    .hint(advice)
            }
            Verdict::Forbidden => {
                Failure::new(Outcome::Forbidden, format!("{came}: it does not allow reading customer {id}"))
            }
            Verdict::Rejected => {
                Failure::new(Outcome::Rejected, format!("{came}: it does not show customer {id}"))
                    .hint("look at the profile's read_route")
            }
            Verdict::Unreachable => {
                Failure::new(Outcome::Unreachable, format!("customer {id} could not be read: {came}"))
                    .hint(send::unreachable_hint(&exchange.last))
            }
        };
        failure.problems.extend(status.iter().flat_map(|status| wire::problems(status)));
        failure.problems.extend(not_renewed(exchange));
        Err(failure)
    }
}

/// Why the sign-in could not be renewed, where that was tried.
pub fn not_renewed(exchange: &Exchange) -> Vec<Problem> {
    exchange.not_renewed.clone().map(Failure::from).map(|failure| failure.problems).unwrap_or_default()
}

fn unusable(id: u32, why: &str) -> Failure {
    Failure::new(Outcome::Unknown, format!("customer {id} could not be read: {why}"))
        .hint("look at the base URL, and at the profile's read_route")
}

fn is_busy(last: &Attempt) -> bool {
    match last {
        Attempt::Answer(answer) => answer.status == 503,
        Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
    }
}

/// Of an answer that says nothing definite.
fn unusable_answer(id: u32, last: &Attempt, status: Option<&ResponseStatus>) -> Failure {
    let Attempt::Answer(answer) = last else { return unusable(id, &what_came(last)) };
    let code = status.map(|status| status.code.as_str()).filter(|code| !code.is_empty());
    if answer.status >= 500 {
        let code = code.map_or_else(String::new, |code| format!(", {}", escaped(code)));
        return unusable(id, &format!("the service answered {}{code}", answer.status))
            .hint("the service itself has failed, or a gateway before it: try again later");
    }
    let why = if answer.too_large {
        "but the answer has more than 1 MiB".to_owned()
    } else if !answer.whole {
        "but the answer was cut".to_owned()
    } else if let Some(code) = code {
        format!("but the answer speaks of an error, {}", escaped(code))
    } else if answer.body.trim_start().starts_with('<') {
        "but the answer is a page and no customer".to_owned()
    } else if (200..300).contains(&answer.status) && answer.status != 206 {
        "but the answer is not JSON".to_owned()
    } else {
        return unusable(id, &what_came(last));
    };
    unusable(id, &format!("the service answered {}, {why}", answer.status))
}

/// What came of an attempt, in a few words.
pub fn what_came(attempt: &Attempt) -> String {
    match attempt {
        Attempt::Answer(answer) => match verdict::doubt(answer) {
            Some(doubt) => format!("the service answered {} {doubt}", answer.status),
            // Where it leads to is said in the hint, or is a page to sign in on.
            None if (300..400).contains(&answer.status) => {
                format!("the service answered {}, a redirect", answer.status)
            }
            None => format!("the service answered {}", answer.status),
        },
        Attempt::NotSent { cause, .. } => format!("not reached: {cause}"),
        Attempt::Lost { cause } => format!("no whole answer: {cause}"),
    }
}

/// The last answer as `-o json` prints it.
pub fn response(exchange: &Exchange, status: Option<&ResponseStatus>) -> Option<Json> {
    let Attempt::Answer(answer) = &exchange.last else { return None };
    let mut response = json!({ "status": answer.status, "attempts": exchange.attempts });
    if let Some(ResponseStatus { code, message, .. }) = status {
        response["errorCode"] = foreign(code).into();
        response["message"] = foreign(message).into();
    }
    Some(response)
}
