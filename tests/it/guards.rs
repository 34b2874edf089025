//! What is between a command and the service: nothing goes past a guard, and whoever is asked sees what about.

use crate::common::{Answer, Service, World, patch};

/// A world whose default profile `prod` has this guard, and its service.
fn guarded(keys: &str) -> (World, Service) {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let url = &service.url;
    world.file(
        "guards.toml",
        format!(
            "default_profile = \"prod\"\n[profiles.prod]\nbase_url = \"{url}\"\n{keys}\n\
             [profiles.dev]\nbase_url = \"{url}\"\nguard = \"open\"\nenvironment = \"development\"\n"
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
    let config = world.path("guards.toml");
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
    #[cfg(unix)]
    {
        let mut edit = world.booster(["customer", "edit", "1", "--sandbox", "--config", config]);
        crate::common::run(edit.env("EDITOR", "true").env("PATH", "/usr/bin:/bin")).expect(0);
    }
    world.run(words(config, &["-p", "dev"])).expect(0);
    assert_eq!(service.only().head.lines().next(), Some("PATCH /customer/123 HTTP/1.1"));
}

#[test]
fn without_a_terminal_the_guard_that_asks_wants_the_profile_by_name() {
    let (world, service) = guarded("guard = \"confirm\"");
    let config = world.path("guards.toml");
    let config = config.to_str().expect("a plain path");
    let hint = |more: &[&str]| {
        let run = world.run(words(config, &[more, &["-o", "json"]].concat()));
        run.expect(9);
        run.json()["problems"][0]["hint"].as_str().expect("a hint").to_owned()
    };
    assert_eq!(hint(&[]), "add --confirm prod");
    assert_eq!(hint(&["--no-input"]), "add --confirm prod");
    assert!(hint(&["--confirm", "dev"]).contains("-p dev"));
    // A variable of a script that came out empty names no profile, and so no wrong one either.
    let run = world.run(words(config, &["--confirm=", "-o", "json"]));
    let message = run.expect(2).json()["problems"][0]["message"].to_string();
    assert!(message.contains("a value is required for '--confirm <PROFILE>'"), "{message}");
    assert!(service.received().is_empty());
    world.run(words(config, &["--dry-run"])).expect(0);
    world.run(words(config, &["--confirm", "prod"])).expect(0);
    service.only();
}

#[test]
fn a_wrong_name_stops_whatever_the_guard() {
    let (world, service) = guarded("");
    let config = world.path("guards.toml");
    let config = config.to_str().expect("a plain path");
    world.run(words(config, &["--confirm", "dev"])).expect(9);
    world.run(patch(&["--base-url", &service.url, "--confirm", "dev"])).expect(9);
    assert!(service.received().is_empty());
    world.run(words(config, &["--confirm", "prod"])).expect(0);
    service.only();
}

/// An address is guarded by whoever guards it, whichever profile sends there, and however it is written.
#[test]
fn a_guard_belongs_to_the_address_and_no_other_way_leads_around_it() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let port = service.url.rsplit(':').next().expect("a port");
    let url = &service.url;
    for (guard, hint) in [("confirm", "add --confirm prod"), ("read-only", "--dry-run shows")] {
        let config = world.file(
            "guards.toml",
            format!(
                "[profiles.open]\nbase_url = \"https://open.example\"\nguard = \"open\"\n\
                 [profiles.plain]\nbase_url = \"{url}/api\"\n\
                 [profiles.prod]\nbase_url = \"{url}\"\nguard = \"{guard}\"\nenvironment = \"production\"\n\
                 [profiles.sure]\nbase_url = \"{url}\"\nguard = \"open\"\n"
            ),
        );
        let localhost = format!("http://localhost:{port}/");
        for (words, environment) in [
            (&["-p", "open", "--base-url", url][..], None),
            (&["--base-url", url], None),
            (&["--base-url", &localhost], None),
            (&["-p", "sure", "--base-url", url], None),
            (&[], Some(url)),
            (&["-p", "plain"], None),
        ] {
            let mut command = world.booster(words_of(&config, words));
            command.envs(environment.map(|url| ("BOOSTER_BASE_URL", url)));
            let run = crate::common::run(&mut command);
            let problem = &run.expect(9).json()["problems"][0];
            assert!(
                problem["hint"].as_str().is_some_and(|told| told.starts_with(hint)),
                "{words:?} {problem}"
            );
            assert!(
                problem["message"].as_str().is_some_and(|told| told.contains("profile prod")),
                "{problem}"
            );
        }
        assert!(service.received().is_empty());
        // What is open in so many words is open for its own address; a rehearsal and the sandbox are free.
        world.run(words_of(&config, &["-p", "sure", "--dry-run"])).expect(0);
        world.run(words_of(&config, &["-p", "prod", "--sandbox"])).expect(0);
    }
    let config = world.path("guards.toml").to_str().expect("a plain path").to_owned();
    world.run(words_of(&config, &["-p", "sure"])).expect(0);
    service.only();
}

fn words_of<'a>(config: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    words(config, &[more, &["-o", "json"]].concat())
}

