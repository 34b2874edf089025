//! `customer edit`, with scripts in the editor's place.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::common::sandbox::Sandbox;
use crate::common::terminal::Terminal;
use crate::common::{Answer, Run, Service, World};
use serde_json::json;

/// `customer edit 123` with this script as the editor; its first argument is the file. Temporary files go into a
/// folder of the world's own, which is empty again afterwards.
fn edit(world: &World, url: &str, script: &str, words: &[&str]) -> Run {
    let run = crate::common::run(&mut command(world, url, script, words));
    assert_eq!(left_behind(world), Vec::<String>::new(), "a file was left behind");
    run
}

fn command(world: &World, url: &str, script: &str, words: &[&str]) -> Command {
    let path = world.file("editor.sh", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let temporary = world.path("temporary");
    std::fs::create_dir_all(&temporary).expect("made");
    let mut command = world.booster([&["customer", "edit", "123", "--base-url", url], words].concat());
    command.env("EDITOR", path).env("TMPDIR", temporary);
    command
}

fn left_behind(world: &World) -> Vec<String> {
    let folder = std::fs::read_dir(world.path("temporary")).expect("a folder");
    folder.map(|file| file.expect("a file").file_name().into_string().expect("plain")).collect()
}

fn replace(pattern: &str) -> String {
    format!("sed '{pattern}' \"$1\" > \"$1.new\" && mv \"$1.new\" \"$1\"")
}

#[test]
fn just_what_was_changed_is_sent_with_what_is_required_beside_it() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = replace(
        "s/^firstName = .*/firstName = \"Eva\"/; s/^#middleName = \"\"/middleName = \"M\"/; s/^email = .*/email = \"eva@example.com\"/",
    );
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    let document = run.expect(0).json();
    assert_eq!(
        document["request"]["body"],
        json!({
            "title": "Mrs.", "firstName": "Eva", "lastName": "Lovelace", "middleName": "M", "canBeContactedByMaison": true,
            "clientType": "PRIVATE", "languageId": "eng", "gender": "F", "countryId": "gb",
            "emails": [{ "email": "eva@example.com", "isMainEmail": true }],
        })
    );
    assert_eq!(document["diff"].as_array().expect("a list").len(), 3);
    let after = sandbox.customer(&world, 123);
    assert_eq!((&after["firstName"], &after["addresses"][0]["zipCode"]), (&json!("Eva"), &json!("1204")));
}

#[test]
fn the_file_is_the_users_alone_and_explains_itself() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let seen = world.path("seen");
    let script = format!(
        "stat -c %a \"$1\" \"$(dirname \"$1\")\" > {0}; cat \"$1\" >> {0}; env >> {0}",
        seen.display()
    );
    let mut command = command(&world, &sandbox.url, &script, &[]);
    crate::common::run(
        command.env("BOOSTER_TOKEN", "t0ken-of-the-test").env("BOOSTER_PASSWORD", "passw0rd-of-the-test"),
    )
    .expect(0);
    let seen = std::fs::read_to_string(seen).expect("the editor ran");
    assert!(seen.starts_with("600\n700\n"), "{seen}");
    for line in [
        "boosterCustomerId = 123",
        "# --- Contact and consents ---",
        "# Title; required when clientType is PRIVATE; e.g. \"Mr & Mrs\", \"Mr.\", \"Mrs.\", \"Sama\", \"Captain\"",
        "title = \"Mrs.\"",
        "# Middle name; optional; not in the response",
        "#middleName = \"\"",
        "birthDate = 1985-12-10",
        "#weddingDate =",
        "canBeContactedByMaison = true",
        "[[emails]]",
        "#[[hobbies]]",
    ] {
        assert!(seen.lines().any(|own| own == line), "{line} in {seen}");
    }
    assert!(!seen.contains("0ken-of") && !seen.contains("w0rd-of"), "{seen}");
}

