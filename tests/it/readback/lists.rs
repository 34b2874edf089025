//! Lists: what is added, removed and replaced, what is named because it goes, and services that add where they should
//! replace.

use super::{NOBODY, at, body, methods};
use crate::common::sandbox::Sandbox;
use crate::common::{Answer, Run, Service, World};
use serde_json::{Value, json};

/// `customer patch 3` of a sandbox whose customer 3 has two emails, with these words.
fn patch_3(world: &World, sandbox: &Sandbox, words: &[&str]) -> Run {
    world.run(at(&sandbox.url, &[&["customer", "patch", "3", "--unchecked", "-o", "json"], words].concat()))
}

fn email(address: &str, main: bool) -> Value {
    json!({ "email": address, "isMainEmail": main })
}

/// What customer 3 of a sandbox has to begin with.
fn old() -> [Value; 2] {
    [email("ugo@example.com", true), email("ugo.work@example.org", false)]
}

/// A company whose record holds these members besides.
fn record(members: &str) -> Answer {
    Answer::json(
        200,
        &format!(
            r#"{{"boosterCustomerId":123,"clientType":"Company","companyName":"A","canBeContactedByMaison":true,"countryId":"it",{members}}}"#
        ),
    )
}

const ONE: &str = r#""emails":[{"email":"a@b.co","isMainEmail":true}]"#;

fn done() -> Answer {
    Answer::json(200, "{}")
}

/// `customer patch 123` without the required fields.
fn patch_123(world: &World, service: &Service, words: &[&str]) -> Run {
    let patch = ["customer", "patch", "123", "--unchecked", "-o", "json"];
    world.run(at(&service.url, &[&patch, words].concat()))
}

/// A profile with these lines, as the words that name it.
fn profile(world: &World, lines: &str) -> [String; 2] {
    let text = format!("default_profile = \"dev\"\n[profiles.dev]\nverify_within = 0.1\n{lines}\n");
    ["--config".to_owned(), world.file("config.toml", text)]
}

fn bodies(service: &Service) -> Vec<Value> {
    service.received().iter().filter(|request| !request.body.is_empty()).map(body).collect()
}

#[test]
fn an_added_email_keeps_the_others() {
    let world = World::new();
    let [first, second] = old();
    for more in [&[][..], &["--fill"]] {
        let sandbox = Sandbox::start(&world, &[]);
        let run = patch_3(&world, &sandbox, &[&["--email=new@example.com"], more].concat());
        assert_eq!(run.expect(0).json().get("removedItems"), None);
        assert_eq!(
            sandbox.customer(&world, 3)["emails"],
            json!([first, second, email("new@example.com", false)])
        );
        // Said twice it is there once, and the second time nothing is sent.
        let run = patch_3(&world, &sandbox, &[&["--email=new@example.com"], more].concat());
        assert_eq!(run.expect(0).problems(), ["item-exists emails"]);
        assert_eq!(run.json()["outcome"], "unchanged");
        assert_eq!(sandbox.customer(&world, 3)["emails"].as_array().map(Vec::len), Some(3));
    }
}

#[test]
fn a_new_main_email_takes_the_mark_from_the_old_one() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let words = ["--email=new@example.com,main", "--phone=0612345678,countryPrefix=it,type=Home,main"];
    let run = patch_3(&world, &sandbox, &words);
    assert_eq!(run.expect(0).problems(), [""; 0]);
    let customer = sandbox.customer(&world, 3);
    assert_eq!(
        customer["emails"],
        json!([
            email("ugo@example.com", false),
            email("ugo.work@example.org", false),
            email("new@example.com", true)
        ])
    );
    let marks: Vec<&Value> = customer["phones"].as_array().expect("two").iter().collect();
    assert_eq!((&marks[0]["isMainPhone"], &marks[1]["isMainPhone"]), (&json!(false), &json!(true)));
    // Two that are written as the main one are sent as written, and warned of.
    let run = patch_3(&world, &sandbox, &["--email=x@b.co,main", "--email=y@b.co,main"]);
    assert_eq!(run.expect(0).problems(), ["two-mains emails[4].isMainEmail"]);
}

