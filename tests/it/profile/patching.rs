//! What a profile says about a patch: filled by rule, fields that may be changed, fields that its service has besides,
//! and a reason that is kept.

use crate::common::sandbox::{Sandbox, configure};
#[cfg(unix)]
use crate::common::terminal::Terminal;
use crate::common::{Answer, Run, Service, World, patch};
use serde_json::{Value, json};

/// Customer 123 as a service shows it that has three fields besides.
const EXTENDED: &str = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"Acme","canBeContactedByMaison":true,
    "countryId":"it","firstName":"Ada","VipLevel":"gold","isVip":false,"vipSince":"2020-01-01T00:00:00","brand":"CAR"}"#;

const EXTRA: &str = "extra_fields = { vipLevel = \"text\", isVip = \"bool\", vipSince = \"date\" }";

/// A world whose only profile has these lines and sends to this address.
fn world(url: &str, lines: &str) -> World {
    let world = World::new();
    configure_usual(&world, url, &format!("auth = {{ kind = \"none\" }}\nverify_within = 0.1\n{lines}"));
    world
}

/// As [`configure`], where the configuration is found without being named.
fn configure_usual(world: &World, url: &str, lines: &str) {
    let config = configure(world, url, lines);
    let text = std::fs::read(&config).expect("written");
    std::fs::remove_file(config).expect("ours");
    world.config(text);
}

/// `customer patch 123` with these words, as a document.
fn patch_123(world: &World, words: &[&str]) -> Run {
    world.run([&["customer", "patch", "123", "-o", "json"], words].concat())
}

fn extended(patches: usize) -> Service {
    let pairs = [Answer::json(200, EXTENDED), Answer::json(200, "{}")];
    Service::start(pairs.into_iter().cycle().take(2 * patches))
}

fn body(service: &Service) -> Value {
    let patch = service.received().into_iter().rfind(|request| request.head.starts_with("PATCH "));
    serde_json::from_str(&patch.expect("a patch").body).expect("JSON")
}

#[track_caller]
fn hint(run: &Run) -> String {
    run.json()["problems"][0]["hint"].as_str().expect("a hint").to_owned()
}

#[test]
fn where_something_is_missing_the_first_hint_is_to_fill() {
    let service = Service::start([Answer::json(200, "{}")]);
    let world = world(&service.url, "");
    let run = patch_123(&world, &["--first-name=Eva"]);
    assert_eq!(
        run.expect(3).problems(),
        ["required canBeContactedByMaison", "required clientType", "required countryId"]
    );
    assert!(
        hint(&run).starts_with("--fill takes what is missing from the customer's record"),
        "{}",
        hint(&run)
    );
    // An added item needs the record, and so is checked before it is read.
    assert!(hint(&patch_123(&world, &["--email=a@b.co"])).starts_with("--fill"));
    // What was given empty, or is missing from the record itself, it cannot fill.
    let run = patch_123(
        &world,
        &[
            "--first-name=Eva",
            "--can-be-contacted-by-maison=true",
            "--client-type=COMPANY",
            "--country-id=it",
            "--clear=companyName",
        ],
    );
    assert!(!hint(&run).contains("--fill"), "{}", run.stdout);
    assert!(service.received().is_empty());
    let off = self::world(&service.url, "read = false");
    assert!(!hint(&patch_123(&off, &["--first-name=Eva"])).contains("--fill"));
}

