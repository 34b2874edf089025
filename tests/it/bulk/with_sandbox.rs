//! `booster bulk` on tables: checked, sent, gone on with, compared, divided, undone; through the real binary and a sandbox.

use serde_json::{Value, json};

use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Run, Service, World, is_private};

/// A world whose address is that of a sandbox.
fn world(faults: &[&str]) -> (World, Sandbox) {
    let world = World::new();
    let sandbox = Sandbox::start(&world, faults);
    configure(&world, &sandbox.url, "");
    (world, sandbox)
}

fn configure(world: &World, url: &str, keys: &str) {
    world.config(format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{url}\"\n{keys}\n"));
}

fn bulk(world: &World, words: &[&str]) -> Run {
    world.run([&["bulk"], words].concat())
}

fn document(world: &World, words: &[&str], code: i32) -> Value {
    bulk(world, &[words, &["-o", "json"]].concat()).expect(code).json()
}

fn names(world: &World, ids: &[u32], sandbox: &Sandbox) -> Vec<Value> {
    ids.iter().map(|id| sandbox.customer(world, *id)["firstName"].clone()).collect()
}

const TABLE: &str =
    "boosterCustomerId,firstName,notes\n1,One,\n77,Gone,\n3,Three,\"two\nlines\"\n123,First,\n123,Last,\n";

/// A service that takes every patch, and says how often it was asked.
fn service(answers: usize) -> Service {
    Service::start((0..answers).map(|_| Answer::json(200, "{}")))
}

/// A row with everything that the rules require.
fn whole(id: u32, name: &str) -> String {
    format!("{id},COMPANY,true,it,{name}\n")
}

const WHOLE: &str = "boosterCustomerId,clientType,canBeContactedByMaison,countryId,companyName\n";

