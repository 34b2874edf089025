//! Reading customers back: get, fill, diff, verify, backup, and what a wrong answer gets.

use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Received, Run, Service, World, patch};
use serde_json::{Value, json};

/// The recorded answer about customer 123.
const RECORDED: &str = r#"{"boosterCustomerId":123,"sapId":"SAP123","title":"Mr.","firstName":"Ana","lastName":"Lo","canBeContactedByMaison":true,"clientType":"Private","languageId":"eng","gender":"F","countryId":"gb","countryDs":"Great Britain","birthDate":"2020-12-30","posCode":"GB100:102048","brand":"CAR","contactByEmailFlag":false,"addresses":[{"addressType":"Home","countryId":"ch","zipCode":"1204","street":"Rue \"du\" Rhône, 1","isMainAddress":true}]}"#;

/// The recorded body of the 404 for a customer who does not exist.
const NOBODY: &str = r#"{"canBeContactedByMaison":false,"contactByEmailFlag":false,"contactByMailFlag":false,"contactByPhoneFlag":false,"contactBySMSFlag":false,"contactBySocialMediaFlag":false}"#;

fn methods(service: &Service) -> Vec<String> {
    let method = |request: Received| request.head.split(' ').next().unwrap_or_default().to_owned();
    service.received().into_iter().map(method).collect()
}

/// A run against this address.
fn at<'a>(url: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(["--base-url", url]).collect()
}

/// `customer patch 123 --first-name Eva` with these words.
fn eva<'a>(url: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    at(url, &[&["customer", "patch", "123", "--first-name=Eva"], words].concat())
}

fn body(request: &Received) -> Value {
    serde_json::from_str(&request.body).expect("a body in JSON")
}

fn names(list: &Value, key: &str) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row[key].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_record_of_the_sandbox_is_said_to_be_the_sandboxs() {
    let run = World::new().run(["customer", "get", "123", "--sandbox"]);
    assert!(run.expect(0).stdout.starts_with("Customer 123 in the sandbox\n"), "{}", run.stdout);
}

#[test]
fn a_customer_is_shown_by_groups_with_the_consents_apart_and_nothing_that_is_not_known() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let run = world.run(at(&service.url, &["customer", "get", "123"]));
    let text = run.expect(0).stdout.clone();
    let line = |name: &str| text.lines().position(|line| line.trim_start().starts_with(name)).expect(name);
    assert!(line("Identity") < line("clientType") && line("clientType") < line("Names"));
    assert!(line("Consents") < line("canBeContactedByMaison") && line("addresses[0]") < line("Consents"));
    assert!(text.contains("addresses[0]  addressType: Home, countryId: ch, zipCode: 1204"), "{text}");
    assert!(line("sapId") > line("Besides"));
    let unknown = text.lines().nth(line("Not in the answer")).expect("a line");
    assert!(unknown.contains("middleName") && unknown.contains("dataSharingConsent"), "{unknown}");
    assert!(!text.contains("(empty)"), "{text}");
    let request = service.only();
    assert!(request.head.starts_with("GET /customer/v2/123 HTTP/1.1\r\n"), "{}", request.head);
    assert!(!request.head.to_lowercase().contains("content-"), "{}", request.head);
}

#[test]
fn what_comes_from_the_service_cannot_steer_the_terminal() {
    let world = World::new();
    let answer = "{\"boosterCustomerId\":123,\"firstName\":\"\\u001b[2J\\u202eada\",\"notes\":\"a\\nb\",\"x\\u0007\":\"\\u001b]0;\"}";
    let service = Service::start([Answer::json(200, answer)]);
    for words in [vec!["customer", "get", "123"], vec!["customer", "get", "123", "--as-patch"]] {
        let run = world.run(at(&service.url, &words));
        let odd = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!run.expect(0).stdout.contains(odd), "{:?}", run.stdout);
        assert!(run.stdout.contains("[2J"), "{}", run.stdout);
    }
}

