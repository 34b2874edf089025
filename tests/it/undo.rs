//! Undoing a patch: what it sets back, what it leaves alone, and where it goes.

use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World, is_private, run};
use proptest::prelude::*;
use serde_json::{Value, json};

const COMPANY: &str = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"A","canBeContactedByMaison":true,"countryId":"it"}"#;

/// A world whose profile keeps a backup of every patch, and a sandbox as its service.
fn world(faults: &[&str]) -> (World, Sandbox) {
    let world = World::new();
    let sandbox = Sandbox::start(&world, faults);
    configure(&world, &sandbox.url, "");
    (world, sandbox)
}

fn configure(world: &World, url: &str, keys: &str) {
    let text =
        format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{url}\"\nbackup = true\n{keys}\n");
    world.config(text);
}

fn backups(world: &World) -> Vec<String> {
    let folder = std::fs::read_dir(world.state("backups"));
    let mut names: Vec<String> = folder
        .into_iter()
        .flatten()
        .map(|file| file.expect("a file").file_name().into_string().expect("plain"))
        .collect();
    names.sort();
    names
}

fn runs(world: &World) -> Vec<String> {
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    history
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["run"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn an_undo_sets_back_what_a_patch_changed() {
    let (world, sandbox) = world(&[]);
    let before = sandbox.customer(&world, 3);
    let words = [
        "customer",
        "patch",
        "3",
        "--first-name=Eva",
        "--birth-date=2001-02-03",
        "--contact-by-mail-flag=true",
        "--clear=notes,emails",
        "--client-type=COMPANY",
        "--company-name=Acme",
        "--hobby=Chess,sapHobbyId=CH",
        "--replace-lists",
        "--fill",
    ];
    assert!(world.run(words).expect(0).stdout.contains("The previous values are in"));
    assert_ne!(sandbox.customer(&world, 3), before);
    let names = backups(&world);
    assert_eq!(names.len(), 2, "{names:?}");
    let folder = world.state("backups");
    for name in &names {
        assert!(is_private(&folder.join(name)));
    }
    assert!(is_private(&folder));

    let dry = world.run(["undo", "--dry-run", "-o", "json"]);
    let document = dry.expect(10).json();
    assert_eq!(document["outcome"], "different");
    assert_eq!(document["customer"], 3);
    let fields: Vec<&str> =
        document["diff"].as_array().expect("a list").iter().filter_map(|row| row["field"].as_str()).collect();
    assert_eq!(
        fields,
        [
            "firstName",
            "clientType",
            "birthDate",
            "contactByMailFlag",
            "notes",
            "emails[0]",
            "emails[1]",
            "hobbies[0]"
        ]
    );
    let run = world.run(["undo", "--verify", "-o", "json"]);
    assert_eq!(run.expect(0).json()["outcome"], "sent");
    assert_eq!(run.json()["undoes"], json!(runs(&world)[1]));
    // The answer did not carry the company's name before; nobody knows what it was.
    assert_eq!(run.problems(), ["backup companyName"]);
    let mut after = sandbox.customer(&world, 3);
    assert_eq!(after["companyName"], "Acme");
    after.as_object_mut().expect("an object").remove("companyName");
    assert_eq!(after, before);
}

/// Every required field given with the value it has, and the first name.
const REQUIRED: [&str; 8] = [
    "--title=Mr.",
    "--first-name=Eva",
    "--last-name=Lo",
    "--can-be-contacted-by-maison=true",
    "--client-type=PRIVATE",
    "--language-id=eng",
    "--gender=F",
    "--country-id=gb",
];

#[test]
fn a_consent_that_the_run_did_not_change_is_not_given_again_by_an_undo() {
    let world = World::new();
    let record = |name: &str, consent: bool| {
        let record = json!({
            "boosterCustomerId": 123, "title": "Mr.", "firstName": name, "lastName": "Lo",
            "canBeContactedByMaison": consent, "clientType": "Private", "languageId": "eng", "gender": "F",
            "countryId": "gb",
        });
        Answer::json(200, &record.to_string())
    };
    let patch = || Answer::json(200, "{}");
    let now = record("Eva", false);
    let service = Service::start([record("Ana", true), patch(), now.clone(), now, patch()]);
    configure(&world, &service.url, "");
    world.run([&["customer", "patch", "123"], &REQUIRED[..]].concat()).expect(0);
    world.run(["undo"]).expect(0);
    let body: Value = serde_json::from_str(&service.received()[4].body).expect("JSON");
    assert_eq!((&body["firstName"], &body["canBeContactedByMaison"]), (&json!("Ana"), &json!(false)));
}

#[test]
fn another_profile_of_the_same_address_is_not_the_runs() {
    let (world, sandbox) = world(&[]);
    let other = format!("[profiles.other]\nbase_url = \"{}\"", sandbox.url);
    configure(&world, &sandbox.url, &other);
    world.run(["customer", "patch", "3", "--first-name=Eva", "--fill"]).expect(0);
    let run = world.run(["undo", "-p", "other"]);
    assert!(run.expect(2).stderr.contains("-p dev"), "{}", run.stderr);
    world.run(["undo"]).expect(0);
    let again = world.run(["undo", &runs(&world)[1]]);
    assert!(again.expect(0).stderr.contains("already been undone"), "{}", again.stderr);
}

#[test]
fn undo_goes_back_from_patch_to_patch_and_a_named_undo_can_be_undone() {
    let (world, sandbox) = world(&[]);
    let name = || sandbox.customer(&world, 123)["firstName"].clone();
    for to in ["One", "Two"] {
        world.run(["customer", "patch", "123", "--first-name", to, "--fill"]).expect(0);
    }
    world.run(["undo"]).expect(0);
    assert_eq!(name(), "One");
    let text = world.run(["history"]).expect(0).stdout.clone();
    assert!(text.contains(&format!("sent, undoes {}", runs(&world)[1])), "{text}");
    assert_eq!(text.matches("undone since").count(), 1, "{text}");
    world.run(["undo", "last"]).expect(0);
    assert_eq!(name(), "Ada");
    let nothing = world.run(["undo", "-o", "json"]);
    assert_eq!(nothing.expect(2).json()["problems"][0]["message"], "there is nothing to undo");
    // The newest run is the undo of One.
    let newest = runs(&world)[0].clone();
    world.run(["undo", &newest[..newest.len() - 1]]).expect(0);
    assert_eq!(name(), "One");
    assert!(world.run(["undo", "2"]).expect(2).stderr.contains("several runs"));
    world.run(["undo", "nothing"]).expect(2);
}

#[test]
fn what_somebody_else_has_changed_since_is_left_alone() {
    let (world, sandbox) = world(&[]);
    let patch = ["customer", "patch", "123", "--first-name=Eva", "--notes=mine", "--fill"];
    world.run(patch).expect(0);
    let others = [
        "customer",
        "patch",
        "123",
        "--first-name=Other",
        "--notes=theirs",
        "--unchecked",
        "--base-url",
        &sandbox.url,
    ];
    let elsewhere = World::new();
    elsewhere.run(others).expect(0);
    let run = world.run(["undo", "-o", "json"]);
    // The notes were not known before, and stay what they are.
    assert_eq!(run.expect(9).problems(), ["stopped firstName"]);
    assert_eq!(sandbox.customer(&world, 123)["notes"], "theirs");
    let run = world.run(["undo", "--force=notes", "-o", "json"]);
    assert_eq!(run.expect(9).problems(), ["stopped firstName"]);
    assert_eq!(
        world.run(["undo", "--force=nots", "-o", "json"]).expect(3).problems(),
        ["unknown-field nots"]
    );
    let run = world.run(["undo", "--force", "-o", "json"]);
    assert_eq!(run.expect(0).problems(), ["stopped firstName", "backup notes"]);
    assert_eq!(run.json()["problems"][0]["level"], "warning");
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
    assert_eq!(sandbox.customer(&world, 123)["notes"], "theirs");
}

#[test]
fn what_was_not_known_before_stays_as_it_was_sent_unless_it_is_named() {
    let (world, sandbox) = world(&[]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--middle-name=M", "--fill"]).expect(0);
    let name = |key: &str| sandbox.customer(&world, 123)[key].clone();
    let run = world.run(["undo"]);
    let said = run.expect(0).stderr.find("middleName stays as it was sent").expect("a warning");
    assert!(said < run.stderr.find("Changes for").expect("a table"), "{}", run.stderr);
    assert_eq!((name("firstName"), name("middleName")), (json!("Ada"), json!("M")));
    // All that can be set back is back already, and the rest is still named.
    let newest = runs(&world)[1].clone();
    let run = world.run(["undo", &newest, "-o", "json"]);
    assert_eq!(run.expect(0).problems(), ["backup middleName"]);
    assert_eq!(run.json()["outcome"], "unchanged");
    // Of a run of which nothing can be set back that would be said of nothing.
    world.run(["customer", "patch", "123", "--first-name-not-latin=X", "--fill"]).expect(0);
    let run = world.run(["undo", "-o", "json"]);
    assert_eq!(run.expect(9).problems(), ["backup firstNameNotLatin"]);
    assert_eq!(run.json()["outcome"], "stopped");
    world.run(["undo", &newest, "--force="]).expect(2);
    world.run(["undo", &newest, "--force=middleName"]).expect(0);
    assert_eq!(name("middleName"), "");
}

#[test]
fn a_backup_that_is_not_what_was_written_stops_an_undo() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let url = ["--base-url", sandbox.url.as_str()];
    let patch = ["customer", "patch", "123", "--first-name=Eva", "--fill", "--backup=b.toml"];
    world.run([&patch[..], &url].concat()).expect(0);
    let written = std::fs::read_to_string(world.path("b.toml")).expect("a backup");
    for (text, word) in [
        (written.replace("= 123\n", "= 3\n"), "is now for customer 3"),
        (written.replace("\"Ada\"", "\"Ida\""), "has been changed since it was written"),
        (format!("notes = \"x\"\n{written}"), "has been changed since it was written"),
    ] {
        world.file("b.toml", &text);
        let run = world.run([&["undo"][..], &url].concat());
        assert!(run.expect(9).stderr.contains(word), "{}", run.stderr);
    }
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
    world.file("b.toml", format!("# a remark\n{written}"));
    let run = world.run([&["undo"][..], &url].concat());
    assert!(run.expect(0).stderr.contains("customer 123"), "{}", run.stderr);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
}

#[test]
fn a_newest_run_that_cannot_be_undone_is_not_passed_over() {
    let (world, sandbox) = world(&[]);
    let before = sandbox.customer(&world, 3);
    world.run(["customer", "patch", "3", "--first-name=Eva", "--fill"]).expect(0);
    let after = sandbox.customer(&world, 3);
    assert_ne!(before, after);
    configure(&world, &sandbox.url, "[profiles.other]\nbase_url = \"http://127.0.0.1:9\"");
    let other =
        ["-p", "other", "customer", "patch", "123", "--first-name=Eva", "--fill", "--base-url", &sandbox.url];
    world.run(other).expect(0);
    let newest = runs(&world)[0].clone();
    let run = world.run(["undo"]);
    assert!(run.expect(2).stderr.contains("it has no backup"), "{}", run.stderr);
    assert!(run.stderr.contains(&newest) && run.stderr.contains("customer 123"), "{}", run.stderr);
    assert!(world.run(["undo", ""]).expect(2).stderr.contains("is empty"));
    assert_eq!(sandbox.customer(&world, 3), after);
    // A name says which one is meant.
    world.run(["undo", &runs(&world)[1]]).expect(0);
    assert_eq!(sandbox.customer(&world, 3), before);
}

#[test]
fn a_run_of_which_nothing_was_saved_does_not_hide_those_before_it() {
    let (world, sandbox) = world(&["drop=lastName"]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    world.run(["customer", "patch", "123", "--last-name=Byron", "--fill"]).expect(0);
    assert_eq!(world.run(["undo", "--dry-run", "-o", "json"]).expect(0).json()["outcome"], "unchanged");
    assert_eq!(world.run(["undo", "-o", "json"]).expect(0).json()["outcome"], "unchanged");
    assert_eq!(world.run(["undo", "-o", "json"]).expect(0).json()["outcome"], "sent");
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
}

#[test]
fn what_was_kept_and_cannot_be_read_is_named() {
    let (world, sandbox) = world(&[]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    world.run(["customer", "patch", "123", "--first-name=Zoe", "--fill"]).expect(0);
    let newest = runs(&world)[0].clone();
    let folder = world.state("backups");
    std::fs::write(folder.join(format!("{newest}.sent.json")), "{").expect("written");
    let run = world.run(["undo"]);
    assert!(run.expect(2).stderr.contains(&newest), "{}", run.stderr);
    std::fs::remove_dir_all(&folder).expect("ours");
    std::fs::write(&folder, "in the way").expect("written");
    let run = world.run(["undo"]);
    assert!(run.expect(2).stderr.contains("cannot be read"), "{}", run.stderr);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Zoe");
}

#[test]
fn what_was_not_touched_stays_as_others_have_made_it() {
    let (world, sandbox) = world(&[]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    let others = ["customer", "patch", "123", "--last-name=Byron", "--country-id=it", "--unchecked"];
    World::new().run([&others[..], &["--base-url", &sandbox.url]].concat()).expect(0);
    world.run(["undo"]).expect(0);
    let after = sandbox.customer(&world, 123);
    assert_eq!(
        (&after["firstName"], &after["lastName"], &after["countryId"]),
        (&json!("Ada"), &json!("Byron"), &json!("it"))
    );
}

#[test]
fn nothing_is_sent_where_everything_is_back_already() {
    let (world, sandbox) = world(&[]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    let back = ["customer", "patch", "123", "--first-name=Ada", "--unchecked", "--base-url", &sandbox.url];
    World::new().run(back).expect(0);
    let run = world.run(["undo", "-o", "json"]);
    assert_eq!(run.expect(0).json()["outcome"], "unchanged");
    assert_eq!(runs(&world).len(), 1);
}

#[test]
fn a_backup_in_a_file_of_ones_own_can_be_undone_while_it_is_there() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let url = ["--base-url", sandbox.url.as_str()];
    let patch = ["customer", "patch", "123", "--first-name=Eva", "--fill", "--backup=b.json"];
    world.run([&patch[..], &url].concat()).expect(0);
    std::fs::rename(world.path("b.json"), world.path("c.json")).expect("moved");
    let gone = world.run([&["undo"][..], &url].concat());
    assert!(gone.expect(2).stderr.contains("the backup cannot be used"), "{}", gone.stderr);
    // By hand it can be sent as any other patch.
    world.run([&["customer", "patch", "123", "--from=c.json"][..], &url].concat()).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
    std::fs::rename(world.path("c.json"), world.path("b.json")).expect("moved");
    let run = runs(&world)[1].clone();
    assert_eq!(
        world.run([&["undo", &run, "-o", "json"][..], &url].concat()).expect(0).json()["outcome"],
        "unchanged"
    );
}

#[test]
fn an_undo_goes_to_the_service_of_the_patch_and_nowhere_else() {
    let (world, sandbox) = world(&[]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    let other = Service::start([Answer::json(200, "{}")]);
    let run = runs(&world)[0].clone();
    for words in [vec!["undo"], vec!["undo", &run]] {
        let refused = world.run([&words[..], &["--base-url", &other.url]].concat());
        assert!(refused.expect(2).stderr.contains(&sandbox.url), "{}", refused.stderr);
    }
    world.run(["undo", "--sandbox"]).expect(2);
    assert!(other.received().is_empty());
}

#[test]
fn a_patch_that_was_refused_leaves_nothing_to_undo() {
    let world = World::new();
    let record = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"A","canBeContactedByMaison":true,"countryId":"it"}"#;
    let service = Service::start([Answer::json(200, record), Answer::json(400, "")]);
    configure(&world, &service.url, "");
    let run = world.run(["customer", "patch", "123", "--company-name=B", "--fill", "-o", "json"]);
    assert_eq!(run.expect(6).json().get("backup"), None);
    assert!(backups(&world).is_empty());
    // One whose outcome is not known may have been applied.
    let service = Service::start([Answer::json(200, record), Answer::Silence]);
    configure(&world, &service.url, "");
    let run = world.run(["customer", "patch", "123", "--notes=B", "--fill", "-o", "json"]);
    assert!(run.expect(11).json()["backup"]["file"].is_string());
    assert_eq!(backups(&world).len(), 2);
}

#[test]
fn a_failure_inside_the_service_is_no_reason_to_forget_a_backup() {
    let world = World::new();
    // By its words the token is refused, so the outcome is not "unknown"; by its status anything may have happened.
    let error = r#"{"responseStatus":{"errorCode":"TokenException","message":"Token has expired"}}"#;
    let service = Service::start([Answer::json(200, COMPANY), Answer::json(500, error)]);
    configure(&world, &service.url, "auth = { kind = \"bearer\" }");
    let words = ["customer", "patch", "123", "--company-name=B", "--fill", "-o", "json"];
    let run = run(world.booster(words).env("BOOSTER_TOKEN", "t0ken-of-the-test"));
    assert_eq!(run.expect(4).problems()[0], "unauthenticated");
    assert!(run.json()["backup"]["file"].is_string());
    assert_eq!(backups(&world).len(), 2);
}

#[test]
fn old_backups_go() {
    let (world, sandbox) = world(&[]);
    configure(&world, &sandbox.url, "backup_days = 3650");
    let folder = world.state("backups");
    std::fs::create_dir_all(&folder).expect("made");
    for name in ["20010101T000000000Z-abcd.toml", "20010101T000000000Z-abcd.sent.json", "notes-of-mine.toml"]
    {
        std::fs::write(folder.join(name), "").expect("written");
    }
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill"]).expect(0);
    let names = backups(&world);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("2001")), "{names:?}");
}

#[test]
fn without_a_backup_there_is_nothing_to_undo() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let patch = ["customer", "patch", "123", "--first-name=Eva", "--fill", "--base-url", &sandbox.url];
    world.run(patch).expect(0);
    let run = world.run(["undo", "--base-url", &sandbox.url]);
    assert!(run.expect(2).stderr.contains("--backup"), "{}", run.stderr);
    assert!(backups(&world).is_empty());
}

#[test]
fn a_change_behind_the_shown_difference_stops_an_undo() {
    let (world, sandbox) = world(&["change=firstName,times=2"]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--last-name=Byron", "--fill"]).expect(0);
    // The first change was overwritten by the patch, the second one comes between the undo's two looks. Who forces
    // another field has not agreed to this one.
    let run = world.run(["undo", "--force=lastName", "-o", "json"]);
    assert_eq!(run.expect(9).problems(), ["stopped firstName"]);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Changed meanwhile");
}

#[test]
fn an_undo_is_no_way_around_the_misleading_404() {
    let world = World::new();
    let record = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"A","canBeContactedByMaison":true,"countryId":"it"}"#;
    let nobody = r#"{"canBeContactedByMaison":false,"contactByEmailFlag":false}"#;
    let service =
        Service::start([Answer::json(200, record), Answer::json(200, "{}"), Answer::json(404, nobody)]);
    configure(&world, &service.url, "");
    world.run(["customer", "patch", "123", "--company-name=B", "--fill"]).expect(0);
    world.run(["undo"]).expect(5);
    assert_eq!(service.received().len(), 3);
}

/// Values for the fields of a patch, as flags give them.
fn flags() -> impl Strategy<Value = Vec<String>> {
    let text = "[a-zA-Zé李\"'\\\\# ]{1,6}[a-z]";
    let choices = vec![
        text.prop_map(|text| format!("--first-name={text}")).boxed(),
        text.prop_map(|text| format!("--title={text}")).boxed(),
        text.prop_map(|text| format!("--notes=a\n{text}")).boxed(),
        Just("--client-type=COMPANY".to_owned()).boxed(),
        Just("--birth-date=2001-02-03".to_owned()).boxed(),
        any::<bool>().prop_map(|yes| format!("--data-sharing-consent={yes}")).boxed(),
        any::<bool>().prop_map(|yes| format!("--can-be-contacted-by-maison={yes}")).boxed(),
        Just("--emails=[]".to_owned()).boxed(),
        text.prop_map(|text| format!("--phones=[{{\"phone\":{}}}]", Value::from(text))).boxed(),
        Just("--addresses=[{\"city\":\"Roma\"},{\"isMainAddress\":true}]".to_owned()).boxed(),
    ];
    proptest::sample::subsequence((0..choices.len()).collect::<Vec<_>>(), 1..6)
        .prop_flat_map(move |chosen| chosen.into_iter().map(|i| choices[i].clone()).collect::<Vec<_>>())
}

#[test]
fn backup_then_undo_restores_every_field_that_the_answer_carries() {
    let (world, sandbox) = world(&[]);
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let tried = runner.run(&(flags(), 0..5_usize), |(flags, customer)| {
        let id = [1, 2, 3, 4, 123][customer];
        let before = sandbox.customer(&world, id);
        let words: Vec<String> =
            ["customer", "patch", &id.to_string(), "--fill", "--unchecked"].map(str::to_owned).to_vec();
        world.run([words, flags].concat()).expect(0);
        // Of some patches nothing was known before that could be set back.
        let undone = world.run(["undo", "--verify"]);
        prop_assert!([0, 9].contains(&undone.code), "{}", undone.stderr);
        let after = sandbox.customer(&world, id);
        for (name, value) in
            before.as_object().expect("an object").iter().filter(|(name, _)| *name != "countryDs")
        {
            prop_assert_eq!(&after[name], value, "{}", name);
        }
        Ok(())
    });
    tried.expect("every patch can be undone");
}

#[test]
fn the_line_ends_of_a_record_survive_a_backup_and_its_undo() {
    for file in ["before.toml", "before.json"] {
        let (world, sandbox) = world(&[]);
        let note = "Prefers calls\r\nafter 18:00\r\n";
        world.run(["customer", "patch", "3", "--fill", &format!("--notes={note}")]).expect(0);
        world.run(["customer", "patch", "3", "--fill", "--notes=x", "--backup", file]).expect(0);
        world.run(["undo", "last"]).expect(0);
        assert_eq!(sandbox.customer(&world, 3)["notes"], note, "{file}");
    }
}
