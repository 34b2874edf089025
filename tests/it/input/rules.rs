//! Every rule, provoked by flags and by files: its level, its field, and where it says that the fault was written.

use crate::common::{World, patch};
use serde_json::{Value, json};

/// What is written besides a good patch.
#[derive(Debug)]
enum Written {
    Flags(&'static [&'static str]),
    /// The end of the file's name, and its content.
    File(&'static str, String),
    /// The whole command line behind `customer patch`.
    Command(&'static [&'static str]),
}

use Written::{Command, File, Flags};

/// Where the fault was written; the file's path is known only later.
#[derive(Debug)]
enum At {
    Flag(&'static str),
    Argument,
    /// Line and column.
    Place(u32, u32),
    Nowhere,
}

use At::{Argument, Flag, Nowhere, Place};

struct Row {
    rule: &'static str,
    field: &'static str,
    written: Written,
    at: At,
}

fn row(rule: &'static str, field: &'static str, written: Written, at: At) -> Row {
    Row { rule, field, written, at }
}

fn json_file(content: &str) -> Written {
    File("json", content.to_owned())
}

fn toml_file(content: &str) -> Written {
    File("toml", content.to_owned())
}

const NO_TYPE: &[&str] = &["123", "--can-be-contacted-by-maison=true", "--country-id=it"];

fn errors() -> Vec<Row> {
    let long = "x".repeat((32 << 10) + 1);
    vec![
        row("unknown-field", "fristName", json_file(r#"{"fristName":"x"}"#), Place(1, 2)),
        row("unknown-field", "first_name", toml_file("# é\nfirst_name = \"x\""), Place(2, 1)),
        row(
            "unknown-field",
            "emails[0].mail",
            json_file(r#"{"emails":[{"mail":"x","email":"a@b.co","isMainEmail":true}]}"#),
            Place(1, 13),
        ),
        row("unknown-field", "emails[0].mail", Flags(&["--email=a@b.co,mail=x"]), Flag("--email")),
        row("unknown-field", "nots", Flags(&["--clear=nots"]), Flag("--clear")),
        row("not-text", "firstName", json_file("{\n \"firstName\":\t1}"), Place(2, 15)),
        row("not-text", "firstName", toml_file("firstName = 2020-12-30"), Place(1, 13)),
        row(
            "not-text",
            "hobbies[0].hobby",
            Flags(&[r#"--hobbies=[{"hobby":true,"sapHobbyId":"x"}]"#]),
            Flag("--hobbies"),
        ),
        row("not-a-bool", "dataSharingConsent", json_file(r#"{"dataSharingConsent":"true"}"#), Place(1, 23)),
        row(
            "not-a-bool",
            "dataSharingConsent",
            Flags(&["--data-sharing-consent=yes"]),
            Flag("--data-sharing-consent"),
        ),
        row("not-a-bool", "emails[0].isMainEmail", Flags(&["--email=a@b.co,isMain=1"]), Flag("--email")),
        row("not-a-date", "birthDate", Flags(&["--birth-date=31/12/2020"]), Flag("--birth-date")),
        row("not-a-date", "birthDate", json_file(r#"{"birthDate":"2020-12-30T00:00:00Z"}"#), Place(1, 14)),
        row("not-a-date", "birthDate", toml_file("birthDate = 2020-12-30T00:00:00Z"), Place(1, 13)),
        row(
            "not-a-date",
            "events[0].eventDate",
            Flags(&["--event=Birthday,date=2021-02-29"]),
            Flag("--event"),
        ),
        row("not-a-list", "emails", json_file(r#"{"emails":"a@b.co"}"#), Place(1, 11)),
        row("not-a-list", "emails", toml_file("[emails]\nemail = \"a@b.co\""), Place(1, 1)),
        row("not-a-list", "emails", Flags(&["--emails=a@b.co"]), Flag("--emails")),
        row(
            "not-a-record",
            "emails[1]",
            json_file(r#"{"emails":[{"email":"a@b.co","isMainEmail":true},"b"]}"#),
            Place(1, 50),
        ),
        row("not-a-record", "emails[0]", Flags(&["--emails=[null]"]), Flag("--emails")),
        row(
            "required",
            "canBeContactedByMaison",
            Command(&["123", "--client-type=COMPANY", "--country-id=it", "--company-name=x"]),
            Nowhere,
        ),
        row(
            "required",
            "countryId",
            Command(&[
                "123",
                "--client-type=COMPANY",
                "--can-be-contacted-by-maison=true",
                "--company-name=x",
                "--clear=countryId",
            ]),
            Flag("--clear"),
        ),
        row(
            "required",
            "emails[0].isMainEmail",
            json_file(r#"{"emails":[{"email":"a@b.co"}]}"#),
            Place(1, 12),
        ),
        row("required", "phones[0].countryPrefix", Flags(&["--phone=3331234567"]), Flag("--phone")),
        row(
            "required",
            "hobbies[0].hobby",
            json_file(r#"{"hobbies":[{"hobby":" ","sapHobbyId":"x"}]}"#),
            Place(1, 22),
        ),
        row(
            "required-for-private",
            "gender",
            Command(&[
                "123",
                "--client-type=Personal",
                "--can-be-contacted-by-maison=true",
                "--country-id=it",
                "--title=Dr.",
                "--last-name=x",
                "--language-id=ita",
            ]),
            Nowhere,
        ),
        row(
            "required-for-company",
            "companyName",
            Command(&[
                "123",
                "--client-type=company",
                "--can-be-contacted-by-maison=true",
                "--country-id=it",
            ]),
            Nowhere,
        ),
        row("required-for-company", "companyName", json_file(r#"{"companyName":""}"#), Place(1, 16)),
        row(
            "unknown-client-type",
            "clientType",
            Command(&["123", "--client-type=PRIVAT", "--can-be-contacted-by-maison=true", "--country-id=it"]),
            Flag("--client-type"),
        ),
        row("id", "boosterCustomerId", Command(&["007", "--title=x"]), Argument),
        row("id", "boosterCustomerId", Command(&["-1", "--title=x"]), Argument),
        row("id", "boosterCustomerId", Command(&["2147483648", "--title=x"]), Argument),
        row("id", "boosterCustomerId", Command(&[" 12", "--title=x"]), Argument),
        row("id", "boosterCustomerId", Command(&["１２", "--title=x"]), Argument),
        row("id", "boosterCustomerId", json_file(r#"{"title":"x","boosterCustomerId":124}"#), Place(1, 34)),
        row("id", "boosterCustomerId", toml_file("boosterCustomerId = \"0123\""), Place(1, 21)),
        row("syntax", "", json_file("{\"title\": \"x\",\n}"), Place(2, 1)),
        row("syntax", "", toml_file("title = \"x"), Place(1, 11)),
        row(
            "not-allowed",
            "firstName",
            Flags(&["--config=clerk.toml", "--first-name=Ada"]),
            Flag("--first-name"),
        ),
        row("no-reason", "", Flags(&["--config=reason.toml"]), Nowhere),
        row("list-not-known", "emails", Flags(&["--email=a@b.co", "--config=unread.toml"]), Flag("--email")),
        row(
            "no-such-item",
            "emails",
            Flags(&["--from=emails.json", "--remove=email=b@b.co"]),
            Flag("--remove"),
        ),
        row("syntax", "emails[0]", Flags(&["--email=a@b.co,mian"]), Flag("--email")),
        row("syntax", "emails", Flags(&["--emails=[{"]), Flag("--emails")),
        row("duplicate-key", "title", json_file(r#"{"title":"x","title":"y"}"#), Place(1, 14)),
        row("duplicate-key", "emails[0].email", Flags(&["--email=a@b.co,email=b@b.co"]), Flag("--email")),
        row("null", "title", json_file(r#"{"title":null}"#), Place(1, 10)),
        row(
            "null",
            "emails[0].email",
            Flags(&[r#"--emails=[{"email":null,"isMainEmail":true}]"#]),
            Flag("--emails"),
        ),
        row("empty-text", "notes", Flags(&["--notes="]), Flag("--notes")),
        row(
            "empty-text",
            "phones[0].phoneType",
            Flags(&["--phone=3331234567,countryPrefix=it,type="]),
            Flag("--phone"),
        ),
        row("cannot-clear", "birthDate", Flags(&["--clear=birthDate"]), Flag("--clear")),
        row("cannot-clear", "dataSharingConsent", Flags(&["--clear=data-sharing-consent"]), Flag("--clear")),
        row("empty", "", Command(&["123", "--unchecked", "--from=empty.json"]), Nowhere),
        row("control-character", "firstName", Flags(&["--first-name=a\u{1}"]), Flag("--first-name")),
        row("control-character", "firstName", json_file(r#"{"firstName":"a\nb"}"#), Place(1, 14)),
        row("control-character", "notes", toml_file("notes = \"\"\"a\\rb\"\"\""), Place(1, 9)),
        row("too-long", "notes", File("json", format!("{{\"notes\":\"{long}\"}}")), Place(1, 10)),
        row("too-long", "", File("json", format!(r#"{{"notes":"{}"}}"#, "x".repeat(9 << 20))), Place(1, 1)),
    ]
}

fn warnings() -> Vec<Row> {
    vec![
        row(
            "two-mains",
            "emails[1].isMainEmail",
            Flags(&["--email=a@b.co,main", "--email=b@b.co,main", "--replace-lists"]),
            Flag("--email"),
        ),
        row(
            "two-mains",
            "addresses[2].isMainAddress",
            json_file(
                r#"{"addresses":[{"addressType":"Home","countryId":"it","isMainAddress":true},{"addressType":"Home","countryId":"it","isMainAddress":false},{"addressType":"Home","countryId":"it","isMainAddress":true}]}"#,
            ),
            Place(1, 193),
        ),
        row("unlisted-value", "gender", Flags(&["--gender=m"]), Flag("--gender")),
        row("unlisted-value", "languageId", json_file(r#"{"languageId":"zho"}"#), Place(1, 15)),
        row(
            "unlisted-value",
            "phones[0].countryPrefix",
            Flags(&["--phone=3331234567,countryPrefix=IT,main", "--replace-lists"]),
            Flag("--phone"),
        ),
        row(
            "odd-email",
            "saleRepresentativeEmail",
            Flags(&["--sale-representative-email=ada@"]),
            Flag("--sale-representative-email"),
        ),
        row(
            "odd-email",
            "emails[0].email",
            toml_file("[[emails]]\nemail = \"ada\"\nisMainEmail = true"),
            Place(2, 9),
        ),
        row(
            "odd-phone",
            "phones[0].phone",
            Flags(&["--phone=+393331234567,countryPrefix=it,main", "--replace-lists"]),
            Flag("--phone"),
        ),
        row(
            "no-main",
            "emails",
            Flags(&["--email=a@b.co", "--email=b@b.co", "--replace-lists"]),
            Flag("--email"),
        ),
        row("list-may-replace", "emails", Flags(&["--emails=[]"]), Flag("--emails")),
        row(
            "list-is-added-to",
            "emails",
            Flags(&["--config=adding.toml", r#"--emails=[{"email":"a@b.co","isMainEmail":true}]"#]),
            Flag("--emails"),
        ),
        row(
            "item-exists",
            "emails",
            Command(&["3", "--fill", "--sandbox", "--email=ugo@example.com"]),
            Flag("--email"),
        ),
        row("odd-date", "birthDate", Flags(&["--birth-date=9999-12-31"]), Flag("--birth-date")),
        row("odd-date", "weddingDate", toml_file("weddingDate = 1899-12-31"), Place(1, 15)),
        row("outer-space", "firstName", Flags(&["--first-name= Ada"]), Flag("--first-name")),
        row("outer-space", "notes", json_file(r#"{"notes":"x "}"#), Place(1, 10)),
        row("file-name", "notes", Flags(&["--notes=emails.json"]), Flag("--notes")),
        row("placeholder", "lastName", Flags(&["--last-name=null"]), Flag("--last-name")),
        row("placeholder", "notes", toml_file("notes = \"[object Object]\""), Place(1, 9)),
        row("hidden-character", "firstName", json_file(r#"{"firstName":"Jos\ufffd"}"#), Place(1, 14)),
        row(
            "hidden-character",
            "saleRepresentativeEmail",
            Flags(&["--sale-representative-email=аda@x.com"]),
            Flag("--sale-representative-email"),
        ),
    ]
}

/// The problem that a dry run finds, and where it should say that the fault is.
fn found(world: &World, row: &Row, more: &[&str], code: i32) -> (Value, Value) {
    world.file("empty.json", "{}");
    world.file("emails.json", r#"{"emails":[{"email":"a@b.co","isMainEmail":true}]}"#);
    world.file("adding.toml", "default_profile = \"dev\"\n[profiles.dev]\nlists = \"append\"\n");
    world.file("clerk.toml", "default_profile = \"dev\"\n[profiles.dev]\nmay_change = [\"consents\"]\n");
    world.file("reason.toml", "default_profile = \"dev\"\n[profiles.dev]\nreason = \"consents\"\n");
    world.file("unread.toml", "default_profile = \"dev\"\n[profiles.dev]\nread = false\n");
    let path = match &row.written {
        File(end, content) => world.file(&format!("patch.{end}"), content),
        Flags(_) | Command(_) => String::new(),
    };
    let words: Vec<&str> = match &row.written {
        Flags(words) => patch(words),
        // A file is laid over a good one, not under the flags of a good patch.
        File(..) => vec!["customer", "patch", "123", "--from=good.toml", "--from", &path],
        Command(words) => ["customer", "patch"].into_iter().chain(words.iter().copied()).collect(),
    };
    world.file("good.toml", "canBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\ncompanyName = \"Acme\"\n");
    let run = world.run(words.into_iter().chain(["--dry-run", "-o", "json"]).chain(more.iter().copied()));
    assert_eq!(run.code, code, "{} {:?}: {} {}", row.rule, row.at, run.stdout, run.stderr);
    let document = run.json();
    let problems = document["problems"].as_array().expect("problems");
    let of_field = |problem: &&Value| {
        problem["rule"] == row.rule && problem["field"].as_str().unwrap_or_default() == row.field
    };
    let problem = problems
        .iter()
        .find(of_field)
        .unwrap_or_else(|| panic!("no {} at {} in {document}", row.rule, row.field));
    let source = match row.at {
        Flag(flag) => json!({ "flag": flag }),
        Argument => json!({ "argument": "ID" }),
        Place(line, column) => json!({ "file": path, "line": line, "column": column }),
        Nowhere => Value::Null,
    };
    (problem.clone(), source)
}

#[test]
fn every_rule_is_told_at_its_field_and_at_its_place() {
    let world = World::new();
    let rows = errors()
        .into_iter()
        .map(|row| (row, "error"))
        .chain(warnings().into_iter().map(|row| (row, "warning")));
    let mut provoked = Vec::new();
    for (row, level) in rows {
        let (problem, source) = found(&world, &row, &[], if level == "error" { 3 } else { 0 });
        assert_eq!(problem["source"], source, "{problem}");
        assert_eq!(problem["level"], level, "{problem}");
        assert!(problem["message"].as_str().is_some_and(|message| !message.is_empty()), "{problem}");
        provoked.push(row.rule);
    }
    // The topic of the help lists the rules with their levels; here each of them was met.
    let help = world.run(["help", "rules"]).expect(0).stdout.clone();
    let rows = help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let known: Vec<&str> = rows.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(known.len() >= 25, "{help}");
    for rule in &known {
        assert!(provoked.contains(rule), "{rule} was never met");
    }
    for rule in provoked {
        assert!(known.contains(&rule), "{rule} is not in the help");
    }
}

#[test]
fn strict_makes_every_warning_an_error() {
    let world = World::new();
    for row in warnings() {
        let (problem, _) = found(&world, &row, &["--strict"], 3);
        assert_eq!(problem["level"], "error", "{problem}");
    }
}

#[test]
fn unchecked_leaves_out_what_is_missing_and_nothing_else() {
    let world = World::new();
    let left_out = ["required", "required-for-private", "required-for-company", "unknown-client-type"];
    for row in errors() {
        if left_out.contains(&row.rule) {
            let words: Vec<&str> = match &row.written {
                Flags(words) => patch(words),
                Command(words) => ["customer", "patch"].into_iter().chain(words.iter().copied()).collect(),
                File(..) => continue,
            };
            let run = world.run(words.into_iter().chain(["--unchecked", "--dry-run", "-o", "json"]));
            let rules = run.problems();
            assert!(
                !rules.iter().any(|rule| left_out.iter().any(|left| rule.starts_with(left))),
                "{rules:?}"
            );
        } else {
            let more: &[&str] = if row.rule == "empty" { &[] } else { &["--unchecked"] };
            found(&world, &row, more, 3);
        }
    }
    let run = world.run(["customer", "patch"].iter().chain(NO_TYPE).chain(&["--dry-run", "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["required clientType"]);
}

#[test]
fn a_required_text_of_which_nothing_is_seen_is_missing() {
    let world = World::new();
    let path = world.file("a.json", "{\"lastName\": \"\\u200b\", \"companyName\": \"\\u200b\\u2060\"}");
    world.file("good.toml", "canBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\ncompanyName = \"Acme\"\n");
    let run = world.run([
        "customer",
        "patch",
        "123",
        "--from=good.toml",
        "--from",
        &path,
        "--dry-run",
        "-o",
        "json",
    ]);
    assert_eq!(
        run.expect(3).problems(),
        ["hidden-character lastName", "required-for-company companyName", "hidden-character companyName"]
    );
}

#[test]
fn the_largest_and_the_smallest_that_pass_do() {
    let world = World::new();
    let notes = world.file("notes.txt", "x".repeat(32 << 10));
    for words in [
        patch(&[&format!("--notes=@{notes}"), "--dry-run"]),
        vec!["customer", "patch", "1", "--title=x", "--unchecked", "--dry-run"],
        vec!["customer", "patch", "2147483647", "--title=x", "--unchecked", "--dry-run"],
        patch(&["--birth-date=0001-01-01", "--dry-run"]),
        patch(&["--birth-date=9999-12-31", "--dry-run"]),
        patch(&["--notes=a\n\tb", "--dry-run"]),
    ] {
        world.run(&words).expect(0);
    }
}
