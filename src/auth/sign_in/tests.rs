//! Many requests with one sign-in: against the sandbox, and against a service that only counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::auth::exchange::{Exchange, Hooks, NoHooks, Progress, exchange};
use crate::auth::kind::{SecretKind, User};
#[cfg(unix)]
use crate::auth::secret_sources::SecretCommand;
use crate::auth::table_reader::{Table, TableReader};
use crate::guard::{self, AddressGuard, Confirmed};
#[cfg(unix)]
use crate::http::address::origin_of;
use crate::http::retry;
use crate::outcome::Outcome;
use crate::sandbox::{self, Host, Options, Rules, Sandbox};
use crate::secret::Secret;

/// A patch that an open guard lets pass.
fn patch(url: &Url, id: u32) -> Request {
    let confirmed = Confirmed { name: None, profile: None, profiles: &[] };
    let permission = guard::decide(&AddressGuard::default(), confirmed, || Ok(None)).expect("an open guard");
    Request::patch_customer(url, id, "{}".to_owned(), Vec::new()).permitted(&permission)
}

const MANY: usize = 50;

/// The `auth` of a profile, as it is written there.
fn auth(toml: &str) -> Auth {
    #[derive(serde::Deserialize)]
    struct Profile {
        auth: toml::Spanned<Table>,
    }
    let profile: Profile = toml::from_str(&format!("auth = {{ {toml} }}")).expect("TOML");
    Auth::read(TableReader::new(&profile.auth, Some("ada".to_owned()))).expect("a kind")
}

fn settings() -> Settings {
    Settings {
        timeout: Duration::from_secs(20),
        tls: crate::http::tls::Tls::default(),
        retry_base: Duration::ZERO,
    }
}

/// Client and sign-in, to be shared, with a secret that was just given.
fn shared(auth: Auth, url: &str, secret: &str) -> Arc<(Client, SignIn, Url)> {
    let url = Url::parse(url).expect("an address");
    let sources = Sources::new(&auth, Some("dev".into()), &url, None, None)
        .with(Secret::read(secret).expect("a secret"), None);
    shared_by(auth, url, sources)
}

fn shared_by(auth: Auth, url: Url, sources: Sources) -> Arc<(Client, SignIn, Url)> {
    let client = Client::new(&url, &settings()).expect("a client");
    Arc::new((client, SignIn::new(auth, url.clone(), settings(), sources), url))
}

/// Sends many requests at once, and gives the status that each ended with and its attempts.
async fn send_many(shared: &Arc<(Client, SignIn, Url)>) -> Vec<Result<(u16, u32), AuthError>> {
    let mut sending = JoinSet::new();
    for _ in 0..MANY {
        let shared = Arc::clone(shared);
        sending.spawn(async move {
            let (client, sign_in, url) = &*shared;
            let request = patch(url, 1);
            send(client, sign_in, &request).await.map(|exchange| outcome(&exchange))
        });
    }
    sending.join_all().await
}

async fn send(client: &Client, sign_in: &SignIn, request: &Request) -> Result<Exchange, AuthError> {
    exchange(client, sign_in, request, true, &mut NoHooks).await
}

fn outcome(exchange: &Exchange) -> (u16, u32) {
    match &exchange.last {
        Attempt::Response(response) => (response.status, exchange.attempts),
        Attempt::NotSent { cause, .. } | Attempt::Lost { cause } => panic!("{cause}"),
    }
}

#[track_caller]
fn all_are(ended: &[Result<(u16, u32), AuthError>], expected: (u16, u32)) {
    assert_eq!(ended.len(), MANY);
    ended.iter().for_each(|ended| assert_eq!(*ended.as_ref().expect("sent"), expected));
}

async fn sandbox(host: Host) -> Sandbox {
    let sign_in = Rules { required: true, ..Rules::default() };
    sandbox::start(&crate::model::customer::CUSTOMER, Options { host, sign_in, ..Options::default() })
        .await
        .expect("a sandbox")
}