#[test]
fn an_unchanged_or_emptied_file_sends_nothing() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let before = sandbox.customer(&world, 123);
    for script in [
        "true",
        ": > \"$1\"",
        "rm \"$1\"",
        "printf '\\n\\n' > \"$1\"",
        "echo '# a remark' >> \"$1\"",
        // A line that is deleted changes nothing.
        &replace("/^firstName/d"),
        &replace("/^\\[\\[emails/,$d"),
    ] {
        let run = edit(&world, &sandbox.url, script, &["-o", "json"]);
        assert_eq!(
            (run.expect(0).json()["outcome"].as_str(), run.json().get("request")),
            (Some("unchanged"), None),
            "{script}"
        );
        assert_eq!(sandbox.customer(&world, 123), before);
    }
}

#[test]
fn what_was_deleted_is_named_since_it_changes_nothing() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let run = edit(&world, &sandbox.url, &replace("/^middleName/d; /^firstName/d"), &["-o", "json"]);
    let document = run.expect(0).json();
    assert_eq!(run.problems(), ["deleted"]);
    assert!(
        document["problems"][0]["message"].as_str().expect("a message").ends_with(": firstName"),
        "{document}"
    );
    let run = edit(&world, &sandbox.url, "true", &[]);
    assert!(run.expect(0).stdout.contains("Nothing was changed in the file"), "{}", run.stdout);
    let run = edit(&world, &sandbox.url, &replace("/^firstName/d; s/^title = .*/title = \"Ms.\"/"), &[]);
    assert!(run.expect(0).stderr.contains("so not changed: firstName"), "{}", run.stderr);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
}

#[test]
fn an_edit_that_comes_to_nothing_is_kept() {
    let world = World::new();
    let kept = || {
        let folder = std::fs::read_dir(world.state("backups"));
        let files = folder.into_iter().flatten().map(|file| file.expect("a file").path());
        let mut texts: Vec<String> = files
            .filter(|path| path.to_string_lossy().ends_with(".unsent.toml"))
            .map(|path| std::fs::read_to_string(&path).expect("readable"))
            .collect();
        texts.sort_by_key(|text| text.contains("nonsense"));
        texts
    };
    let sandbox = Sandbox::start(&world, &["400,on=patch"]);
    let script = replace("s/^firstName = .*/firstName = \"Eva\"/");
    let run = edit(&world, &sandbox.url, &script, &[]);
    assert!(run.expect(6).stderr.contains(".unsent.toml, for 30 days"), "{}", run.stderr);
    assert!(kept()[0].contains("firstName = \"Eva\""), "{:?}", kept());
    edit(&world, &sandbox.url, "echo nonsense >> \"$1\"", &[]).expect(3);
    assert_eq!(kept().len(), 2);
    assert!(kept()[1].ends_with("nonsense\n"), "{:?}", kept());
    // What was left as it was is nothing to be kept.
    edit(&world, &sandbox.url, "true", &[]).expect(0);
    edit(&world, &sandbox.url, "exit 1", &[]).expect(9);
    assert_eq!(kept().len(), 2);
}

#[test]
fn a_file_in_another_encoding_is_opened_again() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = format!(
        "if grep -q '^#!' \"$1\"; then cp \"$1\" {seen}; LC_ALL=C {mend}; else LC_ALL=C {spoil}; fi",
        seen = world.path("seen").display(),
        mend = replace("s/Zo\\xeb/Zoe/"),
        spoil = replace("s/^firstName = .*/firstName = \"Zo\\xeb\"/"),
    );
    edit(&world, &sandbox.url, &script, &[]).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Zoe");
    let seen = std::fs::read(world.path("seen")).expect("opened again");
    let text = String::from_utf8_lossy(&seen);
    let reason = text.lines().find(|line| line.contains("not UTF-8")).expect("a reason").to_owned();
    let number: usize =
        reason["#! line ".len()..].split(':').next().and_then(|text| text.parse().ok()).expect("a line");
    assert!(text.lines().nth(number - 1).expect("a line").starts_with("firstName"), "{reason}");
}

