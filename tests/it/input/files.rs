//! Files that are no patch: a clear message, the right exit code, nothing sent.

use serde_json::json;

use crate::common::{Answer, Service, World, patch};

#[test]
fn what_is_no_patch_is_refused_before_anything_is_sent() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let deep = format!("{{\"firstName\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("{{\"notes\": \"{}\"}}", "x".repeat(2 << 20));
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.json", b"".to_vec(), "syntax"),
        ("blank.toml", b" \n".to_vec(), "syntax"),
        ("binary.json", vec![0x7f, b'E', b'L', b'F', 0, 0, 0xfe, 0xff, 0], "syntax"),
        ("latin1.json", b"{\"firstName\": \"Zo\xeb\"}".to_vec(), "syntax"),
        ("utf16.json", utf16, "syntax"),
        ("cut.json", b"{\"firstName\": \"Ada\", \"emails\": [{\"email\": \"a".to_vec(), "syntax"),
        ("array.json", b"[{\"firstName\": \"Ada\"}]".to_vec(), "syntax"),
        ("text.json", b"\"Ada\"".to_vec(), "syntax"),
        ("trailing.json", b"{\"firstName\": \"Ada\"} x".to_vec(), "syntax"),
        ("comment.json", b"{\"firstName\": \"Ada\" /* x */}".to_vec(), "syntax"),
        ("control.json", b"{\"firstName\": \"A\x01da\"}".to_vec(), "syntax"),
        ("deep.json", deep.into_bytes(), "syntax"),
        ("cut.toml", b"firstName = \"Ada".to_vec(), "syntax"),
        ("twice.toml", b"firstName = \"a\"\nfirstName = \"b\"\n".to_vec(), "syntax"),
        ("twice.json", b"{\"firstName\": \"a\", \"firstName\": \"b\"}".to_vec(), "duplicate-key firstName"),
        ("null.json", b"{\"firstName\": null}".to_vec(), "null firstName"),
        ("number.json", b"{\"firstName\": 1204}".to_vec(), "not-text firstName"),
        ("number.toml", b"firstName = 1204".to_vec(), "not-text firstName"),
        ("time.toml", b"birthDate = 2020-12-30T00:00:00Z".to_vec(), "not-a-date birthDate"),
        ("day.toml", b"birthDate = 2023-02-29".to_vec(), "not-a-date birthDate"),
        ("days.toml", b"birthDate = 31.12.2020".to_vec(), "not-a-date birthDate"),
        ("zero.toml", b"customerReference = 0612345678".to_vec(), "not-text customerReference"),
        ("escape.toml", b"birthDate = 2023-02-29\nnotes = \"\\q\"".to_vec(), "syntax"),
        ("list.json", b"{\"emails\": \"a@b.co\"}".to_vec(), "not-a-list emails"),
        ("object.toml", b"[emails]\nemail = \"a\"".to_vec(), "not-a-list emails"),
        ("items.json", b"{\"emails\": [null]}".to_vec(), "not-a-record emails[0]"),
        ("bare", b"[\"Ada\"]".to_vec(), "syntax"),
        ("long.json", long.into_bytes(), "too-long notes"),
    ];
    for (name, content, problem) in cases {
        let path = world.file(name, content);
        let run = world.run(patch(&["--from", &path, "--base-url", &service.url, "-o", "json"]));
        run.expect(3);
        assert!(run.problems().contains(&problem.to_owned()), "{name}: {:?}", run.problems());
        assert_eq!(run.json()["problems"][0]["source"]["file"], path, "{name}");
        // The same for a person, who must not be shown what moves the cursor.
        let text = world.run(patch(&["--from", &path, "--base-url", &service.url]));
        text.expect(3);
        assert!(text.stderr.contains("Nothing was sent"), "{name}: {}", text.stderr);
        assert!(
            !text.stderr.chars().any(|letter| letter.is_control() && letter != '\n'),
            "{name}: {:?}",
            text.stderr
        );
    }
    assert!(service.received().is_empty());
}

