//! Sends the sandbox every recorded exchange, byte for byte, and compares what it answers and binds with what a real
//! host did.

mod exchange;

use serde_json::Value as Json;

use super::data_file;
use super::handler::lock;
use super::options::{Host, Options, Rules};
use super::server::{Sandbox, start};
use exchange::{Client, Exchange, Response, recordings};

/// The exchanges that the sandbox does not imitate, by group: the reason, the host, and the names or none for all.
const NOT_IMITATED: &[(&str, &str, &[&str])] = &[
    ("bodies are not compressed; it answers 415 to those that are", "default", &["gzip", "chunked-gzip"]),
    (
        "bodies are JSON as JSON writers write it, and what is in a text or is no text stays JSON",
        "default",
        &["raw-control", "list-as-jsv-string", "object-for-string"],
    ),
    (
        "there is no query string; it answers 501 to one",
        "default",
        &[
            "query-id",
            "query-title",
            "query-empty",
            "query-bad-date",
            "query-bad-bool",
            "query-unknown",
            "query-only",
        ],
    ),
    (
        "bodies are JSON; it answers 415 to CSV, JSV and forms",
        "default",
        &[
            "csv-with-json",
            "csv-with-json accept csv",
            "csv-real",
            "csv-real-nested",
            "jsv",
            "form",
            "form-nested",
            "form-bad-date",
            "form-unknown",
        ],
    ),
    (
        "answers are JSON; it answers 406 where a real host gives HTML, CSV, XML or a redirect to sign in",
        "default",
        &[
            "accept None",
            "accept text/html",
            "accept text/csv",
            "accept application/xml",
            "accept text/plain",
            "accept text/plain, application/json",
            "accept application/problem+json",
            "not-found html",
            "no-auth html",
            "no-auth accept html",
        ],
    ),
    (
        "an operation has one route and one method, without the framework's aliases",
        "default",
        &["api-route", "api-route-post", "reply-route", "login api", "override"],
    ),
    (
        "paths have neither a format suffix nor escapes",
        "default",
        &["path /customer/123.csv", "path /customer/123.json", "path /customer/%31%32%33"],
    ),
    (
        "dates with the name of a month, or in .NET's notation, are lost",
        "default",
        &["date Dec 30, 2020", "date /Date(1609286400000)/", "date /Date(1609286400000-0000)/"],
    ),
    (
        "a session is one that is remembered, and goes by cookies",
        "default",
        &["login no remember", "session headers pid"],
    ),
    ("GET /auth tells the user's name alone", "default", &["auth get basic", "auth get session"]),
    ("GET /auth tells the user's name alone", "token-cookie", &["auth get session"]),
    (
        "sign-in without a name, or with a Basic header that is not base64, gets a plain 401",
        "default",
        &["login empty", "basic garbage"],
    ),
    ("errors carry no stack traces; the default host has the same exchanges without them", "debug", &[]),
    ("the time zone is UTC", "new-york", &[]),
];

impl Exchange {
    fn is_imitated(&self) -> bool {
        !NOT_IMITATED.iter().any(|(_, host, names)| {
            *host == self.host && (names.is_empty() || names.contains(&self.name.as_str()))
        })
    }
}

/// The headers that say something to booster, or to somebody with curl. Cookies are set by a sign-in alone.
const COMPARED: [&str; 6] =
    ["content-type", "content-length", "transfer-encoding", "www-authenticate", "location", "set-cookie"];

/// The response without what differs from one run to the next.
fn normal(name: &str, response: &Response) -> (u16, Vec<String>, Json) {
    let mut headers: Vec<String> = response
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(header, _)| {
            COMPARED.contains(&header.as_str()) && (header != "set-cookie" || name == "login")
        })
        .map(|(header, value)| match header.as_str() {
            "set-cookie" => format!("{header}: {}", normal_cookie(value)),
            _ => format!("{header}: {value}"),
        })
        .collect();
    headers.sort();
    // Bodies that are not JSON are empty.
    let mut body = serde_json::from_str(&response.body).unwrap_or_default();
    normalise_json(&mut body);
    (response.status, headers, body)
}

