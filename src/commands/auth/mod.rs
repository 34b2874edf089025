//! `booster auth`: signing in and out, and how every other command signs in.

mod header_secret;
mod login;
mod logout;
mod probe;
mod status;

pub use probe::who;
use serde_json::{Map, Value};

use super::interaction::request_log;
use super::profile::select;
use crate::app::App;
use crate::auth::SecretKind;
use crate::auth::secret_sources::Sources;
use crate::auth::sign_in::SignIn;
use crate::commands::named::Named;
use crate::config::Profile;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Subcommand)]
pub enum Auth {
    /// Sign in: ask for the secret, try it, and store it
    Login(Named<login::Args>),
    /// Sign out: remove what is stored for the profile and its address
    Logout,
    /// Show which secret is set, whose it is and when it expires, but never the secret itself
    Status(Named<status::Args>),
    /// Make another profile the default
    Switch(Named<select::Args>),
}

/// # Errors
/// Why the command stopped.
pub async fn run(args: &Auth, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match args {
        Auth::Login(args) => match &args.secret {
            Some(secret) => header_secret::keep(secret, app, report),
            None => login::run(args, app, report).await,
        },
        Auth::Logout => logout::run(app, report).await,
        Auth::Status(args) => status::run(args, app, report).await,
        Auth::Switch(args) => select::run(args, app, report),
    }
}

/// Shows the requests of the sign-in too, where the user wants to see the exchange.
pub fn with_request_log(sign_in: SignIn, app: &App<'_>) -> SignIn {
    sign_in.with_request_log(request_log(app.terminal))
}

/// The profile that is signed in to or out of: it has a name and an address.
struct Subject {
    profile: Profile,
    name: String,
}

impl Subject {
    /// # Errors
    /// Usage, where one of the two is missing.
    fn resolve(app: &App<'_>, report: &mut Report) -> Result<Subject, Failure> {
        if app.global.sandbox {
            return Err(Failure::usage("--sandbox needs no sign-in"));
        }
        let profile = crate::commands::resolve_profile(app, report)?;
        profile.target()?;
        let name = profile.name.clone().ok_or_else(|| {
            Failure::usage("no profile is named, and a sign-in is stored for a profile")
                .hint("name one with -p, BOOSTER_PROFILE or default_profile")
        })?;
        Ok(Subject { profile, name })
    }

    /// What is secret about the sign-in.
    ///
    /// # Errors
    /// Usage, where nothing is.
    fn secret(&self) -> Result<SecretKind, Failure> {
        self.profile.auth.secret.ok_or_else(|| {
            let (name, kind) = (&self.name, self.profile.auth.name);
            Failure::usage(format!("profile {name} has the sign-in type {kind}: it needs no secret"))
                .hint("set auth in the profile, as in auth = { kind = \"bearer\" }")
        })
    }
}

/// A list of what is known, for a person and for a program. What is not known is left out.
#[derive(Debug, Default)]
struct Facts {
    rows: Vec<Vec<String>>,
    members: Map<String, Value>,
}

impl Facts {
    fn of(profile: &Profile, sources: &Sources) -> Facts {
        let mut facts = Facts::default();
        facts.add("profile", "profile", profile.name.clone());
        facts.add("origin", "origin", Some(sources.origin().to_owned()));
        facts.add("type", "kind", Some(profile.auth.name.to_owned()));
        facts
    }

    fn add(&mut self, label: &str, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.rows.push(vec![label.to_owned(), value.clone()]);
            self.members.insert(key.to_owned(), value.into());
        }
    }

    /// A fact for a program alone; a person reads it elsewhere.
    fn add_member(&mut self, key: &str, value: impl Into<Value>) {
        self.members.insert(key.to_owned(), value.into());
    }

    fn answer(&self, head: &str, report: &mut Report) {
        let text = format!("{head}\n{}\n", table(&self.rows));
        report.answer(ANSWER, self.members.clone().into(), text);
    }
}

/// The name under which a document holds the facts.
const ANSWER: &str = "auth";