#[test]
fn an_answer_is_read_in_each_of_its_forms() {
    let world = World::new();
    for (answer, date) in [
        (
            r#"{"boosterCustomerId":123,"clientType":"Private","birthDate":"\/Date(1609282800000+0100)\/"}"#,
            "2020-12-30",
        ),
        (
            r#"{"boosterCustomerId":123,"clientType":"PRIVATE","birthDate":"\/Date(1609286400000)\/"}"#,
            "2020-12-30",
        ),
        (
            r#"{"boosterCustomerId":123,"clientType":"Private","birthDate":"2020-12-30T00:00:00.0000000"}"#,
            "2020-12-30",
        ),
        (r#"{"BoosterCustomerId":123,"ClientType":"Private","BirthDate":"2020-12-30"}"#, "2020-12-30"),
    ] {
        let service = Service::start([Answer::json(200, answer)]);
        let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
        let document = run.expect(0).json();
        assert_eq!(document["outcome"], "read");
        assert_eq!(
            document["record"],
            json!({ "boosterCustomerId": 123, "clientType": "PRIVATE", "birthDate": date })
        );
        assert_eq!(document["request"]["method"], "GET");
        assert_eq!(document["response"], json!({ "status": 200, "attempts": 1 }));
    }
}

#[test]
fn a_customer_as_a_patch_file_passes_the_check_and_changes_nothing() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let before = sandbox.customer(&world, 3);
    for (form, name) in [("toml", "a.toml"), ("json", "a.json")] {
        let run = world.run(at(&sandbox.url, &["customer", "get", "3", "--as-patch", "--format", form]));
        // Nothing but what is missing is to be said of it.
        assert_eq!(run.expect(0).stderr.lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.starts_with("Not in the answer"), "{}", run.stderr);
        let path = world.file(name, &run.stdout);
        world.run(["customer", "check", &path, "--id", "3"]).expect(0);
        assert_eq!(
            world.run(["customer", "check", &path, "--id", "4", "-o", "json"]).problems(),
            ["id boosterCustomerId"]
        );
        let words = ["customer", "patch", "3", "--from", &path];
        let sent = world.run(at(&sandbox.url, &words));
        sent.expect(0);
        assert_eq!(sandbox.customer(&world, 3), before, "{form}");
        let diff =
            world.run(at(&sandbox.url, &[&words[..], &["--diff", "--dry-run", "-o", "json"]].concat()));
        assert_eq!(diff.expect(0).json()["diff"], json!([]));
    }
}

#[test]
fn a_patch_file_of_some_fields_holds_what_is_required_beside_them() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let words = ["customer", "get", "123", "--as-patch", "firstName,middle-name", "-o", "json"];
    let run = world.run(at(&service.url, &words));
    let document = run.expect(0).json();
    assert_eq!(
        document["patch"],
        json!({
            "boosterCustomerId": 123, "title": "Mr.", "firstName": "Ana", "lastName": "Lo",
            "canBeContactedByMaison": true, "clientType": "PRIVATE", "languageId": "eng", "gender": "F", "countryId": "gb",
        })
    );
    assert_eq!(document["notInAnswer"], json!(["middleName"]));
    assert_eq!(run.problems(), Vec::<String>::new());
    let text = world.run(at(&service.url, &words[..5]));
    assert!(text.expect(0).stderr.contains("not in the patch: middleName."), "{}", text.stderr);
    let wrong = world.run(at(&service.url, &["customer", "get", "0", "--as-patch=fristName", "-o", "json"]));
    assert_eq!(wrong.expect(3).problems(), ["id boosterCustomerId", "unknown-field fristName"]);
    assert_eq!(service.received().len(), 2);
}

