//! `booster auth status`: which secret is set, whose, and until when, as far as it is known here. Without `--check`
//! nothing is sent, no secret_command runs, and nothing is said of whether the service accepts it.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::json;

use super::probe::{Probe, probe};
use super::{App, Facts, with_request_log};
use crate::auth::secret_sources::Sources;
use crate::auth::session::Session;
use crate::auth::store::Entry;
use crate::auth::{AuthError, jwt};
use crate::config::Profile;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::http::Client;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Args)]
#[command(after_help = "With -o json: `set`, `tried`, and with --check `accepted`, if the service says so.")]
pub struct Args {
    /// Ask the service whether it accepts what is set
    #[arg(long)]
    check: bool,
}

/// # Errors
/// Unauthenticated, where nothing is set that could sign in, or it is not accepted; usage, where no profile says where.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = crate::commands::resolve_profile(app, report)?;
    let sources = profile.sources()?;
    let mut facts = Facts::of(&profile, &sources);
    let found = look(&profile, &sources, &mut facts);
    headers(&sources, &mut facts)?;
    // A request would not go out without one of the profile's headers either.
    let found = found.and_then(|()| sources.headers().map(drop)).map_err(Failure::from);
    facts.add_member("set", found.is_ok() && !profile.auth.is_open());
    let asked = match found {
        Ok(()) if args.check => ask(&profile, app).await.map(Some),
        Ok(()) => Ok(None),
        Err(failure) => Err(failure),
    };
    facts.add_member("tried", matches!(asked, Ok(Some(_))));
    let head = match &asked {
        Ok(Some(Probe::Accepted(user))) => {
            facts.add_member("accepted", true);
            facts.add("accepted as", "acceptedAs", user.as_deref().map(escaped));
            "Accepted by the service"
        }
        Ok(Some(Probe::Unknown)) => {
            "Set; the service has no known route that tells whether it is accepted (if it has one, set \
            whoami in the profile)"
        }
        Ok(None) if profile.auth.is_open() => {
            "No secret is sent; whether the service requires one was not tried"
        }
        Ok(None) => "Set, not tried (--check asks the service)",
        Err(_) => "",
    };
    facts.answer(head, report);
    if asked.is_err() && !app.json {
        app.terminal.say(&table(&facts.rows));
    }
    asked.map(|_| ())
}

/// Signs in, and asks the service who that is.
async fn ask(profile: &Profile, app: &App<'_>) -> Result<Probe, Failure> {
    let client = Client::new(profile.target()?, &profile.settings)?;
    let sign_in = with_request_log(profile.sign_in()?, app);
    sign_in.credential(&client).await?;
    probe(profile, &client, &sign_in).await
}

/// The secrets in the profile's headers: where each is, or that it is not set.
fn headers(sources: &Sources, facts: &mut Facts) -> Result<(), AuthError> {
    let mut values = Vec::new();
    for header in sources.profile_headers() {
        let Some(name) = header.secret() else { continue };
        let place = sources.header_place(name)?;
        let shown = place.as_ref().map_or("not set".to_owned(), |place| format!("set, in {place}"));
        facts.rows.push(vec![format!("secret {name}"), format!("{shown} ({})", header.name)]);
        let mut value = json!({ "header": header.name, "secret": name, "set": place.is_some() });
        if let Some(place) = place {
            value["store"] = place.into();
        }
        values.push(value);
    }
    if !values.is_empty() {
        facts.add_member("headers", values);
    }
    Ok(())
}

/// Finds the first source that has something, as a request would.
fn look(profile: &Profile, sources: &Sources, facts: &mut Facts) -> Result<(), AuthError> {
    if profile.auth.is_open() {
        return Ok(());
    }
    if let Some(variable) = sources.variable_set() {
        facts.add("store", "store", Some(variable.name().to_owned()));
    }
    if let Some(found) = sources.at_hand()? {
        facts.add("user", "user", sources.user(None).ok().filter(|user| !user.is_empty()));
        return token(found.secret.expose_secret(), sources, facts);
    }
    let stored = sources.stored()?;
    let session = sources.stored_session()?;
    if sources.has_command() {
        facts.add("store", "store", Some("secret_command".to_owned()));
        facts.add("user", "user", sources.user(None).ok().filter(|user| !user.is_empty()));
        session.into_iter().for_each(|session| of_session(session, facts));
        return Ok(());
    }
    let Some(entry) = stored else { return Err(sources.no_secret()) };
    facts.add("store", "store", Some(sources.store()));
    of_entry(entry, facts);
    match (&entry.secret, session) {
        (secret, Some(session)) => {
            of_session(session, facts);
            let now = Timestamp::now();
            let is_over = session.expires.is_some_and(|expires| expires <= now);
            let is_renewable = session.renewable_until.is_none_or(|until| until > now);
            let can_renew = secret.is_some() || (session.refresh.is_some() && is_renewable);
            if is_over && !can_renew { Err(sources.expired()) } else { Ok(()) }
        }
        (Some(secret), None) => token(secret.expose_secret(), sources, facts),
        (None, None) => Err(sources.expired()),
    }
}

fn of_entry(entry: &Entry, facts: &mut Facts) {
    let of_session = entry.session.as_ref().and_then(|session| session.user.clone());
    let user = of_session.or_else(|| entry.user.clone());
    facts.add("user", "user", user.map(|user| escaped(&user)));
    facts.add("stored", "saved", Some(moment(entry.saved)));
    match entry.used {
        Some(used) => facts.add("last used", "lastUsed", Some(moment(used))),
        // A program sees it by what is missing.
        None => facts.rows.push(["last used", "never"].map(str::to_owned).to_vec()),
    }
}

pub fn of_session(session: &Session, facts: &mut Facts) {
    facts.add("expires", "expires", session.expires.map(moment));
    facts.add("renewable until", "renewableUntil", session.renewable_until.map(moment));
}

/// What a token says of itself, which nobody has checked.
fn token(token: &str, sources: &Sources, facts: &mut Facts) -> Result<(), AuthError> {
    let Some(claims) = jwt::claims(token) else { return Ok(()) };
    facts.add("issued to", "tokenUser", claims.user.map(|user| escaped(&user)));
    facts.add("expires", "expires", claims.expires.map(moment));
    match claims.expires.filter(|expires| *expires <= Timestamp::now()) {
        Some(expires) => {
            let message = format!("the token says that it expired on {}", moment(expires));
            Err(AuthError::new(message).hint(sources.no_secret().hint.unwrap_or_default()))
        }
        None => Ok(()),
    }
}

/// A moment to the second, in UTC.
pub fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
