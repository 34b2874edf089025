//! `BOOSTER_HOME`: what is in that folder, and what is named by other ways.

use crate::common::sandbox::{Sandbox, configure};
use crate::common::{World, is_private, run};

const PATCH: [&str; 5] = ["customer", "patch", "1", "--first-name=Ada", "--fill"];

#[test]
fn everything_is_stored_in_the_folder_that_is_named() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &[]);
    let home = world.path("one").join("folder");
    let booster = |words: &[&str]| {
        let mut command = world.booster(words);
        command.env("BOOSTER_HOME", &home).env("XDG_CONFIG_HOME", world.path("xdg"));
        command.env("XDG_STATE_HOME", world.path("xdg"));
        command
    };
    let lines = "auth = { kind = 'credentials' }\nusername = \"ada\"\nbackup = true";
    let config = configure(&world, &sandbox.url, lines);
    std::fs::create_dir_all(&home).expect("made");
    std::fs::rename(config, home.join("config.toml")).expect("moved");

    let path = run(&mut booster(&["config", "path", "-o", "json"])).expect(0).json();
    assert_eq!(path["path"], home.join("config.toml").to_str().expect("plain"));
    assert_eq!(path["stateFolder"], home.to_str().expect("plain"));

    let mut login = booster(&["auth", "login", "--with-password"]);
    let secret = world.file("secret", crate::common::sandbox::PASSWORD);
    run(login.stdin(std::fs::File::open(secret).expect("there"))).expect(0);
    run(&mut booster(&PATCH)).expect(0);
    run(&mut booster(&["undo"])).expect(0);
    for name in ["credentials.toml", "history.jsonl", "backups"] {
        assert!(is_private(&home.join(name)), "{name}");
    }
    assert!(!world.path("xdg").exists() && !world.path(".config").exists() && !world.path(".local").exists());

    let checks = run(&mut booster(&["doctor", "-o", "json"])).expect(0).json()["checks"].clone();
    let history = checks.as_array().expect("checks").iter().find(|check| check["name"] == "history");
    let message = history.expect("a check")["message"].as_str().expect("a message");
    assert!(message.contains(home.to_str().expect("plain")), "{checks}");
}

#[test]
fn a_configuration_that_is_named_goes_before_the_one_in_the_folder() {
    let world = World::new();
    let home = world.path("home");
    std::fs::create_dir_all(&home).expect("made");
    let config = |path: &std::path::Path, profile: &str| {
        let text = format!("[profiles.{profile}]\nbase_url = \"http://127.0.0.1:1\"\n");
        std::fs::write(path, text).expect("written");
    };
    let (flag, variable) = (world.path("flag.toml"), world.path("variable.toml"));
    config(&home.join("config.toml"), "home");
    config(&flag, "flag");
    config(&variable, "variable");
    let profiles = |with_variable: bool, words: &[&str]| {
        let mut command = world.booster([words, &["profile", "list", "-o", "json"]].concat());
        command.env("BOOSTER_HOME", &home);
        if with_variable {
            command.env("BOOSTER_CONFIG", &variable);
        }
        run(&mut command).expect(0).json()["profiles"][0]["name"].clone()
    };
    assert_eq!(profiles(false, &[]), "home");
    assert_eq!(profiles(true, &[]), "variable");
    assert_eq!(profiles(true, &["--config", flag.to_str().expect("plain")]), "flag");
}

/// Elsewhere such a path is as good as one that does not exist.
#[test]
#[cfg(unix)]
fn a_file_in_the_place_of_the_folder_is_said_to_be_one() {
    let world = World::new();
    let mut command = world.booster(["profile", "list", "-o", "json"]);
    let problem =
        run(command.env("BOOSTER_HOME", world.file("file", "x"))).expect(2).json()["problems"][0].clone();
    assert!(
        problem["message"].as_str().expect("a message").ends_with("a part of its path is a file"),
        "{problem}"
    );
    assert!(problem["hint"].is_string(), "{problem}");
}

#[test]
fn a_folder_without_a_configuration_is_as_good_as_none() {
    let world = World::new();
    let mut command = world.booster(["customer", "patch", "1", "--sandbox", "--title=Ms", "--unchecked"]);
    let ended = run(command.env("BOOSTER_HOME", world.path("nowhere")));
    ended.expect(0);
}
