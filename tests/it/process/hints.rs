//! What the hints say: their commands go where the command went, and their flags are those of the command.

use std::process::Command;

use crate::common::{Answer, Run, Service, World, run};

/// A record in which a PRIVATE client has no last name.
const NAMELESS: &str = r#"{"boosterCustomerId":123,"clientType":"PRIVATE","countryId":"it","canBeContactedByMaison":true,
    "title":"Mrs.","gender":"F","languageId":"ita","firstName":"Ada"}"#;

/// Command lines that end with a hint, whatever it is.
fn failing(world: &World) -> Vec<Vec<String>> {
    let patch = world.file("patch.toml", "clientType = \"PRIVATE\"\ncountryId = \"it\"\n");
    let wrong =
        world.file("wrong.toml", "frist = 1\nnotes = \"\"\nbirthDate = \"\"\nemails = \"\"\ngender = 1\n");
    let mut lines = Vec::new();
    for line in [
        "customer patch 123 --last-name=X",
        "customer patch 123 --notes=x --fill --verify",
        "customer patch 123 --unchecked --emails=[]",
        "customer patch 123 --email=a@b.co --fill",
        "customer patch 123",
        "customer patch 0 --notes=x",
        "customer get 124",
        "customer get 123 --as-patch=lastNam",
        "customer get 123 --as-patch",
        "customer check PATCH WRONG",
        "customer edit 123",
        "customer edit 124",
        "undo",
        "undo nope",
        "auth status",
        "doctor",
        "history show nope",
        "profile remove nope",
    ] {
        let words = line.split(' ').map(|word| word.replace("PATCH", &patch).replace("WRONG", &wrong));
        lines.push(words.collect());
    }
    lines
}

fn hints(run: &Run) -> Vec<String> {
    let document = run.json();
    let of = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let all = of("problems").into_iter().chain(of("checks"));
    all.filter_map(|one| one["hint"].as_str().map(str::to_owned)).collect()
}

fn booster(world: &World, config: &str, url: &str, line: &[String]) -> Command {
    let mut command = world.booster(line);
    command.args(["--config", config, "--profile", "dev", "--base-url", url, "-o", "json"]);
    // An editor that empties the client's type, and the second time leaves it so.
    command.env("VISUAL", "sed -i s/PRIVATE/Privat/");
    command
}

/// The long flags that a command's help names.
fn flags_of(world: &World, line: &[String]) -> Vec<String> {
    let depth = if ["undo", "doctor"].contains(&line[0].as_str()) { 1 } else { 2 };
    let path = std::iter::once("help").chain(line.iter().take(depth).map(String::as_str));
    let help = world.run(path).expect(0).stdout.clone();
    let names = help.split_whitespace().filter(|word| word.starts_with("--"));
    names.map(|word| word.split(['=', '[', ',']).next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_hint_names_the_target_that_was_given_and_no_flag_that_the_command_lacks() {
    let world = World::new();
    let service = Service::start([Answer::json(200, NAMELESS)]);
    let text = "[profiles.dev]\nbase_url = \"https://example.com\"\nauth = { kind = \"bearer\" }\nguard = \"open\"\n";
    let config = world.file("my config.toml", text);
    // For PowerShell and cmd.
    let quote = if cfg!(windows) { '"' } else { '\'' };
    let mut seen = 0;
    for line in failing(&world) {
        for token in [None, Some("t0ken")] {
            let mut command = booster(&world, &config, &service.url, &line);
            command.envs(token.map(|token| ("BOOSTER_TOKEN", token)));
            let run = run(&mut command);
            let flags = flags_of(&world, &line);
            for hint in hints(&run) {
                seen += 1;
                let mut pieces = hint.split('`');
                while let Some(said) = pieces.next() {
                    for word in said.split_whitespace().filter(|word| word.starts_with("--")) {
                        let flag = word.split(['=', ',', ';']).next().unwrap_or_default().to_owned();
                        let is_patch = line.get(1).is_some_and(|word| word == "patch");
                        assert!(is_patch || flags.contains(&flag), "{line:?}: {flag} in {hint:?}");
                    }
                    let Some(command) = pieces.next() else { continue };
                    let words: Vec<&str> = command.split(' ').collect();
                    assert!(
                        words[0] != "booster"
                            || ["history", "help", "sandbox"].contains(&words[1])
                            || words[1] == "customer" && words[2] == "explain"
                            || command.contains(&format!("{quote}--config="))
                                && command.ends_with(&format!("--base-url={}", service.url)),
                        "{line:?}: {hint:?}"
                    );
                }
            }
        }
    }
    assert!(seen > 30, "{seen} hints were looked at");
}
