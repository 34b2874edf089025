//! The headers that a profile adds to every request, and the secret ones among them.

use serde_json::json;

use super::{credential, token};
use crate::common::sandbox::{configure, patch};
use crate::common::{Answer, Received, Run, Service, World, run};

const HEADERS: &str =
    "headers = { 'X-Tenant' = 'emea', 'Ocp-Apim-Subscription-Key' = { secret = 'gateway' } }\n";

fn header<'a>(request: &'a Received, name: &str) -> Option<&'a str> {
    request.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// `auth login --secret gateway` with this text on standard input.
fn keep(world: &World, config: &str, text: &str) -> Run {
    world.run_with_stdin(["auth", "login", "--config", config, "--secret", "gateway", "-o", "json"], text)
}

#[test]
fn every_request_to_the_service_has_the_headers_of_the_profile() {
    let world = World::new();
    let record = "{\"boosterCustomerId\":1,\"firstName\":\"Ada\",\"clientType\":\"PRIVATE\"}";
    let service = Service::start([token("tok"), Answer::json(200, record)]);
    let lines = format!("username = 'ada'\nauth = {{ kind = 'credentials' }}\n{HEADERS}");
    let config = configure(&world, &service.url, &lines);
    let mut command = world.booster(patch(&config, &["--diff", "--verify"]));
    command.env("BOOSTER_PASSWORD", "pw").env("BOOSTER_SECRET_GATEWAY", "canary");
    let run = run(&mut command);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("canary"), "{}{}", run.stdout, run.stderr);
    let received = service.received();
    assert!(received.len() >= 2 && received[0].head.starts_with("POST /auth/credentials "), "{received:?}");
    for request in &received {
        assert_eq!(header(request, "X-Tenant"), Some("emea"), "{}", request.head);
        assert_eq!(header(request, "Ocp-Apim-Subscription-Key"), Some("canary"), "{}", request.head);
    }
}

#[test]
fn an_issuer_at_another_origin_is_not_told_the_headers() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let issuer = Service::start([Answer::json(200, "{\"access_token\":\"tok\"}")]);
    let auth = format!(
        "auth = {{ kind = 'oauth2-client', token_url = '{}/token', client_id = 'x' }}\n{HEADERS}",
        issuer.url
    );
    let config = configure(&world, &service.url, &auth);
    let mut command = world.booster(patch(&config, &[]));
    run(command.env("BOOSTER_PASSWORD", "pw").env("BOOSTER_SECRET_GATEWAY", "canary")).expect(0);
    let told = issuer.only().head;
    assert!(!told.contains("canary") && !told.contains("X-Tenant"), "{told}");
    assert_eq!(header(&service.only(), "Ocp-Apim-Subscription-Key"), Some("canary"));
}

