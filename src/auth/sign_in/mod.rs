//! One sign-in for all requests of a run: found once, renewed once, shared by every request in flight.

use std::sync::OnceLock;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokio::sync::Mutex;
use url::Url;

use super::credential::Credential;
use super::error::AuthError;
use super::jwt;
use super::kind::{Auth, AuthFlow, SessionFlow, Signer};
use super::secret_sources::{Found, Sources};
use super::session::Session;
use super::token_request::TokenRequest;
use crate::http::header::Header;
use crate::http::request::Request;
use crate::http::{Attempt, Client, SecretResponse, Settings};
use crate::secret::Secrets;

/// Called with the first line of each request of the sign-in before it goes out; all else in it is secret.
type RequestLog = Box<dyn Fn(&str) + Send + Sync>;

/// The sign-in that all requests of a run share.
pub struct SignIn {
    auth: Auth,
    base_url: Url,
    settings: Settings,
    sources: Sources,
    secrets: Secrets,
    /// The headers of the profile, once they are wanted.
    headers: OnceLock<Vec<Header>>,
    state: Mutex<State>,
    request_log: Option<RequestLog>,
}

fn ended(found: &Found) -> Option<Timestamp> {
    let claims = jwt::claims(found.secret.expose_secret());
    claims.and_then(|claims| claims.expires).filter(|expires| *expires < Timestamp::now())
}

#[derive(Debug, Default)]
struct State {
    credential: Option<Credential>,
    session: Option<Session>,
    found: Option<Found>,
    /// Why no request is signed in any more. Without it a hundred thousand rows would try a wrong password as often.
    failed: Option<AuthError>,
    /// What went wrong without ending the sign-in.
    notes: Vec<String>,
}

impl SignIn {
    pub fn new(auth: Auth, base_url: Url, settings: Settings, sources: Sources) -> SignIn {
        let (secrets, state) = (Secrets::default(), Mutex::default());
        let headers = OnceLock::new();
        SignIn { auth, base_url, settings, sources, secrets, headers, state, request_log: None }
    }

    /// The same, which calls this before each request of its own with a line such as `POST https://example.com/auth`.
    pub fn with_request_log(self, log: impl Fn(&str) + Send + Sync + 'static) -> SignIn {
        SignIn { request_log: Some(Box::new(log)), ..self }
    }

    /// What must be masked in everything that comes back.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The credential in use. The first caller signs in; the others wait for it.
    ///
    /// # Errors
    /// If there is no secret, or one that is not accepted, or the sign-in cannot be reached.
    pub async fn credential(&self, client: &Client) -> Result<Credential, AuthError> {
        let mut state = self.state.lock().await;
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        let is_over = state.session.as_ref().is_some_and(Session::is_over);
        let ended = match state.credential.clone() {
            Some(credential) if !is_over => return Ok(credential),
            // It is rare, and every request in flight would have room for it.
            Some(credential) => Box::pin(self.renew_early(&mut state, client, credential)).await,
            None => Box::pin(self.begin(&mut state, client)).await,
        };
        ended.inspect_err(|error| state.failed = Some(error.clone()).filter(AuthError::is_final))
    }

    /// The headers that sign this request in.
    ///
    /// # Errors
    /// If what would go out has a character that no header may have.
    pub fn sign(&self, request: &Request, credential: &Credential) -> Result<Vec<Header>, AuthError> {
        let (Some(found), AuthFlow::Direct(signer)) = (&credential.secret, &self.auth.flow) else {
            return Ok(credential.headers.clone());
        };
        let mut headers = self.sign_by(&**signer, request, found)?;
        // A kind that signs each request has another secret header for each.
        self.hide(&headers);
        headers.extend_from_slice(self.profile_headers()?);
        Ok(headers)
    }

    /// Whether a credential goes out.
    pub fn has_credential(&self) -> bool {
        !self.auth.is_open()
    }

    /// The headers of the profile.
    ///
    /// # Errors
    /// If one of them is a secret that is missing or cannot be used.
    fn profile_headers(&self) -> Result<&[Header], AuthError> {
        if let Some(headers) = self.headers.get() {
            return Ok(headers);
        }
        let headers = self.sources.headers()?;
        self.hide(&headers);
        Ok(self.headers.get_or_init(|| headers))
    }

    /// Masks these headers wherever they come back.
    fn hide(&self, headers: &[Header]) {
        headers.iter().filter_map(Header::hidden).for_each(|hidden| self.secrets.add(hidden));
    }

    /// A credential in place of one that was refused. Of all requests that were refused with the same one, the first
    /// renews it, and the others take what it got. None where there is nothing to renew, or where the refused one was
    /// a replacement itself that was never accepted: then another one would not help either.
    ///
    /// # Errors
    /// If the renewal fails.
    pub async fn renewed(&self, client: &Client, old: &Credential) -> Result<Option<Credential>, AuthError> {
        let mut state = self.state.lock().await;
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        match &state.credential {
            Some(current) if current.number != old.number => return Ok(Some(current.clone())),
            Some(current) if current.is_useless_replacement() => return Ok(None),
            Some(_) | None => {}
        }
        let renewed = self.renew(&mut state, client, true).await;
        renewed.inspect_err(|error| state.failed = Some(error.clone()).filter(AuthError::is_final))
    }

