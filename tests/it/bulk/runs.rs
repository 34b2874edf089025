//! Runs as they are shown, told of anew and removed.

use serde_json::{Value, json};

use super::crm::{Crm, Reply};
use super::{bulk, folder, names};
use crate::common::World;

/// A run of five rows, one of which fails, and two are left.
fn stopped(world: &World, run: &str) -> Crm {
    let crm =
        Crm::start(1..6, |seen| if seen.customer == 2 { Reply::Answer(400, "", "") } else { Reply::Done });
    let path = world.file("t.csv", names(1..6));
    let run = format!("--run={run}");
    world.run(bulk(&crm.url, &["patch", &path, &run, "--unchecked", "--limit=3"])).expect(8);
    crm
}

fn shown(world: &World, words: &[&str]) -> Value {
    world.run([&["bulk", "status", "-o", "json"], words].concat()).expect(0).json()["runs"].clone()
}

#[test]
fn runs_are_shown_with_how_far_they_are() {
    let world = World::new();
    assert_eq!(shown(&world, &[]), json!([]));
    let crm = stopped(&world, "first");
    let counts = json!({ "done": 2, "unchanged": 0, "failed": 1, "unknown": 0, "skipped": 0, "pending": 2 });
    let run = shown(&world, &["last"])[0].clone();
    assert_eq!((&run["run"], &run["state"], &run["counts"]), (&json!("first"), &json!("stopped"), &counts));
    assert_eq!((&run["rows"], &run["folder"]), (&json!(5), &json!(folder(&world, "first"))));
    let text = world.run(["bulk", "status", "fi"]).expect(0).stdout.clone();
    assert!(
        text.contains("2 done, 1 failed, 2 pending") && text.contains("booster bulk resume first"),
        "{text}"
    );
    world.run(bulk(&crm.url, &["resume", "first"])).expect(8);
    assert_eq!(shown(&world, &["first"])[0]["state"], "partial");
    let status: Value =
        serde_json::from_slice(&std::fs::read(folder(&world, "first").join("status.json")).expect("a file"))
            .expect("JSON");
    assert_eq!((&status["outcome"], &status["counts"]["done"]), (&json!("partial"), &json!(4)));
    stopped(&world, "five");
    assert_eq!(shown(&world, &[]).as_array().map(Vec::len), Some(2));
    // Which one it is must be clear.
    for (name, word) in [("f", "several"), ("none", "no bulk run"), ("", "no bulk run")] {
        let problems =
            world.run(["bulk", "status", name, "-o", "json"]).expect(2).json()["problems"].to_string();
        assert!(problems.contains(word), "{problems}");
    }
    // One that cannot be read hides no other.
    std::fs::write(folder(&world, "five").join("run.db"), "no database").expect("written");
    let runs = shown(&world, &[]);
    let states: Vec<_> = runs.as_array().expect("runs").iter().map(|run| run["state"].clone()).collect();
    assert!(states.contains(&json!("partial")) && states.contains(&json!("unreadable")), "{states:?}");
}

#[test]
fn results_are_told_anew_and_a_run_is_removed_whole() {
    let world = World::new();
    let crm = stopped(&world, "r");
    let target = world.path("results").display().to_string();
    let run = world.run(bulk(&crm.url, &["results", "r", "--dir", &target]));
    let document = run.expect(0).json();
    let failed = world.path("results").join("failed.csv");
    assert_eq!(document["results"]["failed"], failed.display().to_string());
    let read = |folder: &std::path::Path| std::fs::read_to_string(folder.join("failed.csv")).expect("a file");
    assert_eq!(read(std::path::Path::new(&target)), read(&folder(&world, "r")));

    let problems = world.run(["bulk", "remove", "r", "-o", "json"]).expect(9).json()["problems"].to_string();
    assert!(problems.contains("2 rows of run r are pending or unknown"), "{problems}");
    world.run(["bulk", "remove", "r", "--force", "-o", "json"]).expect(0);
    assert!(!folder(&world, "r").exists());
    world.run(bulk(&crm.url, &["resume", "r"])).expect(2);
    let crm = stopped(&world, "s");
    world.run(bulk(&crm.url, &["resume", "s"])).expect(8);
    assert_eq!(world.run(["bulk", "remove", "s", "-o", "json"]).expect(0).json()["removed"], "s");
    // Each run is one line of the history, and stays there.
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    let lines: Vec<_> = history.as_array().expect("lines").iter().collect();
    assert_eq!(lines.len(), 2, "{history}");
    assert_eq!(
        (&lines[0]["run"], &lines[0]["outcome"], &lines[0]["exitCode"]),
        (&json!("s"), &json!("partial"), &json!(8))
    );
    assert_eq!(lines[0]["fields"], json!(["firstName"]));
}

#[test]
fn a_rehearsal_sends_nothing_and_keeps_nothing() {
    let world = World::new();
    let crm = Crm::willing(1..6);
    let path = world.file("t.csv", names(1..6));
    for words in
        [&["--dry-run"][..], &["--dry-run", "--run=r"], &["--dry-run", "--skip-unchanged", "--verify"]]
    {
        let run = world.run(bulk(&crm.url, &[&["patch", &path, "--unchecked"], words].concat()));
        assert_eq!(run.expect(0).json()["outcome"], "planned");
    }
    let words = bulk(&crm.url, &["patch", "-", "--unchecked", "--dry-run"]);
    world.run_with_stdin(words, names(1..6)).expect(0);
    assert!(crm.known().seen.is_empty() && !world.state("runs").exists());
    // In the sandbox everything is real but the service.
    let run = world.run(["bulk", "patch", &path, "--unchecked", "--sandbox", "-o", "json"]);
    let counts = run.expect(8).json()["counts"].clone();
    assert_eq!((&counts["done"], &counts["failed"]), (&json!(4), &json!(1)));
}
