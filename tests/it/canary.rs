//! Secrets that must turn up nowhere: planted in every kind and every source, looked for in everything that is
//! written and in everything that is sent to anybody but the service, in each form that a text can take on the way.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

use crate::common::{Run, Service, World, run};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The letters change in every notation: quote, slash, percent, plus, backslash.
const SECRET: &str = "cAn4Ry\"/%+\\tok3n~";
/// A password may hold letters that no header takes.
const PASSWORD: &str = "cAn4Ry\"/%+\\p\u{e4}ss w0rd";
/// What the service itself gives out.
const ISSUED: &str = "cAn4Ry~1ssued.t0ken-here";
const REFRESH: &str = "cAn4Ry~r3fresh.t0ken-here";
const COOKIE: &str = "cAn4Ry~s3ssion-cookie";

const ALL: [&str; 5] = [SECRET, PASSWORD, ISSUED, REFRESH, COOKIE];

/// Everything that a secret can look like.
fn forms(secret: &str) -> BTreeSet<String> {
    let json = serde_json::Value::from(secret).to_string();
    let in_capitals: String = secret.bytes().map(|byte| percent(byte, true)).collect();
    let unicode: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        json[1..json.len() - 1].to_owned(),
        in_capitals,
        secret.bytes().map(|byte| percent(byte, false)).collect(),
        unicode,
        secret.replace('"', "\\u0022"),
        secret.replace('/', "\\/"),
    ]);
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        for before in 0..3 {
            // The letters in the middle, which depend on the secret alone, wherever it stands in a longer text.
            let encoded = alphabet.encode([&b"\0\0"[..before], secret.as_bytes()].concat());
            forms.insert(encoded[4..encoded.len() - 3].to_owned());
        }
    }
    forms
}

fn percent(byte: u8, in_capitals: bool) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else if in_capitals {
        format!("%{byte:02X}")
    } else {
        format!("%{byte:02x}")
    }
}

/// The forms of all secrets that stand in a text.
fn found(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    static FORMS: LazyLock<BTreeSet<String>> = LazyLock::new(|| ALL.into_iter().flat_map(forms).collect());
    found.extend(FORMS.iter().filter(|form| text.contains(form.as_str())).cloned());
    // The word that all of them begin with, should a form be missing above.
    if found.is_empty() && text.contains("cAn4Ry") {
        found.push("cAn4Ry".to_owned());
    }
    found
}

#[track_caller]
fn is_clean(what: &str, text: &str) {
    let found = found(text);
    if let Some(form) = found.first() {
        let at = text.find(form).unwrap_or_default();
        let around = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
        panic!("{what}: {form} stands in {}", text[around..].chars().take(200).collect::<String>());
    }
}

/// How the service answers what is no sign-in.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// With this status and the service's own words, in which it repeats everything that it was sent.
    Status(u16),
    /// With success, and somebody's name, which is what it was sent.
    Name,
    /// A redirect to another address that carries what it was sent.
    Redirect,
    /// A page.
    Html,
    /// The connection is closed in the middle of the answer.
    Cut,
}

const ANSWERS: [Answer; 9] = [
    Answer::Status(200),
    Answer::Status(400),
    Answer::Status(401),
    Answer::Status(404),
    Answer::Status(500),
    Answer::Name,
    Answer::Redirect,
    Answer::Html,
    Answer::Cut,
];

/// A service that repeats what it is sent, in every form.
struct Echo {
    url: String,
    answer: Arc<Mutex<Answer>>,
    /// What the last requests looked like; the secrets have to be in there.
    received: Arc<Mutex<String>>,
}

impl Echo {
    fn start(elsewhere: &str) -> Echo {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let echo = Echo { url, answer: Arc::new(Mutex::new(Answer::Name)), received: Arc::default() };
        let (answer, received) = (Arc::clone(&echo.answer), Arc::clone(&echo.received));
        let elsewhere = elsewhere.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = crate::common::read_request(&mut stream) else { continue };
                let text = format!("{}{}", request.head, request.body);
                received.lock().expect("no panic").push_str(&text);
                let now = *answer.lock().expect("no panic");
                let answer = if request.head.starts_with("POST") && !matches!(now, Answer::Status(400..)) {
                    sign_in(&request.head, &text)
                } else {
                    repeat(now, &text, &elsewhere)
                };
                // The other side may have gone.
                let _ = stream.write_all(&answer);
            }
        });
        echo
    }

    fn set(&self, answer: Answer) {
        *self.answer.lock().expect("no panic") = answer;
    }
}

