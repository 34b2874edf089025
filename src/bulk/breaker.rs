//! The breaker: where one row after the other finds no service, no more rows are spent until it is back.

use std::time::Duration;

use tokio::time::Instant;

use super::row::Reached;

/// As many rows in a row have to fail to reach the service.
const THRESHOLD: u32 = 4;

/// The first and the longest pause before another row is tried.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Breaker {
    failures: u32,
    open: Option<Open>,
    longest_wait: Duration,
}

/// The service is away.
#[derive(Debug, Clone, Copy)]
struct Open {
    since: Instant,
    pause: Duration,
    /// When one row is tried.
    until: Instant,
}

impl Breaker {
    pub fn new(longest_wait: Duration) -> Breaker {
        Breaker { failures: 0, open: None, longest_wait }
    }

    /// How many rows may be in flight, and whether one that is started has to try the service first.
    pub fn allows(&self, concurrency: usize) -> (usize, bool) {
        match &self.open {
            None => (concurrency, false),
            Some(open) if open.until <= Instant::now() => (1, true),
            Some(_) => (0, false),
        }
    }

    /// Until when no row is tried.
    pub fn until(&self) -> Option<Instant> {
        self.open.map(|open| open.until).filter(|until| *until > Instant::now())
    }

    /// Notes what became of a row. Gives false where the service has been away for longer than anybody waits.
    pub fn note(&mut self, reached: Reached) -> bool {
        match reached {
            Reached::NotAsked => {}
            Reached::Yes => (self.failures, self.open) = (0, None),
            Reached::No => {
                self.failures += 1;
                let now = Instant::now();
                // The last try is when nobody waits any longer.
                let until = |since: Instant, pause| {
                    let end = since.checked_add(self.longest_wait);
                    end.map_or(now + pause, |end| end.min(now + pause))
                };
                self.open = match self.open {
                    // Rows that were in flight when it went away.
                    Some(open) if open.until > now => Some(open),
                    Some(open) => {
                        let pause = (open.pause * 2).min(LONGEST_PAUSE);
                        Some(Open { pause, until: until(open.since, pause), ..open })
                    }
                    None if self.failures >= THRESHOLD => {
                        Some(Open { since: now, pause: FIRST_PAUSE, until: until(now, FIRST_PAUSE) })
                    }
                    None => None,
                };
            }
        }
        self.open.is_none_or(|open| open.since.elapsed() < self.longest_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_several_failures_and_closes_with_the_first_row_that_gets_through() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let mut breaker = Breaker::new(Duration::from_secs(10));
            for _ in 0..THRESHOLD - 1 {
                assert!(breaker.note(Reached::No));
                assert_eq!(breaker.allows(8), (8, false));
            }
            assert!(breaker.note(Reached::No));
            assert_eq!(breaker.allows(8), (0, false));
            // Those that were in flight do not make the pause longer.
            assert!(breaker.note(Reached::No));
            tokio::time::sleep(FIRST_PAUSE).await;
            assert_eq!(breaker.allows(8), (1, true));
            assert!(breaker.note(Reached::No));
            tokio::time::sleep(FIRST_PAUSE).await;
            assert_eq!(breaker.allows(8), (0, false));
            tokio::time::sleep(FIRST_PAUSE).await;
            assert_eq!(breaker.allows(8), (1, true));
            assert!(breaker.note(Reached::Yes));
            assert_eq!(breaker.allows(8), (8, false));
        });
    }

    #[test]
    fn nobody_waits_for_ever() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let mut breaker = Breaker::new(Duration::from_secs(10));
            let (began, mut tries) = (Instant::now(), 0);
            while breaker.note(Reached::No) {
                tries += 1;
                if let Some(until) = breaker.until() {
                    tokio::time::sleep_until(until).await;
                }
                assert!(tries < 20, "it never gives up");
            }
            assert_eq!(began.elapsed().as_secs(), 10);
        });
    }
}
