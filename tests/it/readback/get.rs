//! `customer get`: what is shown of a record, as text, as JSON and as a patch file.

use super::{RECORDED, at};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Service, World};
use serde_json::json;

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
    assert!(line("sapId") > line("Other values"));
    let unknown = text.lines().nth(line("Not in the response")).expect("a line");
    assert!(unknown.contains("middleName") && unknown.contains("dataSharingConsent"), "{unknown}");
    assert!(!text.contains("(empty)"), "{text}");
    let request = service.only();
    assert!(request.head.starts_with("GET /customer/v2/123 HTTP/1.1\r\n"), "{}", request.head);
    assert!(!request.head.to_lowercase().contains("content-"), "{}", request.head);
}

#[test]
fn what_comes_from_the_service_cannot_steer_the_terminal() {
    let world = World::new();
    let answer = "{\"boosterCustomerId\":123,\"firstName\":\"\\u009b[2J\\u202eada\",\"notes\":\"a\\nb\",\"x\\u0007\":\"\\u001b]0;\"}";
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
        assert!(run.stderr.starts_with("Not in the response"), "{}", run.stderr);
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
fn a_patch_file_of_a_record_holds_nothing_that_check_refuses() {
    let world = World::new();
    let answer = json!({
        "boosterCustomerId": 123, "title": "Mrs.", "firstName": "Ada\u{7}", "lastName": "\u{200b}", "clientType": "PRIVATE",
        "languageId": "eng", "gender": "F", "countryId": "gb", "canBeContactedByMaison": true,
        "notes": "Prefers calls\r\nafter 18:00\r\n", "customerReference": "x".repeat(40_000),
        "emails": [{ "email": "a@b.co" }], "phones": [],
        "addresses": [{ "addressType": "Home", "countryId": "ch", "isMainAddress": true, "additionalInformation": "a\r\nb" }],
    });
    let service = Service::start([Answer::json(200, &answer.to_string())]);
    for format in ["toml", "json"] {
        let words = ["customer", "get", "123", "--as-patch", "--format", format];
        let run = world.run(at(&service.url, &words));
        let path = world.file(&format!("a.{format}"), &run.expect(0).stdout);
        world.run(["customer", "check", &path, "--for-fill"]).expect(0);
        let sent = world
            .run(["customer", "patch", "--from", &path, "--unchecked", "--dry-run=json"])
            .expect(0)
            .json();
        assert_eq!(sent["notes"], answer["notes"]);
        assert_eq!(sent["addresses"], answer["addresses"]);
        let names: Vec<&str> = sent.as_object().expect("an object").keys().map(String::as_str).collect();
        let expected = [
            "title",
            "canBeContactedByMaison",
            "clientType",
            "languageId",
            "gender",
            "countryId",
            "notes",
            "phones",
            "addresses",
        ];
        assert_eq!(names, expected);
    }
    let run = world.run(at(&service.url, &["customer", "get", "123", "--as-patch", "-o", "json"]));
    let left_out = [
        "control-character firstName",
        "required-for-private lastName",
        "too-long customerReference",
        "required emails[0].isMainEmail",
    ];
    let problems = run.expect(0).problems();
    assert!(left_out.iter().all(|problem| problems.contains(&(*problem).to_owned())), "{problems:?}");
    assert_eq!(run.json()["patch"].get("lastName"), None);
}

#[test]
fn an_answer_without_a_field_is_no_patch_file() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"boosterCustomerId\":123,\"sapId\":\"x\"}")]);
    let run = world.run(at(&service.url, &["customer", "get", "123", "--as-patch", "-o", "json"]));
    assert_eq!(run.expect(7).json()["outcome"], "unreachable");
}

/// Items with a key of the service's own.
const IDS: &str = r#"{"boosterCustomerId":123,"clientType":"PRIVATE","firstName":"Ada","notes":"one\ntwo","birthDate":"1985-12-10",
    "title":"","vipLevel":3,"emails":[{"email":"a@b.co","isMainEmail":true,"emailId":991},{"email":"c@d.co","isMainEmail":false}],
    "phones":[]}"#;

