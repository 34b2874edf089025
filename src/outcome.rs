//! How a command ended: the word, the exit code and the meaning of each outcome.

/// How a command ended. The words are part of the interface: scripts compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    Sent,
    /// Every row of a table has ended well.
    Done,
    Planned,
    Read,
    /// Nothing would change, so nothing was sent.
    Unchanged,
    #[default]
    Failed,
    Usage,
    Refused,
    Unauthenticated,
    Forbidden,
    NotFound,
    Rejected,
    Unreachable,
    /// Rows of a table failed or were skipped.
    Partial,
    /// Before anything was applied: by a guard, by the user, or by a change meanwhile. A signal has an exit code of its own.
    Stopped,
    Different,
    Unknown,
    Unverified,
}

impl Outcome {
    pub const ALL: [Outcome; 18] = [
        Outcome::Sent,
        Outcome::Done,
        Outcome::Planned,
        Outcome::Read,
        Outcome::Unchanged,
        Outcome::Failed,
        Outcome::Usage,
        Outcome::Refused,
        Outcome::Unauthenticated,
        Outcome::Forbidden,
        Outcome::NotFound,
        Outcome::Rejected,
        Outcome::Unreachable,
        Outcome::Partial,
        Outcome::Stopped,
        Outcome::Different,
        Outcome::Unknown,
        Outcome::Unverified,
    ];

    /// Word, exit code and meaning of each outcome, in one place; `booster help exit-codes` prints exactly this.
    fn row(self) -> (&'static str, u8, &'static str) {
        match self {
            Outcome::Sent => ("sent", 0, "the service answered with success"),
            Outcome::Done => ("done", 0, "every row of the table was sent, or needed no change"),
            Outcome::Planned => ("planned", 0, "everything is correct; nothing had to be sent"),
            Outcome::Read => ("read", 0, "the information was printed; nothing had to be sent"),
            Outcome::Unchanged => ("unchanged", 0, "nothing would change; nothing was sent"),
            Outcome::Failed => ("failed", 1, "something unexpected, such as a full disk"),
            Outcome::Usage => {
                ("usage", 2, "the command line, the configuration, or a file that cannot be read")
            }
            Outcome::Refused => ("refused", 3, "the input breaks a rule; nothing was sent"),
            Outcome::Unauthenticated => {
                ("unauthenticated", 4, "no sign-in, or one that the service does not accept")
            }
            Outcome::Forbidden => ("forbidden", 4, "the service does not allow it (403)"),
            Outcome::NotFound => ("not-found", 5, "the service has no such customer (404)"),
            Outcome::Rejected => ("rejected", 6, "the service refused it (other 4xx and 3xx)"),
            Outcome::Unreachable => (
                "unreachable",
                7,
                "the service could not be reached, or asked to try later (429, 503) at every attempt; \
                nothing was applied",
            ),
            Outcome::Partial => {
                ("partial", 8, "the rows of the table have ended; some failed or were skipped")
            }
            Outcome::Stopped => (
                "stopped",
                9,
                "stopped by a guard, by you, or because somebody else changed the record (Ctrl-C: 130, \
                SIGTERM: 143); nothing was applied",
            ),
            Outcome::Different => ("different", 10, "--diff --dry-run found differences; nothing was sent"),
            Outcome::Unknown => (
                "unknown",
                11,
                "the response was cut off, never came or cannot be understood; what was sent may have \
                been applied (after Ctrl-C: 130, SIGTERM: 143)",
            ),
            Outcome::Unverified => {
                ("unverified", 12, "sent, but a field was not saved, or the customer could not be read again")
            }
        }
    }

    pub fn word(self) -> &'static str {
        self.row().0
    }

    pub fn exit_code(self) -> u8 {
        self.row().1
    }

    pub fn meaning(self) -> &'static str {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_a_word_of_its_own() {
        let mut words: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Outcome::ALL.len());
    }
}
