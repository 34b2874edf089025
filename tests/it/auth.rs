//! Signing in through the real binary: every kind, every source of a secret, and everything that can be wrong with
//! them.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::common::sandbox::{API_KEY, CLIENT_SECRET, PASSWORD, Sandbox, configure, login, patch, profile};
use crate::common::{Answer, Received, Service, World, run};

/// The header that signed a request in.
fn credential(request: &Received) -> Option<String> {
    let names = ["authorization: ", "cookie: ", "x-api-key: ", "x-key: "];
    let line = |line: &&str| names.iter().any(|name| line.to_ascii_lowercase().starts_with(name));
    request.head.lines().find(line).map(str::to_owned)
}

fn request_lines(service: &Service) -> Vec<String> {
    let first = |request: Received| {
        let line = request.head.lines().next().expect("a request line").to_owned();
        line.trim_end_matches(" HTTP/1.1").to_owned()
    };
    service.received().into_iter().map(first).collect()
}

fn token(name: &str) -> Answer {
    Answer::json(
        200,
        &format!("{{\"userName\":\"ada\",\"bearerToken\":\"{name}\",\"refreshToken\":\"refresh-{name}\"}}"),
    )
}

#[test]
fn every_kind_signs_in_and_its_patch_arrives() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &["--api-key-header", "X-Key"]);
    let oauth =
        format!("kind = 'oauth2-client', token_url = '{}/oauth2/token', client_id = 'booster'", sandbox.url);
    for (auth, flag, secret) in [
        ("kind = 'bearer'", "--with-token", API_KEY),
        ("kind = 'basic'", "--with-password", PASSWORD),
        ("kind = 'api-key', header = 'X-Key'", "--with-token", API_KEY),
        ("kind = 'api-key', as = 'bearer'", "--with-token", API_KEY),
        ("kind = 'api-key', as = 'basic'", "--with-token", API_KEY),
        ("kind = 'credentials'", "--with-password", PASSWORD),
        (&oauth, "--with-password", CLIENT_SECRET),
    ] {
        let world = World::new();
        let user =
            if auth.contains("basic'") || auth.contains("credentials") { "username = 'ada'" } else { "" };
        let config = configure(&world, &sandbox.url, &format!("{user}\nauth = {{ {auth} }}"));
        world.run(patch(&config, &["-o", "json"])).expect(4);
        let signed_in = login(&world, &config, flag, secret);
        let document = signed_in.expect(0).json();
        assert_eq!(document["auth"]["user"], "ada", "{auth}");
        assert_eq!(document["auth"]["tried"], true, "{auth}");
        assert_eq!(document["auth"]["store"], world.path("credentials.toml").to_str().expect("a path"));
        assert_eq!(signed_in.stderr, "");
        world.run(patch(&config, &[])).expect(0);
        let status = world.run(["auth", "status", "--config", &config, "-o", "json"]);
        let status = status.expect(0).json();
        assert_eq!(
            (&status["auth"]["signedIn"], &status["auth"]["user"]),
            (&true.into(), &"ada".into()),
            "{auth}"
        );
        assert!(status["auth"]["lastUsed"].is_string(), "{auth}: {status}");
        world.run(["auth", "logout", "--config", &config]).expect(0);
        world.run(["auth", "status", "--config", &config]).expect(4);
        world.run(patch(&config, &[])).expect(4);
    }
}

#[test]
fn each_kind_goes_out_in_its_own_header() {
    let password = ("BOOSTER_PASSWORD", "p\u{e4}ss");
    let token = ("BOOSTER_TOKEN", "tok");
    for (auth, secret, header) in [
        ("kind = 'none'", token, None),
        ("kind = 'bearer'", token, Some("Authorization: Bearer tok")),
        ("kind = 'basic'", password, Some("Authorization: Basic YWRhOnDDpHNz")),
        ("kind = 'api-key'", token, Some("X-Api-Key: tok")),
        ("kind = 'api-key', as = 'bearer'", token, Some("Authorization: Bearer tok")),
        ("kind = 'api-key', as = 'basic'", token, Some("Authorization: Basic dG9rOg==")),
    ] {
        let world = World::new();
        let service = Service::start([Answer::json(200, "{}")]);
        let config = configure(&world, &service.url, &format!("username = 'ada'\nauth = {{ {auth} }}"));
        run(world.booster(patch(&config, &[])).env(secret.0, secret.1)).expect(0);
        assert_eq!(credential(&service.only()).as_deref(), header, "{auth}");
    }
}