#[test]
fn a_confirmation_names_the_profile_whose_guard_it_is() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let url = &service.url;
    let config = world.file(
        "guards.toml",
        format!(
            "[profiles.dev]\nbase_url = \"https://dev.example\"\n\
             [profiles.prod]\nbase_url = \"{url}\"\nguard = \"confirm\"\n"
        ),
    );
    let refused = |more: &[&str]| {
        let run = world.run(words_of(&config, &[&["-p", "dev", "--base-url", url], more].concat()));
        run.expect(9).json()["problems"][0].clone()
    };
    assert_eq!(
        refused(&["--confirm=dev"])["message"],
        "--confirm names dev, but the guard is that of profile prod"
    );
    assert_eq!(refused(&["--confirm=dev"])["hint"], "write --confirm prod; nothing was sent");
    assert!(service.received().is_empty());
    world.run(words_of(&config, &["-p", "dev", "--base-url", url, "--confirm=prod"])).expect(0);
    world.run(words_of(&config, &["--base-url", url, "--confirm=prod"])).expect(0);
    assert_eq!(service.received().len(), 2);
}

#[test]
fn a_hint_names_no_profile_that_is_not_there() {
    let (world, service) = guarded("guard = \"confirm\"");
    let config = world.path("guards.toml");
    let config = config.to_str().expect("a plain path");
    let hint = |words: &[&str]| world.run(words).expect(9).json()["problems"][0]["hint"].clone();
    assert_eq!(hint(&words_of(config, &["--confirm=yes"])), "write --confirm prod; nothing was sent");
    assert_eq!(
        hint(&patch(&["--base-url", &service.url, "--confirm=yes", "-o", "json"])),
        "remove --confirm: no confirmation is needed; nothing was sent"
    );
    assert!(service.received().is_empty());
}

#[test]
fn who_guards_an_address_is_shown_wherever_it_is_looked_at() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let url = &service.url;
    let config = world.file(
        "guards.toml",
        format!(
            "[profiles.dev]\nbase_url = \"https://dev.example\"\n\
             [profiles.prod]\nbase_url = \"{url}\"\nguard = \"confirm\"\nenvironment = \"production\"\n"
        ),
    );
    let with = |words: &[&str]| {
        let target = ["--config", &config, "-p", "dev", "--base-url", url];
        world.run(words.iter().copied().chain(target))
    };
    let shown = with(&["profile", "show", "-o", "json"]).expect(0).json();
    let guard = shown["values"].as_array().expect("values").iter().find(|value| value["key"] == "guard");
    let guard = guard.expect("the guard");
    assert_eq!((&guard["value"], &guard["profile"]), (&"confirm".into(), &"prod".into()));
    assert_eq!(guard["source"]["line"], 5);
    assert!(with(&["profile", "show"]).expect(0).stdout.contains("confirm (of profile prod)"));
    let doctor = with(&["doctor"]).stdout;
    assert!(doctor.contains("--confirm prod") && doctor.contains("guard of profile prod"), "{doctor}");
    let preview = with(&patch(&["--dry-run"])).expect(0).stdout.clone();
    let head = preview.lines().next().expect("a line");
    assert!(head.ends_with("(profile dev, production, guard of profile prod)"), "{head}");
}

#[test]
fn a_target_in_production_is_red_and_says_so() {
    let (world, service) = guarded("environment = \"production\"");
    let config = world.path("guards.toml");
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
    let config = world.path("guards.toml");
    let config = config.to_str().expect("a plain path");
    let run = world.run(words(config, &["-o", "json"]));
    run.expect(2);
    let document = run.json();
    assert_eq!(document["problems"][0]["hint"], "did you mean read-only?");
    assert_eq!(document["problems"][0]["source"]["line"], 4);
    assert!(service.received().is_empty());
}

