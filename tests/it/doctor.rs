//! `booster doctor` through the real binary: what it finds, what to do about it, and that it never sends a patch.

use crate::common::{Answer, Run, Service, World, run};
use serde_json::Value;

const ADA: &str = r#"{"userId":"1","userName":"ada"}"#;
/// What a real host answers for a customer who is not there.
const NOBODY: &str = r#"{"canBeContactedByMaison":false,"contactByEmailFlag":false}"#;

/// A service that knows Ada and no customer, at this time.
fn service(date: &str) -> Service {
    let headers = format!("Content-Type: application/json\r\nDate: {date}\r\n");
    Service::start([Answer::with_headers(200, &headers, ADA), Answer::json(404, NOBODY)])
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Runs the doctor on a profile with these keys, signed in by a token.
fn doctor(world: &World, url: &str, keys: &str, words: &[&str]) -> Run {
    let text = format!("[profiles.dev]\nbase_url = \"{url}\"\nauth = {{ kind = \"bearer\" }}\n{keys}");
    let config = world.file("config.toml", text);
    let mut command = world.booster([&["doctor", "--config", &config, "-p", "dev"], words].concat());
    run(command.env("BOOSTER_TOKEN", "s3cret-token"))
}

/// State, message and hint of a check in a JSON document.
#[track_caller]
fn check(run: &Run, name: &str) -> (String, String, String) {
    let document = run.json();
    let checks = document["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["name"] == name);
    let check = check.unwrap_or_else(|| panic!("{name} in {document}"));
    let word = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
    (word("state"), word("message"), word("hint"))
}

#[test]
fn a_good_way_is_told_in_a_line_each_and_no_patch_is_sent() {
    let world = World::new();
    let service = service(&now());
    let run = doctor(&world, &service.url, "", &[]);
    run.expect(0);
    let words: Vec<Vec<&str>> =
        run.stdout.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert_eq!(
        words,
        [
            ["ok", "configuration"],
            [if cfg!(windows) { "skipped" } else { "ok" }, "permissions"],
            ["ok", "guard"],
            ["ok", "history"],
            ["skipped", "backup"],
            ["ok", "proxy"],
            ["skipped", "roots"],
            ["skipped", "name"],
            ["ok", "credential"],
            ["ok", "connection"],
            ["skipped", "tls"],
            ["ok", "clock"],
            ["ok", "sign-in"],
            ["ok", "read-back"],
            ["A", "patch"],
        ]
    );
    for part in ["bearer, with the token in BOOSTER_TOKEN", "as ada", "A patch could be sent."] {
        assert!(run.stdout.contains(part), "{part} in {}", run.stdout);
    }
    assert!(!(run.stdout + &run.stderr).contains("s3cret"));
    let lines: Vec<String> = service
        .received()
        .iter()
        .map(|request| request.head.lines().next().expect("a line").to_owned())
        .collect();
    assert_eq!(lines, ["GET /auth HTTP/1.1", "GET /customer/v2/0 HTTP/1.1"]);
    assert!(service.received()[0].head.contains("Authorization: Bearer s3cret-token\r\n"));
}

#[test]
fn what_stops_a_patch_ends_as_the_patch_would() {
    let world = World::new();
    let refusing = Service::start([Answer::json(401, "")]);
    let run = doctor(&world, &refusing.url, "", &["-o", "json"]);
    run.expect(4);
    assert_eq!(run.json()["outcome"], "unauthenticated");
    let (state, message, hint) = check(&run, "sign-in");
    assert_eq!((state.as_str(), message.contains("not accepted"), hint.is_empty()), ("failed", true, false));

    let service = service(&now());
    let run = doctor(&world, &service.url, "guard = \"read-only\"", &["-o", "json"]);
    assert_eq!(
        (run.expect(9).json()["outcome"].as_str(), check(&run, "guard").0.as_str()),
        (Some("stopped"), "failed")
    );

    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let run = doctor(&world, &format!("http://{nobody}"), "", &["-o", "json"]);
    let (state, message, hint) = check(run.expect(7), "connection");
    assert_eq!(
        (state.as_str(), hint.as_str()),
        ("failed", "check base_url and the network connection"),
        "{message}"
    );

    let run = doctor(&world, &service.url, "colour = 1", &["-o", "json"]);
    let (state, message, _) = check(run.expect(2), "configuration");
    assert!(
        state == "failed" && message.contains("colour") && message.contains("config.toml:4:1"),
        "{message}"
    );

    let run = World::new().run(["doctor", "-o", "json"]);
    assert!(check(run.expect(2), "configuration").1.contains("there is no address to send to"));

    let config = world.file(
        "config.toml",
        format!("[profiles.dev]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}", service.url),
    );
    let run = world.run(["doctor", "--config", &config, "-p", "dev", "-o", "json"]);
    let (state, _, hint) = check(run.expect(4), "credential");
    let again = format!("sign in with `booster auth login -p dev --config={config}`, or set BOOSTER_TOKEN");
    assert_eq!((state.as_str(), hint), ("failed", again));
}

#[test]
fn what_a_patch_can_live_with_is_a_warning() {
    let world = World::new();
    let run = doctor(&world, &service("Wed, 21 Oct 2015 07:28:00 GMT").url, "", &["-o", "json"]);
    let (state, message, hint) = check(run.expect(0), "clock");
    assert_eq!((state.as_str(), hint.contains("clock")), ("warning", true), "{message}");
    assert!(message.ends_with("s ahead of the service's"), "{message}");

    let bare = Service::start([Answer::json(404, "")]);
    let run = doctor(&world, &bare.url, "", &["-o", "json"]);
    assert_eq!(check(run.expect(0), "sign-in").0, "warning");
    assert_eq!(check(&run, "read-back").0, "warning");
    assert_eq!(check(&run, "clock").0, "skipped");

    // Nothing of what an answer holds is shown.
    let somebody = Service::start([Answer::json(200, ADA), Answer::json(200, r#"{"firstName":"Grace"}"#)]);
    let run = doctor(&world, &somebody.url, "", &["-o", "json"]);
    assert_eq!(check(run.expect(0), "read-back").0, "ok");
    assert!(!run.stdout.contains("Grace"));
}

#[test]
fn a_page_in_the_services_place_is_no_service() {
    let world = World::new();
    let page = || Answer::with_headers(200, "Content-Type: text/html\r\n", "<html>Sign in</html>");
    let run = doctor(&world, &Service::start([page()]).url, "", &["-o", "json"]);
    let (state, message, hint) = check(run.expect(7), "sign-in");
    assert_eq!((state.as_str(), hint.contains("base_url")), ("failed", true), "{message}");
    assert!(message.ends_with("with a web page instead of JSON"), "{message}");
    let service = Service::start([Answer::json(200, ADA), page()]);
    let run = doctor(&world, &service.url, "", &["-o", "json"]);
    let (state, message, hint) = check(run.expect(7), "read-back");
    assert_eq!((state.as_str(), hint.contains("base_url")), ("failed", true), "{message}");
    assert_eq!(
        run.json()["conclusion"],
        "No customer can be read, so a patch that reads the customer could not be sent. Whether another patch could be sent is not known."
    );
}

/// Such a profile sends no patch, whatever else is well.
#[test]
fn a_backup_that_cannot_be_made_fails() {
    let world = World::new();
    let run = doctor(&world, &service(&now()).url, "backup = true\n", &["-o", "json"]);
    assert_eq!(check(run.expect(0), "read-back").0, "ok");
    let run = doctor(&world, &service(&now()).url, "backup = true\nread = false\n", &["-o", "json"]);
    let (state, message, _) = check(run.expect(2), "read-back");
    assert_eq!((state.as_str(), message.contains("read = false")), ("failed", true), "{message}");
    let answers = [
        (404, "", 5, "not-found"),
        (200, "<html>", 7, "unreachable"),
        (401, "", 4, "unauthenticated"),
        (503, "", 7, "unreachable"),
    ];
    for (status, body, code, outcome) in answers {
        let service = Service::start([Answer::json(200, ADA), Answer::json(status, body)]);
        let keys = "backup = true\nread_route = \"/crm/{id}\"\n";
        let run = doctor(&world, &service.url, keys, &["-o", "json"]);
        let (state, message, hint) = check(run.expect(code), "read-back");
        assert!(message.starts_with(&format!("GET /crm/0 answered {status}")), "{message}");
        assert!(message.contains("backup = true") && state == "failed" && !hint.is_empty(), "{message}");
        let document = run.json();
        assert_eq!(document["outcome"], outcome);
        let problem = &document["problems"][0];
        assert_eq!((&problem["rule"], &problem["level"]), (&document["outcome"], &"error".into()));
        assert_eq!(problem["message"], format!("read-back: {message}"));
        assert_eq!(problem["hint"], hint);
    }
    let run = doctor(&world, &service(&now()).url, "colour = 1", &["-o", "json"]);
    assert_eq!(run.json()["problems"][0]["source"]["line"], 4, "{}", run.stdout);
    let run = doctor(&world, &service(&now()).url, "colour = 1", &[]);
    assert_eq!((run.stdout + &run.stderr).matches("colour").count(), 1, "a person reads it once");
}

#[test]
#[cfg(unix)]
fn files_that_others_can_change_or_read_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = service(&now());
    let config = world.file("config.toml", format!("[profiles.dev]\nbase_url = \"{}\"\n", service.url));
    let found = |mode: u32| {
        std::fs::set_permissions(&config, std::fs::Permissions::from_mode(mode)).expect("set");
        let run = world.run(["doctor", "--config", &config, "-p", "dev", "-o", "json"]);
        check(run.expect(0), "permissions")
    };
    assert_eq!(found(0o644).0, "ok");
    let (state, message, hint) = found(0o666);
    assert_eq!(
        (state, message, hint),
        (
            "warning".to_owned(),
            format!("{config} can be changed by others"),
            format!("chmod go-w '{config}'")
        )
    );

    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    let both = world.file("both.pem", certificate.pem() + &key.serialize_pem());
    let text = format!("[profiles.dev]\nbase_url = \"{}\"\nclient_cert = \"both.pem\"\n", service.url);
    world.file("config.toml", text);
    std::fs::set_permissions(&both, std::fs::Permissions::from_mode(0o644)).expect("set");
    let (state, message, _) = found(0o600);
    assert_eq!((state, message), ("warning".to_owned(), format!("{both} can be read by others")));
}

#[test]
fn the_proxy_is_shown_without_user_and_password() {
    let world = World::new();
    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let text = "[profiles.dev]\nbase_url = \"https://booster.example\"\nca_file = \"ca.pem\"\n";
    let key = rcgen::KeyPair::generate().expect("a key");
    world.file("ca.pem", rcgen::CertificateParams::default().self_signed(&key).expect("a certificate").pem());
    let config = world.file("config.toml", text);
    let proxied = |address: &str| {
        let mut command = world.booster(["doctor", "--config", &config, "-p", "dev", "-vv", "-o", "json"]);
        run(command.env("HTTPS_PROXY", address))
    };
    let run = proxied(&format!("http://proxuser:s3cret@{nobody}"));
    assert_eq!(check(run.expect(7), "proxy"), ("ok".into(), format!("http://***@{nobody}"), String::new()));
    assert_eq!(check(&run, "name").1, "the proxy resolves names");
    assert_eq!(check(&run, "roots").1, "1 certificate of ca_file only");
    assert!(check(&run, "connection").1.contains("through the proxy"), "{}", run.stdout);
    let printed = run.stdout + &run.stderr;
    assert!(!printed.contains("s3cret") && !printed.contains("proxuser"), "{printed}");
    let run = proxied(&format!("socks5://proxuser:s3cret@{nobody}"));
    assert!(check(run.expect(7), "proxy").1.contains("is a SOCKS proxy"), "{}", run.stdout);
    assert!(!run.stdout.contains("s3cret"));
}

#[test]
fn a_name_is_resolved_and_the_sandbox_is_as_good_as_a_host() {
    let world = World::new();
    let service = service(&now());
    let url = service.url.replace("127.0.0.1", "localhost");
    let run = doctor(&world, &url, "", &["-o", "json"]);
    let (state, message, _) = check(run.expect(0), "name");
    assert_eq!((state.as_str(), message.contains("localhost is ")), ("ok", true), "{message}");
    let run = world.run(["doctor", "--sandbox", "-o", "json"]);
    run.expect(0);
    let states: Vec<Value> =
        run.json()["checks"].as_array().expect("checks").iter().map(|check| check["state"].clone()).collect();
    assert!(states.iter().all(|state| state == "ok" || state == "skipped"), "{states:?}");
}

#[test]
fn a_folder_that_takes_no_file_is_found_before_a_patch_finds_it() {
    let world = World::new();
    let state = world.file("state", "a file is no folder");
    let found = |keys: &str, code: i32, name: &str| {
        let text = format!(
            "[profiles.dev]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n{keys}",
            service(&now()).url
        );
        let config = world.file("config.toml", text);
        let mut command = world.booster(["doctor", "--config", &config, "-p", "dev", "-o", "json"]);
        let run = run(command.env("BOOSTER_TOKEN", "s3cret-token").env("BOOSTER_HOME", &state));
        assert!(check(run.expect(code), name).2.contains("BOOSTER_HOME"), "{}", run.stdout);
        (check(&run, name).0, run.json()["conclusion"].as_str().expect("a text").to_owned())
    };
    let not_sent = "A patch could not be sent.".to_owned();
    assert_eq!(found("", 0, "history"), ("warning".into(), "A patch could be sent.".into()));
    assert_eq!(found("history = \"required\"\n", 1, "history"), ("failed".into(), not_sent.clone()));
    assert_eq!(found("backup = true\n", 2, "backup"), ("failed".into(), not_sent));
}

#[test]
fn answers_that_a_service_would_not_give_are_no_good_sign() {
    let world = World::new();
    let redirect = || Answer::with_headers(307, "Location: https://elsewhere.example/\r\n", "");
    let sign_in = || Answer::with_headers(302, "Location: https://login.example/?x\r\n", "");
    let busy = || Answer::with_headers(429, "Retry-After: 3600\r\n", "{}");
    let ada = || Answer::json(200, ADA);
    for (first, second, code, failed) in [
        (redirect(), redirect(), 6, "read-back"),
        (ada(), redirect(), 6, "read-back"),
        (sign_in(), sign_in(), 4, "sign-in"),
        (ada(), sign_in(), 4, "read-back"),
        (busy(), busy(), 7, "sign-in"),
        (ada(), busy(), 7, "read-back"),
        (ada(), Answer::json(200, "[]"), 7, "read-back"),
        (ada(), Answer::json(204, ""), 7, "read-back"),
        (ada(), Answer::Silence, 7, "read-back"),
    ] {
        let run = doctor(&world, &Service::start([first, second]).url, "", &["-o", "json"]);
        let (state, message, hint) = check(run.expect(code), failed);
        assert_eq!((state.as_str(), hint.is_empty()), ("failed", false), "{message}");
        assert_ne!(run.json()["conclusion"], "A patch could be sent.", "{message}");
    }
}

#[test]
fn where_nothing_tells_the_conclusion_says_so() {
    let world = World::new();
    let silent = Service::start([Answer::json(404, "")]);
    let run = doctor(&world, &silent.url, "", &[]);
    let last = run.expect(0).stdout.lines().last().expect("a line").to_owned();
    assert_eq!(
        last,
        "Nothing was found that stops a patch, but it is not known whether the service would accept one."
    );
    let run = doctor(&world, &silent.url, "read = false\n", &[]);
    assert!(run.expect(0).stdout.contains("Nothing was found that stops a patch"), "{}", run.stdout);
}

#[test]
fn a_token_that_has_ended_by_its_own_word_is_a_warning() {
    use base64::Engine as _;
    let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    let token = format!("{}.{}.x", part(r#"{"alg":"none"}"#), part(r#"{"exp":1000000000}"#));
    let world = World::new();
    let silent = Service::start([Answer::json(404, "")]);
    let config = world.file(
        "config.toml",
        format!("[profiles.dev]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n", silent.url),
    );
    let mut command = world.booster(["doctor", "--config", &config, "-p", "dev", "-o", "json"]);
    let run = run(command.env("BOOSTER_TOKEN", token));
    let (state, message, _) = check(run.expect(0), "credential");
    assert_eq!((state.as_str(), message.contains("expired on 2001-09-09")), ("warning", true), "{message}");
}
