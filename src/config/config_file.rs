//! The configuration file: where it lies, what may be in it, and what is wrong with it.
//!
//! Its values are not shown beside a mistake: somebody may have written a secret there.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::ValueEnum;
use serde::Deserialize;
use toml::Spanned;

use super::base_url;
use super::error::{ConfigError, Errors};
use super::hidden;
use super::history_mode::HistoryMode;
use super::reason_mode::ReasonMode;
use super::structure;
use crate::auth::Auth;
use crate::auth::store::StoreKind;
use crate::auth::table_reader::{KeyError, Table, TableReader};
use crate::document::read;
use crate::document::tree::{self, Content, Entry as TreeEntry, Format, Node};
use crate::environment::Variable;
use crate::escape::escaped;
use crate::guard::Guard;
use crate::model::customer::ExtraKind;
use crate::model::list_edit::ListMode;
use crate::model::problem::{FileText, Problem, Source};
use crate::platform::folders;
use crate::platform::replace::leads_nowhere;
use crate::spelling::{did_you_mean, near_or};

/// What `config init` writes.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

const NULL: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

#[derive(Debug)]
pub struct Config {
    pub file: File,
    path: PathBuf,
    text: Rc<FileText>,
    /// Read from the text when it is first wanted.
    tree: OnceCell<Option<Node>>,
}

#[derive(Debug, Default, Deserialize)]
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
    pub whoami: Option<Spanned<String>>,
    /// Seconds.
    pub timeout: Option<Spanned<f64>>,
    pub guard: Option<Spanned<Guard>>,
    pub environment: Option<Spanned<Environment>>,
    /// PEM certificates to trust; a path beside the configuration, as the other two.
    pub ca_file: Option<Spanned<String>>,
    /// Whether the system's roots are trusted; unless set, where there is no `ca_file`.
    pub system_roots: Option<Spanned<bool>>,
    pub client_cert: Option<Spanned<String>>,
    pub client_key: Option<Spanned<String>>,
    pub read: Option<bool>,
    pub read_route: Option<Spanned<String>>,
    /// Whether every patch takes what the rules require and is not given from the record.
    pub fill: Option<Spanned<bool>>,
    pub lists: Option<ListMode>,
    pub history: Option<HistoryMode>,
    /// The service's time zone, by its IANA name.
    pub time_zone: Option<Spanned<String>>,
    /// Seconds.
    pub verify_within: Option<Spanned<f64>>,
    pub backup: Option<bool>,
    pub backup_days: Option<Spanned<i64>>,
    /// Names of fields, or of groups of them.
    pub may_change: Option<Spanned<Vec<Spanned<String>>>>,
    /// Fields that the service has besides the API page's.
    pub extra_fields: Option<BTreeMap<Spanned<String>, ExtraKind>>,
    pub reason: Option<ReasonMode>,
    /// Sent with every request; read by `headers`.
    pub headers: Option<Spanned<Table>>,
    /// Read by `input::file`, which knows what a field is; here it only has to be a table.
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

/// The defaults of one profile, with the text that they are in.
#[derive(Debug)]
pub struct Defaults {
    pub entries: Vec<TreeEntry>,
    pub text: Rc<FileText>,
}

impl Entry {
    fn check(&self, source: &dyn Fn(Range<usize>) -> Option<Source>, errors: &mut Errors) {
        if let Some(command) = self.secret_command.as_ref().filter(|command| command.get_ref().is_empty()) {
            let hint = "write the program and each argument, as in [\"pass\", \"show\", \"booster\"]";
            errors.add(ConfigError::new("secret_command is empty").at(source(command.span())).hint(hint));
        }
        errors.keep(self.auth(source));
    }

    /// The names of the secrets in its headers, as far as they can be read.
    pub fn secret_names(&self) -> Vec<&str> {
        let values = self.headers.iter().flat_map(|headers| headers.get_ref().values());
        values.filter_map(|value| value.get_ref().get("secret")?.as_str()).collect()
    }

