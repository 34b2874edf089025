//! What stands between a command and the service: nothing goes past a guard, and whoever is asked sees what about.

mod common;

use common::{Answer, Service, World, patch};

/// A world whose default profile `prod` has this guard, and its service.
fn guarded(keys: &str) -> (World, Service) {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let url = &service.url;
    world.file(
        "config.toml",
        format!(
            "default_profile = \"prod\"\n[profiles.prod]\nbase_url = \"{url}\"\n{keys}\n\
             [profiles.dev]\nbase_url = \"{url}\"\n"
        ),
    );
    (world, service)
}

/// A good patch with these words, by the configuration of the world.
fn words<'a>(config: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    patch(&[&["--config", config], words].concat())
}

#[test]
fn nothing_is_sent_by_a_profile_that_is_read_only() {
    let (world, service) = guarded("guard = \"read-only\"");
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    for more in
        [&[][..], &["--confirm=prod"], &["--no-input"], &["--unchecked"], &["--base-url", &service.url]]
    {
        let run = world.run(words(config, &[more, &["-o", "json"]].concat()));
        run.expect(9);
        let document = run.json();
        assert_eq!((&document["outcome"], &document["exitCode"]), (&"stopped".into(), &9.into()));
        assert!(document["problems"][0]["message"].as_str().expect("a message").contains("read-only"));
    }
    assert!(service.received().is_empty());
    // Another profile, a rehearsal, and the sandbox are free.
    world.run(words(config, &["--dry-run"])).expect(0);
    world.run(words(config, &["--sandbox", "--unchecked"])).expect(0);
    world.run(words(config, &["-p", "dev"])).expect(0);
    assert_eq!(service.only().head.lines().next(), Some("PATCH /customer/123 HTTP/1.1"));
}

#[test]
fn without_a_terminal_the_guard_that_asks_wants_the_profile_by_name() {
    let (world, service) = guarded("guard = \"confirm\"");
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    let hint = |more: &[&str]| {
        let run = world.run(words(config, &[more, &["-o", "json"]].concat()));
        run.expect(9);
        run.json()["problems"][0]["hint"].as_str().expect("a hint").to_owned()
    };
    assert_eq!(hint(&[]), "add --confirm prod");
    assert_eq!(hint(&["--no-input"]), "add --confirm prod");
    assert!(hint(&["--confirm", "dev"]).contains("-p dev"));
    assert!(hint(&["--confirm="]).contains("nothing was sent"));
    assert!(service.received().is_empty());
    world.run(words(config, &["--dry-run"])).expect(0);
    world.run(words(config, &["--confirm", "prod"])).expect(0);
    service.only();
}

#[test]
fn a_wrong_name_stops_whatever_the_guard() {
    let (world, service) = guarded("");
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    world.run(words(config, &["--confirm", "dev"])).expect(9);
    world.run(patch(&["--base-url", &service.url, "--confirm", "dev"])).expect(9);
    assert!(service.received().is_empty());
    world.run(words(config, &["--confirm", "prod"])).expect(0);
    service.only();
}

#[test]
fn a_target_in_production_is_red_and_says_so() {
    let (world, service) = guarded("environment = \"production\"");
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    let line = |more: &[&str]| {
        let run = world.run(words(config, more));
        run.expect(0).stdout.lines().next().expect("a line").to_owned()
    };
    let target = format!("to {}/ (profile prod, production)", service.url).replace("/ (", " (");
    assert_eq!(line(&["--dry-run"]), format!("Customer 123 {target}"));
    let coloured = line(&["--dry-run", "--color=always"]);
    assert!(coloured.contains(&format!("\u{1b}[1m\u{1b}[31m{target}\u{1b}[0m")), "{coloured:?}");
    assert!(line(&["--color=always"]).contains("\u{1b}[31m"));
    assert!(!line(&["-p", "dev", "--color=always", "--dry-run"]).contains("\u{1b}[31m"));
}

#[test]
fn a_guard_that_is_none_of_the_known_ones_is_refused_where_it_stands() {
    let (world, service) = guarded("guard = \"readonly\"");
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    let run = world.run(words(config, &["-o", "json"]));
    run.expect(2);
    let document = run.json();
    assert_eq!(document["problems"][0]["hint"], "write open, confirm, read-only");
    assert_eq!(document["problems"][0]["source"]["line"], 4);
    assert!(service.received().is_empty());
}

#[cfg(unix)]
mod on_a_terminal {
    use super::*;
    use std::process::Command;

    use rexpect::session::{PtySession, spawn_command};

    /// Long enough for a busy machine; a good run waits for nothing.
    const PATIENCE: Option<u64> = Some(20_000);

    const QUESTION: &str = "Send this? [y/N]";
    const HIDE_CURSOR: &str = "\u{1b}[?25l";
    const SHOW_CURSOR: &str = "\u{1b}[?25h";

