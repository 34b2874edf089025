//! What each answer means: exit code, outcome, and the fields that the service speaks of.

use serde_json::{Value, json};

use super::send;
use crate::common::{Answer, Run, Service, World, patch};

const JSON: &str = "Content-Type: application/json\r\n";

/// Sends a patch to a service that answers so, for ever.
fn answered(answer: Answer) -> Run {
    let service = Service::start([answer]);
    let run = send(&World::new(), &service, &["--notes=x"]);
    service.only();
    run
}

fn error(code: &str, message: &str) -> String {
    json!({ "responseStatus": { "errorCode": code, "message": message } }).to_string()
}

#[test]
fn each_status_has_its_exit_code_and_its_outcome() {
    let table: [(&[u16], i32, &str); 8] = [
        (&[200, 201, 202, 204], 0, "sent"),
        (&[401], 4, "unauthenticated"),
        (&[403], 4, "forbidden"),
        (&[404], 5, "not-found"),
        (&[300, 301, 302, 303, 304, 305, 307, 308], 6, "rejected"),
        (
            &[
                400, 402, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 418, 422, 423, 425, 428,
                431, 451,
            ],
            6,
            "rejected",
        ),
        (&[500, 501, 502, 503, 504, 505, 507, 511, 599], 11, "unknown"),
        (&[203, 205, 206, 207, 226, 299], 11, "unknown"),
    ];
    for (statuses, code, outcome) in table {
        for status in statuses {
            let run = answered(Answer::json(*status, ""));
            let document = run.json();
            assert_eq!(
                (run.code, document["outcome"].as_str()),
                (code, Some(outcome)),
                "{status}: {document}"
            );
            assert_eq!(
                (&document["exitCode"], &document["response"]["status"]),
                (&json!(code), &json!(status))
            );
            let problems = document["problems"].as_array().expect("problems").len();
            assert_eq!(problems == 0, code == 0, "{status}: {document}");
        }
    }
}

#[test]
fn a_success_says_nothing_or_speaks_json_without_an_error() {
    for body in [
        "",
        "{}",
        " \r\n{}\n",
        "null",
        "[]",
        r#"{"responseStatus":null}"#,
        r#"{"responseStatus":{}}"#,
        r#"{"responseStatus":{"errorCode":""}}"#,
        r#"{"responseStatus":{"errorCode":null,"message":"Done"}}"#,
    ] {
        answered(Answer::json(200, body)).expect(0);
    }
    // The type that the answer claims to be of is not believed, in either direction.
    answered(Answer::with_headers(200, "Content-Type: text/html\r\n", "{}")).expect(0);
    answered(Answer::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())).expect(0);
    answered(Answer::Bytes(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n".to_vec(),
    ))
    .expect(0);
    answered(Answer::Bytes(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}".to_vec())).expect(0);
}

