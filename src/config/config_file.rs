//! The configuration file: where it lies, what may stand in it, and what is wrong with it.
//!
//! Its lines are never shown: somebody may have written a secret into one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;
use toml::Spanned;

use super::table_reader::{Keys, Table};
use crate::auth::Auth;
use crate::auth::store::StoreKind;
use crate::document::read;
use crate::document::tree::{self, Content, Entry as TreeEntry, Format};
use crate::environment::Variable;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::guard::Guard;
use crate::model::problem::{FileText, Problem, Source};
use crate::platform::replace::leads_nowhere;
use crate::spelling::did_you_mean;

/// What `config init` writes.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

#[derive(Debug)]
pub struct Config {
    pub file: File,
    text: Rc<FileText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub default_profile: Option<Spanned<String>>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Entry>,
}

/// One profile as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub base_url: Option<Spanned<String>>,
    /// Read by the kind of sign-in that it names.
    pub auth: Option<Spanned<Table>>,
    pub username: Option<Spanned<String>>,
    /// A program and its arguments; what it prints is the secret.
    pub secret_command: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    pub store: StoreKind,
    /// A route below `base_url` that tells who one is, for a service whose `GET /auth` does not.
    pub whoami: Option<String>,
    /// Seconds.
    pub timeout: Option<Spanned<f64>>,
    pub guard: Option<Guard>,
    pub environment: Option<Environment>,
    /// PEM certificates to trust; a path beside the configuration, as the other two.
    pub ca_file: Option<Spanned<String>>,
    /// Whether the system's roots are trusted; unless set, where there is no `ca_file`.
    pub system_roots: Option<Spanned<bool>>,
    pub client_cert: Option<Spanned<String>>,
    pub client_key: Option<Spanned<String>>,
    pub read: Option<bool>,
    pub read_route: Option<Spanned<String>>,
    /// Seconds.
    pub verify_within: Option<Spanned<f64>>,
    pub backup: Option<bool>,
    pub backup_days: Option<Spanned<i64>>,
    /// Read by the file door, which knows what a field is; here it only has to be a table.
    #[serde(default, rename = "defaults")]
    _defaults: toml::Table,
}

/// What a profile's service is for, so that nobody mistakes one for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    Production,
    Staging,
    Test,
    Development,
}

impl Environment {
    pub fn word(self) -> &'static str {
        match self {
            Environment::Production => "production",
            Environment::Staging => "staging",
            Environment::Test => "test",
            Environment::Development => "development",
        }
    }
}

/// The defaults of one profile, with the text that they stand in.
#[derive(Debug)]
pub struct Defaults {
    pub entries: Vec<TreeEntry>,
    pub text: Rc<FileText>,
}

impl Entry {
    fn check(&self, source: &dyn Fn(Range<usize>) -> Option<Source>) -> Result<(), Failure> {
        if let Some(command) = self.secret_command.as_ref().filter(|command| command.get_ref().is_empty()) {
            let hint = "write the program and each argument, as in [\"pass\", \"show\", \"booster\"]";
            let problem =
                Problem::usage(source(command.span()), "secret_command is empty", Some(hint.into()));
            return Err(Failure::problem(problem));
        }
        self.auth(source).map(drop)
    }

    /// The sign-in that the entry describes, where it does.
    ///
    /// # Errors
    /// Usage, at the key that is missing or wrong.
    pub fn auth(&self, source: &dyn Fn(Range<usize>) -> Option<Source>) -> Result<Option<Auth>, Failure> {
        let by_environment =
            Variable::Username.get().map(|name| (name, Some(Source::Environment(Variable::Username))));
        let written = self.username.as_ref().map(|name| (name.get_ref().clone(), source(name.span())));
        let username = by_environment.or(written);
        let read = |table| Auth::read(Keys::new(table, username.clone(), source));
        self.auth.as_ref().map(read).transpose()
    }
}

/// Where the configuration lies: by flag, by environment, or in the platform's folder. None where the platform has
/// no such folder.
pub fn path(flag: Option<&str>) -> Option<PathBuf> {
    flag.map(PathBuf::from).or_else(|| Variable::Config.get().map(PathBuf::from)).or_else(|| {
        directories::ProjectDirs::from("", "", "booster")
            .map(|folders| folders.config_dir().join("config.toml"))
    })
}

/// Whether certainly nothing is there: neither a file nor a link, and no folder above that cannot be looked into.
fn is_absent(path: &Path) -> bool {
    let is_missing = |error: std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    path.symlink_metadata().is_err_and(is_missing) && leads_nowhere(path).is_none()
}

