//! Flags, files and shorthand through the real binary: what is given arrives, and what is wrong is reported with its place.

use crate::common::{GOOD, World, patch};
use serde_json::{Value, json};

/// The body that a dry run of these words shows.
#[track_caller]
fn body(world: &World, words: &[&str]) -> Value {
    let run = world.run(patch(words).into_iter().chain(["--dry-run=json"]));
    run.expect(0).json()
}

#[test]
fn every_kind_of_value_goes_in_by_flag() {
    let world = World::new();
    let sent = body(
        &world,
        &[
            "--first-name=Zoë 李",
            "--birth-date=2020-12-30",
            "--contact-by-sms-flag=FALSE",
            "--email=ada@x.com,main",
            "--email=b@x.com",
            "--replace-lists",
            "--event=Birthday,date=2021-01-20",
            "--hobbies=[{\"hobby\":\"Art\",\"sapHobbyId\":\"ART\"}]",
            "--clear=notes,phones",
        ],
    );
    assert_eq!(
        sent,
        json!({
            "firstName": "Zoë 李", "canBeContactedByMaison": true, "clientType": "COMPANY", "companyName": "Acme",
            "countryId": "it", "birthDate": "2020-12-30", "contactBySMSFlag": false, "notes": "",
            "emails": [{"email": "ada@x.com", "isMainEmail": true}, {"email": "b@x.com", "isMainEmail": false}],
            "phones": [], "events": [{"eventType": "Birthday", "eventDate": "2021-01-20"}],
            "hobbies": [{"hobby": "Art", "sapHobbyId": "ART"}],
        })
    );
}

