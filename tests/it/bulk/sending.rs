//! What is sent of a table, in which order, and what the results say of each row.

use serde_json::{Value, json};

use super::crm::{Crm, Reply};
use super::{bulk, folder};
use crate::common::World;

fn read(world: &World, name: &str) -> String {
    std::fs::read_to_string(folder(world, "r").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn has(world: &World, name: &str) -> bool {
    folder(world, "r").join(name).exists()
}

/// The service refuses the name Bea.
fn picky() -> Crm {
    let refused = r#"{"responseStatus":{"errorCode":"Validation","message":"Bea is no name"}}"#;
    Crm::start(1..10, move |seen| {
        if seen.body["firstName"] == "Bea" { Reply::Answer(400, "", refused) } else { Reply::Done }
    })
}

/// `bulk patch` of this table as the run `r`, one row at a time.
fn patch(world: &World, crm: &Crm, table: &str, words: &[&str]) -> crate::common::Run {
    let name = if table.starts_with('{') { "t.jsonl" } else { "t.csv" };
    let path = world.file(name, table);
    let own = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1"];
    world.run(bulk(&crm.url, &[&own, words].concat()))
}

#[test]
fn each_row_is_one_patch_of_one_run_and_has_its_place_in_the_results() {
    let world = World::new();
    let crm = picky();
    let table = "\u{feff}boosterCustomerId;firstName;lastName\r\n1;\"A;da\";=x\r\n77;Bob;\r\n2; Bea;\r\n2;Cem;y\r\n2;Dan;\r\n";
    let events = world.path("events.jsonl").display().to_string();
    let run = patch(&world, &crm, &table.replace(" Bea", "Bea"), &["--events", &events]);
    let document = run.expect(8).json();
    assert_eq!((&document["outcome"], &document["exitCode"]), (&json!("partial"), &json!(8)));
    assert_eq!(
        document["counts"],
        json!({ "done": 1, "unchanged": 0, "failed": 2, "unknown": 0, "skipped": 2, "pending": 0 })
    );
    assert_eq!(document["run"], "r");
    let sent = crm.patches();
    let first = &sent[0];
    assert_eq!((first.customer, first.name.as_str()), (1, "r-2"));
    assert_eq!(first.body, json!({ "firstName": "A;da", "lastName": "=x" }));
    // What a row that failed holds back is not sent.
    assert_eq!(sent.iter().map(super::crm::Seen::row).collect::<Vec<_>>(), [2, 3, 4]);

    let header = "\u{feff}boosterCustomerId;firstName;lastName;_row;_error;_hint";
    assert_eq!(read(&world, "done.csv"), format!("{header}\n1;\"A;da\";=x;2;;\n"));
    let failed = read(&world, "failed.csv");
    let lines: Vec<&str> = failed.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, header));
    assert!(lines[1].starts_with("77;Bob;;3;the service answered 404: there is no customer 77"), "{failed}");
    assert!(lines[2].starts_with("2;Bea;;4;") && lines[2].contains("*** is no name"), "{failed}");
    let behind = "not sent: row 4 of the same customer failed, is unknown or was not sent";
    let hint = "correct that row first, then send this one";
    assert_eq!(
        read(&world, "skipped.csv"),
        format!("{header}\n2;Cem;y;5;{behind};{hint}\n2;Dan;;6;{behind};{hint}\n")
    );
    assert!(!has(&world, "unknown.csv"));
    let summary: Value = serde_json::from_str(&read(&world, "summary.json")).expect("JSON");
    assert_eq!((&summary["outcome"], &summary["counts"]), (&document["outcome"], &document["counts"]));
    assert_eq!(
        document["results"]["failed"],
        folder(&world, "r").join("failed.csv").to_str().expect("plain")
    );

    let lines = std::fs::read_to_string(&events).expect("a file");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let states: Vec<_> = lines.iter().map(|line| (line["row"].as_u64(), line["state"].as_str())).collect();
    let expected = [(2, "done"), (3, "failed"), (4, "failed"), (5, "skipped"), (6, "skipped")];
    assert_eq!(states, expected.map(|(row, state)| (Some(row), Some(state))));
    assert_eq!(
        (&lines[2]["status"], &lines[2]["code"], &lines[2]["customer"]),
        (&400.into(), &"Validation".into(), &2.into())
    );
    assert!(!lines[2].to_string().contains("Bea"), "{}", lines[2]);
}

