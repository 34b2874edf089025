//! Sends the sandbox every recorded exchange, byte for byte, and compares what it answers and binds with what a real
//! host did.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde::Deserialize;
use serde_json::Value as Json;

use super::handler::lock;
use super::options::{Host, Options, Rules};
use super::server::{Sandbox, start};
use super::{data_file, dates};

const RECORDINGS: &str = include_str!("../../tests/api/recordings.jsonl");

/// The exchanges that the sandbox does not imitate, by group: the reason, the host, and the names or none for all.
const NOT_IMITATED: [(&str, &str, &[&str]); 8] = [
    ("nothing in it decompresses; it answers 415", "default", &["gzip", "chunked-gzip"]),
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
        "answers are JSON; it answers 406 where a real host gives HTML, CSV, XML or a redirect to a sign-in page",
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
        "an operation has one route; nobody who knows it looks for another",
        "default",
        &["api-route", "api-route-post", "reply-route", "login api", "override"],
    ),
    (
        "a path has no suffix and no escapes",
        "default",
        &["path /customer/123.csv", "path /customer/123.json", "path /customer/%31%32%33"],
    ),
    ("month names", "default", &["date Dec 30, 2020"]),
    ("stack traces; the default host has the same exchanges without them", "debug", &[]),
    ("its time zone is UTC", "new-york", &[]),
];

#[derive(Debug, Deserialize)]
struct Exchange {
    host: String,
    name: String,
    request: Request,
    response: Response,
    bound: Json,
}

#[derive(Debug, Deserialize)]
struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    chunked: bool,
}

#[derive(Debug, Deserialize)]
struct Response {
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Exchange {
    fn is_imitated(&self) -> bool {
        !NOT_IMITATED.iter().any(|(_, host, names)| {
            *host == self.host && (names.is_empty() || names.contains(&self.name.as_str()))
        })
    }
}

fn recordings() -> Vec<Exchange> {
    RECORDINGS.lines().map(|line| serde_json::from_str(line).expect("a recorded exchange")).collect()
}

/// What the sandbox gave out in this run, where the recordings have a word in its place.
#[derive(Debug, Default)]
struct Live {
    port: String,
    session: String,
    permanent_session: String,
    bearer_token: String,
    refresh_token: String,
    /// Of a host that keeps its tokens in cookies.
    token_cookie: String,
    refresh_cookie: String,
}

impl Live {
    fn send(&self, exchange: &Exchange) -> Response {
        let request = &exchange.request;
        let body = match exchange.name.as_str() {
            // Recorded as a length: the body is the one of the other encodings, in ISO-8859-1.
            "latin1-charset" => b"{\"firstName\": \"Zo\xeb\"}".to_vec(),
            _ => request
                .body
                .clone()
                .unwrap_or_default()
                .replace("\"JWT\"", &format!("{:?}", self.refresh_token))
                .into(),
        };
        let mut message = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
        let mut add = |name: &str, value: &str| message.extend(format!("{name}: {value}\r\n").bytes());
        add("Host", &format!("127.0.0.1:{}", self.port));
        add("Connection", "close");
        for (name, value) in &request.headers {
            add(name, &self.header(name, value));
        }
        if request.chunked {
            add("Transfer-Encoding", "chunked");
            message.extend(format!("\r\n{:x}\r\n", body.len()).bytes());
            message.extend(body);
            message.extend(b"\r\n0\r\n\r\n");
        } else {
            add("Content-Length", &body.len().to_string());
            message.extend(b"\r\n");
            message.extend(body);
        }
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).expect("the sandbox listens");
        stream.write_all(&message).expect("the sandbox reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the sandbox answers");
        read_response(&answer)
    }

    fn header(&self, name: &str, value: &str) -> String {
        match name {
            "Authorization" => value.replace("JWT", &self.bearer_token),
            "X-ss-id" => self.session.clone(),
            "X-ss-pid" => self.permanent_session.clone(),
            "Cookie" => {
                let cookies = value.split("; ").map(|cookie| match cookie.split_once('=') {
                    Some(("ss-id", _)) => format!("ss-id={}", self.session),
                    Some(("ss-pid", _)) => format!("ss-pid={}", self.permanent_session),
                    Some(("ss-tok", _)) => format!("ss-tok={}", self.token_cookie),
                    Some(("ss-reftok", _)) => format!("ss-reftok={}", self.refresh_cookie),
                    Some(_) | None => cookie.to_owned(),
                });
                cookies.collect::<Vec<_>>().join("; ")
            }
            _ => value.to_owned(),
        }
    }

