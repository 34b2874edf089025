//! One run of a random table that is cut short again and again and gone on with.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::Map;

use super::disk::Disk;
use super::law::{Found, Laws};
use super::quiet::{Nobody, Told};
use super::server::{Server, Troubles};
use super::table::Table;
use crate::bulk::check::{Checker, check};
use crate::bulk::database::{CommitHook, Database, FILE};
use crate::bulk::input::Blocks;
use crate::bulk::job_options::JobOptions;
use crate::bulk::journal::Journal;
use crate::bulk::options::RunOptions;
use crate::bulk::problems_file::ProblemsFile;
use crate::bulk::row::Job;
use crate::bulk::state::{Counts, State};
use crate::bulk::work::{Why, Work};
use crate::config::config_file::Config;
use crate::config::{Profile, Wanted};
use crate::guard;
use crate::input::rows::Rows;
use crate::pipeline::service::Service;
use crate::state::history::Run;

/// What a trial has shown beside that everything holds.
#[derive(Debug, Default, Clone, Copy)]
pub struct Report {
    /// Commits that power cuts took.
    pub lost: usize,
    pub power_cuts: usize,
    pub kills: usize,
}

/// A run with its disk and its service.
pub struct Trial {
    rng: Rng,
    folder: tempfile::TempDir,
    table: Table,
    profile: Profile,
    options: JobOptions,
    concurrency: u16,
    server: Arc<Server>,
    disk: Rc<RefCell<Disk>>,
    boot: u32,
    /// What was found when each phase began.
    began: Vec<Found>,
    told: Told,
    /// The customers that somebody else has changed.
    changed: BTreeSet<u32>,
    /// Whether somebody looks at this one trial alone.
    is_shown: bool,
    report: Report,
}

/// How a part of the run goes.
struct Leg {
    /// How many things happen before the process is killed or the power goes off.
    off_after: Option<u64>,
    /// How many happen before a signal comes.
    signals: Vec<u64>,
    limit: Option<u64>,
    max_wait: u64,
    resend_unknown: bool,
}

impl Leg {
    fn whole(resend_unknown: bool) -> Leg {
        Leg { off_after: None, signals: Vec::new(), limit: None, max_wait: 900, resend_unknown }
    }
}

impl Trial {
    pub fn new(seed: u64, is_shown: bool, place: &Path) -> Trial {
        // The pauses between attempts are drawn from this.
        fastrand::seed(seed);
        let mut rng = Rng::with_seed(seed);
        let folder = tempfile::tempdir_in(place).expect("room");
        let table = Table::random(&mut rng);
        let reads = rng.u8(..5) > 0;
        let profile = profile(reads);
        let options = JobOptions {
            lists: "replace".to_owned(),
            unchecked: true,
            skip_invalid: true,
            skip_unchanged: reads && rng.u8(..4) == 0,
            backup: reads && rng.u8(..4) == 0,
            ..JobOptions::default()
        };
        let server = Server::new(table.records(), rng.fork());
        let database = create(&folder.path().join(FILE), &table, &profile, &options);
        drop(database);
        let disk = Disk::new(folder.path());
        Trial {
            concurrency: rng.u16(1..6),
            rng,
            folder,
            table,
            profile,
            options,
            server: Arc::new(server),
            disk: Rc::new(RefCell::new(disk)),
            boot: 0,
            began: Vec::new(),
            told: Told::default(),
            changed: BTreeSet::new(),
            is_shown,
            report: Report::default(),
        }
    }