#[tokio::test]
async fn many_requests_sign_in_once_and_renew_once() {
    let sandbox = sandbox(Host::Default).await;
    let shared = shared(auth("kind = 'credentials'"), &sandbox.base_url(), sandbox::PASSWORD);
    all_are(&send_many(&shared).await, (200, 1));
    assert_eq!(sandbox.end_tokens(false), 1, "one sign-in for all of them");
    all_are(&send_many(&shared).await, (200, 2));
    assert_eq!(sandbox.end_tokens(true), 1, "one renewal for all of them");
    all_are(&send_many(&shared).await, (200, 2));
    assert_eq!(sandbox.end_tokens(true), 1, "and one new sign-in, where nothing renews the token");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_session_in_cookies_is_opened_anew_when_it_has_ended() {
    for host in [Host::Session, Host::TokenCookie] {
        let sandbox = sandbox(host).await;
        let shared = shared(auth("kind = 'credentials'"), &sandbox.base_url(), sandbox::PASSWORD);
        all_are(&send_many(&shared).await, (200, 1));
        sandbox.end_tokens(true);
        all_are(&send_many(&shared).await, (200, 2));
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_client_of_oauth_gets_a_token_and_another_one() {
    let sandbox = sandbox(Host::Default).await;
    let url = sandbox.base_url();
    let kind = format!("kind = 'oauth2-client', token_url = '{url}/oauth2/token', client_id = 'booster'");
    let shared = shared(auth(&kind), &url, sandbox::CLIENT_SECRET);
    all_are(&send_many(&shared).await, (200, 1));
    assert_eq!(sandbox.end_tokens(true), 1);
    all_are(&send_many(&shared).await, (200, 2));
    assert_eq!(sandbox.end_tokens(true), 1);
    sandbox.stop().await;
}

/// A service that counts what it is asked, and answers every path by itself.
struct Counting {
    url: String,
    sign_ins: Arc<AtomicUsize>,
    patches: Arc<AtomicUsize>,
}

impl Counting {
    /// `patch` gives the status for the path and the token of a patch, `sign_in` the answer to a sign-in.
    async fn start(
        patch: impl Fn(&str, &str) -> u16 + Send + Sync + 'static,
        sign_in: impl Fn(usize) -> (u16, String) + Send + Sync + 'static,
    ) -> Counting {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let counting = Counting { url, sign_ins: Arc::default(), patches: Arc::default() };
        let (sign_ins, patches) = (Arc::clone(&counting.sign_ins), Arc::clone(&counting.patches));
        let answers = Arc::new((patch, sign_in));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answers, sign_ins, patches) =
                    (Arc::clone(&answers), Arc::clone(&sign_ins), Arc::clone(&patches));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"}") {
                        let mut chunk = [0; 4096];
                        let read = stream.read(&mut chunk).await.unwrap_or(0);
                        head.extend_from_slice(&chunk[..read]);
                        if read == 0 {
                            return;
                        }
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    let token = head.lines().find_map(|line| line.strip_prefix("Authorization: Bearer "));
                    let (status, body) = if head.starts_with("PATCH") {
                        patches.fetch_add(1, Ordering::SeqCst);
                        let path = head.split(' ').nth(1).unwrap_or_default();
                        ((answers.0)(path, token.unwrap_or_default()), String::new())
                    } else {
                        (answers.1)(sign_ins.fetch_add(1, Ordering::SeqCst) + 1)
                    };
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                    // The other side may have gone.
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        counting
    }

    fn counted(&self) -> (usize, usize) {
        (self.sign_ins.load(Ordering::SeqCst), self.patches.load(Ordering::SeqCst))
    }
}

fn token(number: usize) -> (u16, String) {
    (200, format!("{{\"userName\":\"ada\",\"bearerToken\":\"token-{number}\"}}"))
}

#[tokio::test]
async fn a_service_that_lets_nobody_in_is_not_asked_for_ever() {
    let service = Counting::start(|_, _| 401, token).await;
    let shared = shared(auth("kind = 'credentials'"), &service.url, "password");
    let ended = send_many(&shared).await;
    assert!(ended.iter().all(|ended| matches!(ended, Ok((401, 1 | 2)))), "{ended:?}");
    let ended = send_many(&shared).await;
    all_are(&ended, (401, 1));
    let (sign_ins, patches) = service.counted();
    assert_eq!(sign_ins, 2, "one sign-in and one renewal, whatever the number of requests");
    assert!(patches <= 3 * MANY, "{patches}");
}

#[tokio::test]
async fn one_customer_that_nobody_may_see_is_not_asked_for_ever() {
    let service = Counting::start(|path, _| if path == "/customer/7" { 401 } else { 200 }, token).await;
    let shared = shared(auth("kind = 'credentials'"), &service.url, "password");
    // While others go on being let in, each new credential looks good to the request that is refused.
    let mut others = JoinSet::new();
    for _ in 0..4 {
        let shared = Arc::clone(&shared);
        others.spawn(async move {
            let (client, sign_in, url) = &*shared;
            let request = patch(url, 1);
            for _ in 0..MANY {
                let exchange = send(client, sign_in, &request).await;
                assert_eq!(outcome(&exchange.expect("signed in")), (200, 1));
            }
        });
    }
    let (client, sign_in, url) = &*shared;
    let request = patch(url, 7);
    while others.try_join_next().is_none() {
        let exchange = send(client, sign_in, &request).await.expect("signed in");
        assert!(matches!(outcome(&exchange), (401, 1 | 2)), "{exchange:?}");
    }
    others.join_all().await;
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let refusal =
        |_| (401, r#"{"responseStatus":{"errorCode":"Unauthorized","message":"Invalid"}}"#.to_owned());
    let service = Counting::start(|_, _| 200, refusal).await;
    let shared = shared(auth("kind = 'credentials'"), &service.url, "password");
    for ended in send_many(&shared).await {
        let error = ended.expect_err("a wrong password");
        assert_eq!(error.outcome, Outcome::Unauthenticated);
        assert!(error.message.ends_with("as ada: the service answered 401: Invalid"), "{error}");
    }
    assert_eq!(service.counted(), (1, 0));
}

#[tokio::test]
async fn a_renewal_that_fails_fails_once_for_all() {
    let once = |number| if number == 1 { token(1) } else { (403, String::new()) };
    let service = Counting::start(|_, _| 401, once).await;
    let shared = shared(auth("kind = 'credentials'"), &service.url, "password");
    let ended = send_many(&shared).await;
    assert!(ended.iter().all(|ended| ended.is_err() || matches!(ended, Ok((401, 1)))), "{ended:?}");
    assert_eq!(service.counted().0, 2);
}

#[tokio::test]
async fn a_token_that_came_out_of_the_environment_is_not_renewed() {
    let service = Counting::start(|_, _| 401, token).await;
    let shared = shared(auth("kind = 'bearer'"), &service.url, "token");
    all_are(&send_many(&shared).await, (401, 1));
    assert_eq!(service.counted(), (0, MANY));
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_reached_is_tried_again_by_the_next_request() {
    let late = |number| {
        if number <= retry::MAX_ATTEMPTS as usize { (429, String::new()) } else { token(number) }
    };
    let service = Counting::start(|_, _| 200, late).await;
    let shared = shared(auth("kind = 'credentials'"), &service.url, "password");
    let (client, sign_in, _) = &*shared;
    let error = sign_in.credential(client).await.expect_err("too many requests");
    assert_eq!(error.outcome, Outcome::Unreachable);
    sign_in.credential(client).await.expect("it is let in now");
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_is_asked_again_when_its_token_is_turned_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let count = folder.path().join("count");
    let service = Counting::start(|_, token| if token == "token-xx" { 200 } else { 401 }, token).await;
    let url = Url::parse(&service.url).expect("an address");
    let by = |script: String| {
        let argv = ["/bin/sh", "-c", &script].map(str::to_owned).to_vec();
        let command = SecretCommand { argv, origin: Some(origin_of(&url)) };
        let auth = auth("kind = 'bearer'");
        let sources = Sources::new(&auth, Some("dev".into()), &url, Some(command), None);
        shared_by(auth, url.clone(), sources)
    };
    // It prints one more x each time.
    let growing = by(format!("printf x >> {0}; printf token-; cat {0}", count.display()));
    all_are(&send_many(&growing).await, (200, 2));
    assert_eq!(std::fs::read_to_string(&count).expect("it ran"), "xx", "twice, for all requests");
    // The same token again is no reason to send the request again.
    let fixed = by("printf token-y".to_owned());
    all_are(&send_many(&fixed).await, (401, 1));
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_gives_its_secret_to_no_other_address() {
    let url = Url::parse("http://127.0.0.1:9").expect("an address");
    let command = SecretCommand {
        argv: ["/bin/sh", "-c", "exit 7"].map(str::to_owned).to_vec(),
        origin: Some("https://booster.example.com".into()),
    };
    let auth = auth("kind = 'bearer'");
    let sources = Sources::new(&auth, Some("dev".into()), &url, Some(command), None);
    let shared = shared_by(auth, url, sources);
    let error = shared.1.credential(&shared.0).await.expect_err("another address");
    assert!(error.message.contains("is for https://booster.example.com"), "{error}");
}

/// A kind whose headers depend on the request.
fn signed() -> Auth {
    Auth::direct("signed", SecretKind::ApiKey, User::Nobody, |request, _, secret| {
        let (method, path, body) = (request.method(), request.url.path(), &request.body);
        Ok(vec![
            Header::bearer(&format!("{method} {path} {body} {secret}"))?,
            Header::secret("X-Date", "", "today")?,
        ])
    })
}

#[tokio::test]
async fn a_kind_can_sign_each_request_by_itself() {
    let is_signed = |_: &str, token: &str| if token == "PATCH /customer/1 {} key" { 200 } else { 401 };
    let service = Counting::start(is_signed, token).await;
    let shared = shared(signed(), &service.url, "key");
    all_are(&send_many(&shared).await, (200, 1));
    let credential = shared.1.credential(&shared.0).await.expect("signed in");
    let shown: Vec<&str> = credential.headers().iter().map(Header::display).collect();
    assert_eq!(shown, ["Bearer ***", "***"]);
}

/// Notes what it is called with, and ends the exchange before the second attempt.
#[derive(Default)]
struct OneAttempt(Vec<(u32, bool, bool)>);

impl Hooks for OneAttempt {
    type Error = AuthError;

    async fn before_attempt(&mut self, progress: Progress<'_>) -> Result<(), AuthError> {
        self.0.push((progress.next, progress.previous.is_some(), progress.maybe_applied));
        if progress.next == 1 { Ok(()) } else { Err(AuthError::new("once is enough")) }
    }
}

#[tokio::test]
async fn the_caller_is_asked_before_each_attempt_and_may_end_the_exchange() {
    let service = Counting::start(|_, _| 502, token).await;
    let shared = shared(auth("kind = 'bearer'"), &service.url, "token");
    let (client, sign_in, url) = &*shared;
    let mut hooks = OneAttempt::default();
    let ended = exchange(client, sign_in, &patch(url, 1), true, &mut hooks).await;
    assert_eq!(ended.expect_err("ended").message, "once is enough");
    assert_eq!(hooks.0, [(1, false, false), (2, true, true)]);
    assert_eq!(service.counted(), (0, 1));
}