    fn learn(&mut self, exchange: &Exchange, response: &Response) {
        let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
        let token = |name: &str| body[name].as_str().map(str::to_owned);
        self.bearer_token =
            token("bearerToken").or(token("accessToken")).unwrap_or(self.bearer_token.clone());
        self.refresh_token = token("refreshToken").unwrap_or(self.refresh_token.clone());
        if exchange.name == "login" {
            let cookie = |name: &str| {
                let cookies = response.headers.iter().filter(|(own, _)| own == "set-cookie");
                let value = cookies.filter_map(|(_, value)| value.split_once(';')?.0.split_once('='));
                value.filter(|(own, _)| *own == name).map(|(_, value)| value.to_owned()).next()
            };
            self.session = cookie("ss-id").expect("a session");
            self.permanent_session = cookie("ss-pid").expect("a session");
            self.token_cookie = cookie("ss-tok").unwrap_or_default();
            self.refresh_cookie = cookie("ss-reftok").unwrap_or_default();
        }
    }
}

fn read_response(answer: &[u8]) -> Response {
    let mut answer = answer;
    loop {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("a head of text");
        answer = &answer[end + 4..];
        let mut lines = head.split("\r\n");
        let (_, status_line) = lines.next().and_then(|line| line.split_once(' ')).expect("a status line");
        let (status, reason) = status_line.split_once(' ').unwrap_or((status_line, ""));
        let status = status.parse().expect("a status");
        if status == 100 {
            continue;
        }
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").expect("a header"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
        let body = if chunked { dechunked(answer) } else { answer.to_vec() };
        let body = String::from_utf8(body).expect("a body of text");
        return Response { status, reason: reason.to_owned(), headers, body };
    }
}

fn dechunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").expect("a chunk's length");
        let length = std::str::from_utf8(&rest[..end]).expect("a length");
        let length = usize::from_str_radix(length, 16).expect("a length");
        rest = &rest[end + 2..];
        if length == 0 {
            return body;
        }
        body.extend(&rest[..length]);
        rest = &rest[length + 2..];
    }
}

/// The response without what differs from one run to the next.
fn normal(response: &Response) -> Vec<String> {
    let mut headers: Vec<String> = response
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !["date", "server", "connection"].contains(&name.as_str()))
        .map(|(name, value)| match name.as_str() {
            "set-cookie" => format!("{name}: {}", normal_cookie(value)),
            "x-powered-by" => name,
            _ => format!("{name}: {value}"),
        })
        .collect();
    headers.sort();
    let body = match serde_json::from_str::<Json>(&response.body) {
        Ok(mut json) => {
            normalise_json(&mut json);
            json.to_string()
        }
        Err(_) => response.body.clone(),
    };
    let mut normal = vec![format!("{} {}", response.status, response.reason)];
    normal.extend(headers);
    normal.push(body);
    normal
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
        Json::String(text) if text.starts_with("/Date(") => {
            dates::parse(text).expect("a recorded date").to_string().into()
        }
        Json::String(_) | Json::Number(_) | Json::Bool(_) | Json::Null => bound.clone(),
    }
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
    let port = sandbox.address.port().to_string();
    let mut live = Live { port: port.clone(), ..Live::default() };
    let mut differences = Vec::new();
    let mut replayed = 0;
    for exchange in recordings.iter().filter(|exchange| exchange.host == host && exchange.is_imitated()) {
        settle(sandbox, recordings);
        let response = live.send(exchange);
        let bound = lock(&sandbox.booster.bound).take().unwrap_or_default();
        live.learn(exchange, &response);
        replayed += 1;
        let (recorded, imitated) = (normal(&exchange.response), normal(&response));
        if recorded != imitated {
            differences
                .push(format!("{host}/{}\n  real    {recorded:?}\n  sandbox {imitated:?}", exchange.name));
        }
        // As texts, so that the order of the members counts.
        let (recorded, imitated) = (with_days(&exchange.bound).to_string(), bound.to_string());
        if recorded != imitated {
            differences.push(format!("{host}/{}\n  real    {recorded}\n  sandbox {imitated}", exchange.name));
        }
    }
    assert!(replayed > 0, "no exchange of {host} was replayed");
    differences
}

fn differences_of(host: Host, name: &'static str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let sign_in = Rules { required: true, ..Rules::default() };
        let sandbox = start(Options { host, sign_in, ..Options::default() }).await.expect("a sandbox");
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
        for name in names {
            let recorded = recordings.iter().any(|exchange| exchange.host == host && exchange.name == *name);
            assert!(recorded, "{host}/{name} was never recorded: {reason}");
        }
    }
}
