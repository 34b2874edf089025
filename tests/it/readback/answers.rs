//! Answers that are no customer, or not one that can be understood: nothing is sent, stored or compared.

use super::{NOBODY, RECORDED, at, eva, methods};
use crate::common::{Answer, Service, World};

/// Every way in which an answer is no customer, with the exit code and a word of the message.
fn no_customers() -> Vec<(Answer, i32, &'static str)> {
    let cut = RECORDED.replace("\"brand\"", "");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n";
    let huge = RECORDED.replace("\"Ana\"", &format!("\"{}\"", "x".repeat(2 << 20)));
    let error = RECORDED.replacen(
        '{',
        r#"{"ResponseStatus":{"ErrorCode":"Conflict","Message":"m","StackTrace":"secret"},"#,
        1,
    );
    vec![
        (Answer::json(404, NOBODY), 5, "no customer 123"),
        (Answer::json(404, ""), 5, "no customer 123"),
        (Answer::json(200, NOBODY), 7, "no boosterCustomerId"),
        (Answer::json(200, &RECORDED.replace(":123,", ":124,")), 7, "about customer 124"),
        (Answer::Bytes((head.to_owned() + &cut).into_bytes()), 7, "cut"),
        (Answer::json(200, &huge), 7, "1 MiB"),
        (latin_1(), 7, "not UTF-8"),
        (Answer::with_headers(200, "Content-Type: text/html\r\n", "<!doctype html><p>x"), 7, "a web page"),
        (Answer::json(200, &format!("[{RECORDED}]")), 7, "a list"),
        (Answer::json(200, &RECORDED[..200]), 7, "not JSON"),
        (Answer::json(200, ""), 7, "not JSON"),
        (Answer::json(200, "null"), 7, "null"),
        (Answer::json(200, &error), 7, "Conflict"),
        (Answer::json(206, RECORDED), 7, "206"),
        (Answer::json(201, RECORDED), 7, "only 200 means"),
        (Answer::json(500, "{}"), 7, "500"),
        (Answer::Silence, 7, "the response was cut off or never came"),
        (Answer::json(401, ""), 4, "sign-in"),
        (Answer::json(403, ""), 4, "does not allow"),
        (Answer::with_headers(302, "Location: /login?x\r\n", ""), 4, "sign-in"),
        (Answer::with_headers(302, "Location: http://127.0.0.1:1/\r\n", ""), 6, "302"),
        (Answer::json(400, ""), 6, "400"),
        (Answer::json(429, ""), 7, "429"),
    ]
}

/// An answer whose names came out of a database in another encoding.
fn latin_1() -> Answer {
    let body: Vec<u8> = RECORDED.chars().map(|letter| letter as u8).collect();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    Answer::Bytes([head.into_bytes(), body].concat())
}

#[test]
fn a_failed_question_is_told_once_and_says_that_nothing_was_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "<html>")]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(
        run.expect(7).json()["problems"][0]["message"],
        "customer 123 could not be read: the service answered 200 with a web page instead of JSON; nothing was sent"
    );
    let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
    assert!(!run.expect(7).stdout.contains("nothing was sent"), "{}", run.stdout);
    // One that is JSON is not said to be none.
    let service = Service::start([Answer::json(200, "{\"success\":false}")]);
    let run = world.run(at(&service.url, &["customer", "get", "123"]));
    assert!(run.expect(7).stderr.contains("answered 200 and reports an error"), "{}", run.stderr);
    // What is too large now is too large a moment later.
    let huge = RECORDED.replace("\"Ana\"", &format!("\"{}\"", "x".repeat(2 << 20)));
    let service = Service::start([Answer::json(200, &huge)]);
    world.run(at(&service.url, &["customer", "get", "123"])).expect(7);
    assert_eq!(service.received().len(), 1);
}

