//! What goes wrong around a run: no room, no folder, a lock that is held, a database of another kind, an input that
//! changes, signals.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use super::crm::{Crm, Gate, Reply};
use super::{bulk, folder, names, states};
use crate::common::{Run, World, finish, run, send_signal};

/// `bulk patch` of this table as the run `r`.
fn patch(world: &World, crm: &Crm, words: &[&str]) -> Run {
    let path = world.path("t.csv").display().to_string();
    let own = ["patch", &path, "--run=r", "--unchecked"];
    world.run(bulk(&crm.url, &[&own, words].concat()))
}

#[test]
fn a_full_disk_stops_the_run_and_loses_nothing() {
    let world = World::new();
    let crm = Crm::willing(1..200);
    // What a backup holds of these needs more room than there is, however many rows are written at a time.
    let long = "A word. ".repeat(128);
    let rows: String = (1..200).map(|customer| format!("{customer},{long}{customer}\n")).collect();
    let path = world.file("t.csv", format!("boosterCustomerId,notes\n{rows}"));
    let words = ["patch", &path, "--run=r", "--unchecked", "--concurrency=2", "--backup"];
    let words = bulk(&crm.url, &words);
    let usual = world.booster(&words);
    let mut full = Command::new("sh");
    // No file grows larger than this; the write fails, as on a full disk.
    full.args(["-c", "trap '' XFSZ; ulimit -f 140; exec \"$0\" \"$@\""]).arg(usual.get_program());
    full.args(usual.get_args()).env_clear().current_dir(usual.get_current_dir().expect("a folder"));
    full.envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let stopped = run(&mut full);
    stopped.expect(1);
    let message = stopped.json()["problems"][0]["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("the run's database cannot be used"), "{message}");
    let found = states(&world, "r");
    let sent = crm.applied();
    assert!((1..199).contains(&sent.len()), "{sent:?}");
    assert!(sent.iter().all(|row| found.contains_key(row)), "{found:?}, {sent:?}");
    assert!(found.values().filter(|state| *state == "sent").count() <= 2, "{found:?}");
    world.run(bulk(&crm.url, &["resume", "r"])).expect(0);
    assert_eq!(crm.applied().len(), 199);
    for (row, _) in found.into_iter().filter(|(_, state)| state == "done") {
        assert_eq!(crm.applied().iter().filter(|own| **own == row).count(), 1, "row {row}");
    }
}

#[test]
fn without_a_folder_for_the_run_nothing_is_sent() {
    let world = World::new();
    let crm = Crm::willing(1..4);
    world.file("t.csv", names(1..4));
    std::fs::create_dir_all(world.state("")).expect("made");
    std::fs::write(world.state("runs"), "no folder").expect("written");
    let run = patch(&world, &crm, &[]);
    let problem = run.expect(1).json()["problems"][0].clone();
    assert!(problem["message"].as_str().expect("a message").contains("nothing was sent"), "{problem}");
    assert!(crm.patches().is_empty());
}

/// A run of three rows of which the first is in flight until the gate opens.
fn in_flight(world: &World, words: &[&str]) -> (Child, Crm, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let own = Arc::clone(&gate);
    let crm = Crm::start(1..4, move |seen| {
        if seen.is_patch {
            own.pass();
        }
        Reply::Done
    });
    let path = world.file("t.csv", names([1, 1, 2, 3]));
    let own = ["bulk", "patch", &path, "--run=r", "--unchecked", "--concurrency=2", "--base-url", &crm.url];
    let mut command = world.booster([&own, words].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary starts");
    crm.until("two rows are in flight", |known| known.patches().count() == 2);
    (child, crm, gate)
}

#[test]
fn a_run_that_is_held_is_shown_waited_for_and_not_removed() {
    let world = World::new();
    let (first, crm, gate) = in_flight(&world, &["-o", "json"]);
    let status = world.run(["bulk", "status", "r", "-o", "json"]);
    let known = status.expect(0).json()["runs"][0].clone();
    assert_eq!((&known["state"], &known["rows"]), (&"running".into(), &4.into()), "{known}");
    for words in [&["--force"][..], &[]] {
        let removed = world.run([&["bulk", "remove", "r", "-o", "json"], words].concat());
        let message = removed.expect(9).json()["problems"][0]["message"].to_string();
        assert!(message.contains("another process is working on the run"), "{message}");
    }
    // Two that go on with it wait, and find nothing to do.
    let mut waiting = world.booster(bulk(&crm.url, &["resume", "r"]));
    let resumed = waiting.stdout(Stdio::piped()).spawn().expect("the binary starts");
    let path = world.path("t.csv").display().to_string();
    let words = ["patch", &path, "--run=r", "--unchecked"];
    let mut waiting = world.booster(bulk(&crm.url, &words));
    let named = waiting.stdout(Stdio::piped()).spawn().expect("the binary starts");
    gate.open();
    assert_eq!(finish(first).expect(0).json()["counts"]["done"], 4);
    for later in [finish(resumed), finish(named)] {
        assert_eq!(later.expect(0).json()["counts"]["done"], 4);
    }
    assert_eq!(crm.patches().len(), 4);
    let status = world.run(["bulk", "status", "r", "-o", "json"]);
    assert_eq!(status.expect(0).json()["runs"][0]["state"], "done");
}

#[test]
fn a_row_that_waits_for_the_service_is_not_sent_after_a_signal() {
    let world = World::new();
    let crm = Crm::start(1..20, |seen| match seen.count {
        1 => Reply::Answer(429, "Retry-After: 20\r\n", ""),
        _ => Reply::Done,
    });
    let path = world.file("t.csv", names(1..20));
    let words = bulk(&crm.url, &["patch", &path, "--run=r", "--unchecked", "--concurrency=1"]);
    let child = world.booster(&words).stdout(Stdio::piped()).spawn().expect("the binary starts");
    crm.until("the service has asked to wait", |known| known.patches().count() == 1);
    send_signal(child.id(), "TERM");
    let document = finish(child).expect(143).json();
    assert_eq!((&document["outcome"], &document["counts"]["pending"]), (&"stopped".into(), &19.into()));
    assert_eq!((crm.patches().len(), states(&world, "r").len()), (1, 0));
    world.run(bulk(&crm.url, &["resume", "r"])).expect(0);
    assert_eq!(crm.applied().len(), 19);
}

#[test]
fn two_that_start_a_run_of_one_name_at_once_send_each_row_once() {
    let world = World::new();
    let crm = Crm::willing(1..20);
    let path = world.file("t.csv", names(1..20));
    let words = bulk(&crm.url, &["patch", &path, "--run=r", "--unchecked"]);
    let children: Vec<Child> = (0..4)
        .map(|_| world.booster(&words).stdout(Stdio::piped()).spawn().expect("the binary starts"))
        .collect();
    for child in children {
        assert_eq!(finish(child).expect(0).json()["counts"]["done"], 19);
    }
    assert_eq!((crm.patches().len(), crm.applied().len()), (19, 19));
}

#[test]
fn a_database_of_another_kind_is_left_alone() {
    let world = World::new();
    let crm = Crm::willing(1..4);
    world.file("t.csv", names(1..4));
    patch(&world, &crm, &["--limit=1"]).expect(0);
    let database = folder(&world, "r").join("run.db");
    let good = std::fs::read(&database).expect("a database");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    let newer = std::fs::read(&database).expect("a database");
    for (content, word) in [(newer, "version 99"), (b"no database at all".repeat(99), "not a database")] {
        std::fs::write(&database, &content).expect("written");
        for run in [world.run(bulk(&crm.url, &["resume", "r"])), patch(&world, &crm, &[])] {
            let message = run.expect(2).json()["problems"][0]["message"].to_string();
            assert!(message.contains(word), "{message}");
        }
        assert!(std::fs::read(&database).expect("a database") == content, "{word}: it was changed");
    }
    assert_eq!(crm.patches().len(), 1);
    std::fs::write(&database, good).expect("written");
    world.run(bulk(&crm.url, &["resume", "r"])).expect(0);
    assert_eq!(crm.applied(), [2, 3, 4]);
}

#[test]
fn a_run_that_was_killed_while_it_was_made_begins_anew() {
    let made = |world: &World, mode: Option<&str>| {
        std::fs::create_dir_all(folder(world, "r")).expect("made");
        std::fs::write(folder(world, "r").join("input"), "a part of a table").expect("written");
        let connection = mode.map(|_| rusqlite::Connection::open(folder(world, "r").join("run.db")));
        if let (Some(connection), Some(mode)) = (connection, mode) {
            let connection = connection.expect("a database");
            connection.pragma_update(None, "journal_mode", mode).expect("written");
        }
    };
    for mode in [None, Some("delete"), Some("wal")] {
        let crm = Crm::willing(1..4);
        let world = World::new();
        world.file("t.csv", names(1..4));
        made(&world, mode);
        patch(&world, &crm, &[]).expect(0);
        assert_eq!(crm.applied(), [2, 3, 4]);
        let world = World::new();
        made(&world, mode);
        let words = bulk(&crm.url, &["patch", "-", "--run=r", "--unchecked"]);
        world.run_with_stdin(words, names(1..4)).expect(0);
        assert_eq!(crm.applied().len(), 6);
    }
}

/// A table of which a part is read only when many rows are sent.
fn long_table() -> String {
    let rows = (1..700).map(|i| format!("{i},N{i},{}\n", "x".repeat(1000)));
    format!("boosterCustomerId,firstName,lastName\n{}", rows.collect::<String>())
}

#[test]
fn an_input_that_changes_while_it_is_sent_stops_the_run() {
    let world = World::new();
    let path = world.file("t.csv", long_table());
    let file = std::fs::OpenOptions::new().write(true).open(&path).expect("a file");
    let end = file.metadata().expect("a file").len();
    let crm = Crm::start(1..700, move |_| {
        file.write_all_at(b"y", end - 2).expect("written");
        Reply::Done
    });
    let stopped = patch(&world, &crm, &[]);
    let problem = stopped.expect(9).json()["problems"][0]["message"].to_string();
    assert!(problem.contains("has changed"), "{problem}");
    let sent = crm.applied().len();
    assert!((1..699).contains(&sent), "{sent} rows were sent");
    // As it is now it is another table.
    let refused = world.run(bulk(&crm.url, &["resume", "r"]));
    let problem = refused.expect(2).json()["problems"][0]["message"].to_string();
    assert!(problem.contains("has changed"), "{problem}");
    assert_eq!(crm.applied().len(), sent);
}

/// The secret is asked for after the check and before the first row.
#[test]
fn an_input_that_changes_between_check_and_sending_is_not_sent() {
    // Another file in its place is another file: what was checked is sent.
    for (change, sent) in [
        ("echo 3,Eve >>", 0),
        ("echo boosterCustomerId,lastName >", 0),
        ("printf '' >", 0),
        ("sed -i s/N2/N9/", 3),
    ] {
        let world = World::new();
        let crm = Crm::willing(1..4);
        let path = world.file("t.csv", names(1..4));
        let config = format!(
            "default_profile = \"p\"\n[profiles.p]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n\
             secret_command = [\"/bin/sh\", \"-c\", \"{change} {path}; echo token\"]\n",
            crm.url
        );
        let config = world.file("config.toml", config);
        let words = ["bulk", "patch", &path, "--run=r", "--unchecked", "--config", &config, "-o", "json"];
        let run = run(world.booster(words).env("PATH", "/usr/bin:/bin"));
        assert_eq!(crm.patches().iter().filter(|seen| seen.body["firstName"] != "N9").count(), sent);
        let document = run.expect(if sent > 0 { 0 } else { 9 }).json();
        assert!(document["problems"][0]["message"].to_string().contains("has changed"), "{document}");
        let status = world.run(["bulk", "status", "r", "-o", "json"]).expect(0).json();
        assert_eq!(status["runs"][0]["counts"]["pending"], 3 - sent, "{change}");
    }
}

#[test]
fn an_input_that_changes_while_a_run_is_stopped_is_refused() {
    let world = World::new();
    let crm = Crm::willing(1..5);
    let path = world.file("t.csv", names(1..5));
    patch(&world, &crm, &["--limit=2"]).expect(0);
    for other in [names([1, 2, 3, 9]), names(1..4), names(1..6), String::new()] {
        std::fs::write(&path, other).expect("written");
        world.run(bulk(&crm.url, &["resume", "r"])).expect(2);
    }
    std::fs::remove_file(&path).expect("removed");
    world.run(bulk(&crm.url, &["resume", "r"])).expect(2);
    assert_eq!(crm.patches().len(), 2);
    std::fs::write(&path, names(1..5)).expect("written");
    world.run(bulk(&crm.url, &["resume", "r"])).expect(0);
    assert_eq!(crm.applied(), [2, 3, 4, 5]);
}

/// Reads what the run says until it waits for its rows.
fn until_it_drains(child: &mut Child) {
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let said = lines.any(|line| line.expect("text").contains("waiting for 2 rows in flight"));
    assert!(said, "it says that it waits");
}

#[test]
fn a_signal_waits_for_the_rows_in_flight_and_a_second_one_does_not() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let world = World::new();
        let (mut child, crm, gate) = in_flight(&world, &[]);
        send_signal(child.id(), signal);
        until_it_drains(&mut child);
        gate.open();
        finish(child).expect(code);
        let found = states(&world, "r");
        assert!(found.len() == 2 && found.values().all(|state| state == "done"), "{found:?}");
        assert_eq!(crm.patches().len(), 2);
        let resumed = world.run(bulk(&crm.url, &["resume", "r"]));
        assert_eq!(resumed.expect(0).json()["counts"]["done"], 4);
        assert_eq!(crm.patches().len(), 4);

        let world = World::new();
        let (mut child, crm, gate) = in_flight(&world, &[]);
        send_signal(child.id(), signal);
        until_it_drains(&mut child);
        send_signal(child.id(), signal);
        finish(child).expect(code);
        let found = states(&world, "r");
        assert!(found.len() == 2 && found.values().all(|state| state == "sent"), "{found:?}");
        let status = world.run(["bulk", "status", "r", "-o", "json"]);
        let known = status.expect(0).json()["runs"][0].clone();
        assert_eq!(
            (&known["counts"]["unknown"], &known["counts"]["pending"]),
            (&2.into(), &2.into()),
            "{known}"
        );
        gate.open();
        crm.until_idle();
        // They were applied meanwhile, which reading them shows.
        let resumed = world.run(bulk(&crm.url, &["resume", "r"]));
        assert_eq!(resumed.expect(0).json()["counts"]["done"], 4);
        assert_eq!(crm.patches().len(), 4);
    }
}