    /// Goes on with the run until it is over, through all cuts.
    pub async fn run(mut self) -> Report {
        for _ in 0..3 {
            let open = self.open_rows();
            if open == 0 || self.report.lost > 0 && self.rng.u8(..3) > 0 {
                break;
            }
            self.trouble(25);
            let mut often = |times: u8, most: u64| (self.rng.u8(..times) == 0).then(|| self.rng.u64(1..most));
            let leg = Leg {
                limit: often(10, 10),
                signals: often(5, open * 3).into_iter().chain(often(5, open * 3)).collect(),
                max_wait: often(2, 3).map_or(900, |seconds| seconds - 1),
                off_after: Some(self.rng.u64(2..4) + self.rng.u64(..2 + open * 2)),
                resend_unknown: false,
            };
            let signals = leg.signals.len();
            let ended = self.leg(leg).await;
            if ended.is_none() {
                self.interrupt();
            } else if signals < 2 {
                self.laws().drained(&self.found());
            }
        }
        self.trouble(5);
        let found = self.go_on(false).await;
        self.laws().end(&found);
        // What only a person can decide.
        self.trouble(0);
        let is_open = found.states.values().any(|state| *state == State::Unknown);
        let found = if is_open { self.go_on(true).await } else { found };
        self.laws().all_sent(&found, &self.server.known().customers, &self.changed);
        self.report
    }

    /// About how many rows have not ended yet.
    fn open_rows(&self) -> u64 {
        let known = self.began.last().into_iter().flat_map(|found| found.states.iter());
        let told = self.told.rows.iter().map(|(row, state)| (row, state));
        let ended: BTreeSet<u64> =
            known.chain(told).filter(|(_, state)| state.is_final()).map(|(row, _)| *row).collect();
        (self.table.rows.len() - ended.len()) as u64
    }

    fn laws(&self) -> Laws<'_> {
        let seen = self.server.known().seen.clone();
        Laws { table: &self.table, seen, began: &self.began }
    }

    fn trouble(&mut self, most: u8) {
        let mut draw = || self.rng.u8(..=most) * u8::from(self.rng.bool());
        let (not_sent, busy, lost) = (draw(), draw(), draw());
        let troubles = Troubles { not_sent, busy, lost, bad_gateway: draw(), cut_body: draw() };
        self.server.known().troubles = troubles;
    }

    async fn go_on(&mut self, resend_unknown: bool) -> Found {
        for _ in 0..20 {
            if let Some((Why::End, counts)) = self.leg(Leg::whole(resend_unknown)).await {
                assert_eq!(counts.pending, 0, "{counts:?}");
                return self.found();
            }
        }
        panic!("it does not end");
    }

    /// Sends until so many things have happened; none where that was before the end.
    async fn leg(&mut self, leg: Leg) -> Option<(Why, Counts)> {
        self.told = Told { power: Arc::clone(&self.server.power), ..Told::default() };
        let mut database = Database::open(&self.disk.borrow().path).expect("a database");
        self.server.known().phase = self.began.len();
        self.began.push(Found::of(&database));
        self.laws().found();
        let power = Arc::clone(&self.server.power);
        power.on(leg.off_after, leg.signals);
        let disk = Rc::clone(&self.disk);
        database.on_commit = Some(CommitHook(Box::new(move |written| {
            if !power.is_off() {
                disk.borrow_mut().written(written);
                power.tick();
            }
        })));
        database.claim(Some(&format!("boot {}", self.boot))).expect("claimed");
        if self.server.power.is_off() {
            return None;
        }
        let blocks = database.blocks().expect("blocks");
        let journal = Journal::new(database, self.table.rows.len() as u64).expect("a journal");
        let run_options = RunOptions {
            concurrency: self.concurrency,
            rate: None,
            max_errors: None,
            limit: leg.limit,
            max_wait: leg.max_wait,
            events: None,
            resend_unknown: leg.resend_unknown,
        };
        let pace = run_options.pace(None);
        let run = Run::new(Timestamp::UNIX_EPOCH);
        let mut service = Service::of_job(&self.profile, &Nobody, run, pace, 1);
        service.stand_in = Some(Arc::<Server>::clone(&self.server));
        let permission = guard::decide(&self.profile.guard, NO_NAME, || Ok(None)).expect("it is open");
        let job = Job {
            shard: None,
            command: "bulk patch",
            run: "r",
            profile: &self.profile,
            checker: Checker::new(&self.profile, &self.options).expect("no defaults"),
            options: self.options.patch_options(None),
            resend_unknown: leg.resend_unknown,
            restores: None,
            permission: &permission,
            service: &service,
            interaction: &Nobody,
            journal: &journal,
        };
        let input = Blocks::again(self.table.text.as_slice(), blocks);
        let record = self.profile.patching.record;
        let rows = Rows::open(record, "t.csv", input, &self.options.rows()).expect("a table");
        let work = Work::new(&job, rows, "t.csv", &run_options).expect("work");
        let ended = {
            let power = &self.server.power;
            let mut sending = pin!(work.run(async || power.signal().await, &mut self.told));
            poll_fn(|context| match sending.as_mut().poll(context) {
                _ if power.is_off() => Poll::Ready(None),
                polled => polled.map(Some),
            })
            .await
        };
        if self.is_shown {
            let seen = &self.server.known().seen;
            show(&format!("{:?}\nended by {ended:?}, {:?}\n{seen:#?}", self.began.last(), self.told.rows));
        }
        let why = ended?.expect("the database takes everything");
        let counts = journal.counts();
        let database = journal.close().expect("closed");
        let stored = database.counts(self.table.rows.len() as u64).expect("counts");
        assert!(counts == stored || !matches!(why, Why::End), "{counts:?}, and stored {stored:?}");
        drop(database);
        let folder = self.next_folder();
        self.disk.borrow_mut().kill(&folder, &mut self.rng);
        Some((why, counts))
    }

    fn found(&self) -> Found {
        Found::of(&Database::open(&self.disk.borrow().copy(self.folder.path())).expect("a database"))
    }

    fn next_folder(&self) -> std::path::PathBuf {
        let folder = self.folder.path().join(self.began.len().to_string());
        std::fs::create_dir(&folder).expect("room");
        folder
    }

    /// The process was killed, or the machine lost its power; then somebody else changes a customer.
    fn interrupt(&mut self) {
        let folder = self.next_folder();
        if self.rng.u8(..4) == 0 {
            self.report.kills += 1;
            self.disk.borrow_mut().kill(&folder, &mut self.rng);
            let found = self.found();
            self.laws().killed(&found, &self.told, self.concurrency);
        } else {
            self.boot += 1;
            self.report.power_cuts += 1;
            self.report.lost += self.disk.borrow_mut().cut(&folder, &mut self.rng).commits;
        }
        for customer in self.table.customers() {
            if self.rng.u8(..6) == 0 {
                self.server.known().change_consent(customer);
                self.changed.insert(customer);
            }
        }
    }
}

