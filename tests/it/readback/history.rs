//! The history of what was sent.

use super::{at, eva, names};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World, is_private, patch, run};
use serde_json::{Value, json};

#[test]
#[cfg(unix)]
fn a_killed_patch_is_in_the_history_as_unknown() {
    let world = World::new();
    let service = Service::start([Answer::Never]);
    let mut child = world.booster(at(&service.url, &patch(&[]))).spawn().expect("the binary starts");
    service.wait_for(1);
    child.kill().expect("ours");
    child.wait().expect("ours");
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(names(&history, "outcome"), ["unknown"]);
    assert_eq!(history[0]["exitCode"], 11);
}

#[test]
fn every_attempt_leaves_a_line_without_values() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}"), Answer::json(400, ""), Answer::Silence]);
    for (words, code) in [
        (patch(&["--first-name=Secretive"]), 0),
        (patch(&["--notes=Hush"]), 6),
        (patch(&["--notes=Hush"]), 11),
    ] {
        world.run(at(&service.url, &words)).expect(code);
    }
    world.run(at(&service.url, &patch(&["--dry-run"]))).expect(0);
    let run = world.run(["history", "-o", "json"]);
    let history = run.expect(0).json()["history"].clone();
    assert_eq!(names(&history, "outcome"), ["unknown", "rejected", "sent"]);
    assert_eq!(
        history[2]["fields"],
        json!(["firstName", "canBeContactedByMaison", "clientType", "companyName", "countryId"])
    );
    assert_eq!(
        (&history[2]["customer"], &history[2]["status"], &history[0]["exitCode"]),
        (&json!(123), &json!(200), &json!(11))
    );
    assert_eq!(history[2]["service"], format!("{}/", service.url));
    let path = world.state("history.jsonl");
    let text = std::fs::read_to_string(&path).expect("a history");
    // Before each the line that it has begun.
    assert_eq!(text.lines().count(), 6);
    assert!(!text.contains("Secretive") && !text.contains("Hush") && !text.contains("Acme"), "{text}");
    assert!(is_private(&path) && is_private(path.parent().expect("a folder")));

    let newest = history[0]["run"].as_str().expect("a name");
    let show = world.run(["history", "show", newest, "-o", "json"]);
    assert_eq!(show.expect(0).json()["history"], json!([history[0]]));
    assert!(world.run(["history", "show", newest]).expect(0).stdout.contains("unknown (exit code 11)"));
    world.run(["history", "show", "nothing"]).expect(2);
    assert_eq!(
        names(&world.run(["history", "list", "--limit=1", "-o", "json"]).json()["history"], "run"),
        [newest]
    );
    assert_eq!(world.run(["history", "--customer=7", "-o", "json"]).json()["history"], json!([]));
    for nonsense in ["--limit=0", "--customer=0", "--customer=2147483648"] {
        world.run(["history", nonsense]).expect(2);
    }
    assert!(world.run(["history"]).expect(0).stdout.contains(&service.url));
    assert!(world.run(["history"]).expect(0).stdout.contains("rejected"));
}

#[test]
fn a_history_that_cannot_be_written_changes_nothing_about_what_was_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = world.file("config.toml", "");
    let mut command = world.booster(at(&service.url, &patch(&["--config", &config, "-o", "json"])));
    let run = run(command.env("BOOSTER_HOME", world.file("file", "in the way")));
    assert_eq!(run.expect(0).problems(), ["history"]);
    assert_eq!(run.json()["outcome"], "sent");
}

#[test]
fn a_patch_that_cannot_be_noted_is_sent_unless_the_profile_requires_the_history() {
    let world = World::new();
    let no_folder = world.file("no-folder", "");
    let with = |service: &Service, keys: &str, words: &[&str]| {
        let profile =
            format!("[profiles.dev]\nauth = {{ kind = \"none\" }}\nbase_url = \"{}\"\n{keys}", service.url);
        let config = world.file("config.toml", profile);
        let words = [&["--config", &config, "-p", "dev"], &patch(words)[..]].concat();
        run(world.booster(words).env("BOOSTER_HOME", &no_folder))
    };
    let service = Service::start([Answer::json(200, "{}")]);
    let run = with(&service, "", &["-o", "json"]);
    assert_eq!(run.expect(0).problems(), ["history"]);

    let service = Service::start([Answer::json(200, "{}")]);
    let run = with(&service, "history = \"required\"\n", &["-o", "json"]);
    let message = run.expect(1).json()["problems"][0]["message"].to_string();
    assert!(message.contains("history") && message.contains("nothing was sent"), "{message}");
    assert!(service.received().is_empty());
}

#[test]
fn the_history_names_the_fields_that_changed_and_what_can_be_undone() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let list = || world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    let fill = ["--fill", "--backup=before.toml"];
    world.run(eva(&sandbox.url, &[&["--gender=F"], &fill[..]].concat())).expect(0);
    let history = list();
    // What was taken from the record, or was there already, is no change.
    assert_eq!(history[0]["fields"], json!(["firstName"]));
    assert_eq!(history[0]["canBeUndone"], true);
    world.run(at(&sandbox.url, &["undo"])).expect(0);
    world.run(eva(&sandbox.url, &["--fill"])).expect(0);
    let can: Vec<Value> =
        list().as_array().expect("a list").iter().map(|run| run["canBeUndone"].clone()).collect();
    // One without a backup, the undo itself, which has none either, and one that was undone.
    assert_eq!(can, [json!(false), json!(false), json!(false)]);
    let newest = list()[0]["run"].as_str().expect("a name").to_owned();
    let shown = world.run(["history", "show", &newest, "-o", "json"]).expect(0).json();
    assert_eq!(shown["history"][0]["canBeUndone"], false);
}

#[test]
fn a_run_whose_backup_is_gone_cannot_be_undone() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    world.run(eva(&sandbox.url, &["--fill", "--backup=before.toml"])).expect(0);
    std::fs::remove_file(world.path("before.toml")).expect("ours");
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(history[0]["canBeUndone"], false);
}

#[test]
fn a_run_of_which_nothing_can_be_set_back_is_not_said_to_be_undone_by_undo() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    // The record carries no wedding date, and none can be cleared.
    let changed = |words: &[&str]| {
        let patch = ["customer", "patch", "123", "--fill", "--base-url", &sandbox.url];
        world.run([&patch[..], words].concat()).expect(0);
        world.run(["history", "-o", "json"]).expect(0).json()["history"][0].clone()
    };
    let run = changed(&["--wedding-date=2020-01-18", "--backup=b.toml"]);
    assert_eq!((&run["notRestored"], &run["canBeUndone"]), (&json!(["weddingDate"]), &json!(false)));
    let run = changed(&[
        "--wedding-date=2020-01-19",
        "--middle-name=Q",
        "--birth-date=1985-12-11",
        "--backup=c.toml",
    ]);
    assert_eq!((&run["notRestored"], &run["canBeUndone"]), (&json!(["middleName"]), &json!(true)));
    let shown = world.run(["history", "show", "last"]);
    assert!(shown.expect(0).stdout.contains("restores all but middleName"), "{}", shown.stdout);
}
