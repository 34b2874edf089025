//! `booster auth`: signing in and out, and how every other command signs in.

mod login;
mod logout;
mod probe;
mod status;
mod switch;

use serde_json::{Map, Value};

use super::App;
use crate::auth::Ask;
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::failure::Failure;
use crate::http::Client;
use crate::http::request::Header;
use crate::pipeline::preview;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Subcommand)]
pub enum Auth {
    /// Sign in: ask for the secret, try it, and keep it
    Login(login::Args),
    /// Sign out: remove what is kept for the profile and its address
    Logout,
    /// Show who is signed in, and until when; never a part of the secret
    Status,
    /// Make another profile the default
    Switch(switch::Args),
}

/// # Errors
/// Why the command stopped.
pub async fn run(args: &Auth, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match args {
        Auth::Login(args) => login::run(args, app, report).await,
        Auth::Logout => logout::run(app, report).await,
        Auth::Status => status::run(app, report),
        Auth::Switch(args) => switch::run(args, app, report),
    }
}

/// Signs in for the requests of a command, and gives the header that they carry now. Those who asked are told how.
///
/// # Errors
/// Where there is no secret, or one that is not accepted, or the sign-in cannot be reached.
pub async fn signed_in(
    profile: &Profile,
    client: &Client,
    app: &App<'_>,
) -> Result<(SignIn, Option<Header>), Failure> {
    let sign_in = told(profile.sign_in()?, app);
    let ticket = sign_in.ticket(client).await?;
    let described = sign_in.described().await;
    app.terminal.verbose(1, || described);
    if !app.json {
        sign_in.notes().await.iter().for_each(|note| app.terminal.say(note));
    }
    Ok((sign_in, ticket.header().cloned()))
}

/// Lets those who want to see the exchange see the requests of the sign-in too.
pub fn told(sign_in: SignIn, app: &App<'_>) -> SignIn {
    let terminal = app.terminal.clone();
    sign_in.telling(move |request| terminal.verbose(2, || preview::lines("> ", request)))
}

/// The profile that is signed in to or out of: it has a name, an address, and something secret.
struct Subject {
    profile: Profile,
    name: String,
    ask: Ask,
}

impl Subject {
    /// # Errors
    /// Usage, where one of the three is missing.
    fn resolve(app: &App<'_>, report: &mut Report) -> Result<Subject, Failure> {
        if app.global.sandbox {
            return Err(Failure::usage("a sandbox inside this process wants no sign-in"));
        }
        let profile = Profile::resolve(&app.global.wanted())?;
        report.profile = profile.name.clone();
        profile.target()?;
        let name = profile.name.clone().ok_or_else(|| {
            Failure::usage("no profile is named, and a sign-in is kept for a profile")
                .hint("name one with -p, BOOSTER_PROFILE or default_profile")
        })?;
        let ask = profile.auth.secret().ok_or_else(|| {
            Failure::usage(format!(
                "profile {name} signs in by {}: there is nothing to sign in with",
                profile.auth.word()
            ))
            .hint("give the profile an auth, as in auth = { kind = \"bearer\" }")
        })?;
        Ok(Subject { profile, name, ask })
    }
}

/// A list of what is known, for a person and for a program. What is not known is left out.
#[derive(Debug, Default)]
struct Facts {
    rows: Vec<Vec<String>>,
    members: Map<String, Value>,
}

impl Facts {
    fn add(&mut self, label: &str, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.rows.push(vec![label.to_owned(), value.clone()]);
            self.members.insert(key.to_owned(), value.into());
        }
    }

    /// A fact that only a person is told; a program sees it by what is missing.
    fn add_row(&mut self, label: &str, value: &str) {
        self.rows.push(vec![label.to_owned(), value.to_owned()]);
    }

    /// A fact that only a program is told; a person reads it elsewhere.
    fn add_member(&mut self, key: &str, value: impl Into<Value>) {
        self.members.insert(key.to_owned(), value.into());
    }

    fn text(&self) -> String {
        table(&self.rows)
    }
}

/// The name under which a document holds the facts.
const ANSWER: &str = "auth";