#[test]
#[cfg(unix)]
fn a_file_without_an_end_is_given_up() {
    let world = World::new();
    let run = world.run(patch(&["--from=/dev/zero", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["too-long"]);
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_read_is_a_usage_error() {
    let world = World::new();
    let near = world.file("customer.json", "{}");
    let missing = near.replace("customer.json", "custmer.json");
    let run = world.run(patch(&["--from", &missing, "-o", "json"]));
    run.expect(2);
    assert_eq!(run.json()["problems"][0]["hint"], "did you mean customer.json?");
    world.run(patch(&["--from", "."])).expect(2);
}

#[test]
fn an_empty_patch_is_nothing_to_send() {
    let world = World::new();
    let path = world.file("a.json", "{}");
    let run = world.run(["customer", "patch", "123", "--from", &path, "-o", "json"]);
    run.expect(3);
    assert_eq!(run.problems()[0], "empty");
    let unchecked = world.run(["customer", "patch", "123", "--from", &path, "--unchecked", "-o", "json"]);
    assert_eq!(unchecked.expect(3).problems(), ["empty"]);
    // Without any input at all it is the command that is incomplete.
    world.run(["customer", "patch", "123"]).expect(2);
}

#[test]
fn check_says_of_each_file_whether_it_is_good() {
    let world = World::new();
    let good = world.file("good.toml", "canBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\ncompanyName = \"Acme\"\n");
    let bad = world.file("bad.json", r#"{"clientType": "COMPANY", "countryId": "it"}"#);
    let run = world.run(["customer", "check", &good]);
    assert_eq!(run.expect(0).stdout, format!("{good}: correct, 4 fields\n"));
    let run = world.run(["customer", "check", &good, &bad, "-o", "json"]);
    assert_eq!(
        run.expect(3).problems(),
        ["required canBeContactedByMaison", "required-for-company companyName"]
    );
    // Every problem has its file, and every file its verdict, in the order of the command line.
    let document = run.json();
    assert!(
        document["problems"].as_array().expect("problems").iter().all(|found| found["source"]["file"] == bad)
    );
    assert_eq!(
        document["files"],
        json!([{ "file": good, "good": true, "fields": 4 }, { "file": bad, "good": false }])
    );
    let run = world.run(["customer", "check", &bad, &good, "nowhere.json"]);
    assert_eq!(
        run.expect(2).stdout,
        format!("{bad}: 2 errors\n{good}: correct, 4 fields\nnowhere.json: 1 error\n")
    );
    assert!(run.stderr.contains(&format!("({bad})")), "{}", run.stderr);
    let run = world.run_with_stdin(["customer", "check", "-", "-", "-o", "json"], "{}");
    assert_eq!(run.expect(2).json()["outcome"], "usage");

    let run = world.run(["customer", "check", &good, "--id", "007", "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["id boosterCustomerId"]);
    assert_eq!(run.json()["problems"][0]["source"]["flag"], "--id");
}

/// Message, hint and place of the first problem in a file.
#[track_caller]
fn told(world: &World, name: &str, content: impl AsRef<[u8]>) -> (String, String, serde_json::Value) {
    let path = world.file(name, content);
    let run = world.run(["customer", "check", &path, "--unchecked", "-o", "json"]);
    let problem = &run.expect(3).json()["problems"][0];
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    (text("message"), text("hint"), problem["source"].clone())
}

#[test]
fn a_file_that_is_nearly_right_is_told_how_it_is_right() {
    let world = World::new();
    for (name, content, hint) in [
        (
            "a.toml",
            "[[emails]]\nemail = \"a@b.co\"\nisMainEmail = true\nfirstName = \"Ada\"\n",
            "it is a field of the customer: in TOML write it above the first [[…]]",
        ),
        (
            "a.json",
            "{\"emails\": [{\"email\": \"a@b.co\", \"isMainEmail\": true, \"notes\": \"x\"}]}",
            "it is a field of the customer: write it outside the list",
        ),
        (
            "b.toml",
            "[emails]\nemail = \"a@b.co\"\n",
            "write [[emails]] with two brackets, once for every item",
        ),
        ("b.json", "{\"emails\": {}}", "put the object in brackets: [{…}]"),
        (
            "c.toml",
            "{\"firstName\": \"Ada\"}",
            "this looks like JSON: give the file the extension .json, or say --format json",
        ),
        (
            "c.json",
            "firstName = \"Ada\"",
            "this is TOML: give the file the extension .toml, or say --format toml",
        ),
        ("a.yaml", "firstName: Ada\n", "this looks like YAML; write JSON or TOML"),
        ("d.json", "{\"notes\": \"a\nb\"}", "in text, JSON writes a newline as \\n and a tab as \\t"),
        (
            "e.json",
            "{\"firstName\": 1204}",
            "write \"1204\", in double quotes; or \"01204\": a number loses its leading zeros",
        ),
        ("f.json", "{\"firstName\": -12}", "write \"-12\", in double quotes"),
        ("f.toml", "firstName = 1_0.5", "write \"1_0.5\", in double quotes"),
        ("g.toml", "firstName = inf", "write \"inf\", in double quotes"),
        (
            "l.json",
            "{\"birthDate\": 31412}",
            "if a spreadsheet stored this date as a number, write 1985-12-31, in double quotes",
        ),
        ("l.toml", "birthDate = 31412", "if a spreadsheet stored this date as a number, write 1985-12-31"),
        ("m.json", "{\"birthDate\": true}", "write the date as in 2020-12-30, in double quotes"),
        ("n.json", "{\"emails\": \"a@b.c\"}", "write [{\"email\": \"a@b.c\", \"isMainEmail\": true}]"),
        ("n.toml", "emails = \"a@b.c\"", "write [{ email = \"a@b.c\", isMainEmail = true }]"),
        (
            "o.json",
            "{\"phones\": \"333\"}",
            "write [{\"phone\": \"333\", \"countryPrefix\": \"…\", \"isMainPhone\": true}]",
        ),
        ("p.json", "{\"emails\": [\"a@b.c\"]}", "write {\"email\": \"a@b.c\", \"isMainEmail\": true}"),
        ("q.json", "{\"events\": [5]}", "write {\"eventType\": \"…\", \"eventDate\": \"…\"}"),
        (
            "r.json",
            "{\"customer\": {\"firstName\": \"Ada\"}}",
            "the fields go at the top level of the file: remove \"customer\" from around them",
        ),
        (
            "s.json",
            "{\"$schema\": \"x\", \"data\": [{\"lastName\": \"x\"}]}",
            "the fields go at the top level of the file: remove \"data\" from around them",
        ),
        (
            "t.toml",
            "[customer]\nfirstName = \"Ada\"\n",
            "the fields go at the top level of the file: remove the line [customer]",
        ),
        (
            "u.json",
            "[{\"firstName\": \"Ada\"}]",
            "write the object alone, without the brackets [ ] around it",
        ),
        ("v.json", "[{}, {}]", "a file is for one customer: write one file for each customer"),
        (
            "w.json",
            "{“firstName”: “Ada”}",
            "“ (U+201C) is a typographic quotation mark: write the straight one, \"",
        ),
        (
            "w.toml",
            "firstName = “Ada”\n",
            "“ (U+201C) is a typographic quotation mark: write the straight one, \"",
        ),
        (
            "x.toml",
            "firstName = \"Ada”\nnotes = \"x\"\n",
            "” (U+201D) is a typographic quotation mark: write the straight one, \"",
        ),
        (
            "x.json",
            "{\"firstName\": \"Ada”}",
            "” (U+201D) is a typographic quotation mark: write the straight one, \"",
        ),
        (
            "y.toml",
            "firstName = ‘Ada’\n",
            "‘ (U+2018) is a typographic quotation mark: write the straight one, \"",
        ),
        ("z.txt", "boosterCustomerId;firstName\r\n1;Ada\r\n", ONE_CUSTOMER),
        ("h.json", "{\"customerId\": 1}", "did you mean boosterCustomerId?"),
        ("i.json", "{\"id\": 1}", "did you mean boosterCustomerId?"),
        ("j.json", "{\"BoosterCustomerId\": 1}", "did you mean boosterCustomerId?"),
        ("k.json", "{\"\": 1}", "write the name of a field, or remove it"),
    ] {
        assert_eq!(told(&world, name, content).1, hint, "{content}");
    }
    let (message, _, source) = told(&world, "latin1.json", b"{\n \"notes\": \"\xe9\"}");
    assert_eq!(message, "the file is not UTF-8: byte 0xe9 in line 2, column 12 cannot be read");
    assert_eq!((&source["line"], &source["column"]), (&json!(2), &json!(12)));
    let utf16: Vec<u8> = "{\"notes\": \"x\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(told(&world, "utf16.json", utf16).0, "the file is UTF-16 without a byte order mark");
}

const ONE_CUSTOMER: &str =
    "`booster bulk patch` sends a table, a customer for each row; for one customer write TOML or JSON";

#[test]
fn a_table_is_named_as_what_it_is() {
    let world = World::new();
    for (name, content, what) in [
        ("a.csv", &b"boosterCustomerId,firstName\n1,Ada\n"[..], "a table (CSV)"),
        ("a.TSV", b"firstName\tlastName\nAda\tByron\n", "a table (TSV)"),
        ("a.xlsx", b"PK\x03\x04\x14\x00\xff\x00", "an Excel workbook"),
        ("a.ods", b"PK\x03\x04\x14\x00\xff\x00", "an OpenDocument spreadsheet"),
    ] {
        let (message, hint, _) = told(&world, name, content);
        assert_eq!(
            (message.as_str(), hint.as_str()),
            (&*format!("the file is {what}, not a patch"), ONE_CUSTOMER)
        );
        let path = world.path(name);
        let run = world.run(patch(&[&format!("--emails=@{}", path.display()), "-o", "json"]));
        assert_eq!(run.expect(3).json()["problems"][0]["message"], message, "{name}");
    }
    // A value of one field may be in any text file, and --format says what a file is whatever its name.
    let note = world.file("note.csv", "a,b\n");
    let run = world.run(patch(&[&format!("--notes=@{note}"), "--dry-run=json"]));
    assert_eq!(run.expect(0).json()["notes"], "a,b");
    let named = world.file("patch.csv", "firstName = \"Ada\"\n");
    world.run(["customer", "check", &named, "--for-fill", "--format=toml"]).expect(0);
}

#[test]
fn fields_in_a_wrapper_are_not_called_missing() {
    let world = World::new();
    let path = world.file("a.json", r#"{"data": {"firstName": "Ada"}}"#);
    let run = world.run(["customer", "check", &path, "-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["unknown-field data"]);
}

#[test]
fn an_array_on_standard_input_is_read_as_json() {
    let world = World::new();
    for text in ["[{\"firstName\": \"Ada\"}]", "[]", "[\n{}]", " [ {} ]"] {
        let run = world.run_with_stdin(["customer", "check", "-", "-o", "json"], text);
        let problem = &run.expect(3).json()["problems"][0];
        assert_eq!(problem["message"], "expected an object, found a list", "{text}");
    }
    let run = world.run_with_stdin(
        ["customer", "check", "-", "--unchecked"],
        "[[emails]]\nemail = \"a@b.co\"\nisMainEmail = true\n",
    );
    run.expect(0);
}

#[test]
fn a_file_for_fill_may_lack_what_the_record_gives_and_nothing_else() {
    let world = World::new();
    let path = world.file("a.toml", "firstName = \"Ada\"\n");
    world.run(["customer", "check", &path]).expect(3);
    let run = world.run(["customer", "check", &path, "--for-fill"]);
    assert_eq!(run.expect(0).stdout, format!("{path}: correct, 1 field\n"));
    for (content, problem) in [
        ("title = \"\"\nclientType = \"PRIVATE\"\n", "required-for-private title"),
        ("countryId = \"\"\n", "required countryId"),
        ("clientType = \"PERSON\"\n", "unknown-client-type clientType"),
        ("[[emails]]\nemail = \"a@b.co\"\n", "required emails[0].isMainEmail"),
        ("boosterCustomerId = 3\n", "empty"),
        ("birthDate = 5\n", "not-a-date birthDate"),
    ] {
        let path = world.file("b.toml", content);
        let run = world.run(["customer", "check", &path, "--for-fill", "-o", "json"]);
        assert_eq!(run.expect(3).problems(), [problem], "{content}");
    }
}

#[test]
fn the_hints_of_check_name_what_a_file_has() {
    let world = World::new();
    let path = world.file("a.json", r#"{"clientType": "PRIVATE", "countryId": "it", "notes": "x"}"#);
    let run = world.run(["customer", "check", &path, "-o", "json"]);
    let problems = run.expect(3).json()["problems"].clone();
    for problem in problems.as_array().expect("problems") {
        let (field, hint) = (problem["field"].as_str().expect("a field"), &problem["hint"]);
        assert_eq!(hint, &format!("add {field}"));
    }
    let run = world.run(["customer", "patch", "123", "--from", &path, "-o", "json"]);
    let hint = &run.expect(3).json()["problems"][0]["hint"];
    let both = "--fill takes what is missing from the customer's record; or add --title, or title in a file";
    assert_eq!(hint, both);
}