#[test]
fn a_single_field_is_printed_bare_and_several_in_a_table() {
    let world = World::new();
    let service = Service::start([Answer::json(200, IDS)]);
    for (words, shown) in [
        ("firstName", "Ada\n"),
        ("FIRSTNAME", "Ada\n"),
        ("first-name", "Ada\n"),
        ("notes", "one\ntwo\n"),
        ("title", "\n"),
        ("boosterCustomerId", "123\n"),
        ("vipLevel", "3\n"),
        ("emails[0].email", "a@b.co\n"),
        ("emails[1].isMainEmail", "false\n"),
        ("emails[0].emailId", "991\n"),
        ("emails.email", "a@b.co\nc@d.co\n"),
        ("emails[].emailId", "991\n"),
        ("phones", ""),
        ("emails[0]", "  email        a@b.co\n  isMainEmail  true\n  emailId      991\n"),
        ("firstName birthDate", "  firstName  Ada\n  birthDate  1985-12-10\n"),
        ("firstName,birthDate", "  firstName  Ada\n  birthDate  1985-12-10\n"),
    ] {
        let words: Vec<&str> = ["customer", "get", "123"].into_iter().chain(words.split(' ')).collect();
        let run = world.run(at(&service.url, &words));
        assert_eq!((run.expect(0).stdout.as_str(), run.stderr.as_str()), (shown, ""), "{words:?}");
    }
    let run =
        world.run(at(&service.url, &["customer", "get", "123", "firstName", "emails[].email", "-o", "json"]));
    let record = json!({ "firstName": "Ada", "emails[].email": ["a@b.co", "c@d.co"] });
    assert_eq!(run.expect(0).json()["record"], record);
}

#[test]
fn a_field_that_is_not_known_is_told_from_one_that_nobody_has() {
    let world = World::new();
    let service = Service::start([Answer::json(200, IDS)]);
    for (words, code, shown, said) in [
        (&["lastName"][..], 7, "", "lastName is not known: it is not in the service's response"),
        (&["lastName", "firstName"], 7, "  firstName  Ada\n", "lastName is not known"),
        (&["emails[7].email"], 7, "", "emails[7].email does not exist: the list has 2 items"),
        (&["frstName"], 2, "", "did you mean firstName?"),
        (&["emails[0].emial"], 2, "", "did you mean emails[0].email?"),
        (&["frstName", "birthDate"], 2, "", "there is no field \"frstName\""),
        (&["firstName[0]"], 2, "", "did you mean firstName?"),
        (&["emails[x]"], 2, "", "is not a field or a place in a list"),
        (&["xyzzy"], 2, "", "shows the whole record"),
    ] {
        let words = [&["customer", "get", "123"], words].concat();
        let run = world.run(at(&service.url, &words));
        assert_eq!(run.expect(code).stdout, shown, "{words:?}");
        assert!(run.stderr.contains(said) && run.stderr.contains("hint: "), "{words:?}: {}", run.stderr);
    }
    let words = at(&service.url, &["customer", "get", "123", "lastName", "firstName", "-o", "json"]);
    let document = world.run(words).expect(7).json();
    assert_eq!(document["record"], json!({ "firstName": "Ada" }));
    // A value that cannot be understood is not printed as if it were one.
    let odd = Service::start([Answer::json(200, r#"{"boosterCustomerId":123,"firstName":7}"#)]);
    let run = world.run(at(&odd.url, &["customer", "get", "123", "firstName"]));
    assert_eq!(run.expect(7).stdout, "");
    assert!(run.stderr.contains("cannot be understood"), "{}", run.stderr);
}

#[test]
fn a_patch_file_says_which_keys_of_the_items_are_not_in_it() {
    let world = World::new();
    let service = Service::start([Answer::json(200, IDS)]);
    let run = world.run(at(&service.url, &["customer", "get", "123", "--as-patch", "emails"]));
    let remark = "In the response, but not part of a patch: emails[].emailId.";
    assert!(run.expect(0).stdout.starts_with(&format!("# {remark}\n")), "{}", run.stdout);
    assert!(run.stderr.contains(remark) && !run.stdout.contains("birthDate"), "{}", run.stderr);
    let words = ["customer", "get", "123", "--as-patch=emails", "--format=json", "-o", "json"];
    assert_eq!(
        world.run(at(&service.url, &words)).expect(0).json()["notInPatch"],
        json!(["emails[].emailId"])
    );
}