#[test]
fn a_secret_header_comes_from_its_variable_or_from_the_store() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = configure(&world, &service.url, &format!("auth = {{ kind = 'bearer' }}\n{HEADERS}"));
    let with = |words: &[&str], gateway: Option<&str>| {
        let mut command = world.booster(words);
        command.env("BOOSTER_TOKEN", "tok");
        run(command.envs(gateway.map(|secret| ("BOOSTER_SECRET_GATEWAY", secret))))
    };
    let status = |gateway: Option<&str>, code: i32| {
        let run = with(&["auth", "status", "--config", &config, "-o", "json"], gateway);
        run.expect(code).json()["auth"]["headers"][0].clone()
    };
    // Without it nothing is sent.
    let missing = with(&patch(&config, &["-o", "json"]), None);
    let problem = &missing.expect(4).json()["problems"][0];
    assert_eq!(
        problem["message"],
        "profile dev has no secret gateway for the header Ocp-Apim-Subscription-Key"
    );
    let hint =
        "set BOOSTER_SECRET_GATEWAY, or store it with `booster auth login -p dev --secret gateway --config=";
    assert!(problem["hint"].as_str().is_some_and(|said| said.starts_with(hint)), "{problem}");
    let not_set = json!({ "header": "Ocp-Apim-Subscription-Key", "secret": "gateway", "set": false });
    assert_eq!(status(None, 4), not_set);
    // Stored, it goes out; the variable goes first. What no secret holds is refused from both.
    keep(&world, &config, "\u{feff}stored\r\n").expect(0);
    with(&patch(&config, &[]), None).expect(0);
    with(&patch(&config, &[]), Some("given\n")).expect(0);
    let sent: Vec<String> = service
        .received()
        .iter()
        .filter_map(|request| header(request, "Ocp-Apim-Subscription-Key").map(str::to_owned))
        .collect();
    assert_eq!(sent, ["stored", "given"]);
    assert_eq!(status(None, 0)["set"], true);
    assert_eq!(status(Some("x"), 0)["store"], "BOOSTER_SECRET_GATEWAY");
    for wrong in ["'canary'", "can\nary", "Bearer canary", "can\u{e4}ry", "can ary"] {
        for run in [with(&patch(&config, &[]), Some(wrong)), keep(&world, &config, wrong)] {
            let all = format!("{}{}", run.stdout, run.stderr);
            assert!(run.code == 4 && !all.contains("can"), "{wrong:?}: {all}");
        }
    }
    assert_eq!(service.received().len(), 2);
    // It is for this address alone, and goes with the sign-in.
    let elsewhere = Service::start([Answer::json(200, "{}")]);
    with(&patch(&config, &["--base-url", &elsewhere.url]), None).expect(4);
    assert!(elsewhere.received().is_empty());
    let remove = ["profile", "remove", "dev", "--force", "--config", &config];
    assert!(world.run(&remove[..3]).code != 0);
    world.run(["auth", "logout", "--config", &config]).expect(0);
    assert!(!std::fs::read_to_string(world.path("credentials.toml")).expect("a store").contains("stored"));
    assert_eq!(status(None, 4), not_set);
}

#[test]
fn a_secret_of_no_header_is_not_kept() {
    let world = World::new();
    let config = configure(&world, "https://a.example", HEADERS);
    let words = ["auth", "login", "--config", &config, "--secret", "gatewy", "-o", "json"];
    let run = world.run_with_stdin(words, "canary");
    assert_eq!(run.expect(2).json()["problems"][0]["hint"], "did you mean gateway?");
    assert!(!world.path("credentials.toml").exists());
    // Without a sign-in there is one to keep all the same.
    keep(&world, &config, "canary").expect(0);
    world.run(["auth", "logout", "--config", &config]).expect(0);
}

#[test]
fn a_dry_run_shows_the_headers_and_takes_the_secret_from_its_variable() {
    let world = World::new();
    let config = configure(&world, "https://a.example", &format!("auth = {{ kind = 'bearer' }}\n{HEADERS}"));
    let http = world.run(patch(&config, &["--dry-run=http"]));
    assert!(
        http.expect(0).stdout.contains("X-Tenant: emea\r\n")
            && http.stdout.contains("Ocp-Apim-Subscription-Key: ***\r\n")
            && http.stdout.contains("X-Request-Id: (the name of the run)\r\n"),
        "{}",
        http.stdout
    );
    let curl = world.run(patch(&config, &["--dry-run=curl"]));
    assert!(
        curl.expect(0).stdout.contains("--header 'X-Tenant: emea'")
            && curl.stdout.contains("--header \"Ocp-Apim-Subscription-Key: $BOOSTER_SECRET_GATEWAY\"")
            && !curl.stdout.contains("X-Request-Id"),
        "{}",
        curl.stdout
    );
    let json = world.run(patch(&config, &["--dry-run", "-o", "json"])).expect(0).json();
    assert_eq!(json["request"]["headers"]["Ocp-Apim-Subscription-Key"], "***");
}

