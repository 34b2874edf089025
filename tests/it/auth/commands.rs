//! `auth login`, `logout` and `switch`.

use super::{credential, request_lines, token};
use crate::common::sandbox::{API_KEY, PASSWORD, Sandbox, configure, login, patch, profile};
use crate::common::{Answer, Service, World, run};

#[test]
fn what_is_not_accepted_is_not_kept() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &[]);
    for (auth, flag, secret) in [
        ("kind = 'bearer'", "--with-token", "unknown"),
        ("kind = 'bearer'", "--with-token", "not.a.jwt!"),
        ("kind = 'api-key', as = 'basic'", "--with-token", "unknown"),
        ("kind = 'basic'", "--with-password", "wrong"),
        ("kind = 'credentials'", "--with-password", "wrong"),
    ] {
        let config = configure(&world, &sandbox.url, &format!("username = 'ada'\nauth = {{ {auth} }}"));
        let run = login(&world, &config, flag, secret);
        assert_eq!(run.expect(4).json()["outcome"], "unauthenticated", "{auth}");
        assert!(!run.stdout.contains(secret), "{auth}");
        assert!(!world.path("credentials.toml").exists(), "{auth}");
    }
    // Nor does a wrong one replace a right one.
    let config = profile(&world, &sandbox.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", API_KEY).expect(0);
    login(&world, &config, "--with-token", "wrong").expect(4);
    world.run(patch(&config, &[])).expect(0);
    // And a service that cannot be reached says nothing about it.
    let away = profile(&world, "http://127.0.0.1:9", "kind = 'bearer'");
    login(&world, &away, "--with-token", "tok").expect(7);
}

#[test]
fn login_wants_a_terminal_or_the_right_flag() {
    let world = World::new();
    let config = |auth: &str| profile(&world, "http://127.0.0.1:9", auth);
    for (auth, words, stdin, said) in [
        ("kind = 'bearer'", vec![], "tok", "--with-token"),
        ("kind = 'api-key'", vec![], "tok", "--with-token"),
        ("kind = 'basic'", vec![], "pw", "--username"),
        ("kind = 'basic'", vec!["--username=ada"], "pw", "--with-password"),
        ("kind = 'basic'", vec!["--username=ada", "--with-token"], "pw", "--with-password"),
        ("kind = 'bearer'", vec!["--username=ada", "--with-token"], "pw", "remove --username"),
        ("kind = 'bearer'", vec!["--with-password"], "tok", "--with-token"),
        ("kind = 'bearer'", vec!["--with-token"], "\n", "standard input is empty"),
        ("kind = 'bearer'", vec!["--with-token", "--with-password"], "tok", "cannot be used with"),
        ("kind = 'bearer'", vec!["--with-token", "--sandbox"], "tok", "needs no sign-in"),
        ("kind = 'none'", vec!["--with-token"], "tok", "it needs no secret"),
    ] {
        let config = config(auth);
        let words: Vec<&str> = ["auth", "login", "--config", &config].into_iter().chain(words).collect();
        let run = world.run_with_stdin(words.clone(), stdin);
        run.expect(2);
        assert!(run.stderr.contains(said), "{words:?}: {}", run.stderr);
    }
    let long = "x".repeat(65 << 10);
    world
        .run_with_stdin(["auth", "login", "--config", &config("kind = 'bearer'"), "--with-token"], long)
        .expect(2);
    // Without a profile there is nothing to keep it for.
    let run = run(world.booster(["auth", "login"]).env("BOOSTER_BASE_URL", "http://127.0.0.1:9"));
    run.expect(2);
}

#[test]
fn a_service_that_tells_nobody_is_asked_by_the_profiles_own_route() {
    let not_found = || Answer::json(404, "");
    for (answers, code, tried, user) in [
        (vec![not_found(), Answer::json(200, "{\"userName\":\"eva\"}")], 0, true, Some("eva")),
        (vec![not_found(), not_found()], 0, false, None),
        (vec![Answer::json(405, ""), Answer::json(401, "")], 4, false, None),
        (
            vec![Answer::with_headers(200, "Content-Type: text/html\r\n", "<html>"), not_found()],
            0,
            false,
            None,
        ),
        (vec![Answer::with_headers(302, "Location: /login?redirect=x\r\n", "")], 4, false, None),
    ] {
        let world = World::new();
        let asked = answers.len();
        let service = Service::start(answers);
        let config = configure(&world, &service.url, "whoami = '/me'\nauth = { kind = 'bearer' }");
        let run = login(&world, &config, "--with-token", "tok");
        let document = run.expect(code).json();
        assert_eq!(request_lines(&service), ["GET /auth", "GET /me"][..asked]);
        assert_eq!(world.path("credentials.toml").exists(), code == 0);
        if code == 0 {
            assert_eq!(
                (document["auth"]["tried"].as_bool(), document["auth"]["user"].as_str()),
                (Some(tried), user)
            );
        }
    }
}

#[test]
fn logout_ends_the_session_at_the_service_too() {
    let world = World::new();
    let answers = [token("one"), Answer::json(200, "{\"userName\":\"ada\"}"), Answer::json(200, "{}")];
    let service = Service::start(answers);
    let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
    login(&world, &config, "--with-password", PASSWORD).expect(0);
    let out = world.run(["auth", "logout", "--config", &config, "-o", "json"]);
    let document = out.expect(0).json();
    assert_eq!(
        (&document["auth"]["removed"], &document["auth"]["sessionEnded"]),
        (&true.into(), &true.into())
    );
    assert_eq!(request_lines(&service), ["POST /auth/credentials", "GET /auth", "POST /auth/logout"]);
    let last = service.received().pop().expect("a request");
    assert_eq!(credential(&last).as_deref(), Some("Authorization: Bearer one"));
    let again = world.run(["auth", "logout", "--config", &config, "-o", "json"]);
    assert_eq!(again.expect(0).json()["auth"]["removed"], false);
    assert_eq!(service.received().len(), 3, "there was no session to end");
}

