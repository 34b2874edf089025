//! Whether a profile sends a patch that cannot be noted in the history.

/// What happens to a patch that cannot be noted in the history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum HistoryMode {
    /// It is sent, with a warning.
    #[default]
    Optional,
    /// It is not sent.
    Required,
}

impl HistoryMode {
    pub fn word(self) -> &'static str {
        match self {
            HistoryMode::Optional => "optional",
            HistoryMode::Required => "required",
        }
    }
}
