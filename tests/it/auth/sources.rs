//! Where a secret comes from: the environment, a command, a store.

use super::credential;
use crate::common::sandbox::{configure, login, patch, profile};
use crate::common::{Answer, Service, World, run};

#[cfg(unix)]
#[test]
fn the_environment_goes_before_the_command_and_the_command_before_the_store() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "from-store").expect(0);
    let last = || credential(service.received().last().expect("a request")).expect("a credential");
    world.run(patch(&config, &[])).expect(0);
    assert_eq!(last(), "Authorization: Bearer from-store");
    let lines = "auth = { kind = 'bearer' }\nsecret_command = ['/bin/sh', '-c', 'echo from-command']";
    let with_command = configure(&world, &service.url, lines);
    world.run(patch(&with_command, &[])).expect(0);
    assert_eq!(last(), "Authorization: Bearer from-command");
    run(world.booster(patch(&with_command, &[])).env("BOOSTER_TOKEN", "from-environment")).expect(0);
    assert_eq!(last(), "Authorization: Bearer from-environment");
    // An empty variable counts as unset.
    run(world.booster(patch(&with_command, &[])).env("BOOSTER_TOKEN", "")).expect(0);
    assert_eq!(last(), "Authorization: Bearer from-command");
}

#[cfg(unix)]
#[test]
fn a_command_is_a_source_with_rules() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = |argv: &str| {
        configure(&world, &service.url, &format!("auth = {{ kind = 'bearer' }}\nsecret_command = [{argv}]"))
    };
    for (argv, code, said) in [
        ("'/bin/sh', '-c', 'echo canary; echo told >&2; exit 3'", 4, "told\n"),
        ("'/bin/sh', '-c', 'echo canary; exit 3'", 4, "failed: exit status: 3"),
        ("'/bin/sh', '-c', ''", 4, "printed nothing"),
        ("'/bin/sh', '-c', 'yes canary | head -c 10485760'", 4, "printed more than 64 KiB"),
        ("'/bin/sh', '-c', 'printf \"can\\nary\"'", 4, "contains a line break"),
        ("'nowhere-at-all'", 2, "cannot be started"),
        ("", 2, "secret_command is empty"),
    ] {
        let run = run(world.booster(patch(&config(argv), &["-vv"])).env("BOOSTER_RETRY_BASE", "0"));
        run.expect(code);
        assert!(run.stderr.contains(said), "{argv}: {}", run.stderr);
        assert!(!run.stderr.contains("canary") && !run.stdout.contains("canary"), "{argv}: {}", run.stderr);
    }
    assert!(service.received().is_empty());
    // It sees none of our own secrets, but everything else.
    let shows = config("'/bin/sh', '-c', 'echo \"$BOOSTER_TOKEN$BOOSTER_PASSWORD$BOOSTER_USERNAME\"'");
    let mut command = world.booster(patch(&shows, &[]));
    command.env("BOOSTER_PASSWORD", "secret").env("BOOSTER_USERNAME", "ada");
    run(&mut command).expect(0);
    assert_eq!(credential(&service.only()).as_deref(), Some("Authorization: Bearer ada"));
    // Its secret is for the address beside it.
    let elsewhere = Service::start([Answer::json(200, "{}")]);
    let bound = world.run(patch(&config("'/bin/echo', 'tok'"), &["--base-url", &elsewhere.url]));
    bound.expect(4);
    assert!(bound.stderr.contains(&format!("is for {}", service.url)), "{}", bound.stderr);
    assert!(elsewhere.received().is_empty());
    // And there is nothing to sign in with.
    world.run_with_stdin(["auth", "login", "--config", &shows, "--with-token"], "tok\n").expect(2);
    let status = world.run(["auth", "status", "--config", &shows, "-o", "json"]);
    assert_eq!(status.expect(0).json()["auth"]["store"], "secret_command");
}

#[test]
fn a_dry_run_works_logged_out_and_asks_nobody() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let oauth = format!("kind = 'oauth2-client', token_url = '{}/token', client_id = 'x'", service.url);
    for (auth, shown) in [
        ("kind = 'none'", None),
        ("kind = 'bearer'", Some("Authorization: Bearer ***")),
        ("kind = 'basic'", Some("Authorization: Basic ***")),
        ("kind = 'api-key', as = 'basic'", Some("Authorization: Basic ***")),
        ("kind = 'api-key', header = 'X-Key'", Some("X-Key: ***")),
        ("kind = 'credentials'", Some("Authorization: Bearer ***")),
        (&oauth, Some("Authorization: Bearer ***")),
    ] {
        let lines = format!("auth = {{ {auth} }}\nsecret_command = ['/bin/sh', '-c', 'touch ran']");
        let config = configure(&world, &service.url, &lines);
        std::fs::create_dir_all(world.path("credentials.toml")).expect("a store that cannot be read");
        for form in ["--dry-run", "--dry-run=http", "--dry-run=json", "--dry-run=curl"] {
            let run = world.run(patch(&config, &[form]));
            run.expect(0);
            if form == "--dry-run=http" {
                let header = run.stdout.lines().find(|line| line.contains("***"));
                assert_eq!(header, shown, "{auth}");
            }
        }
    }
    assert!(!world.path("ran").exists());
    assert!(service.received().is_empty());
}