#[test]
fn a_value_comes_from_a_file_or_from_standard_input() {
    let world = World::new();
    let notes = world.file("notes.txt", "two\nlines\n");
    let emails = world.file("emails.json", r#"[{"email":"a@b.co","isMainEmail":true}]"#);
    let sent =
        body(&world, &[&format!("--notes=@{notes}"), &format!("--emails=@{emails}"), "--first-name=@@home"]);
    assert_eq!(sent["notes"], "two\nlines");
    assert_eq!(sent["emails"][0]["email"], "a@b.co");
    assert_eq!(sent["firstName"], "@home");

    let words = patch(&["--last-name=@-", "--dry-run=json"]);
    assert_eq!(world.run_with_stdin(words, "Byron\r\n").expect(0).json()["lastName"], "Byron");
}

#[test]
fn standard_input_is_read_once_only() {
    let world = World::new();
    for words in
        [["--notes=@-", "--first-name=@-"], ["--from=-", "--first-name=@-"], ["--from=-", "--from=-"]]
    {
        world.run_with_stdin(patch(&words), "x").expect(2);
    }
}

#[test]
fn layers_lie_defaults_below_files_below_flags() {
    let world = World::new();
    let config = world.file(
        "config.toml",
        "default_profile = \"dev\"\n[profiles.dev.defaults]\ncountryId = \"it\"\nmiddleName = \"default\"\nnotes = \"default\"\n",
    );
    let first = world.file(
        "first.json",
        r#"{"notes":"first","firstName":"first","emails":[{"email":"a@b.co","isMainEmail":true}]}"#,
    );
    let second = world
        .file("second.toml", "firstName = \"second\"\n[[emails]]\nemail = \"c@d.co\"\nisMainEmail = false\n");
    let words = [
        "customer",
        "patch",
        "123",
        "--config",
        &config,
        "--from",
        &first,
        "--from",
        &second,
        "--unchecked",
        "--company-name=flag",
        "-v",
        "--dry-run=json",
    ];
    let run = world.run(words);
    assert_eq!(
        run.expect(0).json(),
        json!({
            "firstName": "second", "middleName": "default", "companyName": "flag", "countryId": "it", "notes": "first",
            "emails": [{"email": "c@d.co", "isMainEmail": false}],
        })
    );
    for (field, origin) in [
        ("firstName", "second.toml:1:13"),
        ("middleName", "defaults of profile dev"),
        ("companyName", "--company-name"),
        ("notes", "first.json:1:10"),
    ] {
        let line = run.stderr.lines().find(|line| line.trim().starts_with(field)).expect(field);
        assert!(line.ends_with(origin), "{line}");
    }
}

#[test]
fn a_file_is_json_or_toml_by_its_name_its_first_character_or_the_flag() {
    let world = World::new();
    let toml = "# a comment\nfirstName = \"Ada\"\nbirthDate = 1985-12-10\n";
    let json = "\u{feff} {\"firstName\": \"Ada\", \"birthDate\": \"1985-12-10\"}";
    for (name, content) in [("a.toml", toml), ("a.json", json), ("toml.txt", toml), ("json.txt", json)] {
        let path = world.file(name, content);
        let sent = body(&world, &["--from", &path]);
        assert_eq!((&sent["firstName"], &sent["birthDate"]), (&json!("Ada"), &json!("1985-12-10")), "{name}");
    }
    for (content, form) in [(toml, "toml"), (json, "json"), (toml, ""), (json, "")] {
        let mut words = patch(&["--from=-", "--dry-run=json"]);
        let form = format!("--format={form}");
        if form != "--format=" {
            words.push(&form);
        }
        assert_eq!(world.run_with_stdin(words, content).expect(0).json()["firstName"], "Ada");
    }
}

#[test]
fn the_id_in_a_file_must_be_the_one_of_the_command() {
    let world = World::new();
    for (id, code) in [("123", 0), ("\"123\"", 0), ("124", 3), ("0", 3), ("1.5", 3), ("true", 3)] {
        let path = world.file("a.json", format!("{{\"boosterCustomerId\": {id}, \"firstName\": \"Ada\"}}"));
        let run = world.run(patch(&["--from", &path, "--dry-run", "-o", "json"]));
        run.expect(code);
        if code == 3 {
            assert_eq!(run.problems(), ["id boosterCustomerId"]);
            assert_eq!(run.json()["problems"][0]["source"], json!({ "file": path, "line": 1, "column": 23 }));
        } else {
            assert_eq!(run.json()["request"]["body"]["boosterCustomerId"], Value::Null);
        }
    }
}

#[test]
fn problems_of_all_inputs_come_out_together_with_their_places() {
    let world = World::new();
    let path = world.file(
        "a.json",
        "{\n  \"fristName\": \"é\", \"birthDate\": \"31/12/2020\",\n  \"contactByEmailFlag\": \"true\"}",
    );
    let run = world.run([
        "customer",
        "patch",
        "007",
        "--from",
        &path,
        "--email=a@b.co,mian",
        "--gender=m",
        "--clear=birthDate",
        "-o",
        "json",
    ]);
    run.expect(3);
    let document = run.json();
    let found: Vec<(&str, &str, &Value)> = document["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| {
            let word = |key: &str| problem[key].as_str().unwrap_or_default();
            (word("rule"), word("field"), &problem["source"])
        })
        .collect();
    let absent = Value::Null;
    assert_eq!(
        found,
        [
            ("id", "boosterCustomerId", &json!({ "argument": "ID" })),
            ("unknown-field", "fristName", &json!({ "file": path, "line": 2, "column": 3 })),
            ("not-a-date", "birthDate", &json!({ "file": path, "line": 2, "column": 34 })),
            ("not-a-bool", "contactByEmailFlag", &json!({ "file": path, "line": 3, "column": 25 })),
            ("syntax", "emails[0]", &json!({ "flag": "--email" })),
            ("cannot-clear", "birthDate", &json!({ "flag": "--clear" })),
            ("required", "canBeContactedByMaison", &absent),
            ("required", "clientType", &absent),
            ("unlisted-value", "gender", &json!({ "flag": "--gender" })),
            ("required", "countryId", &absent),
        ]
    );
    assert_eq!(document["outcome"], "refused");
    assert_eq!(document["problems"][1]["hint"], "did you mean firstName?");
    assert_eq!(document["problems"][2]["hint"], "write 2020-12-31");
    assert_eq!(document["problems"][8]["level"], "warning");
}