#[test]
fn a_profile_can_fill_every_patch_and_a_flag_turns_that_off() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let world = self::world(&sandbox.url, "fill = true");
    let run = patch_123(&world, &["--first-name=Eva"]);
    assert_eq!(run.expect(0).json()["filled"].as_array().map(Vec::len), Some(7));
    let run = patch_123(&world, &["--first-name=Eva", "--no-fill"]);
    assert!(run.expect(3).problems().contains(&"required clientType".to_owned()));
    patch_123(&world, &["--first-name=Eva", "--no-fill", "--fill"]).expect(2);
    // A file for such a profile need not hold what the record does.
    let file = world.file("a.toml", "firstName = \"Eva\"\n");
    world.run(["customer", "check", &file]).expect(0);
    let plain = self::world(&sandbox.url, "");
    let file = plain.file("a.toml", "firstName = \"Eva\"\nbirthDate = 1\n");
    let run = plain.run(["customer", "check", "--for-fill", &file, "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["not-a-date birthDate"]);
    let file = plain.file("a.toml", "firstName = \"Eva\"\n");
    plain.run(["customer", "check", "--for-fill", &file]).expect(0);
    plain.run(["customer", "check", &file]).expect(3);
}

#[test]
#[cfg(unix)]
fn a_person_is_asked_whether_the_rest_is_taken_from_the_record() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let first_name = || sandbox.customer(&world, 123)["firstName"].clone();
    let url = format!("--base-url={}", sandbox.url);
    let words = ["customer", "patch", "123", "--first-name=Eva", &url];
    // Enter alone takes no consent over.
    for (keys, code) in [("\r", 3), ("n\r", 3), ("\x03", 130)] {
        let mut terminal = Terminal::start(&world, &words, (100, 40), &[]);
        terminal.answers("Take the rest from the customer's record?", keys);
        assert_eq!(terminal.ends(), code, "{keys:?}");
        assert_eq!(first_name(), "Ada");
    }
    let mut terminal = Terminal::start(&world, &words, (100, 40), &[]);
    terminal.shows("canBeContactedByMaison (a consent), clientType, countryId.");
    terminal.answers("Take the rest from the customer's record?", "y\r");
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert!(terminal.bytes().contains("Required, sent unchanged"), "{}", terminal.bytes());
    assert_eq!(first_name(), "Eva");
    // Nobody is asked where the answer is known, would be of no use, or may not be asked for.
    for more in [&["--fill", "--dry-run"][..], &["--no-input"], &["-o", "json"], &["--birth-date=soon"]] {
        let mut terminal = Terminal::start(&world, &[&words[..], more].concat(), (100, 40), &[]);
        assert_eq!(terminal.ends(), if more.len() == 2 && more[0] == "--fill" { 0 } else { 3 }, "{more:?}");
        assert!(!terminal.bytes().contains("Take the rest"), "{more:?}");
    }
}

#[test]
fn a_field_that_the_profile_may_not_change_is_refused_from_every_command() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let open = self::world(&sandbox.url, "fill = true\nbackup = true");
    let run = patch_123(&open, &["--first-name=Eva", "--contact-by-email-flag=false"]);
    let undo = run.expect(0).json()["run"].as_str().expect("a run").to_owned();
    configure_usual(
        &open,
        &sandbox.url,
        "fill = true\nbackup = true\nmay_change = [\"firstName\", \"lists\"]",
    );
    for (words, problem) in [
        (&["--data-sharing-consent=true"][..], "not-allowed dataSharingConsent"),
        (&["--clear=notes"], "not-allowed notes"),
        (&["--data-sharing-consent=true", "--unchecked"], "not-allowed dataSharingConsent"),
    ] {
        let run = patch_123(&open, words);
        assert_eq!(run.expect(3).problems(), [problem], "{words:?}");
    }
    // What is taken from the record is sent as it is, consents too.
    patch_123(&open, &["--first-name=Zoe", "--email=a@b.co"]).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Zoe");
    let run = open.run(["undo", &undo, "--force", "-o", "json"]);
    assert!(
        run.expect(3).problems().contains(&"not-allowed contactByEmailFlag".to_owned()),
        "{}",
        run.stdout
    );
    assert_eq!(sandbox.customer(&world, 123)["contactByEmailFlag"], false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let editor =
            open.file("editor.sh", "#!/bin/sh\nsed -i 's/^lastName = .*/lastName = \"X\"/' \"$1\"\n");
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).expect("ours");
        let run =
            crate::common::run(open.booster(["customer", "edit", "123", "-o", "json"]).env("EDITOR", editor));
        assert_eq!(run.expect(3).problems(), ["not-allowed lastName"]);
    }
    let explained = open.run(["customer", "explain", "notes", "-o", "json"]);
    assert_eq!(explained.expect(0).json()["fields"][0]["mayChange"], false);
    assert!(open.run(["customer", "explain", "notes"]).expect(0).stdout.contains("may not change it"));
    let shown = open.run(["profile", "show"]);
    assert!(shown.expect(0).stdout.contains("firstName, lists"), "{}", shown.stdout);
}

#[test]
fn a_default_that_the_profile_may_not_change_is_refused_as_what_it_is() {
    let lines = "may_change = [\"firstName\"]\n[profiles.dev.defaults]\nnotes = \"x\"";
    let world = world("https://a.example", lines);
    let run = patch_123(&world, &["--first-name=Eva", "--unchecked", "--dry-run"]);
    assert_eq!(run.expect(3).problems(), ["not-allowed notes"]);
    assert!(hint(&run).contains("--no-defaults"), "{}", hint(&run));
    patch_123(&world, &["--first-name=Eva", "--unchecked", "--dry-run", "--no-defaults"]).expect(0);
}

