//! The terminal under the form: its modes, its signals, its colours, and text that is pasted.

use serde_json::json;

use super::{CHOOSE, DECIDE, EMPTY, ENTER, Form, SEND, USUAL, ada, body, patches, showing};
use crate::common::terminal::Terminal;
use crate::common::{World, send_signal};

/// Asks between two looks at the terminal's modes, and writes down who asks.
const WITH_MODES: &str = "stty -a > before; sh -c 'echo $$ > asking; exec $BOOSTER customer patch 123 -i --sandbox'; \
                          echo code=$?; stty -a > after";

fn asking(world: &World) -> u32 {
    let process = std::fs::read_to_string(world.path("asking")).expect("it was written down");
    process.trim_end().parse().expect("a number")
}

#[track_caller]
fn is_given_back(world: &World) {
    let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
    assert_eq!(modes("before"), modes("after"));
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let world = World::new();
    for (keys, code) in [("\x03", 130), ("\x1b", 9)] {
        let mut terminal = Terminal::start_sh(&world, WITH_MODES, USUAL);
        terminal.asks(CHOOSE);
        assert!(!terminal.shows_cursor());
        terminal.types(keys);
        terminal.shows(&format!("code={code}"));
        assert!(terminal.shows_cursor());
        assert_eq!(terminal.ends(), 0);
        is_given_back(&world);
    }
}

#[test]
fn a_signal_that_ends_all_wipes_the_question_away_first() {
    let world = World::new();
    for (signal, code) in [("HUP", 129), ("QUIT", 131), ("TERM", 143)] {
        let mut terminal = Terminal::start_sh(&world, &format!("ulimit -c 0; {WITH_MODES}"), USUAL);
        terminal.asks(CHOOSE);
        send_signal(asking(&world), signal);
        terminal.shows(&format!("code={code}"));
        assert!(!terminal.screen().contains(CHOOSE), "{}", terminal.screen());
        assert!(terminal.shows_cursor());
        terminal.ends();
        is_given_back(&world);
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_form() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.asks(CHOOSE);
    form.hang_up();
    assert_ne!(form.ends(), 0);
    assert!(patches(&service).is_empty());
}

#[test]
fn the_shell_gets_the_terminal_in_between() {
    let world = World::new();
    // A shell with job control, as a person has.
    let line =
        "set -m; $BOOSTER customer patch 123 -i --sandbox; stty -a | grep -c -e '-icanon'; fg; echo code=$?";
    let mut terminal = Terminal::start_sh(&world, line, USUAL);
    terminal.asks(CHOOSE);
    terminal.types("\x1a");
    terminal.until("the shell's own modes", |screen| screen.lines().any(|line| line.trim() == "0"));
    terminal.asks(CHOOSE);
    terminal.types("\x03");
    terminal.shows("code=130");
    terminal.ends();
}

#[test]
fn a_paste_of_several_lines_answers_one_question_only() {
    for paste in ["\x1b[200~Ada\rLovelace\r\x1b[201~", "Ada\rLovelace\r\rx"] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::of(&world, &service, &[]);
        form.at(CHOOSE, "first name ").at("Marked: First name", "surname\r").at("First name [Ada]:", paste);
        form.at("First name [Ada]: Ada⏎Lovelace⏎", ENTER);
        form.at("is the control character U+000A", "\x15Zoë\r").at("Last name [Lovelace]:", "L\r");
        assert_eq!(form.sends(), 0);
        assert_eq!((&body(&service)["firstName"], &body(&service)["lastName"]), (&json!("Zoë"), &json!("L")));
    }
}

#[test]
fn a_paste_into_a_search_is_searched_for() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "\x1b[200~birth\r\ndate\x1b[201~").at("> [ ] Birth date", "\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn a_pasted_megabyte_and_escape_sequences_are_refused_and_steer_nothing() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "\x1b[200~\x1b]0;evil\x07\x1b[2J\u{202e}\x1b[201~\r");
    form.asks("control character U+001B");
    assert!(!form.bytes().contains("\x1b]0;") && !form.bytes().contains('\u{202e}'));
    form.types(EMPTY);
    form.at("First name [Ada]: Enter empties it", &format!("\x1b[200~{}\x1b[201~", "x".repeat(1 << 20)));
    form.at("xxxxxxxx", ENTER).at("the value has 1048576 bytes, more than 32 KiB", "\x15Zoë\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["firstName"], "Zoë");
}

#[test]
fn a_large_paste_that_is_not_marked_is_taken_whole() {
    for bytes in [1500, 5000, 20_000] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::of(&world, &service, &[]);
        let paste = "0123456789".repeat(bytes / 10) + "END";
        form.choose("notes").at("Notes?", &paste);
        form.at("789END", ENTER);
        form.at(DECIDE, SEND);
        if bytes > 1500 {
            form.at("too long to be copied. Save it as a file?", ENTER);
        }
        assert_eq!(form.ends(), 0);
        assert_eq!(body(&service)["notes"], paste.as_str());
    }
}

#[test]
fn ctrl_c_leaves_behind_a_large_paste_that_is_not_marked() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("notes").at("Notes?", &"0123456789".repeat(600)).at("0123456789", "\x03");
    assert_eq!(form.ends(), 130);
    assert!(patches(&service).is_empty());
    // The same in one burst.
    let mut form = Form::of(&world, &service, &[]);
    form.choose("notes").at("Notes?", &format!("{}\x03", "0123456789".repeat(600)));
    assert_eq!(form.ends(), 130);
}

#[test]
fn without_colour_nothing_is_coloured() {
    let is_color = |part: &str| {
        part.split_once('m')
            .is_some_and(|(codes, _)| codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
    };
    for (settings, colored) in [(&[("NO_COLOR", "1")][..], false), (&[][..], true)] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::sized(&world, &service, &[], USUAL, settings);
        form.choose("gender").at("Gender?", "another\r").at("Gender [F]:", "X\r");
        form.at(DECIDE, "\x03");
        assert_eq!(form.ends(), 130);
        assert_eq!(form.bytes().split("\x1b[").skip(1).any(is_color), colored, "{:?}", form.bytes());
    }
}