#[test]
fn a_file_problem_shows_its_line_with_a_caret() {
    let world = World::new();
    let path = world.file("a.json", "{\n  \"birthDate\": \"2020-02-30\"\n}\n");
    let run = world.run(patch(&["--from", &path, "--dry-run"]));
    run.expect(3);
    assert!(run.stderr.contains(":2:16"), "{}", run.stderr);
    assert!(
        run.stderr.contains("2 |   \"birthDate\": \"2020-02-30\"\n  |                ^^^^^^^^^^^^\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout, "");
}

#[test]
fn what_a_flag_cannot_mean_is_refused() {
    let world = World::new();
    for (word, rule) in [
        ("--notes=", "empty-text notes"),
        ("--contact-by-email-flag=yes", "not-a-bool contactByEmailFlag"),
        ("--contact-by-email-flag=", "not-a-bool contactByEmailFlag"),
        ("--birth-date=2020-02-30", "not-a-date birthDate"),
        ("--emails=a@b.co", "not-a-list emails"),
        ("--emails=[1]", "not-a-record emails[0]"),
        ("--emails=[{\"email\":1,\"isMainEmail\":true}]", "not-text emails[0].email"),
        ("--email=a@b.co,mail=x", "unknown-field emails[0].mail"),
        ("--clear=companyName", ""),
        ("--clear=nots", "unknown-field nots"),
        ("--clear=dataSharingConsent", "cannot-clear dataSharingConsent"),
        ("--first-name=a\u{1}b", "control-character firstName"),
        ("--first-name=a\nb", "control-character firstName"),
    ] {
        let run = world.run(patch(&[word, "--dry-run", "-o", "json"]));
        if rule.is_empty() {
            // The company's name is given as well, so the command contradicts itself.
            run.expect(2);
        } else {
            run.expect(3);
            assert_eq!(run.problems(), [rule], "{word}");
        }
    }
}

#[test]
fn a_cleared_field_that_is_required_is_missing() {
    let world = World::new();
    let words = [
        "customer",
        "patch",
        "123",
        GOOD[0],
        GOOD[1],
        GOOD[2],
        "--clear",
        "companyName",
        "--dry-run",
        "-o",
        "json",
    ];
    let run = world.run(words);
    assert_eq!(run.expect(3).problems(), ["required-for-company companyName"]);
    assert_eq!(run.json()["problems"][0]["source"], json!({ "flag": "--clear" }));
}

#[test]
fn a_consent_never_stands_alone_and_a_scalar_is_given_once() {
    let world = World::new();
    for words in [
        vec!["--data-sharing-consent"],
        vec!["--notes=a", "--notes=b"],
        vec!["--emails=[]", "--email=a@b.co"],
        vec!["--notes=a", "--clear=notes"],
        vec!["--notes=@"],
        vec!["--notes=@nowhere.txt"],
        vec!["--from=nowhere.json"],
        vec!["--from=."],
        vec!["--first-name", "--last-name", "x"],
    ] {
        let run = world.run(patch(&words).into_iter().chain(["-o", "json"]));
        run.expect(2);
        assert_eq!((run.json()["outcome"].as_str(), run.stderr.as_str()), (Some("usage"), ""), "{words:?}");
    }
}

#[test]
fn strict_takes_warnings_for_errors_and_unchecked_lets_gaps_pass() {
    let world = World::new();
    let odd = ["--gender=x", "--dry-run", "-o", "json"];
    assert_eq!(world.run(patch(&odd)).expect(0).problems(), ["unlisted-value gender"]);
    let strict: Vec<&str> = odd.into_iter().chain(["--strict"]).collect();
    assert_eq!(world.run(patch(&strict)).expect(3).problems(), ["unlisted-value gender"]);
    let alone = ["customer", "patch", "123", "--first-name=Ada", "--dry-run=json"];
    world.run(alone).expect(3);
    assert_eq!(
        world.run(alone.into_iter().chain(["--unchecked"])).expect(0).stdout,
        r#"{"firstName":"Ada"}"#
    );
    let unknown =
        ["customer", "patch", "123", "--client-type=x", "--birth-date=x", "--unchecked", "-o", "json"];
    assert_eq!(world.run(unknown).expect(3).problems(), ["not-a-date birthDate"]);
}

/// A value that cannot be read hides nothing of the others, and every item keeps its number.
#[test]
fn what_cannot_be_read_hides_nothing_else() {
    let world = World::new();
    let latin1 = format!("--notes=@{}", world.file("latin1.txt", b"caf\xe9"));
    let broken = world.file("broken.json", "{");
    let items = world.file("items.json", r#"{"emails":[3,{"email":"q"}]}"#);
    let missing = ["required canBeContactedByMaison", "required clientType", "required countryId"];
    let told = |words: &[&str]| {
        let line =
            ["customer", "patch", "1", "--dry-run", "-o", "json"].into_iter().chain(words.iter().copied());
        world.run(line).problems()
    };
    assert_eq!(told(&[&latin1]), [&["syntax notes"], &missing[..]].concat());
    assert_eq!(told(&["--notes=@nowhere"]), [&["usage notes"], &missing[..]].concat());
    assert_eq!(told(&["--notes=x", "--clear=notes"]), [&["usage notes"], &missing[..]].concat());
    assert_eq!(
        told(&["--from", &broken, "--client-type=X"]),
        ["syntax", "unknown-client-type clientType"],
        "what is missing may stand in the file"
    );
    assert_eq!(
        told(&["--from", &items]),
        [
            &["not-a-record emails[0]"],
            &missing[..],
            &["odd-email emails[1].email", "required emails[1].isMainEmail"]
        ]
        .concat()
    );
    assert_eq!(
        told(&[
            "--email=",
            "--email=@nowhere",
            "--email=a@x.com,main",
            "--email=b@x.com,main",
            "--replace-lists"
        ]),
        [&["empty-text emails[0]", "usage emails[1]"], &missing[..], &["two-mains emails[3].isMainEmail"]]
            .concat()
    );
}

#[test]
fn a_list_is_known_for_one_wherever_it_stands() {
    let world = World::new();
    let told = |content: &str| {
        let file = world.file("list", content);
        let flag = format!("--emails=@{file}");
        world.run(patch(&[&flag, "--dry-run", "-o", "json"])).problems()
    };
    for (content, problem) in [
        ("[\"a@x.com\"]", "not-a-record emails[0]"),
        ("[5]", "not-a-record emails[0]"),
        ("null", "null emails"),
        ("", "syntax emails"),
        ("[emails]\nemail = \"a@x.com\"", "not-a-list emails"),
    ] {
        assert_eq!(told(content), [problem], "{content}");
    }
    let good = "[[emails]]\nemail = \"a@x.com\"\nisMainEmail = true";
    assert_eq!(told(good), ["list-may-replace emails"], "nothing else is wrong with it");
}

/// The hint of the first problem at this field.
#[track_caller]
fn hint(world: &World, words: &[&str], field: &str) -> String {
    let document = world.run(words.iter().copied().chain(["-o", "json"])).json();
    let problems = document["problems"].as_array().expect("problems");
    let problem = problems.iter().find(|problem| problem["field"] == field);
    let problem = problem.unwrap_or_else(|| panic!("{field} in {problems:?}"));
    problem["hint"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_hint_never_leads_into_the_next_refusal() {
    let world = World::new();
    let flags = |words: &[&'static str]| -> Vec<&'static str> {
        ["customer", "patch", "1"].into_iter().chain(words.iter().copied()).collect()
    };
    for (words, field, told) in [
        (flags(&["--country-id="]), "countryId", "fill it in: it is required in every patch"),
        (flags(&["--notes="]), "notes", "to clear the field, write --clear notes"),
        (
            flags(&["--company-name="]),
            "companyName",
            "fill it in; unless the client is COMPANY, --clear companyName clears it",
        ),
        (flags(&["--email="]), "emails[0]", "to clear the field, write --clear emails"),
        (flags(&["--emails="]), "emails", "to clear the field, write --clear emails"),
        (flags(&["--country-id= "]), "countryId", "fill it in"),
        (flags(&["--clear=countryId"]), "countryId", "do not clear it: give a new value"),
        (flags(&["--phone=3331234567"]), "phones[0].countryPrefix", "add ,countryPrefix=… to the item"),
        (flags(&["--event=Birthday"]), "events[0].eventDate", "add ,date=… to the item"),
        (flags(&["--clear=all"]), "all", "name each field to clear: --clear notes,emails"),
    ] {
        assert_eq!(hint(&world, &words, field), told, "{words:?}");
    }
    let file = world.file(
        "a.json",
        r#"{"clientType": "", "countryId": null, "canBeContactedByMaison": null, "title": null, "notes": null,
            "emails": [{"email": "", "isMainEmail": null}, {}]}"#,
    );
    for (field, told) in [
        ("clientType", "fill it in"),
        ("countryId", "fill it in: it is required in every patch"),
        ("canBeContactedByMaison", "write true or false: it is required in every patch"),
        ("title", "fill it in, or remove the key"),
        ("notes", "write \"\" to clear the field, or remove the key"),
        ("emails[0].email", "fill it in"),
        ("emails[0].isMainEmail", "write true or false: every item needs it"),
        ("emails[1].email", "add email to the item"),
    ] {
        assert_eq!(hint(&world, &["customer", "patch", "1", "--from", &file], field), told, "{field}");
    }
}

#[test]
fn clearing_twice_is_clearing_once() {
    let world = World::new();
    let sent = body(&world, &["--clear=notes,notes", "--clear=notes"]);
    assert_eq!(sent["notes"], "");
    for words in [["--clear=notes,"], ["--clear="]] {
        let run = world.run(patch(&words).into_iter().chain(["-o", "json"]));
        let problem = &run.expect(2).json()["problems"][0];
        assert_eq!(problem["message"], "a name is missing in --clear", "{words:?}");
    }
}

#[test]
fn a_whole_list_is_placed_where_it_was_written() {
    let world = World::new();
    let json = world.file("l.json", "[\n  {\"email\": 1, \"isMainEmail\": true}\n]\n");
    let toml = world.file("l.toml", "[[emails]]\nemail = \"a@b.co\"\nisMainEmail = 1\n");
    for (path, line, column) in [(&json, 2, 13), (&toml, 3, 15)] {
        let run = world.run(patch(&[&format!("--emails=@{path}"), "-o", "json"]));
        let problem = &run.expect(3).json()["problems"][0];
        assert_eq!(problem["source"], json!({ "file": path, "line": line, "column": column }), "{problem}");
    }
    let good = world.file("good.toml", "[[emails]]\nemail = \"a@b.co\"\nisMainEmail = true\n");
    assert_eq!(body(&world, &[&format!("--emails=@{good}")])["emails"][0]["email"], "a@b.co");

    let run = world.run(patch(&["--emails=[{\"email\": 1, \"isMainEmail\": true}]"]));
    assert!(run.expect(3).stderr.contains(" --> --emails:1:12\n"), "{}", run.stderr);
    assert!(run.stderr.contains("\n  |            ^\n"), "{}", run.stderr);
    let run = world.run(patch(&["--emails=[] x"]));
    assert!(run.expect(3).stderr.contains(" --> --emails:1:4\n"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: remove everything after this point"), "{}", run.stderr);
}

#[test]
fn a_list_that_a_shell_or_a_hand_spoilt_is_told_how_to_give_it() {
    let world = World::new();
    world.file("13-list.json", r#"[{"email":"a@b.co","isMainEmail":true}]"#);
    world.file("note", "2020-12-30\n");
    let lost = "the shell removed the double quotes: put the JSON into a file, and write --emails @file.json";
    for (word, hint) in [
        ("--emails=[{email:a@b.co,isMainEmail:true}]", lost),
        ("--emails=13-list.json", "to read it from the file, write --emails @13-list.json"),
        ("--emails=other.JSON", "to read it from the file, write --emails @other.JSON"),
        ("--emails=note", "to read it from the file, write --emails @note"),
        ("--birth-date=note", "to read it from the file, write --birth-date @note"),
        ("--data-sharing-consent=note", "to read it from the file, write --data-sharing-consent @note"),
        (
            "--emails='[{\"email\":\"a@b.co\"}]'",
            "the shell does not remove these quotes: put the JSON into a file, and write --emails @file.json",
        ),
        (
            "--emails=a@b.co",
            "write [{\"email\": \"a@b.co\", \"isMainEmail\": true}], or add single items with --email",
        ),
        (
            "--emails=[{“email”:\"a@b.co\"}]",
            "“ (U+201C) is a typographic quotation mark: write the straight one, \"",
        ),
        ("--birth-date=31412", "if a spreadsheet stored this date as a number, write 1985-12-31"),
        (
            "--email={\"email\":\"a@b.co\"}",
            "write the values alone, as `booster help shorthand` shows; for JSON use --emails, as in --emails @file.json",
        ),
    ] {
        let run = world.run(patch(&[word, "--replace-lists", "-o", "json"]));
        assert_eq!(run.expect(3).json()["problems"][0]["hint"], for_shell(hint), "{word}");
    }
    // A text is taken as it is, with a warning where it is the name of a file; in a file it may be anything.
    let run = world.run(patch(&[
        "--notes=13-list.json",
        "--first-name=note",
        "--last-name=a.b",
        "--dry-run",
        "-o",
        "json",
    ]));
    assert_eq!(run.expect(0).problems(), ["file-name notes"]);
    let hint = "to read it from the file, write --notes @13-list.json";
    assert_eq!(run.json()["problems"][0]["hint"], for_shell(hint));
    // In double quotes any value can be given.
    let sent = body(&world, &["--hobby=\"{x}\",sapId=A", "--replace-lists"]);
    assert_eq!(sent["hobbies"][0]["hobby"], "{x}");
}

/// A hint that ends with `@file`, which PowerShell wants in quotes.
fn for_shell(hint: &str) -> String {
    match hint.rsplit_once(" @") {
        Some((before, file)) if cfg!(windows) => format!("{before} \"@{file}\""),
        _ => hint.to_owned(),
    }
}