impl Config {
    /// Reads the configuration. None where nobody named one and none is at its usual place. One that is there and
    /// cannot be read is never taken for none: with it would go the guard that stands in it.
    ///
    /// # Errors
    /// Usage: a named file that is not there, one that cannot be read, one that is wrong.
    pub fn load(flag: Option<&str>) -> Result<Option<Config>, Failure> {
        let Some(path) = path(flag) else { return Ok(None) };
        let is_named = flag.is_some() || Variable::Config.get().is_some();
        if !is_named && is_absent(&path) {
            return Ok(None);
        }
        let leads_nowhere = leads_nowhere(&path);
        let path = path.to_string_lossy();
        let bytes = read::read_bytes(&path).map_err(|error| match leads_nowhere {
            Some(link) => {
                Failure::usage(format!("cannot read {path}: {} is a link to nothing", link.display()))
                    .hint("mend the link or remove it; until then nobody knows which guard holds")
            }
            None => Failure::usage(error.to_string()),
        })?;
        let text = read::decode(&path, bytes)
            .map_err(|wrong| Failure::usage(format!("{path}: {}", wrong.fault.message)))?;
        Config::read(&path, &text.text).map(Some)
    }

    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// Usage, with line and column, and never with the text of the line.
    pub fn read(path: &str, text: &str) -> Result<Config, Failure> {
        let text = Rc::new(FileText::new(path, text.to_owned(), false));
        let file: File = toml::from_str(&text.text).map_err(|error| refused(&text, &error))?;
        let config = Config { file, text };
        // What is wrong is found even in a profile that is not used this time.
        let source = |span| Some(config.source(span));
        config.file.profiles.values().try_for_each(|entry| entry.check(&source))?;
        Ok(config)
    }

    pub fn path(&self) -> &str {
        &self.text.path
    }

    pub fn source(&self, span: Range<usize>) -> Source {
        Source::file(&self.text, span)
    }

    /// The path of a file that the configuration names: beside the configuration unless it is absolute. A tilde is
    /// a shell's, and stays what it is.
    pub fn beside(&self, path: &str) -> PathBuf {
        let folder = Path::new(&self.text.path).parent();
        folder.unwrap_or(Path::new("")).join(path)
    }

    /// Whether there is a profile of this name.
    ///
    /// # Errors
    /// Usage, where there is none, with the one that may have been meant.
    pub fn must_have(&self, name: &str) -> Result<(), Failure> {
        if self.file.profiles.contains_key(name) {
            return Ok(());
        }
        let names = self.file.profiles.keys();
        let failure = Failure::usage(format!("{} has no profile {}", self.path(), escaped(name)));
        Err(match did_you_mean(name, names.clone()) {
            Some(near) => failure.hint(format!("did you mean {near}?")),
            None if self.file.profiles.is_empty() => {
                failure.hint("it has none; `booster profile add` adds one")
            }
            None => failure.hint(format!("it has {}", names.cloned().collect::<Vec<_>>().join(", "))),
        })
    }

    /// The defaults of a profile, as a tree that knows where everything is written.
    pub fn defaults(&self, profile: &str) -> Option<Defaults> {
        let entries = self.table(&["profiles", profile, "defaults"])?;
        Some(Defaults { entries, text: Rc::clone(&self.text) })
    }

    /// Where a profile is written: its name in the head of its table.
    pub fn place(&self, profile: &str) -> Option<Source> {
        let profiles = self.table(&["profiles"])?;
        let entry = profiles.into_iter().find(|entry| entry.key == profile)?;
        Some(self.source(entry.key_span))
    }

    /// The entries of a table as they are written, in the order of writing.
    pub fn table(&self, path: &[&str]) -> Option<Vec<TreeEntry>> {
        let mut node = tree::parse(&self.text.text, Format::Toml).ok()?;
        for key in path {
            let Content::Object(entries) = node.content else { return None };
            node = entries.into_iter().find(|entry| entry.key == *key)?.node;
        }
        let Content::Object(entries) = node.content else { return None };
        Some(entries)
    }
}

/// The words under which people write secrets into configurations.
const SECRET_KEYS: [&str; 8] =
    ["token", "password", "secret", "apikey", "accesstoken", "clientsecret", "refreshtoken", "bearer"];

/// The problem with a key under which people write secrets; none where it is no such key.
pub fn secret_in_config(key: &str, source: Option<Source>) -> Option<Problem> {
    let folded = key.replace(['_', '-'], "").to_lowercase();
    SECRET_KEYS.contains(&folded.as_str()).then(|| {
        let message = format!("{key} is a secret, and secrets do not belong in the configuration");
        let hint = format!(
            "remove it here, and sign in with `booster auth login`, or set {} or {}",
            Variable::Token.name(),
            Variable::Password.name()
        );
        Problem::usage(source, message, Some(hint))
    })
}

fn refused(text: &Rc<FileText>, error: &toml::de::Error) -> Failure {
    let span = error.span().unwrap_or(0..0);
    let source = Some(Source::file(text, span.clone()));
    let message = error.message();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = names.first().filter(|_| message.starts_with("unknown "));
    let problem = match unknown {
        Some(key) if secret_in_config(key, None).is_some() => {
            secret_in_config(key, source).expect("it has just been one")
        }
        // The variant itself may be a secret in the wrong place, so it is not repeated; a key's name is.
        Some(_) if message.starts_with("unknown variant") => Problem::usage(
            source,
            "this is none of the known words",
            Some(format!("write {}", names[1..].join(", "))),
        ),
        Some(key) => Problem::usage(
            source,
            format!("there is no key {key}"),
            Some(match did_you_mean(key, names[1..].iter()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", names[1..].join(", ")),
            }),
        ),
        None if message == "duplicate key" => Problem::usage(
            source,
            format!("{} is written twice", escaped(text.text.get(span).unwrap_or_default())),
            Some("one of the two must go, or get another name".to_owned()),
        ),
        // What the reader says where one of several words belongs.
        None if message == "wanted string or table" => {
            Problem::usage(source, "a word belongs here", Some("write it in quotes".to_owned()))
        }
        None => match wrong_kind(message, key_of(&text.text, span.start)) {
            Some((message, hint)) => Problem::usage(source, message, hint),
            None => Problem::usage(source, without_values(message), None),
        },
    };
    Failure::problem(problem)
}