    /// The session in use, where the kind has one.
    pub async fn session(&self) -> Option<Session> {
        self.state.lock().await.session.clone()
    }

    /// What went wrong since the last call, without ending the sign-in.
    pub async fn notes(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().await.notes)
    }

    /// Where the credential came from, in a sentence.
    pub async fn describe(&self) -> String {
        let state = self.state.lock().await;
        let kind = self.auth.name;
        match (&state.found, &state.session) {
            (Some(found), _) => format!("Sign-in type {kind}, with {}", self.sources.describe(&found.source)),
            (None, Some(_)) => format!("Sign-in type {kind}, with the session in {}", self.sources.store()),
            (None, None) => "No credential is sent".to_owned(),
        }
    }

    /// What to do when the service does not accept the sign-in.
    pub async fn advice(&self) -> String {
        let state = self.state.lock().await;
        if self.auth.is_open() {
            return self.sources.set_up_sign_in();
        }
        let Some(found) = &state.found else { return self.sources.log_in_again() };
        let advice = self.sources.advice(&found.source, &self.user_of(found).unwrap_or_default());
        match ended(found) {
            Some(expires) => format!("the token says that it expired on {expires}; {advice}"),
            None => advice,
        }
    }

    /// When the token in use ended, by its own word, which nobody has checked. `None` where it has not, or says nothing.
    pub async fn ended(&self) -> Option<Timestamp> {
        self.state.lock().await.found.as_ref().and_then(ended)
    }

    async fn begin(&self, state: &mut State, client: &Client) -> Result<Credential, AuthError> {
        self.profile_headers()?;
        match &self.auth.flow {
            AuthFlow::Open => Ok(self.issue(state, Vec::new(), None)),
            AuthFlow::Direct(signer) => {
                let found = self.sources.find().await?;
                self.issue_direct(state, &**signer, found)
            }
            AuthFlow::Session(flow) => {
                if !self.sources.is_at_hand()
                    && let Some(session) = self.sources.stored_session()?
                {
                    let is_over = session.is_over();
                    let credential = self.install(state, self.sources.mark_used(session.clone()), false)?;
                    // Out of the store it may be long over, and then it is better not to try.
                    return if is_over {
                        self.renew_early(state, client, credential).await
                    } else {
                        Ok(credential)
                    };
                }
                let found = self.sources.find().await?;
                self.open(state, &**flow, client, found).await
            }
        }
    }

    /// Renews a session that is over by our clock; where that cannot be done, it is used as it is.
    async fn renew_early(
        &self,
        state: &mut State,
        client: &Client,
        credential: Credential,
    ) -> Result<Credential, AuthError> {
        self.renew(state, client, false).await.map(|renewed| renewed.unwrap_or(credential))
    }

    async fn renew(
        &self,
        state: &mut State,
        client: &Client,
        is_replacement: bool,
    ) -> Result<Option<Credential>, AuthError> {
        let credential = match &self.auth.flow {
            AuthFlow::Open => return Ok(None),
            AuthFlow::Direct(signer) => match self.sources.find_again(state.found.as_ref()).await? {
                Some(found) => self.issue_direct(state, &**signer, found)?,
                None => return Ok(None),
            },
            AuthFlow::Session(flow) => match self.refreshed(state, &**flow, client).await? {
                Some(session) => self.install(state, session, true)?,
                None => {
                    let found = match state.found.take() {
                        Some(found) => Some(found),
                        None => self.sources.find_any().await?,
                    };
                    match found {
                        Some(found) => self.open(state, &**flow, client, found).await?,
                        None if is_replacement => return Err(self.sources.expired()),
                        // Our clock may be wrong: the service shall say that it is over.
                        None => {
                            state.session.iter_mut().for_each(|session| session.renew_from = None);
                            return Ok(None);
                        }
                    }
                }
            },
        };
        let credential = Credential { is_replacement, ..credential };
        state.credential = Some(credential.clone());
        Ok(Some(credential))
    }

    /// The session renewed without the secret. None where there is no way, or the service refuses.
    async fn refreshed(
        &self,
        state: &State,
        flow: &dyn SessionFlow,
        client: &Client,
    ) -> Result<Option<Session>, AuthError> {
        let Some(session) = &state.session else { return Ok(None) };
        let Some(request) = flow.refresh(&self.base_url, session) else { return Ok(None) };
        match self.send(client, &request).await {
            Ok(response) => Ok(flow.refreshed(session, &response)),
            Err(attempt) => match AuthError::after("renewing the session", &attempt) {
                error if error.is_final() => Ok(None),
                error => Err(error),
            },
        }
    }

    async fn open(
        &self,
        state: &mut State,
        flow: &dyn SessionFlow,
        client: &Client,
        found: Found,
    ) -> Result<Credential, AuthError> {
        let user = self.user_of(&found)?;
        let request = flow.open(&self.base_url, &user, found.secret.expose_secret());
        self.secrets.add(found.secret.expose_secret());
        self.hide(&request.headers);
        let issuer = flow.issuer().map(|url| Client::new(url, &self.settings_for(url))).transpose();
        let issuer = issuer.map_err(|error| AuthError::new(format!("cannot sign in: {error:#}")))?;
        let doing = format!("signing in at {} as {user}", self.sources.issuer());
        let response = self.send(issuer.as_ref().unwrap_or(client), &request).await;
        let response = response.map_err(|attempt| {
            let error = AuthError::after(&doing, &attempt);
            let wants_ours = issuer.as_ref().is_some_and(|issuer| issuer.handshake().asked_for_ours);
            if wants_ours && self.settings.tls.identity.is_some() && !error.is_final() {
                let (issuer, own) = (self.sources.issuer(), self.sources.origin());
                return error.hint(format!(
                    "{issuer} requires a client certificate, and the profile's is only for {own}"
                ));
            }
            error.or_hint(|| self.sources.advice(&found.source, &user))
        })?;
        let session = flow.opened(&response).ok_or_else(|| {
            let hint = format!(
                "check that {} is the right address and {} the right type",
                self.sources.issuer(),
                self.auth.name
            );
            AuthError::new(format!("{doing}: the response contains neither a token nor a session")).hint(hint)
        })?;
        state.found = Some(found);
        self.install(state, session, true)
    }

    async fn send(&self, client: &Client, request: &TokenRequest) -> Result<SecretResponse, Attempt> {
        if let Some(log) = &self.request_log {
            log(&request.describe());
        }
        // Another origin, such as an issuer's, is not told what the profile's service is.
        let is_own = request.url.origin() == self.base_url.origin();
        let headers = if is_own { self.profile_headers().unwrap_or_default() } else { &[] };
        request.send(client, headers, &self.secrets).await
    }

    /// Ends this session at the service. Whether the service says that it has ended; none where the kind has no
    /// request for that.
    pub async fn end_session(&self, client: &Client, session: &Session) -> Option<bool> {
        let request = self.auth.session_flow()?.close(&self.base_url, session)?;
        Some(self.send(client, &request).await.is_ok())
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

    /// Uses this session from now on; a new one is stored for the next run.
    fn install(&self, state: &mut State, session: Session, is_new: bool) -> Result<Credential, AuthError> {
        session.secrets().into_iter().for_each(|secret| self.secrets.add(secret));
        // The service may call somebody by what it was sent.
        let user = session.user.as_deref().map(|user| self.secrets.masked(user));
        let session = session.of(user);
        if is_new {
            let source = state.found.as_ref().map(|found| &found.source);
            if let Err(error) = self.sources.store_session(source, &session) {
                state.notes.push(format!("the session could not be stored for the next time: {error}"));
            }
        }
        let header = session.header().map_err(|_| {
            AuthError::new("the service sent a token with a character that cannot be sent in a header")
        })?;
        state.session = Some(session);
        Ok(self.issue(state, vec![header], None))
    }

    /// Signs a request that is never sent, so that a secret that cannot be sent is found before anything is prepared.
    fn issue_direct(
        &self,
        state: &mut State,
        signer: &Signer,
        found: Found,
    ) -> Result<Credential, AuthError> {
        self.secrets.add(found.secret.expose_secret());
        let headers = self.sign_by(signer, &Request::get(&self.base_url, "", Vec::new()), &found)?;
        self.hide(&headers);
        state.found = Some(found.clone());
        Ok(self.issue(state, headers, Some(found)))
    }

    fn issue(&self, state: &mut State, headers: Vec<Header>, secret: Option<Found>) -> Credential {
        let number = state.credential.as_ref().map_or(0, |credential| credential.number) + 1;
        let headers = headers.into_iter().chain(self.profile_headers().unwrap_or_default().iter().cloned());
        let credential = Credential::new(headers.collect(), secret, number);
        state.credential = Some(credential.clone());
        credential
    }

    fn sign_by(&self, signer: &Signer, request: &Request, found: &Found) -> Result<Vec<Header>, AuthError> {
        let user = self.user_of(found)?;
        signer(request, &user, found.secret.expose_secret()).map_err(|_| {
            let from = self.sources.describe(&found.source);
            AuthError::new(format!("{from} contains a character that cannot be sent in a header"))
                .hint("use only ASCII letters, digits and signs")
        })
    }

    fn user_of(&self, found: &Found) -> Result<String, AuthError> {
        self.sources.user(found.user.as_deref())
    }
}

#[cfg(test)]
mod tests;
