//! A disk that knows in which order a run's database was written and what of it was synced, so that it can lose the
//! rest: a power cut keeps what was synced, and of what came later any beginning, with anything behind it.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use fastrand::Rng;

use super::wal::Walk;
use crate::bulk::database::{FILE, Written};

/// The time between two checkpoints: a main file that does not change, and a log that only grows.
#[derive(Debug, Clone)]
struct Epoch {
    main: Rc<[u8]>,
    log: Vec<u8>,
    walk: Walk,
    /// The main file after the checkpoint, once there was one.
    after: Option<Rc<[u8]>>,
}

/// A commit: in which epoch it was made, and where it ends in the log.
#[derive(Debug, Clone, Copy)]
struct Commit {
    epoch: usize,
    end: usize,
    synced: bool,
}

#[derive(Debug)]
pub struct Disk {
    /// Where the database is that is written now.
    pub path: PathBuf,
    epochs: Vec<Epoch>,
    commits: Vec<Commit>,
}

/// What a power cut left.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Commits that were made and are gone.
    pub commits: usize,
}

impl Disk {
    /// The disk of a database that was just made, and synced.
    pub fn new(folder: &Path) -> Disk {
        let path = folder.join(FILE);
        let mut disk = Disk { path, epochs: Vec::new(), commits: Vec::new() };
        disk.begin(disk.main(), Vec::new(), Walk::default());
        disk
    }

    /// Begins anew with what is on the disk for good.
    fn begin(&mut self, main: Rc<[u8]>, log: Vec<u8>, walk: Walk) {
        self.epochs = vec![Epoch { main, log, walk, after: None }];
        self.commits = vec![Commit { epoch: 0, end: walk.end, synced: true }];
    }

    fn main(&self) -> Rc<[u8]> {
        fs::read(&self.path).expect("the main file").into()
    }

    fn log_path(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push("-wal");
        path.into()
    }

    /// Takes note of what the database has just written.
    pub fn written(&mut self, what: Written) {
        let number = self.epochs.len() - 1;
        match what {
            Written::Commit { synced } => {
                let path = self.log_path();
                let epoch = &mut self.epochs[number];
                epoch.log.truncate(epoch.walk.end);
                let mut file = fs::File::open(path).expect("the log");
                file.seek(SeekFrom::Start(epoch.walk.end as u64)).expect("the log's end");
                file.read_to_end(&mut epoch.log).expect("the log");
                // A commit without a change writes nothing.
                if let Some(walk) = epoch.walk.next(&epoch.log) {
                    epoch.walk = walk;
                    self.commits.push(Commit { epoch: number, end: walk.end, synced });
                }
                epoch.log.truncate(epoch.walk.end);
            }
            Written::Checkpoint => {
                let main = self.main();
                assert_eq!(fs::metadata(self.log_path()).expect("the log").len(), 0, "the log is emptied");
                self.epochs[number].after = Some(Rc::clone(&main));
                self.epochs.push(Epoch { main, log: Vec::new(), walk: Walk::default(), after: None });
            }
        }
    }

    /// Puts what is left of the files into another folder: the process was killed, and all that it wrote is there.
    pub fn kill(&mut self, folder: &Path, rng: &mut Rng) {
        let epoch = self.epochs.last().expect("an epoch");
        let (main, mut log) = (Rc::clone(&epoch.main), epoch.log.clone());
        // The process may have been writing the next frames.
        let torn = rng.usize(..epoch.walk.frame() * 2) * usize::from(rng.bool() && !log.is_empty());
        log.extend(std::iter::repeat_with(|| rng.u8(..)).take(torn));
        self.put(folder, &main, &log);
    }

    /// Puts what a power cut leaves into another folder.
    pub fn cut(&mut self, folder: &Path, rng: &mut Rng) -> Loss {
        let first = self.commits.iter().rposition(|commit| commit.synced).expect("the first one is");
        let last = self.commits.len() - 1;
        // Where there is something to lose, it mostly is.
        let chosen = if first < last && rng.u8(..8) > 0 { rng.usize(first..last) } else { last };
        let loss = Loss { commits: last - chosen };
        let commit = self.commits[chosen];
        let epoch = self.epochs[commit.epoch].clone();
        let is_last = self.commits.get(chosen + 1).is_none_or(|next| next.epoch > commit.epoch);
        let (main, mut log) = match epoch.after {
            Some(after) if is_last && commit.synced => match rng.u8(..3) {
                0 => (after, Vec::new()),
                // The log was emptied, but the file system has not stored that.
                1 => (after, epoch.log),
                // In the middle of the checkpoint.
                _ => (mixed(&epoch.main, &after, rng), epoch.log),
            },
            Some(_) | None => (epoch.main, epoch.log[..commit.end].to_vec()),
        };
        let walk = whole(&log);
        let later = self.epochs[commit.epoch].log.get(log.len()..).unwrap_or_default();
        // Only behind a header of its own, without which it would be a whole log.
        let older = commit
            .epoch
            .checked_sub(1)
            .filter(|_| !log.is_empty())
            .and_then(|epoch| self.epochs[epoch].log.get(log.len()..));
        log.extend(tail(later, older.unwrap_or_default(), walk.frame(), rng));
        assert_eq!(whole(&log), walk, "what is behind the last commit is not valid");
        self.put(folder, &main, &log);
        log.truncate(walk.end);
        self.begin(main, log, walk);
        loss
    }

    /// A copy of the database as it is now: whoever opens the database itself changes its files.
    pub fn copy(&self, folder: &Path) -> PathBuf {
        let to = folder.join("copy.db");
        fs::copy(&self.path, &to).expect("room");
        // The log of a database that was closed is gone.
        let log = fs::read(self.log_path()).unwrap_or_default();
        fs::write(folder.join("copy.db-wal"), log).expect("room");
        to
    }

    fn put(&mut self, folder: &Path, main: &[u8], log: &[u8]) {
        self.path = folder.join(FILE);
        fs::write(&self.path, main).expect("room");
        fs::write(self.log_path(), log).expect("room");
    }
}

/// The state behind the last commit of a log.
fn whole(log: &[u8]) -> Walk {
    let mut walk = Walk::default();
    while let Some(next) = walk.next(log) {
        walk = next;
    }
    walk
}

/// What is behind the last commit that survived: nothing, a part of the next frame, the next frames with an error in the
/// first one, or what an older log left there.
fn tail(later: &[u8], older: &[u8], frame: usize, rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..4) {
        0 => Vec::new(),
        1 => later[..later.len().min(rng.usize(..frame))].to_vec(),
        2 => older.to_vec(),
        _ => {
            let mut bytes = later.to_vec();
            let first = bytes.len().min(frame);
            if first > 0 {
                bytes[rng.usize(..first)] ^= 1 << rng.u8(..8);
            }
            bytes
        }
    }
}

/// Some pages as they were before, and some as they are after.
fn mixed(before: &[u8], after: &[u8], rng: &mut Rng) -> Rc<[u8]> {
    const PAGE: usize = 4096;
    let mut pages = after.to_vec();
    for (page, old) in pages.chunks_mut(PAGE).zip(before.chunks(PAGE)) {
        if page.len() == old.len() && rng.bool() {
            page.copy_from_slice(old);
        }
    }
    pages.into()
}