#[test]
fn exactly_one_item_is_removed_and_it_is_named() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let [first, second] = old();
    for (words, message) in [
        (["--remove=email=nobody@example.com"], "no item matches email \"nobody@example.com\""),
        (["--remove=phones=countryPrefix=it"], "2 items match countryPrefix \"it\""),
    ] {
        let run = patch_3(&world, &sandbox, &words);
        let problem = &run.expect(3).json()["problems"][0];
        assert_eq!((&problem["rule"], &problem["message"]), (&json!("no-such-item"), &json!(message)));
        assert_eq!(problem["source"], json!({ "flag": "--remove" }));
    }
    assert_eq!(sandbox.customer(&world, 3)["emails"], json!([first, second]));
    let run = patch_3(&world, &sandbox, &["--remove=email=ugo.work@example.org"]);
    assert_eq!(
        run.expect(0).json()["removedItems"],
        json!([{ "field": "emails", "items": ["ugo.work@example.org"] }])
    );
    assert_eq!(sandbox.customer(&world, 3)["emails"], json!([first]));
    // Without the main one there is none, which is said.
    patch_3(&world, &sandbox, &["--email=b@example.com"]).expect(0);
    let run = patch_3(&world, &sandbox, &["--remove=email=ugo@example.com", "--email=c@example.com"]);
    assert_eq!(run.expect(0).problems(), ["no-main emails"]);
    assert_eq!(
        sandbox.customer(&world, 3)["emails"],
        json!([email("b@example.com", false), email("c@example.com", false)])
    );
    // Strictness judges the list that results, not what was written.
    patch_3(&world, &sandbox, &["--email=d@example.com,main"]).expect(0);
    patch_3(&world, &sandbox, &["--email=e@example.com", "--strict"]).expect(0);
    let run = patch_3(&world, &sandbox, &["--remove=email=d@example.com", "--strict"]);
    assert_eq!(run.expect(3).problems(), ["no-main emails"]);
}

#[test]
fn the_words_of_a_removal_that_mean_nothing_are_refused() {
    let world = World::new();
    for (words, code, problem) in [
        (&["--remove=emails"][..], 2, "usage"),
        (&["--remove=notes=x"], 2, "usage"),
        (&["--remove=email=a@b.co", "--replace-lists"], 2, "usage emails"),
        (&["--remove=email=a@b.co", "--emails=[]"], 2, "usage emails"),
        (&["--remove=email=a@b.co", "--clear=emails"], 2, "usage emails"),
        (&["--remove=email=mail=a@b.co"], 3, "unknown-field emails.mail"),
        (&["--remove=email="], 3, "syntax emails"),
    ] {
        let words =
            [&["customer", "patch", "1", "--first-name=x", "--unchecked", "--dry-run", "-o", "json"], words]
                .concat();
        let run = world.run(&words);
        assert_eq!(run.expect(code).problems(), [problem], "{words:?}");
    }
}

