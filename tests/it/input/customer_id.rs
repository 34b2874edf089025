//! The customer's id, from the command line and from files, and what is said where it is wrong.

use crate::common::{GOOD, World};
use serde_json::json;

/// A file for customer 123 that breaks no rule.
fn good_file(world: &World) -> String {
    world.file(
        "ada.toml",
        "boosterCustomerId = 123\ncanBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\n\
         companyName = \"Acme\"\n",
    )
}

#[test]
fn a_patch_takes_the_id_from_its_file() {
    let world = World::new();
    let path = good_file(&world);
    for words in [
        vec!["customer", "patch", "--from", &path],
        vec!["customer", "patch", "123", "--from", &path],
        vec!["customer", "patch", "--from", &path, "--first-name=Ada"],
    ] {
        let run = world.run(words.iter().copied().chain(["--dry-run", "-o", "json"]));
        assert_eq!(run.expect(0).json()["customer"], 123, "{words:?}");
    }
    let run = world.run(["customer", "patch", "--from", &path, "--dry-run=http", "--sandbox"]);
    assert!(run.expect(0).stdout.starts_with("PATCH /customer/123 HTTP/1.1"), "{}", run.stdout);
    assert!(!run.stdout.contains("boosterCustomerId"), "{}", run.stdout);
    let run = world.run_with_stdin(
        ["customer", "patch", "--from=-", "--unchecked", "--dry-run", "-o", "json"],
        r#"{"$schema": "customer.schema.json", "boosterCustomerId": "7", "firstName": "Ada"}"#,
    );
    assert_eq!(run.expect(0).json()["customer"], 7);
    assert_eq!(run.json()["request"]["body"], json!({ "firstName": "Ada" }));
}

#[test]
fn ids_that_differ_are_refused_with_both() {
    let world = World::new();
    let path = good_file(&world);
    let run = world.run(["customer", "patch", "124", "--from", &path, "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["id boosterCustomerId"]);
    let other = world.file("other.json", r#"{"boosterCustomerId": 124, "firstName": "Ada"}"#);
    let run = world.run(["customer", "patch", "--from", &path, "--from", &other, "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["id boosterCustomerId"]);
    let problem = &run.json()["problems"][0];
    assert_eq!(problem["message"], format!("boosterCustomerId is 124 here, and 123 in {path}:1:21"));
    assert_eq!(problem["source"], json!({ "file": other, "line": 1, "column": 23 }));
    let run = world.run(["customer", "check", &path, &other, "--for-fill", "-o", "json"]);
    // Each is a patch of its own there.
    let files = run.expect(0).json()["files"].clone();
    assert_eq!((&files[0]["customer"], &files[1]["customer"]), (&json!(123), &json!(124)));
}

#[test]
fn a_patch_of_no_customer_is_told_both_ways_to_name_one() {
    let world = World::new();
    let path = world.file("a.json", r#"{"firstName": "Ada", "emails": 5}"#);
    for words in [
        ["customer", "patch"].into_iter().chain(GOOD).collect(),
        vec!["customer", "patch", "--from", &path],
        vec!["customer", "patch"],
    ] {
        let run = world.run(words.iter().copied().chain(["-o", "json"]));
        let problems = run.expect(2).json()["problems"].clone();
        let named = |problem: &&serde_json::Value| problem["message"] == "the customer's id is missing";
        let problem = problems.as_array().expect("problems").iter().find(named).expect("it is said");
        assert_eq!(
            problem["hint"],
            "write the id, as in `booster customer patch 123`, or boosterCustomerId in a file for --from FILE"
        );
    }
    // What cannot be read may name one.
    let broken = world.file("b.json", "{");
    let run = world.run(["customer", "patch", "--from", &broken, "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["syntax"]);
}

#[test]
fn a_wrong_id_brings_no_other_problem_that_is_none() {
    let world = World::new();
    let id = ["id boosterCustomerId"];
    for words in [
        vec!["customer", "patch", "007", "--first-name=Ada", "--fill"],
        vec!["customer", "patch", "0", "--fill", "--diff", "--first-name=Ada"],
    ] {
        let run = world.run(words.iter().copied().chain(["-o", "json"]));
        assert_eq!(run.expect(3).problems(), id, "{words:?}");
    }
    let path = world.file("a.json", r#"{"boosterCustomerId": "0123", "firstName": "Ada"}"#);
    let run = world.run(["customer", "patch", "--from", &path, "--fill", "-o", "json"]);
    assert_eq!(run.expect(3).problems(), id);
    let run = world.run(["customer", "check", &path, "--for-fill", "-o", "json"]);
    assert_eq!(run.expect(3).problems(), id);
    // What is wrong beside it is said too.
    let run = world.run(["customer", "patch", "007", "--birth-date=x", "--fill", "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["id boosterCustomerId", "not-a-date birthDate"]);
}

#[test]
#[cfg(unix)]
fn a_wrong_id_on_a_terminal_brings_nothing_that_would_be_asked_for() {
    let world = World::new();
    for words in [&["customer", "patch", "007"][..], &["customer", "patch", "007", "--first-name=Ada"]] {
        let mut terminal = crate::common::terminal::Terminal::start(&world, words, (80, 24), &[]);
        assert_eq!(terminal.ends(), 3);
        let screen = terminal.screen();
        assert!(screen.contains("Nothing was sent: 1 error."), "{screen}");
    }
}