#[test]
fn a_token_that_is_over_is_renewed_on_every_sort_of_host() {
    let world = World::new();
    let hosts = ["default", "token-cookie"];
    let rows: Vec<_> = hosts
        .iter()
        .map(|host| {
            let world = World::new();
            let sandbox = Sandbox::demanding(&world, &["--token-life=2", "--host", host]);
            let config = configure(&world, &sandbox.url, "username = 'ada'\nauth = { kind = 'credentials' }");
            login(&world, &config, "--with-password", PASSWORD).expect(0);
            (host, world, sandbox, config)
        })
        .collect();
    let oauth = Sandbox::demanding(&world, &["--token-life=2"]);
    let auth =
        format!("kind = 'oauth2-client', token_url = '{}/oauth2/token', client_id = 'booster'", oauth.url);
    let oauth_config = profile(&world, &oauth.url, &auth);
    login(&world, &oauth_config, "--with-password", CLIENT_SECRET).expect(0);
    // The sandbox counts in whole seconds: the renewed one is good for one at least, on a busy machine too.
    std::thread::sleep(Duration::from_millis(3100));
    for (host, world, _sandbox, config) in &rows {
        let run = world.run(patch(config, &["-o", "json"]));
        assert_eq!(run.expect(0).json()["response"]["attempts"], 1, "{host}: renewed beforehand");
        let store = std::fs::read_to_string(world.path("credentials.toml")).expect("a store");
        assert!(!store.contains(PASSWORD), "a session is kept, and no password");
    }
    world.run(patch(&oauth_config, &[])).expect(0);
}

#[test]
fn a_session_that_nothing_renews_says_so() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &["--token-life=1", "--host=session"]);
    let config = configure(&world, &sandbox.url, "username = 'ada'\nauth = { kind = 'credentials' }");
    login(&world, &config, "--with-password", PASSWORD).expect(0);
    world.run(patch(&config, &[])).expect(0);
    std::thread::sleep(Duration::from_millis(1100));
    let ended = world.run(patch(&config, &["-o", "json"]));
    let document = ended.expect(4).json();
    assert_eq!(document["outcome"], "unauthenticated");
    let problems = document["problems"].to_string();
    assert!(problems.contains("booster auth login -p dev"), "{problems}");
    // With the password at hand it signs in anew.
    run(world.booster(patch(&config, &[])).env("BOOSTER_PASSWORD", PASSWORD)).expect(0);
}