#[test]
fn a_list_that_is_not_known_is_neither_added_to_nor_removed_from() {
    let world = World::new();
    for members in [
        r#""firstName":"Ada""#,
        r#""emails":null"#,
        r#""emails":{"email":"a@b.co"}"#,
        r#""emails":[null]"#,
        r#""emails":[{"email":7,"isMainEmail":true}]"#,
        r#""emails":[{"email":"a@b.co"}]"#,
    ] {
        for word in ["--email=new@b.co", "--remove=email=a@b.co"] {
            let service = Service::start([record(members)]);
            let run = patch_123(&world, &service, &[word]);
            assert_eq!(run.expect(3).problems(), ["list-not-known emails"], "{members}");
            let hint = run.json()["problems"][0]["hint"].as_str().unwrap_or_default().to_owned();
            assert!(hint.starts_with("--replace-lists "), "{hint}");
            assert_eq!(methods(&service), ["GET"], "{members}");
        }
        // The hint works.
        let service = Service::start([done()]);
        patch_123(&world, &service, &["--email=new@b.co,main", "--replace-lists"]).expect(0);
        assert_eq!(bodies(&service), [json!({ "emails": [email("new@b.co", true)] })]);
    }
    // Nor is one of which a day is uncertain, which could not be sent again as it is.
    let events = r#""events":[{"eventType":"Birthday","eventDate":"1985-12-09T23:00:00Z"}]"#;
    let service = Service::start([record(events)]);
    let run = patch_123(&world, &service, &["--event=Wedding,date=2000-02-29"]);
    assert_eq!(run.expect(3).problems(), ["list-not-known events"]);
    assert!(run.stdout.contains("uncertain"), "{}", run.stdout);
    assert_eq!(methods(&service), ["GET"]);
    let service = Service::start([Answer::json(404, NOBODY)]);
    patch_123(&world, &service, &["--email=new@b.co"]).expect(5);
    assert_eq!(methods(&service), ["GET"]);
}

#[test]
fn where_the_profile_reads_nothing_a_list_is_not_edited() {
    let world = World::new();
    let service = Service::start([done()]);
    let config = profile(&world, "read = false");
    let config = config.each_ref().map(String::as_str);
    let words = [&["customer", "patch", "123", "--email=new@b.co", "-o", "json"], &config[..]].concat();
    let run = world.run(at(&service.url, &words));
    assert_eq!(
        run.expect(3).problems(),
        [
            "list-not-known emails",
            "required canBeContactedByMaison",
            "required clientType",
            "required countryId"
        ]
    );
    assert!(run.stdout.contains("read = false"), "{}", run.stdout);
    assert!(service.received().is_empty());
}

#[test]
fn a_flag_adds_to_the_list_of_a_file_and_not_to_the_customers() {
    let world = World::new();
    let file = world.file("a.json", r#"{"emails":[{"email":"a@b.co","isMainEmail":true}]}"#);
    let sent = |words: &[&str]| {
        let patch = ["customer", "patch", "123", "--unchecked", "--dry-run=json", "--from", &file];
        world.run([&patch[..], words].concat()).expect(0).json()["emails"].clone()
    };
    assert_eq!(sent(&["--email=new@b.co"]), json!([email("a@b.co", true), email("new@b.co", false)]));
    assert_eq!(sent(&["--email=new@b.co,main"]), json!([email("a@b.co", false), email("new@b.co", true)]));
    assert_eq!(sent(&["--email=new@b.co,main", "--remove=email=a@b.co"]), json!([email("new@b.co", true)]));
    assert_eq!(sent(&["--email=new@b.co,main", "--replace-lists"]), json!([email("new@b.co", true)]));
}

#[test]
fn an_item_flag_adds_to_the_customers_list_and_not_to_a_default() {
    let world = World::new();
    let two = r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"n@b.co","isMainEmail":false}]"#;
    let service = Service::start([record(ONE), done(), record(two)]);
    let default = "[profiles.dev.defaults]\nemails = [{ email = \"d@b.co\", isMainEmail = true }]";
    let config = profile(&world, default);
    let config = config.each_ref().map(String::as_str);
    patch_123(&world, &service, &[&["--email=n@b.co"], &config[..]].concat()).expect(0);
    assert_eq!(bodies(&service), [json!({ "emails": [email("a@b.co", true), email("n@b.co", false)] })]);
}