/// Every way in which an answer is no customer, with the exit code and a word of the message.
fn no_customers() -> Vec<(Answer, i32, &'static str)> {
    let cut = RECORDED.replace("\"brand\"", "");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n";
    let huge = RECORDED.replace("\"Ana\"", &format!("\"{}\"", "x".repeat(2 << 20)));
    let error = RECORDED.replacen(
        '{',
        r#"{"ResponseStatus":{"ErrorCode":"Conflict","Message":"m","StackTrace":"secret"},"#,
        1,
    );
    vec![
        (Answer::json(404, NOBODY), 5, "no customer 123"),
        (Answer::json(404, ""), 5, "no customer 123"),
        (Answer::json(200, NOBODY), 11, "no boosterCustomerId"),
        (Answer::json(200, &RECORDED.replace(":123,", ":124,")), 11, "about customer 124"),
        (Answer::Bytes((head.to_owned() + &cut).into_bytes()), 11, "cut"),
        (Answer::json(200, &huge), 11, "1 MiB"),
        (latin_1(), 11, "not UTF-8"),
        (Answer::with_headers(200, "Content-Type: text/html\r\n", "<!doctype html><p>x"), 11, "a page"),
        (Answer::json(200, &format!("[{RECORDED}]")), 11, "a list"),
        (Answer::json(200, &RECORDED[..200]), 11, "not JSON"),
        (Answer::json(200, ""), 11, "not JSON"),
        (Answer::json(200, "null"), 11, "null"),
        (Answer::json(200, &error), 11, "Conflict"),
        (Answer::json(206, RECORDED), 11, "206"),
        (Answer::json(201, RECORDED), 11, "only a 200"),
        (Answer::json(500, "{}"), 11, "500"),
        (Answer::Silence, 11, "no whole answer"),
        (Answer::json(401, ""), 4, "sign-in"),
        (Answer::json(403, ""), 4, "does not allow"),
        (Answer::with_headers(302, "Location: /login?x\r\n", ""), 4, "sign-in"),
        (Answer::with_headers(302, "Location: http://127.0.0.1:1/\r\n", ""), 6, "302"),
        (Answer::json(400, ""), 6, "400"),
        (Answer::json(429, ""), 7, "429"),
    ]
}

/// An answer whose names came out of a database in another encoding.
fn latin_1() -> Answer {
    let body: Vec<u8> = RECORDED.chars().map(|letter| letter as u8).collect();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    Answer::Bytes([head.into_bytes(), body].concat())
}

#[test]
fn a_failed_question_is_told_once_and_says_that_nothing_was_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "<html>")]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(
        run.expect(11).json()["problems"][0]["message"],
        "customer 123 could not be read: the service answered 200, but the answer is a page and no customer; nothing was sent"
    );
    let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
    assert!(!run.expect(11).stdout.contains("nothing was sent"), "{}", run.stdout);
    // What is too large now is too large a moment later.
    let huge = RECORDED.replace("\"Ana\"", &format!("\"{}\"", "x".repeat(2 << 20)));
    let service = Service::start([Answer::json(200, &huge)]);
    world.run(at(&service.url, &["customer", "get", "123"])).expect(11);
    assert_eq!(service.received().len(), 1);
}

#[test]
fn only_a_200_with_the_id_that_was_asked_for_is_a_customer() {
    let world = World::new();
    for (answer, code, word) in no_customers() {
        let service = Service::start([answer]);
        let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
        let document = run.expect(code).json();
        assert!(document["problems"][0]["message"].as_str().expect("a message").contains(word), "{document}");
        assert_eq!(document.get("record"), None);
        assert_eq!(document["request"]["method"], "GET");
        assert!(!run.stdout.contains("canBeContacted") && !run.stdout.contains("Lovelace"), "{}", run.stdout);
        assert!(!run.stdout.contains("secret"), "{}", run.stdout);
        let text = world.run(at(&service.url, &["customer", "get", "123"]));
        assert_eq!(text.expect(code).stdout, "");
        assert!(text.stderr.contains(word) && !text.stderr.contains("canBeContacted"), "{}", text.stderr);
    }
}

#[test]
fn nothing_is_sent_kept_or_compared_on_the_ground_of_what_is_no_customer() {
    let world = World::new();
    let backup = world.path("b.toml").to_str().expect("plain").to_owned();
    for (answer, code, word) in no_customers() {
        let service = Service::start([answer]);
        for option in
            [vec!["--fill"], vec!["--diff", "--unchecked"], vec!["--unchecked", "--backup", &backup]]
        {
            let run = world.run(eva(&service.url, &[&option[..], &["-o", "json"]].concat()));
            let document = run.expect(code).json();
            assert!(
                document["problems"][0]["message"].as_str().expect("a message").contains(word),
                "{document}"
            );
            assert_eq!(document.get("diff").or(document.get("filled")).or(document.get("backup")), None);
            assert!(!world.path("b.toml").exists());
        }
        assert!(methods(&service).iter().all(|method| method == "GET"), "{:?}", methods(&service));
    }
}

