//! The requests that read a customer: how many, by which route, signed in how, and what interrupts them.

use super::{NOBODY, RECORDED, at, eva, methods};
use crate::common::{Answer, Service, World, patch};
use serde_json::json;

#[test]
fn one_question_serves_all_and_none_is_put_without_need() {
    let world = World::new();
    let requests = |words: &[&str]| {
        let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, RECORDED)]);
        world.run(at(&service.url, words));
        methods(&service)
    };
    let file = world.path("one.toml").to_str().expect("plain").to_owned();
    let eva = ["customer", "patch", "123", "--first-name=Eva"];
    let with = |words: &[&str]| requests(&[&eva, words].concat());
    assert_eq!(requests(&patch(&[])), ["PATCH"]);
    assert_eq!(with(&["--fill"]), ["GET", "PATCH"]);
    assert_eq!(with(&["--fill", "--backup", &file]), ["GET", "PATCH"]);
    assert_eq!(with(&["--fill", "--diff", "--dry-run"]), ["GET"]);
    // What was shown is looked at once more.
    assert_eq!(with(&["--fill", "--diff"]), ["GET", "GET", "PATCH"]);
    assert_eq!(with(&["--fill", "--diff", "--force"]), ["GET", "PATCH"]);
    assert_eq!(requests(&patch(&["--dry-run"])), Vec::<String>::new());
    assert_eq!(requests(&patch(&["--verify", "--dry-run"])), Vec::<String>::new());
    assert_eq!(requests(&patch(&["--backup=x.toml", "--dry-run"])), Vec::<String>::new());
    assert!(!world.path("x.toml").exists());
}

#[test]
fn a_question_is_signed_in_as_the_patch_is_and_asked_again_when_it_fails() {
    let world = World::new();
    let later = Answer::with_headers(503, "Retry-After: 0\r\n", "");
    let service =
        Service::start([later, Answer::Silence, Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let mut command = world.booster(eva(&service.url, &["--fill", "-o", "json"]));
    let run = crate::common::run(command.env("BOOSTER_TOKEN", "t0ken-of-the-test"));
    run.expect(0);
    assert_eq!(methods(&service), ["GET", "GET", "GET", "PATCH"]);
    for request in service.received() {
        assert!(request.head.contains("Authorization: Bearer t0ken-of-the-test\r\n"), "{}", request.head);
    }
    assert!(!run.stdout.contains("t0ken") && !run.stderr.contains("t0ken"));
}

#[test]
fn a_question_that_was_lost_leaves_nothing_unknown() {
    let world = World::new();
    let service = Service::start([Answer::Silence, Answer::json(404, NOBODY)]);
    world.run(at(&service.url, &["customer", "get", "123"])).expect(5);
    let service = Service::start([Answer::json(502, ""), Answer::json(200, RECORDED)]);
    world.run(at(&service.url, &["customer", "get", "123"])).expect(0);
}

#[test]
fn a_profile_can_name_another_route_or_turn_reading_off() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let config = |keys: &str| {
        world.file(
            "config.toml",
            format!(
                "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}/api\"\n{keys}\n",
                service.url
            ),
        )
    };
    let path = config("read_route = \"/crm/{id}/all\"");
    world.run(["customer", "get", "123", "--config", &path]).expect(0);
    assert!(service.only().head.starts_with("GET /api/crm/123/all HTTP"), "{}", service.only().head);

    let path = config("read = false");
    for option in ["--fill", "--diff", "--verify", "--backup=b.toml"] {
        let run = world.run(patch(&[option, "--config", &path, "-o", "json"]));
        run.expect(2);
        let problem = &run.json()["problems"][0];
        let flag = option.split('=').next().expect("a flag");
        assert_eq!(problem["source"], json!({ "flag": flag }));
        assert!(problem["message"].as_str().expect("a message").contains("read = false"), "{problem}");
    }
    for command in [vec!["customer", "get", "123"], vec!["undo"]] {
        let run = world.run([&command[..], &["--config", &path, "-o", "json"]].concat());
        assert!(run.expect(2).stdout.contains("read = false"), "{command:?}: {}", run.stdout);
    }
    let path = config("read = false\nbackup = true");
    assert!(world.run(patch(&["--config", &path])).expect(2).stderr.contains("backup = true"));
    assert_eq!(service.received().len(), 1);
    let path = config("read_route = \"/customer/v2/{id}?x\"");
    let run = world.run(["config", "check", "--config", &path, "-o", "json"]);
    assert_eq!(run.expect(2).json()["problems"][0]["source"]["line"], 4);
}

#[test]
#[cfg(unix)]
fn an_interrupted_question_has_sent_nothing_and_an_interrupted_look_afterwards_says_so() {
    let world = World::new();
    for (answers, words, outcome) in [
        (vec![Answer::Never], &["--fill"][..], "stopped"),
        (vec![Answer::json(200, "{}"), Answer::Never], &["--unchecked", "--verify"][..], "unverified"),
    ] {
        let count = answers.len();
        let service = Service::start(answers);
        let mut command = world.booster(eva(&service.url, &[words, &["-o", "json"]].concat()));
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = command.spawn().expect("the binary starts");
        service.wait_for(count);
        crate::common::send_signal(child.id(), "INT");
        let run = crate::common::finish(child);
        assert_eq!(run.expect(130).json()["outcome"], outcome);
    }
}
