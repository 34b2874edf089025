//! Streams that are closed, full or gone, and an environment with nothing in it.

use std::process::{Command, Stdio};

use crate::common::{Answer, Run, Service, World, patch, run};

/// Commands that end well, each with a result on standard output.
fn commands<'a>(url: &'a str, file: &'a str) -> Vec<Vec<&'a str>> {
    vec![
        vec!["--version"],
        vec!["--help"],
        vec!["help", "rules"],
        vec!["customer", "patch", "--help"],
        patch(&["--base-url", url]),
        patch(&["--base-url", url, "-o", "json"]),
        patch(&["--sandbox"]),
        patch(&["--dry-run"]),
        patch(&["--dry-run=json"]),
        vec!["customer", "check", file],
        vec!["customer", "explain"],
        vec!["customer", "explain", "emails", "-o", "json"],
        vec!["customer", "schema"],
        vec!["customer", "template"],
        vec!["completions", "bash"],
        vec!["man", "customer", "patch"],
        vec!["config", "path"],
    ]
}

const GOOD: &str =
    "canBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\ncompanyName = \"Acme\"\n";

#[test]
fn a_closed_pipe_is_no_failure() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let file = world.file("good.toml", GOOD);
    for words in commands(&service.url, &file) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let run = run(world.booster(&words).stdout(writer));
        assert_eq!(run.expect(0).stderr, "", "{words:?}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let run = run_without_stderr(world.booster(&words).stderr(writer));
        assert_ne!(run.expect(0).stdout, "", "{words:?}");
    }
    // A failure stays one, though nobody hears of it.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = world.booster(["customer", "patch", "0", "--title=x"]);
    run_without_stderr(command.stderr(writer)).expect(3);
}

fn run_without_stderr(command: &mut Command) -> Run {
    run(command)
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure_that_says_what_was_done() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let file = world.file("good.toml", GOOD);
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    for words in commands(&service.url, &file) {
        let run = run(world.booster(&words).stdout(full()));
        assert!(run.expect(1).stderr.contains("could not be written"), "{words:?}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
    for output in ["text", "json"] {
        let run = run(world.booster(patch(&["--base-url", &service.url, "-o", output])).stdout(full()));
        assert!(run.expect(1).stderr.contains("\"sent\""), "{}", run.stderr);
        let run = run_full(&world, &["customer", "patch", "0", "--title=x", "-o", output], full());
        // In text form a failure has no result that could not be written.
        run.expect(if output == "json" { 1 } else { 3 });
    }
    // Standard error may be full too.
    let run = run(world.booster(["customer", "patch", "0", "--title=x"]).stderr(full()));
    run.expect(3);
}

#[cfg(target_os = "linux")]
fn run_full(world: &World, words: &[&str], full: std::fs::File) -> Run {
    run(world.booster(words).stdout(full))
}

#[test]
#[cfg(unix)]
fn closed_streams_do_no_harm() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let shell = |redirections: &str, words: &[&str]| {
        let mut command = Command::new("sh");
        let script = format!("exec \"$0\" \"$@\" {redirections}");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_booster")]).args(words);
        command.env_clear().env("HOME", world.path("")).current_dir(world.path("")).stdin(Stdio::null());
        run(&mut command)
    };
    let words = patch(&["--base-url", &service.url, "-o", "json"]);
    shell("<&-", &words).expect(0);
    shell("<&- >&- 2>&-", &words).expect(0);
    shell("2>&-", &words).expect(0);
    assert_eq!(service.received().len(), 3);
    assert_eq!(shell("<&-", &patch(&["--from=-", "-o", "json"])).expect(3).problems()[0], "syntax");
    shell(">&- 2>&-", &["customer", "patch", "0"]).expect(2);
}

#[test]
fn without_a_home_everything_works_that_is_named() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = world.file("config.toml", format!("[profiles.dev]\nbase_url = \"{}\"\n", service.url));
    for home in [None, Some(""), Some("relative"), Some("/nonexistent")] {
        let run = |words: &[&str]| {
            let mut command = world.booster(words);
            // The system knows a home even so, and the history of whoever runs the test is nobody else's.
            command.env_remove("HOME").envs(home.map(|home| ("HOME", home)));
            command.env("XDG_STATE_HOME", world.path("state"));
            run(&mut command)
        };
        run(&["--version"]).expect(0);
        run(&["customer", "explain", "title"]).expect(0);
        run(&patch(&["--config", &config, "-p", "dev"])).expect(0);
        run(&["config", "check", "--config", &config]).expect(0);
        assert_eq!(run(&["config", "path", "--config", "x.toml"]).expect(0).stdout, "x.toml\n");
        // Where the configuration would lie depends on the machine, but not whether this ends.
        let path = run(&["config", "path"]);
        assert!(matches!(path.code, 0 | 2), "{}", path.stderr);
    }
    assert_eq!(service.received().len(), 4);
}
