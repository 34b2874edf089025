//! What Ctrl-C and SIGTERM mean between two attempts: it hangs on what became of the first one.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::{Answer, Run, Service, World, finish, patch};

/// Sends a good patch, and the signal as soon as the pause before the second attempt is said.
fn interrupted_in_the_pause(world: &World, url: &str, signal: &str) -> Run {
    let mut command = world.booster(patch(&["--base-url", url, "-o", "json"]));
    // The pause is drawn from up to twenty seconds; nobody waits for it to end.
    command.env("BOOSTER_RETRY_BASE", "20").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut booster = command.spawn().expect("the binary starts");
    let mut said = String::new();
    let mut stderr = BufReader::new(booster.stderr.take().expect("a pipe"));
    stderr.read_line(&mut said).expect("a line");
    assert!(said.contains("attempt 2 of 4"), "{said}");
    let kill = Command::new("kill").args(["-s", signal, &booster.id().to_string()]).status();
    assert!(kill.expect("kill is on every Unix").success());
    finish(booster)
}

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[test]
fn a_pause_after_what_was_not_applied_ends_with_nothing_applied() {
    let world = World::new();
    let busy = Service::start([Answer::with_headers(429, "Retry-After: 20\r\n", "")]);
    for (url, signal, code) in [(nobody(), "INT", 130), (busy.url.clone(), "TERM", 143)] {
        let run = interrupted_in_the_pause(&world, &url, signal);
        let document = run.expect(code).json();
        assert_eq!((&document["outcome"], &document["exitCode"]), (&"stopped".into(), &code.into()));
        assert_eq!(document["problems"][0]["message"], "interrupted; nothing was applied");
    }
    assert_eq!(busy.received().len(), 1);
}

#[test]
fn a_pause_after_what_may_have_been_applied_leaves_the_outcome_unknown() {
    let world = World::new();
    let gateway = Service::start([Answer::with_headers(503, "", "")]);
    let document = interrupted_in_the_pause(&world, &gateway.url, "INT").expect(130).json();
    assert_eq!(document["outcome"], "unknown");
}