/// An answer to a sign-in: a token, cookies, or a token of OAuth, for somebody who is called by what was sent.
fn sign_in(head: &str, text: &str) -> Vec<u8> {
    let body = if head.contains("/token") {
        serde_json::json!({ "access_token": ISSUED, "token_type": "Bearer", "expires_in": 3600, "accessToken": ISSUED })
    } else if head.contains("/cookies/") {
        serde_json::json!({ "userName": text })
    } else {
        serde_json::json!({ "userName": text, "bearerToken": ISSUED, "refreshToken": REFRESH })
    };
    let body = body.to_string();
    let cookies = format!("Set-Cookie: ss-id={COOKIE}; path=/\r\nSet-Cookie: ss-opt=perm\r\n");
    answer(200, &format!("Content-Type: application/json\r\n{cookies}"), &body)
}

fn repeat(now: Answer, text: &str, elsewhere: &str) -> Vec<u8> {
    let unescaped = text.replace("\\\"", "\"").replace("\\\\", "\\");
    let decoded = text
        .lines()
        .filter_map(|line| line.split_once("Basic "))
        .filter_map(|(_, pair)| String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok());
    let all = format!("{text} {unescaped} {}", decoded.collect::<Vec<_>>().join(" "));
    let in_capitals: String = all.bytes().map(|byte| percent(byte, true)).collect();
    let words = [
        all.clone(),
        STANDARD.encode(&all),
        URL_SAFE_NO_PAD.encode(format!("x{all}")),
        STANDARD.encode(format!("xy{all}")),
        in_capitals.clone(),
        all.bytes().map(|byte| percent(byte, false)).collect(),
        serde_json::Value::from(all.as_str()).to_string(),
    ];
    let words = words.join(" ");
    let json = |code: &str| {
        let error = serde_json::json!({ "errorCode": "NotEmpty", "fieldName": words, "message": words });
        let status = serde_json::json!({
            "responseStatus": { "errorCode": code, "message": words, "stackTrace": words, "errors": [error, { "message": words }] }
        });
        // As a careful host writes it: every letter escaped.
        status.to_string().replace('/', "\\/").replace('+', "\\u002b")
    };
    let content = "Content-Type: application/json\r\n";
    match now {
        Answer::Status(status) => answer(status, content, &json(&words)),
        Answer::Name => {
            answer(200, content, &serde_json::json!({ "userName": all, "displayName": words }).to_string())
        }
        Answer::Redirect => {
            let location = format!("{content}Location: {elsewhere}/login?{in_capitals}\r\n");
            answer(302, &location, &json(&words))
        }
        Answer::Html => answer(200, "Content-Type: text/html\r\n", &format!("<html>{words}")),
        Answer::Cut => {
            let mut whole = answer(400, content, &json(&words));
            whole.truncate(whole.len() / 2);
            whole
        }
    }
}

fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// A profile's lines, and what goes with them: the secret, its variable and the flag of `auth login`.
struct Kind {
    lines: String,
    secret: &'static str,
    variable: &'static str,
    flag: &'static str,
}

fn kinds(url: &str) -> Vec<Kind> {
    let kind = |path: &str, lines: &str, secret, is_token| Kind {
        lines: format!("base_url = '{url}{path}'\nusername = 'ada'\nwhoami = '/me'\n{lines}\n"),
        secret,
        variable: if is_token { "BOOSTER_TOKEN" } else { "BOOSTER_PASSWORD" },
        flag: if is_token { "--with-token" } else { "--with-password" },
    };
    let oauth = format!(
        "auth = {{ kind = 'oauth2-client', token_url = '{url}/token', client_id = 'id', scope = 'a' }}"
    );
    vec![
        kind("", "auth = { kind = 'none' }", SECRET, true),
        kind("", "auth = { kind = 'bearer' }", SECRET, true),
        kind("", "auth = { kind = 'api-key' }", SECRET, true),
        kind("", "auth = { kind = 'api-key', as = 'bearer' }", SECRET, true),
        kind("", "auth = { kind = 'api-key', as = 'basic' }", SECRET, true),
        kind("", "auth = { kind = 'basic' }", PASSWORD, false),
        kind("", "auth = { kind = 'credentials' }", PASSWORD, false),
        kind("/cookies", "auth = { kind = 'credentials' }", PASSWORD, false),
        kind("", &oauth, PASSWORD, false),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Environment,
    Command,
    Store,
}

const SOURCES: usize = 3;

/// One profile with its secret in one of the sources.
struct Planted<'a> {
    world: &'a World,
    config: String,
    kind: &'a Kind,
    /// The kind's place among all, which says whose turn it is.
    number: usize,
    source: Source,
    /// Outside the home, so that the home can be searched.
    vault: tempfile::TempDir,
}

