//! The service as a command talks to it: one client, one credential, and reading a customer.

use std::cell::Cell;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::OnceCell;

use super::answer::{self, ResponseSummary, describe, when};
use super::{Interaction, PatchResult, read};
use crate::auth::exchange::{Exchange, Hooks, Progress, exchange, try_once};
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::failure::Failure;
use crate::http::header::Header;
use crate::http::pace::{Pace, TooLong};
use crate::http::request::Request;
use crate::http::{Attempt, Client};
use crate::model::field::Field;
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::state::history::Run;
use crate::views::preview;

/// Opened when the first request needs it: a dry run works without a credential.
pub struct Service<'a> {
    profile: &'a Profile,
    interaction: &'a dyn Interaction,
    /// Named by every request, so that all of a command can be found together in the service's log.
    run: Run,
    /// What the requests of a bulk job wait for.
    pace: Option<Pace>,
    /// How many connections are kept for the requests that follow.
    connections: usize,
    opened: OnceCell<Opened>,
    #[cfg(test)]
    pub stand_in: Option<std::sync::Arc<dyn crate::http::StandIn>>,
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

/// What the caller of an exchange does before its attempts, and is told on the way.
pub trait Watch {
    /// Called when an attempt is about to leave, after all that it has to wait for.
    ///
    /// # Errors
    /// What ends the exchange, without this attempt.
    async fn about_to_send(&self) -> Result<(), Failure>;

    /// Called before a pause between two attempts.
    fn on_pause(&self, progress: Progress<'_>, pause: Duration);
}

impl Watch for ExchangeState {
    async fn about_to_send(&self) -> Result<(), Failure> {
        self.begun.set(true);
        Ok(())
    }

    fn on_pause(&self, progress: Progress<'_>, pause: Duration) {
        self.pause.set(Instant::now().checked_add(pause));
        self.maybe_applied.set(progress.maybe_applied);
    }
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

/// The values that a patch has taken from the record, which must be the same when it is repeated: a consent may have
/// been withdrawn meanwhile.
pub struct FilledValues<'a> {
    pub id: u32,
    pub fields: Vec<&'static Field>,
    pub snapshot: &'a Snapshot,
}

/// Says that there is a pause, keeps track of the exchange, and looks at the values taken from the record again before
/// an attempt is repeated.
struct Tracking<'a, W> {
    watch: &'a W,
    interaction: &'a dyn Interaction,
    pace: Option<&'a Pace>,
    opened: &'a Opened,
    /// The values, and the request that reads them.
    taken: Option<(&'a FilledValues<'a>, Request)>,
    time_zone: Option<&'a TimeZone>,
}

impl<W> Tracking<'_, W> {
    /// # Errors
    /// Stopped if a value has changed, unreachable if the customer cannot be read; unknown in either case if an earlier
    /// attempt may have been applied.
    async fn check_filled_values(&self, maybe_applied: bool) -> Result<(), Failure> {
        let Some((taken, request)) = &self.taken else { return Ok(()) };
        let last = try_once(&self.opened.client, &self.opened.sign_in, request).await;
        let exchange =
            Exchange { last, attempts: 1, maybe_applied: false, signed_in: true, not_renewed: None };
        let (verdict, status) = exchange.verdict();
        let judged = (verdict, status.as_ref());
        let advice = self.opened.sign_in.advice().await;
        let snapshot = read::snapshot_of(
            taken.id,
            &exchange,
            judged,
            &advice,
            taken.snapshot.carried().record(),
            self.time_zone,
        );
        let earlier =
            if maybe_applied { "an earlier attempt may have been applied" } else { "nothing was applied" };
        let failure = match snapshot {
            Ok(now) => {
                let changed = taken
                    .fields
                    .iter()
                    .filter(|field| taken.snapshot.field_to_json(field) != now.field_to_json(field));
                let problems: Vec<Problem> = changed
                    .map(|field| {
                        let message = format!(
                            "{} has changed since it was taken from the record, so the patch was not repeated; {earlier}",
                            field.name
                        );
                        let hint = "run the command again to use the new value";
                        Problem::of(Outcome::Stopped, message).on(field.name).hint(hint)
                    })
                    .collect();
                if problems.is_empty() {
                    return Ok(());
                }
                Failure::with(Outcome::Stopped, problems)
            }
            Err(failure) => {
                let message = format!(
                    "the patch was not repeated, since the values taken from the record could not be read again; {earlier}"
                );
                let mut unread = Failure::new(Outcome::Unreachable, message);
                unread.problems.extend(failure.problems);
                unread
            }
        };
        Err(if maybe_applied { Failure { outcome: Outcome::Unknown, ..failure } } else { failure })
    }
}

