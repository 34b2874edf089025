//! Days that the service stores as instants: which day they are, and what is said where that is uncertain.

use super::{RECORDED, at, body, methods};
use crate::common::{Answer, Service, World};

fn born(text: &str) -> Answer {
    Answer::json(200, &RECORDED.replace("\"2020-12-30\"", &format!("\"{text}\"")))
}

fn config(world: &World, url: &str) -> String {
    let profile = "[profiles.dev]\nauth = { kind = \"none\" }\ntime_zone = \"Europe/Rome\"\n";
    world.file("config.toml", format!("{profile}base_url = \"{url}\"\n"))
}

#[test]
fn an_instant_that_is_no_midnight_is_shown_whole_and_never_written_as_a_day() {
    let world = World::new();
    for (text, shown) in [
        ("1985-12-09T23:00:00Z", "1985-12-09T23:00:00Z"),
        ("\\/Date(503017200000)\\/", "/Date(503017200000)/"),
    ] {
        let service = Service::start([born(text)]);
        let run = world.run(at(&service.url, &["customer", "get", "123"]));
        assert!(run.expect(0).stdout.contains(shown), "{}", run.stdout);
        let json = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
        assert_eq!(json.expect(0).json()["record"]["birthDate"], shown);
        let patch = world.run(at(&service.url, &["customer", "get", "123", "--as-patch"]));
        assert!(!patch.expect(0).stdout.contains("birthDate"), "{}", patch.stdout);
        assert!(patch.stderr.contains("uncertain") && patch.stderr.contains(shown), "{}", patch.stderr);
    }
}

#[test]
fn an_uncertain_day_is_not_verified_and_no_failure() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}"), born("1985-12-09T23:00:00Z")]);
    let words =
        ["customer", "patch", "123", "--birth-date=1985-12-10", "--unchecked", "--verify", "-o", "json"];
    let document = world.run(at(&service.url, &words)).expect(0).json();
    assert_eq!(document["unverified"], serde_json::json!(["birthDate"]));
    let message = document["problems"][0]["message"].to_string();
    assert!(message.contains("cannot be verified") && message.contains("1985-12-09T23:00:00Z"), "{message}");
}

/// A folder of time zones that has Europe/Rome alone, in the format of RFC 8536.
#[cfg(unix)]
fn zones(world: &World) -> std::path::PathBuf {
    let counts = [0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
    let header = [b"TZif2".as_slice(), &[0; 15], &counts].concat();
    let block = [header.as_slice(), &3600_i32.to_be_bytes(), &[0, 0], b"CET\0"].concat();
    let file = [block.as_slice(), &block, b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"].concat();
    let folder = world.path("zones");
    std::fs::create_dir_all(folder.join("Europe")).expect("a folder");
    std::fs::write(folder.join("Europe/Rome"), file).expect("written");
    folder
}

#[test]
#[cfg(unix)]
fn the_time_zone_of_the_profile_settles_the_day() {
    let world = World::new();
    let with = |service: &Service, words: &[&str]| {
        let config = config(&world, &service.url);
        let words = [&["--config", &config, "-p", "dev"], words].concat();
        crate::common::run(world.booster(words).env("TZDIR", zones(&world)))
    };
    let patch =
        with(&Service::start([born("1985-12-09T23:00:00Z")]), &["customer", "get", "123", "--as-patch"]);
    assert!(patch.expect(0).stdout.contains("birthDate = 1985-12-10"), "{}", patch.stdout);
    let service = Service::start([Answer::json(200, "{}"), born("1985-06-09T22:00:00Z")]);
    let words =
        ["customer", "patch", "123", "--birth-date=1985-06-10", "--unchecked", "--verify", "-o", "json"];
    assert_eq!(with(&service, &words).expect(0).json()["unverified"], serde_json::json!([]));
}

#[test]
fn a_time_zone_that_nobody_knows_is_refused_where_it_stands() {
    let world = World::new();
    let config = config(&world, "http://127.0.0.1:1").replace("Europe/Rome", "Mars/Base");
    let text = std::fs::read_to_string(&config).expect("readable").replace("Europe/Rome", "Mars/Base");
    std::fs::write(&config, text).expect("writable");
    let run = world.run(["--config", &config, "-p", "dev", "customer", "get", "123", "-o", "json"]);
    let problem = &run.expect(2).json()["problems"][0];
    assert!(problem["message"].as_str().is_some_and(|message| message.starts_with("time_zone")), "{problem}");
    assert_eq!(problem["source"]["line"], 3);
}

#[test]
fn a_patch_of_other_fields_does_not_stop_at_an_uncertain_day() {
    let world = World::new();
    let service = Service::start([born("1985-12-09T23:00:00Z"), Answer::json(200, "{}")]);
    let words = ["customer", "patch", "123", "--first-name=Eva", "--fill"];
    world.run(at(&service.url, &words)).expect(0);
    assert_eq!(methods(&service), ["GET", "PATCH"]);
    assert!(body(&service.received()[1]).get("birthDate").is_none());
}