const FORMS: [&str; 2] = ["--output=text", "--output=json"];

impl Planted<'_> {
    /// Whether the kind meets the other thing, an answer or a command, with this source. Each kind, source and other
    /// meet in pairs, and not all three at once: what hides a secret in an answer does not know its source.
    fn has_turn(&self, other: usize) -> bool {
        (self.number + self.source as usize + other).is_multiple_of(SOURCES)
    }

    /// One form of the output, and the other one for the next kind and for the next source.
    fn one_form(&self, other: usize) -> &'static str {
        FORMS[(self.number + self.source as usize + other) % FORMS.len()]
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.world.booster(words);
        command.env("BOOSTER_CONFIG", &self.config).env("BOOSTER_TIMEOUT", "20").env("EDITOR", "true");
        if self.source == Source::Environment {
            command.env(self.kind.variable, self.kind.secret);
        }
        command
    }

    fn write_config(&self) {
        let mut text = format!("default_profile = 'dev'\n[profiles.dev]\n{}", self.kind.lines);
        if self.source == Source::Command {
            let file = self.vault.path().join("secret");
            std::fs::write(&file, self.kind.secret).expect("written");
            text.push_str(&format!("secret_command = ['/bin/cat', '{}']\n", file.display()));
        }
        std::fs::write(&self.config, text).expect("written");
    }
}

/// Every command that booster has, so that a new one is noticed here.
static COMMANDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    fn walk(world: &World, path: &[String], found: &mut Vec<Vec<String>>) {
        let help = world.run(["help".to_owned()].iter().chain(path));
        let mut in_commands = false;
        for line in help.stdout.lines() {
            in_commands =
                if line.starts_with("Commands:") { true } else { in_commands && line.starts_with("  ") };
            let name = line
                .split_whitespace()
                .next()
                .filter(|_| in_commands && line.starts_with("  ") && !line.starts_with("   "));
            if let Some(name) = name {
                let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
                walk(world, &path, found);
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&World::new(), &[], &mut found);
    found
});

/// The words of a command that is to be run, by its path. `None` for one that does not end by itself, or only holds
/// others. A command that is not listed is run as it is: it may fail, and must show nothing either.
fn words<'a>(path: &[&'a str]) -> Option<Vec<Vec<&'a str>>> {
    let with = |more: &[&'a str]| path.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let patch = |more: &[&'a str]| {
        let words = with(&["1", "--unchecked", "--first-name=Ada"]);
        words.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
    };
    Some(match path {
        ["sandbox"] | ["customer" | "config" | "auth" | "help" | "bulk" | "profile" | "history"] => {
            return None;
        }
        ["customer", "patch"] => {
            let more: [&[&str]; 7] = [
                &[],
                &["--notes=x"],
                &["--base-url", "http://127.0.0.1:9"],
                &["--dry-run"],
                &["--dry-run=http"],
                &["--dry-run=json"],
                &["--dry-run=curl"],
            ];
            more.into_iter().map(patch).chain([with(&["0"])]).collect()
        }
        ["customer", "get" | "edit"] => vec![with(&["1"])],
        ["customer", "check"] => vec![with(&["config.toml"]), with(&["nowhere.json"])],
        ["auth", "switch"] => vec![with(&["dev"]), with(&["nobody"])],
        ["completions"] => vec![with(&["bash"])],
        ["profile", "show" | "use"] => vec![with(&["dev"])],
        _ => vec![with(&[])],
    })
}

fn check_run(what: &str, run: &Run) {
    is_clean(&format!("standard output of {what}"), &run.stdout);
    is_clean(&format!("standard error of {what}"), &run.stderr);
    assert!(!run.stderr.contains("panicked"), "{what}: {}", run.stderr);
}