#[test]
fn a_value_of_another_kind_is_named_and_counts_only_where_it_matters() {
    let world = World::new();
    let answer = RECORDED.replace("\"Ana\"", "5").replace("[{\"addressType\"", "[null,{\"addressType\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let run = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
    assert_eq!(run.expect(11).problems(), ["unknown firstName", "unknown addresses[0]"]);
    let text = world.run(at(&service.url, &["customer", "get", "123"]));
    assert!(text.expect(11).stdout.contains("lastName"), "{}", text.stdout);
    let run = world.run(eva(&service.url, &["--fill", "--diff", "-o", "json"]));
    assert_eq!(run.expect(11).problems(), ["unknown firstName"]);
    let words = ["customer", "patch", "123", "--last-name=Byron", "--fill", "--dry-run", "-o", "json"];
    world.run(at(&service.url, &words)).expect(0);
    assert!(methods(&service).iter().all(|method| method == "GET"));
}

#[test]
fn what_is_required_and_cannot_be_understood_is_not_called_missing() {
    let world = World::new();
    let service = Service::start([Answer::json(200, &RECORDED.replace("\"F\"", "5"))]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(11).problems(), ["unknown gender"]);
    // Afterwards it is something else than what was sent.
    let other = Answer::json(200, &RECORDED.replace("\"Ana\"", "5"));
    let service = Service::start([Answer::json(200, "{}"), other]);
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.1\n");
    let words = ["--unchecked", "--verify", "--config", &config, "-o", "json"];
    assert_eq!(world.run(eva(&service.url, &words)).expect(12).problems(), ["unverified firstName"]);
}

#[test]
fn a_backup_is_mentioned_whatever_came_and_goes_where_nothing_was_applied() {
    let world = World::new();
    let words = ["--fill", "--backup=b.toml"];
    let refused = || Service::start([Answer::json(200, RECORDED), Answer::json(400, "")]);
    let run = world.run(eva(&refused().url, &words));
    assert!(run.expect(6).stderr.contains("b.toml is removed again"), "{}", run.stderr);
    // So that the same command can be given again.
    world.run(eva(&refused().url, &words)).expect(6);
    let document = world.run(eva(&refused().url, &[&words[..], &["-o", "json"]].concat())).json();
    assert_eq!(document.get("backup"), None);
    assert!(!world.path("b.toml").exists());
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(500, "")]);
    let run = world.run(eva(&service.url, &words));
    assert!(run.expect(11).stderr.contains("What it held before is in"), "{}", run.stderr);
    assert!(world.path("b.toml").exists());
}

#[test]
fn a_backup_names_the_command_that_sets_it_back() {
    let world = World::new();
    let lacking = RECORDED.replace("\"canBeContactedByMaison\":true,", "");
    for (answer, option, words) in [
        (RECORDED, "--fill", "booster customer patch 123 --from="),
        (&lacking, "--unchecked", "booster undo 2"),
    ] {
        let service = Service::start([Answer::json(200, answer), Answer::json(200, "{}")]);
        let file = format!("{option}.toml");
        let run = world.run(eva(&service.url, &[option, &format!("--backup={file}")]));
        // What else is kept is no secret.
        assert!(run.expect(0).stdout.contains("what was sent is kept"), "{}", run.stdout);
        let text = std::fs::read_to_string(world.path(&file)).expect("a backup");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn a_killed_patch_is_in_the_history_as_unknown() {
    let world = World::new();
    let service = Service::start([Answer::Never]);
    let mut child = world.booster(at(&service.url, &patch(&[]))).spawn().expect("the binary starts");
    service.wait_for(1);
    child.kill().expect("ours");
    child.wait().expect("ours");
    let history = world.run(["history", "-o", "json"]).expect(0).json()["history"].clone();
    assert_eq!(names(&history, "outcome"), ["unknown"]);
    assert_eq!(history[0]["exitCode"], 11);
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_up_between_backup_and_note_leaves_neither() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let binary = env!("CARGO_BIN_EXE_booster");
    let config = crate::common::sandbox::configure(&world, &service.url, "backup = true");
    let notes = "x".repeat(4000);
    // The backup is short, and the note holds the long text that is to be sent.
    let line = format!(
        "trap '' XFSZ; ulimit -f 4; exec {binary} customer patch 123 --notes={notes} --fill --config {config} -o json"
    );
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &line]).env_clear().env("HOME", world.path("")).current_dir(world.path(""));
    let run = crate::common::run(&mut command);
    assert_eq!(run.expect(1).json().get("backup"), None);
    let left = std::fs::read_dir(world.path(".local/state/booster/backups")).expect("a folder");
    assert_eq!(left.count(), 0);
    assert_eq!(methods(&service), ["GET"]);
}

