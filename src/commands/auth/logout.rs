//! `booster auth logout`: removes what is kept for a profile and its address, and ends the session at the service.

use serde_json::json;

use super::{ANSWER, App, Subject, with_request_log};
use crate::auth::profile_header::ProfileHeader;
use crate::auth::secret_sources::Sources;
use crate::config::Profile;
use crate::failure::Failure;
use crate::http::Client;
use crate::platform::folders;
use crate::report::Report;

/// # Errors
/// Usage where no profile says where; unauthenticated where the store cannot be read or written.
pub async fn run(app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let subject = Subject::resolve(app, report)?;
    let profile = &subject.profile;
    let sources = profile.sources()?;
    let Some(store) = &profile.store else {
        return Err(Failure::usage("no folder was found for stored secrets").hint(folders::SET_HOME));
    };
    let ended = end_session(profile, &sources, app).await;
    let secrets: Vec<&str> = profile.headers.iter().filter_map(ProfileHeader::secret).collect();
    if secrets.is_empty() {
        subject.secret()?;
    }
    let was_there = store.remove(&subject.name, sources.origin(), &secrets)?;
    let members = json!({
        "profile": subject.name, "origin": sources.origin(), "removed": was_there, "sessionEnded": ended == Some(true),
    });
    let whose = format!("profile {} and {}", subject.name, sources.origin());
    let mut text = if was_there {
        format!("Signed out: the secrets for {whose} were removed from {}.\n", sources.store())
    } else {
        format!("Not signed in: {} has nothing for {whose}.\n", sources.store())
    };
    if ended == Some(false) {
        text.push_str(
            "The service did not confirm that the session has ended; it may stay valid until it expires.\n",
        );
    }
    if let Some(variable) = sources.variable_set() {
        text.push_str(&format!("{} is still set, and will be used to sign in.\n", variable.name()));
    }
    report.answer(ANSWER, members, text);
    Ok(())
}

/// Ends the session at the service, where there is one. Whether the service says that it has ended; what is kept goes
/// away either way.
async fn end_session(profile: &Profile, sources: &Sources, app: &App<'_>) -> Option<bool> {
    let session = sources.stored().ok()??.session.clone()?;
    let sign_in = with_request_log(profile.sign_in().ok()?, app);
    let client = Client::new(profile.base_url.as_ref()?, &profile.settings).ok()?;
    sign_in.end_session(&client, &session).await
}