    /// The sign-in that the entry describes, where it does.
    ///
    /// # Errors
    /// Usage, at every key that is missing or wrong.
    pub fn auth(&self, source: &dyn Fn(Range<usize>) -> Option<Source>) -> Result<Option<Auth>, ConfigError> {
        let Some(table) = &self.auth else { return Ok(None) };
        let by_environment = Variable::Username.get();
        let username = by_environment.clone().or_else(|| Some(self.username.as_ref()?.get_ref().clone()));
        let problem = |error: KeyError| {
            let source = match (error.span, &self.username) {
                (Some(span), _) => source(span),
                (None, _) if by_environment.is_some() => Some(Source::Environment(Variable::Username)),
                (None, written) => written.as_ref().and_then(|name| source(name.span())),
            };
            Problem { hint: error.hint, ..Problem::usage(error.message).at(source) }
        };
        let auth = Auth::read(TableReader::new(table, username));
        auth.map(Some).map_err(|errors| ConfigError::of(errors.into_iter().map(problem).collect()))
    }
}

/// The words that a profile can hold.
fn words() -> Vec<&'static str> {
    let guards = Guard::value_variants().iter().map(|guard| guard.word());
    let environments = Environment::value_variants().iter().map(|environment| environment.word());
    let modes = HistoryMode::value_variants().iter().map(|mode| mode.word());
    let lists = [ListMode::Replace, ListMode::Append].map(ListMode::word);
    Auth::kinds().chain(guards).chain(environments).chain(modes).chain(lists).collect()
}

/// Where the configuration lies: by flag, by environment, or in its folder. None where there is no such folder.
pub fn path(flag: Option<&str>) -> Option<PathBuf> {
    let named = flag.map(PathBuf::from).or_else(|| Variable::Config.get_os().map(PathBuf::from));
    named.or_else(|| folders::config_folder().map(|folder| folder.join("config.toml")))
}

/// Whether certainly nothing is there: neither a file nor a link, and no folder above that cannot be looked into.
fn is_absent(path: &Path) -> bool {
    let is_missing = |error: std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    path.symlink_metadata().is_err_and(is_missing) && leads_nowhere(path).is_none()
}

/// The text of a configuration that is known to the user by this name.
///
/// # Errors
/// Usage: one that cannot be read, or is no text.
pub fn read_text(path: &Path, shown: &str) -> Result<String, ConfigError> {
    // By custom this names an empty configuration; no other device is one.
    let read = if path == Path::new(NULL) { Ok(Vec::new()) } else { read::read_regular(path) };
    let bytes =
        read.map_err(|error| Problem { hint: error.hint.clone(), ..Problem::usage(error.to_string()) })?;
    let text = read::decode(shown, bytes);
    let text = text.map_err(|wrong| ConfigError::new(format!("{shown}: {}", wrong.message)))?;
    Ok(text.text.clone())
}

impl Config {
    /// Reads the configuration. None where none is named and none is at its usual place. One that exists and cannot be
    /// read is an error, since the guard that is in it would be lost.
    ///
    /// # Errors
    /// Usage: a named file that is not there, one that cannot be read, one that is wrong.
    pub fn load(flag: Option<&str>) -> Result<Option<Config>, ConfigError> {
        let Some((config, errors)) = Config::load_all(flag)? else { return Ok(None) };
        errors.finish().map(|()| Some(config))
    }

    /// As [`Config::load`], as far as it can be read, with everything that is wrong in its structure.
    ///
    /// # Errors
    /// Usage: a named file that is not there, one that cannot be read.
    pub fn load_all(flag: Option<&str>) -> Result<Option<(Config, Errors)>, ConfigError> {
        let Some(path) = path(flag) else { return Ok(None) };
        let is_named = flag.is_some() || Variable::Config.get_os().is_some();
        if !is_named && is_absent(&path) {
            return Ok(None);
        }
        let shown = path.to_string_lossy();
        let text = read_text(&path, &shown).map_err(|error| match leads_nowhere(&path) {
            Some(link) => ConfigError::new(format!(
                "cannot read {shown}: {} is a link to a file that does not exist",
                link.display()
            ))
            .hint("correct or remove the link; until then it is not known which guard applies"),
            None => error,
        })?;
        Ok(Some(Config::read_all(&path, &text)))
    }

    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// Usage, with line and column of everything that is wrong.
    pub fn read(path: impl AsRef<Path>, text: &str) -> Result<Config, ConfigError> {
        let (config, errors) = Config::read_all(path.as_ref(), text);
        errors.finish().map(|()| config)
    }

