//! What is found in a table before anything is sent.

use serde_json::{Value, json};

use super::bulk;
use super::crm::Crm;
use crate::common::{World, is_private};

/// Of five rows one has no id, one a date that is none; two are the same customer's.
const TABLE: &str = "boosterCustomerId,firstName,birthDate,clientType\n\
    1,Ada,1988-08-13,PRIVATE\n2,Bea,31/12/1990,COMPANIE\nx,Cem,,\n4,,,PRIVATE\n1,Ada Maria,,\n";

fn rules(document: &Value) -> Value {
    document["rules"].clone()
}

#[test]
fn a_table_is_checked_whole_with_each_problem_at_its_place() {
    let world = World::new();
    let path = world.file("t.csv", TABLE);
    let problems = world.path("problems.csv");
    let words = ["bulk", "check", &path, "--unchecked", "-o", "json", "--problems"];
    let run = world.run(words.into_iter().chain(problems.to_str()));
    let document = run.expect(3).json();
    assert_eq!((&document["outcome"], &document["exitCode"]), (&json!("refused"), &json!(3)));
    assert_eq!((&document["valid"], &document["invalid"]), (&json!(3), &json!(2)));
    assert_eq!(rules(&document), json!({ "not-a-date": 1, "id": 1 }));
    let input = &document["input"];
    assert_eq!((&input["rows"], &input["bytes"]), (&json!(5), &json!(TABLE.len())));
    assert_eq!(input["format"], "CSV, separator comma, UTF-8, 4 columns");
    assert_eq!(document["repeatedCustomers"], json!({ "count": 1, "first": [{ "customer": 1, "rows": 2 }] }));
    let places: Vec<&Value> =
        document["problems"].as_array().expect("problems").iter().map(|problem| &problem["source"]).collect();
    let expected =
        [json!({ "row": 3, "column": "birthDate" }), json!({ "row": 4, "column": "boosterCustomerId" })];
    assert_eq!(places, expected.iter().collect::<Vec<_>>());
    let text = std::fs::read_to_string(&problems).expect("a file");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].starts_with("3,birthDate,not-a-date,error,"), "{text}");
    assert!(is_private(&problems));
    // It is never written over.
    let again = world.run(words.into_iter().chain(problems.to_str()));
    assert!(again.expect(2).json()["problems"][0]["message"].to_string().contains("problems.csv"));

    let run = world.run(["bulk", "check", &path, "--unchecked"]);
    let text = &run.expect(3).stderr;
    assert!(
        text.contains("3 rows correct, 2 rows with errors") && text.contains("row 3, column birthDate"),
        "{text}"
    );
    assert!(!std::path::Path::new(&world.state("runs")).exists(), "no run is made");
}

#[test]
fn what_is_missing_and_what_cannot_be_read() {
    let world = World::new();
    let good = world.file("good.csv", "boosterCustomerId,firstName\n1,Ada\n");
    let run = world.run(["bulk", "check", &good, "-o", "json"]);
    assert_eq!(rules(&run.expect(3).json()), json!({ "required": 3 }));
    world.run(["bulk", "check", &good, "--for-fill", "-o", "json"]).expect(0);
    let run = world.run(["bulk", "check", &good, "--unchecked"]);
    assert!(run.expect(0).stdout.contains("1 row is correct."), "{}", run.stdout);
    let run =
        world.run_with_stdin(["bulk", "check", "-", "--unchecked", "-o", "json"], "boosterCustomerId\n7\n");
    assert_eq!(run.json()["input"]["name"], "-");
    let other = world.file("other.csv", "boosterCustomerId,fristName\n1,Ada\n");
    let lists = world.file("lists.csv", "boosterCustomerId,emails[0].email\n1,a@b.co\n");
    let missing = world.path("missing.csv").display().to_string();
    for (path, code, word) in
        [(&other, 3, "fristName"), (&lists, 2, "--replace-lists"), (&missing, 2, "missing.csv")]
    {
        let run = world.run(["bulk", "check", path, "--unchecked", "-o", "json"]);
        let problems = run.expect(code).json()["problems"].to_string();
        assert!(problems.contains(word), "{problems}");
    }
}

#[test]
fn nothing_is_sent_of_a_table_with_errors_unless_they_are_skipped() {
    let world = World::new();
    let crm = Crm::willing([1, 2, 4]);
    let path = world.file("t.csv", TABLE);
    world.run(bulk(&crm.url, &["patch", &path, "--unchecked"])).expect(3);
    world.run(bulk(&crm.url, &["patch", &path, "--unchecked", "--dry-run"])).expect(3);
    let planned = world.run(bulk(&crm.url, &["patch", &path, "--unchecked", "--dry-run", "--skip-invalid"]));
    assert_eq!(planned.expect(0).json()["outcome"], "planned");
    let empty = world.file("empty.csv", "boosterCustomerId,firstName\n");
    let run = world.run(bulk(&crm.url, &["patch", &empty, "--unchecked"]));
    assert_eq!(run.expect(3).problems(), ["empty"]);
    let folder = world.path("").display().to_string();
    let run = world.run(bulk(&crm.url, &["patch", &folder, "--unchecked"]));
    assert!(run.expect(2).stdout.contains("it is a folder"), "{}", run.stdout);
    assert!(crm.known().seen.is_empty());
    assert!(!world.state("runs").exists() && !world.state("history.jsonl").exists());

    let run = world.run(bulk(&crm.url, &["patch", &path, "--unchecked", "--skip-invalid", "--run=r"]));
    let counts = run.expect(8).json()["counts"].clone();
    assert_eq!((&counts["done"], &counts["failed"], &counts["pending"]), (&json!(3), &json!(2), &json!(0)));
    assert_eq!(crm.applied(), [2, 5, 6]);
    let failed = std::fs::read_to_string(super::folder(&world, "r").join("failed.csv")).expect("a file");
    assert_eq!(
        failed,
        "boosterCustomerId,firstName,birthDate,clientType,_row,_error,_hint\n\
         2,Bea,31/12/1990,COMPANIE,3,\"birthDate: expected a date written YYYY-MM-DD, found \"\"31/12/1990\"\"\",write 1990-12-31\n\
         x,Cem,,,4,\"boosterCustomerId: \"\"x\"\" is not a customer id\",\"an id is a whole number from 1 to 2147483647, in the digits 0 to 9\"\n"
    );
}