#[test]
fn fill_takes_what_the_rules_require_and_says_where_it_came_from() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    let document = run.expect(0).json();
    let taken =
        ["title", "lastName", "canBeContactedByMaison", "clientType", "languageId", "gender", "countryId"];
    assert_eq!(names(&document["filled"], "field"), taken);
    assert_eq!(
        document["filled"][2],
        json!({ "field": "canBeContactedByMaison", "value": true, "source": { "record": true }, "consent": true })
    );
    assert_eq!(methods(&service), ["GET", "PATCH"]);
    let sent = body(&service.received()[1]);
    assert_eq!(sent["firstName"], "Eva");
    assert_eq!(sent["clientType"], "PRIVATE");
    assert_eq!(sent.as_object().expect("an object").len(), taken.len() + 1);

    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let text = world.run(eva(&service.url, &["--fill"]));
    assert!(text.expect(0).stderr.contains("canBeContactedByMaison = true (a consent)"), "{}", text.stderr);
    let dry = world.run(eva(&service.url, &["--fill", "--dry-run"]));
    dry.expect(11); // The second answer is no customer.
}

#[test]
fn what_the_record_does_not_carry_stays_a_problem() {
    let world = World::new();
    let service = Service::start([Answer::json(200, &RECORDED.replace("\"title\":\"Mr.\",", ""))]);
    let run = world.run(eva(&service.url, &["--fill", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["required-for-private title"]);
    assert_eq!(methods(&service), ["GET"]);
    // For a company other fields are required; the user's word counts for that.
    let run = world.run(eva(&service.url, &["--fill", "--client-type=COMPANY", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["required-for-company companyName"]);
}

#[test]
fn what_is_wrong_with_the_input_is_said_before_anything_is_read() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    let run = world.run(eva(&service.url, &["--fill", "--birth-date=soon", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["not-a-date birthDate"]);
    world.run(at(&service.url, &["customer", "patch", "0", "--first-name=Eva", "--fill"])).expect(3);
    world.run(at(&service.url, &["customer", "patch", "123", "--fill"])).expect(2);
    assert!(service.received().is_empty());
}

#[test]
fn with_fill_the_record_goes_before_a_default() {
    let world = World::new();
    let config = world.file(
        "config.toml",
        "default_profile = \"dev\"\n[profiles.dev.defaults]\ncountryId = \"it\"\nnotes = \"default\"\nlanguageId = \"ita\"\nmiddleName = \"M\"\n",
    );
    let answer = RECORDED.replace("\"brand\"", "\"notes\":\"x\",\"brand\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let words = ["--config", &config, "--fill", "--dry-run=json"];
    let sent = world.run(eva(&service.url, &words)).expect(0).json();
    assert_eq!((&sent["countryId"], &sent["languageId"]), (&json!("gb"), &json!("eng")));
    assert_eq!((sent.get("notes"), &sent["middleName"]), (None, &json!("M")));
    // Without it the default is what the user set it to be.
    let plain = world
        .run(eva(&service.url, &["--config", &config, "--unchecked", "--dry-run=json"]))
        .expect(0)
        .json();
    assert_eq!(plain["countryId"], "it");
}

#[test]
fn odd_values_of_the_record_itself_do_not_stand_in_the_way() {
    let world = World::new();
    let answer = RECORDED.replace("\"Lo\"", "\"L\\r\\no \"").replace("\"Private\"", "\"Prospect\"");
    let service = Service::start([Answer::json(200, &answer)]);
    let run = world.run(eva(&service.url, &["--fill", "--dry-run", "-o", "json"]));
    // What such a customer requires nobody can tell.
    assert_eq!(run.expect(3).problems(), ["unknown-client-type clientType"]);
    world.run(eva(&service.url, &["--fill", "--unchecked", "--dry-run"])).expect(0);
    let run = world.run(eva(&service.url, &["--fill", "--client-type=PRIVATE", "--dry-run", "-o", "json"]));
    assert_eq!(run.expect(0).problems(), ["control-character lastName", "outer-space lastName"]);
    assert_eq!(run.json()["problems"][0]["source"], json!({ "record": true }));
    assert_eq!(run.json()["problems"][0]["level"], "warning");
}

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
        "What would change of customer 123",
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
    assert!(run.stderr.contains("What would change"), "{}", run.stderr);
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
fn an_answer_that_holds_our_own_secret_is_not_used() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    for words in
        [vec!["customer", "get", "123"], vec!["customer", "patch", "123", "--first-name=Eva", "--fill"]]
    {
        let mut command = world.booster(at(&service.url, &[&words[..], &["-o", "json"]].concat()));
        let run = crate::common::run(command.env("BOOSTER_TOKEN", "Ana"));
        assert!(run.expect(11).stdout.contains("the secret that signs us in"), "{}", run.stdout);
        assert!(!run.stdout.contains("***\"") || !run.stdout.contains("record"), "{}", run.stdout);
    }
    assert!(methods(&service).iter().all(|method| method == "GET"));
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
fn verify_says_what_did_not_land_and_lists_what_cannot_be_seen() {
    let world = World::new();
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.2\n");
    let sandbox = Sandbox::start(&world, &["drop=firstName", "lack=notes"]);
    let words = ["--config", &config, "--notes=x", "--fill", "--verify", "-o", "json"];
    let run = world.run(eva(&sandbox.url, &words));
    let document = run.expect(12).json();
    assert_eq!(document["outcome"], "unverified");
    assert_eq!(run.problems(), ["unverified firstName"]);
    assert_eq!(document["unverified"], json!(["notes"]));
    assert_eq!(document["request"]["method"], "PATCH");
    assert_eq!(document["response"]["status"], 200);
    let words = [
        "customer",
        "patch",
        "123",
        "--notes=y",
        "--last-name=Byron",
        "--fill",
        "--verify",
        "--config",
        &config,
    ];
    let run = world.run(at(&sandbox.url, &words));
    assert!(
        run.expect(0).stdout.contains("7 fields landed; not in the answer, so not verified: notes"),
        "{}",
        run.stdout
    );
}

#[test]
fn verify_waits_for_a_service_that_is_slow_to_show() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &["lag=0.4"]);
    let run = world.run(eva(&sandbox.url, &["--fill", "--verify", "-o", "json"]));
    assert_eq!(run.expect(0).json()["unverified"], json!([]));
    let config = world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0\n");
    let sandbox = Sandbox::start(&world, &["lag=60"]);
    let run = world.run(eva(&sandbox.url, &["--fill", "--verify", "-o", "json", "--config", &config]));
    assert_eq!(run.expect(12).problems(), ["unverified firstName"]);
}

#[test]
fn a_customer_that_cannot_be_read_again_is_not_verified() {
    let world = World::new();
    let config =
        world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.1\n");
    for (answer, rule) in [
        (Answer::json(404, NOBODY), "not-found"),
        (Answer::json(401, ""), "unauthenticated"),
        (Answer::json(500, ""), "unknown"),
        (Answer::json(200, "<html>"), "unknown"),
        (Answer::Silence, "unknown"),
    ] {
        let service = Service::start([Answer::json(200, "{}"), answer]);
        let run = world.run(at(&service.url, &patch(&["--verify", "-o", "json", "--config", &config])));
        assert_eq!(run.expect(12).problems(), ["unverified", rule]);
        assert_eq!(run.json()["response"]["status"], 200, "the answer to the patch, not to the question");
    }
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

#[test]
fn a_backup_holds_what_the_fields_held_and_what_is_required() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    let words = [
        "--client-type=COMPANY",
        "--company-name=Acme",
        "--middle-name=M",
        "--wedding-date=2020-01-18",
        "--fill",
        "--backup=b.toml",
        "-o",
        "json",
    ];
    let run = world.run(eva(&service.url, &words));
    let document = run.expect(0).json();
    let path = world.path("b.toml");
    let lost = json!(["middleName", "companyName", "weddingDate"]);
    assert_eq!(document["backup"]["notRestored"], lost);
    assert!(document["backup"]["file"].as_str().expect("a path").ends_with("/b.toml"));
    let text = std::fs::read_to_string(&path).expect("a backup");
    let (remarks, patch): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    assert_eq!(
        patch,
        [
            "boosterCustomerId = 123",
            "title = \"Mr.\"",
            "firstName = \"Ana\"",
            "lastName = \"Lo\"",
            "canBeContactedByMaison = true",
            "clientType = \"PRIVATE\"",
            "languageId = \"eng\"",
            "gender = \"F\"",
            "countryId = \"gb\"",
        ]
    );
    let remarks = remarks.join("\n");
    assert!(remarks.contains("middleName (to clear it, write middleName = \"\")"), "{remarks}");
    assert!(
        remarks.contains("weddingDate (a date or a bool that had no value cannot be unset)"),
        "{remarks}"
    );
    assert_eq!(mode(&path), 0o600);
    world.run(["customer", "check", "b.toml", "--id", "123"]).expect(0);
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn a_backup_wants_a_file_with_a_name() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    for (name, said) in [("", "a file needs a name"), ("-", "one of this name is ./-")] {
        let run = world.run(at(&service.url, &patch(&[&format!("--backup={name}"), "-o", "json"])));
        let problem = run.expect(2).json()["problems"][0].to_string();
        assert!(problem.contains(said) && problem.contains("--backup"), "{problem}");
    }
    assert!(service.received().is_empty() && !world.path("-").exists());
}

#[test]
fn a_backup_is_json_by_its_name() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED), Answer::json(200, "{}")]);
    world.run(eva(&service.url, &["--fill", "--backup=b.json"])).expect(0);
    let text = std::fs::read_to_string(world.path("b.json")).expect("a backup");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["firstName"], "Ana");
    world.run(["customer", "check", "b.json", "--id", "123"]).expect(0);
}