#[cfg(unix)]
mod on_a_terminal {
    use super::*;
    use crate::common::terminal::Terminal;

    const QUESTION: &str = "Send it? [y/N]";
    const SIZE: (u16, u16) = (100, 40);

    fn start(world: &World, more: &[&str], settings: &[(&str, &str)]) -> Terminal {
        let config = world.path("guards.toml");
        Terminal::start(world, &words(config.to_str().expect("a plain path"), more), SIZE, settings)
    }

    #[test]
    fn the_question_shows_what_would_be_sent_and_a_yes_sends_it() {
        let (world, service) = guarded("guard = \"confirm\"\nenvironment = \"production\"");
        for quiet in [&[][..], &["-q"]] {
            let mut terminal = start(&world, quiet, &[]);
            terminal.shows("This is production. To send, type the profile's name, prod:");
            for part in [
                "Customer 123",
                "profile prod, production",
                "Company name",
                "Acme",
                "Consents",
                "Can be contacted by the Maison",
            ] {
                terminal.shows(part);
            }
            terminal.types("prod\r");
            assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
            assert!(terminal.shows_cursor());
        }
        assert_eq!(service.received().len(), 2);
    }

    #[test]
    fn anything_but_a_yes_sends_nothing() {
        let (world, service) = guarded("guard = \"confirm\"");
        for typed in ["\r", "n\r", "x\r", "yn\r", "\u{1b}"] {
            let mut terminal = start(&world, &[], &[]);
            terminal.answers(QUESTION, typed);
            terminal.shows("Nothing was sent.");
            assert!(!terminal.screen().contains("error"), "{}", terminal.screen());
            assert_eq!(terminal.ends(), 9, "{typed:?}");
        }
        // Ctrl-C and Ctrl-D leave at once.
        for typed in ["\u{3}", "\u{4}"] {
            let mut terminal = start(&world, &[], &[]);
            terminal.answers(QUESTION, typed);
            terminal.shows("Nothing was sent.");
            assert_eq!(terminal.ends(), 130, "{typed:?}");
            assert!(terminal.shows_cursor());
        }
        assert!(service.received().is_empty());
    }

    #[test]
    fn nobody_is_asked_who_does_not_want_to_be_or_has_named_the_profile() {
        let (world, service) = guarded("guard = \"confirm\"");
        assert_eq!(start(&world, &["--no-input"], &[]).ends(), 9);
        assert_eq!(start(&world, &[], &[("BOOSTER_NO_INPUT", "1")]).ends(), 9);
        assert!(service.received().is_empty());
        let mut terminal = start(&world, &["--confirm", "prod"], &[]);
        assert_eq!(terminal.ends(), 0);
        assert!(!terminal.screen().contains(QUESTION));
        service.only();
    }

    #[test]
    fn a_conversation_is_its_own_confirmation_and_does_not_begin_in_vain() {
        let (world, service) = guarded("guard = \"confirm\"");
        let mut terminal = start(&world, &["-i"], &[]);
        terminal.answers("What do you want to change?", "\r");
        terminal.answers("> Change an answer", "\u{1b}[A\r");
        assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
        let patches = service.received().into_iter().filter(|request| request.head.starts_with("PATCH "));
        assert_eq!(patches.count(), 1);
        let (world, _service) = guarded("guard = \"read-only\"");
        let mut terminal = start(&world, &["-i"], &[]);
        assert_eq!(terminal.ends(), 9);
        assert!(!terminal.screen().contains("What do you want to change?"));
    }

    #[test]
    fn a_program_that_reads_json_gets_nothing_but_json_while_a_person_answers() {
        let (world, service) = guarded("guard = \"confirm\"");
        let config = world.path("guards.toml");
        let line = words(config.to_str().expect("a plain path"), &["-o", "json"]).join(" ");
        let mut terminal =
            Terminal::start_sh(&world, &format!("$BOOSTER {line} >out.json; echo code=$?"), SIZE);
        terminal.shows("Customer 123");
        terminal.answers(QUESTION, "y\r");
        terminal.shows("code=0");
        terminal.ends();
        let document: serde_json::Value =
            serde_json::from_slice(&std::fs::read(world.path("out.json")).expect("written")).expect("JSON");
        assert_eq!(document["outcome"], "sent");
        service.only();
    }
}