/// Tells somebody who replays one trial.
#[expect(clippy::print_stderr, reason = "it is asked for")]
pub fn show(text: &str) {
    eprintln!("{text}");
}

/// Nobody confirms anything.
const NO_NAME: guard::Confirmed<'static> = guard::Confirmed { name: None, profile: None, profiles: &[] };

fn profile(reads: bool) -> Profile {
    let text = format!("[profiles.p]\nbase_url = \"http://127.0.0.1:9\"\nread = {reads}\n");
    let config = Config::read("config.toml", &text).expect("a configuration");
    let named = Some(("p".to_owned(), crate::model::problem::Source::flag("profile")));
    Profile::of(Some(&config), &Wanted { profile: named, ..Wanted::default() }).expect("a profile")
}

fn create(path: &Path, table: &Table, profile: &Profile, options: &JobOptions) -> Database {
    let no_file: Option<&mut ProblemsFile<Vec<u8>>> = None;
    let summary = check("t.csv", table.text.as_slice(), profile, options, None, no_file).expect("a table");
    let mut repeated = Vec::new();
    if let Some(all) = summary.repeated.all() {
        all.each_repeated(|customer, _| repeated.push(customer)).expect("customers");
    }
    let head = Map::from_iter([("boot".to_owned(), "boot 0".into())]);
    Database::create(path, &head, &mut repeated.into_iter(), &summary.fingerprint.blocks).expect("room")
}
