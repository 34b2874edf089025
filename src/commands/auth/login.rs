//! `booster auth login`: asks for the secret of a profile, tries it, and keeps it.

use std::io::Read;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::probe::{Probe, probe};
use super::status::{moment, of_session};
use super::{App, Facts, Subject, with_request_log};
use crate::auth::secret_sources::{SecretSource, Sources};
use crate::auth::session::Session;
use crate::auth::store::StoreKey;
use crate::auth::{SecretKind, User, jwt};
use crate::commands::interaction::interrupted;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::http::Client;
use crate::http::address::origin_of;
use crate::model::problem::{Problem, Source};
use crate::platform::signals;
use crate::report::Report;
use crate::secret::Secret;

/// The most that standard input may hold, in bytes.
const MOST: u64 = 64 << 10;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The secret is asked for without being shown, or read from standard input; no flag contains it. It is \
tried with GET /auth, or with the profile's whoami route, and stored for this profile and this address \
only. --secret stores a secret of the profile's headers, which is not tried.")]
pub struct Args {
    /// Read a token or an API key from standard input
    #[arg(long, conflicts_with = "with_password")]
    with_token: bool,
    /// Read a password or a client secret from standard input
    #[arg(long)]
    with_password: bool,
    /// The user, if the profile has none: for the types basic and credentials
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Store this secret of the profile's headers instead; it is asked for without being shown, or read from
    /// standard input
    #[arg(long, value_name = "NAME", conflicts_with_all = ["with_token", "with_password", "username"])]
    pub secret: Option<String>,
}

/// # Errors
/// Usage where nobody can be asked; unauthenticated where the secret is turned away, or cannot be kept.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let subject = Subject::resolve(app, report)?;
    subject.secret()?;
    let profile = &subject.profile;
    let sources = profile.sources()?;
    check_sources(&subject, &sources)?;
    let user = user(args, app, &subject)?;
    let given = secret(args, app, &subject, user.as_deref())?;
    let secret = sources.read(given.expose_secret(), &SecretSource::Given)?;
    // Both the store and the sign-in want it; the store sees it only once it was tried.
    let sign_in = profile.sign_in_by(profile.sources()?.with(secret.clone(), user.clone()))?;
    let sign_in = with_request_log(sign_in, app);
    let client = Client::new(profile.target()?, &profile.settings)?;
    sign_in.credential(&client).await?;
    let tried = probe(profile, &client, &sign_in).await?;
    keep(&subject, &sources, (secret, user), sign_in.session().await, tried, report)?;
    if let Some(variable) = sources.variable_set() {
        app.terminal.say(&format!("{} is set and overrides the stored secret.", variable.name()));
    }
    Ok(())
}

fn check_sources(subject: &Subject, sources: &Sources) -> Result<(), Failure> {
    let name = &subject.name;
    if sources.has_command() {
        return Err(Failure::usage(format!(
            "profile {name} gets its secret from secret_command, not from the store"
        ))
        .hint("no sign-in is needed; to store a secret instead, remove secret_command"));
    }
    if subject.profile.store.is_none() {
        return Err(Failure::usage("no folder was found to store the secret in")
            .hint("name a configuration file with --config"));
    }
    // Nobody is asked for a secret that cannot be kept.
    sources.stored()?;
    Ok(())
}

/// The user whom neither profile nor environment name, where the kind wants one.
fn user(args: &Args, app: &App<'_>, subject: &Subject) -> Result<Option<String>, Failure> {
    let name = &subject.name;
    let checked = |user: String, source: Option<Source>| match subject.profile.auth.check_user(&user) {
        Ok(()) => Ok(Some(user)),
        Err(why) => Err(Failure::problem(Problem::usage(why).at(source))),
    };
    match (&subject.profile.auth.user, &args.username) {
        (User::Wanted, Some(user)) if !user.is_empty() => {
            checked(user.clone(), Some(Source::flag("username")))
        }
        (User::Wanted, _) if app.may_ask() => {
            let user = app.terminal.ask("User name").map_err(interrupted)?;
            if user.is_empty() { Err(Failure::usage("the user name is empty")) } else { checked(user, None) }
        }
        (User::Wanted, _) => Err(Failure::usage(format!(
            "profile {name} has no user name, and there is no terminal to ask for it"
        ))
        .hint("add --username NAME, or set username in the profile")),
        (User::Named(own), Some(user)) if own != user => Err(Failure::usage(format!(
            "profile {name} signs in as {}, not as {}",
            escaped(own),
            escaped(user)
        ))
        .hint("remove --username, or change username in the profile")),
        (User::Nobody, Some(_)) => {
            Err(Failure::usage(format!("sign-in type {} has no user name", subject.profile.auth.name))
                .hint("remove --username"))
        }
        (User::Named(_) | User::Nobody, _) => Ok(None),
    }
}