impl<W: Watch> Hooks for Tracking<'_, W> {
    type Error = Failure;

    async fn before_attempt(&mut self, progress: Progress<'_>) -> Result<(), Failure> {
        if progress.previous.is_some() {
            Box::pin(self.check_filled_values(progress.maybe_applied)).await?;
        }
        if let Some(pace) = self.pace {
            pace.turn().await.map_err(|TooLong(left)| {
                let asks = "the service asks for a longer pause than --max-wait allows";
                let failure = if progress.maybe_applied {
                    let message = format!("{asks}; an earlier attempt may have been applied");
                    Failure::new(Outcome::Unknown, message)
                } else {
                    Failure::new(Outcome::Unreachable, asks)
                };
                failure.hint(format!("try again {}, as the service asks", when(left)))
            })?;
        }
        self.watch.about_to_send().await
    }

    fn on_pause(&mut self, progress: Progress<'_>, pause: Duration) -> bool {
        if self.pace.is_some_and(|pace| pause > pace.longest_wait()) {
            return false;
        }
        self.watch.on_pause(progress, pause);
        if let (Some(pace), Some(asked)) = (self.pace, progress.previous.and_then(asked_to_wait)) {
            pace.close_for(asked.unwrap_or(pause));
        }
        let came = progress.previous.map(describe).unwrap_or_default();
        let (next, limit, when) = (progress.next, progress.limit, when(pause));
        self.interaction.progress(&format!("{came}; trying again {when} (attempt {next} of {limit})"));
        true
    }
}

