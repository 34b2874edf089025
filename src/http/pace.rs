//! How fast the requests of a bulk job may leave: its rate, and a gate that the service closes for all of them at once
//! when it asks to wait.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// As long as any pause counts: a year, which nobody waits. A service may ask for more than a clock can hold.
const LONGEST_PAUSE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Shared by all requests of a job, on one thread.
#[derive(Debug)]
pub struct Pace {
    /// From one request to the next; zero where there is no limit.
    interval: Duration,
    /// When the next request may leave.
    next: Cell<Instant>,
    /// Until when none may.
    closed_until: Cell<Option<Instant>>,
    /// Nobody waits longer for the gate.
    longest_wait: Duration,
}

/// The service asks for a longer wait than anybody is ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong(pub Duration);

impl Pace {
    /// At most so many requests a second; as many as there are without a rate.
    pub fn new(rate: Option<f64>, longest_wait: Duration) -> Pace {
        let interval = rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(rate.recip()));
        Pace { interval, next: Cell::new(Instant::now()), closed_until: Cell::new(None), longest_wait }
    }

    pub fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    /// Waits for the turn of one request.
    ///
    /// # Errors
    /// If the gate is closed for longer than anybody waits.
    pub async fn turn(&self) -> Result<(), TooLong> {
        loop {
            while let Some(left) = self.closed_for() {
                if left > self.longest_wait {
                    return Err(TooLong(left));
                }
                tokio::time::sleep(left).await;
            }
            if self.interval.is_zero() {
                return Ok(());
            }
            let (now, next) = (Instant::now(), self.next.get());
            // Time that passed without requests is not made up for.
            let turn = next.max(now);
            self.next.set(turn + self.interval);
            tokio::time::sleep_until(turn).await;
            if self.closed_for().is_none() {
                return Ok(());
            }
        }
    }

    /// Lets nothing leave for this long; a longer wait that is asked for already stays.
    pub fn close_for(&self, pause: Duration) {
        let end = Instant::now() + pause.min(LONGEST_PAUSE);
        self.closed_until.set(self.closed_until.get().max(Some(end)));
    }

    /// How much longer the gate is closed; none where it is open.
    pub fn closed_for(&self) -> Option<Duration> {
        let end = self.closed_until.get()?;
        Some(end.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Runs a test on a clock that nobody waits for.
    fn timed<T>(test: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(test)
    }

    #[test]
    fn a_rate_holds_from_the_first_request_on_and_nothing_is_made_up_for() {
        timed(async {
            let pace = Pace::new(Some(10.0), MINUTE);
            let start = Instant::now();
            for _ in 0..11 {
                pace.turn().await.expect("open");
            }
            assert_eq!(start.elapsed().as_millis(), 1000);
            tokio::time::sleep(MINUTE).await;
            let start = Instant::now();
            for _ in 0..3 {
                pace.turn().await.expect("open");
            }
            assert_eq!(start.elapsed().as_millis(), 200);
        });
    }

    #[test]
    fn a_gate_holds_everybody_until_the_last_time_that_was_asked_for() {
        timed(async {
            let pace = Pace::new(None, MINUTE);
            let start = Instant::now();
            pace.close_for(Duration::from_secs(5));
            pace.close_for(Duration::from_secs(2));
            pace.turn().await.expect("open again");
            assert_eq!(start.elapsed().as_secs(), 5);
            pace.close_for(MINUTE * 2);
            assert_eq!(pace.turn().await, Err(TooLong(MINUTE * 2)));
        });
    }
}