#[test]
fn without_a_backup_that_was_wanted_nothing_is_sent() {
    let world = World::new();
    let there = world.file("there.toml", "mine");
    let service = Service::start([Answer::json(200, RECORDED)]);
    for file in [there.as_str(), "nowhere/b.toml", ".", "there.toml/b.toml"] {
        let run = world.run(eva(&service.url, &["--fill", "--backup", file, "-o", "json"]));
        assert_eq!(run.expect(2).json()["outcome"], "usage", "{file}");
    }
    assert_eq!(std::fs::read_to_string(&there).expect("still there"), "mine");
    // A profile's own backups have nowhere to go when the state folder is a file.
    let config = world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nbackup = true\n");
    std::fs::create_dir_all(world.path(".local/state")).expect("made");
    world.file(".local/state/booster", "in the way");
    let run = world.run(eva(&service.url, &["--fill", "--config", &config, "-o", "json"]));
    assert_ne!(run.code, 0);
    assert!(run.stdout.contains("cannot be written"), "{}", run.stdout);
    assert!(methods(&service).iter().all(|method| method == "GET"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_stops_a_backup_and_a_patch_with_it() {
    let world = World::new();
    let service = Service::start([Answer::json(200, RECORDED)]);
    // The limit on a file's size is what a full disk is, as far as a test can have one.
    let binary = env!("CARGO_BIN_EXE_booster");
    let line = format!(
        "trap '' XFSZ; ulimit -f 0; exec {binary} customer patch 123 --first-name=Eva --fill --backup=b.toml --base-url {}",
        service.url
    );
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &line]).env_clear().env("HOME", world.path("")).current_dir(world.path(""));
    let run = crate::common::run(&mut command);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("b.toml cannot be written"), "{}", run.stderr);
    assert!(!world.path("b.toml").exists(), "half a backup would look like a whole one");
    assert_eq!(methods(&service), ["GET"]);
}