#[test]
fn problems_open_the_file_again_with_the_reasons_in_it() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = format!(
        "cp \"$1\" \"{0}.$(ls {0}.* 2>/dev/null | wc -l)\"\nif grep -q '^#!' \"$1\"\nthen {1}\nelse {2}\nfi",
        world.path("seen").display(),
        replace("s|^birthDate = .*|birthDate = 1985-12-11|; s/^title = .*/title = \"Ms.\"/"),
        replace(
            "s|^birthDate = .*|birthDate = \"11/12/1985\"|; s/^title = .*/title = \"\"/; s/^firstName/fristName/"
        ),
    );
    let script = script.replace("title = \"Ms.\"/", "title = \"Ms.\"/; s/^fristName/firstName/");
    let run = edit(&world, &sandbox.url, &script, &[]);
    run.expect(0);
    let after = sandbox.customer(&world, 123);
    assert_eq!(
        (&after["birthDate"], &after["title"], &after["firstName"]),
        (&json!("1985-12-11"), &json!("Ms."), &json!("Ada"))
    );
    let first = std::fs::read_to_string(world.path("seen.0")).expect("opened");
    let second = std::fs::read_to_string(world.path("seen.1")).expect("opened again");
    assert!(!first.contains("#!"), "{first}");
    let reasons: Vec<&str> = second.lines().take_while(|line| line.starts_with("#!")).collect();
    assert!(reasons[0].contains("Nothing was sent yet"), "{reasons:?}");
    for word in [
        "birthDate: expected a date written YYYY-MM-DD, found \"11/12/1985\"",
        "title is empty",
        "Customer has no field \"fristName\"",
        "did you mean firstName?",
    ] {
        assert!(reasons.iter().any(|line| line.contains(word)), "{word}: {reasons:?}");
    }
    // Each reason names its line in this very file.
    let place = reasons.iter().find(|line| line.contains("11/12/1985")).expect("a reason");
    let number: usize =
        place["#! line ".len()..].split(':').next().and_then(|text| text.parse().ok()).expect("a line");
    assert!(second.lines().nth(number - 1).expect("a line").starts_with("birthDate"), "{place}");
    assert!(!world.path("seen.2").exists());
}

#[test]
fn whoever_leaves_the_problems_as_they_are_gives_up() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let run = edit(&world, &sandbox.url, &replace("s/^gender = .*/gender = 7/"), &["-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["not-text gender"]);
    // Whoever empties the file instead wants nothing sent, and gets that.
    let script = format!(
        "if grep -q '^#!' \"$1\"; then : > \"$1\"; else {}; fi",
        replace("s/^gender = .*/gender = 7/")
    );
    assert_eq!(edit(&world, &sandbox.url, &script, &["-o", "json"]).expect(0).json()["outcome"], "unchanged");
    // A script that mends nothing and never stops is stopped.
    let run = edit(&world, &sandbox.url, "echo 'nonsense' >> \"$1\"", &["-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["syntax"]);
    // The id is the command's.
    let run = edit(
        &world,
        &sandbox.url,
        &replace("s/^boosterCustomerId = .*/boosterCustomerId = 3/"),
        &["-o", "json"],
    );
    assert_eq!(run.expect(3).problems(), ["id boosterCustomerId"]);
    let run = edit(&world, &sandbox.url, "printf 'firstName = \"Zo\\353\"\\n' > \"$1\"", &["-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["syntax"]);
}

#[test]
fn an_editor_that_fails_or_is_not_there_sends_nothing() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = format!("{}; exit 1", replace("s/^firstName = .*/firstName = \"Eva\"/"));
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    assert_eq!(run.expect(9).json()["outcome"], "stopped");
    let mut missing = command(&world, &sandbox.url, "true", &["-o", "json"]);
    let run = crate::common::run(missing.env("EDITOR", "/nowhere/editor"));
    assert!(run.expect(2).stdout.contains("cannot be started"), "{}", run.stdout);
    let mut none = command(&world, &sandbox.url, "true", &["-o", "json"]);
    let run = crate::common::run(none.env_remove("EDITOR"));
    assert!(run.expect(2).stdout.contains("no terminal for the editor"), "{}", run.stdout);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
    assert!(left_behind(&world).is_empty());
}

#[test]
fn the_editors_name_is_a_shells_words_and_visual_goes_before_editor() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let mut command = command(&world, &sandbox.url, "exit 1", &["-o", "json"]);
    let run = crate::common::run(command.env("VISUAL", "sed -i 's/^firstName = .*/firstName = \"E V A\"/'"));
    assert_eq!(run.expect(0).json()["request"]["body"]["firstName"], "E V A");
}

#[test]
fn what_the_editor_prints_is_no_part_of_the_result() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let run = edit(&world, &sandbox.url, "echo drawn", &["-o", "json"]);
    assert_eq!(run.expect(0).json()["outcome"], "unchanged");
    assert!(run.stderr.contains("drawn"));
}

#[test]
fn a_change_while_it_was_edited_stops() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &["change=firstName,times=1"]);
    let script = replace("s/^firstName = .*/firstName = \"Eva\"/");
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    assert_eq!(run.expect(9).problems(), ["stopped firstName"]);
    let sandbox = Sandbox::start(&world, &["change=firstName,times=1"]);
    edit(&world, &sandbox.url, &script, &["--force", "--verify", "--backup=b.toml"]).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
    // What is kept is what was there last, not what was shown.
    let backup = std::fs::read_to_string(world.path("b.toml")).expect("a backup");
    assert!(backup.contains("firstName = \"Changed meanwhile\""), "{backup}");
    let sandbox = Sandbox::start(&world, &["change=notes,times=1"]);
    edit(&world, &sandbox.url, &script, &[]).expect(0);
}

