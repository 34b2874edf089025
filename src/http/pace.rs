//! How fast the requests of a bulk job may leave: its rate, and a gate that the service closes for all of them at once
//! when it asks to wait.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// Shared by all requests of a job, on one thread.
#[derive(Debug)]
pub struct Pace {
    /// From one request to the next; zero where there is no limit.
    interval: Duration,
    /// When the next request may leave.
    next: Cell<Instant>,
    /// Until when none may.
    closed_until: Cell<Option<Instant>>,
}

impl Pace {
    /// At most so many requests a second; as many as there are without a rate.
    pub fn new(rate: Option<f64>) -> Pace {
        let interval = rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(rate.recip()));
        Pace { interval, next: Cell::new(Instant::now()), closed_until: Cell::new(None) }
    }

    /// Waits for the turn of one request.
    pub async fn turn(&self) {
        loop {
            while let Some(end) = self.closed_until.get().filter(|end| *end > Instant::now()) {
                tokio::time::sleep_until(end).await;
            }
            if self.interval.is_zero() {
                return;
            }
            let (now, next) = (Instant::now(), self.next.get());
            // Time that passed without requests is not made up for.
            let turn = next.max(now);
            self.next.set(turn + self.interval);
            if turn <= now {
                return;
            }
            tokio::time::sleep_until(turn).await;
            if self.closed_until.get().is_none_or(|end| end <= Instant::now()) {
                return;
            }
        }
    }

    /// Lets nothing leave for this long; a longer wait that is asked for already stays.
    pub fn close_for(&self, pause: Duration) {
        if let Some(end) = Instant::now().checked_add(pause) {
            self.closed_until.set(self.closed_until.get().max(Some(end)));
        }
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

    /// How long so many turns take, on a clock that nobody waits for.
    fn time_of(turns: u32, pace: &Pace) -> Duration {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true);
        let runtime = { runtime }.build().expect("a runtime");
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..turns {
                pace.turn().await;
            }
            start.elapsed()
        })
    }
}
