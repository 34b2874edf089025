//! Secrets that must turn up nowhere: planted in every kind and every source, looked for in everything that is
//! written and in everything that is sent to anybody but the service, in each form that a text can take on the way.

mod echo;
mod forms;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use crate::common::{Run, Service, World, run};
use echo::{ANSWERS, Answer, Echo};
use forms::{GATEWAY, PASSWORD, SECRET, found, is_clean};

/// A profile's lines, and what goes with them: the secret, its variable and the flag of `auth login`.
struct Kind {
    lines: String,
    secret: &'static str,
    variable: &'static str,
    flag: &'static str,
}

fn kinds(url: &str) -> Vec<Kind> {
    let kind = |path: &str, lines: &str, secret, is_token| Kind {
        lines: format!(
            "base_url = '{url}{path}'\nusername = 'ada'\nwhoami = '/me'\n{lines}\n{}\n",
            if lines.contains("'none'") { "" } else { "headers = { 'X-Gateway' = { secret = 'gateway' } }" }
        ),
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
            command.env(self.kind.variable, self.kind.secret).env("BOOSTER_SECRET_GATEWAY", GATEWAY);
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
        ["man"] => vec![with(&[]), with(&["--dir", "man"])],
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
        ["completions" | "man"]
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
    if planted.kind.lines.contains("'none'") {
        return;
    }
    echo.set(Answer::Name);
    if planted.source != Source::Environment {
        let run = log_in(planted, &["--secret=gateway"], GATEWAY, planted.one_form(1));
        check_run("auth login --secret", &run);
        run.expect(0);
    }
    if planted.source == Source::Store {
        let run = log_in(planted, &[planted.kind.flag], planted.kind.secret, planted.one_form(0));
        check_run("auth login", &run);
        run.expect(0);
    }
}

fn log_in(planted: &Planted<'_>, flags: &[&str], secret: &str, form: &str) -> Run {
    let mut command = planted.command(&[&["auth", "login", "-vv", form], flags].concat());
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    // A command that does not want its input closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(secret.as_bytes());
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
            let login = log_in(&planted, &[kind.flag], kind.secret, planted.one_form(number));
            check_run(&format!("a login with {answer:?}"), &login);
        }
        if planted.has_turn(0) {
            check_run(
                "a login with the wrong flag",
                &log_in(&planted, &["--with-token"], kind.secret, "--output=text"),
            );
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

/// The editor is a program of the user's like the secret_command, and as little to be told.
#[test]
fn an_editor_sees_none_of_our_secrets() {
    let world = World::new();
    let seen = world.path("seen");
    let editor = world.file("editor", format!("#!/bin/sh\nenv > '{}'\nexit 1\n", seen.display()));
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let mut command = world.booster(["customer", "edit", "1", "--sandbox"]);
    command.env("EDITOR", &editor).env("BOOSTER_TOKEN", SECRET).env("BOOSTER_PASSWORD", PASSWORD);
    command.env("BOOSTER_SECRET_GATEWAY", GATEWAY);
    let run = run(command.env("BOOSTER_USERNAME", "ada").env("PATH", "/usr/bin:/bin"));
    let seen = std::fs::read_to_string(&seen).unwrap_or_else(|_| panic!("no editor: {}", run.stderr));
    assert!(seen.contains("BOOSTER_USERNAME=ada"), "{seen}");
    for secret in [SECRET, PASSWORD, GATEWAY] {
        assert!(!seen.contains(secret), "{seen}");
    }
}