/// The key whose value begins at this byte; nothing where another thing stands there.
fn key_of(text: &str, value: usize) -> &str {
    let before = text.get(..value).unwrap_or_default();
    let line = before.rsplit(['\n', '{', ',']).next().unwrap_or_default();
    line.trim_end().strip_suffix('=').map_or("", str::trim)
}

/// Message and hint for a value of the wrong kind, from a message such as `invalid type: string "…", expected f64`.
fn wrong_kind(message: &str, key: &str) -> Option<(String, Option<String>)> {
    let (found, wanted) = message.strip_prefix("invalid type: ")?.rsplit_once(", expected ")?;
    let wanted = match wanted {
        "f64" | "i64" => "a number",
        "a boolean" => "true or false",
        "a string" => "a text",
        "a sequence" => "a list",
        "a map" => "a table",
        _ => return None,
    };
    let found = found.split([' ', '`']).next().unwrap_or_default();
    let hint = match (found, wanted, key) {
        (_, "a table", "auth") => Some("write it as in auth = { kind = \"bearer\" }"),
        ("string", "a number", _) => Some("write it without quotes"),
        ("string", "true or false", _) => Some("write true or false, without quotes"),
        ("integer" | "floating" | "boolean", "a text", _) => Some("write it in quotes"),
        _ => None,
    };
    let found = match found {
        "string" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "sequence" => "a list",
        "map" => "a table",
        _ => "something else",
    };
    let whose = if key.is_empty() { String::new() } else { format!("{}: ", escaped(key)) };
    Some((format!("{whose}{wanted} belongs here, and this is {found}"), hint.map(str::to_owned)))
}

/// A message of the TOML reader without the values that it repeats: `invalid type: string "…", expected f64`.
fn without_values(message: &str) -> String {
    let mut shown = String::new();
    for (i, piece) in message.lines().collect::<Vec<_>>().join(", ").split('"').enumerate() {
        shown.push_str(if i % 2 == 0 { piece } else { "…" });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (usize, usize, String, String) {
        let failure = Config::read("config.toml", text).expect_err(text);
        let [problem] = failure.problems.as_slice() else { panic!("one problem") };
        let Some(Source::File { file, span }) = &problem.source else { panic!("a place") };
        let (line, column) = file.line_and_column(span.start);
        (line, column, problem.message.clone(), problem.hint.clone().unwrap_or_default())
    }

    #[test]
    fn the_example_can_be_read() {
        let config = Config::read("config.example.toml", EXAMPLE).expect("valid");
        assert!(!config.file.profiles.is_empty());
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands_with_the_one_that_was_meant() {
        assert_eq!(
            problem("[profiles.dev]\nbase_ulr = \"x\"\n"),
            (2, 1, "there is no key base_ulr".into(), "did you mean base_url?".into())
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_told_how_it_is_written() {
        for (value, message, hint) in [
            (
                "auth = \"bearer\"",
                "auth: a table belongs here, and this is a text",
                "write it as in auth = { kind = \"bearer\" }",
            ),
            (
                "timeout = \"60\"",
                "timeout: a number belongs here, and this is a text",
                "write it without quotes",
            ),
            (
                "read = \"no\"",
                "read: true or false belongs here, and this is a text",
                "write true or false, without quotes",
            ),
            ("base_url = 8080", "base_url: a text belongs here, and this is a number", "write it in quotes"),
            ("secret_command = \"pass\"", "secret_command: a list belongs here, and this is a text", ""),
            ("defaults = 1", "defaults: a table belongs here, and this is a number", ""),
        ] {
            let (line, column, told, how) = problem(&format!("[profiles.dev]\n{value}\n"));
            assert_eq!((line, column), (2, value.find("= ").expect("a value") + 3), "{value}");
            assert_eq!((told.as_str(), how.as_str()), (message, hint), "{value}");
        }
    }

    #[test]
    fn a_secret_is_refused_and_never_shown() {
        for text in [
            "[profiles.dev]\ntoken = \"hunter2\"\n",
            "[profiles.dev]\nauth = { kind = \"bearer\", token = \"hunter2\" }\n",
            "[profiles.dev]\nauth = \"hunter2\"\n",
            "[profiles.dev]\nauth = { kind = \"hunter2\" }\n",
            "[profiles.dev]\ntimeout = \"hunter2\"\n",
            "[profiles.dev]\ntoken = hunter2\n",
        ] {
            let shown = format!("{:?}", problem(text));
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
