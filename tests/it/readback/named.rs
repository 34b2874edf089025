//! What nobody wrote for this customer, or may have written by mistake, is named: what is cleared, which defaults are
//! sent, which consents are taken from the record.

use super::{RECORDED, at, eva};
use crate::common::{Answer, Service, World};
use serde_json::json;

fn recorded() -> Service {
    Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")])
}

#[test]
fn what_a_file_clears_is_named_before_and_after_it_is_sent() {
    let world = World::new();
    let file = world.file("ada.json", r#"{"notes":"","emails":[],"firstName":"Ada"}"#);
    let service = Service::start([Answer::json(200, "{}")]);
    let words = |more: &[&'static str]| {
        let words = ["customer", "patch", "123", "--from", &file, "--unchecked"];
        world.run(at(&service.url, &[&words, more].concat()))
    };
    assert!(words(&[]).expect(0).stdout.contains("Cleared: notes, emails."));
    assert_eq!(words(&["-o", "json"]).expect(0).json()["cleared"], json!(["notes", "emails"]));
    assert_eq!(words(&["--dry-run", "-o", "json"]).expect(0).json()["cleared"], json!(["notes", "emails"]));
    assert!(words(&["--dry-run"]).expect(0).stdout.contains("(cleared)"));
}

#[test]
fn a_default_that_is_sent_is_named() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let profile = format!("[profiles.dev]\nauth = {{ kind = \"none\" }}\nbase_url = \"{}\"\n", service.url);
    let config = world.file("config.toml", profile + "[profiles.dev.defaults]\ncountryId = \"it\"\n");
    let words =
        ["--config", &config, "-p", "dev", "customer", "patch", "123", "--first-name=Ada", "--unchecked"];
    let run = world.run(words);
    assert!(run.expect(0).stdout.contains("From the profile's defaults: countryId = it."), "{}", run.stdout);
    let json = world.run(words.into_iter().chain(["-o", "json"]));
    let expected = json!([{ "field": "countryId", "value": "it", "source": { "profile": "dev" } }]);
    assert_eq!(json.expect(0).json()["defaults"], expected);
}

#[test]
fn the_first_configuration_sends_no_default() {
    let world = World::new();
    world.run(["config", "init"]).expect(0);
    let run = world.run(["customer", "patch", "123", "--first-name=Ada", "--unchecked", "--dry-run=json"]);
    assert_eq!(run.expect(0).stdout.trim(), r#"{"firstName":"Ada"}"#);
}

#[test]
fn a_consent_that_is_taken_from_the_record_is_named_however_quiet_the_command_is() {
    let world = World::new();
    let run = world.run(eva(&recorded().url, &["--fill", "-q"]));
    assert!(run.expect(0).stderr.contains("canBeContactedByMaison = true (a consent)"), "{}", run.stderr);
    assert!(!run.stderr.contains("countryId"), "{}", run.stderr);
}