#[test]
fn a_profile_that_reads_nothing_back_cannot_edit() {
    let world = World::new();
    let config = world.file("config.toml", "default_profile = \"dev\"\n[profiles.dev]\nread = false\n");
    let service = Service::start([Answer::json(200, "{}")]);
    let run = edit(&world, &service.url, "true", &["--config", &config]);
    assert!(
        run.expect(2).stderr.contains("`booster customer edit` needs to read the customer"),
        "{}",
        run.stderr
    );
    assert!(service.received().is_empty());
}

#[test]
fn a_rehearsal_shows_what_would_change() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = replace("s/^firstName = .*/firstName = \"Eva\"/");
    let run = edit(&world, &sandbox.url, &script, &["--dry-run"]);
    assert!(run.expect(10).stdout.contains("Nothing was sent"), "{}", run.stdout);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Ada");
}

#[test]
fn what_is_no_customer_is_not_opened() {
    let world = World::new();
    let nobody = r#"{"canBeContactedByMaison":false,"contactByEmailFlag":false}"#;
    for (answer, code) in
        [(Answer::json(404, nobody), 5), (Answer::json(200, nobody), 7), (Answer::json(401, ""), 4)]
    {
        let service = Service::start([answer]);
        let seen = world.path("seen");
        edit(&world, &service.url, &format!("touch {}", seen.display()), &[]).expect(code);
        assert!(!seen.exists());
    }
}