/// One reason of many rows is told once, though each message names its row's customer.
#[test]
fn rows_that_failed_for_one_reason_are_told_together() {
    let world = World::new();
    let crm = picky();
    let run = patch(&world, &crm, "boosterCustomerId,firstName\n1,Ada\n778,Bob\n779,Cem\n", &[]);
    let document = run.expect(8).json();
    let problems = document["problems"].as_array().expect("a list");
    let told = problems[0]["message"].as_str().expect("a message");
    let expected = "2 rows, the first of which is row 3, customer 778: the service answered 404: there is no customer 778";
    assert!(problems.len() == 1 && told.starts_with(expected), "{problems:?}");
}

#[test]
fn a_corrected_file_of_failed_rows_is_a_table_like_any_other() {
    let world = World::new();
    let crm = picky();
    patch(&world, &crm, "boosterCustomerId,firstName\n1,Ada\n2,Bea\n2,Bob\n", &[]).expect(8);
    let failed = read(&world, "failed.csv").replace("Bea", "Beate");
    let skipped = read(&world, "skipped.csv");
    let rest = skipped.lines().nth(1).expect("a row");
    let path = world.file("again.csv", format!("{failed}{rest}\n"));
    let run = world.run(bulk(&crm.url, &["patch", &path, "--run=again", "--unchecked"]));
    assert_eq!(run.expect(0).json()["counts"]["done"], 2);
    let bodies: Vec<Value> = crm.patches()[2..].iter().map(|seen| seen.body.clone()).collect();
    assert_eq!(bodies, [json!({ "firstName": "Beate" }), json!({ "firstName": "Bob" })]);
}

#[test]
fn json_lines_are_told_in_json_lines() {
    let world = World::new();
    let crm = picky();
    let table = "{\"boosterCustomerId\": 1, \"firstName\": \"Ada\"}\n{ \"boosterCustomerId\":2,\"firstName\":\"Bea\" }\n";
    patch(&world, &crm, table, &[]).expect(8);
    assert_eq!(
        read(&world, "done.jsonl"),
        "{\"boosterCustomerId\": 1, \"firstName\": \"Ada\",\"_row\":1,\"_error\":\"\",\"_hint\":\"\"}\n"
    );
    let failed: Value = serde_json::from_str(&read(&world, "failed.jsonl")).expect("JSON");
    assert_eq!((&failed["firstName"], &failed["_row"]), (&"Bea".into(), &2.into()));
    assert!(!has(&world, "done.csv"));
    let again = world.file("again.jsonl", read(&world, "failed.jsonl").replace("Bea", "Eva"));
    world.run(bulk(&crm.url, &["patch", &again, "--unchecked", "--run=again"])).expect(0);
}

#[test]
fn lists_replace_the_customers_or_are_added_to_them() {
    let world = World::new();
    let table = "boosterCustomerId,emails[0].email,emails[0].isMainEmail\n1,new@example.com,false\n";
    for (flag, expected) in [
        ("--replace-lists", json!([{ "email": "new@example.com", "isMainEmail": false }])),
        (
            "--add-items",
            json!([{ "email": "old@example.com", "isMainEmail": true }, { "email": "new@example.com", "isMainEmail": false }]),
        ),
    ] {
        let world = World::new();
        let crm = Crm::willing([1]);
        let old = json!([{ "email": "old@example.com", "isMainEmail": true }]);
        crm.known().customers.get_mut(&1).expect("known").insert("emails".to_owned(), old);
        patch(&world, &crm, table, &[flag]).expect(0);
        assert_eq!(crm.patches()[0].body, json!({ "emails": expected }), "{flag}");
    }
    let crm = Crm::willing([1]);
    patch(&world, &crm, table, &[]).expect(2);
    assert!(crm.known().seen.is_empty());
}