    /// Starts a patch in a shell that tells its own id first and the exit code last; `around` is the shell's line, in
    /// which `"$0" "$@"` is the patch.
    fn start_in(world: &World, more: &[&str], around: &str) -> PtySession {
        let config = world.path("config.toml");
        let booster = world.booster(words(config.to_str().expect("a plain path"), more));
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("echo \"shell $$\"; {around}"));
        shell.arg(booster.get_program()).args(booster.get_args());
        shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        shell.current_dir(world.path("."));
        spawn_command(shell, PATIENCE).expect("a pseudo-terminal")
    }

    fn start(world: &World, more: &[&str]) -> PtySession {
        start_in(world, more, "\"$0\" \"$@\"; echo \"code $?\"")
    }

    /// Starts a patch and waits for the question. What came before it is given back.
    fn asked(world: &World, more: &[&str]) -> (PtySession, String) {
        let mut session = start(world, more);
        let before = wait_for_question(&mut session);
        (session, before)
    }

    fn wait_for_question(session: &mut PtySession) -> String {
        let before = session.exp_string(QUESTION).expect("the question");
        session.exp_string(HIDE_CURSOR).expect("the cursor hidden");
        before
    }

    fn type_in(session: &mut PtySession, keys: &str) {
        session.send(keys).expect("typed");
        session.flush().expect("typed");
    }

    /// What is printed until the end, and the exit code.
    fn ended(session: &mut PtySession) -> (String, i32) {
        let rest = session.exp_eof().expect("the end");
        let (before, code) = rest.rsplit_once("code ").expect("the exit code");
        (before.to_owned(), code.lines().next().expect("a line").trim().parse().expect("a number"))
    }

    #[test]
    fn the_question_shows_what_would_be_sent_and_a_yes_sends_it() {
        let (world, service) = guarded("guard = \"confirm\"\nenvironment = \"production\"");
        for quiet in [&[][..], &["-q"]] {
            let (mut session, before) = asked(&world, quiet);
            for part in [
                "Customer 123",
                "profile prod, production",
                "companyName",
                "Acme",
                "Consents",
                "canBeContactedByMaison",
            ] {
                assert!(before.contains(part), "{part} in {before}");
            }
            type_in(&mut session, "y\r");
            let (rest, code) = ended(&mut session);
            assert_eq!(code, 0, "{rest}");
            assert!(rest.contains(SHOW_CURSOR), "{rest:?}");
        }
        assert_eq!(service.received().len(), 2);
    }

    #[test]
    fn anything_but_a_yes_sends_nothing() {
        let (world, service) = guarded("guard = \"confirm\"");
        for typed in ["\r", "n\r", "x\r", "yn\r"] {
            let (mut session, _) = asked(&world, &[]);
            type_in(&mut session, typed);
            let (rest, code) = ended(&mut session);
            assert_eq!(code, 9, "{typed:?}: {rest}");
            assert!(rest.contains("not confirmed: nothing was sent"), "{rest}");
            assert!(rest.contains(SHOW_CURSOR), "{rest:?}");
        }
        assert!(service.received().is_empty());
    }

    #[test]
    fn ctrl_c_at_the_question_ends_with_130_and_gives_the_cursor_back() {
        let (world, service) = guarded("guard = \"confirm\"");
        let (mut session, _) = asked(&world, &[]);
        session.send_control('c').expect("typed");
        let (rest, code) = ended(&mut session);
        assert_eq!(code, 130, "{rest}");
        assert!(rest.contains("interrupted; nothing was sent"), "{rest}");
        assert!(rest.contains(SHOW_CURSOR), "{rest:?}");
        assert!(service.received().is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_signal_at_the_question_gives_the_terminal_back_as_it_was() {
        let (world, service) = guarded("guard = \"confirm\"");
        let around = "stty -g; \"$0\" \"$@\"; echo \"code $?\"; stty -g";
        let mut session = start_in(&world, &[], around);
        let shell = session.read_line().expect("the shell's id");
        let shell = shell.trim().strip_prefix("shell ").expect("the shell's id").to_owned();
        let mode = session.read_line().expect("the mode").trim().to_owned();
        wait_for_question(&mut session);
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children"));
        let child = children.expect("the child's id").trim().to_owned();
        Command::new("kill").arg("-TERM").arg(child).status().expect("a signal");
        let rest = session.exp_eof().expect("the end");
        assert!(rest.contains("code 143"), "{rest}");
        assert!(rest.contains(SHOW_CURSOR), "{rest:?}");
        assert_eq!(rest.trim().lines().last(), Some(mode.as_str()), "{rest}");
        assert!(service.received().is_empty());
    }

    #[test]
    fn nobody_is_asked_who_does_not_want_to_be_or_has_named_the_profile() {
        let (world, service) = guarded("guard = \"confirm\"");
        let (rest, code) = ended(&mut start(&world, &["--no-input"]));
        assert_eq!(code, 9, "{rest}");
        let around = "BOOSTER_NO_INPUT=1 \"$0\" \"$@\"; echo \"code $?\"";
        assert_eq!(ended(&mut start_in(&world, &[], around)).1, 9);
        assert!(service.received().is_empty());
        let (rest, code) = ended(&mut start(&world, &["--confirm", "prod"]));
        assert_eq!((code, rest.contains("[y/N]")), (0, false), "{rest}");
        service.only();
    }

    #[test]
    fn a_program_that_reads_json_gets_nothing_but_json_while_a_person_answers() {
        let (world, service) = guarded("guard = \"confirm\"");
        let around = "\"$0\" \"$@\" >out.json; echo \"code $?\"";
        let mut session = start_in(&world, &["-o", "json"], around);
        let before = wait_for_question(&mut session);
        assert!(before.contains("Customer 123"), "{before}");
        type_in(&mut session, "y\r");
        assert_eq!(ended(&mut session).1, 0);
        let document: serde_json::Value =
            serde_json::from_slice(&std::fs::read(world.path("out.json")).expect("written")).expect("JSON");
        assert_eq!(document["outcome"], "sent");
        service.only();
    }
}
