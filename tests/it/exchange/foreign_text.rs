//! What the service writes is shown harmless: nothing steers the terminal, nothing secret or private comes back.

use serde_json::{Value, json};

use super::send;
use crate::common::{Answer, Run, Service, World, patch, run};

/// Letters that move the cursor, colour, turn the line around, or hide.
const HARMFUL: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\u{8}\r\u{0}\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{200f}\u{feff}\u{2028}\u{e0041}";

#[track_caller]
fn harmless(text: &str) {
    let found: Vec<char> = text
        .chars()
        .filter(|letter| {
            *letter != '\n' && HARMFUL.contains(*letter) && (*letter as u32 > 126 || letter.is_control())
        })
        .collect();
    assert!(found.is_empty(), "{found:?} in {text}");
    assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
}

/// Nor may the texts in a document, which a script prints as they are. What the user asked to send stays what it is.
#[track_caller]
fn harmless_document(run: &Run) {
    fn harmless_value(value: &Value) {
        match value {
            Value::String(text) => harmless(text),
            Value::Array(items) => items.iter().for_each(harmless_value),
            Value::Object(members) => members.values().for_each(harmless_value),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let document = run.json();
    for part in ["response", "problems"] {
        harmless_value(&document[part]);
    }
}

#[test]
fn what_could_steer_the_terminal_is_escaped_wherever_it_comes_from() {
    let world = World::new();
    let status = json!({ "responseStatus": {
        "errorCode": format!("Code{HARMFUL}"), "message": format!("Message{HARMFUL}"),
        "errors": [{ "errorCode": "E", "fieldName": format!("field{HARMFUL}"), "message": format!("one{HARMFUL}") },
            { "errorCode": "E", "fieldName": format!("emails[0{HARMFUL}].email"), "message": "two" }],
    } });
    let location = "Location: http://127.0.0.1/\u{9b}31m\u{202e}\r\n";
    for (answer, code) in [
        (Answer::json(400, &status.to_string()), 6),
        (Answer::json(200, &status.to_string()), 11),
        (Answer::json(401, &status.to_string()), 4),
        (Answer::with_headers(302, location, HARMFUL), 6),
        (Answer::with_headers(200, "Content-Type: text/html\r\n", &format!("<html>{HARMFUL}")), 11),
        (Answer::Bytes(format!("HTTP/1.1 400 {HARMFUL}\r\n\r\n").replace('\r', "").into_bytes()), 11),
    ] {
        let service = Service::start([answer]);
        let json = send(&world, &service, &["--notes=x", "-vv"]);
        json.expect(code);
        harmless(&json.stdout);
        harmless_document(&json);
        harmless(&json.stderr);
        let text = world.run(patch(&["--notes=x", "-vv", "--base-url", &service.url]));
        text.expect(code);
        harmless(&text.stdout);
        harmless(&text.stderr);
    }
}

/// Windows has no file of such a name.
#[test]
#[cfg(unix)]
fn our_own_words_are_escaped_too_where_they_are_repeated() {
    let world = World::new();
    let word = format!("x{}", HARMFUL.replace('\u{0}', ""));
    let path = world.path(&word.replace('/', ""));
    std::fs::write(
        &path,
        format!("{{\"{word}\": 1, \"gender\": \"{word}\"}}").replace(|letter| letter < ' ', ""),
    )
    .expect("a file");
    let path = path.to_str().expect("a plain path").to_owned();
    for words in [
        vec![word.as_str()],
        vec!["customer", "patch", &word],
        vec!["customer", "patch", "1", "--clear", &word],
        vec!["customer", "patch", "1", "--email", &word, "--phone", &path],
        vec!["customer", "patch", "1", "--from", &path, "-v"],
        vec!["customer", "patch", "1", "--from", &path, "--unchecked", "-v", "--dry-run"],
        vec!["customer", "patch", "1", "--from", &word],
        vec!["customer", "patch", "1", "--notes", &word, "--title", &word, "--dry-run", "-v", "--unchecked"],
        vec!["customer", "patch", "1", "--unknown", &word],
        vec!["customer", "patch", "1", "--gender=m", "--profile", &word],
        vec!["customer", "patch", "1", "--gender=m", "--config", &word],
        vec!["customer", "patch", "1", "--gender=m", "--base-url", &word],
        vec!["customer", "patch", "1", "--gender=m", "--timeout", &word],
        vec!["customer", "explain", &word],
        vec!["customer", "check", &word, &path],
        vec!["customer", "template", "--client-type", &word],
        vec!["config", "check", "--config", &path],
        vec!["config", "path", "--config", &path],
        vec!["help", &word],
        vec!["sandbox", "--fault", &word],
        vec!["sandbox", "--data", &path],
    ] {
        for output in ["text", "json"] {
            let run = world.run(words.iter().copied().chain(["-o", output]));
            assert_ne!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{words:?}");
            harmless(&run.stdout);
            harmless(&run.stderr);
        }
    }
}

/// Every text that a run left behind, at each way to be asked for it.
fn everything(world: &World, service: &Service, environment: &[(&str, &str)], words: &[&str]) -> String {
    let words = patch(words);
    let mut all = String::new();
    for more in [&[][..], &["-v"], &["-vv"], &["-vvv"], &["-q"], &["-o", "json"], &["-o", "json", "-vv"]] {
        let mut command = world.booster(words.iter().copied().chain(more.iter().copied()));
        let Run { stdout, stderr, .. } =
            run(command.env("BOOSTER_BASE_URL", &service.url).envs(environment.iter().copied()));
        all.push_str(&stdout);
        all.push_str(&stderr);
    }
    all
}

#[test]
fn a_stack_trace_is_never_shown() {
    let world = World::new();
    let trace =
        "[PatchCustomer: 1/1/2026]:\n[REQUEST: {notes:SECRETNOTE}]\nSystem.Exception at Customers.Patch";
    for key in ["stackTrace", "StackTrace", "stack_trace"] {
        for status in [200, 400, 401, 404, 500] {
            let body = json!({ "responseStatus": {
                "errorCode": "Exception", "message": "Told", key: trace, "meta": { "request": trace },
                "errors": [{ "errorCode": "E", "fieldName": "title", "message": "Told too", "meta": { "a": trace } }],
            }, key: trace });
            let service = Service::start([Answer::json(status, &body.to_string())]);
            let all = everything(&world, &service, &[], &["--notes=x"]);
            assert!(all.contains("Told too"), "{all}");
            for private in ["SECRETNOTE", "REQUEST", "Customers.Patch"] {
                assert!(!all.contains(private), "{private} in {all}");
            }
        }
    }
}

#[test]
fn a_secret_that_the_service_repeats_is_masked() {
    let world = World::new();
    let secret = "s3cr/t+\"q\\<e>";
    let pair = "YWRhOnMzY3IvdCsicVw8ZT4=";
    // As it is, as JSON writes it, and as hosts do that escape more than they must.
    let plain = format!("no {secret} and no {pair}");
    let escaped =
        format!(r#""no s3cr\/t\u002B\u0022q\\\u003Ce\u003E and no {}""#, pair.replace('=', "\\u003D"));
    for message in [json!(plain).to_string(), escaped] {
        let body = format!(
            r#"{{"responseStatus":{{"errorCode":{message},"message":{message},"errors":[{{"fieldName":{message},"message":{message},"errorCode":"E"}}]}}}}"#
        );
        for status in [200, 400, 401, 500] {
            let service =
                Service::start([Answer::with_headers(status, &format!("Location: /{secret}\r\n"), &body)]);
            for environment in [
                &[("BOOSTER_TOKEN", secret)][..],
                &[("BOOSTER_USERNAME", "ada"), ("BOOSTER_PASSWORD", secret)],
            ] {
                let all = everything(&world, &service, environment, &["--notes=x"]);
                assert!(all.contains("no *** and no "), "{all}");
                assert!(!all.contains("s3cr"), "{all}");
                assert!(environment.len() == 1 || !all.contains(pair.trim_end_matches('=')), "{all}");
                let sent = service.received().pop().expect("a request").head;
                assert!(sent.contains(if environment.len() == 1 { secret } else { pair }), "{sent}");
            }
        }
    }
}

#[test]
fn the_body_of_an_answer_is_shown_to_those_who_want_the_exchange_without_secrets_and_traces() {
    let world = World::new();
    let body = r#"{"success":false,"message":"2 of 8 fields ignored","Meta":{"x":"SECRETNOTE"},"token":"t0ps3cret"}"#;
    let page = format!("<html>{}SECRETNOTE", "x".repeat(1000));
    for (body, shown) in [
        (body, r#"< {"success":false,"message":"2 of 8 fields ignored","token":"***"}"#),
        (page.as_str(), "< <html>xxx"),
    ] {
        let service = Service::start([Answer::json(200, body)]);
        let mut command = world.booster(patch(&["--notes=x", "-vv", "--base-url", &service.url]));
        let run = run(command.env("BOOSTER_TOKEN", "t0ps3cret"));
        assert!(run.expect(11).stderr.contains(shown), "{}", run.stderr);
        assert!(!run.stderr.contains("SECRETNOTE") && !run.stderr.contains("t0ps3cret"), "{}", run.stderr);
    }
}
