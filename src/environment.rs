//! The environment variables that booster reads, once: the names, what they are for, and how an empty one counts.

use std::ffi::OsString;

/// A variable that booster reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Variable {
    Home,
    Config,
    Profile,
    BaseUrl,
    Token,
    Username,
    Password,
    HeaderSecret,
    Timeout,
    Output,
    NoInput,
    RetryBase,
    HttpsProxy,
    AllProxy,
    NoProxy,
    NoColor,
    CliColorForce,
    Term,
    Columns,
    Lines,
    Visual,
    Editor,
    JobCompletionIndex,
    SlurmArrayTaskId,
}

impl Variable {
    pub fn all() -> &'static [Variable] {
        <Variable as clap::ValueEnum>::value_variants()
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Variable::Home => {
                ("BOOSTER_HOME", "one folder for configuration, credentials, history and backups")
            }
            Variable::Config => ("BOOSTER_CONFIG", "the configuration file, as --config"),
            Variable::Profile => ("BOOSTER_PROFILE", "the profile's name, as --profile"),
            Variable::BaseUrl => ("BOOSTER_BASE_URL", "where to send, as --base-url"),
            Variable::Token => ("BOOSTER_TOKEN", "the secret of the sign-in types bearer and api-key"),
            Variable::Username => ("BOOSTER_USERNAME", "the user of the sign-in types basic and credentials"),
            Variable::Password => {
                ("BOOSTER_PASSWORD", "the secret of the sign-in types basic, credentials and oauth2-client")
            }
            Variable::HeaderSecret => {
                ("BOOSTER_SECRET_NAME", "the secret NAME of a header in the profile, in capitals")
            }
            Variable::Timeout => ("BOOSTER_TIMEOUT", "time limit of one attempt, in seconds, as --timeout"),
            Variable::Output => ("BOOSTER_OUTPUT", "text or json, as --output"),
            Variable::NoInput => ("BOOSTER_NO_INPUT", "any value but 0 and false: never ask, as --no-input"),
            Variable::RetryBase => (
                "BOOSTER_RETRY_BASE",
                "seconds to wait before the first repetition, from 0 to 20 [default: 0.5]",
            ),
            Variable::HttpsProxy => (
                "HTTPS_PROXY",
                "the proxy, as in http://user:password@proxy.example.com:3128; never used for this machine",
            ),
            Variable::AllProxy => ("ALL_PROXY", "the proxy if HTTPS_PROXY is not set"),
            Variable::NoProxy => {
                ("NO_PROXY", "hosts, domains and networks that are reached without the proxy")
            }
            Variable::NoColor => ("NO_COLOR", "any value: no colour"),
            Variable::CliColorForce => ("CLICOLOR_FORCE", "any value but 0: colour even without a terminal"),
            Variable::Term => ("TERM", "dumb: no colour, no cursor movement"),
            Variable::Columns => {
                ("COLUMNS", "the width, if the terminal does not tell it, and of help without a terminal")
            }
            Variable::Lines => ("LINES", "the height, if the terminal does not tell it"),
            Variable::Visual => ("VISUAL", "the editor for customer edit, with its options"),
            Variable::Editor => ("EDITOR", "the editor if VISUAL is not set"),
            Variable::JobCompletionIndex => {
                ("JOB_COMPLETION_INDEX", "the number of a Kubernetes pod, from 0, for --shard auto/N")
            }
            Variable::SlurmArrayTaskId => {
                ("SLURM_ARRAY_TASK_ID", "the number of a Slurm task, from 1, for --shard auto/N")
            }
        }
    }

    pub fn name(self) -> &'static str {
        self.row().0
    }

    pub fn meaning(self) -> &'static str {
        self.row().1
    }

    /// Whether the value must not be passed on.
    pub fn is_secret(self) -> bool {
        matches!(self, Variable::Token | Variable::Password | Variable::HeaderSecret)
    }

    /// Whether the value is a path, which need not be Unicode.
    fn is_path(self) -> bool {
        matches!(self, Variable::Home | Variable::Config)
    }

    /// The value. An empty variable counts as unset, and so does one that is not Unicode.
    pub fn get(self) -> Option<String> {
        std::env::var(self.name()).ok().filter(|value| !value.is_empty())
    }

    /// The value of a variable that holds a path. An empty one counts as unset.
    pub fn get_os(self) -> Option<OsString> {
        std::env::var_os(self.name()).filter(|value| !value.is_empty())
    }
}

/// The name of whoever runs the command, where the system says it.
pub fn user() -> Option<String> {
    let names = if cfg!(windows) { ["USERNAME", "USER"] } else { ["USER", "LOGNAME"] };
    names.into_iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty())
}

/// A variable of ours whose value is not Unicode. It must not count as unset: where to send, or by whom, is in it.
pub fn not_unicode() -> Option<Variable> {
    let is_ours = |variable: &Variable| variable.name().starts_with("BOOSTER_") && !variable.is_path();
    Variable::all()
        .iter()
        .copied()
        .filter(is_ours)
        .find(|variable| variable.get_os().is_some_and(|value| value.to_str().is_none()))
}

/// What the variables of the secrets in headers begin with.
const HEADER_SECRET: &str = "BOOSTER_SECRET_";

/// The variable of the secret in a header.
pub fn header_variable(secret: &str) -> String {
    format!("{HEADER_SECRET}{}", secret.to_ascii_uppercase())
}

/// The secret of this name in the environment. An empty variable counts as unset.
///
/// # Errors
/// If it is not Unicode.
pub fn header_secret(secret: &str) -> Result<Option<String>, ()> {
    let value = std::env::var_os(header_variable(secret)).filter(|value| !value.is_empty());
    value.map(|value| value.into_string().map_err(drop)).transpose()
}

/// Takes our own secrets out of the environment of a program that is about to be started.
pub fn hide_secrets(command: &mut std::process::Command) {
    for variable in Variable::all().iter().filter(|variable| variable.is_secret()) {
        command.env_remove(variable.name());
    }
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().to_ascii_uppercase().starts_with(HEADER_SECRET)) {
        command.env_remove(name);
    }
}
