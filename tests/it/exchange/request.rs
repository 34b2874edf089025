//! What goes out is what the dry run showed, byte for byte.

use serde_json::Value;

use super::send;
use crate::common::{Answer, Received, Service, World, patch, run};
#[cfg(unix)]
use crate::common::{has_curl, pasted};

/// What a shell, a URL, an HTTP head or a JSON text could stumble over.
const NASTY: &str = "it's \"Zoë\" 李 😀 \\n $HOME `id` %00 {a} [1-2] &?#;\n\t!\u{7f}\u{2028}";

fn header<'a>(received: &'a Received, name: &str) -> Option<&'a str> {
    received.head.lines().find_map(|line| {
        let (own, value) = line.split_once(": ")?;
        own.eq_ignore_ascii_case(name).then_some(value)
    })
}

#[test]
fn the_request_is_a_plain_patch_with_a_length() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let run = send(&world, &service, &["--notes", NASTY]);
    run.expect(0);
    let received = service.only();
    assert!(received.head.starts_with("PATCH /customer/123 HTTP/1.1\r\n"), "{}", received.head);
    for (name, value) in [
        ("host", service.url.trim_start_matches("http://")),
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("content-length", &received.body.len().to_string()),
    ] {
        assert_eq!(header(&received, name), Some(value), "{name}");
    }
    for absent in
        ["transfer-encoding", "authorization", "cookie", "content-encoding", "accept-encoding", "expect"]
    {
        assert_eq!(header(&received, absent), None, "{absent}");
    }
    let body: Value = serde_json::from_str(&received.body).expect("one JSON object");
    assert_eq!(body["notes"], NASTY);
    assert_eq!(run.json()["request"]["body"], body);
    assert_eq!(run.json()["request"]["url"], format!("{}/customer/123", service.url));
    assert_eq!(run.json()["response"]["status"], 200);
}

#[test]
fn a_body_of_nearly_a_mebibyte_goes_out_with_its_length() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let item =
        format!(r#"{{"eventType":"Other","eventDate":"2021-01-20","eventNotes":"{}"}}"#, "é".repeat(15_000));
    let list = format!("[{}]", vec![item; 33].join(","));
    let path = world.file("events.json", &list);
    send(&world, &service, &[&format!("--events=@{path}")]).expect(0);
    let received = service.only();
    assert!(received.body.len() > 950_000, "{}", received.body.len());
    assert!(received.body.contains(&list));
    assert_eq!(header(&received, "transfer-encoding"), None);

    let more = world.file("more.json", format!("[{}]", [list.trim_matches(['[', ']']); 2].join(",")));
    let run = send(&world, &service, &[&format!("--events=@{more}")]);
    assert_eq!(run.expect(3).problems(), ["too-long"]);
    assert_eq!(service.received().len(), 1);
}

/// A way to sign in: the profile's auth, the environment, and the secret as it is in the header.
type SignIn = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const SIGN_INS: [SignIn; 5] = [
    ("none", &[("BOOSTER_TOKEN", "t0ps3cret")], ""),
    ("bearer", &[("BOOSTER_TOKEN", "t0ps3cret")], "t0ps3cret"),
    ("basic\" }\nusername = \"ada", &[("BOOSTER_PASSWORD", "s e:cret")], "YWRhOnMgZTpjcmV0"),
    ("api-key", &[("BOOSTER_TOKEN", "t0ps3cret")], "t0ps3cret"),
    ("api-key\", header = \"x-MY-apiKEY", &[("BOOSTER_TOKEN", "t0ps3cret")], "t0ps3cret"),
];

#[test]
fn the_dry_run_shows_every_byte_that_is_sent_but_the_secret() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let mut sent = 0;
    for (kind, environment, secret) in SIGN_INS {
        for path in ["", "/", "/api", "/api/", "/a%20b//"] {
            let end = if kind.contains('}') { "" } else { " }" };
            let config = world.file(
                "config.toml",
                format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}{path}\"\nauth = {{ kind = \"{kind}\"{end}\n", service.url),
            );
            let words =
                patch(&["--notes", NASTY, "--email=a@b.co,main", "--replace-lists", "--config", &config]);
            let shown = |form: &str| {
                let mut command = world.booster(words.iter().copied().chain([form]));
                let stdout = run(command.envs(environment.iter().copied())).expect(0).stdout.clone();
                assert!(secret.is_empty() || !stdout.contains(secret), "{stdout}");
                stdout
            };
            let (http, json) = (shown("--dry-run=http"), shown("--dry-run=json"));
            let mut command = world.booster(&words);
            run(command.envs(environment.iter().copied())).expect(0);
            sent += 1;
            let received = service.received().pop().expect("a request");
            assert_eq!(received.body, json, "{kind} {path}");
            // A run has its name once there is one.
            let run = header(&received, "x-request-id").expect("a run").to_owned();
            let named = http.replace("***", secret).replace("(the name of the run)", &run);
            assert_eq!(format!("{}{}", received.head, received.body), named, "{kind} {path}");
            let route = format!("PATCH {}/customer/123 HTTP/1.1\r\n", path.trim_end_matches('/'));
            assert!(received.head.starts_with(&route), "{}", received.head);
        }
    }
    assert_eq!(service.received().len(), sent);
}

