//! The ways back and out: Esc is one step back everywhere, Ctrl-C and Ctrl-D leave, and so does the row that says so.

use serde_json::json;

use super::{CHOOSE, DECIDE, DOWN, ENTER, ESC, Form, SEND, UP, ada, body, patches, required, showing};
use crate::common::World;

#[test]
fn ctrl_c_and_ctrl_d_leave_from_every_question() {
    for key in ["\x03", "\x04"] {
        for steps in 0..7 {
            let (world, service) = (World::new(), showing(&ada()));
            let mut form = Form::of(&world, &service, &[]);
            let way = [
                (CHOOSE, "phones"),
                ("search: phones", ENTER),
                ("Phones?", "add\r"),
                ("Phone number?", "12345"),
                ("Phone number? 12345", "\x156\r"),
                ("Country of the prefix?", "it"),
            ];
            for (question, keys) in way.iter().take(steps) {
                form.at(question, keys);
            }
            let next = way.get(steps).map_or("search: it", |(question, _)| question);
            form.at(next, key);
            assert_eq!(form.ends(), 130, "{next}");
            assert!(form.shows_cursor());
            assert!(form.words().ends_with("Nothing was sent."), "{}", form.screen());
            assert!(patches(&service).is_empty());
        }
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::of(&world, &service, &[]);
        form.choose("first name").at("First name [Ada]:", "Zoë\r").at(DECIDE, key);
        assert_eq!(form.ends(), 130);
        assert!(patches(&service).is_empty());
    }
}

#[test]
fn esc_without_answers_leaves() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, ESC);
    assert_eq!(form.ends(), 9);
    let said = form.words();
    assert!(said.ends_with("Nothing was sent.") && !said.contains("error"), "{said}");
    assert!(patches(&service).is_empty());
}

#[test]
fn esc_leads_back_step_by_step_and_asks_before_answers_are_lost() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "first name ")
        .at("Marked: First name", "surname ")
        .at("Marked: First name, Last name", ENTER);
    form.at("First name [Ada]:", "Zoë\r").at("Last name [Lovelace]:", ESC);
    // The answer is still there.
    form.at("First name [Zoë]:", ENTER).at("Last name [Lovelace]:", "L\r");
    form.at(DECIDE, ESC).at("Marked: First name, Last name", ESC);
    form.at("Leave, and lose what was answered? > Go on Leave without sending", ENTER);
    form.at("Marked: First name, Last name", ESC).at("> Go on", ESC);
    form.at("Marked: First name, Last name", ENTER);
    form.at(DECIDE, ESC)
        .at("Marked: First name, Last name", ESC)
        .at("> Go on", DOWN)
        .at("> Leave without sending", ENTER);
    assert_eq!(form.ends(), 9);
    assert!(patches(&service).is_empty());
}

#[test]
fn esc_in_a_choice_of_values_goes_back_to_the_fields() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("gender").at("Gender?", "m").at("search: m > M", ESC).at("Gender? M > F (now)", ESC);
    form.at("Marked: Gender Identity", ENTER).at("Gender?", "m\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["gender"], "M");
}

#[test]
fn esc_at_a_value_of_ones_own_goes_back_to_the_values() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("title").at("Title?", "another\r").at("Title [Mrs.]:", ESC);
    form.at("Title? Mr & Mrs Mr. > Mrs. (now)", "\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn esc_from_a_change_undoes_it() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.at(DECIDE, ENTER).at("Which answer do you want to change? > First name Ada → Zoë", ESC);
    form.at(DECIDE, ENTER)
        .at("Which answer do you want to change?", ENTER)
        .at("First name [Zoë]:", "x")
        .at("x", ESC);
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë" })));
}

#[test]
fn a_change_that_makes_other_answers_necessary_is_undone_by_esc() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("client type").at("Client type? > PRIVATE (now)", "company\r");
    form.at("needed because the client type is COMPANY Company name?", ESC);
    form.at("Marked: Client type", "\x03");
    assert_eq!(form.ends(), 130);
    assert!(patches(&service).is_empty());
}

#[test]
fn the_last_row_leaves_without_sending() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.at(DECIDE, UP).at("> Send it", UP).at("> Leave without sending", ENTER);
    assert_eq!(form.ends(), 9);
    assert!(form.words().ends_with("What now? Leave without sending Nothing was sent."), "{}", form.screen());
    assert!(patches(&service).is_empty());
}
