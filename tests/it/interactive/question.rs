//! The questions for one value: what they show, what Enter, typing and editing do, what is refused and offered.

use serde_json::{Value, json};

use super::{CHOOSE, DOWN, EMPTY, ENTER, ESC, Form, UP, ada, body, required, showing, with};
use crate::common::World;

/// A form in which this field is asked for.
fn asking(world: &World, record: &Value, word: &str, words: &[&str]) -> (Form, crate::common::Service) {
    let service = showing(record);
    let mut form = Form::of(world, &service, words);
    form.choose(word);
    (form, service)
}

#[test]
fn typing_replaces_the_present_value() {
    let world = World::new();
    let (mut form, service) = asking(&world, &ada(), "first name", &[]);
    form.at("First name [Ada]: Enter keeps it · typing replaces it · Tab edits it", "Zoë 李");
    form.at("First name [Ada]: Zoë 李 \"\" empties it · Esc goes back", ENTER);
    form.asks("First name: Zoë 李 Customer 123");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë 李" })));
}

#[test]
fn an_editing_key_begins_with_the_present_value() {
    for (keys, line, sent) in [
        ("\x7fm", "Adm", "Adm"),
        ("\x1b[D\x1b[Dx", "Axda", "Axda"),
        ("\tm", "Adam", "Adam"),
        ("\x01x", "xAda", "xAda"),
        ("\x1b[H\x1b[3~", "da", "da"),
        ("\x05n", "Adan", "Adan"),
    ] {
        let world = World::new();
        let (mut form, service) = asking(&world, &ada(), "first name", &[]);
        form.at("First name [Ada]:", keys);
        form.at(&format!("First name [Ada]: {line} \"\" empties"), ENTER);
        assert_eq!(form.sends(), 0, "{keys:?}");
        assert_eq!(body(&service)["firstName"], sent);
    }
}

#[test]
fn two_quotes_or_an_emptied_line_empty_a_text_that_is_held() {
    for keys in ["\"\"", "\x7f\x7f\x7f", EMPTY] {
        let world = World::new();
        let (mut form, service) = asking(&world, &ada(), "first name", &[]);
        form.at("First name [Ada]:", keys);
        if keys != "\"\"" {
            form.asks("Enter empties it");
        }
        form.types(ENTER);
        form.asks("Changes First name Ada → (empty)");
        assert_eq!(form.sends(), 0, "{keys:?}");
        assert_eq!(body(&service)["firstName"], "");
        assert!(form.line().ends_with("--fill --clear=firstName"), "{}", form.line());
    }
}

#[test]
fn an_empty_line_changes_nothing_where_nothing_is_held() {
    let world = World::new();
    let (mut form, service) = asking(&world, &ada(), "middle name", &[]);
    form.at("Middle name? Enter changes nothing · \"\" empties it", "x\x7f");
    form.at("Middle name? Enter changes nothing", ENTER);
    form.at("Nothing is changed yet.", "\x03");
    assert_eq!(form.ends(), 130);
    // To empty it all the same is said by two quotes.
    let (mut form, _) = asking(&world, &ada(), "middle name", &[]);
    form.at("Middle name?", "\"\"\r").at("Middle name (empty)", "\x03");
    assert_eq!(service.received().len(), 1);
}

#[test]
fn a_required_text_and_a_date_cannot_be_emptied() {
    for (word, why) in [
        ("surname", "needed because the client type is PRIVATE"),
        ("birthday", "a date cannot be deleted through this API"),
    ] {
        let world = World::new();
        let (mut form, _service) = asking(&world, &ada(), word, &[]);
        form.at("]:", EMPTY).at("]: ", ENTER);
        form.at(why, "\x03");
        assert_eq!(form.ends(), 130);
    }
}

#[test]
fn a_wrong_answer_stays_to_be_edited_with_its_reason() {
    let world = World::new();
    let (mut form, service) = asking(&world, &ada(), "wedding", &[]);
    form.at("Wedding date?", "2020-02-30\r");
    form.asks("2020-02-30 does not exist in the calendar; the last day of that month is 2020-02-29");
    form.at("Wedding date? 2020-02-30", "\x7f\x7f29");
    form.at("Wedding date? 2020-02-29 a date as in", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "weddingDate": "2020-02-29" })));
}