#[test]
#[cfg(unix)]
fn the_curl_line_sends_the_same() {
    if !has_curl() {
        return;
    }
    let world = World::new();
    // More than a system takes in one word.
    let item = serde_json::json!({ "eventType": "Other", "eventDate": "2021-01-20", "eventNotes": "it's".repeat(7_000) });
    let events = world.file("events.json", serde_json::to_vec(&vec![item; 20]).expect("JSON"));
    let token = &[("BOOSTER_TOKEN", r#"t0p$x`s3cret`"!"#)][..];
    let basic = &[("BOOSTER_USERNAME", "a\"d!$a'"), ("BOOSTER_PASSWORD", r"t0p:$\s3cret!")][..];
    for (given, keys, secrets) in [
        (["--notes", NASTY], "auth = { kind = 'bearer' }", token),
        (["--events", &format!("@{events}")], "auth = { kind = 'bearer' }", token),
        (["--notes", "x"], "auth = { kind = 'api-key' }", token),
        (["--notes", "x"], "auth = { kind = 'api-key', as = 'basic' }", token),
        (["--notes", "x"], "auth = { kind = 'basic' }", basic),
        (["--notes", "x"], "username = 'k$HOME`\"x!'\nauth = { kind = 'basic' }", &basic[1..]),
        (["--notes", "x"], "auth = { kind = 'none' }", &[][..]),
    ] {
        sends_the_same_by_curl(&world, &given, keys, secrets);
    }
}

#[cfg(unix)]
fn sends_the_same_by_curl(world: &World, given: &[&str], keys: &str, secrets: &[(&str, &str)]) {
    let service = Service::start([Answer::json(200, "{}"), Answer::json(200, "{}"), Answer::json(401, "no")]);
    let base_url = format!("{}/a%20b[1-3]/", service.url);
    let config = world.file("config.toml", format!("[profiles.dev]\nbase_url = '{base_url}'\n{keys}\n"));
    let words = patch(&[given, &["--last-name=@@me", "--config", &config, "-p", "dev"]].concat());
    let signed = |words: &[&str]| run(world.booster(words).envs(secrets.iter().copied()));
    signed(&words).expect(0);
    let line = signed(&[words.as_slice(), &["--dry-run=curl"]].concat()).expect(0).stdout.clone();
    assert!(!line.contains("s3cret") && !line.contains("***") && !line.starts_with('#'), "{line}");
    let paste = |secrets: &[(&str, &str)]| {
        pasted(world, &line).envs(secrets.iter().copied()).output().expect("a shell")
    };
    let output = paste(secrets);
    assert!(output.status.success(), "{output:?}");
    // An answer that is an error is one for the shell, too, with its body.
    let refused = paste(&[]);
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(22), &b"no"[..]), "{refused:?}");
    let [ours, curls, _] = service.received().try_into().expect("three requests");
    assert_eq!(curls.body, ours.body);
    let lines = |received: &Received| {
        let mut lines: Vec<String> = received
            .head
            .lines()
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                format!(
                    "{}:{value}",
                    if value.is_empty() { name.to_owned() } else { name.to_ascii_lowercase() }
                )
            })
            .collect();
        lines.sort();
        lines
    };
    // It is no run of ours.
    let ours = lines(&ours).into_iter().filter(|line| !line.starts_with("x-request-id:"));
    assert_eq!(lines(&curls), ours.collect::<Vec<_>>());
}

#[test]
fn the_curl_line_says_which_secret_is_missing() {
    let world = World::new();
    for (keys, written, remark) in [
        (
            "kind = 'bearer'",
            "\"Authorization: Bearer $BOOSTER_TOKEN\"",
            "# Not set here, so set it first: BOOSTER_TOKEN.",
        ),
        (
            "kind = 'basic'",
            "\"$BOOSTER_USERNAME:$BOOSTER_PASSWORD\"",
            "# Not set here, so set it first: BOOSTER_USERNAME, BOOSTER_PASSWORD.",
        ),
        (
            "kind = 'api-key', header = 'X-Key'",
            "\"X-Key: $BOOSTER_TOKEN\"",
            "# Not set here, so set it first: BOOSTER_TOKEN.",
        ),
        (
            "kind = 'credentials'",
            "\"Authorization: Bearer $BOOSTER_TOKEN\"",
            "# Sign-in type credentials opens a session, whose token is not printed: set BOOSTER_TOKEN to a token.",
        ),
    ] {
        let text = format!("[profiles.dev]\nbase_url = 'http://127.0.0.1:9'\nauth = {{ {keys} }}\n");
        let config = world.file("config.toml", text);
        let run = world.run(patch(&["--config", &config, "-p", "dev", "--dry-run=curl"]));
        let mut lines = run.expect(0).stdout.lines();
        assert_eq!(lines.next(), Some(remark));
        assert!(
            lines.next().is_some_and(|line| line.starts_with("curl --fail-with-body ")),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains(written), "{}", run.stdout);
    }
}

#[test]
fn no_redirect_is_followed() {
    let world = World::new();
    let elsewhere = Service::start([Answer::json(200, "{}")]);
    for status in [300, 301, 302, 303, 304, 307, 308] {
        let location = format!("Location: {}/customer/123\r\n", elsewhere.url);
        let service = Service::start([Answer::with_headers(status, &location, "")]);
        let run = send(&world, &service, &[]);
        run.expect(6);
        assert_eq!(run.json()["outcome"], "rejected", "{status}");
        assert_eq!(run.json()["response"]["status"], status);
        service.only();
    }
    for location in ["/login?redirect=%2fcustomer", "https://sso.example.com/saml2"] {
        let service = Service::start([Answer::with_headers(302, &format!("Location: {location}\r\n"), "")]);
        let run = send(&world, &service, &[]);
        assert_eq!(run.expect(4).json()["outcome"], "unauthenticated", "{location}");
        service.only();
    }
    assert!(elsewhere.received().is_empty());
}
