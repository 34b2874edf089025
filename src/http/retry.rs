//! When an attempt is repeated: only what certainly was not applied, what the service asks to repeat, and, for a
//! patch that may safely arrive twice, what may have been applied.

use std::time::Duration;

use super::response::Attempt;

/// Attempts in all.
pub const MAX_ATTEMPTS: u32 = 4;

/// Repetitions of a request that may have been applied.
const MAX_UNCERTAIN_REPETITIONS: u32 = 2;

/// The longest pause that full jitter draws from.
const CAP: Duration = Duration::from_secs(20);

/// The first pause at its longest, doubled with each attempt.
pub const BASE: Duration = Duration::from_millis(500);

/// Where the service asks for a longer pause, a single patch stops at once: nobody waits longer before a prompt.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is known of the attempts so far.
#[derive(Debug)]
pub struct Retry {
    base: Duration,
    /// Whether the request may arrive twice without harm. Lists and notes might be appended to.
    repeatable: bool,
    attempts: u32,
    maybe_applied: u32,
    limit: u32,
}

impl Retry {
    pub fn new(base: Duration, repeatable: bool) -> Retry {
        Retry { base, repeatable, attempts: 0, maybe_applied: 0, limit: MAX_ATTEMPTS }
    }

    /// Attempts made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The number of attempts in all, if those that follow end as the last one did.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Whether an attempt may have been applied without our knowing it.
    pub fn maybe_applied(&self) -> bool {
        self.maybe_applied > 0
    }

    /// Notes an attempt that was not let in, and is made again at once with a renewed sign-in.
    pub fn replay(&mut self) {
        self.attempts += 1;
    }

    /// Notes an attempt, and gives the pause before the next one; none where no other follows.
    pub fn after(&mut self, attempt: &Attempt) -> Option<Duration> {
        self.attempts += 1;
        self.limit = MAX_ATTEMPTS;
        let response = match attempt {
            Attempt::NotSent { not_retryable, .. } => {
                return if *not_retryable { None } else { self.again(Duration::ZERO) };
            }
            Attempt::Lost { .. } => return self.after_maybe_applied(true),
            Attempt::Response(response) => response,
        };
        match (response.status, response.retry_after) {
            // It would be as large the next time.
            (200..=299, _) if response.too_large => self.after_maybe_applied(false),
            (429, floor) => self.again(floor.unwrap_or(Duration::ZERO)),
            (503, Some(floor)) => self.again(floor),
            // The service, or something in front of it, may have passed the request on.
            (502..=504, _) => self.after_maybe_applied(true),
            (200..=299, _) if !response.whole => self.after_maybe_applied(true),
            // Every other status says by itself what became of the request.
            _ => None,
        }
    }

    fn after_maybe_applied(&mut self, may_help: bool) -> Option<Duration> {
        self.maybe_applied += 1;
        let is_allowed = may_help && self.repeatable && self.maybe_applied <= MAX_UNCERTAIN_REPETITIONS;
        let repetitions = (MAX_UNCERTAIN_REPETITIONS + 1).saturating_sub(self.maybe_applied);
        self.limit = MAX_ATTEMPTS.min(self.attempts + repetitions);
        if is_allowed { self.again(Duration::ZERO) } else { None }
    }

    fn again(&self, floor: Duration) -> Option<Duration> {
        if self.attempts >= MAX_ATTEMPTS || floor > LONGEST_WAIT {
            return None;
        }
        // Full jitter: any pause up to the doubled one, so that many clients do not come back together.
        let ceiling = self.base.saturating_mul(1 << (self.attempts - 1)).min(CAP);
        Some(ceiling.mul_f64(fastrand::f64()).max(floor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;

    fn response(status: u16, retry_after: Option<u64>) -> Attempt {
        Attempt::Response(Response {
            status,
            retry_after: retry_after.map(Duration::from_secs),
            whole: true,
            ..Response::default()
        })
    }

    fn cut(status: u16) -> Attempt {
        Attempt::Response(Response { status, ..Response::default() })
    }

    fn lost() -> Attempt {
        Attempt::Lost { cause: String::new() }
    }

    fn not_sent(not_retryable: bool) -> Attempt {
        Attempt::NotSent { cause: String::new(), hint: None, not_retryable }
    }

    /// How many attempts are made when each ends like this.
    fn attempts(repeatable: bool, attempt: &Attempt) -> u32 {
        let mut retry = Retry::new(BASE, repeatable);
        while retry.after(attempt).is_some() {}
        retry.attempts()
    }

    #[test]
    fn what_was_not_applied_or_is_asked_for_again_gets_four_attempts() {
        for attempt in [not_sent(false), response(429, None), response(429, Some(1)), response(503, Some(1))]
        {
            assert_eq!(attempts(true, &attempt), 4, "{attempt:?}");
            assert_eq!(attempts(false, &attempt), 4, "{attempt:?}");
        }
    }

    #[test]
    fn what_may_have_been_applied_is_repeated_twice_and_only_if_that_is_harmless() {
        for attempt in [lost(), response(502, None), response(503, None), response(504, None), cut(200)] {
            assert_eq!(attempts(true, &attempt), 3, "{attempt:?}");
            assert_eq!(attempts(false, &attempt), 1, "{attempt:?}");
        }
    }

    #[test]
    fn the_limit_is_the_number_of_attempts_that_are_made() {
        for attempt in [lost(), response(502, None), not_sent(false), response(429, None)] {
            let mut retry = Retry::new(BASE, true);
            while retry.after(&attempt).is_some() {
                assert_eq!(retry.limit(), attempts(true, &attempt), "{attempt:?}");
            }
        }
        let mut retry = Retry::new(BASE, true);
        retry.after(&response(429, None));
        retry.after(&lost());
        assert_eq!(retry.limit(), 4);
    }

    #[test]
    fn everything_else_is_final() {
        for attempt in [
            response(200, None),
            response(302, None),
            response(400, None),
            response(500, None),
            cut(409),
            response(503, Some(61)),
            not_sent(true),
        ] {
            assert_eq!(attempts(true, &attempt), 1, "{attempt:?}");
        }
    }

    #[test]
    fn a_pause_is_no_shorter_than_the_service_asks_and_no_longer_than_the_cap() {
        let mut retry = Retry::new(Duration::from_secs(100), true);
        assert_eq!(retry.after(&response(429, Some(30))), Some(Duration::from_secs(30)));
        assert!(retry.after(&not_sent(false)).is_some_and(|pause| pause <= CAP));
    }

    #[test]
    fn a_lost_attempt_is_remembered() {
        let mut retry = Retry::new(BASE, true);
        retry.after(&lost());
        retry.after(&not_sent(false));
        assert!(retry.maybe_applied());
    }
}
