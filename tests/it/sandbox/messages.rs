//! What booster prints about a sandbox: its customers, that it is one, and why it does not start.

use crate::common::{World, patch};
#[cfg(unix)]
use crate::common::{finish, send_signal};

#[test]
#[cfg(unix)]
fn a_kept_sandbox_lists_its_customers() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let world = World::new();
    let mut sandbox = world.booster(["sandbox"]);
    let mut sandbox = sandbox.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(sandbox.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    send_signal(sandbox.id(), "INT");
    let ended = finish(sandbox);
    assert!(ended.expect(0).stderr.contains("It has the customers 1, 2, 3, 4, 123."), "{}", ended.stderr);
}

#[test]
fn a_sandbox_that_cannot_start_gives_a_hint() {
    let world = World::new();
    let no_data = world.file("data.json", "[1]");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let data = "correct the file, which is unchanged, or name another file with --data";
    for (words, code, hint) in [
        (["--data", no_data.as_str()], 2, data),
        (["--data", "."], 2, data),
        (["--port", port.as_str()], 1, "choose another port, or 0 for any free port"),
    ] {
        let run = world.run(["sandbox", "-o", "json"].into_iter().chain(words));
        let document = run.expect(code).json();
        assert_eq!(document["problems"][0]["hint"], hint);
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
