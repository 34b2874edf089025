//! When an attempt is repeated: only what certainly was not applied, what the service asks to repeat, and, for a
//! patch that may safely arrive twice, what may have been applied.

use std::time::Duration;

use super::Attempt;

/// Attempts in all.
pub const MOST_ATTEMPTS: u32 = 4;

/// Repetitions of a request that may have been applied.
const MOST_BLIND_REPETITIONS: u32 = 2;

/// The longest pause that full jitter draws from.
const CAP: Duration = Duration::from_secs(20);

/// The first pause at its longest, doubled with each attempt.
pub const BASE: Duration = Duration::from_millis(500);

/// A longer wish of the service stops a single patch at once: nobody waits longer before a prompt.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is known of the attempts so far.
#[derive(Debug)]
pub struct Retry {
    base: Duration,
    /// Whether the request may arrive twice without harm. Lists and notes might be appended to.
    repeatable: bool,
    attempts: u32,
    blind: u32,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after this pause.
    Again(Duration),
    Stop,
}

impl Retry {
    pub fn new(base: Duration, repeatable: bool) -> Retry {
        Retry { base, repeatable, attempts: 0, blind: 0 }
    }

    /// Attempts made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether an attempt may have been applied without our knowing it.
    pub fn may_have_been_applied(&self) -> bool {
        self.blind > 0
    }

    /// Notes an attempt that was not let in, and is made again at once with a renewed sign-in.
    pub fn replay(&mut self) {
        self.attempts += 1;
    }

    /// Notes an attempt and says what comes next.
    pub fn after(&mut self, attempt: &Attempt) -> Next {
        self.attempts += 1;
        match kind(attempt) {
            Kind::Final => Next::Stop,
            Kind::Blind => self.blindly(),
            Kind::TooLarge => {
                self.blind += 1;
                Next::Stop
            }
            Kind::Later(floor) if floor > LONGEST_WAIT => Next::Stop,
            Kind::Later(floor) => self.again(floor),
        }
    }

    fn blindly(&mut self) -> Next {
        self.blind += 1;
        if self.repeatable && self.blind <= MOST_BLIND_REPETITIONS {
            self.again(Duration::ZERO)
        } else {
            Next::Stop
        }
    }

    fn again(&self, floor: Duration) -> Next {
        if self.attempts >= MOST_ATTEMPTS {
            return Next::Stop;
        }
        // Full jitter: any pause up to the doubled one, so that many clients do not come back together.
        let ceiling = self.base.saturating_mul(1 << (self.attempts - 1)).min(CAP);
        Next::Again(ceiling.mul_f64(fastrand::f64()).max(floor))
    }
}

enum Kind {
    Final,
    /// The service, or what stands before it, may have passed the request on.
    Blind,
    /// The same, of an answer that is not worth another attempt.
    TooLarge,
    /// Certainly not applied, and not before this pause again.
    Later(Duration),
}

/// Whether this attempt may have been applied without our knowing it.
pub fn is_blind(attempt: &Attempt) -> bool {
    matches!(kind(attempt), Kind::Blind | Kind::TooLarge)
}

fn kind(attempt: &Attempt) -> Kind {
    let answer = match attempt {
        Attempt::NotSent { hopeless: true, .. } => return Kind::Final,
        Attempt::NotSent { hopeless: false, .. } => return Kind::Later(Duration::ZERO),
        Attempt::Lost { .. } => return Kind::Blind,
        Attempt::Answer(answer) => answer,
    };
    match (answer.status, answer.retry_after) {
        // It would be as large the next time.
        (200..=299, _) if answer.too_large => Kind::TooLarge,
        (429, floor) => Kind::Later(floor.unwrap_or(Duration::ZERO)),
        (503, Some(floor)) => Kind::Later(floor),
        (502..=504, _) => Kind::Blind,
        // Every other status says by itself what became of the request.
        (200..=299, _) if !answer.whole => Kind::Blind,
        _ => Kind::Final,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Answer;

    fn answer(status: u16, retry_after: Option<u64>) -> Attempt {
        Attempt::Answer(Answer {
            status,
            retry_after: retry_after.map(Duration::from_secs),
            whole: true,
            ..Answer::default()
        })
    }

    fn cut(status: u16) -> Attempt {
        Attempt::Answer(Answer { status, ..Answer::default() })
    }

    fn lost() -> Attempt {
        Attempt::Lost { cause: String::new() }
    }

    fn not_sent(hopeless: bool) -> Attempt {
        Attempt::NotSent { cause: String::new(), hint: None, hopeless }
    }

    /// How many attempts are made when each ends like this.
    fn attempts(repeatable: bool, attempt: &Attempt) -> u32 {
        let mut retry = Retry::new(BASE, repeatable);
        while retry.after(attempt) != Next::Stop {}
        retry.attempts()
    }

    #[test]
    fn what_was_not_applied_or_is_asked_for_again_gets_four_attempts() {
        for attempt in [not_sent(false), answer(429, None), answer(429, Some(1)), answer(503, Some(1))] {
            assert_eq!(attempts(true, &attempt), 4, "{attempt:?}");
            assert_eq!(attempts(false, &attempt), 4, "{attempt:?}");
        }
    }

    #[test]
    fn what_may_have_been_applied_is_repeated_twice_and_only_if_that_is_harmless() {
        for attempt in [lost(), answer(502, None), answer(503, None), answer(504, None), cut(200)] {
            assert_eq!(attempts(true, &attempt), 3, "{attempt:?}");
            assert_eq!(attempts(false, &attempt), 1, "{attempt:?}");
        }
    }

    #[test]
    fn everything_else_is_final() {
        for attempt in [
            answer(200, None),
            answer(302, None),
            answer(400, None),
            answer(500, None),
            cut(409),
            answer(503, Some(61)),
            not_sent(true),
        ] {
            assert_eq!(attempts(true, &attempt), 1, "{attempt:?}");
        }
    }

    #[test]
    fn a_pause_is_no_shorter_than_the_service_asks_and_no_longer_than_the_cap() {
        let mut retry = Retry::new(Duration::from_secs(100), true);
        assert_eq!(retry.after(&answer(429, Some(30))), Next::Again(Duration::from_secs(30)));
        let Next::Again(pause) = retry.after(&not_sent(false)) else { panic!("again") };
        assert!(pause <= CAP);
    }

    #[test]
    fn a_lost_attempt_is_remembered() {
        let mut retry = Retry::new(BASE, true);
        retry.after(&lost());
        retry.after(&not_sent(false));
        assert!(retry.may_have_been_applied());
    }
}
