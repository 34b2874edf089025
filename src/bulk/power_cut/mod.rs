//! Proof of the protocol by trying: runs that are killed or lose the power at any moment, with all that was not synced,
//! and are gone on with.
//!
//! Everything above the network is the real thing: rows, checks, retries, marks, outcomes, SQLite and its files. The
//! service is in memory and the clock does not wait. A seed that fails is named; `BOOSTER_SEED=17` tries that one alone,
//! and `BOOSTER_SEEDS=20000` tries more of them.

mod disk;
mod law;
mod quiet;
mod server;
mod table;
mod trial;
mod wal;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use trial::{Report, Trial};

/// As many seeds must lose something.
const SEEDS: u64 = 2_000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

fn run(seed: u64, is_shown: bool, place: &Path) -> Report {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async { Trial::new(seed, is_shown, place).run().await })
}

/// A file system in memory where there is one: what is synced is decided by the trial, not by the machine.
fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if tempfile::tempdir_in(&memory).is_ok() { memory } else { std::env::temp_dir() }
}

#[test]
fn no_row_is_lost_or_repeated_whatever_a_kill_or_a_power_cut_takes() {
    let place = place();
    if let Some(seed) = number("BOOSTER_SEED") {
        trial::show(&format!("{:?}", run(seed, true, &place)));
        return;
    }
    let wanted = number("BOOSTER_SEEDS").unwrap_or(SEEDS);
    let (next, counted, kills) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let failed = Mutex::new(Vec::new());
    let work = || {
        while counted.load(Ordering::Relaxed) < wanted && failed.lock().expect("unharmed").is_empty() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            match catch_unwind(AssertUnwindSafe(|| run(seed, false, &place))) {
                Ok(report) => {
                    counted.fetch_add(u64::from(report.lost > 0), Ordering::Relaxed);
                    kills.fetch_add(report.kills as u64, Ordering::Relaxed);
                }
                Err(_) => failed.lock().expect("unharmed").push(seed),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(4);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("unharmed");
    assert!(failed.is_empty(), "failed with BOOSTER_SEED={failed:?}; the messages are above");
    let tried = next.into_inner();
    let (counted, kills) = (counted.into_inner(), kills.into_inner());
    trial::show(&format!("{tried} trials: {counted} lost something in a power cut; {kills} kills"));
    assert!(tried < wanted * 4 && kills > wanted / 10, "{tried} trials, {kills} kills");
}