/// Every file below the home, but for the store, which nobody else may read.
fn check_files(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        let metadata = path.symlink_metadata().expect("there");
        if metadata.is_dir() {
            check_files(&path);
        } else if path.file_name().is_some_and(|name| name == "credentials.toml") {
            assert_eq!(metadata.permissions().mode() & 0o077, 0);
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).expect("readable")).into_owned();
            is_clean(&path.display().to_string(), &text);
        }
    }
}

/// Whether a command asks for the secret, as far as this test knows.
fn needs_secret(path: &[&str]) -> bool {
    !matches!(
        path,
        ["completions"]
            | ["config" | "history" | "profile", ..]
            | ["customer", "check" | "explain" | "schema" | "template"]
    )
}

/// Runs every command at the most verbose level, and those that send against every answer.
fn run_all(planted: &Planted<'_>, echo: &Echo) {
    for (number, path) in COMMANDS.iter().enumerate() {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        for (nth, words) in words(&path).unwrap_or_default().into_iter().enumerate() {
            if path == ["customer", "patch"] && nth == 0 {
                for (number, answer) in ANSWERS.into_iter().enumerate() {
                    // A 401 makes it look for another secret in the source.
                    if planted.has_turn(number) || matches!(answer, Answer::Status(401)) {
                        run_with(planted, echo, answer, &words, &FORMS);
                    }
                }
                continue;
            }
            let has_turn = match path[..] {
                ["auth", "login" | "logout" | "status"] => true,
                _ if needs_secret(&path) => planted.has_turn(number + nth),
                // One kind stands for all, with each source.
                _ => planted.kind.lines.contains("'basic' }"),
            };
            if has_turn {
                run_with(planted, echo, Answer::Name, &words, &[planted.one_form(number + nth)]);
            }
            if path == ["auth", "logout"] {
                store(planted, echo);
            }
        }
    }
}

fn run_with(planted: &Planted<'_>, echo: &Echo, answer: Answer, words: &[&str], forms: &[&str]) {
    let Planted { kind, source, .. } = planted;
    echo.set(answer);
    for form in forms {
        let all: Vec<&str> = words.iter().copied().chain(["-vv", form]).collect();
        let what = format!("{all:?} by {} from {source:?} with {answer:?}", kind.lines);
        check_run(&what, &run(&mut planted.command(&all)));
    }
}

/// Puts the secret into the store, as `auth login` does, where it is to come from there.
fn store(planted: &Planted<'_>, echo: &Echo) {
    if planted.source == Source::Store && !planted.kind.lines.contains("'none'") {
        echo.set(Answer::Name);
        let run = log_in(planted, planted.kind.flag, planted.one_form(0));
        check_run("auth login", &run);
        run.expect(0);
    }
}

fn log_in(planted: &Planted<'_>, flag: &str, form: &str) -> Run {
    let mut command = planted.command(&["auth", "login", flag, "-vv", form]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    // A command that does not want its input closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(planted.kind.secret.as_bytes());
    crate::common::finish(child)
}

fn nothing_escapes(source: Source) {
    let elsewhere = Service::start([crate::common::Answer::json(200, "{\"userName\":\"eva\"}")]);
    let echo = Echo::start(&elsewhere.url);
    assert!(COMMANDS.iter().any(|path| path == &["auth", "login"]), "{:?}", *COMMANDS);
    for (number, kind) in kinds(&echo.url).iter().enumerate() {
        let world = World::new();
        let config = world.path("config.toml").to_str().expect("a path").to_owned();
        let vault = tempfile::tempdir().expect("a temporary folder");
        let planted = Planted { world: &world, config, kind, number, source, vault };
        planted.write_config();
        store(&planted, &echo);
        run_all(&planted, &echo);
        // The sign-in itself refused.
        for (number, answer) in
            ANSWERS.into_iter().enumerate().filter(|(number, _)| planted.has_turn(*number))
        {
            echo.set(answer);
            let login = log_in(&planted, kind.flag, planted.one_form(number));
            check_run(&format!("a login with {answer:?}"), &login);
        }
        if planted.has_turn(0) {
            check_run("a login with the wrong flag", &log_in(&planted, "--with-token", "--output=text"));
        }
        // Another address: by flag, by environment, with proxies that are not asked for this machine.
        if source != Source::Environment {
            let words = ["customer", "patch", "1", "--unchecked", "--first-name=Ada", "-vv"];
            let moved: Vec<&str> = words.into_iter().chain(["--base-url", &elsewhere.url]).collect();
            check_run("another address by flag", &run(&mut planted.command(&moved)));
            let mut by_environment = planted.command(&words);
            check_run(
                "another address by variable",
                &run(by_environment.env("BOOSTER_BASE_URL", &elsewhere.url)),
            );
        }
        let mut proxied =
            planted.command(&["customer", "patch", "1", "--unchecked", "--first-name=Ada", "-vv"]);
        for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            proxied.env(variable, &elsewhere.url);
        }
        check_run("a proxy", &run(&mut proxied));
        check_files(&world.path(""));
        let is_open = kind.lines.contains("'none'");
        let sent = echo.received.lock().expect("no panic").split_off(0);
        assert_eq!(found(&sent).is_empty(), is_open, "the secret goes to the service, and to nobody else");
    }
    for request in elsewhere.received() {
        is_clean("a request to another address", &(request.head + &request.body));
    }
}