#[test]
fn what_a_whole_list_drops_is_named_before_it_is_sent() {
    let world = World::new();
    let whole = "--emails=[{\"email\":\"ugo@example.com\",\"isMainEmail\":true}]";
    let sandbox = Sandbox::start(&world, &[]);
    let named = "Removed from emails: \"ugo.work@example.org\".\n";
    for more in [&["--fill", "--dry-run"][..], &["--diff", "--unchecked", "--dry-run"], &["--fill", "-q"]] {
        let words = [&["customer", "patch", "3", whole], more].concat();
        let run = world.run(at(&sandbox.url, &words));
        assert!(run.stderr.contains(named), "{more:?}: {}", run.stderr);
    }
    let sandbox = Sandbox::start(&world, &[]);
    let run = patch_3(&world, &sandbox, &["--fill", whole, "--clear=hobbies"]);
    let document = run.expect(0).json();
    assert_eq!(run.problems(), [""; 0], "what is known needs no warning");
    assert_eq!(
        document["removedItems"],
        json!([
            { "field": "emails", "items": ["ugo.work@example.org"] },
            { "field": "hobbies", "items": ["Painting ART"] }
        ])
    );
}

#[test]
fn a_whole_list_in_place_of_one_that_is_not_known_is_warned_of() {
    let world = World::new();
    let file = world.file("a.toml", "[[emails]]\nemail = \"a@b.co\"\nisMainEmail = true\n");
    let from = format!("--from={file}");
    for words in [
        &[from.as_str()][..],
        &["--emails=[{\"email\":\"a@b.co\",\"isMainEmail\":true}]"],
        &["--email=a@b.co,main", "--replace-lists"],
        &["--clear=emails"],
    ] {
        let service = Service::start([done()]);
        let run = patch_123(&world, &service, words);
        assert_eq!(run.expect(0).problems(), ["list-may-replace emails"], "{words:?}");
        assert_eq!(run.json()["problems"][0]["level"], "warning");
        assert_eq!(methods(&service), ["PATCH"]);
        let service = Service::start([done()]);
        let run = patch_123(&world, &service, &[words, &["--strict"]].concat());
        assert_eq!(run.expect(3).problems(), ["list-may-replace emails"], "{words:?}");
        assert!(service.received().is_empty());
    }
}

#[test]
fn what_an_item_holds_besides_is_shown_and_warned_of_when_its_list_is_sent() {
    let world = World::new();
    let members = r#""emails":[{"email":"a@b.co","isMainEmail":true,"emailId":77}]"#;
    let service = Service::start([record(members)]);
    let text = world.run(at(&service.url, &["customer", "get", "123"]));
    assert!(
        text.expect(0).stdout.contains("email: a@b.co, isMainEmail: true, emailId: 77"),
        "{}",
        text.stdout
    );
    let json = world.run(at(&service.url, &["customer", "get", "123", "-o", "json"]));
    assert_eq!(json.expect(0).json()["record"]["emails"][0]["emailId"], 77);

    let words = ["--emails=[{\"email\":\"x@b.co\",\"isMainEmail\":true}]", "--diff", "--dry-run"];
    let run = patch_123(&world, &service, &words);
    assert_eq!(
        run.expect(10).json()["diff"][0]["now"],
        json!({ "email": "a@b.co", "isMainEmail": true, "emailId": 77 })
    );
    assert_eq!(run.problems(), ["list-may-replace emails"]);
    let run = patch_123(&world, &service, &["--email=x@b.co", "--dry-run"]);
    assert_eq!(run.expect(0).problems(), ["list-may-replace emails"]);
    let message = &run.json()["problems"][0]["message"];
    assert!(message.as_str().is_some_and(|text| text.ends_with("emails[].emailId")), "{message}");
    // What is not sent is not warned of.
    let run = patch_123(&world, &service, &["--first-name=x", "--diff", "--dry-run"]);
    assert_eq!(run.expect(10).problems(), [""; 0]);
}

