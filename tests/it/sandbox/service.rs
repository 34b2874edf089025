//! What arrives in a sandbox, what it keeps, which faults strike, and how it ends.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Run, Service, World, is_private, patch, run};
use serde_json::{Value, json};

/// Patches this customer with a good patch and these words.
fn send(sandbox: &Sandbox, world: &World, id: &str, words: &[&str]) -> Run {
    let words: Vec<&str> =
        patch(words).into_iter().map(|word| if word == "123" { id } else { word }).collect();
    world.run(words.into_iter().chain(["--base-url", &sandbox.url, "-o", "json"]))
}

/// The customer as a reader sees it who is not ours. An HTTP/1.0 client is not given chunks.
fn customer(sandbox: &Sandbox, id: &str) -> Value {
    let request = format!("GET /customer/v2/{id} HTTP/1.0\r\nHost: x\r\nAccept: application/json\r\n\r\n");
    let response = exchange(sandbox, &request);
    serde_json::from_str(response.split_once("\r\n\r\n").expect("a body").1).expect("JSON")
}

/// Sends these bytes, and reads the response to its end.
fn exchange(sandbox: &Sandbox, request: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.url.trim_start_matches("http://")).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("UTF-8");
    response
}

#[test]
fn a_patch_arrives_and_is_kept_in_the_data_file() {
    let world = World::new();
    let data = world.path("data.json").to_string_lossy().into_owned();
    let sandbox = Sandbox::with(&world, ["--data", &data]);
    let words = [
        "--first-name=Zoë",
        "--birth-date=1985-12-10",
        "--contact-by-sms-flag=true",
        "--clear=notes",
        "--email=z@x.co,main",
        "--replace-lists",
    ];
    send(&sandbox, &world, "123", &words).expect(0);
    let kept_customer = customer(&sandbox, "123");
    for (field, value) in [
        ("firstName", json!("Zoë")),
        ("birthDate", json!("1985-12-10")),
        ("contactBySMSFlag", json!(true)),
        ("notes", json!("")),
        ("clientType", json!("Company")),
        ("emails", json!([{ "email": "z@x.co", "isMainEmail": true }])),
    ] {
        assert_eq!(kept_customer[field], value, "{field}");
    }
    assert_eq!(send(&sandbox, &world, "999999", &[]).expect(5).json()["outcome"], "not-found");
    drop(sandbox);

    let kept: Vec<Value> = serde_json::from_slice(&std::fs::read(&data).expect("the file")).expect("JSON");
    assert!(kept.contains(&kept_customer), "{kept:?}");
    assert!(is_private(data.as_ref()));
    let again = Sandbox::with(&world, ["--data", &data]);
    assert_eq!(customer(&again, "123"), kept_customer);
    // Without a file nothing is kept.
    let fresh = Sandbox::with(&world, []);
    assert_ne!(customer(&fresh, "123"), kept_customer);
}

#[test]
fn a_sandbox_that_cannot_start_says_why() {
    let world = World::new();
    for content in ["", "[", "{}", "[1]", r#"[{"boosterCustomerId":1,"fristName":"x"}]"#] {
        let data = world.file("data.json", content);
        let run = world.run(["sandbox", "--data", &data, "-o", "json"]);
        assert_eq!(run.expect(2).json()["outcome"], "usage", "{content}");
        assert_eq!(std::fs::read_to_string(&data).expect("the file is unchanged"), content);
    }
    world.run(["sandbox", "--data", "nowhere/data.json"]).expect(2);
    let service = Service::start([Answer::Never]);
    let port = service.url.rsplit(':').next().expect("a port");
    let run = world.run(["sandbox", "--port", port]);
    assert!(run.expect(1).stderr.contains(port), "{}", run.stderr);
}

/// The faults, whether lists are patched, exit code, outcome, and whether the customer changed.
type Row = (&'static [&'static str], bool, i32, &'static str, bool);

