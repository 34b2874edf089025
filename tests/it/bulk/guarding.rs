//! What is between a table and the service, and what of it stays on the disk: guards, reasons, rights, secrets.

use std::path::Path;

use serde_json::json;

use super::crm::Crm;
use super::{folder, names};
use crate::common::{World, is_private, run};

/// A world whose only profile has these keys, and its service.
fn guarded(keys: &str) -> (World, Crm, String, String) {
    let world = World::new();
    let crm = Crm::willing(1..4);
    let text = format!("default_profile = \"prod\"\n[profiles.prod]\nbase_url = \"{}\"\n{keys}\n", crm.url);
    let config = world.file("config.toml", text);
    let path = world.file("t.csv", names(1..4));
    (world, crm, config, path)
}

#[test]
fn a_guard_holds_for_a_table_as_for_one_customer() {
    let (world, crm, config, path) = guarded("guard = \"read-only\"");
    let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "-o", "json"];
    let with = |more: &[&str]| world.run([&words, more].concat());
    assert!(with(&["--confirm=prod"]).expect(9).json()["problems"].to_string().contains("read-only"));
    with(&["--dry-run"]).expect(0);
    world.run(["bulk", "check", &path, "--unchecked", "--config", &config]).expect(0);
    assert!(crm.known().seen.is_empty() && !folder(&world, "r").exists());

    for environment in ["", "environment = \"production\""] {
        let keys = format!("guard = \"confirm\"\n{environment}");
        let (world, crm, config, path) = guarded(&keys);
        let words = [
            "bulk",
            "patch",
            &path,
            "--run=r",
            "--unchecked",
            "--config",
            &config,
            "-o",
            "json",
            "--limit=1",
        ];
        let with = |more: &[&str]| world.run([&words, more].concat());
        assert!(with(&[]).expect(9).json()["problems"].to_string().contains("--confirm prod"));
        with(&["--confirm=dev"]).expect(9);
        assert!(crm.known().seen.is_empty() && !folder(&world, "r").exists());
        with(&["--confirm=prod"]).expect(0);
        assert_eq!(crm.patches().len(), 1);
        // Whoever goes on with it confirms anew.
        let resume = ["bulk", "resume", "r", "--config", &config, "-o", "json"];
        world.run(resume).expect(9);
        with(&[]).expect(9);
        world.run([&resume[..], &["--confirm=dev"]].concat()).expect(9);
        assert_eq!(crm.patches().len(), 1);
        world.run([&resume[..], &["--confirm=prod"]].concat()).expect(0);
        assert_eq!(crm.applied(), [2, 3, 4]);
        // Nothing is left to be confirmed.
        world.run(resume).expect(0);
    }
}

#[test]
fn a_guard_that_came_later_holds_for_a_run_that_goes_on() {
    let (world, crm, config, path) = guarded("");
    let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "--limit=1"];
    world.run(words).expect(0);
    let text = std::fs::read_to_string(&config).expect("a file");
    world.file("config.toml", format!("{text}guard = \"read-only\"\n"));
    world.run(["bulk", "resume", "r", "--config", &config]).expect(9);
    // Nor does a run go elsewhere, or by other defaults.
    world.file("config.toml", text.replace("127.0.0.1", "127.0.0.2"));
    world.run(["bulk", "resume", "r", "--config", &config]).expect(2);
    world.file("config.toml", format!("{text}[profiles.prod.defaults]\nlastName = \"Lo\"\n"));
    world.run(["bulk", "resume", "r", "--config", &config]).expect(2);
    assert_eq!(crm.patches().len(), 1);
}

#[test]
fn one_reason_is_given_for_all_rows() {
    let (world, crm, config, path) = guarded("reason = \"always\"");
    let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "-o", "json"];
    assert_eq!(world.run(words).expect(3).problems(), ["no-reason"]);
    assert!(crm.known().seen.is_empty() && !folder(&world, "r").exists());
    world.run([&words[..], &["--reason=ticket 7"]].concat()).expect(0);
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!((history.as_array().map(Vec::len), &history[0]["reason"]), (Some(1), &json!("ticket 7")));
    assert_eq!((&history[0]["command"], &history[0]["rows"]), (&json!("bulk patch"), &json!(3)));
    assert_eq!((&history[0]["outcome"], &history[0]["run"]), (&json!("done"), &json!("r")));
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
#[cfg(unix)]
fn a_runs_folder_is_for_the_user_alone_and_knows_no_secret_and_no_value() {
    use std::os::unix::fs::PermissionsExt;

    let secret = "s3cret-of-ours";
    let world = World::new();
    let refused = "{\"responseStatus\":{\"errorCode\":\"Validation\",\"message\":\"N3 and s3cret-of-ours will not do\"}}";
    let crm = Crm::start(1..4, move |seen| {
        if seen.customer == 2 { super::crm::Reply::Answer(400, "", refused) } else { super::crm::Reply::Done }
    });
    let text = format!(
        "default_profile = \"p\"\n[profiles.p]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n\
         secret_command = [\"/bin/sh\", \"-c\", \"echo {secret}\"]\n",
        crm.url
    );
    let config = world.file("config.toml", text);
    let words =
        ["bulk", "patch", "-", "--run=r", "--unchecked", "--config", &config, "--limit=2", "-o", "json"];
    let mut sh = std::process::Command::new("sh");
    let usual = world.booster(words);
    // The usual rights of a new file let everybody read.
    sh.args(["-c", "umask 0; exec \"$0\" \"$@\" < t.csv"]).arg(usual.get_program()).args(usual.get_args());
    sh.env_clear().current_dir(usual.get_current_dir().expect("a folder"));
    sh.envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))));
    world.file("t.csv", names(1..4));
    let run = run(&mut sh);
    run.expect(8);
    assert!(crm.patches()[0].head.contains(secret));
    let folder = folder(&world, "r");
    assert_eq!(std::fs::metadata(&folder).expect("a folder").permissions().mode() & 0o777, 0o700);
    let files = files(&folder);
    assert!(files.len() >= 5, "{files:?}");
    for file in &files {
        let mode = std::fs::metadata(file).expect("a file").permissions().mode() & 0o777;
        assert!(is_private(file), "{} has the mode {mode:o}", file.display());
        let bytes = std::fs::read(file).expect("a file");
        let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!holds(secret), "{} has the secret", file.display());
        // The table's own rows are in the tables.
        let is_table = ["input", "done.csv", "failed.csv"].iter().any(|name| file.ends_with(name));
        assert!(is_table || !holds("N3") && !holds("N2"), "{} has a value", file.display());
    }
    assert!(!run.stdout.contains("N3") && !run.stdout.contains(secret), "{}", run.stdout);
}
