//! Ctrl-C and SIGTERM before, during and after sending.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::{Answer, Run, Service, World, finish, patch};

const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

/// Every shell has `kill`; not every machine has a program of that name.
fn send_signal(child: &Child, signal: &str) {
    let command = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &command]).status().expect("a shell").success());
}

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
            send_signal(&child, signal);
            let stdin = child.stdin.take();
            let run = finish(child);
            drop(stdin);
            assert_eq!(run.expect(code).json()["outcome"], "stopped");
            assert_eq!(run.json()["exitCode"], code);
            assert_eq!(run.stderr, "");

            let mut child = start(&world, words);
            until_it_reads(&mut child);
            send_signal(&child, signal);
            let stdin = child.stdin.take();
            let run = finish(child);
            drop(stdin);
            assert!(run.expect(code).stderr.contains("nothing was sent"), "{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
    }
    assert!(service.received().is_empty());
}

#[test]
fn while_a_request_is_under_way_it_may_have_been_applied() {
    let world = World::new();
    for (signal, code) in SIGNALS {
        // Scalars, which would be sent again: not after a signal.
        let service = Service::start([Answer::Never]);
        let child = start(&world, patch(&["--base-url", &service.url, "-o", "json"]));
        service.wait_for(1);
        send_signal(&child, signal);
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
        send_signal(&child, signal);
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
    send_signal(&child, "INT");
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
    send_signal(&child, "INT");
    assert_eq!(finish(child).expect(130).json()["outcome"], "unknown");
}

/// Notes that make the result longer than a pipe holds.
fn long_list(world: &World) -> String {
    let item =
        format!(r#"{{"eventType":"Other","eventDate":"2021-01-20","eventNotes":"{}"}}"#, "x".repeat(30_000));
    world.file("events.json", format!("[{}]", vec![item; 30].join(",")))
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
            send_signal(&child, signal);
            // Nobody reads on until the command has ended.
            let run = finish(child);
            assert!(
                run.expect(code).stderr.contains("interrupted while the result was printed"),
                "{}",
                run.stderr
            );
            let mut rest = String::new();
            stdout.read_to_string(&mut rest).expect("UTF-8");
            let whole = run_to_the_end(&world, &words);
            assert!(whole.starts_with(&(String::from(char::from(first[0])) + &rest)), "{}", rest.len());
        }
    }
}

fn run_to_the_end(world: &World, words: &[&str]) -> String {
    world.run(words).expect(0).stdout.clone()
}