#[test]
fn a_signal_while_the_editor_runs_leaves_no_file_behind() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    for (signal, code) in [("TERM", 143), ("HUP", 9), ("INT", 0)] {
        let (started, go_on) =
            (world.path(&format!("started{signal}")), world.path(&format!("go-on{signal}")));
        let script = format!(
            "touch {}; until test -e {}; do sleep 0.02; done; {}",
            started.display(),
            go_on.display(),
            replace("s/^firstName = .*/firstName = \"Eva\"/")
        );
        let mut command = command(&world, &sandbox.url, &script, &["-o", "json"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        crate::common::until("the editor starts", || started.exists());
        assert_eq!(left_behind(&world).len(), 1);
        crate::common::send_signal(child.id(), signal);
        // Ctrl-C is the editor's own business, and this one goes on; the others end us while it still runs.
        crate::common::until("we end", || code == 0 || child.try_wait().expect("ours to wait for").is_some());
        assert!(code == 0 || left_behind(&world).is_empty(), "{signal}");
        std::fs::write(&go_on, "").expect("written");
        crate::common::finish(child).expect(code);
        assert!(left_behind(&world).is_empty(), "{signal}");
    }
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
}

#[test]
fn a_signal_that_comes_as_the_editor_ends_was_for_the_editor() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let (started, go_on, ended) = (world.path("started"), world.path("go-on"), world.path("ended"));
    let script = format!(
        "touch {}; until test -e {}; do sleep 0.02; done; {}; touch {}",
        started.display(),
        go_on.display(),
        replace("s/^firstName = .*/firstName = \"Eva\"/"),
        ended.display()
    );
    let mut command = command(&world, &sandbox.url, &script, &["-o", "json"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("the binary starts");
    crate::common::until("the editor starts", || started.exists());
    // Stopped, it sees the signal and the editor's end in the same moment.
    crate::common::send_signal(child.id(), "STOP");
    crate::common::send_signal(child.id(), "INT");
    std::fs::write(&go_on, "").expect("written");
    crate::common::until("the editor ends", || ended.exists());
    crate::common::send_signal(child.id(), "CONT");
    crate::common::finish(child).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
}

/// The texts that were kept, since they were not sent.
fn kept(world: &World) -> Vec<String> {
    let folder = std::fs::read_dir(world.state("backups"));
    let files = folder.into_iter().flatten().map(|file| file.expect("a file").path());
    files
        .filter(|path| path.to_string_lossy().ends_with(".unsent.toml"))
        .map(|path| std::fs::read_to_string(&path).expect("readable"))
        .collect()
}

#[test]
fn what_was_saved_is_kept_when_the_editor_fails() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = format!("{}; exit 1", replace("s/^firstName = .*/firstName = \"Eva\"/"));
    let run = edit(&world, &sandbox.url, &script, &[]);
    assert!(run.expect(9).stderr.contains(".unsent.toml, for 30 days"), "{}", run.stderr);
    assert_eq!(kept(&world).len(), 1);
    assert!(kept(&world)[0].contains("firstName = \"Eva\""), "{:?}", kept(&world));
}

#[test]
fn what_was_saved_is_kept_on_a_signal() {
    for (signal, code) in [("TERM", 143), ("HUP", 9)] {
        let world = World::new();
        let sandbox = Sandbox::start(&world, &[]);
        let saved = world.path("saved");
        let script = format!(
            "{}; touch {}; sleep 30",
            replace("s/^firstName = .*/firstName = \"Eva\"/"),
            saved.display()
        );
        let mut command = command(&world, &sandbox.url, &script, &[]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
        let child = command.spawn().expect("the binary starts");
        crate::common::until("it is saved", || saved.exists());
        crate::common::send_signal(child.id(), signal);
        crate::common::finish(child).expect(code);
        assert!(kept(&world).concat().contains("firstName = \"Eva\""), "{signal}: {:?}", kept(&world));
        assert!(left_behind(&world).is_empty(), "{signal}");
    }
}

#[test]
fn what_a_killed_edit_left_is_removed_by_the_next_and_what_was_saved_is_kept() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    for (script, count) in [("true", 0), (&*replace("s/^firstName = .*/firstName = \"Eva\"/"), 1)] {
        let go_on = world.path(&format!("go-on{count}"));
        let saved = world.path(&format!("saved{count}"));
        let script = format!(
            "sleep 0.05; {script}; touch {}; until test -e {}; do sleep 0.02; done",
            saved.display(),
            go_on.display()
        );
        let mut child = command(&world, &sandbox.url, &script, &[]).spawn().expect("the binary starts");
        crate::common::until("it is saved", || saved.exists());
        crate::common::send_signal(child.id(), "KILL");
        child.wait().expect("it ends");
        // While the editor is open its file stays.
        crate::common::run(&mut command(&world, &sandbox.url, "true", &[])).expect(0);
        assert_eq!(left_behind(&world).len(), 1);
        std::fs::write(&go_on, "").expect("written");
        crate::common::until("the folder is removed", || {
            crate::common::run(&mut command(&world, &sandbox.url, "true", &[])).expect(0);
            left_behind(&world).is_empty()
        });
        assert_eq!(kept(&world).len(), count);
    }
    assert!(kept(&world)[0].contains("firstName = \"Eva\""), "{:?}", kept(&world));
}

#[test]
fn an_editor_that_returns_at_once_gets_a_hint() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let words = ["customer", "edit", "123", "--base-url", &sandbox.url];
    let mut terminal = Terminal::start(&world, &words, (100, 30), &[("VISUAL", "true")]);
    terminal.shows("Nothing was changed").shows("--wait");
    assert_eq!(terminal.ends(), 0);
    // Whoever looks at it for a while needs none.
    let mut terminal = Terminal::start(&world, &words, (100, 30), &[("VISUAL", "sleep 1.1; true")]);
    terminal.shows("Nothing was changed");
    assert_eq!(terminal.ends(), 0);
    assert!(!terminal.screen().contains("--wait"), "{}", terminal.screen());
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_has_the_time_of_its_request() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let script = format!(
        "date -u +%Y-%m-%dT%H:%M:%S.%3NZ > {}; {}",
        world.path("edited").display(),
        replace("s/^firstName = .*/firstName = \"Eva\"/")
    );
    edit(&world, &sandbox.url, &script, &[]).expect(0);
    let history = world.run(["history", "-o", "json"]).expect(0).json();
    let edited = std::fs::read_to_string(world.path("edited")).expect("a time");
    assert!(history["history"][0]["time"].as_str().expect("a time") >= edited.trim(), "{history} {edited}");
}