#[test]
fn a_request_that_is_turned_away_is_made_once_more_and_never_again() {
    let kept = || {
        let world = World::new();
        let service = Service::start([token("one"), Answer::json(200, "{\"userName\":\"ada\"}")]);
        let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
        (world, service, config)
    };
    // With the password in the environment: sign-in, patch, renewal, patch.
    for (last, code) in [(200, 0), (401, 4)] {
        let world = World::new();
        let answers = [
            token("one"),
            Answer::json(401, ""),
            Answer::json(200, "{\"accessToken\":\"two\"}"),
            Answer::json(last, ""),
        ];
        let service = Service::start(answers);
        let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
        let run = run(world.booster(patch(&config, &["-o", "json"])).env("BOOSTER_PASSWORD", PASSWORD));
        assert_eq!(run.expect(code).json()["response"]["attempts"], 2);
        assert_eq!(
            request_lines(&service),
            ["POST /auth/credentials", "PATCH /customer/1", "POST /access-token", "PATCH /customer/1"]
        );
        let received = service.received();
        assert_eq!(credential(&received[1]).as_deref(), Some("Authorization: Bearer one"));
        assert_eq!(received[2].body, "{\"refreshToken\":\"refresh-one\"}");
        assert_eq!(credential(&received[3]).as_deref(), Some("Authorization: Bearer two"));
        assert!(!world.path("credentials.toml").exists(), "what the environment gives is kept nowhere");
    }
    // A renewal that fails, with nothing else to sign in with.
    let (world, service, config) = kept();
    login(&world, &config, "--with-password", PASSWORD).expect(0);
    let refusing = Service::start([Answer::json(401, ""), Answer::json(400, "")]);
    let store = world.path("credentials.toml");
    let moved = std::fs::read_to_string(&store).expect("a store").replace(&service.url, &refusing.url);
    std::fs::write(&store, moved).expect("written in place");
    let config = configure(&world, &refusing.url, "username = 'ada'\nauth = { kind = 'credentials' }");
    let run = world.run(patch(&config, &["-o", "json"]));
    let document = run.expect(4).json();
    assert_eq!(request_lines(&refusing), ["PATCH /customer/1", "POST /access-token"]);
    assert!(document["problems"].to_string().contains("nothing renews it"), "{document}");
}

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
        ("'/bin/sh', '-c', ''", 4, "prints nothing"),
        ("'/bin/sh', '-c', 'yes canary | head -c 10485760'", 4, "prints more than 64 KiB"),
        ("'/bin/sh', '-c', 'printf \"can\\nary\"'", 4, "has a character that cannot be sent"),
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
fn what_is_kept_is_for_one_profile_and_one_address() {
    let world = World::new();
    let (first, second) =
        (Service::start([Answer::json(200, "{}")]), Service::start([Answer::json(200, "{}")]));
    let config = profile(&world, &first.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "for-the-first").expect(0);
    let moved = world.run(patch(&config, &["--base-url", &second.url, "-o", "json"]));
    let problems = moved.expect(4).json()["problems"].to_string();
    assert!(problems.contains(&format!("the one in the store is for {}", first.url)), "{problems}");
    assert!(second.received().is_empty());
    // A sign-in at a second address keeps the first.
    let words = ["auth", "login", "--config", &config, "--base-url", &second.url, "--with-token"];
    world.run_with_stdin(words, "for-the-second").expect(0);
    world.run(patch(&config, &[])).expect(0);
    world.run(patch(&config, &["--base-url", &second.url])).expect(0);
    let last = |service: &Service| credential(service.received().last().expect("a request"));
    assert_eq!(last(&first).as_deref(), Some("Authorization: Bearer for-the-first"));
    assert_eq!(last(&second).as_deref(), Some("Authorization: Bearer for-the-second"));
    // Another profile, kind or user finds nothing.
    let service = Service::start([Answer::json(200, "{}")]);
    let basic = |user: &str| {
        configure(&world, &service.url, &format!("username = '{user}'\nauth = {{ kind = 'basic' }}"))
    };
    login(&world, &basic("ada"), "--with-password", "pw").expect(0);
    world.run(patch(&basic("ada"), &[])).expect(0);
    world.run(patch(&basic("bob"), &[])).expect(4);
    for (name, lines) in [("prod", "auth = { kind = 'bearer' }"), ("dev", "auth = { kind = 'api-key' }")] {
        let text =
            format!("default_profile = '{name}'\n[profiles.{name}]\nbase_url = '{}'\n{lines}\n", first.url);
        let config = world.file("other.toml", text);
        world.run(patch(&config, &[])).expect(4);
    }
}

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
        ("kind = 'bearer'", vec!["--username=ada", "--with-token"], "pw", "leave out --username"),
        ("kind = 'bearer'", vec!["--with-password"], "tok", "--with-token"),
        ("kind = 'bearer'", vec!["--with-token"], "\n", "standard input is empty"),
        ("kind = 'bearer'", vec!["--with-token", "--with-password"], "tok", "cannot be used with"),
        ("kind = 'bearer'", vec!["--with-token", "--sandbox"], "tok", "wants no sign-in"),
        ("kind = 'none'", vec!["--with-token"], "tok", "nothing to sign in with"),
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

