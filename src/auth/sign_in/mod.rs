//! One sign-in for all requests of a run: found once, renewed once, shared by every request in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use super::session::Session;
use super::{Auth, Direct, Sessions, Way, jwt};
use crate::auth::secret_sources::{Found, Sources};
use crate::http::request::{Header, Knock};
use crate::http::verdict::response_status;
use crate::http::{Attempt, Client, NotSignedIn, Settings};
use crate::secret::Secrets;

/// An answer of success to a request of the sign-in: all of it is secret.
#[derive(Debug)]
pub struct Reply {
    pub body: SecretString,
    /// The lines of `Set-Cookie`.
    pub cookies: Vec<SecretString>,
}

impl Reply {
    /// The body as an object in which the service speaks of no error.
    pub fn json(&self) -> Option<Value> {
        let body: Value = serde_json::from_str(self.body.expose_secret()).ok()?;
        let says_wrong =
            response_status(self.body.expose_secret()).is_some_and(|status| !status.code.is_empty());
        (body.is_object() && !says_wrong).then_some(body)
    }
}

/// What lets one request in.
#[derive(Debug, Clone)]
pub struct Ticket {
    header: Option<Header>,
    /// Counts the tickets of the run.
    number: u64,
    /// Whether it was got because the one before it had been turned away.
    is_replacement: bool,
    /// Whether the service has let anybody in with it.
    accepted: Arc<AtomicBool>,
}

impl Ticket {
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Notes what the service made of it. Only an answer that is the service's own by all appearance says something.
    pub fn judge(&self, attempt: &Attempt) {
        match attempt {
            Attempt::Answer(answer) if matches!(answer.status, 200..300 | 400 | 403 | 404 | 409 | 422) => {
                self.accepted.store(true, Ordering::Relaxed);
            }
            Attempt::Answer(_) | Attempt::NotSent { .. } | Attempt::Lost { .. } => {}
        }
    }
}

/// Told of each request of the sign-in before it goes out, by its address alone: all else in it is secret.
struct Listener(Box<dyn Fn(&str) + Send + Sync>);

impl std::fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Listener")
    }
}

/// The sign-in that all requests of a run share.
#[derive(Debug)]
pub struct SignIn {
    auth: Auth,
    base_url: Url,
    settings: Settings,
    sources: Sources,
    secrets: Secrets,
    state: Mutex<State>,
    listener: Option<Listener>,
}

#[derive(Debug, Default)]
struct State {
    ticket: Option<Ticket>,
    session: Option<Session>,
    found: Option<Found>,
    /// Why nobody is let in any more. Without it a hundred thousand rows would try a wrong password as often.
    failed: Option<NotSignedIn>,
    /// What went wrong without keeping anybody out.
    notes: Vec<String>,
}

impl SignIn {
    pub fn new(auth: Auth, base_url: Url, settings: Settings, sources: Sources) -> SignIn {
        let (secrets, state) = (Secrets::default(), Mutex::default());
        SignIn { auth, base_url, settings, sources, secrets, state, listener: None }
    }

    /// The same, which tells of each request of its own before that goes out, as in `POST https://example.com/auth`.
    pub fn telling(self, listener: impl Fn(&str) + Send + Sync + 'static) -> SignIn {
        SignIn { listener: Some(Listener(Box::new(listener))), ..self }
    }

    /// What must be masked in everything that comes back.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// What lets a request in now. The first one to ask signs in; the others wait for it.
    ///
    /// # Errors
    /// Where there is no secret, or one that is not accepted, or the sign-in cannot be reached.
    pub async fn ticket(&self, client: &Client) -> Result<Ticket, NotSignedIn> {
        let mut state = self.state.lock().await;
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        let is_over = state.session.as_ref().is_some_and(Session::is_over);
        let ended = match state.ticket.clone() {
            Some(ticket) if !is_over => return Ok(ticket),
            Some(ticket) => {
                self.renew(&mut state, client, false).await.map(|renewed| renewed.unwrap_or(ticket))
            }
            None => self.begin(&mut state, client).await,
        };
        ended.inspect_err(|error| state.failed = Some(error.clone()).filter(NotSignedIn::is_final))
    }

    /// A ticket in place of one that was turned away. Of all requests that were turned away with the same ticket,
    /// one renews it, and the others take what it got. None where there is nothing to renew, or where the ticket was
    /// a replacement itself that nobody was let in with: then another one would not help either.
    ///
    /// # Errors
    /// Where the renewal fails.
    pub async fn renewed(&self, client: &Client, old: &Ticket) -> Result<Option<Ticket>, NotSignedIn> {
        let mut state = self.state.lock().await;
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        match &state.ticket {
            Some(current) if current.number != old.number => return Ok(Some(current.clone())),
            Some(current) if current.is_replacement && !current.accepted.load(Ordering::Relaxed) => {
                return Ok(None);
            }
            Some(_) | None => {}
        }
        let renewed = self.renew(&mut state, client, true).await;
        renewed.inspect_err(|error| state.failed = Some(error.clone()).filter(NotSignedIn::is_final))
    }

