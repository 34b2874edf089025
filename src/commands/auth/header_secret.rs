//! `booster auth login --secret`: keeps a secret of the profile's headers.

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::login::from_stdin;
use super::{App, Facts, Subject};
use crate::auth::profile_header::ProfileHeader;
use crate::auth::secret_sources::headers::read_header_secret;
use crate::auth::store::Entry;
use crate::commands::interaction::interrupted;
use crate::environment;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::report::Report;
use crate::spelling::near_or;

/// What the store calls such an entry.
const KIND: &str = "header";

/// # Errors
/// Usage: no header has a secret of this name, nobody can be asked; unauthenticated where the secret cannot be used, or
/// cannot be kept.
pub fn keep(name: &str, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let subject = &Subject::resolve(app, report)?;
    let profile = &subject.profile;
    let header = profile.headers.iter().find(|header| header.secret() == Some(name));
    let header = header.ok_or_else(|| no_such_secret(name, subject))?;
    let sources = profile.sources()?;
    let Some((store, key)) = sources.header_key(name) else {
        return Err(Failure::usage("no folder was found to store the secret in")
            .hint("name a configuration file with --config"));
    };
    // Nobody is asked for a secret that cannot be kept.
    store.get(&key)?;
    let given = if app.may_ask() {
        let question = format!("Secret {name}, of the header {} for {}", header.name, sources.origin());
        app.terminal.ask_secret(&question).map_err(interrupted)?
    } else if app.terminal.stdin_is_terminal {
        return Err(Failure::usage(format!(
            "the secret {name} is needed, and --no-input forbids asking for it"
        ))
        .hint("send it to standard input"));
    } else {
        from_stdin("secret")?
    };
    let secret = read_header_secret(given.expose_secret(), "the given secret")?;
    let entry = Entry {
        profile: subject.name.clone(),
        origin: sources.origin().to_owned(),
        header: Some(name.to_owned()),
        kind: KIND.to_owned(),
        user: None,
        issuer: None,
        secret: Some(secret.into()),
        session: None,
        saved: Timestamp::now(),
        used: None,
    };
    store.change(&key, |_| Some(entry))?;
    let mut facts = Facts::of(profile, &sources);
    facts.add("header", "header", Some(header.name.clone()));
    facts.add("secret", "secret", Some(name.to_owned()));
    facts.add("stored in", "store", Some(sources.store()));
    facts.add_member("tried", false);
    facts.answer("Stored, but not tried: `booster doctor` tries it.", report);
    let variable = environment::header_variable(name);
    if matches!(environment::header_secret(name), Ok(Some(_))) {
        app.terminal.say(&format!("{variable} is set and overrides the stored secret."));
    }
    Ok(())
}

fn no_such_secret(name: &str, subject: &Subject) -> Failure {
    let message = format!("profile {} has no header with the secret {}", subject.name, escaped(name));
    let known: Vec<&str> = subject.profile.headers.iter().filter_map(ProfileHeader::secret).collect();
    Failure::usage(message).hint(near_or(name, &known, || match known[..] {
        [] => "name one in the profile, as in headers = { \"X-Key\" = { secret = \"gateway\" } }".to_owned(),
        _ => format!("it has {}", known.join(", ")),
    }))
}