const FAULTS: [Row; 28] = [
    (&["429,times=3"], true, 0, "sent", true),
    (&["429"], true, 7, "unreachable", false),
    (&["503,retry-after=0,times=2"], true, 0, "sent", true),
    (&["503,retry-after=0"], false, 7, "unreachable", false),
    (&["503,retry-after=90"], false, 7, "unreachable", false),
    (&["503,times=2"], false, 0, "sent", true),
    (&["503"], false, 11, "unknown", false),
    (&["502,times=1"], true, 11, "unknown", false),
    (&["504,times=2"], false, 0, "sent", true),
    (&["cut,times=2"], false, 0, "sent", true),
    (&["cut"], false, 11, "unknown", false),
    (&["cut,times=1"], true, 11, "unknown", false),
    (&["cut-body,times=1"], true, 11, "unknown", true),
    (&["cut-body,times=1"], false, 0, "sent", true),
    (&["html,times=1"], false, 11, "unknown", false),
    (&["slow=20"], true, 11, "unknown", false),
    (&["slow=0.01"], true, 0, "sent", true),
    (&["drop=firstName"], false, 0, "sent", false),
    (&["400"], false, 6, "rejected", false),
    (&["401"], false, 4, "unauthenticated", false),
    (&["403"], false, 4, "forbidden", false),
    (&["404"], false, 5, "not-found", false),
    (&["302"], false, 4, "unauthenticated", false),
    (&["500"], false, 11, "unknown", false),
    (&["204"], false, 0, "sent", true),
    (&["206"], false, 11, "unknown", true),
    (&["429,times=1", "409"], true, 6, "rejected", false),
    (&["lag=3600"], false, 0, "sent", true),
];

#[test]
fn each_fault_strikes() {
    for (faults, lists, code, outcome, changed) in FAULTS {
        let world = World::new();
        let data = world.path("data.json").to_string_lossy().into_owned();
        let words = faults.iter().flat_map(|fault| ["--fault", fault]).chain(["--data", &data]);
        let sandbox = Sandbox::with(&world, words);
        let more: &[&str] = if lists { &["--email=new@x.co,main", "--replace-lists"] } else { &[] };
        let limit = if faults == ["slow=20"] { "--timeout=0.4" } else { "--timeout=30" };
        let run = send(&sandbox, &world, "123", &[more, &["--first-name=New", limit]].concat());
        assert_eq!(
            (run.code, run.json()["outcome"].as_str()),
            (code, Some(outcome)),
            "{faults:?}: {}",
            run.stdout
        );
        let kept = std::fs::read_to_string(&data).unwrap_or_default();
        assert_eq!(kept.contains("\"New\""), changed, "{faults:?}");
        if faults == ["lag=3600"] {
            assert_eq!(customer(&sandbox, "123")["firstName"], "Ada", "a reader sees it later");
        }
    }
}

