//! The process is killed at any moment, again and again, and the run gone on with: counted at the service, no row is lost
//! and no outcome repeated, and unknown are at most the rows in flight.
//!
//! `BOOSTER_KILLS=2000` tries more runs.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;

use super::crm::{Crm, Reply, Seen};
use super::{bulk, names, states};
use crate::common::World;

/// Rows in flight at once.
const CONCURRENCY: usize = 4;

/// When the process is killed.
struct Kill {
    /// As many patches come first.
    after: usize,
    /// This many of them, the last ones, get no answer any more.
    unanswered: usize,
    /// Whether their changes are made.
    applied: bool,
    child: Option<Child>,
}

impl Kill {
    fn now(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("ours");
            child.wait().expect("ours");
        }
    }
}

/// Does as it is asked, until it is time to kill.
fn rule(kill: &Mutex<Kill>, seen: &Seen) -> Reply {
    let mut now = kill.lock().expect("no test panics in here");
    let applied = now.applied;
    if !seen.is_patch || now.child.is_none() || seen.count + now.unanswered <= now.after {
        return Reply::Done;
    }
    // The others may not come, since rows wait for this one: then nobody waits for them.
    let began = std::time::Instant::now();
    while now.child.is_some() && seen.count < now.after && began.elapsed() < Duration::from_millis(20) {
        drop(now);
        std::thread::yield_now();
        now = kill.lock().expect("no test panics in here");
    }
    now.now();
    Reply::Close { applied }
}

/// One table, killed up to three times.
struct Trial {
    world: World,
    rng: Rng,
    crm: Crm,
    kill: Arc<Mutex<Kill>>,
    rows: usize,
}

impl Trial {
    fn new(seed: u64) -> Trial {
        let mut rng = Rng::with_seed(seed);
        let rows = rng.usize(5..40);
        let kill = Kill { after: 0, unanswered: 0, applied: false, child: None };
        let kill = Arc::new(Mutex::new(kill));
        let own = Arc::clone(&kill);
        let crm = Crm::start(1..20, move |seen| rule(&own, seen));
        let world = World::new();
        let table: Vec<u32> = (0..rows).map(|_| rng.u32(1..20)).collect();
        world.file("t.csv", names(table));
        Trial { world, rng, crm, kill, rows }
    }

    /// Gives how often it was killed.
    fn run(mut self) -> usize {
        let path = self.world.path("t.csv").display().to_string();
        let mut words = vec!["patch", &path, "--run=r", "--unchecked", "--concurrency=4"];
        let mut kills = 0;
        let mut settled = BTreeSet::new();
        loop {
            let seen = self.crm.patches().len();
            let mut kill = self.kill.lock().expect("no test panics in here");
            let after = seen + self.rng.usize(1..=self.rows - settled.len().min(self.rows - 1));
            *kill = Kill {
                after: if kills < 3 { after } else { usize::MAX },
                unanswered: self.rng.usize(..=CONCURRENCY),
                applied: self.rng.bool(),
                child: None,
            };
            let mut command = self.world.booster(bulk(&self.crm.url, &words));
            let child =
                command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
            kill.child = Some(child);
            drop(kill);
            let was_killed = self.ended();
            self.crm.until_idle();
            self.check(&settled, seen);
            let found = states(&self.world, "r");
            if !was_killed {
                self.end(&found);
                return kills;
            }
            let unknown = found.values().filter(|state| *state == "sent").count();
            assert!(unknown <= CONCURRENCY, "{found:?}");
            settled = found.into_iter().filter(|(_, state)| state == "done").map(|(row, _)| row).collect();
            words = vec!["resume", "r", "--concurrency=4"];
            kills += 1;
        }
    }

    /// Waits for the end of the process, and says whether it was killed.
    fn ended(&self) -> bool {
        loop {
            let mut kill = self.kill.lock().expect("no test panics in here");
            let Some(child) = &mut kill.child else { return true };
            if child.try_wait().expect("ours").is_some() {
                kill.child = None;
                return false;
            }
            drop(kill);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// No outcome that was there is sent again, and the rows of a customer keep their order.
    fn check(&self, settled: &BTreeSet<u64>, from: usize) {
        let patches = self.crm.patches();
        for seen in &patches[from..] {
            assert!(!settled.contains(&seen.row()), "row {} was done, and is sent again", seen.row());
        }
        let mut last = BTreeMap::new();
        for seen in &patches {
            let before = last.insert(seen.customer, seen.row()).unwrap_or(0);
            assert!(before <= seen.row(), "row {} came after row {before}", seen.row());
        }
    }

    /// Nothing is lost: every row was applied, or is named as unknown, or waits behind one that is.
    fn end(&self, found: &BTreeMap<u64, String>) {
        let applied: BTreeSet<u64> = self.crm.applied().into_iter().collect();
        for row in 2..self.rows as u64 + 2 {
            let state = found.get(&row).map_or("pending", String::as_str);
            match state {
                "done" => assert!(applied.contains(&row), "row {row} is done, and was never applied"),
                "skipped" => assert!(!applied.contains(&row), "row {row} is skipped, and was applied"),
                "unknown" => {}
                other => panic!("row {row} is {other}"),
            }
        }
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_loses_and_repeats_nothing() {
    let runs = std::env::var("BOOSTER_KILLS").map_or(200, |runs| runs.parse().expect("a number"));
    let (next, kills) = (AtomicU64::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= runs {
                        return;
                    }
                    let run = std::panic::AssertUnwindSafe(|| Trial::new(seed).run());
                    let Ok(own) = std::panic::catch_unwind(run) else { panic!("seed {seed}; why is above") };
                    kills.fetch_add(own, Ordering::Relaxed);
                }
            });
        }
    });
    let kills = kills.into_inner();
    assert!(kills as u64 > runs, "{runs} runs were killed {kills} times");
}
