//! The terminal: its modes, its size, its signals, pasted text, and one without a cursor.

use super::{CHOOSE, COMPANY, DECIDE, DOWN, ENTER, SEND, WIDE, body, choose, company, ok, patch};
use crate::common::terminal::Terminal;
use crate::common::{World, send_signal};
use serde_json::json;

/// Asks between two looks at the terminal's modes, and writes down who asks.
const WITH_MODES: &str = "stty -a > before; sh -c 'echo $$ > asking; exec $BOOSTER customer patch 123 -i --sandbox'; \
                          echo code=$?; stty -a > after";

fn asking(world: &World) -> u32 {
    let process = std::fs::read_to_string(world.path("asking")).expect("it was written down");
    process.trim_end().parse().expect("a number")
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let world = World::new();
    for (keys, code) in [("\x03", 130), ("\x1b", 9), ("", 143)] {
        let mut terminal = Terminal::start_sh(&world, WITH_MODES, WIDE);
        terminal.shows(CHOOSE);
        assert!(!terminal.shows_cursor());
        if keys.is_empty() {
            send_signal(asking(&world), "TERM");
        } else {
            terminal.types(keys);
        }
        terminal.shows(&format!("code={code}"));
        assert!(terminal.shows_cursor());
        assert_eq!(terminal.ends(), 0);
        let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
        assert_eq!(modes("before"), modes("after"));
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_conversation() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    terminal.shows(CHOOSE);
    terminal.hang_up();
    assert_ne!(terminal.ends(), 0);
    assert!(service.received().is_empty());
}

#[test]
fn a_paste_of_several_lines_answers_one_question_only() {
    for paste in ["\x1b[200~Ada\rLovelace\r\x1b[201~", "Ada\rLovelace\r\rx"] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        choose(&mut terminal, &["firstName", "lastName"]);
        terminal.answers("First name:", paste);
        terminal.shows("Ada⏎Lovelace⏎");
        terminal.types(ENTER);
        terminal.shows("is the control character U+000A");
        terminal.types("\x15Ada\r");
        terminal.answers("Last name:", "L\r");
        terminal.answers(DECIDE, SEND);
        assert_eq!(terminal.ends(), 0);
        assert_eq!((&body(&service)["firstName"], &body(&service)["lastName"]), (&json!("Ada"), &json!("L")));
    }
}

#[test]
fn a_pasted_megabyte_and_escape_sequences_are_refused_and_steer_nothing() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["firstName"]);
    terminal.answers("First name:", "\x1b[200~\x1b]0;evil\x07\x1b[2J\u{202e}\x1b[201~\r");
    terminal.shows("control character U+001B");
    assert!(!terminal.bytes().contains("\x1b]0;") && !terminal.bytes().contains('\u{202e}'));
    terminal.types("\x15");
    terminal.types(&format!("\x1b[200~{}\x1b[201~", "x".repeat(1 << 20)));
    terminal.answers("xxxxxxxx", ENTER);
    terminal.shows("the value has 1048576 bytes, more than 32 KiB");
    terminal.types("\x15Ada\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["firstName"], "Ada");
}

#[test]
fn the_questions_fit_a_narrow_window_and_one_that_changes() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), (40, 15), &[]);
    terminal.shows("goes back");
    let widest = terminal.screen().lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(40), "{}", terminal.screen());
    terminal.resize(60, 20);
    terminal.types("tvAllow");
    // Enter takes what was searched for.
    terminal.answers("search: tvAllow", ENTER);
    terminal.resize(40, 15);
    terminal.answers("Leave it as it is", DOWN);
    terminal.answers("> Yes", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["tvAllowStoreDataAbroad"], json!(true));
}

#[test]
fn a_terminal_without_a_cursor_is_asked_line_by_line() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "firstName, birthDate\n");
    terminal.answers("First name (", "Ada\n");
    terminal.answers("Birth date (", "soon\n");
    // What is typed before the question is asked again does not count.
    terminal.until("the question again", |screen| screen.matches("Birth date (").count() == 2);
    terminal.types("1985-12-10\n");
    terminal.answers("What now (", "1\n");
    assert_eq!(terminal.ends(), 0);
    assert!(!terminal.bytes().contains('\x1b'), "{:?}", terminal.bytes());
    assert_eq!(body(&service)["birthDate"], "1985-12-10");
    // Ctrl-D leaves.
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "\x04");
    assert_eq!(terminal.ends(), 130);
}

#[test]
fn without_colour_nothing_is_coloured() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("NO_COLOR", "1")]);
    terminal.answers(CHOOSE, "\x03");
    assert_eq!(terminal.ends(), 130);
    let is_color = |part: &str| {
        part.split_once('m')
            .is_some_and(|(codes, _)| codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
    };
    assert!(!terminal.bytes().split("\x1b[").skip(1).any(is_color), "{:?}", terminal.bytes());
}

#[test]
fn a_paste_on_a_terminal_without_a_cursor_answers_nothing() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "notes\n");
    terminal.answers("Notes (", "rings\n1\n2\n");
    terminal.until("the question again", |screen| screen.matches("Notes (").count() == 2);
    terminal.types("rings\n");
    terminal.answers("What now (", "leave\n");
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn the_shell_gets_the_terminal_in_between() {
    let world = World::new();
    // A shell with job control, as a person has.
    let line =
        "set -m; $BOOSTER customer patch 123 -i --sandbox; stty -a | grep -c -e '-icanon'; fg; echo code=$?";
    let mut terminal = Terminal::start_sh(&world, line, WIDE);
    terminal.answers(CHOOSE, "\x1a");
    terminal.until("the shell's own modes", |screen| screen.lines().any(|line| line.trim() == "0"));
    terminal.answers(CHOOSE, "\x03");
    terminal.shows("code=130");
    terminal.ends();
}

#[test]
fn a_signal_that_ends_all_wipes_the_question_away_first() {
    let world = World::new();
    for (signal, code) in [("HUP", 129), ("QUIT", 131), ("TERM", 143)] {
        let mut terminal = Terminal::start_sh(&world, &format!("ulimit -c 0; {WITH_MODES}"), WIDE);
        terminal.shows(CHOOSE);
        send_signal(asking(&world), signal);
        terminal.shows(&format!("code={code}"));
        assert!(!terminal.screen().contains(CHOOSE), "{}", terminal.screen());
        terminal.ends();
        let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
        assert_eq!(modes("before"), modes("after"), "{signal}");
    }
}
