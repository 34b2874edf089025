//! The forms of the output: text for a person, one JSON document for a program, colour, more and less of it.

use serde_json::Value;

use crate::common::{Answer, Service, World, patch, run};

/// Command lines that lead nowhere, each with its exit code.
fn bad_command_lines() -> Vec<(i32, Vec<&'static str>)> {
    let usage: [&[&str]; 43] = [
        &[],
        &["nope"],
        &["customer"],
        &["customer", "nope"],
        &["customr", "patch"],
        &["customer", "patch"],
        &["customer", "patch", "123"],
        &["customer", "patch", "123", "456"],
        &["customer", "patch", "123", "--frist-name=Ada"],
        &["customer", "patch", "123", "--first-name"],
        &["customer", "patch", "123", "--first-name=a", "--first-name=b"],
        &["customer", "patch", "123", "--data-sharing-consent"],
        &["customer", "patch", "123", "--title=x", "--dry-run=xml"],
        &["customer", "patch", "123", "--title=x", "--format=yaml"],
        &["customer", "patch", "123", "--from=nowhere.json"],
        &["customer", "patch", "123", "--from=."],
        &["customer", "patch", "123", "--notes=@nowhere"],
        &["customer", "patch", "123", "--title=x", "--timeout=soon"],
        &["customer", "patch", "123", "--title=x", "--base-url=::"],
        &["customer", "patch", "123", "--title=x", "--base-url=http://example.com"],
        &["customer", "patch", "123", "--title=x", "-p", "nobody"],
        &["customer", "patch", "123", "--title=x", "--config", "nowhere.toml"],
        &["customer", "patch", "123", "--title=x", "--unchecked"],
        &["customer", "patch", "123", "--title=x", "--unchecked", "--dry-run=http"],
        &["customer", "patch", "123", "--color=blue"],
        &["customer", "check"],
        &["customer", "check", "nowhere.toml"],
        &["customer", "explain", "frist"],
        &["customer", "template", "--client-type=x"],
        &["customer", "template", "--format=xml"],
        &["completions"],
        &["completions", "tcsh"],
        &["man", "custmer"],
        &["man", "customer", "path"],
        &["man", "undo", "last"],
        &["man", "help", "rules"],
        &["man", "undo", "--dir=x"],
        &["config"],
        &["config", "check"],
        &["help", "nope"],
        &["sandbox", "--port=99999"],
        &["sandbox", "--fault=earthquake"],
        &["sandbox", "--host=none"],
    ];
    let refused: [&[&str]; 4] = [
        &["customer", "patch", "0", "--title=x"],
        &["customer", "patch", "-1", "--title=x"],
        &["customer", "patch", "123", "--notes="],
        &["customer", "patch", "123", "--title=x"],
    ];
    let usage = usage.into_iter().map(|words| (2, words.to_vec()));
    usage.chain(refused.into_iter().map(|words| (3, words.to_vec()))).collect()
}

/// The ways to ask for JSON, each put before or behind the other words.
const ASKED: [(&[&str], bool); 8] = [
    (&["-o", "json"], false),
    (&["-o", "json"], true),
    (&["-ojson"], false),
    (&["-o=json"], true),
    (&["--output", "json"], true),
    (&["--output=json"], false),
    (&["-qo", "json"], true),
    (&["-vqojson"], false),
];

