//! `--verify`: what was not saved, and what cannot be seen.

use super::{NOBODY, at, eva};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World, patch};
use serde_json::json;

#[test]
fn verify_says_what_was_not_saved_and_lists_what_cannot_be_seen() {
    let world = World::new();
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.2\n");
    let sandbox = Sandbox::start(&world, &["drop=firstName", "lack=notes"]);
    let words = ["--config", &config, "--notes=x", "--fill", "--verify", "-o", "json"];
    let run = world.run(eva(&sandbox.url, &words));
    let document = run.expect(12).json();
    assert_eq!(document["outcome"], "unverified");
    assert_eq!(run.problems(), ["unverified firstName"]);
    assert_eq!(document["unverified"], json!(["firstName", "notes"]));
    assert_eq!(document["request"]["method"], "PATCH");
    assert_eq!(document["response"]["status"], 200);
    let words = [
        "customer",
        "patch",
        "123",
        "--notes=y",
        "--last-name=Byron",
        "--fill",
        "--verify",
        "--config",
        &config,
    ];
    let run = world.run(at(&sandbox.url, &words));
    assert!(
        run.expect(0).stdout.contains("7 fields were saved; could not be verified: notes"),
        "{}",
        run.stdout
    );
}

#[test]
fn verify_waits_for_a_service_that_is_slow_to_show() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &["lag=0.4"]);
    let run = world.run(eva(&sandbox.url, &["--fill", "--verify", "-o", "json"]));
    assert_eq!(run.expect(0).json()["unverified"], json!([]));
    let config = world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0\n");
    let sandbox = Sandbox::start(&world, &["lag=60"]);
    let run = world.run(eva(&sandbox.url, &["--fill", "--verify", "-o", "json", "--config", &config]));
    assert_eq!(run.expect(12).problems(), ["unverified firstName"]);
}

#[test]
fn a_customer_that_cannot_be_read_again_is_not_verified() {
    let world = World::new();
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.1\n");
    for (answer, rule) in [
        (Answer::json(404, NOBODY), "not-found"),
        (Answer::json(401, ""), "unauthenticated"),
        (Answer::json(500, ""), "unreachable"),
        (Answer::json(200, "<html>"), "unreachable"),
        (Answer::Silence, "unreachable"),
    ] {
        let service = Service::start([Answer::json(200, "{}"), answer]);
        let run = world.run(at(&service.url, &patch(&["--verify", "-o", "json", "--config", &config])));
        assert_eq!(run.expect(12).problems(), ["unverified", rule]);
        assert_eq!(run.json()["response"]["status"], 200, "the answer to the patch, not to the question");
    }
}

/// What the service made of a text that it was sent.
fn saved(sent: &str, stored: &str) -> crate::common::Run {
    let world = World::new();
    let record = serde_json::json!({ "boosterCustomerId": 123, "lastName": stored }).to_string();
    let service = Service::start([Answer::json(200, "{}"), Answer::json(200, &record)]);
    let profile = "[profiles.dev]\nauth = { kind = \"none\" }\nverify_within = 0\n";
    let config = world.file("config.toml", format!("{profile}base_url = \"{}\"\n", service.url));
    let name = format!("--last-name={sent}");
    let words = ["--config", &config, "-p", "dev", "customer", "patch", "123", &name];
    world.run(words.into_iter().chain(["--unchecked", "--verify", "-o", "json"]))
}

#[test]
fn what_the_service_made_of_a_value_is_said_with_both_and_how_they_differ() {
    for (sent, stored, how) in [
        ("Zoe\u{308}", "Zo\u{eb}", "normal form"),
        (" Ada ", "Ada", "spaces at the ends"),
        ("Ada", "ADA", "upper and lower case"),
        ("Adalbert", "Ada", "cut after 3 characters"),
        ("Ada", "Eva", "sent Ada, stored Eva"),
    ] {
        let run = saved(sent, stored);
        let document = run.expect(12).json();
        let problems = document["problems"].as_array().expect("problems").clone();
        let message =
            problems.iter().find(|problem| problem["rule"] == "unverified").expect("one")["message"].clone();
        assert!(message.as_str().is_some_and(|message| message.contains(how)), "{message}");
        assert_eq!(document["unverified"], json!(["lastName"]));
    }
    let letters = saved("Zoe\u{308}", "Zo\u{eb}").json()["problems"][0]["message"].to_string();
    assert!(letters.contains("u{308}") && letters.contains("u{eb}"), "{letters}");
}

#[test]
fn the_line_ends_of_the_services_own_system_are_no_difference() {
    let world = World::new();
    let record = r#"{"boosterCustomerId":123,"notes":"a\r\nb"}"#;
    let service = Service::start([Answer::json(200, "{}"), Answer::json(200, record)]);
    let words = ["customer", "patch", "123", "--notes=a\nb", "--unchecked", "--verify"];
    let words = words.into_iter().chain(["--base-url", &service.url]);
    world.run(words).expect(0);
}
