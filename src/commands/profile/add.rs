//! `booster profile add`: a new profile, checked as a whole before it is written.

use std::path::Path;

use serde_json::json;

use crate::app::App;
use crate::auth::Auth;
use crate::config::config_file::{Config, Environment};
use crate::config::document::Document;
use crate::config::edit::{self, Edit, edit};
use crate::config::{Profile, Wanted, base_url};
use crate::failure::Failure;
use crate::guard::Guard;
use crate::model::problem::{Problem, Source};
use crate::pipeline::gather::Inputs;
use crate::report::Report;

#[derive(Debug, clap::Args)]
#[command(override_usage = "booster profile add <NAME> --base-url <URL> --auth <TYPE> [OPTIONS]")]
#[command(after_help = "\
--base-url and --timeout are saved in the profile. No flag contains a secret.
--set writes any key of config.example.toml, as in --set auth.header=X-Api-Key or --set defaults.countryId=it.")]
pub struct Args {
    /// The new profile's name
    name: Option<String>,
    /// The type of sign-in
    #[arg(long, value_name = "TYPE", value_parser = clap::builder::PossibleValuesParser::new(Auth::kinds()))]
    auth: Option<String>,
    /// The user to sign in as
    #[arg(long, value_name = "USER")]
    username: Option<String>,
    /// What protects the service from an unintended patch
    #[arg(long, value_enum, value_name = "GUARD")]
    guard: Option<Guard>,
    /// Save the previous values before every patch, for `booster undo`
    #[arg(long)]
    backup: bool,
    /// Take required fields that are not given from the customer's record, as `customer patch --fill`
    #[arg(long)]
    fill: bool,
    /// What the service is for
    #[arg(long, value_enum, value_name = "ENVIRONMENT")]
    environment: Option<Environment>,
    /// PEM certificates to trust
    #[arg(long, value_name = "FILE")]
    ca_file: Option<String>,
    /// PEM client certificate, with its chain
    #[arg(long, value_name = "FILE")]
    client_cert: Option<String>,
    /// PEM key of that certificate [default: in the same file]
    #[arg(long, value_name = "FILE")]
    client_key: Option<String>,
    /// Another key of the profile; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// # Errors
/// Usage: a name that is taken or will not do, a profile that could not be used, a configuration that cannot be
/// written.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let path = super::path(app)?;
    let wanted = app.global.wanted();
    let keys = keys(args, &wanted, &path)?;
    let name = complete(args, &wanted, &keys)?;
    edit::check_name(name)?;
    let is_default = edit(&path, |edit| {
        if edit.config.file.profiles.contains_key(name) {
            return Err(Failure::usage(format!(
                "profile {name} already exists in {}",
                edit.config.shown_path()
            ))
            .hint("choose another name, or first remove the old one with `booster profile remove`"));
        }
        edit.document.add(name, &keys)?;
        let is_first = edit.config.file.profiles.is_empty() && edit.config.file.default_profile.is_none();
        if is_first {
            edit.document.set_default(name);
        }
        check(edit, &wanted, name)?;
        Ok(is_first)
    })?;
    report.profile = Some(name.to_owned());
    let path = path.to_string_lossy();
    let what = if is_default {
        "It is the default."
    } else {
        "To use it, add -p, or make it the default with `booster profile use`."
    };
    report.answer("path", json!(path), format!("Added profile {name} to {path}. {what}"));
    Ok(())
}

/// The name of a profile that has all it needs.
///
/// # Errors
/// Usage: what is missing, in one sentence, and what is wrong with these keys besides.
fn complete<'a>(args: &'a Args, wanted: &Wanted, keys: &Keys) -> Result<&'a str, Failure> {
    let needs = [
        (args.name.is_none(), "a name", "NAME"),
        (wanted.base_url.is_none(), "an address", "--base-url https://…"),
        (args.auth.is_none(), "a type of sign-in", "--auth TYPE"),
    ];
    let missing: Vec<_> = needs.into_iter().filter(|(is_missing, ..)| *is_missing).collect();
    if let (Some(name), true) = (&args.name, missing.is_empty()) {
        return Ok(name);
    }
    let listed = |words: Vec<&str>| match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    };
    let what = listed(missing.iter().map(|(_, what, _)| *what).collect());
    let flags = listed(missing.iter().map(|(_, _, flag)| *flag).collect());
    let mut failure = Failure::usage(format!("a profile needs {what}")).hint(format!("add {flags}"));
    let mut document = Document::read("")?;
    // A name of our own, which no message repeats.
    document.add("new", keys)?;
    if let Err(error) = Config::read("", &document.text()) {
        failure.problems.extend(error.without_sources().problems);
    }
    Err(failure)
}

