//! `--backup`: what it holds, when it is written, and when it is deleted again.

use super::{RECORDED, at, eva, methods};
use crate::common::{Answer, Service, World, is_private, patch, run};
use serde_json::{Value, json};

#[test]
fn a_backup_is_mentioned_whatever_came_and_goes_where_nothing_was_applied() {
    let world = World::new();
    let words = ["--fill", "--backup=b.toml"];
    let refused = || Service::start([Answer::json(200, RECORDED), Answer::json(400, "")]);
    let run = world.run(eva(&refused().url, &words));
    assert!(run.expect(6).stderr.contains("b.toml was removed"), "{}", run.stderr);
    // So that the same command can be given again.
    world.run(eva(&refused().url, &words)).expect(6);
    let document = world.run(eva(&refused().url, &[&words[..], &["-o", "json"]].concat())).json();
    assert_eq!(document.get("backup"), None);
    assert!(!world.path("b.toml").exists());
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(500, "")]);
    let run = world.run(eva(&service.url, &words));
    assert!(run.expect(11).stderr.contains("The previous values are in"), "{}", run.stderr);
    assert!(world.path("b.toml").exists());
}

#[test]
fn a_backup_names_the_command_that_sets_it_back() {
    let world = World::new();
    let lacking = RECORDED.replace("\"canBeContactedByMaison\":true,", "");
    for (answer, option, words) in [
        (RECORDED, "--fill", "booster customer patch 123 --from="),
        (&lacking, "--unchecked", "booster undo 2"),
    ] {
        let service = Service::start([Answer::json(200, answer), Answer::json(200, "{}")]);
        let file = format!("{option}.toml");
        let run = world.run(eva(&service.url, &[option, &format!("--backup={file}")]));
        // What else is kept is no secret.
        assert!(run.expect(0).stdout.contains("A copy of what you sent is kept"), "{}", run.stdout);
        let text = std::fs::read_to_string(world.path(&file)).expect("a backup");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_up_between_backup_and_note_leaves_neither() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let binary = env!("CARGO_BIN_EXE_booster");
    let config = crate::common::sandbox::configure(&world, &service.url, "backup = true");
    let notes = "x".repeat(4000);
    // The backup is short, and the note holds the long text that is to be sent.
    let line = format!(
        "trap '' XFSZ; ulimit -f 4; exec {binary} customer patch 123 --notes={notes} --fill --config {config} -o json"
    );
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &line]).env_clear().env("HOME", world.path("")).current_dir(world.path(""));
    let run = crate::common::run(&mut command);
    assert_eq!(run.expect(1).json().get("backup"), None);
    let left = std::fs::read_dir(world.state("backups")).expect("a folder");
    assert_eq!(left.count(), 0);
    assert_eq!(methods(&service), ["GET"]);
}

#[test]
fn a_backup_holds_what_the_fields_held_and_what_is_required() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let words = [
        "--client-type=COMPANY",
        "--company-name=Acme",
        "--middle-name=M",
        "--wedding-date=2020-01-18",
        "--fill",
        "--backup=b.toml",
        "-o",
        "json",
    ];
    let run = world.run(eva(&service.url, &words));
    let document = run.expect(0).json();
    let path = world.path("b.toml");
    let lost = json!(["middleName", "companyName", "weddingDate"]);
    assert_eq!(document["backup"]["notRestored"], lost);
    assert_eq!(document["backup"]["file"], path.to_str().expect("a plain path"));
    let text = std::fs::read_to_string(&path).expect("a backup");
    let (remarks, patch): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    assert_eq!(
        patch,
        [
            "boosterCustomerId = 123",
            "title = \"Mr.\"",
            "firstName = \"Ana\"",
            "lastName = \"Lo\"",
            "canBeContactedByMaison = true",
            "clientType = \"PRIVATE\"",
            "languageId = \"eng\"",
            "gender = \"F\"",
            "countryId = \"gb\"",
        ]
    );
    let remarks = remarks.join("\n");
    assert!(remarks.contains("middleName (to clear it, write middleName = \"\")"), "{remarks}");
    assert!(
        remarks
            .contains("weddingDate (a date or a true/false field that had no value cannot be cleared again)"),
        "{remarks}"
    );
    assert!(is_private(&path));
    world.run(["customer", "check", "b.toml", "--id", "123"]).expect(0);
}

#[test]
fn a_backup_wants_a_file_with_a_name() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    for (name, said) in [("", "the file needs a name"), ("-", "for a file of this name, write ./-")] {
        let run = world.run(at(&service.url, &patch(&[&format!("--backup={name}"), "-o", "json"])));
        let problem = run.expect(2).json()["problems"][0].to_string();
        assert!(problem.contains(said) && problem.contains("--backup"), "{problem}");
    }
    assert!(service.received().is_empty() && !world.path("-").exists());
}

#[test]
fn a_backup_is_json_by_its_name() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    world.run(eva(&service.url, &["--fill", "--backup=b.json"])).expect(0);
    let text = std::fs::read_to_string(world.path("b.json")).expect("a backup");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["firstName"], "Ana");
    world.run(["customer", "check", "b.json", "--id", "123"]).expect(0);
}

#[test]
fn without_a_backup_that_was_wanted_nothing_is_sent() {
    let world = World::new();
    let there = world.file("there.toml", "mine");
    let service = Service::start([Answer::json(200, RECORDED)]);
    for file in [there.as_str(), "nowhere/b.toml", ".", "there.toml/b.toml"] {
        let run = world.run(eva(&service.url, &["--fill", "--backup", file, "-o", "json"]));
        assert_eq!(run.expect(2).json()["outcome"], "usage", "{file}");
    }
    assert_eq!(std::fs::read_to_string(&there).expect("still there"), "mine");
    // A profile's own backups have nowhere to go when the state folder is a file.
    let config = world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nbackup = true\n");
    let mut command = world.booster(eva(&service.url, &["--fill", "--config", &config, "-o", "json"]));
    let run = run(command.env("BOOSTER_HOME", world.file("file", "in the way")));
    assert_ne!(run.code, 0);
    assert!(run.stdout.contains("cannot be written"), "{}", run.stdout);
    assert!(methods(&service).iter().all(|method| method == "GET"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_stops_a_backup_and_a_patch_with_it() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    // The limit on a file's size is what a full disk is, as far as a test can have one.
    let binary = env!("CARGO_BIN_EXE_booster");
    let line = format!(
        "trap '' XFSZ; ulimit -f 0; exec {binary} customer patch 123 --first-name=Eva --fill --backup=b.toml --base-url {}",
        service.url
    );
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &line]).env_clear().env("HOME", world.path("")).current_dir(world.path(""));
    let run = crate::common::run(&mut command);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("b.toml cannot be written"), "{}", run.stderr);
    assert!(!world.path("b.toml").exists(), "half a backup would look like a whole one");
    assert_eq!(methods(&service), ["GET"]);
}

#[test]
fn what_a_backup_cannot_set_back_is_named_before_anything_is_sent_and_not_promised() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let words = ["--middle-name=M", "--fill", "--backup=before.toml"];
    let run = world.run(eva(&service.url, &words));
    assert!(run.expect(0).stderr.contains("middleName"), "{}", run.stderr);
    assert!(
        run.stdout.contains("`booster undo` restores all but middleName within 30 days"),
        "{}",
        run.stdout
    );
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let json = world.run(eva(&service.url, &["--middle-name=M", "--fill", "--backup=b.toml", "-o", "json"]));
    assert_eq!(json.expect(0).problems(), ["backup middleName"]);
}
