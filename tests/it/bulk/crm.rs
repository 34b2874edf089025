//! A service in the test's own process that holds customers, answers many connections at once, and remembers every
//! patch; what it does with a request is the test's to say.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use serde_json::{Map, Value, json};

use crate::common::{Received, read_request};

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Whether it is a PATCH; else it reads the customer.
    pub is_patch: bool,
    /// How many of its kind came until then, itself included.
    pub count: usize,
    pub customer: u32,
    /// The run and the row, as the request's id says.
    pub name: String,
    pub body: Value,
    /// Request line and headers.
    pub head: String,
    /// Whether the change was made.
    pub applied: bool,
}

impl Seen {
    /// The number of the row, as the run's name has it behind it.
    pub fn row(&self) -> u64 {
        self.name.rsplit('-').next().and_then(|row| row.parse().ok()).expect("a row's number")
    }
}

/// What is done with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// What it asks for.
    Done,
    /// Nothing but this answer: status, headers, body.
    Answer(u16, &'static str, &'static str),
    /// The connection is closed, with the change made or not.
    Close { applied: bool },
}

pub struct Crm {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    known: Mutex<Known>,
    bell: Condvar,
    rule: Box<dyn Fn(&Seen) -> Reply + Send + Sync>,
}

#[derive(Default)]
pub struct Known {
    pub customers: BTreeMap<u32, Map<String, Value>>,
    /// In the order in which they came.
    pub seen: Vec<Seen>,
    connections: usize,
}

/// Holds back whoever wants to pass, until it is opened.
#[derive(Default)]
pub struct Gate {
    is_open: Mutex<bool>,
    bell: Condvar,
}

impl Gate {
    pub fn pass(&self) {
        let is_open = self.is_open.lock().expect("no test panics in here");
        drop(self.bell.wait_while(is_open, |is_open| !*is_open).expect("no test panics in here"));
    }

    pub fn open(&self) {
        *self.is_open.lock().expect("no test panics in here") = true;
        self.bell.notify_all();
    }
}

impl Known {
    pub fn patches(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| seen.is_patch)
    }
}

impl Crm {
    /// One with these customers, who hold nothing yet.
    pub fn start(
        customers: impl IntoIterator<Item = u32>,
        rule: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Crm {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let customers = customers.into_iter().map(|id| (id, Map::new())).collect();
        let known = Mutex::new(Known { customers, ..Known::default() });
        let shared = Arc::new(Shared { known, bell: Condvar::new(), rule: Box::new(rule) });
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&own);
                shared.lock().connections += 1;
                std::thread::spawn(move || {
                    shared.serve(stream);
                    shared.lock().connections -= 1;
                    shared.bell.notify_all();
                });
            }
        });
        Crm { url, shared }
    }

    /// One that does as it is asked.
    pub fn willing(customers: impl IntoIterator<Item = u32>) -> Crm {
        Crm::start(customers, |_| Reply::Done)
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.shared.lock()
    }

    /// Every patch that came.
    pub fn patches(&self) -> Vec<Seen> {
        self.known().patches().cloned().collect()
    }

    /// The rows whose change was made, in the table's order.
    pub fn applied(&self) -> Vec<u64> {
        let mut rows: Vec<u64> = self.known().patches().filter(|seen| seen.applied).map(Seen::row).collect();
        rows.sort_unstable();
        rows
    }

    /// Waits until it has seen what it must, but not for ever.
    #[track_caller]
    pub fn until(&self, what: &str, is_so: impl Fn(&Known) -> bool) {
        let patience = std::time::Duration::from_secs(20);
        let known = self.shared.lock();
        let waited = self.shared.bell.wait_timeout_while(known, patience, |known| !is_so(known));
        assert!(!waited.expect("no test panics in here").1.timed_out(), "{what}: not in time");
    }

    /// Waits until nobody is connected any more: what a dead process had sent has been answered.
    pub fn until_idle(&self) {
        self.until("nobody is connected", |known| known.connections == 0);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("no test panics in here")
    }

    fn serve(&self, mut stream: TcpStream) {
        while let Some(request) = read_request(&mut stream) {
            let number = self.note(&request);
            let seen = self.lock().seen[number].clone();
            let reply = (self.rule)(&seen);
            if matches!(reply, Reply::Done | Reply::Close { applied: true }) && seen.is_patch {
                self.apply(number);
            }
            let answered = match reply {
                Reply::Done => {
                    let (status, body) = self.answer(&seen);
                    answer(&mut stream, status, "", &body)
                }
                Reply::Answer(status, headers, body) => answer(&mut stream, status, headers, body),
                Reply::Close { .. } => return,
            };
            // The other side may have been killed.
            if answered.is_err() {
                return;
            }
        }
    }

    fn note(&self, request: &Received) -> usize {
        let mut words = request.head.split(' ');
        let is_patch = words.next() == Some("PATCH");
        let id = words.next().and_then(|path| path.rsplit('/').next()?.parse().ok());
        let name = request.head.lines().find_map(|line| line.strip_prefix("X-Request-Id: "));
        let mut known = self.lock();
        let count = known.seen.iter().filter(|seen| seen.is_patch == is_patch).count() + 1;
        known.seen.push(Seen {
            is_patch,
            count,
            customer: id.expect("a customer"),
            name: name.unwrap_or_default().to_owned(),
            head: request.head.clone(),
            body: serde_json::from_str(&request.body).unwrap_or_default(),
            applied: false,
        });
        self.bell.notify_all();
        known.seen.len() - 1
    }

    fn apply(&self, number: usize) {
        let mut known = self.lock();
        let (customer, body) = (known.seen[number].customer, known.seen[number].body.clone());
        let Some(record) = known.customers.get_mut(&customer) else { return };
        record.extend(body.as_object().expect("a patch is an object").clone());
        known.seen[number].applied = true;
    }

    fn answer(&self, seen: &Seen) -> (u16, String) {
        let known = self.lock();
        let Some(record) = known.customers.get(&seen.customer) else { return (404, "{}".to_owned()) };
        if seen.is_patch {
            return (200, "{}".to_owned());
        }
        let mut body = json!({ "boosterCustomerId": seen.customer });
        body.as_object_mut().expect("an object").extend(record.clone());
        (200, body.to_string())
    }
}

fn answer(stream: &mut TcpStream, status: u16, headers: &str, body: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}");
    let length = body.len();
    stream.write_all(format!("{head}Content-Length: {length}\r\n\r\n{body}").as_bytes())
}
