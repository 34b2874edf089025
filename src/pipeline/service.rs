//! The service as a command talks to it: one client, one credential, and reading a customer.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::answer::{ResponseSummary, describe, unreachable_hint};
use super::{Interaction, PatchResult, service_errors};
use crate::auth::exchange::{Exchange, Hooks, Progress, exchange};
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::http::header::Header;
use crate::http::request::Request;
use crate::http::response_status::ResponseStatus;
use crate::http::verdict::Verdict;
use crate::http::{Attempt, Client, retry};
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::views::preview;

/// Opened when the first request needs it: a dry run works without a credential.
pub struct Service<'a> {
    profile: &'a Profile,
    interaction: &'a dyn Interaction,
    opened: Option<Opened>,
}

struct Opened {
    client: Client,
    sign_in: SignIn,
    /// The headers that sign in, as they are shown.
    credential: Vec<Header>,
}

/// What came of reading a customer.
pub struct ReadCustomer {
    pub request: Request,
    /// `None` if no answer came.
    pub response: Option<ResponseSummary>,
    pub current: Result<Snapshot, Failure>,
}

/// What is known of a request in the middle of an exchange.
#[derive(Debug, Default)]
pub struct ExchangeState {
    /// Until when nothing is sent.
    pause: Cell<Option<Instant>>,
    maybe_applied: Cell<bool>,
    begun: Cell<bool>,
}

impl ExchangeState {
    /// Whether an attempt was made at all.
    pub fn is_begun(&self) -> bool {
        self.begun.get()
    }

    pub fn may_have_been_applied(&self) -> bool {
        self.maybe_applied.get() || self.pause.get().is_none_or(|end| end <= Instant::now())
    }
}

/// Says that there is a pause, and keeps track of the exchange.
struct Tracking<'a> {
    state: &'a ExchangeState,
    interaction: &'a dyn Interaction,
}

impl Hooks for Tracking<'_> {
    type Error = Failure;

    async fn before_attempt(&mut self, _: Progress<'_>) -> Result<(), Failure> {
        self.state.begun.set(true);
        Ok(())
    }

    fn on_pause(&mut self, progress: Progress<'_>, pause: Duration) {
        self.state.pause.set(Instant::now().checked_add(pause));
        self.state.maybe_applied.set(progress.maybe_applied);
        let came = progress.previous.map(describe).unwrap_or_default();
        let (next, most, seconds) = (progress.next, retry::MAX_ATTEMPTS, pause.as_secs_f64());
        self.interaction.progress(&format!("{came}; attempt {next} of {most} at most in {seconds:.1} s"));
    }
}

impl<'a> Service<'a> {
    pub fn new(profile: &'a Profile, interaction: &'a dyn Interaction) -> Service<'a> {
        Service { profile, interaction, opened: None }
    }

    /// The client, and the credential of the profile, which is taken once for all requests of the command.
    async fn open(&mut self) -> Result<&Opened, Failure> {
        if self.opened.is_none() {
            let client = Client::new(self.profile.target()?, &self.profile.settings).map_err(|error| {
                Failure::from(error.context("the encrypted connection cannot be set up"))
                    .hint("a machine without certificates to trust needs a ca_file in the profile")
            })?;
            let (sign_in, credential) = signed_in(self.profile, &client, self.interaction).await?;
            self.opened = Some(Opened { client, sign_in, credential });
        }
        Ok(self.opened.as_ref().expect("it was opened just now"))
    }

    /// The headers that sign a request in, as they are shown.
    ///
    /// # Errors
    /// Where there is no credential, or nobody said where to send.
    pub async fn credential(&mut self) -> Result<Vec<Header>, Failure> {
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
        state: &ExchangeState,
    ) -> Result<Exchange, Failure> {
        let interaction = self.interaction;
        let opened = self.open().await?;
        interaction.verbose(2, &|| preview::marked_lines("> ", &request.to_http()));
        let mut hooks = Tracking { state, interaction };
        let exchange = exchange(&opened.client, &opened.sign_in, request, repeatable, &mut hooks).await?;
        if let Attempt::Response(answer) = &exchange.last {
            interaction.verbose(2, &|| {
                preview::marked_lines("< ", &format!("HTTP {}, {} bytes", answer.status, answer.body.len()))
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
    pub async fn ask(&mut self, id: u32) -> Result<ReadCustomer, Failure> {
        let path = self.profile.reading.path(id).ok_or_else(|| {
            Failure::usage("the profile reads no customers back (read = false)")
                .hint("take read = false out of the profile, or use another one")
        })?;
        let credential = self.credential().await?;
        let request = Request::get(self.profile.target()?, &path, credential);
        // Asking twice changes nothing, so an attempt that was lost leaves nothing unknown either.
        let exchange = Exchange {
            maybe_applied: false,
            ..self.exchange(&request, true, &ExchangeState::default()).await?
        };
        let (verdict, status) = exchange.verdict();
        Ok(ReadCustomer {
            request,
            response: ResponseSummary::of(&exchange, status.as_ref()),
            current: self.understood(id, &exchange, verdict, status.as_ref(), &self.advice().await),
        })
    }

    /// Reads a customer before anything is sent. If that fails, the result holds that exchange.
    ///
    /// # Errors
    /// As [`Service::ask`], and every way in which the answer can be no customer.
    pub async fn read(&mut self, id: u32, result: &mut PatchResult) -> Result<Snapshot, Failure> {
        let mut asked = self.ask(id).await?;
        if let Err(failure) = &mut asked.current {
            result.request = Some(asked.request);
            result.response = asked.response;
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
        let came = describe(&exchange.last);
        let unusable = |why: &str| unusable(id, &format!("{came}{why}"));
        // Reading applies nothing, whatever a 503 may have meant for a patch.
        let verdict = if is_busy(&exchange.last) { Verdict::Unreachable } else { verdict };
        let mut failure = match verdict {
            Verdict::Done => match &exchange.last {
                // What was masked must not come back to the service as the customer's value.
                Attempt::Response(answer) if answer.holds_secret => {
                    unusable(", but the secret that signs us in stands in the answer")
                }
                // A name with a replaced letter must not come back either.
                Attempt::Response(answer) if answer.repaired => unusable(", but the answer is not UTF-8"),
                Attempt::Response(answer) if answer.status == 200 => {
                    return Snapshot::read(&answer.body, id).map_err(|why| unusable(&format!(", but {why}")));
                }
                Attempt::Response(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {
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
                    .hint(unreachable_hint(&exchange.last))
            }
        };
        failure.problems.extend(status.iter().flat_map(|status| service_errors::problems(status)));
        failure.problems.extend(not_renewed(exchange));
        Err(failure)
    }
}

/// Signs in for the requests of a command, and gives the headers that they carry now, as they are shown.
///
/// # Errors
/// If there is no secret, or one that is not accepted, or the sign-in cannot be reached.
async fn signed_in(
    profile: &Profile,
    client: &Client,
    interaction: &dyn Interaction,
) -> Result<(SignIn, Vec<Header>), Failure> {
    let sign_in = profile.sign_in()?.with_request_log(interaction.sign_in_listener());
    let credential = sign_in.credential(client).await?;
    let described = sign_in.describe().await;
    interaction.verbose(1, &|| described.clone());
    sign_in.notes().await.iter().for_each(|note| interaction.progress(note));
    Ok((sign_in, credential.headers().to_vec()))
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
        return unusable(id, &describe(last));
    };
    unusable(id, &format!("the service answered {}, {why}", answer.status))
}
