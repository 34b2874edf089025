//! `--fill`: what is taken from the record, and what is not.

use super::{RECORDED, at, body, eva, methods, names};
use crate::common::{Answer, Service, World};
use serde_json::json;

#[test]
fn fill_takes_what_the_rules_require_and_says_where_it_came_from() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    let document = run.expect(0).json();
    let taken =
        ["title", "lastName", "canBeContactedByMaison", "clientType", "languageId", "gender", "countryId"];
    assert_eq!(names(&document["filled"], "field"), taken);
    assert_eq!(
        document["filled"][2],
        json!({ "field": "canBeContactedByMaison", "value": true, "source": { "record": true }, "consent": true })
    );
    assert_eq!(methods(&service), ["GET", "PATCH"]);
    let sent = body(&service.received()[1]);
    assert_eq!(sent["firstName"], "Eva");
    assert_eq!(sent["clientType"], "PRIVATE");
    assert_eq!(sent.as_object().expect("an object").len(), taken.len() + 1);

    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let text = world.run(eva(&service.url, &["--fill"]));
    assert!(text.expect(0).stderr.contains("canBeContactedByMaison = true (a consent)"), "{}", text.stderr);
    let dry = world.run(eva(&service.url, &["--fill", "--dry-run"]));
    dry.expect(7); // The second answer is no customer.
}

#[test]
fn what_the_record_does_not_carry_stays_a_problem() {
    let world = World::new();
    let service = Service::start([Answer::json(200, &RECORDED.replace("\"title\":\"Mr.\",", ""))]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["required-for-private title"]);
    assert_eq!(methods(&service), ["GET"]);
    // For a company other fields are required; the user's word counts for that.
    let run = world.run(eva(&service.url, &["--fill", "--client-type=COMPANY", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["required-for-company companyName"]);
}

#[test]
fn what_is_wrong_with_the_input_is_said_before_anything_is_read() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let run = world.run(eva(&service.url, &["--fill", "--birth-date=soon", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["not-a-date birthDate"]);
    world.run(at(&service.url, &["customer", "patch", "0", "--first-name=Eva", "--fill"])).expect(3);
    world.run(at(&service.url, &["customer", "patch", "123", "--fill"])).expect(2);
    assert!(service.received().is_empty());
}

#[test]
fn with_fill_the_record_goes_before_a_default() {
    let world = World::new();
    let config = world.file(
        "config.toml",
        "default_profile = \"dev\"\n[profiles.dev.defaults]\ncountryId = \"it\"\nnotes = \"default\"\nlanguageId = \"ita\"\nmiddleName = \"M\"\n",
    );
    let answer = RECORDED.replace("\"brand\"", "\"notes\":\"x\",\"brand\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let words = ["--config", &config, "--fill", "--dry-run=json"];
    let sent = world.run(eva(&service.url, &words)).expect(0).json();
    assert_eq!((&sent["countryId"], &sent["languageId"]), (&json!("gb"), &json!("eng")));
    assert_eq!((sent.get("notes"), &sent["middleName"]), (None, &json!("M")));
    // Without it the default is what the user set it to be.
    let plain = world
        .run(eva(&service.url, &["--config", &config, "--unchecked", "--dry-run=json"]))
        .expect(0)
        .json();
    assert_eq!(plain["countryId"], "it");
}

#[test]
fn odd_values_of_the_record_itself_do_not_stand_in_the_way() {
    let world = World::new();
    let answer = RECORDED.replace("\"Lo\"", "\"L\\r\\no \"").replace("\"Private\"", "\"Prospect\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let run = world.run(eva(&service.url, &["--fill", "--dry-run", "-o", "json"]));
    // What such a customer requires nobody can tell.
    assert_eq!(run.expect(3).problems(), ["unknown-client-type clientType"]);
    world.run(eva(&service.url, &["--fill", "--unchecked", "--dry-run"])).expect(0);
    let run = world.run(eva(&service.url, &["--fill", "--client-type=PRIVATE", "--dry-run", "-o", "json"]));
    assert_eq!(run.expect(0).problems(), ["control-character lastName", "outer-space lastName"]);
    assert_eq!(run.json()["problems"][0]["source"], json!({ "record": true }));
    assert_eq!(run.json()["problems"][0]["level"], "warning");
}
