//! What is told while a bulk job runs: the progress, the events file, and `status.json`.

use std::fs::File;
use std::io::Write;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::bulk::database::Ended;
use crate::bulk::folder::{Head, RunFolder};
use crate::bulk::state::Counts;
use crate::bulk::status::Status;
use crate::bulk::work::Observer;
use crate::failure::Failure;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::platform::private;
use crate::state::history::format_time;
use crate::terminal::progress::Progress;

pub struct JobObserver<'a> {
    progress: Progress<'a>,
    events: Option<(String, File)>,
    status: Status,
    folder: &'a RunFolder,
    began: Instant,
    /// Rows that had ended before.
    before: u64,
}

impl<'a> JobObserver<'a> {
    /// # Errors
    /// Usage, where the events file cannot be made; failed, where the run's folder takes no file.
    pub fn new(
        app: &'a App<'_>,
        head: &Head,
        folder: &'a RunFolder,
        counts: &Counts,
        events: Option<&str>,
    ) -> Result<JobObserver<'a>, Failure> {
        let events = events.map(|path| open(path).map(|file| (path.to_owned(), file))).transpose()?;
        let status = Status {
            run: head.run.clone(),
            command: head.command.clone(),
            started: head.started.clone(),
            updated: format_time(Timestamp::now()),
            process: std::process::id(),
            profile: head.profile.clone(),
            service: head.service.clone(),
            input: head.input.clone(),
            rows: head.rows,
            counts: *counts,
            rate: 0.0,
            waiting_for: None,
            outcome: None,
            has_backup: head.options.backup,
            days: head.days,
        };
        let observer = JobObserver {
            progress: Progress::new(app.terminal, head.rows, !app.json),
            events,
            status,
            folder,
            began: Instant::now(),
            before: ended(counts),
        };
        observer.status.write(&folder.path).map_err(|error| {
            let message = format!("the run's folder {} cannot be written: {error}", folder.path.display());
            Failure::new(Outcome::Failed, format!("{message}; nothing was sent"))
                .hint("make room or give the folder back its rights, then go on with `booster bulk resume`")
        })?;
        Ok(observer)
    }

    /// Notes how the run ended, for those who ask for its status.
    pub fn finish(mut self, outcome: Option<&str>, counts: &Counts) {
        self.status.outcome = outcome.map(str::to_owned);
        self.update(counts, None);
    }

    fn update(&mut self, counts: &Counts, waiting_for: Option<&str>) {
        // No number of rows is too large for a float to be near enough.
        #[allow(clippy::cast_precision_loss)]
        let done = ended(counts).saturating_sub(self.before) as f64;
        let seconds = self.began.elapsed().as_secs_f64();
        self.status.rate = if seconds > 0.0 { (done / seconds * 10.0).round() / 10.0 } else { 0.0 };
        self.status.counts = *counts;
        self.status.updated = format_time(Timestamp::now());
        self.status.waiting_for = waiting_for.map(str::to_owned);
        // Whoever asks meanwhile sees an older one.
        let _ = self.status.write(&self.folder.path);
    }
}

/// How many rows have ended.
fn ended(counts: &Counts) -> u64 {
    counts.total() - counts.pending
}

fn open(path: &str) -> Result<File, Failure> {
    private::append(std::path::Path::new(path)).map_err(|error| {
        Failure::usage(format!("the events file {path} cannot be written: {error}"))
            .hint("name a file in a folder that you can write to")
    })
}

impl Observer for JobObserver<'_> {
    fn rows(&mut self, ended: &[Ended]) -> Result<(), Failure> {
        let Some((path, file)) = &mut self.events else { return Ok(()) };
        let mut lines = String::new();
        for row in ended {
            let time = Timestamp::from_millisecond(row.ended).map(format_time).unwrap_or_default();
            let event = json!({
                "time": time, "row": row.row.number, "customer": row.row.customer, "state": row.state.word(),
                "attempts": row.attempts, "status": row.status, "code": row.code, "message": row.message,
                "milliseconds": row.took,
            });
            lines.push_str(&crate::escape::escaped_json(&event.to_string()));
            lines.push('\n');
        }
        file.write_all(lines.as_bytes()).map_err(|error| {
            Failure::new(Outcome::Failed, format!("the events file {path} cannot be written: {error}"))
                .hint("make room, then go on with `booster bulk resume`")
        })
    }

    fn tick(&mut self, counts: &Counts, waiting_for: Option<&str>) {
        self.update(counts, waiting_for);
        let bad = [("failed", counts.failed), ("unknown", counts.unknown), ("skipped", counts.skipped)];
        let mut words = format!("{:.0} rows/s", self.status.rate);
        if let Some(left) = time_left(counts, self.status.rate) {
            words.push_str(&format!(", {left} left"));
        }
        for (word, number) in bad.into_iter().filter(|(_, number)| *number > 0) {
            words.push_str(&format!(", {} {word}", grouped(number)));
        }
        if let Some(waiting_for) = waiting_for {
            words.push_str(&format!("; {waiting_for}"));
        }
        self.progress.show(ended(counts), &words);
    }

    fn drains(&mut self, in_flight: usize) {
        if in_flight > 0 {
            let rows = if in_flight == 1 { "1 row".to_owned() } else { format!("{in_flight} rows") };
            self.progress
                .say(&format!("Stopping: waiting for {rows} in flight; Ctrl-C again stops at once."));
        }
    }
}

/// `4 min` or `35 s`; nothing while there is no rate.
fn time_left(counts: &Counts, rate: f64) -> Option<String> {
    if rate < 0.1 || counts.pending == 0 {
        return None;
    }
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = (counts.pending as f64 / rate) as u64;
    Some(match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    })
}
