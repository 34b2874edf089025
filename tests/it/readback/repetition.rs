//! A patch that holds values of the record is repeated only while the record still holds them.

use super::{RECORDED, eva, methods};
use crate::common::{Answer, Service, World};

fn later() -> Answer {
    Answer::with_headers(429, "Retry-After: 0\r\n", "{}")
}

fn withdrawn() -> Answer {
    let record = RECORDED.replace("\"canBeContactedByMaison\":true", "\"canBeContactedByMaison\":false");
    assert_ne!(record, RECORDED);
    Answer::json(200, &record)
}

fn recorded() -> Answer {
    Answer::json(200, RECORDED)
}

#[test]
fn a_consent_that_was_withdrawn_meanwhile_is_not_sent_again() {
    let world = World::new();
    let answers = [recorded(), later(), recorded(), later(), withdrawn(), Answer::json(200, "{}")];
    let service = Service::start(answers);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(9).problems(), ["stopped canBeContactedByMaison"]);
    assert_eq!(methods(&service), ["GET", "PATCH", "GET", "PATCH", "GET"]);
    let message = run.json()["problems"][0]["message"].to_string();
    assert!(message.contains("nothing was applied"), "{message}");
}

#[test]
#[cfg(unix)]
fn a_renewed_sign_in_does_not_send_what_has_changed_meanwhile() {
    let world = World::new();
    let command = world.file("secret.sh", "#!/bin/sh\necho token-$$\n");
    let service = Service::start([recorded(), Answer::json(401, ""), withdrawn(), Answer::json(200, "{}")]);
    let config = world.file(
        "config.toml",
        format!(
            "[profiles.dev]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\nsecret_command = [\"sh\", '{command}']\n",
            service.url
        ),
    );
    let words = ["--config", &config, "-p", "dev", "customer", "patch", "123", "--first-name=Eva", "--fill"];
    world.run(words).expect(9);
    assert_eq!(methods(&service), ["GET", "PATCH", "GET"]);
}

#[test]
fn what_cannot_be_read_again_is_not_repeated() {
    let world = World::new();
    let service = Service::start([recorded(), later(), Answer::json(500, "{}")]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(7).json()["outcome"], "unreachable");
    assert_eq!(methods(&service), ["GET", "PATCH", "GET"]);
    // An attempt that may have been applied leaves a doubt, whatever the record holds now.
    let service = Service::start([recorded(), Answer::json(502, ""), withdrawn()]);
    world.run(eva(&service.url, &["--fill"])).expect(11);
    assert_eq!(methods(&service), ["GET", "PATCH", "GET"]);
}

#[test]
fn a_patch_of_the_users_own_values_is_repeated_without_reading() {
    let world = World::new();
    let service = Service::start([later(), Answer::json(200, "{}")]);
    let base_url = ["--base-url", &service.url];
    world.run(crate::common::patch(&["--first-name=Ada"]).into_iter().chain(base_url)).expect(0);
    assert_eq!(methods(&service), ["PATCH", "PATCH"]);
}