fn secret(
    args: &Args,
    app: &App<'_>,
    subject: &Subject,
    user: Option<&str>,
) -> Result<SecretString, Failure> {
    let kind = subject.secret()?;
    let wrong_flag = match kind {
        SecretKind::Token | SecretKind::ApiKey => args.with_password,
        SecretKind::Password | SecretKind::ClientSecret => args.with_token,
    };
    if wrong_flag {
        let what = format!(
            "profile {} has the sign-in type {}, with a {}",
            subject.name,
            subject.profile.auth.name,
            kind.describe()
        );
        return Err(Failure::usage(what).hint(format!("write {}", kind.flag())));
    }
    if args.with_token || args.with_password {
        return from_stdin(kind.describe());
    }
    if !app.may_ask() {
        return Err(Failure::usage(format!("there is no terminal to ask for the {}", kind.describe()))
            .hint(format!("add {} and send the {} to standard input", kind.flag(), kind.describe())));
    }
    let user = user.map(str::to_owned).or_else(|| subject.profile.auth.user.name().map(str::to_owned));
    let whose = user.map_or(String::new(), |user| format!(" of {}", escaped(&user)));
    let origin = origin_of(subject.profile.target()?);
    let what = crate::model::describe::capitalised(kind.describe());
    let secret = app.terminal.ask_secret(&format!("{what}{whose} for {origin}"));
    let secret = secret.map_err(interrupted)?;
    if secret.expose_secret().is_empty() {
        return Err(Failure::usage(format!("the {} is empty", kind.describe())));
    }
    Ok(secret)
}

/// Reads a secret, called `what`, from standard input.
pub fn from_stdin(what: &str) -> Result<SecretString, Failure> {
    let mut text = Zeroizing::new(String::new());
    signals::about_to_wait();
    let read = std::io::stdin().lock().take(MOST + 1).read_to_string(&mut text);
    read.map_err(|_| Failure::usage("standard input is not UTF-8 text"))?;
    if text.len() as u64 > MOST {
        return Err(Failure::usage("standard input has more than 64 KiB, too much for a secret"));
    }
    if text.trim().is_empty() {
        return Err(Failure::usage("standard input is empty").hint(format!("send the {what} to it")));
    }
    Ok(SecretString::from(text.as_str()))
}

/// Stores the session, the secret, or both, and says what is kept.
fn keep(
    subject: &Subject,
    sources: &Sources,
    (secret, user): (Secret, Option<String>),
    session: Option<Session>,
    tried: Probe,
    report: &mut Report,
) -> Result<(), Failure> {
    let accepted = matches!(tried, Probe::Accepted(_)) || session.is_some();
    let by_service = match tried {
        Probe::Accepted(user) => user,
        Probe::Unknown => None,
    };
    let by_service = by_service.or_else(|| session.as_ref()?.user.clone());
    let mut facts = Facts::of(&subject.profile, sources);
    facts.add("user", "user", by_service.as_ref().or(user.as_ref()).map(|user| escaped(user)));
    facts.add("stored in", "store", Some(sources.store()));
    match &session {
        Some(session) => of_session(session, &mut facts),
        None => {
            let claims = jwt::claims(secret.expose_secret());
            facts.add("expires", "expires", claims.and_then(|claims| claims.expires).map(moment));
        }
    }
    facts.add_member("tried", accepted);
    let keeps_secret = subject.profile.auth.keeps_secret();
    let entry =
        sources.entry(&subject.name, user.or(by_service), keeps_secret.then(|| secret.into()), session);
    let key = StoreKey { profile: &subject.name, origin: sources.origin(), header: None };
    let store = subject.profile.store.as_ref().expect("it was looked for before anything was asked");
    store.change(&key, |_| Some(entry))?;
    let head = if !keeps_secret {
        "Signed in. The session was stored; the password was not."
    } else if accepted {
        "Signed in."
    } else {
        "Stored, but not tried: the service has no known route that tells whose it is. If it has one, set \
        whoami in the profile."
    };
    facts.answer(head, report);
    Ok(())
}
