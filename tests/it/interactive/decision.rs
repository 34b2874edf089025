//! What is done with the patch: sending, saving, leaving, and the line that repeats it.

use super::{CHOOSE, COMPANY, DECIDE, DOWN, ENTER, SEND, WIDE, choose, company, ok};
use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};
use serde_json::Value;

#[test]
fn the_line_to_repeat_sends_the_same_body_from_a_shell() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(
        &world,
        &service,
        &["--email=a@b.co,main", "--replace-lists", "--middle-name=$(x) 'y' \\", "--clear=phones"],
    );
    choose(&mut terminal, &["notes"]);
    terminal.answers("Notes:", "first");
    // Ctrl-J begins a new line.
    terminal.types("\nsecond");
    terminal.answers("first⏎second", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes().replace("\r\n", "\n");
    let line = said.split("To send the same again:\n  ").nth(1).expect("the line").trim_end();
    let line = line.replacen("booster", env!("CARGO_BIN_EXE_booster"), 1);
    let again =
        std::process::Command::new("/bin/sh").args(["-c", &format!("{line} --dry-run=json")]).output();
    let again = String::from_utf8(again.expect("sh").stdout).expect("UTF-8");
    assert_eq!(again, service.only().body);
    assert!(again.contains("first\\nsecond"), "{again}");
}

#[test]
fn leaving_sends_nothing() {
    for (keys, code) in [("\x1b", 9), ("\x03", 130), ("\x04", 130)] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        terminal.answers(CHOOSE, keys);
        assert_eq!(terminal.ends(), code, "{keys:?}");
        let screen = terminal.screen();
        assert!(screen.contains("Nothing was sent.") && !screen.contains("error"), "{screen}");
        assert!(terminal.shows_cursor());
        assert!(service.received().is_empty());
    }
    // The same in the middle of a text, where Esc goes back to the list instead.
    for keys in ["\x03", "\x04"] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        choose(&mut terminal, &["notes"]);
        terminal.answers("Notes:", "half");
        terminal.answers("Notes: half", keys);
        assert_eq!(terminal.ends(), 130);
        assert!(service.received().is_empty());
    }
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["notes"]);
    terminal.answers("Notes:", "\x1b");
    // It is still chosen; now it is not any more.
    terminal.answers("Space marks", "notes");
    terminal.answers("> [x] Notes", "\t");
    terminal.answers("> [ ] Notes", "\x15");
    terminal.answers("type to search", ENTER);
    terminal.answers(DECIDE, "leave");
    terminal.answers("> Leave", ENTER);
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn standard_output_is_the_document_alone() {
    let (world, service) = (World::new(), ok());
    let line = format!(
        "$BOOSTER customer patch 123 {} --base-url={} -o json > out.json; echo code=$?",
        COMPANY.join(" "),
        service.url
    );
    let mut terminal = Terminal::start_sh(&world, &line, WIDE);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("code=0");
    terminal.ends();
    let document = std::fs::read_to_string(world.path("out.json")).expect("written");
    let document: Value = serde_json::from_str(&document).expect("one document");
    assert_eq!(document["outcome"], "sent");
}

#[test]
fn a_patch_is_saved_as_a_file_that_is_good_and_never_overwritten() {
    let (world, service) = (World::new(), ok());
    world.file("customer.toml", "mine");
    let mut terminal = company(&world, &service, &["--email=a@b.co,main"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, "save");
    terminal.answers("> Save it as a file", ENTER);
    terminal.answers("File: customer.toml", ENTER);
    terminal.answers("customer.toml already exists", "\x15second.toml\r");
    terminal.shows("--from=second.toml");
    assert_eq!(terminal.ends(), 0);
    assert_eq!(std::fs::read_to_string(world.path("customer.toml")).expect("there"), "mine");
    world.run(["customer", "check", "second.toml"]).expect(0);
    assert!(service.received().is_empty());
}

#[test]
fn the_line_to_repeat_comes_when_the_service_refuses_too() {
    let world = World::new();
    let service =
        Service::start([Answer::json(409, r#"{"responseStatus":{"errorCode":"Conflict","message":"no"}}"#)]);
    let mut terminal = company(&world, &service, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 6);
    // One that nobody could read is a file instead.
    let long = format!("--notes={}", "x".repeat(3000));
    let mut terminal = company(&world, &service, &[&long]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.answers("> Just send it", DOWN);
    terminal.answers("> Save it as a file first", ENTER);
    terminal.answers("File: customer.toml", ENTER);
    terminal.shows("--from=customer.toml");
    terminal.ends();
    world.run(["customer", "check", "customer.toml"]).expect(0);
}
