//! Profiles: what a command takes from them, and the commands that show and change them.

mod address;
mod commands;
mod config_file;
mod credential;
mod home;
mod patching;

use crate::common::{Answer, Run, Service, World, patch, run};
use serde_json::Value;

fn service() -> Service {
    Service::start([Answer::json(200, "{}")])
}

/// Runs with these variables set.
fn run_with(world: &World, environment: &[(&str, &str)], words: &[&str]) -> Run {
    run(world.booster(words).envs(environment.iter().copied()))
}

/// Where the configuration lies unless somebody names another place.
fn usual_place(world: &World) -> std::path::PathBuf {
    let path = std::path::PathBuf::from(world.run(["config", "path"]).expect(0).stdout.trim_end());
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the home takes a folder");
    path
}

fn config(service: &Service) -> String {
    format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\n", service.url)
}

/// Line, column, message and hint of the only problem of `config check`.
fn refused(world: &World, content: impl AsRef<[u8]>) -> (Value, Value, String) {
    let path = world.file("config.toml", content);
    let run = world.run(["config", "check", "--config", &path, "-o", "json"]);
    let document = run.expect(2).json();
    assert_eq!(document["outcome"], "usage");
    let problem = &document["problems"][0];
    // Whoever uses the configuration is told the same.
    let patched = world.run(patch(&["--config", &path, "-p", "dev", "-o", "json"]));
    assert_eq!(patched.expect(2).json()["problems"][0], *problem);
    let source = &problem["source"];
    let words = format!(
        "{} {}",
        problem["message"].as_str().unwrap_or_default(),
        problem["hint"].as_str().unwrap_or_default()
    );
    (source["line"].clone(), source["column"].clone(), words)
}
