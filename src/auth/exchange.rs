//! One exchange with the service: a request signed in and sent, repeated where that is safe, and replayed once with a
//! renewed sign-in where the old one is refused.

use std::time::Duration;

use super::error::AuthError;
use super::sign_in::SignIn;
use crate::http::request::Request;
use crate::http::response_status::ResponseStatus;
use crate::http::retry::Retry;
use crate::http::verdict::{self, Verdict};
use crate::http::{Attempt, Client};

/// What the caller of an exchange does between the attempts.
pub trait Hooks {
    type Error: From<AuthError>;

    /// Called before each attempt, the first one included, once it is known how the request is signed in. The place to
    /// read a record again, or to note that a request is about to leave.
    ///
    /// # Errors
    /// What ends the exchange, without this attempt.
    async fn before_attempt(&mut self, _progress: Progress<'_>) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Called before each pause between two attempts. Gives false where nobody waits so long; then no other attempt follows.
    fn on_pause(&mut self, _progress: Progress<'_>, _pause: Duration) -> bool {
        true
    }
}

/// What has happened before an attempt.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The number of the attempt that comes next, from 1.
    pub next: u32,
    /// How many attempts are made, if the next ones end as the previous one did.
    pub limit: u32,
    pub previous: Option<&'a Attempt>,
    /// Whether one of the attempts before may have been applied without an answer that says so.
    pub maybe_applied: bool,
}

impl Progress<'_> {
    fn of<'a>(retry: &Retry, previous: Option<&'a Attempt>) -> Progress<'a> {
        let (next, limit) = (retry.attempts() + 1, retry.limit());
        Progress { next, limit, previous, maybe_applied: retry.maybe_applied() }
    }
}

/// Nothing is done between the attempts.
pub struct NoHooks;

impl Hooks for NoHooks {
    type Error = AuthError;
}

/// How the exchange ended after all attempts.
#[derive(Debug)]
pub struct Exchange {
    pub last: Attempt,
    pub attempts: u32,
    /// Whether an attempt may have been applied without an answer that says so.
    pub maybe_applied: bool,
    /// Whether a credential went with the last attempt.
    pub signed_in: bool,
    /// Why the sign-in could not be renewed, where the service refused the last attempt's.
    pub not_renewed: Option<AuthError>,
}

impl Exchange {
    /// What the end of the exchange means, and the service's own words where the answer has some.
    pub fn verdict(&self) -> (Verdict, Option<ResponseStatus>) {
        let (verdict, status) = verdict::of(&self.last, self.signed_in);
        // An earlier attempt may have been applied, whatever became of a later one. Only a success settles it: the
        // same values were set.
        let is_settled = verdict == Verdict::Done || !self.maybe_applied;
        (if is_settled { verdict } else { Verdict::Unknown }, status)
    }
}

/// Sends the request, signed in, until it is answered, refused for good, or not to be repeated any more. A 401 renews
/// the sign-in and repeats the request once. `repeatable` says whether the request may arrive twice without harm.
///
/// # Errors
/// If nobody can be signed in; then this attempt was not sent. What the hooks say.
pub async fn exchange<H: Hooks>(
    client: &Client,
    sign_in: &SignIn,
    request: &Request,
    repeatable: bool,
    hooks: &mut H,
) -> Result<Exchange, H::Error> {
    let mut retry = client.retry(repeatable);
    let mut credential = sign_in.credential(client).await?;
    let (mut previous, mut is_replay, mut not_renewed) = (None, false, None);
    loop {
        let headers = sign_in.sign(request, &credential)?;
        hooks.before_attempt(Progress::of(&retry, previous.as_ref())).await?;
        let attempt = client.attempt(request, &headers, sign_in.secrets()).await;
        credential.note_result(&attempt);
        if is_refused(&attempt) && !std::mem::replace(&mut is_replay, true) {
            match Box::pin(sign_in.renewed(client, &credential)).await {
                Ok(Some(renewed)) => {
                    retry.replay();
                    (credential, previous) = (renewed, Some(attempt));
                    continue;
                }
                Ok(None) => {}
                Err(error) => not_renewed = Some(error),
            }
        }
        let pause = retry.after(&attempt);
        let pause = pause.filter(|pause| hooks.on_pause(Progress::of(&retry, Some(&attempt)), *pause));
        let Some(pause) = pause else {
            let (attempts, maybe_applied) = (retry.attempts(), retry.maybe_applied());
            let signed_in = sign_in.has_credential();
            return Ok(Exchange { last: attempt, attempts, maybe_applied, signed_in, not_renewed });
        };
        tokio::time::sleep(pause).await;
        previous = Some(attempt);
    }
}

/// Sends the request once, signed in where there is a sign-in.
pub async fn try_once(client: &Client, sign_in: &SignIn, request: &Request) -> Attempt {
    let credential = sign_in.credential(client).await;
    let headers = credential.and_then(|credential| sign_in.sign(request, &credential)).unwrap_or_default();
    client.attempt(request, &headers, sign_in.secrets()).await
}

/// Whether the service refused the credential. Nothing was applied then.
fn is_refused(attempt: &Attempt) -> bool {
    match attempt {
        Attempt::Response(response) => response.status == 401,
        Attempt::NotSent { .. } | Attempt::Lost { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;

    #[test]
    fn what_may_have_been_applied_stays_unknown_until_a_success() {
        let after_a_loss = |status| {
            let last = Attempt::Response(Response { status, whole: true, ..Response::default() });
            let maybe_applied = true;
            let exchange = Exchange { last, attempts: 2, maybe_applied, signed_in: true, not_renewed: None };
            exchange.verdict().0
        };
        assert_eq!(after_a_loss(200), Verdict::Done);
        assert_eq!(after_a_loss(409), Verdict::Unknown);
        assert_eq!(after_a_loss(429), Verdict::Unknown);
    }
}
