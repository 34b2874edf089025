//! How a sandbox ends that is kept running: by the signal that it says it ends by, and then all is well.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::{World, finish};

#[test]
fn a_sandbox_that_is_interrupted_ends_well_and_blames_nobody() {
    let world = World::new();
    for signal in ["INT", "TERM"] {
        let mut sandbox = world.booster(["sandbox"]);
        let mut sandbox =
            sandbox.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut first = String::new();
        let mut stdout = BufReader::new(sandbox.stdout.take().expect("a pipe"));
        stdout.read_line(&mut first).expect("a line");
        assert!(first.starts_with("Sandbox listening on http://127.0.0.1:"), "{first}");
        let kill = Command::new("kill").args(["-s", signal, &sandbox.id().to_string()]).status();
        assert!(kill.expect("kill is on every Unix").success());
        let run = finish(sandbox);
        run.expect(0);
        assert!(!run.stderr.contains("interrupted"), "SIG{signal}: {}", run.stderr);
    }
}