#[test]
fn a_date_with_one_reading_is_offered_and_one_with_two_is_not() {
    for (typed, day) in [("13.8.1988", "1988-08-13"), ("19880813", "1988-08-13"), ("8/13/1988", "1988-08-13")]
    {
        let world = World::new();
        let (mut form, service) = asking(&world, &ada(), "birthday", &[]);
        form.at("Birth date [1985-12-10]:", typed);
        form.at(&format!("Birth date [1985-12-10]: {typed} Enter takes {day}"), ENTER);
        form.asks(&format!("Birth date: {day}"));
        assert_eq!(form.sends(), 0, "{typed}");
        assert_eq!(body(&service)["birthDate"], day);
    }
    let world = World::new();
    let (mut form, _service) = asking(&world, &ada(), "birthday", &[]);
    form.at("Birth date [1985-12-10]:", "10.12.1985");
    form.at("10.12.1985 a date as in 2020-12-30", ENTER);
    form.at("write 1985-12-10 or 1985-10-12", "\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn labels_are_shown_and_places_only_with_v() {
    for (words, place) in [(&[][..], false), (&["-v"][..], true)] {
        let world = World::new();
        let (mut form, _service) = asking(&world, &ada(), "birthday", words);
        form.asks("Birth date [1985-12-10]:");
        assert_eq!(form.screen().contains("birthDate"), place, "{}", form.screen());
        form.types(ESC);
        form.at("Marked: Birth date", " ").at(CHOOSE, "phones\r").asks("Phones?");
        assert_eq!(form.words().contains("Phones? phones > Don't"), place, "{}", form.screen());
        form.at("Phones?", DOWN).at("> 5551234", ENTER).at("what do you want to change?", ENTER);
        form.asks("Phone number [5551234]:");
        assert_eq!(form.screen().contains("phones[0].phone"), place, "{}", form.screen());
        form.types("\x03");
        assert_eq!(form.ends(), 130);
    }
}

#[test]
fn a_text_of_several_lines_is_typed_and_kept() {
    let world = World::new();
    let (mut form, service) =
        asking(&world, &with(ada(), json!({ "notes": "Likes clocks.\nCalls" })), "notes", &[]);
    form.at("Notes [Likes clocks.⏎Calls]:", "\t");
    form.at("Ctrl-J begins a new line", "\non Tuesdays\r");
    form.asks("Notes Likes clocks.⏎Calls → Likes clocks.⏎Calls⏎on Tuesdays");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["notes"], "Likes clocks.\nCalls\non Tuesdays");
}

#[test]
fn a_value_that_is_not_listed_can_be_typed_and_the_warning_is_shown_above_the_decision() {
    let world = World::new();
    let (mut form, service) = asking(&world, &with(ada(), json!({ "title": "Mx." })), "title", &[]);
    form.at("Title? > Mx. (now) Mr & Mrs Mr. Mrs. Sama Captain Another value…", UP);
    form.at("> Another value…", ENTER).at("Title [Mx.]:", "Dr.\r");
    form.asks("Title Mx. → Dr.");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["title"], "Dr.");
    let (mut form, _service) = asking(&world, &ada(), "gender", &[]);
    form.at("Gender?", "another\r").at("Gender [F]:", "X\r");
    form.asks("warning[unlisted-value]");
    form.types("\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn what_can_be_deleted_out_of_a_list_of_values_is_deleted() {
    let world = World::new();
    let (mut form, service) =
        asking(&world, &with(ada(), json!({ "preferredContactMethod": "Tel" })), "channel", &[]);
    form.at("Preferred contact method? Fax > Tel (now)", "delete\r");
    form.asks("Preferred contact method Tel → (empty)");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["preferredContactMethod"], "");
}

#[test]
fn several_consents_are_asked_behind_the_rest_and_none_is_pre_set() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "data sharing\t").at("Marked: Allows data sharing", "by email\t");
    form.at("Marked: Wants to be contacted by email, Allows data sharing", "customer ref\t");
    form.at("Marked: Customer reference, Wants", ENTER);
    form.at("Customer reference?", "R1\r");
    form.asks("Consents: answer only what the customer said. One that you don't change is not sent.");
    form.at("Wants to be contacted by email? > Don't change it now yes Yes No", ENTER);
    form.at("Allows data sharing? > Don't change it Yes No", "no\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "customerReference": "R1", "dataSharingConsent": false })));
}