#[test]
fn only_a_200_with_the_id_that_was_asked_for_is_a_customer() {
    let world = World::new();
    for (answer, code, word) in no_customers() {
        let service = Service::start([answer]);
        let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
        let document = run.expect(code).json();
        assert!(document["problems"][0]["message"].as_str().expect("a message").contains(word), "{document}");
        assert_eq!(document.get("record"), None);
        assert_eq!(document["request"]["method"], "GET");
        assert!(!run.stdout.contains("canBeContacted") && !run.stdout.contains("Lovelace"), "{}", run.stdout);
        assert!(!run.stdout.contains("secret"), "{}", run.stdout);
        let text = world.run(at(&service.url, &["customer", "get", "123"]));
        assert_eq!(text.expect(code).stdout, "");
        assert!(text.stderr.contains(word) && !text.stderr.contains("canBeContacted"), "{}", text.stderr);
    }
}

#[test]
fn nothing_is_sent_kept_or_compared_on_the_ground_of_what_is_no_customer() {
    let world = World::new();
    let backup = world.path("b.toml").to_str().expect("plain").to_owned();
    for (answer, code, word) in no_customers() {
        let service = Service::start([answer]);
        for option in
            [vec!["--fill"], vec!["--diff", "--unchecked"], vec!["--unchecked", "--backup", &backup]]
        {
            let run = world.run(eva(&service.url, &[&option[..], &["-o", "json"]].concat()));
            let document = run.expect(code).json();
            assert!(
                document["problems"][0]["message"].as_str().expect("a message").contains(word),
                "{document}"
            );
            assert_eq!(document.get("diff").or(document.get("filled")).or(document.get("backup")), None);
            assert!(!world.path("b.toml").exists());
        }
        assert!(methods(&service).iter().all(|method| method == "GET"), "{:?}", methods(&service));
    }
}

#[test]
fn a_value_of_another_kind_is_named_and_counts_only_where_it_matters() {
    let world = World::new();
    let answer = RECORDED.replace("\"Ana\"", "5").replace("[{\"addressType\"", "[null,{\"addressType\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
    assert_eq!(run.expect(7).problems(), ["unreachable firstName", "unreachable addresses[0]"]);
    let text = world.run(at(&service.url, &["customer", "get", "123"]));
    assert!(text.expect(7).stdout.contains("lastName"), "{}", text.stdout);
    let run = world.run(eva(&service.url, &["--fill", "--diff", "-o", "json"]));
    assert_eq!(run.expect(7).problems(), ["unreachable firstName"]);
    let words = ["customer", "patch", "123", "--last-name=Byron", "--fill", "--dry-run", "-o", "json"];
    world.run(at(&service.url, &words)).expect(0);
    assert!(methods(&service).iter().all(|method| method == "GET"));
}

#[test]
fn what_is_required_and_cannot_be_understood_is_not_called_missing() {
    let world = World::new();
    let service = Service::start([Answer::json(200, &RECORDED.replace("\"F\"", "5"))]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(7).problems(), ["unreachable gender"]);
    // Afterwards it is something else than what was sent.
    let other = Answer::json(200, &RECORDED.replace("\"Ana\"", "5"));
    let service = Service::start([Answer::json(200, "{}"), other]);
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.1\n");
    let words = ["--unchecked", "--verify", "--config", &config, "-o", "json"];
    assert_eq!(world.run(eva(&service.url, &words)).expect(12).problems(), ["unverified firstName"]);
}

#[test]
fn an_answer_that_holds_our_own_secret_is_not_used() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    for words in
        [vec!["customer", "get", "123"], vec!["customer", "patch", "123", "--first-name=Eva", "--fill"]]
    {
        let mut command = world.booster(at(&service.url, &[&words[..], &["-o", "json"]].concat()));
        let run = crate::common::run(command.env("BOOSTER_TOKEN", "Ana"));
        assert!(run.expect(7).stdout.contains("the secret used to sign in"), "{}", run.stdout);
        assert!(!run.stdout.contains("***\"") || !run.stdout.contains("record"), "{}", run.stdout);
    }
    assert!(methods(&service).iter().all(|method| method == "GET"));
}
