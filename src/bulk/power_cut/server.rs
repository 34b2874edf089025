//! A service in memory that remembers every patch it was sent, with the faults of a real one; and the power, which goes
//! off after a certain number of things have happened.

use std::collections::BTreeMap;
use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Map, Value as Json};

use crate::http::header::REQUEST_ID;
use crate::http::request::Request;
use crate::http::{Answering, Attempt, Response, StandIn};
use crate::model::customer::ID_KEY;
use crate::platform::signals::Signal;

pub const CONSENT: &str = "canBeContactedByMaison";

/// Counts what happens: a commit, a request that arrives, a change that is made.
#[derive(Debug, Default)]
pub struct Power {
    happened: AtomicU64,
    off_after: AtomicU64,
    signals: Mutex<Vec<u64>>,
}

impl Power {
    /// On again, until so many things have happened; a signal comes after each of these numbers of things.
    pub fn on(&self, off_after: Option<u64>, mut signals: Vec<u64>) {
        signals.sort_unstable_by(|one, other| other.cmp(one));
        *self.signals.lock().expect("one thread") = signals;
        self.happened.store(0, Ordering::Relaxed);
        self.off_after.store(off_after.unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub fn tick(&self) {
        self.happened.fetch_add(1, Ordering::Relaxed);
    }

    pub fn is_off(&self) -> bool {
        self.happened.load(Ordering::Relaxed) >= self.off_after.load(Ordering::Relaxed)
    }

    /// The next signal. Whoever waits is asked again with everything that happens.
    pub async fn signal(&self) -> Signal {
        poll_fn(|_| {
            let mut signals = self.signals.lock().expect("one thread");
            match signals.last() {
                Some(after) if *after <= self.happened.load(Ordering::Relaxed) => {
                    signals.pop();
                    Poll::Ready(Signal::Interrupt)
                }
                _ => Poll::Pending,
            }
        })
        .await
    }

    /// Nothing happens without power.
    async fn needed(&self) {
        if self.is_off() {
            pending().await
        }
    }
}

/// How often, in percent, something goes wrong with a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Troubles {
    pub not_sent: u8,
    pub busy: u8,
    pub lost: u8,
    pub bad_gateway: u8,
    pub cut_body: u8,
}

/// A patch that arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub row: u64,
    pub customer: u32,
    pub phase: usize,
    pub applied: bool,
    /// The service said that it did nothing and that the row is to come again.
    pub put_off: bool,
    /// It set a consent to another value than the customer's.
    pub changes_consent: bool,
}

impl Seen {
    /// Its place among the table's rows: the number counts the header.
    pub fn position(&self) -> u64 {
        self.row - 1
    }
}

#[derive(Debug)]
pub struct Server {
    pub power: Arc<Power>,
    known: Mutex<Known>,
}

/// What the service holds and remembers.
#[derive(Debug)]
pub struct Known {
    rng: Rng,
    pub customers: BTreeMap<u32, Map<String, Json>>,
    pub seen: Vec<Seen>,
    pub troubles: Troubles,
    pub phase: usize,
}

impl StandIn for Server {
    fn answer<'a>(&'a self, request: &'a Request) -> Answering<'a> {
        Box::pin(async {
            self.pass_time().await;
            let id = request.url.path().rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
            if request.method() == "GET" { self.get(id).await } else { self.patch(id, request).await }
        })
    }
}

impl Server {
    pub fn new(customers: BTreeMap<u32, Map<String, Json>>, rng: Rng) -> Server {
        let troubles = Troubles::default();
        let known = Known { rng, customers, seen: Vec::new(), troubles, phase: 0 };
        Server { power: Arc::default(), known: known.into() }
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("one thread")
    }

    fn draw(&self, percent: u8) -> bool {
        self.known().rng.u8(..100) < percent
    }

    async fn pass_time(&self) {
        let milliseconds = self.known().rng.u64(..300);
        match milliseconds {
            // Some requests are there before anything else happens.
            ..50 => {}
            50..100 => tokio::task::yield_now().await,
            100.. => tokio::time::sleep(Duration::from_millis(milliseconds - 100)).await,
        }
        self.power.needed().await;
    }

