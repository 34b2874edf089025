//! Where a secret comes from: the environment, the profile's own command, the store, in this order.

pub mod headers;
mod messages;

use std::sync::OnceLock;

use jiff::{Span, Timestamp};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::secret_command;
use super::store::{Entry, Store, StoreKey};
use crate::auth::error::AuthError;
use crate::auth::kind::{Auth, SecretKind, SessionFlow, User};
use crate::auth::profile_header::ProfileHeader;
use crate::auth::session::Session;
use crate::environment::Variable;
use crate::http::address::origin_of;
use crate::secret::{Secret, SecretFault};

/// A secret, whose it is where that is written beside it, and where it was found.
#[derive(Debug, Clone)]
pub struct Found {
    pub secret: Secret,
    pub user: Option<String>,
    pub source: SecretSource,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    Environment(Variable),
    Command,
    Store,
    /// The user has just typed it, or sent it to standard input.
    Given,
}

/// A profile's `secret_command`, with the origin that the secret is for: the one of the address beside it.
#[derive(Debug, Clone)]
pub struct SecretCommand {
    pub argv: Vec<String>,
    pub origin: Option<String>,
}

/// Which secret is wanted, and the places where it may be.
#[derive(Debug)]
pub struct Sources {
    auth: Auth,
    /// The name of the profile; without one, the environment is the only source.
    profile: Option<String>,
    origin: String,
    /// Where the secret goes, if that is not `origin`.
    issuer: Option<String>,
    command: Option<SecretCommand>,
    store: Option<Store>,
    headers: Vec<ProfileHeader>,
    given: Option<Found>,
    /// Read once.
    stored: OnceLock<Option<Entry>>,
}

impl Sources {
    pub fn new(
        auth: &Auth,
        profile: Option<String>,
        base_url: &Url,
        command: Option<SecretCommand>,
        store: Option<Store>,
    ) -> Sources {
        Sources {
            auth: auth.clone(),
            profile,
            origin: origin_of(base_url),
            issuer: auth.session_flow().and_then(|flow| flow.issuer()).map(origin_of),
            command,
            store,
            headers: Vec::new(),
            given: None,
            stored: OnceLock::new(),
        }
    }

    /// The same with the headers of the profile.
    pub fn with_headers(self, headers: Vec<ProfileHeader>) -> Sources {
        Sources { headers, ..self }
    }

    pub fn profile_headers(&self) -> &[ProfileHeader] {
        &self.headers
    }

    /// The store, and where the profile's sign-in is in it.
    pub(super) fn store_key(&self) -> Option<(&Store, StoreKey<'_>)> {
        Some((self.store.as_ref()?, self.key(self.profile.as_deref()?)))
    }

    /// The same with a secret that the user has just given, which goes before all others and is not stored yet.
    pub fn with(self, secret: Secret, user: Option<String>) -> Sources {
        Sources { given: Some(Found { secret, user, source: SecretSource::Given }), ..self }
    }

    /// Reads a secret of this source.
    ///
    /// # Errors
    /// If it holds what no secret holds.
    pub fn read(&self, text: &str, source: &SecretSource) -> Result<Secret, AuthError> {
        let refused = |fault: SecretFault| {
            AuthError::new(format!("{} {}", self.describe(source), fault.message)).hint(fault.hint)
        };
        let secret = Secret::read(text).map_err(refused)?;
        match self.auth.secret {
            Some(SecretKind::Token | SecretKind::ApiKey) => secret.for_header().map_err(refused),
            Some(SecretKind::Password | SecretKind::ClientSecret) | None => Ok(secret),
        }
    }

    fn found(&self, text: &str, source: SecretSource) -> Result<Found, AuthError> {
        Ok(Found { secret: self.read(text, &source)?, user: None, source })
    }

    /// The variable that holds the secret.
    pub fn variable_set(&self) -> Option<Variable> {
        let variable = self.auth.secret?.variable();
        variable.get().map(|_| variable)
    }

    /// Whether the secret is there without asking anybody: just given, or in the environment.
    pub fn is_at_hand(&self) -> bool {
        self.given.is_some() || self.variable_set().is_some()
    }