    /// The same as far as it can be read, with everything that is wrong in its structure, in all profiles: what is not
    /// used this time must not be what is missed the next time.
    pub fn read_all(path: &Path, text: &str) -> (Config, Errors) {
        let shown = path.to_string_lossy();
        let text = Rc::new(FileText::hiding(&shown, text.to_owned(), |text| hidden::hidden(text, &words())));
        let (file, problems) = structure::read::<File, Entry>(&text);
        let config = Config { file, path: path.to_owned(), text, tree: OnceCell::new() };
        let mut errors = Errors::default();
        errors.add(ConfigError::of(problems));
        let source = |span| Some(config.source(span));
        config.file.profiles.values().for_each(|entry| entry.check(&source, &mut errors));
        (config, errors)
    }

    /// Whether a profile has a key, or one that may be meant for it, whatever its value is.
    pub fn may_have_key(&self, profile: &str, key: &str) -> bool {
        let entries = self.table(&["profiles", profile]).unwrap_or_default();
        entries.iter().any(|entry| did_you_mean(&entry.key, [key]).is_some())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path for a message; what is not UTF-8 in it is replaced.
    pub fn shown_path(&self) -> &str {
        &self.text.path
    }

    pub fn source(&self, span: Range<usize>) -> Source {
        Source::file(&self.text, span)
    }

    /// The path of a file that the configuration names: beside the configuration unless it is absolute. A tilde is
    /// a shell's, and stays what it is.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// Whether there is a profile of this name.
    ///
    /// # Errors
    /// Usage, where there is none, with the one that may have been meant.
    pub fn must_have(&self, name: &str) -> Result<(), ConfigError> {
        if self.file.profiles.contains_key(name) {
            return Ok(());
        }
        let names: Vec<&str> = self.file.profiles.keys().map(String::as_str).collect();
        let failure = ConfigError::new(format!("{} has no profile {}", self.shown_path(), escaped(name)));
        Err(failure.hint(near_or(name, &names, || match names[..] {
            [] => "it has none; `booster profile add` adds one".to_owned(),
            _ => format!("it has {}", names.join(", ")),
        })))
    }

    /// The defaults of a profile, as a tree that knows where everything is written.
    pub fn defaults(&self, profile: &str) -> Option<Defaults> {
        let entries = self.table(&["profiles", profile, "defaults"])?;
        Some(Defaults { entries: entries.to_vec(), text: Rc::clone(&self.text) })
    }

    /// Where a profile is written: its name in the head of its table.
    pub fn place(&self, profile: &str) -> Option<Source> {
        let profiles = self.table(&["profiles"])?;
        let entry = profiles.iter().find(|entry| entry.key == profile)?;
        Some(self.source(entry.key_span.clone()))
    }

    /// The problem of a profile that does not say where to send.
    pub fn without_address(&self, profile: &str) -> ConfigError {
        base_url::missing(profile, self.place(profile))
    }

    /// The entries of a table as they are written, in the order of writing.
    pub fn table(&self, path: &[&str]) -> Option<&[TreeEntry]> {
        let tree = self.tree.get_or_init(|| tree::parse(&self.text.text, Format::Toml).ok());
        let mut node = tree.as_ref()?;
        for key in path {
            let Content::Object(entries) = &node.content else { return None };
            node = &entries.iter().find(|entry| entry.key == *key)?.node;
        }
        let Content::Object(entries) = &node.content else { return None };
        Some(entries)
    }
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
    fn a_path_in_double_quotes_is_told_how_it_is_written() {
        for path in [r"C:\users\ada\ca.pem", r"C:\certs\ca.pem", r"C:\xn"] {
            let text = format!("[profiles.dev]\nca_file = \"{path}\"\n");
            let failure = Config::read("config.toml", &text).expect_err("no escapes");
            for problem in &failure.problems {
                assert!(problem.message.contains("backslash"), "{path}: {}", problem.message);
                assert!(problem.hint.as_ref().is_some_and(|hint| hint.contains("single quotes")), "{path}");
            }
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_told_how_it_is_written() {
        for (value, message, hint) in [
            (
                "auth = \"bearer\"",
                "auth: expected a table, found text",
                "write it as in auth = { kind = \"bearer\" }",
            ),
            ("timeout = \"60\"", "timeout: expected a number, found text", "write it without quotes"),
            (
                "read = \"no\"",
                "read: expected true or false, found text",
                "write true or false, without quotes",
            ),
            ("base_url = 8080", "base_url: expected text, found a number", "write it in quotes"),
            (
                "secret_command = \"pass\"",
                "secret_command: expected a list, found text",
                "write it as in secret_command = [\"pass\", \"show\", \"booster\"]",
            ),
            (
                "defaults = 1",
                "defaults: expected a table, found a number",
                "write it as in [profiles.dev.defaults]",
            ),
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