#[test]
fn the_hosts_answer_each_in_its_way() {
    let world = World::new();
    let gap = ["customer", "patch", "123", "--first-name=SECRETNAME", "--unchecked", "-vv", "-o", "json"];
    let sent = |host: &str| {
        let sandbox = Sandbox::with(&world, ["--host", host]);
        world.run(gap.into_iter().chain(["--base-url", &sandbox.url]))
    };
    for accepting in ["default", "strict"] {
        sent(accepting).expect(0);
    }
    let refused = sent("rules");
    assert_eq!(refused.expect(6).json()["response"]["errorCode"], "NotEmpty");
    let document = refused.json();
    let fields: Vec<&str> = document["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .filter_map(|problem| problem["field"].as_str())
        .collect();
    assert_eq!(fields, ["canBeContactedByMaison", "clientType", "countryId"]);
    // The id whose patch always fails.
    let run = send(&Sandbox::with(&world, []), &world, "910002", &[]);
    assert!(run.expect(11).stdout.contains("Database is not available"), "{}", run.stdout);
}

/// What somebody with curl may send, and the sandbox does not imitate, is answered by its reason and changes nothing.
#[test]
fn the_sandbox_names_its_limits() {
    let world = World::new();
    let sandbox = Sandbox::with(&world, []);
    for (headers, status, reason) in [
        ("Accept: */*\r\nContent-Type: text/csv", "415", "not text/csv; send Content-Type: application/json"),
        ("Accept: */*\r\nContent-Type: application/x-www-form-urlencoded", "415", "only JSON bodies"),
        (
            "Accept: */*\r\nContent-Type: application/json\r\nContent-Encoding: gzip",
            "415",
            "not compressed ones",
        ),
        ("Accept: text/html\r\nContent-Type: application/json", "406", "send Accept: application/json"),
    ] {
        let body = r#"{"firstName":"New"}"#;
        let length = body.len();
        let request = format!(
            "PATCH /customer/123 HTTP/1.0\r\nHost: x\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let response = exchange(&sandbox, &request);
        assert!(
            response.starts_with(&format!("HTTP/1.0 {status} ")) && response.contains(reason),
            "{headers}: {response}"
        );
    }
    let head = "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: 2";
    let request = format!("PATCH /customer/123?firstName=New HTTP/1.0\r\nHost: x\r\n{head}\r\n\r\n{{}}");
    let response = exchange(&sandbox, &request);
    assert!(response.starts_with("HTTP/1.0 501 ") && response.contains("query string"), "{response}");
    assert_eq!(customer(&sandbox, "123")["firstName"], "Ada");
}

#[test]
fn a_sandbox_may_want_a_sign_in() {
    let world = World::new();
    let sandbox = Sandbox::with(&world, ["--sign-in"]);
    for (environment, code) in [
        (&[][..], 4),
        (&[("BOOSTER_TOKEN", "key-ada-0123456789")], 0),
        (&[("BOOSTER_TOKEN", "key-eva-0123456789")], 4),
        (&[("BOOSTER_TOKEN", "eyJhbGciOiJIUzI1NiJ9.%%%.x")], 4),
        (&[("BOOSTER_USERNAME", "ada"), ("BOOSTER_PASSWORD", "correct horse")], 0),
        (&[("BOOSTER_USERNAME", "ada"), ("BOOSTER_PASSWORD", "wrong horse")], 4),
    ] {
        let mut command = world.booster(patch(&["--base-url", &sandbox.url, "-o", "json"]));
        let run = run(command.envs(environment.iter().copied()));
        assert_eq!(run.code, code, "{environment:?}: {}", run.stdout);
    }
}

#[test]
fn the_sandbox_inside_the_process_shows_what_it_holds_and_nothing_leaves() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = format!(
        "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\nauth.kind = \"bearer\"\n[profiles.dev.defaults]\nmiddleName = \"default\"\n",
        service.url
    );
    let config = world.file("config.toml", config);
    let words = patch(&["--sandbox", "--first-name=Zoë", "--email=z@x.co", "--config", &config, "-vv"]);
    let mut command = world.booster(&words);
    let text = run(command.env("BOOSTER_BASE_URL", &service.url).env("BOOSTER_TOKEN", "t0ken"));
    text.expect(0);
    for shown in ["firstName", "Zoë", "emails[0]", "middleName", "Lovelace"] {
        assert!(text.stdout.contains(shown), "{shown} in {}", text.stdout);
    }
    assert!(!text.stderr.contains("Authorization"), "{}", text.stderr);
    let run = world.run(words.into_iter().chain(["-o", "json"]));
    let document = run.expect(0).json();
    assert_eq!(
        (&document["record"]["firstName"], &document["record"]["middleName"]),
        (&json!("Zoë"), &json!("default"))
    );
    assert_eq!(document["profile"], "dev");
    let nobody: Vec<&str> =
        patch(&["--sandbox"]).into_iter().map(|word| if word == "123" { "999999" } else { word }).collect();
    world.run(nobody).expect(5);
    assert!(service.received().is_empty());
}

#[test]
#[cfg(unix)]
fn its_signal_is_its_regular_end() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let world = World::new();
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::with(&world, []);
        send(&sandbox, &world, "123", &[]).expect(0);
        assert_eq!(sandbox.end(signal), 0);
    }
    // For a program, too, the address is there from the start; the document is the only one.
    let mut command = world.booster(["sandbox", "-o", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    let document: Value = serde_json::from_str(&line).expect("one document in one line");
    let sandbox = Sandbox::of(child, document["url"].as_str().expect("the address"));
    send(&sandbox, &world, "123", &[]).expect(0);
    assert_eq!(sandbox.end("INT"), 0);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(rest, "");
}

/// The profile's route is the one of its own service.
#[test]
fn a_sandbox_in_the_process_is_read_by_its_own_route_whatever_the_profile_says() {
    let world = World::new();
    for keys in ["read_route = \"/crm/{id}\"", "read = false", "read = false\nbackup = true"] {
        let text =
            format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"http://127.0.0.1:1\"\n{keys}\n");
        let config = world.file("config.toml", text);
        let words = ["--config", &config, "--sandbox"];
        world.run([&["customer", "get", "1"][..], &words].concat()).expect(0);
        let patch = ["customer", "patch", "1", "--first-name=Zoe", "--fill", "--verify"];
        world.run([&patch[..], &words].concat()).expect(0);
        world.run([&["doctor"][..], &words].concat()).expect(0);
    }
    assert!(!world.state("backups").exists());
}