    /// The session behind the ticket, where the kind has one.
    pub async fn session(&self) -> Option<Session> {
        self.state.lock().await.session.clone()
    }

    /// What went wrong since somebody last asked, without keeping anybody out.
    pub async fn notes(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().await.notes)
    }

    /// Where the credential came from, for those who want to know more.
    pub async fn described(&self) -> String {
        let state = self.state.lock().await;
        let kind = self.auth.word();
        match (&state.found, &state.session) {
            (Some(found), _) => format!("Signed in by {kind}, with {}", self.sources.describe(&found.origin)),
            (None, Some(_)) => format!("Signed in by {kind}, with the session in {}", self.sources.store()),
            (None, None) => "No credential goes out".to_owned(),
        }
    }

    /// What to do when the service does not accept the sign-in.
    pub async fn advice(&self) -> String {
        let state = self.state.lock().await;
        if self.auth.is_open() {
            return self.sources.nobody_signs_in();
        }
        let Some(found) = &state.found else { return self.sources.log_in_again() };
        let advice = self.sources.advice(&found.origin, &self.user_of(found).unwrap_or_default());
        let claims = jwt::claims(found.secret.expose_secret());
        match claims.and_then(|claims| claims.expires).filter(|expires| *expires < jiff::Timestamp::now()) {
            Some(expires) => format!("by its own word the token ended on {expires}; {advice}"),
            None => advice,
        }
    }

    async fn begin(&self, state: &mut State, client: &Client) -> Result<Ticket, NotSignedIn> {
        match self.auth.way() {
            Way::Open => Ok(self.issue(state, None, false)),
            Way::Direct(direct) => {
                let found = self.sources.find().await?;
                let header = self.header(direct, &found)?;
                state.found = Some(found);
                Ok(self.issue(state, Some(header), false))
            }
            Way::Session(sessions) => {
                if self.sources.at_hand().is_none()
                    && let Some(session) = self.sources.kept(&sessions.terms())?
                {
                    let is_over = session.is_over();
                    let ticket = self.install(state, self.learnt(session))?;
                    // Out of the store it may be long over, and then it is better not to try.
                    return match is_over {
                        true => {
                            self.renew(state, client, false).await.map(|renewed| renewed.unwrap_or(ticket))
                        }
                        false => Ok(ticket),
                    };
                }
                let found = self.sources.find().await?;
                self.open(state, sessions, client, found).await
            }
        }
    }

    async fn renew(
        &self,
        state: &mut State,
        client: &Client,
        is_replacement: bool,
    ) -> Result<Option<Ticket>, NotSignedIn> {
        let ticket = match self.auth.way() {
            Way::Open => return Ok(None),
            Way::Direct(direct) => {
                let Some(found) = self.sources.find_again(state.found.as_ref()).await? else {
                    return Ok(None);
                };
                let header = self.header(direct, &found)?;
                state.found = Some(found);
                self.issue(state, Some(header), is_replacement)
            }
            Way::Session(sessions) => match self.refreshed(state, sessions, client).await? {
                Some(session) => {
                    self.keep(state, &session);
                    self.install(state, session)?
                }
                None => {
                    let found = match state.found.take() {
                        Some(found) => Some(found),
                        None => self.sources.look().await?,
                    };
                    match found {
                        Some(found) => self.open(state, sessions, client, found).await?,
                        None if is_replacement => return Err(self.sources.over()),
                        // Our clock may be wrong: the service shall say that it is over.
                        None => {
                            state.session = state.session.take().map(Session::without_renewal);
                            return Ok(None);
                        }
                    }
                }
            },
        };
        let ticket = Ticket { is_replacement, ..ticket };
        state.ticket = Some(ticket.clone());
        Ok(Some(ticket))
    }

    /// The session renewed without the secret. None where there is no way, or the service does not want to.
    async fn refreshed(
        &self,
        state: &State,
        sessions: &dyn Sessions,
        client: &Client,
    ) -> Result<Option<Session>, NotSignedIn> {
        let Some(session) = &state.session else { return Ok(None) };
        let Some(knock) = sessions.refresh(&self.base_url, session) else { return Ok(None) };
        match self.knock(client, &knock).await {
            Ok(reply) => Ok(sessions.refreshed(session, &reply).map(|session| self.learnt(session))),
            Err(attempt) => match NotSignedIn::after("renewing the session", &attempt) {
                error if error.is_final() => Ok(None),
                error => Err(error),
            },
        }
    }

    async fn open(
        &self,
        state: &mut State,
        sessions: &dyn Sessions,
        client: &Client,
        found: Found,
    ) -> Result<Ticket, NotSignedIn> {
        let user = self.user_of(&found)?;
        let knock = sessions.open(&self.base_url, &user, found.secret.expose_secret());
        self.secrets.add(found.secret.expose_secret());
        knock.headers.iter().filter_map(Header::hidden).for_each(|hidden| self.secrets.add(hidden));
        let issuer = sessions.issuer().map(|url| Client::new(url, &self.settings_for(url))).transpose();
        let issuer = issuer.map_err(|error| NotSignedIn::new(format!("cannot sign in: {error:#}")))?;
        let doing = format!("signing in at {} as {user}", self.sources.issuer());
        let reply = self.knock(issuer.as_ref().unwrap_or(client), &knock).await;
        let reply = reply.map_err(|attempt| {
            let error = NotSignedIn::after(&doing, &attempt);
            let was_asked = issuer.as_ref().is_some_and(|issuer| issuer.seen().asked_for_ours);
            if was_asked && self.settings.tls.identity.is_some() && !error.is_final() {
                let (issuer, own) = (self.sources.issuer(), self.sources.origin());
                return error.hint(format!(
                    "{issuer} wants a client certificate, and the profile's is for {own} alone"
                ));
            }
            error.hint_unless(|| self.sources.advice(&found.origin, &user))
        })?;
        let session = sessions.opened(&reply).ok_or_else(|| {
            NotSignedIn::new(format!("{doing}: the answer holds neither a token nor a session")).hint(
                format!(
                    "look whether {} is the right address, and {} the right kind",
                    self.sources.issuer(),
                    self.auth.word()
                ),
            )
        })?;
        let session = self.learnt(session);
        state.found = Some(found);
        self.keep(state, &session);
        self.install(state, session)
    }

    async fn knock(&self, client: &Client, knock: &Knock) -> Result<Reply, Attempt> {
        if let Some(Listener(tell)) = &self.listener {
            tell(&knock.shown());
        }
        client.knock(knock, &self.secrets).await
    }

    /// How to connect to an address of the sign-in. Our own certificate is for the service, and says who we are: no
    /// other origin is shown it.
    fn settings_for(&self, url: &Url) -> Settings {
        let mut settings = self.settings.clone();
        if url.origin() != self.base_url.origin() {
            settings.tls.identity = None;
        }
        settings
    }

    fn keep(&self, state: &mut State, session: &Session) {
        if let Err(error) = self.sources.keep(state.found.as_ref().map(|found| &found.origin), session) {
            state.notes.push(format!("the session could not be kept for the next time: {error}"));
        }
    }

    /// The session, with everything in it known as a secret from now on.
    fn learnt(&self, session: Session) -> Session {
        session.secrets().into_iter().for_each(|secret| self.secrets.add(secret));
        // The service may call somebody by what it was sent.
        let user = session.user.as_deref().map(|user| self.secrets.masked(user));
        session.of(user)
    }

    fn install(&self, state: &mut State, session: Session) -> Result<Ticket, NotSignedIn> {
        let header = session.header().map_err(|_| {
            NotSignedIn::new("the service gave out a token with a character that cannot be sent")
        })?;
        state.session = Some(session);
        Ok(self.issue(state, Some(header), false))
    }

    fn issue(&self, state: &mut State, header: Option<Header>, is_replacement: bool) -> Ticket {
        let number = state.ticket.as_ref().map_or(0, |ticket| ticket.number) + 1;
        let ticket = Ticket { header, number, is_replacement, accepted: Arc::default() };
        state.ticket = Some(ticket.clone());
        ticket
    }

    fn header(&self, direct: &dyn Direct, found: &Found) -> Result<Header, NotSignedIn> {
        let user = self.user_of(found)?;
        self.secrets.add(found.secret.expose_secret());
        let header = direct.header(&user, found.secret.expose_secret()).map_err(|_| {
            let from = self.sources.describe(&found.origin);
            NotSignedIn::new(format!("{from} has a character that cannot be sent"))
                .hint("look for a newline or a blank at its end")
        })?;
        header.hidden().into_iter().for_each(|hidden| self.secrets.add(hidden));
        Ok(header)
    }

    fn user_of(&self, found: &Found) -> Result<String, NotSignedIn> {
        self.sources.user(found.user.as_deref())
    }
}

#[cfg(test)]
mod tests;