#[test]
fn a_service_that_adds_is_sent_the_new_item_alone() {
    let world = World::new();
    let config = profile(&world, "lists = \"append\"");
    let config = config.each_ref().map(String::as_str);
    let two = r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"n@b.co","isMainEmail":false}]"#;
    // What the service made of it can be told only by what the list held before.
    let service = Service::start([record(ONE), done(), record(two)]);
    let run = patch_123(&world, &service, &[&["--email=n@b.co"], &config[..]].concat());
    assert_eq!(run.expect(0).problems(), [""; 0]);
    assert_eq!(methods(&service), ["GET", "PATCH", "GET"]);
    assert_eq!(bodies(&service), [json!({ "emails": [email("n@b.co", false)] })]);
    // The main one is looked for in the list that results, and the difference is what is added.
    let service = Service::start([record(ONE), record(ONE), done(), record(two)]);
    let run = patch_123(&world, &service, &[&["--email=n@b.co", "--diff", "--verify"], &config[..]].concat());
    let document = run.expect(0).json();
    assert_eq!(run.problems(), [""; 0]);
    assert_eq!(
        document["diff"],
        json!([{ "field": "emails[1]", "then": email("n@b.co", false), "known": true }])
    );
    assert_eq!(document["unverified"], json!([]));
    let service = Service::start([record(ONE)]);
    let run =
        patch_123(&world, &service, &[&["--email=n@b.co,main", "--diff", "--dry-run"], &config[..]].concat());
    assert_eq!(run.expect(10).problems(), ["two-mains emails[1].isMainEmail"]);
    // One that replaces instead is found out, whether it is to be verified or not.
    let service =
        Service::start([record(ONE), done(), record(r#""emails":[{"email":"n@b.co","isMainEmail":false}]"#)]);
    let run = patch_123(&world, &service, &[&["--email=n@b.co"], &config[..]].concat());
    assert_eq!(run.expect(12).problems(), ["unverified emails"]);
}

#[test]
fn from_a_service_that_adds_nothing_is_removed() {
    let world = World::new();
    let config = profile(&world, "lists = \"append\"");
    let config = config.each_ref().map(String::as_str);
    let empty = world.file("empty.json", r#"{"emails":[]}"#);
    let from = format!("--from={empty}");
    for words in [&["--remove=email=a@b.co"][..], &["--clear=emails"], &["--emails=[]"], &[from.as_str()]] {
        let service = Service::start([record(ONE)]);
        let run = patch_123(&world, &service, &[words, &config[..]].concat());
        assert_eq!(run.expect(3).problems(), ["cannot-clear emails"], "{words:?}");
        assert!(run.stdout.contains("append"), "{}", run.stdout);
        assert!(service.received().is_empty());
    }
}

#[test]
fn what_a_service_that_adds_has_already_is_named_and_not_sent() {
    let world = World::new();
    let two = r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"n@b.co","isMainEmail":false}]"#;
    let service = Service::start([record(ONE), done(), record(two)]);
    let config = profile(&world, "lists = \"append\"");
    let config = config.each_ref().map(String::as_str);
    let run = patch_123(&world, &service, &[&["--email=n@b.co", "--email=a@b.co"], &config[..]].concat());
    assert_eq!(run.expect(0).problems(), ["item-exists emails"]);
    assert_eq!(bodies(&service), [json!({ "emails": [email("n@b.co", false)] })]);
    // Nothing else is given, so nothing is sent.
    let run = patch_123(&world, &service, &[&["--email=n@b.co", "--diff"], &config[..]].concat());
    assert_eq!(run.expect(0).problems(), ["item-exists emails"]);
    assert_eq!((&run.json()["outcome"], &run.json()["diff"]), (&json!("unchanged"), &json!([])));
    let run = patch_123(&world, &service, &[&["--email=n@b.co", "--strict"], &config[..]].concat());
    assert_eq!(run.expect(3).problems(), ["item-exists emails"]);
    // Of a whole list it is said what becomes of it.
    let list = r#"--emails=[{"email":"x@b.co","isMainEmail":false}]"#;
    let run = patch_123(&world, &service, &[&[list, "--dry-run"], &config[..]].concat());
    assert_eq!(run.expect(0).problems(), ["list-is-added-to emails"]);
    assert_eq!(bodies(&service).len(), 1);
}

#[test]
fn at_a_service_that_adds_a_list_is_neither_undone_nor_edited() {
    let world = World::new();
    let two = r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"n@b.co","isMainEmail":false}]"#;
    let service = Service::start([record(ONE), done(), record(two)]);
    let config =
        profile(&world, &format!("base_url = \"{}\"\nlists = \"append\"\nbackup = true", service.url));
    let config = config.each_ref().map(String::as_str);
    let patch = ["customer", "patch", "123", "--unchecked", "--email=n@b.co"];
    world.run([&patch[..], &config[..]].concat()).expect(0);
    assert_eq!(methods(&service), ["GET", "PATCH", "GET"]);
    for undo in [&["undo", "-o", "json"][..], &["undo", "--force", "-o", "json"]] {
        let run = world.run([undo, &config[..]].concat());
        assert_eq!(run.expect(3).problems(), ["cannot-clear emails"]);
    }
    assert!(methods(&service)[3..].iter().all(|method| method == "GET"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let editor = world.file("editor.sh", "#!/bin/sh\nsed -i 's/n@b.co/m@b.co/' \"$1\"\n");
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).expect("ours");
        let words = [&["customer", "edit", "123", "-o", "json"], &config[..]].concat();
        let run = crate::common::run(world.booster(words).env("EDITOR", editor));
        assert_eq!(run.expect(3).problems(), ["cannot-clear emails"]);
        assert!(!methods(&service)[3..].contains(&"PATCH".to_owned()));
    }
}