#[test]
fn every_bad_command_line_gives_one_document() {
    let world = World::new();
    let lines = bad_command_lines();
    for (i, (code, words)) in lines.iter().enumerate() {
        // Every way is tried with many lines, and every line with some ways.
        for (asked, before) in [ASKED[i % ASKED.len()], ASKED[(i * 3 + 1) % ASKED.len()]] {
            let whole = if before { [asked, words].concat() } else { [words, asked].concat() };
            let run = world.run(&whole);
            assert_eq!(run.code, *code, "{whole:?}: {} {}", run.stdout, run.stderr);
            let document = run.json();
            assert_eq!(document["exitCode"], *code, "{whole:?}");
            assert_eq!(document["outcome"], if *code == 2 { "usage" } else { "refused" }, "{whole:?}");
            let problems = document["problems"].as_array().expect("problems");
            assert!(!problems.is_empty(), "{whole:?}");
            for problem in problems {
                assert_ne!(problem["message"].as_str(), Some(""), "{whole:?}");
                assert!(problem["rule"].is_string() && problem["level"].is_string(), "{problem}");
            }
            assert_eq!(run.stderr, "", "{whole:?}");
            assert_eq!(run.stdout.lines().count(), 1, "{whole:?}");
        }
        let mut command = world.booster(words);
        let run = run(command.env("BOOSTER_OUTPUT", "json"));
        assert_eq!(run.expect(*code).json()["exitCode"], *code, "{words:?}");
    }
}

#[test]
fn without_json_a_bad_command_line_leaves_standard_output_empty() {
    let world = World::new();
    for (code, words) in bad_command_lines() {
        let run = world.run(&words);
        assert_eq!(run.expect(code).stdout, "", "{words:?}");
        assert_ne!(run.stderr, "", "{words:?}");
        // The words behind two dashes are no options.
        if code == 2 {
            let run = world.run(words.iter().copied().chain(["--", "-o", "json"]));
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
        }
    }
}

/// Windows gives the file's own name, with its ending.
#[test]
#[cfg(unix)]
fn usage_names_the_command_whatever_its_file_is_called() {
    let world = World::new();
    let file = world.path("booster.exe");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_booster"), &file).expect("linked");
    for words in [&["customer", "get"][..], &["--help"], &["customer", "patch", "--help"]] {
        let mut command = std::process::Command::new(&file);
        let ended = run(command.args(words).env_clear().env("HOME", world.path("")));
        let printed = ended.stdout + &ended.stderr;
        assert!(printed.contains("Usage: booster ") && !printed.contains(".exe"), "{printed}");
    }
}

#[test]
#[cfg(unix)]
fn words_that_are_not_unicode_are_a_usage_error() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let world = World::new();
    let word = |text: &str| OsString::from_vec([text.as_bytes(), b"\xff\xfe"].concat());
    for words in [
        vec![word("")],
        vec!["customer".into(), "patch".into(), word("1")],
        vec!["customer".into(), "patch".into(), "1".into(), word("--title=")],
        vec!["customer".into(), "check".into(), word("file")],
    ] {
        let run = world.run(words.iter().cloned().chain(["-o".into(), "json".into()]));
        assert_eq!(run.expect(2).json()["outcome"], "usage");
    }
}

#[test]
fn what_was_asked_for_is_one_document_too() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let good = "canBeContactedByMaison = true\nclientType = \"COMPANY\"\ncountryId = \"it\"\ncompanyName = \"Acme\"\n";
    let file = world.file("good.toml", good);
    for (words, outcome, key) in [
        (vec!["--help"], "read", "help"),
        (vec!["-h"], "read", "help"),
        (vec!["customer", "patch", "--help"], "read", "help"),
        (vec!["help"], "read", "help"),
        (vec!["help", "customer", "patch"], "read", "help"),
        (vec!["help", "exit-codes"], "read", "help"),
        (vec!["--version"], "read", "version"),
        (vec!["customer", "explain"], "read", "fields"),
        (vec!["customer", "explain", "boosterCustomerId"], "read", "fields"),
        (vec!["customer", "template"], "read", "template"),
        (vec!["customer", "check", &file], "planned", "files"),
        (vec!["completions", "zsh"], "read", "script"),
        (vec!["man", "customer", "patch"], "read", "page"),
        (vec!["man", "--dir", "man"], "read", "pages"),
        (vec!["config", "path"], "read", "path"),
        (patch(&["--dry-run"]), "planned", "request"),
        (patch(&["--dry-run=curl", "--base-url", &service.url]), "planned", "request"),
        (patch(&["--base-url", &service.url]), "sent", "response"),
        (patch(&["--sandbox"]), "sent", "record"),
    ] {
        let run = world.run(words.iter().copied().chain(["-o", "json"]));
        let document = run.expect(0).json();
        assert_eq!(
            (&document["outcome"], &document["exitCode"]),
            (&Value::from(outcome), &Value::from(0)),
            "{words:?}"
        );
        assert_eq!(document["problems"], Value::Array(Vec::new()), "{words:?}");
        assert!(document.get(key).is_some(), "{words:?}: {document}");
        assert_eq!(run.stdout.lines().count(), 1, "{words:?}");
        assert_eq!(run.stderr, "", "{words:?}");
        assert!(!run.stdout.contains("\\u001b"), "{words:?}");
    }
    // The id is no field, but there are facts about it.
    let document = world.run(["customer", "explain", "boosterCustomerId", "-o", "json"]).expect(0).json();
    assert_eq!(document["fields"][0]["type"], "a whole number from 1 to 2147483647");
    // The schema is a document of its own.
    for words in [&["customer", "schema"][..], &["customer", "schema", "-o", "json"]] {
        assert!(world.run(words).expect(0).json()["$schema"].is_string());
    }
}