#[test]
fn a_header_that_cannot_be_sent_is_refused_where_it_is_written() {
    let world = World::new();
    for (header, said) in [
        ("'Host' = 'x'", "is set by booster itself"),
        ("'content-length' = '1'", "is set by booster itself"),
        ("'Content-Range' = '1'", "is set by booster itself"),
        ("'ACCEPT' = 'text/html'", "is set by booster itself"),
        ("'Connection' = 'close'", "is set by booster itself"),
        ("'Transfer-Encoding' = 'chunked'", "is set by booster itself"),
        ("'Expect' = '100-continue'", "is set by booster itself"),
        ("'x-request-id' = '1'", "is set by booster itself"),
        ("'Authorization' = 'x'", "is for signing in"),
        ("'cookie' = 'a=b'", "is for signing in"),
        ("'X-Http-Method-Override' = 'DELETE'", "would change the method"),
        ("'X-Api-Key' = { secret = 'key' }", "is already set by the profile's auth"),
        ("'X Tenant' = 'x'", "is not a valid header name"),
        ("'X-Tenant' = 'a', 'x-tenant' = 'b'", "is given twice"),
        ("'X-Tenant' = \"a\\nb\"", "a control character"),
        ("'X-Tenant' = 'é'", "not ASCII"),
        ("'X-Tenant' = ''", "has no value"),
        ("'X-Tenant' = ' a'", "spaces around it"),
        ("'X-Tenant' = 5", "expected text, found a number"),
        ("'X-Tenant' = { secret = 5 }", "neither text nor a secret"),
        ("'X-Tenant' = { secret = 'a', more = 'b' }", "neither text nor a secret"),
        ("'X-Tenant' = { secret = 'A B' }", "a name that is not allowed"),
        ("'Gateway-Key' = 'hunter2'", "secrets are not allowed in the configuration"),
    ] {
        let lines = format!("auth = {{ kind = 'api-key' }}\nheaders = {{ {header} }}");
        let config = configure(&world, "https://a.example", &lines);
        for words in
            [patch(&config, &["-o", "json"]), vec!["config", "check", "--config", &config, "-o", "json"]]
        {
            let run = world.run(&words);
            let problem = &run.expect(2).json()["problems"][0];
            assert!(
                problem["message"].as_str().is_some_and(|told| told.contains(said)),
                "{header}: {problem}"
            );
            assert!(problem["hint"].is_string() && problem["source"]["line"] == 5, "{header}: {problem}");
            assert!(!run.stdout.contains("hunter2"));
        }
    }
    let config = configure(&world, "https://a.example", "headers = { 'Host' = 'x', 'X-Y' = '' }");
    let run = world.run(["config", "check", "--config", &config, "-o", "json"]);
    assert_eq!(run.expect(2).json()["problems"].as_array().map(Vec::len), Some(2), "all at once");
    let shown = configure(&world, "https://a.example", HEADERS);
    let shown = world.run(["profile", "show", "--config", &shown]);
    assert!(shown.expect(0).stdout.contains("headers.X-Tenant"), "{}", shown.stdout);
}

#[test]
fn all_requests_of_a_run_carry_its_name() {
    let world = World::new();
    let record = "{\"boosterCustomerId\":1,\"firstName\":\"Eva\",\"clientType\":\"PRIVATE\"}";
    let service = Service::start([
        // Read, shown, and read again before it is sent.
        Answer::json(200, record),
        Answer::json(200, record),
        Answer::json(200, "{}"),
        Answer::json(200, &record.replace("Eva", "Ada")),
    ]);
    let config = configure(&world, &service.url, "");
    world.run(patch(&config, &["--diff", "--verify"])).expect(0);
    let received = service.received();
    let names: Vec<Option<&str>> = received.iter().map(|request| header(request, "X-Request-Id")).collect();
    let history = world.run(["history", "--config", &config, "-o", "json"]).expect(0).json();
    let run = history["history"][0]["run"].as_str();
    assert!(run.is_some(), "{history}");
    assert_eq!(names, [run; 4]);
    assert!(credential(&received[0]).is_none());
}