#[test]
fn wrong_names_in_a_profile_are_told_with_their_place() {
    for (lines, line, column, word) in [
        ("may_change = [\"notes\", \"fristName\"]", 6, 24, "did you mean firstName?"),
        ("extra_fields = { vipLevel = \"txt\" }", 6, 29, "did you mean text?"),
        ("extra_fields = { Notes = \"text\" }", 6, 18, "upper and lower case do not matter"),
        ("reason = \"consent\"", 6, 10, "consents"),
        ("fill = \"yes\"", 6, 8, "without quotes"),
        ("fill = true\nread = false", 6, 8, "remove one of the two"),
    ] {
        let world = world("https://a.example", lines);
        let run = world.run(["config", "check", "-o", "json"]);
        let problem = run.expect(2).json()["problems"][0].clone();
        let place = (&problem["source"]["line"], &problem["source"]["column"]);
        assert_eq!(place, (&json!(line), &json!(column)), "{lines}: {problem}");
        assert!(problem["hint"].as_str().unwrap_or_default().contains(word), "{lines}: {problem}");
    }
}

#[test]
fn a_field_that_the_service_has_besides_is_checked_and_sent_behind_the_tables() {
    let service = extended(2);
    let world = world(&service.url, &format!("fill = true\n{EXTRA}"));
    let file = world.file("vip.toml", "vipSince = 2021-02-03\nvipLevel = \"black\"\nfirstName = \"Eva\"\n");
    patch_123(&world, &["--from", &file]).expect(0);
    let sent = body(&service);
    let names: Vec<&String> = sent.as_object().expect("an object").keys().collect();
    assert_eq!(names.last_chunk(), Some(&[&"vipLevel".to_owned(), &"vipSince".to_owned()]));
    assert_eq!((&sent["vipLevel"], &sent["vipSince"]), (&json!("black"), &json!("2021-02-03")));
    patch_123(&world, &["--clear=vipLevel"]).expect(0);
    assert_eq!(body(&service)["vipLevel"], "");
    for (content, problem) in [
        (r#"{"vipLevel":3}"#, "not-text vipLevel"),
        (r#"{"isVip":"yes"}"#, "not-a-bool isVip"),
        (r#"{"vipSince":"03/02/2021"}"#, "not-a-date vipSince"),
        (r#"{"viplevel":"x","notes":"n"}"#, "unknown-field viplevel"),
    ] {
        let file = world.file("bad.json", content);
        let run = patch_123(&world, &["--from", &file]);
        assert_eq!(run.expect(3).problems(), [problem], "{content}");
    }
    assert!(
        hint(&patch_123(&world, &["--from", &world.file("bad.json", r#"{"viplevl":"x"}"#)]))
            .contains("vipLevel")
    );
    let schema = world.run(["customer", "schema"]).expect(0).json();
    assert_eq!(schema["properties"]["isVip"]["type"], "boolean");
    // A profile without it knows no such field.
    let plain = self::world(&service.url, "fill = true");
    let file = plain.file("vip.toml", "vipLevel = \"black\"\n");
    let run = plain.run(["customer", "check", &file, "-o", "json"]);
    assert!(run.expect(3).problems().contains(&"unknown-field vipLevel".to_owned()));
}

#[test]
fn a_field_that_the_service_has_besides_is_shown_compared_and_written_as_a_patch() {
    let service = Service::start([Answer::json(200, EXTENDED)]);
    let world = world(&service.url, &format!("fill = true\n{EXTRA}"));
    let shown = world.run(["customer", "get", "123"]).expect(0).stdout.clone();
    let besides = shown.find("Other values, not part of a patch").expect("the brand");
    assert!(shown.find("vipLevel").is_some_and(|at| at < besides), "{shown}");
    assert!(!shown[besides..].contains("vip"), "{shown}");
    let record = world.run(["customer", "get", "123", "-o", "json"]).expect(0).json()["record"].clone();
    assert_eq!((&record["vipLevel"], &record["vipSince"]), (&json!("gold"), &json!("2020-01-01")));
    let as_patch =
        world.run(["customer", "get", "123", "--as-patch=vipLevel,isVip"]).expect(0).stdout.clone();
    let file = world.file("again.toml", &as_patch);
    assert!(as_patch.contains("vipLevel = \"gold\"\n") && as_patch.contains("isVip = false\n"), "{as_patch}");
    world.run(["customer", "check", &file]).expect(0);
    let run = patch_123(&world, &["--from", &file, "--diff", "--dry-run"]);
    assert_eq!(run.expect(0).json()["diff"], json!([]));
    let file = world.file("vip.json", r#"{"vipLevel":"black"}"#);
    let run = patch_123(&world, &["--from", &file, "--diff", "--dry-run"]);
    let difference = json!([{ "field": "vipLevel", "now": "gold", "then": "black", "known": true }]);
    assert_eq!(run.expect(10).json()["diff"], difference);
}

#[test]
fn a_field_that_the_service_has_besides_is_backed_up_verified_and_undone() {
    let after = EXTENDED.replace("gold", "black");
    let read = |text: &str| Answer::json(200, text);
    let done = || Answer::json(200, "{}");
    let answers = [read(EXTENDED), done(), read(&after), read(&after), read(&after), done(), read(EXTENDED)];
    let service = Service::start(answers);
    let world = world(&service.url, &format!("fill = true\nbackup = true\n{EXTRA}"));
    let file = world.file("vip.json", r#"{"vipLevel":"black"}"#);
    let run = patch_123(&world, &["--from", &file, "--verify"]);
    assert_eq!(run.expect(0).json()["unverified"], json!([]));
    world.run(["undo", "--verify"]).expect(0);
    assert_eq!(body(&service)["vipLevel"], "gold");
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!((&history[0]["fields"], &history[1]["fields"]), (&json!(["vipLevel"]), &json!(["vipLevel"])));
}

#[test]
fn the_sandbox_has_the_fields_of_its_profile() {
    let world = world("https://a.example", &format!("fill = true\n{EXTRA}"));
    let file = world.file("vip.json", r#"{"vipLevel":"black"}"#);
    let run = patch_123(&world, &["--from", &file, "--verify", "--sandbox"]);
    assert_eq!(run.expect(0).json()["record"]["vipLevel"], "black");
}

#[test]
fn a_reason_is_kept_in_the_history_and_nowhere_else() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let world = self::world(&sandbox.url, "fill = true\nbackup = true");
    patch_123(&world, &["--first-name=Eva", "--reason= Asked by  letter "]).expect(0);
    world.run(["undo", "--reason=A mistake"]).expect(0);
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(
        (&history[0]["reason"], &history[1]["reason"]),
        (&json!("A mistake"), &json!("Asked by  letter"))
    );
    assert!(world.run(["history", "show", "last"]).expect(0).stdout.contains("A mistake"));
    for wrong in ["", "  ", "two\nlines", "hidden\u{202e}", &"x".repeat(501)] {
        patch_123(&world, &["--first-name=Zoe", "--reason", wrong]).expect(2);
    }
    patch_123(&world, &["--first-name=Zoe"]).expect(0);
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(history[0].get("reason"), None);
}

#[test]
fn a_profile_can_demand_a_reason_where_a_consent_changes() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let world = self::world(&sandbox.url, "fill = true\nreason = \"consents\"");
    let run = patch_123(&world, &["--contact-by-email-flag=false"]);
    assert_eq!(run.expect(3).problems(), ["no-reason"]);
    assert!(hint(&run).contains("--reason"), "{}", hint(&run));
    assert_eq!(sandbox.customer(&world, 123)["contactByEmailFlag"], true);
    patch_123(&world, &["--contact-by-email-flag=false", "--reason=By phone"]).expect(0);
    // Neither one that is taken from the record nor one that stays as it is changes.
    patch_123(&world, &["--first-name=Eva", "--contact-by-email-flag=false"]).expect(0);
    // What the record holds is not known where it is not read.
    let words = ["customer", "patch", "123", "--no-fill", "-o", "json"];
    let good = patch(&[])[3..].to_vec();
    let run = world.run([&words[..], &good, &["--contact-by-email-flag=false"]].concat());
    assert_eq!(run.expect(3).problems(), ["no-reason"]);
    patch_123(&world, &["--contact-by-email-flag=true", "--sandbox"]).expect(0);
    let always = self::world(&sandbox.url, "fill = true\nreason = \"always\"");
    assert_eq!(patch_123(&always, &["--first-name=Ida"]).expect(3).problems(), ["no-reason"]);
    patch_123(&always, &["--first-name=Ida", "--reason=x"]).expect(0);
}

#[test]
#[cfg(unix)]
fn a_person_is_asked_for_a_reason_until_it_will_do() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let world = self::world(&sandbox.url, "fill = true\nreason = \"consents\"");
    let words = ["customer", "patch", "123", "--contact-by-email-flag=false"];
    let mut terminal = Terminal::start(&world, &words, (100, 40), &[]);
    terminal.shows("requires a reason for changing contactByEmailFlag");
    terminal.answers("Reason", "\r");
    terminal.answers("the reason is empty", "By phone\r");
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(history[0]["reason"], "By phone");
    let words = ["customer", "patch", "123", "--contact-by-email-flag=true"];
    for (keys, code) in [("\x1b", 9), ("\x03", 130)] {
        let mut terminal = Terminal::start(&world, &words, (100, 40), &[]);
        terminal.answers("Reason", keys);
        assert_eq!(terminal.ends(), code);
    }
    assert_eq!(sandbox.customer(&world, 123)["contactByEmailFlag"], false);
}