fn normal_cookie(cookie: &str) -> String {
    let parts = cookie.split("; ").map(|part| match part.split_once('=') {
        Some((name @ ("ss-id" | "ss-pid"), value)) if !value.is_empty() => format!("{name}=SESSION"),
        Some((name @ ("ss-tok" | "ss-reftok"), value)) if !value.is_empty() => format!("{name}=JWT"),
        Some(("expires", _)) => "expires=SOME DAY".to_owned(),
        Some(_) | None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn normalise_json(json: &mut Json) {
    for (name, word) in [
        ("sessionId", "SESSION"),
        ("bearerToken", "JWT"),
        ("refreshToken", "JWT"),
        ("accessToken", "JWT"),
        ("refreshTokenExpiry", "/Date(...)/"),
    ] {
        if let Some(value) = json.get_mut(name) {
            *value = word.into();
        }
    }
}

/// The bound request with its dates as days, as the sandbox keeps them.
fn with_days(bound: &Json) -> Json {
    match bound {
        Json::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), with_days(value))).collect()
        }
        Json::Array(items) => items.iter().map(with_days).collect(),
        Json::String(text) => match text.strip_prefix("/Date(") {
            Some(date) => day(date).into(),
            None => bound.clone(),
        },
        Json::Number(_) | Json::Bool(_) | Json::Null => bound.clone(),
    }
}

/// The day of what is behind `/Date(`, in milliseconds and with an offset that changes nothing.
fn day(date: &str) -> String {
    let end = date[1..].find(['+', '-', ')']).expect("an end") + 1;
    let since_1970 = jiff::SignedDuration::from_millis(date[..end].parse().expect("a number"));
    let day = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0).checked_add(since_1970);
    day.expect("a recorded date").date().to_string()
}

/// The customers that the recorded host had and the sandbox lacks, or has otherwise.
fn settle(sandbox: &Sandbox, recordings: &[Exchange]) {
    let read = recordings.iter().find(|exchange| exchange.name == "get-v2").expect("a recorded customer");
    let mut store = lock(&sandbox.booster.store);
    for id in [0, -1, 2, 123] {
        let mut customer: Json = serde_json::from_str(&read.response.body).expect("a customer");
        customer["boosterCustomerId"] = id.into();
        let list = Json::Array(vec![customer]).to_string();
        let customer =
            data_file::read_customers(&list).expect("the data file can hold what a real host showed");
        customer.into_iter().for_each(|(id, customer)| store.put(id, customer));
    }
}

/// Replays one host's exchanges in their order and says where the sandbox differs.
fn replay(sandbox: &Sandbox, host: &str, recordings: &[Exchange]) -> Vec<String> {
    let port = sandbox.address.port();
    let mut client = Client::of(port);
    let mut differences = Vec::new();
    let mut replayed = 0;
    for exchange in recordings.iter().filter(|exchange| exchange.host == host && exchange.is_imitated()) {
        settle(sandbox, recordings);
        let response = client.send(exchange);
        let bound = lock(&sandbox.booster.bound).take().unwrap_or_default();
        client.learn(exchange, &response);
        replayed += 1;
        let (recorded, imitated) =
            (normal(&exchange.name, &exchange.response), normal(&exchange.name, &response));
        if recorded != imitated {
            differences
                .push(format!("{host}/{}\n  real    {recorded:?}\n  sandbox {imitated:?}", exchange.name));
        }
        let recorded = with_days(&exchange.bound);
        if recorded != bound {
            differences.push(format!("{host}/{}\n  real    {recorded}\n  sandbox {bound}", exchange.name));
        }
    }
    assert!(replayed > 0, "no exchange of {host} was replayed");
    differences
}

fn differences_of(host: Host, name: &'static str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let sign_in = Rules { required: true, ..Rules::default() };
        let sandbox =
            start(&crate::model::customer::CUSTOMER, Options { host, sign_in, ..Options::default() })
                .await
                .expect("a sandbox");
        let replay = tokio::task::spawn_blocking(move || {
            let differences = replay(&sandbox, name, &recordings());
            (sandbox, differences)
        });
        let (sandbox, differences) = replay.await.expect("the replay comes to its end");
        sandbox.stop().await;
        differences
    })
}

const HOSTS: [(Host, &str); 4] = [
    (Host::Default, "default"),
    (Host::Strict, "strict"),
    (Host::Rules, "rules"),
    (Host::TokenCookie, "token-cookie"),
];

#[test]
fn the_sandbox_answers_and_binds_as_the_recorded_hosts_did() {
    let differences: Vec<String> =
        HOSTS.into_iter().flat_map(|(host, name)| differences_of(host, name)).collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_recorded_exchange_is_imitated_or_listed_with_a_reason() {
    let recordings = recordings();
    for exchange in recordings.iter().filter(|exchange| exchange.is_imitated()) {
        let known = HOSTS.iter().any(|(_, host)| *host == exchange.host);
        assert!(known, "{}/{} is neither imitated nor listed", exchange.host, exchange.name);
    }
    for (reason, host, names) in NOT_IMITATED {
        for name in *names {
            let recorded = recordings.iter().any(|exchange| exchange.host == *host && exchange.name == *name);
            assert!(recorded, "{host}/{name} was never recorded: {reason}");
        }
    }
}