#[test]
fn a_success_that_is_none_leaves_the_outcome_unknown() {
    let pascal = r#"{"ResponseStatus":{"ErrorCode":"Conflict","Message":"no"}}"#;
    let snake = r#"{"response_status":{"error_code":"Conflict"}}"#;
    let too_long = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
    for (answer, word) in [
        (
            Answer::with_headers(200, "Content-Type: text/html\r\n", "<!doctype html><title>Log in</title>"),
            "page",
        ),
        (Answer::json(200, "  <html>"), "page"),
        (Answer::json(200, &error("Conflict", "no")), "error"),
        (Answer::json(200, pascal), "error"),
        (Answer::json(200, snake), "error"),
        (Answer::json(200, r#"{"responseStatus":{"errorCode":500}}"#), "error"),
        (Answer::json(200, "{\"a\":"), "JSON"),
        (Answer::json(200, "OK"), "JSON"),
        (Answer::json(200, "{} {}"), "JSON"),
        (Answer::json(206, "{}"), "success"),
        (Answer::json(205, ""), "success"),
        (Answer::json(200, &too_long), "1 MiB"),
        (
            Answer::Bytes(format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 3\r\n\r\n{{}}").into_bytes()),
            "was cut off",
        ),
        (Answer::Bytes(chunked.as_bytes().to_vec()), "was cut off"),
    ] {
        let run = answered(answer);
        assert_eq!(run.expect(11).json()["outcome"], "unknown");
        let message = run.json()["problems"][0]["message"].clone();
        assert!(message.as_str().is_some_and(|message| message.contains(word)), "{message}, {word}");
    }
    let fits = format!("{{\"a\":\"{}\"}}", "x".repeat((1 << 20) - 8));
    assert_eq!(fits.len(), 1 << 20);
    answered(Answer::json(200, &fits)).expect(0);
}

#[test]
fn an_answer_without_an_end_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let endless = [head, b" ".repeat(3 << 20)].concat();
    let run = answered(Answer::ThenNever(endless));
    assert_eq!(run.expect(11).json()["outcome"], "unknown");
    let long_head = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(2 << 20));
    answered(Answer::Bytes(long_head.into_bytes())).expect(11);
}

#[test]
fn what_is_wrong_with_the_credential_is_not_the_customers_fault() {
    for (status, code, message) in [
        (404, "NotFound", "API Key does not exist"),
        (404, "NotFound", "ApiKey does not exist"),
        (401, "TokenException", "Token has expired"),
        (401, "Unauthorized", "Invalid Username or Password"),
    ] {
        let run = answered(Answer::json(status, &error(code, message)));
        assert_eq!(run.expect(4).json()["outcome"], "unauthenticated", "{status} {message}");
        assert_eq!(run.json()["response"]["message"], message);
        assert!(run.json()["problems"][0]["hint"].is_string(), "{status} {message}");
    }
    answered(Answer::json(404, &error("NotFound", "Customer 123 does not exist"))).expect(5);
    answered(Answer::json(500, &error("Exception", "Database is not available"))).expect(11);
    // A 500 is about the token only in a host's own words for one that it cannot read, and where one was sent.
    for (message, token, code) in [
        ("Illegal base64url string!", Some("t0ken-of-the-test"), 4),
        ("Illegal base64url string!", None, 11),
        ("The audit token could not be written", Some("t0ken-of-the-test"), 11),
    ] {
        let world = World::new();
        let service = Service::start([Answer::json(500, &error("Exception", message))]);
        let mut command = world.booster(patch(&["--base-url", &service.url]));
        token.map(|token| command.env("BOOSTER_TOKEN", token));
        crate::common::run(&mut command).expect(code);
    }
    // What a real host answers to nobody: an empty 401 that names its first scheme.
    let challenge = "WWW-Authenticate: basic realm=\"/auth/basic\"\r\n";
    answered(Answer::with_headers(401, challenge, "")).expect(4);
}

/// `field: message` of each problem that the service found.
fn from_the_service(run: &Run) -> Vec<String> {
    let document = run.json();
    let problems = document["problems"].as_array().expect("problems").iter();
    let ours = problems.filter(|problem| problem["source"] == json!({ "service": true }));
    ours.map(|problem| {
        format!(
            "{}: {}",
            problem["field"].as_str().unwrap_or("-"),
            problem["message"].as_str().unwrap_or("-")
        )
    })
    .collect()
}

#[test]
fn the_services_errors_are_told_at_the_fields_they_mean() {
    let errors = |status: &str, code: &str, message: &str, errors: &str, field: &str| {
        let one = |place: &str, text: &str| json!({ code: "NotEmpty", field: place, message: text });
        let list = json!([
            one("Title", "'Title' must not be empty."),
            one("EMAILS[1].isMainEmail", "no"),
            one("", "all"),
            one("nope", "x")
        ]);
        json!({ status: { code: "NotEmpty", message: "'Title' must not be empty.", errors: list } })
            .to_string()
    };
    for body in [
        errors("responseStatus", "errorCode", "message", "errors", "fieldName"),
        errors("ResponseStatus", "ErrorCode", "Message", "Errors", "FieldName"),
        errors("RESPONSESTATUS", "ERRORCODE", "MESSAGE", "ERRORS", "FIELDNAME"),
        errors("response_status", "error_code", "message", "errors", "field_name"),
    ] {
        let run = answered(Answer::json(400, &body));
        assert_eq!(run.expect(6).json()["outcome"], "rejected");
        assert_eq!(
            from_the_service(&run),
            ["title: 'Title' must not be empty.", "emails[1].isMainEmail: no", "-: all", "nope: x"],
            "{body}"
        );
        assert_eq!(run.json()["response"]["errorCode"], "NotEmpty");
    }
    // Hosts that name the field in the text alone.
    for (message, field) in [
        ("Unable to bind: Error: Failed to set property 'birthDate' with '2020-02-30'", "birthDate"),
        (
            "The JSON value could not be converted to System.Boolean. Path: $.emails[0].isMainEmail | LineNumber: 0",
            "emails[0].isMainEmail",
        ),
        ("Failed to set property 'first_name' with 'x'", "firstName"),
    ] {
        let run = answered(Answer::json(400, &error("SerializationException", message)));
        assert_eq!(from_the_service(&run), [format!("{field}: {message}")]);
    }
    // A person sees them too.
    let service = Service::start([Answer::json(400, &error("NotEmpty", "'Title' must not be empty."))]);
    let run = World::new().run(patch(&["--base-url", &service.url]));
    assert!(run.expect(6).stderr.contains("'Title' must not be empty."), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn an_error_that_is_told_in_an_unexpected_way_is_still_told() {
    for body in [
        "",
        "x",
        "[]",
        "{}",
        r#"{"responseStatus":[]}"#,
        r#"{"responseStatus":{"errors":{}}}"#,
        r#"{"responseStatus":{"errors":[null,1,{}]}}"#,
        r#"{"responseStatus":{"errors":[{"fieldName":"[["}]}}"#,
        r#"{"responseStatus":{"errors":[{"fieldName":"emails[0"},{"fieldName":"a.b.c[1].]"}]}}"#,
    ] {
        let run = answered(Answer::json(400, body));
        let document = run.expect(6).json();
        for problem in document["problems"].as_array().expect("problems") {
            assert_ne!(problem["message"], Value::from(""), "{body}");
        }
    }
}

#[test]
fn a_redirect_is_told_with_its_target_and_a_page_with_its_reason() {
    let world = World::new();
    let moved = "Location: https://new.example.com/customer/123\r\n";
    let service = Service::start([Answer::with_headers(301, moved, "")]);
    let run = send(&world, &service, &[]);
    let problem = &run.expect(6).json()["problems"][0];
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    assert!(text("message").contains("the service answered 301, a redirect"), "{problem}");
    assert!(text("hint").contains("https://new.example.com/customer/123"), "{problem}");

    let service = Service::start([Answer::with_headers(200, "Content-Type: text/html\r\n", "<html>")]);
    let problem = &send(&world, &service, &[]).expect(11).json()["problems"][0];
    assert!(
        problem["hint"]
            .as_str()
            .is_some_and(|hint| hint.starts_with("check the base URL: it returns a web page")),
        "{problem}"
    );
}

#[test]
fn a_host_that_is_not_reached_is_named() {
    let world = World::new();
    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let run = world.run(crate::common::patch(&["--base-url", &format!("http://{nobody}"), "-o", "json"]));
    let problem = &run.expect(7).json()["problems"][0];
    let expected = format!("not reached: {nobody}: ");
    assert!(problem["message"].as_str().is_some_and(|text| text.starts_with(&expected)), "{problem}");
}

#[test]
fn a_gateways_page_is_said_to_be_one_and_no_sign_in_page_is_blamed() {
    for status in [502, 503, 504] {
        let answer = Answer::with_headers(status, "Content-Type: text/html\r\n", "<html>bad gateway</html>");
        let service = Service::start([answer.clone()]);
        let run = World::new().run(patch(&["--notes=x", "--base-url", &service.url]));
        let said = format!("error: a gateway in front of the service answered {status} with a page: ");
        assert!(run.expect(11).stderr.starts_with(&said), "{}", run.stderr);
        assert!(!run.stderr.contains("sign-in page") && !run.stderr.contains("base URL"), "{}", run.stderr);
        let service = Service::start([answer]);
        let run = World::new().run(["customer", "get", "123", "-q", "--base-url", &service.url]);
        assert!(
            run.expect(7).stderr.contains("a gateway in front of the service answered"),
            "{}",
            run.stderr
        );
    }
    // A page that says that all is well may be one to sign in on.
    let service = Service::start([Answer::with_headers(200, "Content-Type: text/html\r\n", "<html>")]);
    let run = World::new().run(patch(&["--notes=x", "--base-url", &service.url]));
    assert!(run.expect(11).stderr.contains("sign-in page"), "{}", run.stderr);
}

#[test]
fn what_the_service_says_is_marked_as_its_words_and_every_refusal_has_a_hint() {
    for (status, body, code) in [
        (200, r#"{"success":false,"message":"2 of 8 fields ignored"}"#.to_owned(), 11),
        (409, error("Conflict", "2 of 8 fields ignored"), 6),
        (403, error("Forbidden", "2 of 8 fields ignored"), 4),
        (405, String::new(), 6),
    ] {
        let service = Service::start([Answer::json(status, &body)]);
        let run = World::new().run(patch(&["--notes=x", "--base-url", &service.url]));
        let words = run.expect(code).stderr.contains("\nerror: the service says: 2 of 8 fields ignored\n");
        assert_eq!(words, !body.is_empty(), "{}", run.stderr);
        assert!(run.stderr.contains("\n  hint: "), "{}", run.stderr);
    }
}

#[test]
fn a_byte_order_mark_before_an_answer_is_no_part_of_it() {
    let with_mark = |body: &str| Answer::json(200, &format!("\u{feff}{body}"));
    assert_eq!(answered(with_mark("{}")).expect(0).json()["outcome"], "sent");
    answered(with_mark("")).expect(0);
    let run = answered(with_mark(&error("Conflict", "changed by someone")));
    assert!(run.expect(11).stdout.contains("changed by someone"), "{}", run.stdout);
    let world = World::new();
    let service = Service::start([with_mark("{\"boosterCustomerId\":123,\"firstName\":\"Ada\"}")]);
    let read = world.run(["customer", "get", "123", "--base-url", &service.url, "-o", "json"]);
    assert_eq!(read.expect(0).json()["record"]["firstName"], "Ada");
    // The sign-in and its tokens.
    for (kind, answer) in [
        ("kind = 'credentials'", "{\"bearerToken\":\"tok\"}"),
        ("kind = 'oauth2-client', client_id = 'x', token_url = 'URL/token'", "{\"access_token\":\"tok\"}"),
    ] {
        let service = Service::start([with_mark(answer), with_mark("{}")]);
        let auth = kind.replace("URL", &service.url);
        let text =
            format!("[profiles.dev]\nbase_url = '{}'\nusername = 'ada'\nauth = {{ {auth} }}\n", service.url);
        let config = world.file("config.toml", text);
        let mut command = world.booster(patch(&["--config", &config, "-p", "dev"]));
        crate::common::run(command.env("BOOSTER_PASSWORD", "pw")).expect(0);
        assert!(service.received()[1].head.contains("Authorization: Bearer tok\r\n"), "{kind}");
    }
}