/// Whether the service asked for a pause, and for how long, where it said that.
fn asked_to_wait(attempt: &Attempt) -> Option<Option<Duration>> {
    match attempt {
        Attempt::Response(response) if response.status == 429 => Some(response.retry_after),
        Attempt::Response(response) if response.status == 503 => response.retry_after.map(Some),
        Attempt::Response(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => None,
    }
}

impl<'a> Service<'a> {
    pub fn new(profile: &'a Profile, interaction: &'a dyn Interaction) -> Service<'a> {
        let (run, opened) = (Run::new(Timestamp::now()), OnceCell::new());
        Service {
            profile,
            interaction,
            run,
            pace: None,
            connections: 0,
            opened,
            #[cfg(test)]
            stand_in: None,
        }
    }

    /// The same for the requests of a bulk job, which share a pace and this many connections.
    pub fn of_job(
        profile: &'a Profile,
        interaction: &'a dyn Interaction,
        run: Run,
        pace: Pace,
        connections: usize,
    ) -> Service<'a> {
        Service { run, pace: Some(pace), connections, ..Service::new(profile, interaction) }
    }

    /// What the requests of a bulk job wait for.
    pub fn pace(&self) -> Option<&Pace> {
        self.pace.as_ref()
    }

    /// The run that the requests are a part of.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The client, and the credential of the profile, which is taken once for all requests of the command.
    async fn open(&self) -> Result<&Opened, Failure> {
        let open = || async {
            let (target, settings) = (self.profile.target()?, &self.profile.settings);
            let client = Client::keeping(self.connections, target, settings).map_err(|error| {
                Failure::from(error.context("the encrypted connection cannot be set up"))
                    .hint("if this machine has no trusted certificates, set ca_file in the profile")
            })?;
            #[cfg(test)]
            let client = client.answered_by(self.stand_in.clone());
            let (sign_in, credential) = signed_in(self.profile, &client, self.interaction).await?;
            Ok(Opened { client, sign_in, credential })
        };
        self.opened.get_or_try_init(open).await
    }

    /// The headers that sign a request in, as they are shown.
    ///
    /// # Errors
    /// If there is no credential, or nobody said where to send.
    pub async fn credential(&self) -> Result<Vec<Header>, Failure> {
        Ok(self.open().await?.credential.clone())
    }

    /// Sends a request, and again where that is safe.
    ///
    /// # Errors
    /// If there is no credential, or nobody said where to send.
    pub async fn exchange(
        &self,
        request: &Request,
        repeatable: bool,
        watch: &impl Watch,
        taken: Option<&FilledValues<'_>>,
    ) -> Result<Exchange, Failure> {
        let interaction = self.interaction;
        let taken = match taken {
            Some(taken) => Some((taken, self.get_request(taken.id).await?)),
            None => None,
        };
        let time_zone = self.profile.reading.time_zone.as_ref();
        let opened = self.open().await?;
        interaction.verbose(2, &|| preview::marked_lines("> ", &request.to_http()));
        let pace = self.pace.as_ref();
        let mut hooks = Tracking { watch, interaction, pace, opened, taken, time_zone };
        let exchange = exchange(&opened.client, &opened.sign_in, request, repeatable, &mut hooks).await?;
        if let (Some(pace), Some(Some(asked))) = (&self.pace, asked_to_wait(&exchange.last)) {
            pace.close_for(asked);
        }
        if let Attempt::Response(answer) = &exchange.last {
            let secrets = opened.sign_in.secrets();
            interaction.verbose(2, &|| preview::marked_lines("< ", &answer::shown(answer, secrets)));
        }
        Ok(exchange)
    }

    /// What to do when the service does not accept the sign-in.
    pub async fn advice(&self) -> String {
        match self.opened.get() {
            Some(opened) => opened.sign_in.advice().await,
            None => String::new(),
        }
    }

    /// Asks for a customer. Only with `-vv` is the answer's body shown as it came: a real host says 404 with a body that looks
    /// like a customer who refused every consent.
    ///
    /// # Errors
    /// If there is no credential, nobody said where to send, or the profile reads nothing back.
    pub async fn get(&self, id: u32) -> Result<ReadCustomer, Failure> {
        let request = self.get_request(id).await?;
        // Asking twice changes nothing, so an attempt that was lost leaves nothing unknown either.
        // Most rows of a bulk job read nothing, and need no room for it.
        let state = ExchangeState::default();
        let exchange = Box::pin(self.exchange(&request, true, &state, None)).await?;
        let exchange = Exchange { maybe_applied: false, ..exchange };
        let (verdict, status) = exchange.verdict();
        let status = status.as_ref();
        let advice = self.advice().await;
        let (record, time_zone) = (self.profile.patching.record, self.profile.reading.time_zone.as_ref());
        Ok(ReadCustomer {
            request,
            response: ResponseSummary::of(&exchange, status),
            current: read::snapshot_of(id, &exchange, (verdict, status), &advice, record, time_zone),
        })
    }

    /// The request that reads a customer.
    async fn get_request(&self, id: u32) -> Result<Request, Failure> {
        let path = self.profile.reading.path(id).ok_or_else(|| {
            Failure::usage("the profile does not read customers (read = false)")
                .hint("remove read = false from the profile, or use another profile")
        })?;
        let credential = self.credential().await?;
        Ok(Request::get(self.profile.target()?, &path, credential).of_run(Some(self.run.name())))
    }

    /// Reads a customer before anything is sent. If that fails, the result holds that exchange.
    ///
    /// # Errors
    /// As [`Service::get`], and every way in which the answer can be no customer.
    pub async fn read(&self, id: u32, result: &mut PatchResult) -> Result<Snapshot, Failure> {
        let mut asked = self.get(id).await?;
        if let Err(failure) = &mut asked.current {
            result.request = Some(asked.request);
            result.response = asked.response;
            if let Some(first) = failure.problems.first_mut() {
                first.message.push_str("; nothing was sent");
            }
        }
        asked.current
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