    /// The secret that is there without asking anybody.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn at_hand(&self) -> Result<Option<Found>, AuthError> {
        let of_environment = |variable: Variable| {
            let text = Zeroizing::new(variable.get().unwrap_or_default());
            self.found(&text, SecretSource::Environment(variable))
        };
        match &self.given {
            Some(given) => Ok(Some(given.clone())),
            None => self.variable_set().map(of_environment).transpose(),
        }
    }

    /// The secret.
    ///
    /// # Errors
    /// If none of the sources has one, or the one whose turn it is fails.
    pub async fn find(&self) -> Result<Found, AuthError> {
        self.find_any().await?.ok_or_else(|| self.no_secret())
    }

    /// The secret, where one of the sources has it.
    ///
    /// # Errors
    /// If the source whose turn it is fails.
    pub async fn find_any(&self) -> Result<Option<Found>, AuthError> {
        if let Some(found) = self.at_hand()? {
            return Ok(Some(found));
        }
        if let Some(found) = self.by_command().await? {
            return Ok(Some(found));
        }
        let secret = self.stored()?.and_then(|entry| entry.secret.as_ref());
        let found = secret.map(|secret| self.found(secret.expose_secret(), SecretSource::Store));
        Ok(found.transpose()?.map(|found| self.mark_used(found)))
    }

    /// Another secret than the one that was found, where the source is one that can have a new one.
    ///
    /// # Errors
    /// If the source fails.
    pub async fn find_again(&self, old: Option<&Found>) -> Result<Option<Found>, AuthError> {
        let Some(old) = old.filter(|old| old.source == SecretSource::Command) else { return Ok(None) };
        let new = self.by_command().await?;
        Ok(new.filter(|new| new.secret.expose_secret() != old.secret.expose_secret()))
    }

    async fn by_command(&self) -> Result<Option<Found>, AuthError> {
        let Some(command) = &self.command else { return Ok(None) };
        if let Some(own) = command.origin.as_ref().filter(|own| **own != self.origin) {
            let what = format!(
                "the secret_command of {} is for {own} only, and this request goes to {}",
                self.name(),
                self.origin
            );
            return Err(AuthError::new(what)
                .hint(format!("set {} for this address, or add a profile for it", self.variable())));
        }
        let printed = secret_command::run(&command.argv, secret_command::LIMIT).await?;
        self.found(printed.expose_secret(), SecretSource::Command).map(Some)
    }

    /// What the store has for this sign-in.
    ///
    /// # Errors
    /// If the store cannot be read, or must not be trusted.
    pub fn stored(&self) -> Result<Option<&Entry>, AuthError> {
        if let Some(stored) = self.stored.get() {
            return Ok(stored.as_ref());
        }
        let read = match (&self.store, &self.profile) {
            (Some(store), Some(profile)) => store.get(&self.key(profile))?,
            (Some(_), None) | (None, _) => None,
        };
        let own = read.filter(|entry| self.is_of(entry));
        Ok(self.stored.get_or_init(|| own).as_ref())
    }

    /// The session that was stored under the same terms.
    ///
    /// # Errors
    /// As [`Sources::stored`].
    pub fn stored_session(&self) -> Result<Option<&Session>, AuthError> {
        let terms = self.auth.session_flow().map(SessionFlow::terms).unwrap_or_default();
        let session = self.stored()?.and_then(|entry| entry.session.as_ref());
        Ok(session.filter(|session| session.terms == terms))
    }

    /// Stores a session for the next run: beside the secret in the store that it came from, or alone where a command
    /// gives the secret. What came out of the environment stays out of the store.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn store_session(&self, source: Option<&SecretSource>, session: &Session) -> Result<(), AuthError> {
        let (Some(store), Some(profile)) = (&self.store, &self.profile) else { return Ok(()) };
        let may_begin = match source {
            Some(SecretSource::Environment(_) | SecretSource::Given) => return Ok(()),
            Some(SecretSource::Command) => true,
            // A sign-out, or another user's sign-in, that came meanwhile is not undone.
            Some(SecretSource::Store) | None => false,
        };
        store.change(&self.key(profile), |old| match old {
            Some(entry) if self.is_of(&entry) && (may_begin || self.is_unchanged(&entry)) => {
                let used = Some(Timestamp::now());
                Some(Entry { session: Some(session.clone()), used, ..entry })
            }
            Some(other) => Some(other),
            None => may_begin.then(|| self.entry(profile, None, None, Some(session.clone()))),
        })
    }

    /// Whether an entry is for this kind, this user and the same issuer.
    fn is_of(&self, entry: &Entry) -> bool {
        let same_user = match &self.auth.user {
            User::Named(name) => entry.user.as_ref().is_none_or(|user| user == name),
            User::Nobody | User::Wanted => true,
        };
        entry.kind == self.auth.name && entry.issuer == self.issuer && same_user
    }

    /// Whether it is still the entry that was read, and nobody has signed in anew meanwhile.
    fn is_unchanged(&self, entry: &Entry) -> bool {
        let read = self.stored.get().and_then(Option::as_ref);
        read.is_some_and(|read| read.saved == entry.saved && read.user == entry.user)
    }

    /// Notes in the store that what it holds was used: at most once in an hour, since writing takes longer than the
    /// rest of a command. A store that cannot be written is no reason to stop.
    pub(super) fn mark_used<T>(&self, value: T) -> T {
        let hour_ago = Timestamp::now().checked_sub(Span::new().hours(1)).unwrap_or(Timestamp::MIN);
        let is_due = |entry: &Entry| entry.used.is_none_or(|used| used < hour_ago);
        if let (Some(Some(entry)), Some(store)) = (self.stored.get(), &self.store)
            && is_due(entry)
        {
            let key = StoreKey { profile: &entry.profile, origin: &entry.origin, header: None };
            let now = Some(Timestamp::now());
            let _ = store.change(&key, |old| old.map(|entry| Entry { used: now, ..entry }));
        }
        value
    }

    /// An entry of the store for this sign-in.
    pub fn entry(
        &self,
        profile: &str,
        user: Option<String>,
        secret: Option<SecretString>,
        session: Option<Session>,
    ) -> Entry {
        Entry {
            profile: profile.to_owned(),
            origin: self.origin.clone(),
            header: None,
            kind: self.auth.name.to_owned(),
            user: self.auth.user.name().map(str::to_owned).or(user),
            issuer: self.issuer.clone(),
            secret,
            session,
            saved: Timestamp::now(),
            used: None,
        }
    }

    /// Whose secret it is: the user of profile or environment, the one beside the secret, or the one in the store.
    ///
    /// # Errors
    /// Usage, where the kind needs a user and nobody names one.
    pub fn user(&self, beside: Option<&str>) -> Result<String, AuthError> {
        match &self.auth.user {
            User::Nobody => Ok(String::new()),
            User::Named(name) => Ok(name.clone()),
            User::Wanted => {
                let name = match beside {
                    Some(name) => Some(name.to_owned()),
                    None => self.stored()?.and_then(|entry| entry.user.clone()),
                };
                name.ok_or_else(|| self.no_user())
            }
        }
    }

    /// To whom the secret goes.
    pub fn issuer(&self) -> &str {
        self.issuer.as_deref().unwrap_or(&self.origin)
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn has_command(&self) -> bool {
        self.command.is_some()
    }

    fn key<'a>(&'a self, profile: &'a str) -> StoreKey<'a> {
        StoreKey { profile, origin: &self.origin, header: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://booster.example.com";

    fn sources(store: &Store, user: &str) -> Sources {
        let url = Url::parse(URL).expect("an address");
        let auth =
            Auth::direct("basic", SecretKind::Password, User::Named(user.to_owned()), |_, _, _| Ok(vec![]));
        Sources::new(&auth, Some("dev".into()), &url, None, Some(store.clone()))
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::File(folder.path().join("credentials.toml"));
        (folder, store)
    }

    fn kept(store: &Store) -> Option<Entry> {
        store.get(&StoreKey { profile: "dev", origin: URL, header: None }).expect("readable")
    }

    #[track_caller]
    fn sign_in(store: &Store, user: &str) {
        let entry = sources(store, user).entry("dev", None, Some("pw".into()), None);
        store
            .change(&StoreKey { profile: "dev", origin: URL, header: None }, |_| Some(entry))
            .expect("stored");
    }

    #[test]
    fn a_session_is_kept_where_its_secret_comes_from() {
        let session = Session::bearer("tok", None);
        let (_folder, store) = store();
        for source in [SecretSource::Environment(Variable::Token), SecretSource::Given, SecretSource::Store] {
            sources(&store, "ada").store_session(Some(&source), &session).expect("nothing to do");
            assert!(kept(&store).is_none(), "{source:?}");
        }
        sources(&store, "ada").store_session(Some(&SecretSource::Command), &session).expect("kept");
        let entry = kept(&store).expect("an entry");
        assert!(entry.secret.is_none() && entry.session.is_some());
        assert_eq!(entry.user.as_deref(), Some("ada"));
    }

    #[test]
    fn whoever_has_signed_out_or_in_meanwhile_stays_so() {
        let session = Session::bearer("tok", None);
        let (_folder, store) = store();
        sign_in(&store, "ada");
        let of_ada = sources(&store, "ada");
        assert!(of_ada.stored().expect("readable").is_some());
        of_ada.store_session(Some(&SecretSource::Store), &session).expect("kept");
        assert!(kept(&store).expect("an entry").session.is_some());
        // In as somebody else, and as the same one anew.
        for user in ["bob", "ada"] {
            sign_in(&store, user);
            of_ada.store_session(Some(&SecretSource::Store), &session).expect("nothing to do");
            let entry = kept(&store).expect("an entry");
            assert!(entry.session.is_none() && entry.user.as_deref() == Some(user), "{entry:?}");
        }
        sign_in(&store, "bob");
        of_ada.store_session(Some(&SecretSource::Command), &session).expect("nothing to do");
        assert!(kept(&store).expect("an entry").secret.is_some(), "nor does a command's session replace it");
        store.change(&StoreKey { profile: "dev", origin: URL, header: None }, |_| None).expect("removed");
        of_ada.store_session(Some(&SecretSource::Store), &session).expect("nothing to do");
        assert!(kept(&store).is_none());
    }
}