#[test]
fn an_editor_that_saves_windows_line_ends_or_utf_16_changes_nothing_else() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let note = ["customer", "patch", "123", "--fill", "--notes=a\nb", "--base-url", &sandbox.url];
    world.run(note).expect(0);
    let crlf = "sed \"s/$/$(printf '\\r')/\"";
    let change = "s/^firstName = .*/firstName = \"Augusta\"/";
    let script = format!("{crlf} \"$1\" | sed '{change}' > \"$1.new\" && mv \"$1.new\" \"$1\"");
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    let sent = run.expect(0).json()["request"]["body"].clone();
    assert_eq!((&sent["firstName"], sent.get("notes")), (&json!("Augusta"), None));
    let seen = world.path("seen");
    edit(&world, &sandbox.url, &format!("cp \"$1\" {}", seen.display()), &[]).expect(0);
    let text = format!("\u{feff}{}", std::fs::read_to_string(seen).expect("the editor ran"));
    let utf16 = world.file("utf16", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let run = edit(&world, &sandbox.url, &format!("cp {utf16} \"$1\""), &["-o", "json"]);
    assert_eq!(run.expect(0).json()["outcome"], "unchanged");
    // A file that is left with its problems ends the questions, whatever its line ends.
    let script =
        format!("{crlf} \"$1\" | sed 's/^gender = .*/gender = 5/' > \"$1.new\" && mv \"$1.new\" \"$1\"");
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    assert_eq!(run.expect(3).problems(), ["not-text gender"]);
    // A changed note is sent with its lines ended as they were.
    let script = format!("{crlf} \"$1\" | sed 's/^a\\r/c\\r/' > \"$1.new\" && mv \"$1.new\" \"$1\"");
    let run = edit(&world, &sandbox.url, &script, &["-o", "json"]);
    assert_eq!(run.expect(0).json()["request"]["body"]["notes"], "c\nb");
}

#[test]
fn without_a_terminal_an_editor_that_returns_at_once_gets_the_hint_too() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let run = edit(&world, &sandbox.url, "true", &[]);
    assert_eq!(run.expect(0).stdout, "Nothing was changed in the file: nothing was sent.\n");
    assert!(run.stderr.contains("warning: the editor returned at once"), "{}", run.stderr);
    assert!(
        run.stderr.contains("\n  hint: ") && run.stderr.contains("VISUAL='code --wait'"),
        "{}",
        run.stderr
    );
    let problems = edit(&world, &sandbox.url, "true", &["-o", "json"]).json()["problems"].clone();
    assert!(problems[0]["hint"].as_str().is_some_and(|hint| hint.contains("--wait")), "{problems}");
    // Whoever changes something was there.
    let run = edit(&world, &sandbox.url, &replace("s/^firstName.*/firstName = \"Grace\"/"), &[]);
    assert!(!run.expect(0).stderr.contains("at once"), "{}", run.stderr);
}