#[test]
fn a_service_that_is_away_does_not_keep_anybody_signed_in() {
    let world = World::new();
    let config = {
        let service = Service::start([token("one"), Answer::json(200, "{}"), Answer::Silence]);
        let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
        login(&world, &config, "--with-password", PASSWORD).expect(0);
        config
    };
    let out = world.run(["auth", "logout", "--config", &config, "-o", "json"]);
    let document = out.expect(0).json();
    assert_eq!(
        (&document["auth"]["removed"], &document["auth"]["sessionEnded"]),
        (&true.into(), &false.into())
    );
    world.run(["auth", "status", "--config", &config]).expect(4);
}

#[test]
fn switch_changes_the_default_and_nothing_else() {
    let world = World::new();
    let text = "# mine\ndefault_profile = 'dev' # for now\n\n[profiles.dev] # one\n\n[profiles.prod]\ntimeout = 5 # s\n";
    let config = world.file("config.toml", text);
    let run = world.run(["auth", "switch", "prod", "--config", &config, "-o", "json"]);
    assert_eq!(run.expect(0).json()["profile"], "prod");
    let changed = std::fs::read_to_string(&config).expect("readable");
    assert_eq!(changed, text.replace("'dev' #", "\"prod\" #"));
    let run = world.run(["auth", "switch", "prd", "--config", &config]);
    run.expect(2);
    assert!(run.stderr.contains("did you mean prod?"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(&config).expect("readable"), changed);
}

/// Without the profile nobody could sign out any more.
#[test]
fn a_profile_with_a_sign_in_is_removed_only_when_told() {
    let world = World::new();
    let service = Service::start([Answer::json(404, "")]);
    let lines = |url: &str| {
        format!(
            "default_profile = 'other'\n[profiles.other]\n[profiles.dev]\nbase_url = '{url}'\nauth = {{ kind = 'bearer' }}\n"
        )
    };
    let config = world.file("config.toml", lines(&service.url));
    let words = |words: &[&str]| {
        [words, &["--config", &config]].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let sign_in = || world.run_with_stdin(words(&["auth", "login", "-p", "dev", "--with-token"]), "tok\n");
    let remove = |more: &[&str]| world.run(words(&[&["profile", "remove", "dev"], more].concat()));
    sign_in().expect(0);
    let run = remove(&[]);
    assert!(run.expect(2).stderr.contains(&format!("is signed in to {}", service.url)), "{}", run.stderr);
    let hint = format!("with `booster auth logout -p dev --config={config}`, or add --force");
    assert!(run.stderr.contains(&hint), "{}", run.stderr);
    let run = remove(&["--force"]);
    assert!(run.expect(0).stdout.contains("Its sign-in is still stored in "), "{}", run.stdout);
    // The one at an address that the profile had before.
    world.file("config.toml", lines("https://new.example.com"));
    let run = remove(&[]);
    let command = format!("booster auth logout -p dev --base-url {} --config={config}", service.url);
    assert!(run.expect(2).stderr.contains(&format!("`{command}`")), "{}", run.stderr);
    world.run(command.split(' ').skip(1)).expect(0);
    remove(&[]).expect(0);
}

#[test]
fn status_says_set_and_not_tried_of_what_the_service_was_not_asked_about() {
    let world = World::new();
    let refusing = Service::start([Answer::json(401, "")]);
    let config = profile(&world, &refusing.url, "kind = 'bearer'");
    let status = |words: &[&str]| {
        let words = [&["auth", "status", "--config", &config], words].concat();
        run(world.booster(words).env("BOOSTER_TOKEN", "wr0ng"))
    };
    let said = status(&[]);
    assert!(
        said.expect(0).stdout.starts_with("Set, not tried (--check asks the service)\n"),
        "{}",
        said.stdout
    );
    assert!(refusing.received().is_empty());
    let auth = status(&["-o", "json"]).json()["auth"].clone();
    assert_eq!((&auth["set"], &auth["tried"], auth.get("accepted")), (&true.into(), &false.into(), None));

    let refused = status(&["--check"]);
    assert_eq!(refused.expect(4).stdout, "");
    assert!(refused.stderr.contains("does not accept the sign-in") && refused.stderr.contains("hint"));
    assert_eq!(status(&["--check", "-o", "json"]).expect(4).json()["outcome"], "unauthenticated");

    let silent = Service::start([Answer::json(404, "")]);
    let config = profile(&world, &silent.url, "kind = 'bearer'");
    let words = ["auth", "status", "--check", "--config", &config];
    let unknown = run(world.booster(words).env("BOOSTER_TOKEN", "tok"));
    let head =
        "Set; the service has no known route that tells whether it is accepted (if it has one, set whoami";
    assert!(unknown.expect(0).stdout.starts_with(head), "{}", unknown.stdout);

    let open = profile(&world, &silent.url, "kind = 'none'");
    let said = world.run(["auth", "status", "--config", &open]);
    assert!(said.expect(0).stdout.contains("was not tried"), "{}", said.stdout);
}
