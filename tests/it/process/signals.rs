//! Ctrl-C and SIGTERM before, during and after sending.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::{Answer, Run, Service, World, finish, patch, sandbox, send_signal, until};

const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

fn start<'a>(world: &World, words: impl IntoIterator<Item = &'a str>) -> Child {
    let mut command = world.booster(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

/// Waits until the command reads its standard input: it takes more than a pipe holds only by reading.
fn until_it_reads(child: &mut Child) {
    let stdin = child.stdin.as_mut().expect("a pipe");
    stdin.write_all(&[b' '; 1 << 20]).expect("the command reads");
}

#[test]
fn before_sending_nothing_is_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    for (signal, code) in SIGNALS {
        for words in [
            patch(&["--from=-", "--base-url", &service.url]),
            patch(&["--last-name=@-", "--base-url", &service.url]),
            vec!["customer", "check", "-"],
        ] {
            let mut child = start(&world, words.iter().copied().chain(["-o", "json"]));
            until_it_reads(&mut child);
            send_signal(child.id(), signal);
            let stdin = child.stdin.take();
            let run = finish(child);
            drop(stdin);
            assert_eq!(run.expect(code).json()["outcome"], "stopped");
            assert_eq!(run.json()["exitCode"], code);
            assert_eq!(run.stderr, "");

            let mut child = start(&world, words);
            until_it_reads(&mut child);
            send_signal(child.id(), signal);
            let stdin = child.stdin.take();
            let run = finish(child);
            drop(stdin);
            assert!(run.expect(code).stderr.contains("nothing was sent"), "{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
    }
    assert!(service.received().is_empty());
}

/// Runs what waits for something that never comes, interrupts it there, and expects that nothing was sent.
fn interrupted_where_it_waits(world: &World, words: &[&str], waits: impl Fn(&Child)) {
    for (signal, code) in SIGNALS {
        let mut command = world.booster(words.iter().copied().chain(["-o", "json"]));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("the binary starts");
        waits(&child);
        send_signal(child.id(), signal);
        let run = finish(child);
        assert_eq!(run.expect(code).json()["outcome"], "stopped", "{words:?}");
    }
}

fn make_pipe(world: &World, name: &str) -> String {
    let path = world.path(name);
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_pipe_that_nobody_fills_can_be_left() {
    let world = World::new();
    let pipe = make_pipe(&world, "pipe.json");
    let patch = patch(&["--from", &pipe, "--sandbox"]);
    // Whoever opens it for writing waits until it is being read.
    let filled = std::cell::RefCell::new(Vec::new());
    interrupted_where_it_waits(&world, &patch, |_| {
        filled.borrow_mut().push(std::fs::File::options().write(true).open(&pipe).expect("a reader"));
    });
}

#[test]
fn a_program_that_prints_no_secret_can_be_left() {
    let world = World::new();
    let (began, held) = (world.path("began"), make_pipe(&world, "held"));
    let script = format!("exec 2>/dev/null; touch {}; cat {held}", began.display());
    let lines = format!("auth = {{ kind = 'bearer' }}\nsecret_command = ['/bin/sh', '-c', '{script}']");
    let config = sandbox::configure(&world, "http://127.0.0.1:9", &lines);
    let patch = patch(&["--first-name=Ada", "--config", &config]);
    interrupted_where_it_waits(&world, &patch, |_| {
        until("it begins", || std::fs::remove_file(&began).is_ok());
    });
    // What was left behind ends as soon as somebody has held the pipe.
    let _ = std::fs::File::options().write(true).open(&held);
}

#[test]
fn an_answer_that_does_not_come_need_not_be_waited_for() {
    let world = World::new();
    let service = Service::start([Answer::Never]);
    let requests = std::cell::Cell::new(0);
    let get = ["customer", "get", "123", "--base-url", &service.url];
    interrupted_where_it_waits(&world, &get, |_| {
        requests.set(requests.get() + 1);
        service.wait_for(requests.get());
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_lock_that_is_never_let_go_and_a_secret_that_nobody_sends_can_be_left() {
    let world = World::new();
    let service = Service::start([Answer::json(200, r#"{"userName":"ada"}"#)]);
    let config = sandbox::profile(&world, &service.url, "kind = 'bearer'");
    sandbox::login(&world, &config, "--with-token", "token").expect(0);
    let add = ["profile", "add", "a", "--auth=none", "--base-url=https://example.com", "--config", &config];
    let logout = ["auth", "logout", "--config", &config];
    for (name, words) in [(".config.toml.lock", add.as_slice()), ("credentials.lock", &logout)] {
        let lock = std::fs::File::create(world.path(name)).expect("a file");
        lock.lock().expect("nobody else has it");
        interrupted_where_it_waits(&world, words, until_it_watches);
    }
    let login = ["auth", "login", "--with-token", "--config", &config];
    interrupted_where_it_waits(&world, &login, until_it_watches);
}

/// Until it has a thread that sees signals, which it has only while it waits.
#[cfg(target_os = "linux")]
fn until_it_watches(child: &Child) {
    let names = || {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id())).into_iter().flatten().flatten();
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok()).collect::<Vec<_>>()
    };
    until("it watches for signals", || names().iter().any(|name| name == "signals\n"));
}

#[test]
fn while_a_request_is_under_way_it_may_have_been_applied() {
    let world = World::new();
    for (signal, code) in SIGNALS {
        // Scalars, which would be sent again: not after a signal.
        let service = Service::start([Answer::Never]);
        let child = start(&world, patch(&["--base-url", &service.url, "-o", "json"]));
        service.wait_for(1);
        send_signal(child.id(), signal);
        let run = finish(child);
        let document = run.expect(code).json();
        assert_eq!(
            (&document["outcome"], &document["exitCode"]),
            (&Value::from("unknown"), &Value::from(code))
        );
        assert_eq!(document["request"]["method"], "PATCH");
        service.only();

        let child = start(&world, patch(&["--notes=x", "--base-url", &service.url]));
        service.wait_for(2);
        send_signal(child.id(), signal);
        let run = finish(child);
        assert!(run.expect(code).stderr.contains("may have been applied"), "{}", run.stderr);
    }
}

/// Runs until the command says that it pauses, and interrupts it then.
fn interrupted_in_a_pause(world: &World, service: &Service) -> Run {
    let mut command = world.booster(patch(&["--base-url", &service.url, "-o", "json"]));
    command.env("BOOSTER_RETRY_BASE", "20").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut line = String::new();
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    stderr.read_line(&mut line).expect("UTF-8");
    assert!(line.contains("attempt 2"), "{line}");
    send_signal(child.id(), "INT");
    finish(child)
}

#[test]
fn in_a_pause_it_counts_what_went_before() {
    let world = World::new();
    let later = Answer::with_headers(429, "Retry-After: 30\r\n", "");
    let service = Service::start([later.clone()]);
    assert_eq!(interrupted_in_a_pause(&world, &service).expect(130).json()["outcome"], "stopped");
    service.only();

    // Full jitter may draw a short pause; the service's wish keeps the second one long.
    let service = Service::start([Answer::Silence, later]);
    let mut command = world.booster(patch(&["--base-url", &service.url, "-o", "json"]));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let line = stderr.lines().map(|line| line.expect("UTF-8")).find(|line| line.contains("attempt 3"));
    assert!(line.is_some());
    send_signal(child.id(), "INT");
    assert_eq!(finish(child).expect(130).json()["outcome"], "unknown");
}

/// Notes that make the result longer than a pipe holds.
fn long_list(world: &World) -> String {
    let item =
        format!(r#"{{"eventType":"Other","eventDate":"2021-01-20","eventNotes":"{}"}}"#, "x".repeat(30_000));
    world.file("events.json", format!("[{}]", vec![item; 30].join(",")))
}

/// A document without the name of its run, which no two have in common.
fn without_run(document: &str) -> String {
    let Some((before, behind)) = document.split_once("\"X-Request-Id\":\"") else {
        return document.to_owned();
    };
    format!("{before}{}", behind.split_once('"').map_or("", |(_, rest)| rest))
}

#[test]
fn while_the_result_is_printed_nothing_is_added_to_it() {
    let world = World::new();
    let path = long_list(&world);
    let events = format!("--events=@{path}");
    let service = Service::start([Answer::json(200, "{}")]);
    for (signal, code) in SIGNALS {
        for words in [
            patch(&[&events, "--base-url", &service.url, "-o", "json"]),
            patch(&[&events, "--base-url", &service.url, "-o", "json", "--dry-run"]),
            patch(&[&events, "--base-url", &service.url, "--dry-run=http"]),
        ] {
            let mut child = start(&world, words.iter().copied());
            let mut stdout = child.stdout.take().expect("a pipe");
            let mut first = [0];
            stdout.read_exact(&mut first).expect("a result");
            send_signal(child.id(), signal);
            // Nobody reads on until the command has ended.
            let run = finish(child);
            assert!(
                run.expect(code).stderr.contains("interrupted while the result was printed"),
                "{}",
                run.stderr
            );
            let mut rest = String::new();
            stdout.read_to_string(&mut rest).expect("UTF-8");
            let whole = without_run(&run_to_the_end(&world, &words));
            let printed = without_run(&(String::from(char::from(first[0])) + &rest));
            assert!(whole.starts_with(&printed), "{}", rest.len());
        }
    }
}

/// Nobody reads what it writes, so that it waits: a message during the request, or its last words themselves.
#[test]
fn what_nobody_reads_keeps_nobody_waiting() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let events = format!("--events=@{}", long_list(&world));
    for (signal, code) in SIGNALS {
        let mut child = start(&world, patch(&[&events, "--base-url", &service.url, "-vv", "-o", "json"]));
        let mut unread = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while !line.starts_with("> PATCH") {
            line.clear();
            assert!(unread.read_line(&mut line).expect("UTF-8") > 0, "it shows the request");
        }
        send_signal(child.id(), signal);
        assert_eq!(finish(child).expect(code).json()["outcome"], "unknown");

        for words in [&["--dry-run=json"][..], &["--dry-run=json", "-o", "json"], &["-vv", "--sandbox"]] {
            let (mut unread, both) = std::io::pipe().expect("a pipe");
            let mut command = world.booster(patch(&[&[events.as_str()], words].concat()));
            command.stdout(both.try_clone().expect("the pipe again")).stderr(both);
            let child = command.spawn().expect("the binary starts");
            drop(command);
            unread.read_exact(&mut [0]).expect("a result");
            send_signal(child.id(), signal);
            finish(child).expect(code);
        }
    }
    assert!(service.received().is_empty());
}

fn run_to_the_end(world: &World, words: &[&str]) -> String {
    world.run(words).expect(0).stdout.clone()
}