#[cfg(unix)]
#[test]
fn a_store_that_is_not_safe_is_neither_read_nor_written() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "canary").expect(0);
    let store = world.path("credentials.toml");
    let old = std::fs::read(&store).expect("a store");
    let asked = service.received().len();
    let refused = |said: &str| {
        for words in [patch(&config, &[]), vec!["auth", "status", "--config", &config]] {
            let run = world.run(words);
            run.expect(4);
            assert!(run.stderr.contains(said) && run.stderr.contains("hint"), "{}", run.stderr);
        }
        let run = login(&world, &config, "--with-token", "another");
        assert!(run.expect(4).stdout.contains(said), "{}", run.stdout);
    };
    std::fs::set_permissions(&store, PermissionsExt::from_mode(0o644)).expect("changed");
    refused("is open to others");
    assert_eq!(std::fs::read(&store).expect("a store"), old);
    let target = world.path("target");
    std::fs::rename(&store, &target).expect("moved");
    symlink(&target, &store).expect("linked");
    refused("is a symbolic link");
    assert_eq!(std::fs::read(&target).expect("a file"), old);
    std::fs::remove_file(&store).expect("removed");
    std::fs::create_dir(&store).expect("made");
    refused("is no file");
    std::fs::remove_dir(&store).expect("removed");
    std::fs::write(&store, "canary").expect("written");
    std::fs::set_permissions(&store, PermissionsExt::from_mode(0o600)).expect("changed");
    refused("line 1 is none that booster has written");
    assert_eq!(service.received().len(), asked, "nobody was asked");
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_what_was_kept() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "first").expect(0);
    let store = world.path("credentials.toml");
    let old = std::fs::read(&store).expect("a store");
    // A file may not grow beyond one block, and the signal that says so is ignored: writing fails in the middle.
    let script = "trap '' XFSZ; ulimit -f 1; printf '%8000s' x | exec \"$0\" \"$@\"";
    let mut command = std::process::Command::new("/bin/sh");
    command.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_booster"),
        "auth",
        "login",
        "--config",
        &config,
        "--with-token",
    ]);
    command.env_clear().env("HOME", world.path("")).env("PATH", "/usr/bin:/bin").current_dir(world.path(""));
    let full = run(&mut command);
    full.expect(4);
    assert!(
        full.stderr.contains("cannot write") && full.stderr.contains("is still there"),
        "{}",
        full.stderr
    );
    assert_eq!(std::fs::read(&store).expect("a store"), old);
    assert!(!world.path("credentials.toml.new").exists());
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_is_said_to_be_one() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let folder = world.path("folder");
    std::fs::create_dir(&folder).expect("made");
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let inner = folder.join("config.toml");
    std::fs::copy(config, &inner).expect("copied");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o500)).expect("changed");
    let is_root = std::fs::write(folder.join("probe"), "").is_ok();
    let run = login(&world, inner.to_str().expect("a path"), "--with-token", "tok");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).expect("changed");
    // The superuser writes anywhere.
    if !is_root {
        assert!(run.expect(4).stdout.contains("cannot write"), "{}", run.stdout);
    }
    // For everybody it fails where the new file cannot come to be.
    let store = folder.join("credentials.toml");
    let old = std::fs::read(&store).ok();
    std::fs::create_dir(folder.join("credentials.toml.new")).expect("made");
    let run = login(&world, inner.to_str().expect("a path"), "--with-token", "another");
    assert!(run.expect(4).stdout.contains("cannot write"), "{}", run.stdout);
    assert_eq!(std::fs::read(&store).ok(), old);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_store_at_any_moment() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let folder = world.path("a/b");
    let inner = folder.join("config.toml");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::copy(&config, &inner).expect("copied");
    let (mut seen, mut worst) = (0, 0);
    std::thread::scope(|scope| {
        let signing_in = scope.spawn(|| {
            for _ in 0..20 {
                let script = "umask 0; echo tok | exec \"$0\" auth login --with-token";
                let mut command = std::process::Command::new("/bin/sh");
                command.args(["-c", script, env!("CARGO_BIN_EXE_booster")]);
                command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", world.path(""));
                run(command.env("BOOSTER_CONFIG", &inner)).expect(0);
            }
        });
        while !signing_in.is_finished() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let is_secret = entry.file_name().to_string_lossy().starts_with("credentials");
                if let (true, Ok(metadata)) = (is_secret, entry.metadata()) {
                    seen += 1;
                    worst |= metadata.permissions().mode() & 0o077;
                }
            }
        }
    });
    assert!(seen > 0);
    assert_eq!(worst, 0, "{worst:o}");
}