#[test]
fn every_problem_of_a_table_is_named_with_its_row_and_column_and_nothing_is_sent() {
    let service = service(1);
    let world = World::new();
    configure(&world, &service.url, "");
    world.file(
        "t.csv",
        "boosterCustomerId,birthDate,contactByEmailFlag\n1,31/12/1985,yes\n0,1985-12-31,true\n",
    );
    let found = document(&world, &["patch", "t.csv", "--unchecked", "--problems", "p.csv"], 3);
    let rules: Vec<&str> = found["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["rule"].as_str().expect("a rule"))
        .collect();
    assert_eq!(rules, ["not-a-date", "not-a-bool", "id"]);
    assert_eq!(found["problems"][0]["source"], json!({ "row": 2, "column": "birthDate" }));
    assert_eq!(found["rules"], json!({ "not-a-date": 1, "not-a-bool": 1, "id": 1 }));
    assert_eq!((&found["valid"], &found["invalid"]), (&json!(0), &json!(2)));
    let written = std::fs::read_to_string(world.path("p.csv")).expect("written");
    assert_eq!(written.lines().count(), 4, "{written}");
    assert!(written.contains("\n2,birthDate,not-a-date,error,"), "{written}");
    assert_eq!(service.received().len(), 0);
    assert!(!world.state("runs").exists());
}

#[test]
fn a_million_problems_of_a_kind_are_counted_and_the_first_are_shown() {
    let world = World::new();
    let rows: String = (1..=300).map(|id| format!("{id},no\n")).collect();
    world.file("t.csv", format!("boosterCustomerId,contactByEmailFlag\n{rows}"));
    let found = document(&world, &["check", "t.csv", "--unchecked"], 3);
    assert_eq!(found["rules"], json!({ "not-a-bool": 300 }));
    assert_eq!(found["problems"].as_array().map(Vec::len), Some(20));
}

#[test]
fn each_row_is_sent_and_its_outcome_is_in_the_results() {
    let (world, sandbox) = world(&[]);
    world.file("t.csv", TABLE);
    let sent = document(&world, &["patch", "t.csv", "--fill", "--run", "r"], 8);
    assert_eq!((&sent["outcome"], &sent["exitCode"]), (&json!("partial"), &json!(8)));
    let counts = json!({ "done": 4, "unchanged": 0, "failed": 1, "unknown": 0, "skipped": 0, "pending": 0 });
    assert_eq!(sent["counts"], counts);
    assert_eq!(names(&world, &[1, 3, 123], &sandbox), ["One", "Three", "Last"]);
    assert_eq!(sandbox.customer(&world, 3)["notes"], "two\nlines");
    let read = |name: &str| std::fs::read_to_string(world.state(&format!("runs/r/{name}"))).expect(name);
    let failed = read("failed.csv");
    let (header, row) = failed.split_once('\n').expect("two lines");
    assert_eq!(header, "boosterCustomerId,firstName,notes,_row,_error,_hint");
    assert!(row.starts_with("77,Gone,,3,the service answered 404: there is no customer 77"), "{row}");
    assert!(read("done.csv").contains("3,Three,\"two\nlines\",4,,\n"), "{}", read("done.csv"));
    assert!(read("report.html").contains("there is no customer 77"));
    assert!(!read("report.html").contains("Three"), "no value is in the report");
    let summary: Value = serde_json::from_str(&read("summary.json")).expect("JSON");
    assert_eq!((&summary["counts"], &summary["outcome"]), (&counts, &json!("partial")));
    for name in ["", "run.db", "failed.csv", "summary.json", "report.html", "status.json"] {
        assert!(is_private(&world.state(&format!("runs/r/{name}"))), "{name}");
    }
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(history.as_array().map(Vec::len), Some(1));
    assert_eq!((&history[0]["rows"], &history[0]["outcome"]), (&json!(5), &json!("partial")));
}

#[test]
fn what_failed_can_be_corrected_and_sent_as_it_is() {
    let (world, sandbox) = world(&[]);
    world.file("t.csv", TABLE);
    bulk(&world, &["patch", "t.csv", "--fill", "--run", "r"]).expect(8);
    let failed = std::fs::read_to_string(world.state("runs/r/failed.csv")).expect("failed");
    world.file("again.csv", failed.replace("77,", "2,"));
    let sent = document(&world, &["patch", "again.csv", "--fill", "--run", "s"], 0);
    assert_eq!(sent["counts"]["done"], 1);
    assert_eq!(sandbox.customer(&world, 2)["firstName"], "Gone");
    let done = std::fs::read_to_string(world.state("runs/s/done.csv")).expect("done");
    assert_eq!(done, "boosterCustomerId,firstName,notes,_row,_error,_hint\n2,Gone,,2,,\n");
}

#[test]
fn json_lines_are_rows_too_and_come_back_as_they_were() {
    let (world, sandbox) = world(&[]);
    world.file(
        "t.jsonl",
        "{\"boosterCustomerId\":1,\"firstName\":\"One\"}\n\n{ \"boosterCustomerId\": 77, \"firstName\": \"Gone\" }\n",
    );
    bulk(&world, &["patch", "t.jsonl", "--fill", "--run", "r"]).expect(8);
    assert_eq!(names(&world, &[1], &sandbox), ["One"]);
    let failed = std::fs::read_to_string(world.state("runs/r/failed.jsonl")).expect("failed");
    assert!(
        failed.starts_with(
            "{ \"boosterCustomerId\": 77, \"firstName\": \"Gone\",\"_row\":3,\"_error\":\"the service"
        ),
        "{failed}"
    );
}

#[test]
fn a_row_waits_for_the_rows_of_its_customer_before_it_and_is_skipped_if_one_failed() {
    let (world, sandbox) = world(&["400,on=patch,times=1"]);
    world.file("t.csv", "boosterCustomerId,firstName\n1,A\n1,B\n3,C\n");
    let sent = document(&world, &["patch", "t.csv", "--fill", "--run", "r", "--concurrency", "1"], 8);
    assert_eq!(
        (&sent["counts"]["failed"], &sent["counts"]["skipped"], &sent["counts"]["done"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(sent["repeatedCustomers"], json!({ "count": 1, "first": [{ "customer": 1, "rows": 2 }] }));
    assert_eq!(names(&world, &[3], &sandbox), ["C"]);
    let skipped = std::fs::read_to_string(world.state("runs/r/skipped.csv")).expect("skipped");
    assert!(skipped.contains("1,B,3,\"not sent: row 2 of the same customer"), "{skipped}");
}

#[test]
fn a_run_that_was_limited_goes_on_and_sends_no_row_twice() {
    let service = service(3);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    world.file("t.csv", format!("{WHOLE}{}{}{}", whole(1, "a"), whole(2, "b"), whole(3, "c")));
    let first = document(&world, &["patch", "t.csv", "--limit", "1", "--run", "r"], 0);
    assert_eq!((&first["counts"]["done"], &first["counts"]["pending"]), (&json!(1), &json!(2)));
    let status = document(&world, &["status", "r"], 0);
    assert_eq!(status["runs"][0]["state"], "stopped");
    let second = document(&world, &["resume", "r"], 0);
    assert_eq!((&second["counts"]["done"], &second["counts"]["pending"]), (&json!(3), &json!(0)));
    let mut paths: Vec<String> = service
        .received()
        .iter()
        .map(|received| received.head.lines().next().unwrap_or_default().to_owned())
        .collect();
    paths.sort();
    assert_eq!(paths, [1, 2, 3].map(|id| format!("PATCH /customer/{id} HTTP/1.1")));
    assert!(service.received()[0].head.contains("r-2"), "the run and the row name the request");
    // Nothing is left, so nothing is sent.
    let over = document(&world, &["resume", "r"], 0);
    assert_eq!(over["counts"]["done"], 3);
    assert_eq!(service.received().len(), 3);
}

#[test]
fn the_name_of_a_run_starts_it_once() {
    let service = service(2);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    world.file("t.csv", format!("{WHOLE}{}", whole(1, "a")));
    let patch = ["patch", "t.csv", "--run", "r"];
    bulk(&world, &patch).expect(0);
    let again = bulk(&world, &patch);
    assert!(again.expect(0).stdout.contains("Run r is over: 1 done. Nothing was sent."), "{}", again.stdout);
    let options = bulk(&world, &[&patch[..], &["--skip-invalid"]].concat());
    assert!(
        options.expect(2).stderr.contains("was started with other options: --skip-invalid"),
        "{}",
        options.stderr
    );
    world.file("t.csv", format!("{WHOLE}{}", whole(1, "b")));
    let other = bulk(&world, &patch);
    assert!(other.expect(2).stderr.contains("run r was started with another input"), "{}", other.stderr);
    assert!(other.stderr.contains("--run r-20"), "{}", other.stderr);
    assert_eq!(service.received().len(), 1);
}

#[test]
fn a_run_does_not_go_on_with_another_input_or_address() {
    let service = service(3);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    let table = format!("{WHOLE}{}{}", whole(1, "a"), whole(2, "b"));
    world.file("t.csv", &table);
    bulk(&world, &["patch", "t.csv", "--run", "r", "--limit", "1"]).expect(0);
    world.file("t.csv", table.replace(",b\n", ",c\n"));
    let changed = bulk(&world, &["resume", "r"]);
    assert!(changed.expect(2).stderr.contains("has changed since the run was started"), "{}", changed.stderr);
    world.file("t.csv", &table);
    let elsewhere = bulk(&world, &["resume", "r", "--base-url", "http://127.0.0.1:9"]);
    assert!(elsewhere.expect(2).stderr.contains("it sends to"), "{}", elsewhere.stderr);
    bulk(&world, &["resume", "r"]).expect(0);
    assert_eq!(service.received().len(), 2);
}

#[test]
fn rows_with_errors_are_left_out_only_where_that_is_wanted() {
    let (world, sandbox) = world(&[]);
    world.file("t.csv", "boosterCustomerId,firstName,birthDate\n1,A,soon\n3,C,\n");
    bulk(&world, &["patch", "t.csv", "--fill"]).expect(3);
    let sent = document(&world, &["patch", "t.csv", "--fill", "--skip-invalid", "--run", "r"], 8);
    assert_eq!((&sent["counts"]["failed"], &sent["counts"]["done"]), (&json!(1), &json!(1)));
    assert_eq!(names(&world, &[1, 3], &sandbox), ["Mei", "C"]);
}

#[test]
fn what_changes_nothing_is_left_out_and_what_was_not_saved_has_failed() {
    let (world, _sandbox) = world(&["drop=firstName"]);
    world.file("t.csv", "boosterCustomerId,firstName\n1,Mei\n3,New\n");
    let sent =
        document(&world, &["patch", "t.csv", "--fill", "--skip-unchanged", "--verify", "--run", "r"], 8);
    assert_eq!((&sent["counts"]["unchanged"], &sent["counts"]["failed"]), (&json!(1), &json!(1)));
    assert!(
        sent["problems"][0]["message"].as_str().is_some_and(|text| text.contains("was not saved")),
        "{sent}"
    );
}

#[test]
fn lists_are_sent_whole_or_added_as_is_said() {
    let (world, sandbox) = world(&[]);
    let table = "boosterCustomerId,emails[0].email,emails[0].isMainEmail\n123,new@example.com,false\n";
    world.file("t.csv", table);
    bulk(&world, &["patch", "t.csv", "--fill"]).expect(2);
    let before = sandbox.customer(&world, 123)["emails"].as_array().map_or(0, Vec::len);
    bulk(&world, &["patch", "t.csv", "--fill", "--add-items"]).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["emails"].as_array().map(Vec::len), Some(before + 1));
    bulk(&world, &["patch", "t.csv", "--fill", "--replace-lists"]).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["emails"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_dry_run_sends_nothing_and_compares_where_that_is_wanted() {
    let (world, sandbox) = world(&[]);
    world.file("t.csv", "boosterCustomerId,firstName\n1,Mei\n3,New\n");
    bulk(&world, &["patch", "t.csv", "--fill", "--dry-run"]).expect(0);
    let compared = document(&world, &["patch", "t.csv", "--fill", "--dry-run", "--diff"], 10);
    assert_eq!(
        compared["changes"],
        json!({ "file": "changes.csv", "rows": 2, "changed": 1, "fields": 1, "failed": 0 })
    );
    let changes = std::fs::read_to_string(world.path("changes.csv")).expect("written");
    assert_eq!(changes, "row,customer,field,now,then,error\n3,3,firstName,Ugo,New,\n");
    assert_eq!(names(&world, &[3], &sandbox), ["Ugo"]);
    assert!(!world.state("runs").exists());
    // An existing file stays.
    bulk(&world, &["patch", "t.csv", "--fill", "--dry-run", "--diff"]).expect(2);
}

#[test]
fn the_guard_is_asked_once_for_all_rows() {
    let service = service(2);
    let world = World::new();
    world.file("t.csv", format!("{WHOLE}{}{}", whole(1, "a"), whole(2, "b")));
    configure(&world, &service.url, "read = false\nguard = \"read-only\"");
    bulk(&world, &["patch", "t.csv"]).expect(9);
    configure(&world, &service.url, "read = false\nguard = \"confirm\"");
    bulk(&world, &["patch", "t.csv"]).expect(9);
    bulk(&world, &["patch", "t.csv", "--confirm", "other"]).expect(9);
    assert_eq!(service.received().len(), 0);
    assert!(!world.state("runs").exists(), "no run is made of what may not be sent");
    bulk(&world, &["patch", "t.csv", "--confirm", "dev"]).expect(0);
    assert_eq!(service.received().len(), 2);
}

#[test]
fn one_reason_is_wanted_for_all_rows() {
    let service = service(1);
    let world = World::new();
    configure(&world, &service.url, "read = false\nreason = \"consents\"");
    world.file("t.csv", format!("{WHOLE}{}", whole(1, "a")));
    let refused = document(&world, &["patch", "t.csv"], 3);
    assert_eq!(refused["problems"][0]["rule"], "no-reason");
    document(&world, &["patch", "t.csv", "--reason", "by letter", "--run", "r"], 0);
    let summary = std::fs::read_to_string(world.state("runs/r/summary.json")).expect("a summary");
    assert!(summary.contains("\"reason\": \"by letter\""), "{summary}");
}

#[test]
fn a_sign_in_that_is_refused_stops_the_run_and_its_rows_stay_pending() {
    let service = Service::start((0..8).map(|_| Answer::json(401, "{}")));
    let world = World::new();
    configure(&world, &service.url, "read = false\nauth = { kind = \"bearer\" }");
    world.file("t.csv", format!("{WHOLE}{}{}{}", whole(1, "a"), whole(2, "b"), whole(3, "c")));
    let words = ["bulk", "patch", "t.csv", "--run", "r", "--concurrency", "1", "-o", "json"];
    let ended = crate::common::run(world.booster(words).env("BOOSTER_TOKEN", "a-secret-token"));
    let ended = ended.expect(4).json();
    assert_eq!((&ended["outcome"], &ended["counts"]["pending"]), (&json!("unauthenticated"), &json!(3)));
    assert_eq!(service.received().len(), 1);
    for file in std::fs::read_dir(world.state("runs/r")).expect("a folder").flatten() {
        let bytes = std::fs::read(file.path()).expect("readable");
        assert!(!bytes.windows(14).any(|part| part == b"a-secret-token"), "{:?}", file.path());
    }
}

#[test]
fn too_many_failures_stop_the_run() {
    let service = Service::start((0..9).map(|_| Answer::json(400, "{}")));
    let world = World::new();
    configure(&world, &service.url, "read = false");
    let rows: String = (1..=9).map(|id| whole(id, "a")).collect();
    world.file("t.csv", format!("{WHOLE}{rows}"));
    let ended = document(&world, &["patch", "t.csv", "--max-errors", "2", "--concurrency", "1"], 9);
    assert_eq!((&ended["counts"]["failed"], &ended["counts"]["pending"]), (&json!(2), &json!(7)));
}

#[test]
fn a_service_that_asks_to_wait_is_asked_again_by_everybody_later() {
    let busy = || Answer::with_headers(429, "Retry-After: 0\r\n", "{}");
    let service = Service::start([busy(), busy(), Answer::json(200, "{}"), Answer::json(200, "{}")]);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    world.file("t.csv", format!("{WHOLE}{}{}", whole(1, "a"), whole(2, "b")));
    let ended = document(&world, &["patch", "t.csv", "--concurrency", "1"], 0);
    assert_eq!(ended["counts"]["done"], 2);
    assert_eq!(service.received().len(), 4);
}

#[test]
fn a_row_of_which_no_answer_came_is_unknown_and_settled_by_reading_it_back() {
    let (world, sandbox) = world(&["cut-body,on=patch,times=3"]);
    world.file("t.csv", "boosterCustomerId,firstName\n1,Applied\n");
    let ended = document(&world, &["patch", "t.csv", "--fill", "--run", "r"], 11);
    assert_eq!((&ended["outcome"], &ended["counts"]["unknown"]), (&json!("unknown"), &json!(1)));
    assert!(world.state("runs/r/unknown.csv").exists());
    assert_eq!(names(&world, &[1], &sandbox), ["Applied"]);
    let settled = document(&world, &["resume", "r"], 0);
    assert_eq!((&settled["outcome"], &settled["counts"]["done"]), (&json!("done"), &json!(1)));
    assert!(!world.state("runs/r/unknown.csv").exists(), "what an earlier end left is gone");
}

#[test]
fn an_unknown_row_with_notes_is_sent_again_only_by_its_name() {
    let (world, sandbox) = world(&["cut,on=patch,times=1"]);
    world.file("t.csv", "boosterCustomerId,notes\n1,Call\n");
    bulk(&world, &["patch", "t.csv", "--fill", "--run", "r"]).expect(11);
    let still = document(&world, &["resume", "r"], 11);
    assert_eq!(still["counts"]["unknown"], 1);
    assert_eq!(sandbox.customer(&world, 1).get("notes"), None);
    let sent = document(&world, &["resume", "r", "--resend-unknown"], 0);
    assert_eq!(sent["counts"]["done"], 1);
    assert_eq!(sandbox.customer(&world, 1)["notes"], "Call");
}

#[test]
fn what_comes_through_standard_input_is_kept_until_the_run_is_over() {
    let service = service(2);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    let table = format!("{WHOLE}{}{}", whole(1, "a"), whole(2, "b"));
    let words = ["bulk", "patch", "-", "--run", "r", "--limit", "1"];
    world.run_with_stdin(words, &table).expect(0);
    let kept = world.state("runs/r/input");
    assert!(is_private(&kept));
    assert_eq!(std::fs::read_to_string(&kept).expect("kept"), table);
    bulk(&world, &["resume"]).expect(0);
    assert!(!kept.exists());
    assert_eq!(service.received().len(), 2);
    // Of what is refused nothing stays.
    world.run_with_stdin(["bulk", "patch", "-", "--run", "s"], "boosterCustomerId,x\n1,2\n").expect(3);
    assert!(!world.state("runs/s").exists());
}

#[test]
fn events_are_a_line_for_each_row_without_values() {
    let (world, _sandbox) = world(&[]);
    world.file("t.csv", TABLE);
    bulk(&world, &["patch", "t.csv", "--fill", "--events", "e.jsonl"]).expect(8);
    let text = std::fs::read_to_string(world.path("e.jsonl")).expect("written");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(events.len(), 5);
    let failed = events.iter().find(|event| event["row"] == 3).expect("row 3");
    assert_eq!(
        (&failed["state"], &failed["customer"], &failed["status"]),
        (&json!("failed"), &json!(77), &json!(404))
    );
    assert!(!text.contains("Three"), "{text}");
}

#[test]
fn a_table_can_be_divided_and_its_results_put_together() {
    let service = service(40);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    let rows: String = (1..=40).map(|id| whole(id, "a")).collect();
    world.file("t.csv", format!("{WHOLE}{rows}"));
    for part in ["1/3", "2/3", "3/3"] {
        bulk(&world, &["patch", "t.csv", "--run", "r", "--shard", part]).expect(0);
    }
    assert_eq!(service.received().len(), 40);
    assert!(world.state("runs/r/2-of-3/run.db").exists());
    let status = document(&world, &["status", "r"], 0);
    assert_eq!((&status["counts"]["done"], status["runs"].as_array().map(Vec::len)), (&json!(40), Some(3)));
    let folder = world.state("runs/r");
    bulk(&world, &["results", folder.to_str().expect("plain"), "--dir", "all"]).expect(0);
    let done = std::fs::read_to_string(world.path("all/done.csv")).expect("done");
    assert_eq!(done.lines().count(), 41);
    assert_eq!(done.matches("boosterCustomerId").count(), 1);
    let auto = ["bulk", "patch", "t.csv", "--run", "r", "--shard", "auto/3", "-o", "json"];
    let pod = crate::common::run(world.booster(auto).env("JOB_COMPLETION_INDEX", "2"));
    assert_eq!(pod.expect(0).json()["run"], "r-3-of-3");
    world.run(auto).expect(2);
}

#[test]
fn an_undo_restores_what_the_run_changed_and_leaves_what_others_changed() {
    let (world, sandbox) = world(&[]);
    let before: Vec<Value> = [1, 3].map(|id| sandbox.customer(&world, id)).to_vec();
    world.file("t.csv", "boosterCustomerId,firstName,notes\n1,A,\n3,B,n\n1,C,\n123,D,\n");
    bulk(&world, &["patch", "t.csv", "--fill", "--backup", "--run", "r"]).expect(0);
    assert_eq!(names(&world, &[1, 3, 123], &sandbox), ["C", "B", "D"]);
    world.run(["customer", "patch", "123", "--first-name=Other", "--fill"]).expect(0);
    let undone = world.run(["undo", "r", "-o", "json"]);
    let undone = undone.expect(8).json();
    assert_eq!(
        (&undone["undoes"], &undone["counts"]["done"], &undone["counts"]["failed"]),
        (&json!("r"), &json!(3), &json!(1))
    );
    assert_eq!([1, 3].map(|id| sandbox.customer(&world, id)).to_vec(), before);
    assert_eq!(names(&world, &[123], &sandbox), ["Other"]);
    // A run without a backup has nothing to go back to.
    bulk(&world, &["patch", "t.csv", "--fill", "--run", "s"]).expect(0);
    let none = world.run(["undo", "s"]);
    assert!(none.expect(2).stderr.contains("run s has no backup"), "{}", none.stderr);
}

#[test]
fn a_run_is_removed_only_when_it_is_over() {
    let service = service(2);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    world.file("t.csv", format!("{WHOLE}{}{}", whole(1, "a"), whole(2, "b")));
    bulk(&world, &["patch", "t.csv", "--run", "r", "--limit", "1"]).expect(0);
    bulk(&world, &["remove", "r"]).expect(9);
    bulk(&world, &["resume", "r"]).expect(0);
    bulk(&world, &["remove", "r"]).expect(0);
    assert!(!world.state("runs/r").exists());
    bulk(&world, &["status", "r"]).expect(2);
}

#[test]
fn text_of_the_service_begins_no_formula_and_repeats_no_value() {
    let body = r#"{"responseStatus":{"errorCode":"=cmd()","message":"=HYPERLINK: Zebra GmbH is wrong"}}"#;
    let service = Service::start([Answer::json(400, body)]);
    let world = World::new();
    configure(&world, &service.url, "read = false");
    world.file("t.csv", format!("{WHOLE}{}", whole(1, "Zebra GmbH")));
    bulk(&world, &["patch", "t.csv", "--run", "r"]).expect(8);
    let bytes = std::fs::read(world.state("runs/r/run.db")).expect("readable");
    assert!(!bytes.windows(5).any(|part| part == b"Zebra"), "a value is in the database");
    let failed = std::fs::read_to_string(world.state("runs/r/failed.csv")).expect("failed");
    let cells = failed.lines().last().expect("a row").split(',').skip(5);
    assert!(cells.into_iter().all(|cell| !cell.trim_start_matches('"').starts_with('=')), "{failed}");
}
