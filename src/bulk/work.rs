//! Sending the rows: many at once, those of one customer one after the other and in their order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::poll_fn;
use std::io::Read;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::breaker::Breaker;
use super::check::not_read;
use super::database::{Ended, Error, RowId};
use super::in_flight::InFlight;
use super::options::RunOptions;
use super::row::{Job, Pending, Processed, Reached};
use super::shard::is_own;
use super::state::{Counts, State};
use crate::failure::Failure;
use crate::input::rows::Rows;
use crate::model::problem::Problem;
use crate::outcome::Outcome;
use crate::platform::signals::Signal;

/// The most rows that are held in memory because their customer is in flight.
const MOST_WAITING: usize = 1000;

/// How often is said how far the run is.
const TICK: Duration = Duration::from_secs(2);

/// Why the sending ended.
#[derive(Debug)]
pub enum Why {
    /// Every row has ended.
    End,
    /// So many rows were sent as `--limit` says.
    Limit,
    MaxErrors,
    Signal(Signal),
    /// Nothing more can be sent: the service is away, or does not accept the sign-in.
    Failure(Failure),
}

/// Whoever is told how far the run is.
pub trait Observer {
    /// Rows that have ended, in the order in which that was stored.
    ///
    /// # Errors
    /// If it cannot be written where it was asked for.
    fn rows(&mut self, ended: &[Ended]) -> Result<(), Failure>;

    /// Called every few seconds, and when something changes that a person wants to know.
    fn tick(&mut self, counts: &Counts, waiting_for: Option<&str>);

    /// No more rows are started; those in flight are waited for.
    fn drains(&mut self, in_flight: usize);
}

/// The rows of a job on their way.
pub struct Work<'a, R> {
    job: &'a Job<'a>,
    rows: Rows<R>,
    name: &'a str,
    run_options: &'a RunOptions,
    position: u64,
    known_until: u64,
    doubt: u64,
    /// The customers with a row in flight or about to be.
    busy: HashSet<u32>,
    /// The rows that wait for another row of their customer, and how many these are.
    waiting: HashMap<u32, VecDeque<Pending>>,
    held: usize,
    /// The rows that can go next.
    next: VecDeque<Pending>,
    breaker: Breaker,
    started: u64,
    failed: u64,
    ended: u64,
    began: Instant,
    fresh: Vec<Ended>,
    why: Option<Why>,
    /// Why the last row could not reach the service.
    obstacle: Option<String>,
}