#[test]
fn a_sandbox_inside_the_process_can_be_read_too() {
    let world = World::new();
    let run = world.run(["customer", "get", "123", "--sandbox", "-o", "json"]);
    assert_eq!(run.expect(0).json()["record"]["lastName"], "Lovelace");
    let words = [
        "customer",
        "patch",
        "123",
        "--first-name=Eva",
        "--fill",
        "--diff",
        "--verify",
        "--sandbox",
        "-o",
        "json",
    ];
    let run = world.run(words);
    assert_eq!(run.expect(0).json()["record"]["firstName"], "Eva");
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
        let run: Run = crate::common::finish(child);
        assert_eq!(run.expect(130).json()["outcome"], outcome);
    }
}

#[test]
fn every_attempt_leaves_a_line_without_values() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}"), Answer::json(400, ""), Answer::Silence]);
    for (words, code) in [
        (patch(&["--first-name=Secretive"]), 0),
        (patch(&["--notes=Hush"]), 6),
        (patch(&["--notes=Hush"]), 11),
    ] {
        world.run(at(&service.url, &words)).expect(code);
    }
    world.run(at(&service.url, &patch(&["--dry-run"]))).expect(0);
    let run = world.run(["history", "-o", "json"]);
    let history = run.expect(0).json()["history"].clone();
    assert_eq!(names(&history, "outcome"), ["unknown", "rejected", "sent"]);
    assert_eq!(
        history[2]["fields"],
        json!(["firstName", "canBeContactedByMaison", "clientType", "companyName", "countryId"])
    );
    assert_eq!(
        (&history[2]["customer"], &history[2]["status"], &history[0]["exitCode"]),
        (&json!(123), &json!(200), &json!(11))
    );
    assert_eq!(history[2]["service"], format!("{}/", service.url));
    let path = world.path(".local/state/booster/history.jsonl");
    let text = std::fs::read_to_string(&path).expect("a history");
    // Before each the line that it has begun.
    assert_eq!(text.lines().count(), 6);
    assert!(!text.contains("Secretive") && !text.contains("Hush") && !text.contains("Acme"), "{text}");
    assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));

    let newest = history[0]["run"].as_str().expect("a name");
    let show = world.run(["history", "show", newest, "-o", "json"]);
    assert_eq!(show.expect(0).json()["history"], json!([history[0]]));
    assert!(world.run(["history", "show", newest]).expect(0).stdout.contains("unknown (exit code 11)"));
    world.run(["history", "show", "nothing"]).expect(2);
    assert_eq!(
        names(&world.run(["history", "list", "--limit=1", "-o", "json"]).json()["history"], "run"),
        [newest]
    );
    assert_eq!(world.run(["history", "--customer=7", "-o", "json"]).json()["history"], json!([]));
    for nonsense in ["--limit=0", "--customer=0", "--customer=2147483648"] {
        world.run(["history", nonsense]).expect(2);
    }
    assert!(world.run(["history"]).expect(0).stdout.contains(&service.url));
    assert!(world.run(["history"]).expect(0).stdout.contains("rejected"));
}

#[test]
fn a_history_that_cannot_be_written_changes_nothing_about_what_was_sent() {
    let world = World::new();
    std::fs::create_dir_all(world.path(".local/state")).expect("made");
    world.file(".local/state/booster", "in the way");
    let service = Service::start([Answer::json(200, "{}")]);
    let run = world.run(at(&service.url, &patch(&["-o", "json"])));
    assert_eq!(run.expect(0).problems(), ["history"]);
    assert_eq!(run.json()["outcome"], "sent");
}
