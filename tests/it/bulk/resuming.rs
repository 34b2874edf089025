//! Going on with a run: what is left of it is sent, and nothing else; a run by its name; rows of which it is not known
//! whether they were applied.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::crm::{Crm, Reply, Seen};
use super::{bulk, folder, names, states};
use crate::common::{Run, World, run};

fn patch(world: &World, crm: &Crm, words: &[&str]) -> Run {
    let path = world.path("t.csv").display().to_string();
    let own = ["patch", &path, "--run=r", "--unchecked", "--concurrency=1"];
    world.run(bulk(&crm.url, &[&own, words].concat()))
}

fn resume(world: &World, crm: &Crm, words: &[&str]) -> Run {
    world.run(bulk(&crm.url, &[&["resume", "r", "--concurrency=1"], words].concat()))
}

fn rows(crm: &Crm) -> Vec<u64> {
    crm.patches().iter().map(Seen::row).collect()
}

#[test]
fn a_limit_leaves_the_other_rows_for_later() {
    let world = World::new();
    let crm = Crm::willing(1..8);
    world.file("t.csv", names(1..8));
    let first = patch(&world, &crm, &["--limit=3"]);
    let document = first.expect(0).json();
    assert_eq!((&document["outcome"], &document["counts"]["pending"]), (&json!("done"), &json!(4)));
    assert!(document["results"].get("failed").is_none(), "{document}");
    let second = resume(&world, &crm, &["--limit=2"]);
    assert_eq!(second.expect(0).json()["counts"]["pending"], 2);
    let third = world.run(bulk(&crm.url, &["resume", "--concurrency=1"]));
    assert_eq!(third.expect(0).json()["counts"]["done"], 7);
    let fourth = resume(&world, &crm, &[]);
    assert_eq!(fourth.expect(0).json()["counts"]["done"], 7);
    assert_eq!(rows(&crm), [2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn too_many_errors_stop_a_run() {
    let world = World::new();
    let crm =
        Crm::start(
            1..300,
            |seen| if seen.customer % 2 == 0 { Reply::Answer(400, "", "") } else { Reply::Done },
        );
    world.file("t.csv", names(1..10));
    let stopped = patch(&world, &crm, &["--max-errors=2"]);
    let document = stopped.expect(9).json();
    assert_eq!((&document["counts"]["failed"], &document["counts"]["pending"]), (&json!(2), &json!(5)));
    assert!(
        document["problems"][0]["message"].to_string().contains("--max-errors; 5 rows are pending"),
        "{document}"
    );
    let document = resume(&world, &crm, &[]).expect(8).json();
    assert_eq!((&document["counts"]["failed"], &document["counts"]["done"]), (&json!(4), &json!(5)));
    assert_eq!(rows(&crm).len(), 9);
    // After the last row there is nothing to stop.
    let world = World::new();
    world.file("t.csv", names(1..3));
    assert_eq!(patch(&world, &crm, &["--max-errors=1"]).expect(8).json()["outcome"], "partial");
    // A percentage says something only after a hundred rows.
    let world = World::new();
    world.file("t.csv", names(1..250));
    let document = patch(&world, &crm, &["--max-errors=40%"]).expect(9).json();
    assert_eq!((&document["counts"]["done"], &document["counts"]["failed"]), (&json!(50), &json!(50)));
}

#[test]
fn a_named_run_goes_on_and_has_its_exit_code_once_it_is_over() {
    let world = World::new();
    let crm =
        Crm::start(1..8, |seen| if seen.customer == 3 { Reply::Answer(400, "", "") } else { Reply::Done });
    world.file("t.csv", names(1..6));
    patch(&world, &crm, &["--limit=2"]).expect(0);
    assert_eq!(patch(&world, &crm, &[]).expect(8).json()["counts"]["done"], 4);
    let again = patch(&world, &crm, &[]);
    let document = again.expect(8).json();
    assert_eq!((&document["outcome"], &document["counts"]["failed"]), (&json!("partial"), &json!(1)));
    resume(&world, &crm, &[]).expect(8);
    assert_eq!(rows(&crm), [2, 3, 4, 5, 6]);
    // The same name with anything else is a mistake.
    for words in
        [&["--skip-unchanged"][..], &["--verify"], &["--add-items"], &["--no-defaults"], &["--clear-cell=-"]]
    {
        let problem = patch(&world, &crm, words).expect(2).json()["problems"][0].to_string();
        assert!(problem.contains("other options") && problem.contains("--run r-20"), "{problem}");
    }
    world.file("t.csv", names(1..7));
    let problem = patch(&world, &crm, &[]).expect(2).json()["problems"][0].to_string();
    assert!(problem.contains("another input") && problem.contains("--run r-20"), "{problem}");
    world.file("t.csv", names(1..6));
    let other = Crm::willing(1..8);
    let problem = patch(&world, &other, &[]).expect(2).json()["problems"][0].to_string();
    assert!(problem.contains("it sends to"), "{problem}");
    let path = world.path("t.csv").display().to_string();
    for name in ["last", "a b", "../x", ""] {
        world.run(bulk(&crm.url, &["patch", &path, "--run", name])).expect(2);
    }
    assert_eq!((rows(&crm).len(), rows(&other).len()), (5, 0));
}

#[test]
fn what_was_skipped_goes_once_the_row_before_it_is_settled() {
    let world = World::new();
    let is_lost = Arc::new(AtomicBool::new(true));
    let own = Arc::clone(&is_lost);
    // Notes may be added twice, so this is not tried again; nor is what follows it sent.
    let crm = Crm::start(1..4, move |seen| {
        let is_first = seen.is_patch && seen.row() == 2 && own.load(Ordering::Relaxed);
        if is_first { Reply::Close { applied: false } } else { Reply::Done }
    });
    world.file("t.csv", "boosterCustomerId,firstName,notes\n1,Ada,old\n1,Eva,\n2,Bea,\n1,Ida,\n");
    let document = patch(&world, &crm, &[]).expect(11).json();
    assert_eq!(
        document["counts"],
        json!({ "done": 1, "unchanged": 0, "failed": 0, "unknown": 1, "skipped": 2, "pending": 0 })
    );
    assert_eq!(rows(&crm), [2, 4]);
    // Read back it is not there, and may yet be on its way: that is for a person to say.
    for _ in 0..2 {
        let document = resume(&world, &crm, &[]).expect(11).json();
        assert_eq!((&document["counts"]["unknown"], &document["counts"]["skipped"]), (&json!(1), &json!(2)));
        assert!(document["problems"].to_string().contains("row 2"), "{document}");
    }
    assert_eq!(rows(&crm), [2, 4]);
    let unknown = std::fs::read_to_string(folder(&world, "r").join("unknown.csv")).expect("a file");
    assert!(unknown.contains("1,Ada,old,2,"), "{unknown}");
    is_lost.store(false, Ordering::Relaxed);
    let document = resume(&world, &crm, &["--resend-unknown"]).expect(0).json();
    assert_eq!(document["counts"]["done"], 4);
    assert_eq!(rows(&crm), [2, 4, 2, 3, 5]);
    assert!(!folder(&world, "r").join("unknown.csv").exists());
}

#[test]
fn what_is_unknown_is_read_back_and_sent_again_only_where_that_is_harmless() {
    for (columns, cells, applied, code, count) in [
        // Applied: reading it back shows that.
        ("firstName,notes", "Ada,x", true, 0, 1),
        ("firstName", "Ada", true, 0, 3),
        // Not applied, and plain: sent again.
        ("firstName", "Ada", false, 0, 4),
        // Not applied, and it may not come twice, or changes a consent.
        ("firstName,notes", "Ada,x", false, 11, 1),
        ("emails[0].email", "a@b.co", false, 11, 1),
        ("canBeContactedByMaison", "true", false, 11, 3),
    ] {
        let world = World::new();
        let is_lost = Arc::new(AtomicBool::new(true));
        let own = Arc::clone(&is_lost);
        let crm = Crm::start(1..4, move |seen| {
            let is_lost = seen.is_patch && own.load(Ordering::Relaxed);
            if is_lost { Reply::Close { applied } } else { Reply::Done }
        });
        crm.known()
            .customers
            .get_mut(&1)
            .expect("known")
            .insert("canBeContactedByMaison".to_owned(), false.into());
        world.file("t.csv", format!("boosterCustomerId,{columns}\n1,{cells}\n"));
        let run = patch(&world, &crm, &["--replace-lists"]);
        assert_eq!(run.expect(11).json()["counts"]["unknown"], 1, "{columns}");
        assert_eq!(states(&world, "r")[&2], "unknown");
        is_lost.store(false, Ordering::Relaxed);
        resume(&world, &crm, &[]).expect(code);
        assert_eq!(rows(&crm).len(), count, "{columns} {applied}");
    }
}

#[test]
fn what_is_unknown_stays_so_whatever_the_service_says_later() {
    let world = World::new();
    let is_later = Arc::new(AtomicBool::new(false));
    let own = Arc::clone(&is_later);
    let crm = Crm::start(1..4, move |seen| match (own.load(Ordering::Relaxed), seen.is_patch) {
        (false, true) => Reply::Close { applied: true },
        (true, true) => Reply::Answer(400, "", ""),
        (_, false) => Reply::Answer(404, "", ""),
    });
    world.file("t.csv", "boosterCustomerId,firstName,notes\n1,Ada,x\n");
    patch(&world, &crm, &[]).expect(11);
    is_later.store(true, Ordering::Relaxed);
    // That there seems to be no such customer, or that the patch is refused now, says nothing about then.
    for (words, sent) in [(&[][..], 1), (&["--resend-unknown"], 2)] {
        let resumed = resume(&world, &crm, words);
        assert_eq!(resumed.expect(11).json()["counts"]["unknown"], 1, "{words:?}");
        assert_eq!((rows(&crm).len(), states(&world, "r")[&2].as_str()), (sent, "unknown"), "{words:?}");
    }
}

#[test]
fn a_row_that_cannot_be_verified_is_unknown_until_the_run_goes_on() {
    let world = World::new();
    let is_later = Arc::new(AtomicBool::new(false));
    let own = Arc::clone(&is_later);
    let crm = Crm::start(1..4, move |seen| {
        let is_read = seen.is_patch || own.load(Ordering::Relaxed);
        if is_read { Reply::Done } else { Reply::Answer(404, "", "") }
    });
    world.file("t.csv", names(1..3));
    let run = patch(&world, &crm, &["--verify"]);
    assert_eq!(run.expect(11).json()["counts"]["unknown"], 2);
    is_later.store(true, Ordering::Relaxed);
    assert_eq!(resume(&world, &crm, &[]).expect(0).json()["counts"]["done"], 2);
    assert_eq!(rows(&crm).len(), 2);
}

#[test]
fn where_nothing_can_be_read_back_what_is_unknown_stays_so() {
    let world = World::new();
    let crm =
        Crm::start(1..4, |seen| if seen.count <= 3 { Reply::Close { applied: true } } else { Reply::Done });
    let config = format!("default_profile = \"p\"\n[profiles.p]\nbase_url = \"{}\"\nread = false\n", crm.url);
    let config = world.file("config.toml", config);
    let path = world.file("t.csv", names(1..3));
    let words = [
        "bulk",
        "patch",
        &path,
        "--run=r",
        "--unchecked",
        "--concurrency=1",
        "--config",
        &config,
        "-o",
        "json",
    ];
    assert_eq!(world.run(words).expect(11).json()["counts"]["unknown"], 1);
    let resume = ["bulk", "resume", "r", "--config", &config, "-o", "json"];
    for _ in 0..2 {
        world.run(resume).expect(11);
    }
    assert_eq!(crm.known().seen.len(), 4);
    let counts = world.run([&resume[..], &["--resend-unknown"]].concat()).expect(0).json()["counts"].clone();
    assert_eq!(counts["done"], 2);
    assert!(crm.known().seen.iter().all(|seen| seen.is_patch));
}

#[test]
fn standard_input_is_kept_until_the_run_is_over() {
    let world = World::new();
    let crm = Crm::willing(1..6);
    let kept = folder(&world, "r").join("input");
    let words = bulk(&crm.url, &["patch", "-", "--run=r", "--unchecked", "--limit=2"]);
    world.run_with_stdin(&words, names(1..6)).expect(0);
    assert_eq!(std::fs::read_to_string(&kept).expect("a copy"), names(1..6));
    // The name is enough: what was read is gone.
    world.run_with_stdin(&words, "").expect(0);
    assert!(kept.exists());
    let resumed = resume(&world, &crm, &[]);
    assert_eq!(resumed.expect(0).json()["counts"]["done"], 5);
    assert!(!kept.exists());
    assert_eq!(crm.applied(), [2, 3, 4, 5, 6]);
    resume(&world, &crm, &[]).expect(0);
    world.run_with_stdin(&words, "").expect(0);
    // The folder of all that booster keeps may move meanwhile.
    let words = bulk(&crm.url, &["patch", "-", "--run=moved", "--unchecked", "--limit=2"]);
    let in_home = |words: &[&str], home: &str, stdin: &str| {
        let stdin = world.file("stdin", stdin);
        let mut command = world.booster(words);
        command.env("BOOSTER_HOME", world.path(home)).stdin(std::fs::File::open(stdin).expect("a file"));
        run(&mut command)
    };
    in_home(&words, "one", &names(1..6)).expect(0);
    std::fs::rename(world.path("one"), world.path("two")).expect("moved");
    let words = bulk(&crm.url, &["resume", "moved"]);
    assert_eq!(in_home(&words, "two", "").expect(0).json()["counts"]["done"], 5);
    // Of a table with errors nothing is kept.
    let words = bulk(&crm.url, &["patch", "-", "--run=wrong", "--unchecked"]);
    world.run_with_stdin(words, "boosterCustomerId,firstName\nx,y\n").expect(3);
    assert!(!folder(&world, "wrong").exists());
}

#[test]
fn a_sample_that_nobody_agreed_to_stays_one_when_the_command_is_given_again() {
    let world = World::new();
    let crm = Crm::willing(1..10);
    world.file("t.csv", names(1..10));
    for _ in 0..2 {
        let document = patch(&world, &crm, &["--sample=2"]).expect(9).json();
        assert_eq!((rows(&crm).len(), &document["outcome"]), (2, &json!("stopped")));
    }
    resume(&world, &crm, &[]).expect(0);
    assert_eq!(rows(&crm).len(), 9);
    patch(&world, &crm, &["--sample=2"]).expect(0);
}