#[cfg(unix)]
#[test]
fn a_first_sign_in_makes_a_folder_for_the_users_own_eyes() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let script = "umask 0; \"$0\" config init";
    let mut init = std::process::Command::new("/bin/sh");
    init.args(["-c", script, env!("CARGO_BIN_EXE_booster")]).env_clear().env("HOME", world.path(""));
    run(&mut init).expect(0);
    let path = world.run(["config", "path"]);
    let path = Path::new(path.stdout.trim());
    let text = format!(
        "default_profile = 'dev'\n[profiles.dev]\nbase_url = '{}'\nauth = {{ kind = 'bearer' }}\n",
        service.url
    );
    std::fs::write(path, text).expect("written");
    world.run_with_stdin(["auth", "login", "--with-token"], "tok\n").expect(0);
    let folder = path.parent().expect("a folder");
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    assert_eq!(mode(&folder.join("credentials.toml")), 0o600);
}

#[test]
fn many_processes_that_sign_in_at_once_lose_nothing() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let profiles: String = (0..12)
        .map(|n| format!("[profiles.p{n}]\nbase_url = '{}'\nauth = {{ kind = 'bearer' }}\n", service.url))
        .collect();
    let config = world.file("config.toml", profiles);
    std::thread::scope(|scope| {
        for n in 0..12 {
            let (world, config) = (&world, &config);
            scope.spawn(move || {
                let name = format!("p{n}");
                let words = ["auth", "login", "--config", config, "-p", &name, "--with-token"];
                world.run_with_stdin(words, format!("token-{n}\n")).expect(0);
            });
        }
    });
    for n in 0..12 {
        world.run(["auth", "status", "--config", &config, "-p", &format!("p{n}")]).expect(0);
    }
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

#[test]
fn a_token_that_cannot_be_good_is_explained() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &[]);
    let config = profile(&world, &sandbox.url, "kind = 'bearer'");
    // {"exp":1000000000}
    let expired = "e30.eyJleHAiOjEwMDAwMDAwMDB9.c2ln";
    for (token, said) in [
        (expired, "by its own word the token ended on 2001-09-09T01:46:40Z"),
        ("a.b!.c", "Illegal base64url string!"),
        ("unknown", "look at BOOSTER_TOKEN"),
        ("nl-token\n", "look for a newline or a blank at its end"),
    ] {
        let patched = run(world.booster(patch(&config, &[])).env("BOOSTER_TOKEN", token));
        patched.expect(4);
        assert!(patched.stderr.contains(said), "{token}: {}", patched.stderr);
        assert!(!patched.stderr.contains(token.trim()), "{}", patched.stderr);
    }
    let status = run(world.booster(["auth", "status", "--config", &config]).env("BOOSTER_TOKEN", expired));
    status.expect(4);
    assert!(status.stderr.contains("2001-09-09T01:46:40Z"), "{}", status.stderr);
    let empty = run(world.booster(patch(&config, &[])).env("BOOSTER_TOKEN", ""));
    empty.expect(4);
    assert!(empty.stderr.contains("booster auth login -p dev"), "{}", empty.stderr);
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

