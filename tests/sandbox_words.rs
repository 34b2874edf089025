//! What is said about a sandbox: where it listens, whom it has, that it is one, and why it does not start.

mod common;

use common::{World, patch};

#[test]
#[cfg(unix)]
fn a_kept_sandbox_is_one_document_from_the_moment_it_listens() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let world = World::new();
    let mut sandbox = world.booster(["sandbox", "-o", "json"]);
    let mut sandbox = sandbox.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = BufReader::new(sandbox.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let document: serde_json::Value = serde_json::from_str(&line).expect("a JSON document");
    assert_eq!(document["outcome"], "read");
    let url = document["baseUrl"].as_str().expect("an address");
    world.run(patch(&["--base-url", url])).expect(0);

    let kill = Command::new("kill").args(["-s", "INT", &sandbox.id().to_string()]).status();
    assert!(kill.expect("kill is on every Unix").success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("text");
    assert_eq!(rest, "");
    let ended = common::finish(sandbox);
    ended.expect(0);
    assert!(ended.stderr.contains("It has the customers 1, 2, 3, 4, 123."), "{}", ended.stderr);
}

#[test]
fn a_sandbox_that_cannot_start_is_a_usage_error_with_a_hint() {
    let world = World::new();
    let no_data = world.file("data.json", "[1]");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for (words, hint) in [
        (["--data", no_data.as_str()], "it was left as it is; correct it, or name another file with --data"),
        (["--data", "."], "it was left as it is; correct it, or name another file with --data"),
        (["--port", port.as_str()], "choose another port, or 0 for any free one"),
    ] {
        let run = world.run(["sandbox", "-o", "json"].into_iter().chain(words));
        let document = run.expect(2).json();
        assert_eq!((&document["outcome"], &document["problems"][0]["hint"]), (&"usage".into(), &hint.into()));
        assert!(!document["problems"][0]["message"].as_str().expect("a message").contains(hint));
    }
}

#[test]
fn a_sandbox_is_called_one_and_has_no_other_address() {
    let world = World::new();
    let run = world.run(patch(&["--sandbox"]));
    assert!(
        run.expect(0).stdout.starts_with("Customer 123: 4 fields sent to the sandbox; "),
        "{}",
        run.stdout
    );

    let run = world.run(patch(&["--sandbox", "--dry-run=curl"]));
    assert!(run.expect(0).stdout.starts_with("curl "));
    assert!(run.stderr.contains("ends with this command"), "{}", run.stderr);

    let address = "--base-url=http://127.0.0.1:1";
    world.run(patch(&["--sandbox", address])).expect(2);
    let run = world.run(["--sandbox", "-o", "json"].into_iter().chain(patch(&[address])));
    assert_eq!(run.expect(2).json()["outcome"], "usage");
}