#[test]
fn nothing_that_the_environment_gives_escapes() {
    nothing_escapes(Source::Environment);
}

#[test]
fn nothing_that_a_command_gives_escapes() {
    nothing_escapes(Source::Command);
}

#[test]
fn nothing_that_the_store_gives_escapes() {
    nothing_escapes(Source::Store);
}

#[test]
fn a_proxy_is_told_the_way_to_an_https_address_and_nothing_else() {
    let world = World::new();
    let proxy = Service::start([crate::common::Answer::json(502, "")]);
    for (variable, secret, kind) in [
        ("BOOSTER_TOKEN", SECRET, "bearer"),
        ("BOOSTER_PASSWORD", PASSWORD, "basic"),
        ("BOOSTER_PASSWORD", PASSWORD, "credentials"),
    ] {
        let text = format!(
            "default_profile = 'dev'\n[profiles.dev]\nbase_url = 'https://booster.invalid'\nusername = 'ada'\nauth = {{ kind = '{kind}' }}\n"
        );
        let config = world.file("config.toml", text);
        let mut command = world.booster([
            "customer",
            "patch",
            "1",
            "--unchecked",
            "--first-name=Ada",
            "-vv",
            "--config",
            &config,
        ]);
        command.env(variable, secret).env("HTTPS_PROXY", &proxy.url);
        check_run(kind, &run(&mut command));
    }
    assert!(!proxy.received().is_empty());
    for request in proxy.received() {
        assert!(request.head.starts_with("CONNECT booster.invalid:443 "), "{}", request.head);
        is_clean("a request to the proxy", &(request.head + &request.body));
    }
}

#[test]
fn the_forms_are_found_where_they_are() {
    for secret in ALL {
        for form in forms(secret) {
            assert!(!found(&format!("x{form}x")).is_empty(), "{form}");
        }
        for before in ["", "a", "ab", "abc"] {
            assert!(!found(&STANDARD.encode(format!("{before}{secret}{before}"))).is_empty());
        }
    }
    is_clean("nothing", "Authorization: Bearer ***");
}

/// The editor is a program of the user's like the secret_command, and as little to be told.
#[test]
fn an_editor_sees_none_of_our_secrets() {
    let world = World::new();
    let seen = world.path("seen");
    let editor = world.file("editor", format!("#!/bin/sh\nenv > '{}'\nexit 1\n", seen.display()));
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let mut command = world.booster(["customer", "edit", "1", "--sandbox"]);
    command.env("EDITOR", &editor).env("BOOSTER_TOKEN", SECRET).env("BOOSTER_PASSWORD", PASSWORD);
    let run = run(command.env("BOOSTER_USERNAME", "ada").env("PATH", "/usr/bin:/bin"));
    let seen = std::fs::read_to_string(&seen).unwrap_or_else(|_| panic!("no editor: {}", run.stderr));
    assert!(seen.contains("BOOSTER_USERNAME=ada"), "{seen}");
    for secret in [SECRET, PASSWORD] {
        assert!(!seen.contains(secret), "{seen}");
    }
}