#[test]
fn an_auth_that_cannot_be_is_refused_where_it_stands() {
    let world = World::new();
    for (auth, said) in [
        ("kind = 'bearer', header = 'X'", "there is no key header in this kind of auth"),
        ("kind = 'hunter2'", "write none, bearer, basic, api-key, credentials, oauth2-client"),
        ("header = 'X'", "auth lacks its kind"),
        ("kind = 'api-key', as = 'hunter2'", "write header, bearer, basic"),
        ("kind = 'api-key', as = 'basic', header = 'X'", "header goes with"),
        ("kind = 'api-key', header = 'a b'", "not the name of a header"),
        ("kind = 'api-key', haeder = 'X'", "did you mean header?"),
        ("kind = 'api-key', header = 'content-type'", "set by booster itself"),
        ("kind = 'api-key', header = 'Transfer-Encoding'", "set by booster itself"),
        ("kind = 'oauth2-client', client_id = 'x'", "auth lacks its token_url"),
        (
            "kind = 'oauth2-client', token_url = 'http://example.com', client_id = 'x'",
            "token_url is not encrypted",
        ),
        ("kind = 'oauth2-client', token_url = 'https://example.com'", "auth lacks its client_id"),
        ("kind = 'bearer', token = 'hunter2'", "secrets do not belong in the configuration"),
        ("kind = 5", "kind is a text"),
    ] {
        let config = profile(&world, "https://example.com", auth);
        let run = world.run(["config", "check", "--config", &config, "-o", "json"]);
        let document = run.expect(2).json();
        assert!(document["problems"].to_string().contains(said), "{auth}: {document}");
        assert_eq!(document["problems"][0]["source"]["line"], 4, "{auth}");
        assert!(!run.stdout.contains("hunter2"), "{auth}");
    }
}

/// A server would take what stands before the colon for the name, and the rest for a part of the password.
#[test]
fn a_user_name_with_a_colon_is_refused_where_it_is_written() {
    let world = World::new();
    let sent = |config: &str, variables: &[(&str, &str)], words: &[&str]| {
        let mut command = world.booster([words, &["--config", config, "-o", "json"]].concat());
        let problem = run(command.envs(variables.iter().copied())).expect(2).json()["problems"][0].clone();
        assert!(problem["message"].as_str().expect("a message").contains("no colon"), "{problem}");
        problem["source"].clone()
    };
    let colon = [("BOOSTER_USERNAME", "a:b"), ("BOOSTER_PASSWORD", "pw")];
    let patch = crate::common::patch(&["-p", "dev"]);
    let config = configure(&world, "https://example.com", "username = 'a:b'\nauth = { kind = 'basic' }");
    assert_eq!(sent(&config, &[], &patch)["column"], 12);
    let config = configure(&world, "https://example.com", "auth = { kind = 'basic' }");
    assert_eq!(sent(&config, &colon, &patch)["environment"], "BOOSTER_USERNAME");
    let login = ["auth", "login", "-p", "dev", "--username=a:b", "--with-password"];
    assert_eq!(sent(&config, &[], &login)["flag"], "--username");
    let empty = world.file("empty.toml", "");
    let patch = crate::common::patch(&["--base-url=https://example.com"]);
    assert_eq!(sent(&empty, &colon, &patch)["environment"], "BOOSTER_USERNAME");
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
    assert!(run.stderr.contains("with `booster auth logout -p dev`, or add --force"), "{}", run.stderr);
    let run = remove(&["--force"]);
    assert!(run.expect(0).stdout.contains("Its sign-in stays in "), "{}", run.stdout);
    // The one at an address that the profile had before.
    world.file("config.toml", lines("https://new.example.com"));
    let run = remove(&[]);
    let command = format!("booster auth logout -p dev --base-url {}", service.url);
    assert!(run.expect(2).stderr.contains(&format!("`{command}`")), "{}", run.stderr);
    world.run(words(&command.split(' ').skip(1).collect::<Vec<_>>())).expect(0);
    remove(&[]).expect(0);
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

#[test]
fn the_use_of_what_is_kept_is_noted_without_writing_each_time() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "tok").expect(0);
    let store = world.path("credentials.toml");
    let written = || std::fs::metadata(&store).and_then(|metadata| metadata.modified()).expect("a store");
    world.run(patch(&config, &[])).expect(0);
    let first: SystemTime = written();
    world.run(patch(&config, &[])).expect(0);
    assert_eq!(written(), first, "within the hour it is not written again");
}
