//! Whether a profile wants to be told why a customer is changed.

/// When a patch has to say why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonMode {
    #[default]
    Optional,
    /// Where a consent may change.
    Consents,
    Always,
}

impl ReasonMode {
    pub fn word(self) -> &'static str {
        match self {
            ReasonMode::Optional => "optional",
            ReasonMode::Consents => "consents",
            ReasonMode::Always => "always",
        }
    }
}