    async fn get(&self, id: u32) -> Attempt {
        if let Some(trouble) = self.trouble() {
            return trouble;
        }
        let mut body = Map::from_iter([(ID_KEY.to_owned(), id.into())]);
        body.extend(self.known().customers[&id].clone());
        self.pass_time().await;
        answer(200, &Json::Object(body).to_string())
    }

    /// What goes wrong without any effect.
    fn trouble(&self) -> Option<Attempt> {
        let troubles = self.known().troubles;
        if self.draw(troubles.not_sent) {
            return Some(Attempt::NotSent {
                cause: "no route".to_owned(),
                hint: None,
                not_retryable: self.draw(50),
            });
        }
        self.draw(troubles.busy).then(|| self.busy())
    }

    fn busy(&self) -> Attempt {
        let seconds = self.known().rng.u64(..4);
        let retry_after = Some(Duration::from_secs(seconds));
        let status = if self.draw(50) { 429 } else { 503 };
        Attempt::Response(Response { status, retry_after, whole: true, ..Response::default() })
    }

    async fn patch(&self, customer: u32, request: &Request) -> Attempt {
        let troubles = self.known().troubles;
        if self.draw(troubles.not_sent) {
            return Attempt::NotSent { cause: "no route".to_owned(), hint: None, not_retryable: false };
        }
        let name = request.shown_headers().find(|header| header.name.eq_ignore_ascii_case(REQUEST_ID));
        let row = name.and_then(|name| name.display().rsplit('-').next()?.parse().ok()).expect("a row");
        let body: Map<String, Json> = serde_json::from_str(&request.body).expect("an object");
        let changes_consent = body
            .get(CONSENT)
            .is_some_and(|consent| self.known().customers[&customer].get(CONSENT) != Some(consent));
        let number = self.known().see(row, customer, changes_consent);
        self.power.tick();
        self.power.needed().await;
        self.pass_time().await;
        if self.draw(troubles.busy) {
            self.known().seen[number].put_off = true;
            let busy = self.busy();
            self.pass_time().await;
            return busy;
        }
        let is_lost = self.draw(troubles.lost);
        let is_bad_gateway = !is_lost && self.draw(troubles.bad_gateway);
        let is_refused =
            body.get("firstName").and_then(Json::as_str).is_some_and(|name| name.starts_with('R'));
        let is_applied = !is_refused && !((is_lost || is_bad_gateway) && self.draw(50));
        if is_applied {
            self.known().apply(number, body);
            self.power.tick();
            self.power.needed().await;
        }
        self.pass_time().await;
        match (is_lost, is_bad_gateway, is_refused) {
            (true, ..) => Attempt::Lost { cause: "reset".to_owned() },
            (_, true, _) => answer(502, ""),
            (.., true) => answer(400, ""),
            _ if self.draw(troubles.cut_body) => {
                Attempt::Response(Response { status: 200, whole: false, ..Response::default() })
            }
            _ => answer(200, "{}"),
        }
    }
}

impl Known {
    fn see(&mut self, row: u64, customer: u32, changes_consent: bool) -> usize {
        let phase = self.phase;
        self.seen.push(Seen { row, customer, phase, applied: false, put_off: false, changes_consent });
        self.seen.len() - 1
    }

    fn apply(&mut self, number: usize, body: Map<String, Json>) {
        let seen = &mut self.seen[number];
        seen.applied = true;
        self.customers.get_mut(&seen.customer).expect("known").extend(body);
    }

    /// Somebody else changes the consent of a customer.
    pub fn change_consent(&mut self, customer: u32) {
        let record = self.customers.get_mut(&customer).expect("known");
        let consent = record.get(CONSENT).and_then(Json::as_bool).unwrap_or_default();
        record.insert(CONSENT.to_owned(), (!consent).into());
    }
}

fn answer(status: u16, body: &str) -> Attempt {
    Attempt::Response(Response { status, body: body.to_owned(), whole: true, ..Response::default() })
}