impl<'a, R: Read> Work<'a, R> {
    /// # Errors
    /// If the database cannot be read.
    pub fn new(
        job: &'a Job<'a>,
        rows: Rows<R>,
        name: &'a str,
        run_options: &'a RunOptions,
    ) -> Result<Work<'a, R>, Error> {
        let (known_until, doubt) = job
            .journal
            .ask_at_once(|database| Ok((database.number("horizon")?, database.number("doubt")?)))?;
        Ok(Work {
            job,
            rows,
            name,
            run_options,
            position: 0,
            known_until,
            doubt,
            busy: HashSet::new(),
            waiting: HashMap::new(),
            held: 0,
            next: VecDeque::new(),
            breaker: Breaker::new(run_options.longest_wait()),
            started: 0,
            failed: 0,
            ended: 0,
            began: Instant::now(),
            fresh: Vec::new(),
            why: None,
            obstacle: None,
        })
    }

    /// Sends rows until all have ended, or something ends the sending. `signal` waits for the next signal: with the first one
    /// no more rows are started, with the second one nothing is waited for any more.
    ///
    /// # Errors
    /// If the run's database cannot be written: what was in flight is unknown then.
    pub async fn run(
        mut self,
        signal: impl AsyncFn() -> Signal,
        observer: &mut impl Observer,
    ) -> Result<Why, Failure> {
        let journal = self.job.journal;
        let mut running = InFlight::new(usize::from(self.run_options.concurrency));
        let mut tick = tokio::time::interval(TICK);
        loop {
            while let Some((pending, is_probe)) = self.take(running.len())? {
                running.push(self.job.process(pending, is_probe));
            }
            if running.is_empty() && (self.why.is_some() || self.breaker.until().is_none()) {
                break;
            }
            // Those that wait for their turn, or for the service, have not been sent.
            if matches!(self.why, Some(Why::Signal(_))) && journal.under_way() == 0 {
                break;
            }
            let pause = self.breaker.until().filter(|_| self.why.is_none());
            tokio::select! {
                // The rows may always have something to do, so they come behind what is rare.
                biased;
                signal = signal() => {
                    let is_second = matches!(self.why, Some(Why::Signal(_)));
                    self.why = Some(Why::Signal(signal));
                    if is_second {
                        break;
                    }
                    journal.stop();
                    observer.drains(journal.under_way());
                }
                _ = tick.tick() => observer.tick(&journal.counts(), self.waits_for().as_deref()),
                (processed, reached) = poll_fn(|context| running.poll_next(context, || journal.has_waiting())),
                    if !running.is_empty() =>
                {
                    let was_draining = self.why.is_some();
                    self.note(processed, reached)?;
                    if self.why.is_some() && !was_draining {
                        observer.drains(running.len());
                    }
                }
                // All rows of a group that could go on have done so: what they left is committed together.
                () = poll_fn(|_| if journal.has_waiting() { Poll::Ready(()) } else { Poll::Pending }) => {
                    journal.commit().map_err(not_stored)?;
                }
                () = tokio::time::sleep_until(pause.unwrap_or_else(Instant::now)), if pause.is_some() => {}
            }
            if !journal.has_waiting() && !self.fresh.is_empty() {
                observer.rows(&std::mem::take(&mut self.fresh))?;
            }
        }
        drop(running);
        journal.commit().map_err(not_stored)?;
        observer.rows(&std::mem::take(&mut self.fresh))?;
        observer.tick(&journal.counts(), None);
        Ok(self.why.unwrap_or(Why::End))
    }

    /// What the run waits for, in a few words.
    fn waits_for(&self) -> Option<String> {
        if let Some(until) = self.breaker.until() {
            let left = until.saturating_duration_since(Instant::now()).as_secs() + 1;
            let obstacle = self.obstacle.as_deref().unwrap_or("the service does not answer");
            return Some(format!("{obstacle}; trying again in {left} s"));
        }
        let left = self.job.service.pace()?.closed_for()?;
        Some(format!("the service asked to wait; going on in {} s", left.as_secs() + 1))
    }

    /// The next row that may be started, and whether it has to try the service first.
    fn take(&mut self, in_flight: usize) -> Result<Option<(Pending, bool)>, Failure> {
        if self.why.is_some() {
            return Ok(None);
        }
        let (most, is_probe) = self.breaker.allows(usize::from(self.run_options.concurrency));
        if in_flight >= most {
            return Ok(None);
        }
        if self.run_options.limit.is_some_and(|limit| self.started >= limit) {
            self.why = Some(Why::Limit);
            return Ok(None);
        }
        let Some(pending) = self.startable()? else { return Ok(None) };
        self.started += 1;
        self.job.journal.reach(pending.id.position, self.rate());
        Ok(Some((pending, is_probe)))
    }

    /// A row whose customer has no other one in flight.
    fn startable(&mut self) -> Result<Option<Pending>, Failure> {
        if let Some(pending) = self.next.pop_front() {
            return Ok(Some(pending));
        }
        while self.held < MOST_WAITING {
            let Some(pending) = self.read()? else { return Ok(None) };
            let Some(customer) = pending.id.customer else { return Ok(Some(pending)) };
            if self.busy.insert(customer) {
                return Ok(Some(pending));
            }
            self.held += 1;
            self.waiting.entry(customer).or_default().push_back(pending);
        }
        Ok(None)
    }

    /// The next row of the input that has not ended yet.
    fn read(&mut self) -> Result<Option<Pending>, Failure> {
        loop {
            let row = match self.rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(None),
                Err(problem) => {
                    self.why = Some(Why::Failure(changed(self.name, vec![problem])));
                    return Ok(None);
                }
            };
            if !is_own(self.job.shard, row.customer) {
                continue;
            }
            self.position += 1;
            let position = self.position;
            let mut before = None;
            if position <= self.known_until.max(self.doubt) {
                before =
                    self.job.journal.ask_at_once(|database| database.state(position)).map_err(not_stored)?;
                if before.is_none() && position <= self.doubt {
                    before = Some(State::Unknown);
                }
            }
            if !before.is_some_and(State::is_final) {
                let id = RowId { position, number: row.number, customer: row.customer };
                return Ok(Some(Pending { id, row, before }));
            }
        }
    }

    /// Rows a second since the start.
    fn rate(&self) -> f64 {
        // No number of rows is too large for a float to be near enough.
        #[allow(clippy::cast_precision_loss)]
        let ended = self.ended as f64;
        let seconds = self.began.elapsed().as_secs_f64();
        // Before there is a rate, a second's worth of what is in flight is as good a guess as any.
        if seconds < 0.1 { f64::from(self.run_options.concurrency) * 4.0 } else { ended / seconds }
    }

    fn note(&mut self, processed: Processed, reached: Reached) -> Result<(), Failure> {
        let is_hopeful = self.breaker.note(reached);
        match processed {
            Processed::Ended(ended) => {
                self.ended += 1;
                self.failed += u64::from(matches!(ended.state, State::Failed | State::Unknown));
                if let Some(customer) = ended.row.customer {
                    self.free(customer);
                }
                self.fresh.push(ended);
                if self.why.is_none() && !is_hopeful {
                    self.why = Some(Why::Failure(away()));
                }
                let is_reached = |most: super::options::MaxErrors| most.is_reached(self.failed, self.ended);
                if self.why.is_none() && self.run_options.max_errors.is_some_and(is_reached) {
                    self.why = Some(Why::MaxErrors);
                }
            }
            Processed::Again(pending, failure) => {
                // Its customer stays busy.
                self.next.push_front(*pending);
                self.started = self.started.saturating_sub(1);
                self.obstacle = failure.problems.first().map(|problem| problem.message.clone());
                let longest = self.run_options.longest_wait();
                let closed_for = self.job.service.pace().and_then(|pace| pace.closed_for());
                if self.why.is_none() && (!is_hopeful || closed_for.is_some_and(|left| left > longest)) {
                    self.why = Some(Why::Failure(failure));
                }
            }
            Processed::Stop(pending, failure) => {
                self.next.push_front(*pending);
                if !matches!(self.why, Some(Why::Failure(_))) {
                    self.why = Some(Why::Failure(failure));
                }
            }
            Processed::Broken(error) => return Err(not_stored(error)),
        }
        Ok(())
    }

    /// Lets the next row of the customer go, or none.
    fn free(&mut self, customer: u32) {
        if let Some(queue) = self.waiting.get_mut(&customer)
            && let Some(pending) = queue.pop_front()
        {
            self.held -= 1;
            if queue.is_empty() {
                self.waiting.remove(&customer);
            }
            self.next.push_back(pending);
        } else {
            self.busy.remove(&customer);
        }
    }
}

/// The input cannot be read for these reasons; it was read whole before, so it has changed.
pub fn changed(name: &str, problems: Vec<Problem>) -> Failure {
    let mut failure = Failure::problem(not_read(name, &std::io::Error::other(super::input::Changed)));
    failure.outcome = Outcome::Stopped;
    failure.problems.extend(problems);
    failure
}

/// One row after the other was sent, and of none is known what became of it.
fn away() -> Failure {
    let message = "the service has not answered a patch for longer than --max-wait allows";
    Failure::new(Outcome::Unreachable, message).hint("find out what is wrong with the service")
}

/// The run's database cannot be written: nothing more may be sent.
pub fn not_stored(error: Error) -> Failure {
    Failure::new(Outcome::Failed, format!("the run's database cannot be used: {error}"))
        .hint("make room on the disk, then go on with `booster bulk resume`")
}
