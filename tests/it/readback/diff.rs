//! `--diff`: what would change, and a change that comes in between.

use super::{RECORDED, at, eva, methods};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World};
use serde_json::json;

#[test]
fn a_rehearsed_diff_tells_by_its_exit_code_whether_something_differs() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let diff = |words: &[&str]| {
        let words = [&["customer", "patch", "123", "--fill", "--diff", "--dry-run"], words].concat();
        world.run(at(&service.url, &words))
    };
    let run = diff(&[
        "--first-name=Eva",
        "--middle-name=M",
        "--last-name=Lo",
        "--address=Home,countryId=ch,zipCode=1205,main",
        "--replace-lists",
        "-o",
        "json",
    ]);
    let document = run.expect(10).json();
    assert_eq!(document["outcome"], "different");
    assert_eq!(
        document["diff"],
        json!([
            { "field": "firstName", "now": "Ana", "then": "Eva", "known": true },
            { "field": "middleName", "then": "M", "known": false },
            {
                "field": "addresses[0]", "known": true,
                "now": { "addressType": "Home", "countryId": "ch", "zipCode": "1204", "street": "Rue \"du\" Rhône, 1", "isMainAddress": true },
                "then": { "addressType": "Home", "countryId": "ch", "zipCode": "1205", "isMainAddress": true },
            },
        ])
    );
    let text = diff(&["--first-name=Eva", "--middle-name=M", "--contact-by-email-flag=true"]);
    let lines: Vec<String> = text
        .expect(10)
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let start = [
        "Changes for customer 123",
        "Field Now Then",
        "firstName Ana Eva",
        "middleName (not known) M",
        "Consent Now Then",
        "contactByEmailFlag false true",
    ];
    assert_eq!(lines[..6], start, "{}", text.stdout);
    let run = diff(&["--first-name=Ana", "-o", "json"]);
    assert_eq!(
        (run.expect(0).json()["outcome"].clone(), run.json()["diff"].clone()),
        (json!("unchanged"), json!([]))
    );
    // The other forms print what they always do, and the difference beside it.
    let run = diff(&["--first-name=Eva"].map(|word| word));
    run.expect(10);
    let words = ["customer", "patch", "123", "--fill", "--diff", "--dry-run=json", "--first-name=Eva"];
    let run = world.run(at(&service.url, &words));
    assert_eq!(run.expect(10).json()["firstName"], "Eva");
    assert!(run.stderr.contains("Changes for"), "{}", run.stderr);
    assert!(methods(&service).iter().all(|method| method == "GET"));
}

#[test]
fn a_difference_late_in_a_long_text_can_be_seen() {
    let world = World::new();
    let long = "x".repeat(500);
    let service =
        Service::start([Answer::json(200, &RECORDED.replace("\"Ana\"", &format!("\"{long}one\"")))]);
    let name = format!("--first-name={long}two");
    let run =
        world.run(at(&service.url, &["customer", "patch", "123", &name, "--fill", "--diff", "--dry-run"]));
    assert!(run.expect(10).stdout.contains("xone") && run.stdout.contains("xtwo"), "{}", run.stdout);
}

#[test]
fn what_would_change_nothing_is_not_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let words = ["customer", "patch", "123", "--first-name=Ana", "--fill", "--diff"];
    let run = world.run(at(&service.url, &words));
    assert!(run.expect(0).stdout.contains("nothing was sent"), "{}", run.stdout);
    let run = world.run(at(&service.url, &[&words[..], &["-o", "json"]].concat()));
    assert_eq!(run.expect(0).json()["outcome"], "unchanged");
    assert_eq!(run.json().get("request"), None);
    assert_eq!(methods(&service), ["GET", "GET"]);
    // What is not known may well be otherwise.
    let words = ["customer", "patch", "123", "--middle-name=M", "--fill", "--diff", "--dry-run"];
    world.run(at(&service.url, &words)).expect(10);
}

#[test]
fn a_change_behind_what_was_shown_stops() {
    let world = World::new();
    for fault in
        ["change=firstName,times=1", "change=canBeContactedByMaison,times=1", "lack=firstName,times=1"]
    {
        let sandbox = Sandbox::start(&world, &[fault]);
        let field = &fault[fault.find('=').expect("a field") + 1..fault.find(',').expect("an end")];
        let run = world.run(eva(&sandbox.url, &["--fill", "--diff", "-o", "json"]));
        assert_eq!(run.expect(9).problems(), [format!("stopped {field}")], "{fault}");
        assert_eq!(run.json()["outcome"], "stopped");
        assert_ne!(sandbox.customer(&world, 123)["firstName"], "Eva");
    }
    // What the patch does not touch may change.
    let sandbox = Sandbox::start(&world, &["change=notes,times=1"]);
    world.run(eva(&sandbox.url, &["--fill", "--diff"])).expect(0);
    let sandbox = Sandbox::start(&world, &["change=firstName,times=1"]);
    world.run(eva(&sandbox.url, &["--fill", "--diff", "--force"])).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
}