#[test]
fn the_environment_may_say_only_text_or_json() {
    let world = World::new();
    for (value, code) in [("text", 0), ("json", 0), ("", 0), ("xml", 2), ("JSON", 2)] {
        let mut command = world.booster(["config", "path"]);
        run(command.env("BOOSTER_OUTPUT", value)).expect(code);
        // A flag goes before it.
        let mut command = world.booster(["config", "path", "-o", "text"]);
        assert!(run(command.env("BOOSTER_OUTPUT", value)).expect(0).stdout.ends_with("config.toml\n"));
    }
}

#[test]
fn quiet_leaves_errors_and_results() {
    let world = World::new();
    let service = Service::start([Answer::with_headers(429, "", ""), Answer::json(200, "{}")]);
    let words = patch(&["--gender=x", "--base-url", &service.url, "-q"]);
    let run = world.run(&words);
    assert!(run.expect(0).stdout.starts_with("Customer 123: 5 fields sent"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
    let run = world.run(["customer", "patch", "0", "--gender=x", "-q"]);
    assert!(run.expect(3).stderr.contains("error[id]"), "{}", run.stderr);
    assert!(!run.stderr.contains("warning["), "{}", run.stderr);
    // Quiet goes before more.
    assert_eq!(world.run(words.into_iter().chain(["-vv"])).expect(0).stderr, "");
}

#[test]
fn verbose_tells_where_fields_come_from_and_very_verbose_the_exchange() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let stderr = |more: &[&str]| {
        let words = patch(&["--base-url", &service.url]);
        let mut command = world.booster(words.into_iter().chain(more.iter().copied()));
        run(command.env("BOOSTER_TOKEN", "t0ken")).expect(0).stderr.clone()
    };
    assert_eq!(stderr(&[]), "");
    let layers = stderr(&["-v"]);
    assert!(layers.contains("companyName") && layers.contains("--company-name"), "{layers}");
    assert!(!layers.contains("PATCH"), "{layers}");
    for more in [["-vv"], ["-vvv"]] {
        let exchange = stderr(&more);
        for line in [
            "> PATCH /customer/123 HTTP/1.1",
            "> Authorization: Bearer ***",
            "< HTTP 200, 2 bytes\n< \n< {}\n",
            "companyName",
        ] {
            assert!(exchange.contains(line), "{line} in {exchange}");
        }
    }
}

#[test]
fn colour_is_as_the_flag_says_else_as_the_environment_says_else_a_terminals() {
    let world = World::new();
    let none: &[(&str, &str)] = &[];
    for (environment, flag, is_coloured) in [
        (none, None, false),
        (none, Some("auto"), false),
        (none, Some("always"), true),
        (&[("NO_COLOR", "1")], Some("always"), true),
        (&[("CLICOLOR_FORCE", "1")], None, true),
        (&[("CLICOLOR_FORCE", "1")], Some("never"), false),
        (&[("CLICOLOR_FORCE", "0")], None, false),
        (&[("CLICOLOR_FORCE", "")], None, false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], None, false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], None, true),
        (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], None, true),
    ] {
        for (words, code) in [
            (&["customer", "patch", "0", "--title=x"][..], 3),
            (&["customer", "nope"], 2),
            (&["help", "customer"], 0),
            (&["customer", "--help"], 0),
        ] {
            let flag = flag.map(|flag| format!("--color={flag}"));
            let mut command = world.booster(words.iter().copied().chain(flag.as_deref()));
            let run = run(command.envs(environment.iter().copied()));
            run.expect(code);
            let has_colour = run.stdout.contains("\u{1b}[") || run.stderr.contains("\u{1b}[");
            assert_eq!(
                has_colour, is_coloured,
                "{environment:?} {flag:?} {words:?}: {} {}",
                run.stdout, run.stderr
            );
        }
    }
    // Colour never gets into a document, nor into what is byte for byte.
    for words in [
        vec!["customer", "patch", "0", "--title=x", "-o", "json", "--color=always"],
        vec!["help", "customer", "-o", "json", "--color=always"],
        patch(&["--dry-run=json", "--color=always"]),
    ] {
        assert!(!world.run(&words).stdout.contains('\u{1b}'), "{words:?}");
    }
}