/// Only where a keyring can be kept away from the test: elsewhere it is the user's own.
#[cfg(any(not(feature = "keyring"), target_os = "linux"))]
#[test]
fn a_keyring_that_is_not_there_is_never_replaced() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = configure(&world, &service.url, "store = 'keyring'\nauth = { kind = 'bearer' }");
    let (code, said) = if cfg!(feature = "keyring") { (4, "cannot be used") } else { (2, "built without") };
    let booster = |words: &[&str]| {
        let mut command = world.booster(words);
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        command
    };
    let login = format!("echo tok | \"$0\" auth login --with-token --config {config}");
    let mut by_shell = std::process::Command::new("/bin/sh");
    by_shell.args(["-c", &login, env!("CARGO_BIN_EXE_booster")]).env_clear().env("HOME", world.path(""));
    by_shell.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let signed_in = run(&mut by_shell);
    signed_in.expect(code);
    assert!(signed_in.stderr.contains(said), "{}", signed_in.stderr);
    assert!(!world.path("credentials.toml").exists());
    run(&mut booster(&patch(&config, &[]))).expect(code);
    run(&mut booster(&["auth", "status", "--config", &config])).expect(code);
    // The environment needs no store.
    run(booster(&patch(&config, &[])).env("BOOSTER_TOKEN", "tok")).expect(0);
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_file_is_ever_written() {
    use std::io::BufRead;
    let world = World::new();
    let mut command = std::process::Command::new("/bin/sh");
    command.args([
        "-c",
        "ulimit -c unlimited 2>/dev/null; exec \"$0\" sandbox",
        env!("CARGO_BIN_EXE_booster"),
    ]);
    command.env_clear().env("HOME", world.path("")).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("it listens");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("limits");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["1", "1"], "{core}");
}

/// What is wrong with a secret, and what is said of it.
const UNUSABLE: [(&str, &str); 12] = [
    ("Bearer canary", "begins with \"Bearer \""),
    ("bearer  canary", "begins with \"Bearer \""),
    ("Basic canary", "begins with \"Basic \""),
    ("\"canary\"", "is in quotes"),
    ("'canary'", "is in quotes"),
    ("\u{201c}canary\u{201d}", "is in quotes"),
    ("canary\nurl: https://x.example\n", "contains a line break"),
    ("canary\n\n", "contains a line break"),
    ("\ncanary", "contains a line break"),
    ("can\tary", "contains the control character U+0009"),
    ("can\u{1b}ary", "contains the control character U+001B"),
    ("\u{feff}\n", "is empty"),
];

/// A secret that is refused whatever its source, or taken as it is meant.
#[cfg(unix)]
#[test]
fn a_secret_is_read_by_the_same_rules_from_every_source() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let file = world.path("secret");
    let printed = format!("secret_command = ['/bin/cat', '{}']", file.display());
    for (auth, variable, flag) in [
        ("auth = { kind = 'bearer' }", "BOOSTER_TOKEN", "--with-token"),
        ("auth = { kind = 'api-key' }", "BOOSTER_TOKEN", "--with-token"),
        ("username = 'ada'\nauth = { kind = 'basic' }", "BOOSTER_PASSWORD", "--with-password"),
        ("username = 'ada'\nauth = { kind = 'credentials' }", "BOOSTER_PASSWORD", "--with-password"),
    ] {
        let config = configure(&world, &service.url, auth);
        let commanded = world.file(
            "commanded.toml",
            format!(
                "default_profile = 'dev'\n[profiles.dev]\nbase_url = '{}'\n{auth}\n{printed}\n",
                service.url
            ),
        );
        for (secret, said) in UNUSABLE {
            std::fs::write(&file, secret).expect("written");
            let login = ["auth", "login", "--config", &config, flag];
            let runs = [
                run(world.booster(patch(&config, &["-vv"])).env(variable, secret)),
                world.run(patch(&commanded, &["-vv"])),
                world.run_with_stdin(login, secret),
                run(world.booster(["auth", "status", "--config", &config]).env(variable, secret)),
            ];
            for run in runs {
                let all = format!("{}{}", run.stdout, run.stderr);
                run.expect(4);
                assert!(run.stderr.contains(said), "{secret:?} {said}: {}", run.stderr);
                assert!(run.stderr.contains("hint: "), "{secret:?}: {}", run.stderr);
                assert!(!all.contains("canary"), "{all}");
            }
        }
    }
    assert!(service.received().is_empty(), "{:?}", service.received());
}

#[cfg(unix)]
#[test]
fn a_byte_order_mark_and_one_line_end_around_a_secret_are_no_part_of_it() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let last = || credential(service.received().last().expect("a request")).expect("a credential");
    let file = world.path("secret");
    let lines = format!("auth = {{ kind = 'bearer' }}\nsecret_command = ['/bin/cat', '{}']", file.display());
    for secret in ["\u{feff}tok", "tok\r\n", "\u{feff}tok\n"] {
        run(world.booster(patch(&config, &[])).env("BOOSTER_TOKEN", secret)).expect(0);
        assert_eq!(last(), "Authorization: Bearer tok", "{secret:?}");
        world.run_with_stdin(["auth", "login", "--config", &config, "--with-token"], secret).expect(0);
        assert_eq!(last(), "Authorization: Bearer tok", "{secret:?}");
        let stored = std::fs::read_to_string(world.path("credentials.toml")).expect("the store");
        assert!(stored.contains("secret = \"tok\""), "{secret:?}");
        // One that was stored before.
        std::fs::write(world.path("credentials.toml"), stored.replace("\"tok\"", "\"\u{feff}tok\""))
            .expect("written");
        world.run(patch(&config, &[])).expect(0);
        assert_eq!(last(), "Authorization: Bearer tok", "{secret:?}");
        std::fs::write(&file, secret).expect("written");
        let commanded = configure(&world, &service.url, &lines);
        world.run(patch(&commanded, &[])).expect(0);
        assert_eq!(last(), "Authorization: Bearer tok", "{secret:?}");
        profile(&world, &service.url, "kind = 'bearer'");
    }
}