type Keys = Vec<(String, toml::Value)>;

/// The keys to write, from the flags, into the configuration of this path.
fn keys(args: &Args, wanted: &Wanted, config: &Path) -> Result<Keys, Failure> {
    if let Some(address) = &wanted.base_url {
        base_url(address, Some(Source::flag("base-url")))?;
    }
    let file = |flag, path: &Option<String>| {
        path.as_ref().map(|path| path_from_config(flag, path, config)).transpose()
    };
    let texts = [
        ("base_url", wanted.base_url.clone()),
        ("auth.kind", args.auth.clone()),
        ("username", args.username.clone()),
        ("guard", args.guard.map(|guard| guard.word().to_owned())),
        ("environment", args.environment.map(|environment| environment.word().to_owned())),
        ("ca_file", file("ca-file", &args.ca_file)?),
        ("client_cert", file("client-cert", &args.client_cert)?),
        ("client_key", file("client-key", &args.client_key)?),
    ];
    let mut keys: Keys =
        texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into()))).collect();
    let switches = [("backup", args.backup), ("fill", args.fill)];
    keys.extend(
        switches.into_iter().filter(|(_, is_on)| *is_on).map(|(key, _)| (key.to_owned(), true.into())),
    );
    // As TOML reads it: 30 rather than 30.0.
    keys.extend(wanted.timeout.map(|seconds| ("timeout".to_owned(), value(&seconds.to_string()))));
    for pair in &args.set {
        let (key, text) = pair.split_once('=').ok_or_else(|| {
            Failure::usage("--set needs a key and a value").hint("write it as in --set auth.header=X-Api-Key")
        })?;
        keys.push((key.to_owned(), value(text)));
    }
    Ok(keys)
}

/// A path of the command line, which begins where the user is, as the configuration can name it: the whole path, or,
/// where that is not UTF-8 and so cannot be in TOML, from the configuration's folder on.
fn path_from_config(flag: &'static str, path: &str, config: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let folder = std::path::absolute(config).unwrap_or_default();
    let below = folder.parent().and_then(|folder| whole.strip_prefix(folder).ok());
    let written = whole.to_str().or_else(|| below?.to_str()).map(str::to_owned);
    written.ok_or_else(|| {
        let message =
            format!("{} is not UTF-8, so it cannot be written into the configuration", whole.display());
        let hint = "move the file to the configuration's folder, or to a folder whose path is UTF-8";
        Failure::problem(Problem::usage(message).at(Source::flag(flag)).hint(hint))
    })
}

/// What the text is in TOML, or the text itself.
fn value(text: &str) -> toml::Value {
    let table: Option<toml::Table> = toml::from_str(&format!("value = {text}")).ok();
    let only = table.filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    only.unwrap_or_else(|| text.into())
}

/// Reads the configuration as it would be, and resolves the new profile. Only flags are named as
/// places: the text is not written yet.
fn check(edit: &Edit, wanted: &Wanted, name: &str) -> Result<(), Failure> {
    let wanted =
        Wanted { profile: Some((name.to_owned(), Source::Argument("NAME"))), config: None, ..wanted.clone() };
    let checked = || -> Result<(), Failure> {
        let config = Config::read(edit.config.path(), &edit.document.text())?;
        let profile = Profile::of(Some(&config), &wanted)?;
        Inputs::of(&profile).map(|_| ())
    };
    checked().map_err(|mut failure| {
        for problem in &mut failure.problems {
            problem.source = problem.source.take().filter(|source| matches!(source, Source::Flag { .. }));
        }
        failure
    })
}
