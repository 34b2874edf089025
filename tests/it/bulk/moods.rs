//! A service that asks to wait, that goes away and comes back, that does not accept the sign-in any more.

use std::time::{Duration, Instant};

use serde_json::json;

use super::crm::{Crm, Reply};
use super::{bulk, folder, names, states};
use crate::common::{World, run};

#[test]
fn where_the_service_asks_to_wait_all_rows_wait() {
    let world = World::new();
    let crm = Crm::start(1..20, |seen| match seen.count {
        3 => Reply::Answer(429, "Retry-After: 1\r\n", ""),
        _ => Reply::Done,
    });
    let path = world.file("t.csv", names(1..20));
    let began = Instant::now();
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1"];
    let run = world.run(bulk(&crm.url, &words));
    assert_eq!(run.expect(0).json()["counts"]["done"], 19);
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!((crm.patches().len(), crm.applied().len()), (20, 19));
    // Nobody waits longer than they say, nor for what no clock can hold.
    for asked in ["Retry-After: 30\r\n", "Retry-After: 18446744073709551615\r\n"] {
        let world = World::new();
        let crm = Crm::start(1..20, move |seen| match seen.count {
            3 => Reply::Answer(503, asked, ""),
            _ => Reply::Done,
        });
        let path = world.file("t.csv", names(1..20));
        let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1", "--max-wait=5"];
        let document = world.run(bulk(&crm.url, &words)).expect(7).json();
        assert_eq!((&document["counts"]["done"], &document["counts"]["pending"]), (&json!(2), &json!(17)));
        assert!(states(&world, "r").values().all(|state| state == "done"));
        let summary = std::fs::read_to_string(folder(&world, "r").join("summary.json")).expect("a summary");
        assert!(summary.contains("\"outcome\": \"unreachable\""), "{summary}");
    }
}

#[test]
fn a_service_that_only_reads_does_not_have_one_row_after_the_other_spent_on_it() {
    let world = World::new();
    let crm = Crm::start(1..100, |seen| match seen.is_patch {
        true => Reply::Answer(502, "", ""),
        false => Reply::Done,
    });
    let path = world.file("t.csv", names(1..100));
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1", "--max-wait=2"];
    let document = world.run(bulk(&crm.url, &words)).expect(11).json();
    let message = document["problems"][0]["message"].as_str().expect("a message");
    assert!(message.starts_with("the service has not answered a patch"), "{message}");
    assert!(document["counts"]["pending"].as_u64() > Some(80), "{document}");
}

#[test]
fn a_service_that_goes_away_with_rows_in_doubt_is_not_one_at_which_nothing_was_applied() {
    let world = World::new();
    let crm = Crm::start(1..20, |seen| match seen.is_patch {
        true => Reply::Close { applied: true },
        false => Reply::Answer(503, "", ""),
    });
    let path = world.file("t.csv", names(1..20));
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1", "--max-wait=0"];
    let document = world.run(bulk(&crm.url, &words)).expect(11).json();
    assert_eq!(document["outcome"], "unknown");
    assert!(document["counts"]["pending"].as_u64() > Some(0), "{document}");
}

#[test]
fn an_outage_is_waited_for_and_burns_no_rows() {
    let world = World::new();
    let crm = Crm::start(1..20, |seen| match seen.count {
        4..=19 if seen.is_patch => Reply::Answer(503, "Retry-After: 0\r\n", ""),
        _ => Reply::Done,
    });
    let path = world.file("t.csv", names(1..20));
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=2"];
    let document = world.run(bulk(&crm.url, &words)).expect(0).json();
    assert_eq!(document["counts"]["done"], 19);
    assert_eq!((crm.patches().len(), crm.applied().len()), (35, 19));
    // Without an end of it the run stops, and all rows are as they were.
    let world = World::new();
    let crm = Crm::start(1..20, |seen| {
        if seen.count > 3 { Reply::Answer(503, "Retry-After: 0\r\n", "") } else { Reply::Done }
    });
    let path = world.file("t.csv", names(1..20));
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=2", "--max-wait=0"];
    let document = world.run(bulk(&crm.url, &words)).expect(7).json();
    assert_eq!((&document["counts"]["done"], &document["counts"]["pending"]), (&json!(3), &json!(16)));
    assert!(document["problems"][0].to_string().contains("booster bulk resume r"), "{document}");
}

/// A profile whose secret is how often it was asked for.
fn counting(world: &World, crm: &Crm) -> String {
    let asked = world.path("asked").display().to_string();
    let script = format!("echo x >> {asked}; echo token-$(wc -l < {asked} | tr -d ' ')");
    world.file(
        "config.toml",
        format!(
            "default_profile = \"p\"\n[profiles.p]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n\
             secret_command = [\"/bin/sh\", \"-c\", \"{script}\"]\n",
            crm.url
        ),
    )
}

#[test]
#[cfg(unix)]
fn a_sign_in_is_renewed_once_for_all_and_a_refused_one_stops_the_run() {
    let world = World::new();
    let crm = Crm::start(1..30, |seen| {
        let is_over = seen.count > 5 && seen.head.contains("token-1\r\n");
        if is_over { Reply::Answer(401, "", "") } else { Reply::Done }
    });
    let path = world.file("t.csv", names(1..30));
    let config = counting(&world, &crm);
    let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "-o", "json"];
    let document = run(world.booster(words).env("PATH", "/usr/bin:/bin")).expect(0).json();
    assert_eq!(document["counts"]["done"], 29);
    let asked = std::fs::read_to_string(world.path("asked")).expect("a file");
    assert_eq!(asked.lines().count(), 2);
    assert_eq!(crm.applied().len(), 29);

    let world = World::new();
    let crm = Crm::start(1..30, |seen| if seen.count > 5 { Reply::Answer(401, "", "") } else { Reply::Done });
    let path = world.file("t.csv", names(1..30));
    let config = counting(&world, &crm);
    let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "-o", "json"];
    let document = run(world.booster(words).env("PATH", "/usr/bin:/bin")).expect(4).json();
    assert_eq!((&document["outcome"], &document["counts"]["done"]), (&json!("unauthenticated"), &json!(5)));
    assert_eq!((&document["counts"]["pending"], &document["counts"]["unknown"]), (&json!(24), &json!(0)));
    assert!(crm.patches().len() <= 5 + 2 * 8, "{}", crm.patches().len());
}