#[test]
fn what_is_read_back_decides_what_is_sent_and_how_it_ended() {
    let world = World::new();
    let crm = Crm::willing(1..4);
    crm.known().customers.get_mut(&2).expect("known").insert("firstName".to_owned(), "Bea".into());
    let table = "boosterCustomerId,firstName\n1,Ada\n2,Bea\n";
    let run = patch(&world, &crm, table, &["--skip-unchanged"]);
    let counts = run.expect(0).json()["counts"].clone();
    assert_eq!((&counts["done"], &counts["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(crm.applied(), [2]);
    assert_eq!(read(&world, "done.csv").lines().count(), 3);

    // The service says yes and keeps nothing.
    let world = World::new();
    let crm = Crm::start(1..4, |seen| {
        if seen.customer == 2 && seen.is_patch { Reply::Answer(200, "", "{}") } else { Reply::Done }
    });
    crm.known().customers.get_mut(&2).expect("known").insert("firstName".to_owned(), "Old".into());
    let config = world.file(
        "config.toml",
        format!("default_profile = \"p\"\n[profiles.p]\nbase_url = \"{}\"\nverify_within = 0\n", crm.url),
    );
    let run = patch(&world, &crm, table, &["--verify", "--config", &config]);
    let counts = run.expect(8).json()["counts"].clone();
    assert_eq!((&counts["done"], &counts["failed"]), (&json!(1), &json!(1)));
    assert!(read(&world, "failed.csv").contains("firstName"), "{}", read(&world, "failed.csv"));

    // What the API's page requires comes from the record.
    let world = World::new();
    let crm = Crm::willing([1]);
    let record = json!({ "canBeContactedByMaison": true, "clientType": "Company", "countryId": "it", "companyName": "Acme" });
    crm.known().customers.insert(1, record.as_object().expect("an object").clone());
    let path = world.file("t.csv", "boosterCustomerId,firstName\n1,Ada\n");
    world.run(bulk(&crm.url, &["patch", &path])).expect(3);
    world.run(bulk(&crm.url, &["patch", &path, "--fill"])).expect(0);
    assert_eq!(
        crm.patches()[0].body,
        json!({ "firstName": "Ada", "canBeContactedByMaison": true, "clientType": "COMPANY", "companyName": "Acme", "countryId": "it" })
    );
}

#[test]
fn rows_of_one_customer_go_one_after_the_other_and_others_meanwhile() {
    let world = World::new();
    let crm = Crm::willing(1..40);
    let table: String =
        (0..120).map(|i| format!("{},N{i}\n", if i % 3 == 0 { 1 } else { i % 37 + 2 })).collect();
    let path = world.file("t.csv", format!("boosterCustomerId,firstName\n{table}"));
    world.run(bulk(&crm.url, &["patch", &path, "--unchecked", "--concurrency=16"])).expect(0);
    let mut last = std::collections::BTreeMap::new();
    for seen in crm.patches() {
        let before = last.insert(seen.customer, seen.row()).unwrap_or(0);
        assert!(before < seen.row(), "row {} came after row {before}", seen.row());
    }
    assert_eq!(crm.applied().len(), 120);
    assert_eq!(crm.known().customers[&1]["firstName"], "N117");
}

#[test]
fn a_row_that_is_too_short_stays_a_row_of_its_columns_and_holds_its_customer_back() {
    let world = World::new();
    let crm = Crm::willing(1..4);
    let path = world.file("t.csv", "boosterCustomerId,firstName,lastName\n1,Ann,Lee\n3,Bob\n3,Bea,Ray\n");
    let words = ["patch", &path, "--run=r", "--unchecked", "--skip-invalid", "--fill"];
    let run = world.run(bulk(&crm.url, &words));
    let counts = run.expect(8).json()["counts"].clone();
    assert_eq!((&counts["done"], &counts["failed"], &counts["skipped"]), (&1.into(), &1.into(), &1.into()));
    let failed = read(&world, "failed.csv");
    assert!(failed.contains("\n3,Bob,,3,\"the row has 2 cells"), "{failed}");
    // What nobody could read names no field.
    let summary: serde_json::Value = serde_json::from_str(&read(&world, "summary.json")).expect("JSON");
    assert_eq!(summary["fields"], serde_json::json!(["firstName", "lastName"]));
    // The next command is given with what it needs to mean the same.
    let words = [
        "bulk",
        "patch",
        &path,
        "--run=s",
        "--unchecked",
        "--skip-invalid",
        "--fill",
        "--base-url",
        &crm.url,
    ];
    let run = world.run(words);
    let step = "skipped.csv after it with `booster bulk patch` and the same options (--unchecked, --fill).";
    assert!(run.expect(8).stderr.contains(step), "{}", run.stderr);
}