#[test]
fn topics_are_as_wide_as_the_terminal_and_named_where_help_is_looked_for() {
    let world = World::new();
    let topics = ["exit-codes", "environment", "rules", "shorthand"];
    for (columns, width) in [(None, 80), (Some("70"), 70), (Some("300"), 110), (Some("x"), 80)] {
        for topic in topics {
            let mut command = world.booster(["help", topic]);
            let help = run(command.envs(columns.map(|columns| ("COLUMNS", columns))));
            let widest = help.expect(0).stdout.lines().map(|line| line.chars().count()).max();
            assert!(widest.is_some_and(|widest| widest <= width), "{topic} {columns:?}: {}", help.stdout);
        }
    }
    for words in [["--help"].as_slice(), &["help"], &[]] {
        let help = world.run(words);
        let text = help.stdout + &help.stderr;
        assert!(text.contains("Topics for `booster help`: exit-codes, environment"), "{words:?}: {text}");
    }
}

#[test]
fn of_very_many_problems_a_person_is_shown_a_hundred() {
    let world = World::new();
    let members: Vec<String> = (0..5_000).map(|i| format!("\"f{i}\": 1")).collect();
    // All on one line: laid out as a whole for each of them it would take longer than anybody waits.
    let path = world.file("many.json", format!("{{{}, \"notes\": \"x\"}}", members.join(", ")));
    let run = world.run(["customer", "check", &path, "--unchecked"]);
    let shown = run.expect(3).stderr.matches("error[unknown-field]").count();
    assert_eq!(shown, 100, "{}", run.stderr);
    assert!(run.stderr.contains("\n… and 4900 more (all with -o json)\n"), "{}", run.stderr);
    let document = world.run(["customer", "check", &path, "--unchecked", "-o", "json"]).expect(3).json();
    let problems = document["problems"].as_array().expect("problems");
    assert_eq!(problems.len(), 5_000);
    assert_eq!(problems[4_999]["source"]["column"], members.join(", ").rfind("\"f").expect("a key") + 2);
}

#[test]
fn a_line_of_a_file_is_no_wider_than_the_terminal() {
    let world = World::new();
    let path = world
        .file("a.json", format!("{{\"notes\": \"{}\", \"birthDate\": \"2020-02-30\"}}", "x".repeat(300)));
    for (columns, width) in [("60", 60), ("", 80)] {
        let mut command = world.booster(["customer", "check", &path, "--unchecked"]);
        let checked = run(command.env("COLUMNS", columns));
        let lines: Vec<&str> = checked.expect(3).stderr.lines().collect();
        let line = lines.iter().position(|line| line.contains("\"birthDate\"")).expect("the line");
        assert!(lines[line].chars().count() <= width, "{}", lines[line]);
        assert_eq!(lines[line].find("\"2020"), lines[line + 1].find('^'), "{}", checked.stderr);
    }
}
