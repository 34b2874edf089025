//! `--verify`: what was not saved, and what cannot be seen.

use super::{NOBODY, at, eva};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World, patch};
use serde_json::json;

#[test]
fn verify_says_what_did_not_land_and_lists_what_cannot_be_seen() {
    let world = World::new();
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.2\n");
    let sandbox = Sandbox::start(&world, &["drop=firstName", "lack=notes"]);
    let words = ["--config", &config, "--notes=x", "--fill", "--verify", "-o", "json"];
    let run = world.run(eva(&sandbox.url, &words));
    let document = run.expect(12).json();
    assert_eq!(document["outcome"], "unverified");
    assert_eq!(run.problems(), ["unverified firstName"]);
    assert_eq!(document["unverified"], json!(["notes"]));
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
        run.expect(0).stdout.contains("7 fields landed; not in the answer, so not verified: notes"),
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