#[test]
fn a_service_that_does_not_make_of_a_list_what_the_profile_says_is_found_out() {
    let world = World::new();
    let list = |items: &[Value]| record(&format!("\"emails\":{}", json!(items)));
    let [a, n] = [email("a@b.co", true), email("n@b.co", false)];
    for (mode, now, key) in [
        // It added all that it was sent, or what it did not have.
        ("replace", vec![a.clone(), n.clone(), a.clone()], "append"),
        ("replace", vec![a.clone(), a.clone(), n.clone()], "append"),
        ("append", vec![n.clone()], "replace"),
    ] {
        let service = Service::start([list(std::slice::from_ref(&a)), done(), list(&now)]);
        let config = profile(&world, &format!("lists = \"{mode}\""));
        let config = config.each_ref().map(String::as_str);
        // The record is read before, though nothing asks for the list to be verified.
        let words: &[&str] =
            if mode == "replace" { &["--email=n@b.co"] } else { &["--email=n@b.co", "--fill"] };
        let run = patch_123(&world, &service, &[words, &config[..]].concat());
        let problems = run.expect(12).json()["problems"].clone();
        let found =
            problems.as_array().expect("problems").iter().find(|problem| problem["rule"] == "unverified");
        let hint = found.map(|problem| &problem["hint"]).expect("unverified");
        assert_eq!(
            hint,
            &json!(format!("if it always does, set lists = \"{key}\" in the profile")),
            "{now:?}"
        );
    }
    // One that dropped the new item did neither.
    let service = Service::start([list(std::slice::from_ref(&a)), done(), list(&[a])]);
    let config = profile(&world, "");
    let config = config.each_ref().map(String::as_str);
    let run = patch_123(&world, &service, &[&["--email=n@b.co"], &config[..]].concat());
    assert_eq!(run.expect(12).problems(), ["unverified emails"]);
    assert!(!run.stdout.contains("lists ="), "{}", run.stdout);
}

#[test]
fn a_list_that_cannot_be_read_again_is_warned_of() {
    let world = World::new();
    let service = Service::start([record(ONE), done(), Answer::json(500, "")]);
    let config = profile(&world, "");
    let config = config.each_ref().map(String::as_str);
    let run = patch_123(&world, &service, &[&["--email=n@b.co"], &config[..]].concat());
    assert_eq!(run.expect(0).problems(), ["unverified"]);
    assert_eq!(run.json()["outcome"], "sent");
}
