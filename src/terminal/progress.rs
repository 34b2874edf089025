//! How far a long command is: a bar on a terminal, a line now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Terminal;

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Shown on standard error, until it is dropped.
pub struct Progress<'a> {
    terminal: &'a Terminal,
    bar: Option<ProgressBar>,
    last: Instant,
    total: u64,
}

impl<'a> Progress<'a> {
    /// For so many steps. Nothing is shown to users who want quiet.
    pub fn new(terminal: &'a Terminal, total: u64, is_shown: bool) -> Progress<'a> {
        let is_bar = is_shown && terminal.stderr_is_terminal && !terminal.quiet && !super::is_dumb();
        let bar = is_bar.then(|| {
            let color = if terminal.stderr_color { "{wide_bar:.cyan}" } else { "{wide_bar}" };
            let template = format!("{color} {{percent:>3}} % {{msg}}");
            let style =
                ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(5));
            bar.with_style(style.progress_chars("=> "))
        });
        Progress { terminal, bar, last: Instant::now(), total: if is_shown { total } else { 0 } }
    }

    /// Shows how far it is, with a few words.
    pub fn show(&mut self, done: u64, words: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(words.to_owned());
                bar.set_position(done);
            }
            None if self.total > 0 && self.last.elapsed() >= LINE_EVERY => {
                self.last = Instant::now();
                self.terminal.say(&format!("{done} of {}: {words}", self.total));
            }
            None => {}
        }
    }

    /// Writes a line above the bar.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.say(text)),
            None => self.terminal.say(text),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
