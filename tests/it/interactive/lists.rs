//! The lists of the form: they begin with the customer's items; one is chosen, changed, removed, added.

use serde_json::{Value, json};

use super::{DECIDE, DOWN, ENTER, ESC, Form, SEND, UP, ada, body, changing, patches, required, with};
use crate::common::{Answer, Service, World};

fn emails(list: &[(&str, bool)]) -> Value {
    list.iter().map(|(email, main)| json!({ "email": email, "isMainEmail": main })).collect()
}

/// A form that begins at the question for the emails of this record, which become those.
fn at_emails(
    world: &World,
    before: &[(&str, bool)],
    after: &[(&str, bool)],
    words: &[&str],
) -> (Form, Service) {
    let record = with(ada(), json!({ "emails": emails(before) }));
    let service = changing(&record, json!({ "emails": emails(after) }));
    let mut form = Form::of(world, &service, words);
    form.choose("emails").asks("Emails?");
    (form, service)
}

#[test]
fn an_item_is_removed_and_the_line_removes_it_too() {
    let world = World::new();
    let after = [("a@b.co", true)];
    let (mut form, service) = at_emails(&world, &[("a@b.co", true), ("c@d.co", false)], &after, &[]);
    form.at("Emails? > Don't change emails a@b.co, main c@d.co Add an email Delete all emails", "c@d");
    form.at("> c@d.co", ENTER);
    form.at(
        "c@d.co: what do you want to change? > Email c@d.co Main email no Remove this email Done",
        "remove\r",
    );
    form.at("Emails? > Done a@b.co, main Add an email Delete all emails Don't change emails", ENTER);
    form.asks("Emails a@b.co, main · unchanged c@d.co · removed");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "emails": emails(&after) })));
    assert!(form.line().ends_with("--fill --remove=email=c@d.co,isMain=false"), "{}", form.line());
    assert!(!form.line().contains("--clear"));
}

#[test]
fn an_added_item_that_is_the_main_one_takes_the_mark() {
    let world = World::new();
    let after = [("a@b.co", false), ("n@b.co", true)];
    let (mut form, service) = at_emails(&world, &[("a@b.co", true)], &after, &[]);
    form.at("Emails?", "add\r").at("Email?", "n@b.co\r").at("Main email? > No Yes", DOWN).at("> Yes", ENTER);
    form.at("Emails? > Done a@b.co n@b.co, main", ENTER);
    form.asks("Emails a@b.co, main → a@b.co n@b.co, main · new");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&after));
}

#[test]
fn two_main_items_of_the_record_stay_until_the_person_says_which() {
    let world = World::new();
    let after = [("n@b.co", true), ("c@d.co", false)];
    let (mut form, service) = at_emails(&world, &[("a@b.co", true), ("c@d.co", true)], &after, &[]);
    form.at("Emails?", "a@b\r").at("> Email", ENTER).at("Email [a@b.co]:", "n@b.co\r").at("> Done", ENTER);
    form.at("Emails? > Done n@b.co, main c@d.co, main", ENTER);
    form.at("More than one is marked as the main one.", ENTER);
    form.at("Which is the main email? n@b.co, main c@d.co, main All of these Choose a row first", DOWN);
    form.at("> n@b.co, main", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&after));
}

#[test]
fn esc_at_the_question_for_the_main_one_goes_back_to_the_list() {
    let world = World::new();
    let (mut form, service) =
        at_emails(&world, &[("a@b.co", true), ("c@d.co", false)], &[("c@d.co", true)], &[]);
    form.at("Emails?", "a@b\r")
        .at("what do you want to change?", "remove\r")
        .at("Emails? > Done c@d.co", ENTER);
    form.at("None of them is marked as the main one. Which is the main email? c@d.co None of these", ESC);
    form.at("Emails? > Done c@d.co Add an email", ENTER);
    form.at("Which is the main email?", DOWN).at("> c@d.co", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&[("c@d.co", true)]));
}

#[test]
fn no_main_one_is_a_warning_above_the_decision() {
    let world = World::new();
    let (mut form, _service) =
        at_emails(&world, &[("a@b.co", true), ("c@d.co", false)], &[("c@d.co", false)], &[]);
    form.at("Emails?", "a@b\r").at("what do you want to change?", "remove\r").at("Emails? > Done", ENTER);
    form.at("Which is the main email?", "none\r");
    form.asks("warning[no-main]: emails: none of the emails is marked as the main one");
    form.at(DECIDE, "\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn esc_goes_back_from_a_list_and_keeps_what_was_done_there() {
    let world = World::new();
    let (mut form, service) = at_emails(&world, &[("a@b.co", true)], &[("n@b.co", true)], &[]);
    form.at("Emails?", "a@b\r").at("> Email", ENTER).at("Email [a@b.co]:", "x").at("Email [a@b.co]: x", ESC);
    form.at("a@b.co, main: what do you want to change? > Email", ESC);
    form.at("Emails? > Don't change emails", "a@b\r").at("> Email", ENTER).at("Email [a@b.co]:", "n@b.co\r");
    form.at("> Done", ESC).at("Emails? > Done n@b.co, main", ESC);
    form.at("Marked: Emails", ENTER).asks("Emails a@b.co, main → n@b.co, main");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&[("n@b.co", true)]));
}

#[test]
fn a_new_item_that_is_stepped_back_from_is_not_added() {
    let world = World::new();
    let (mut form, _service) = at_emails(&world, &[("a@b.co", true)], &[], &[]);
    form.at("Emails?", "add\r").at("Email?", "n@b.co\r").at("Main email?", ESC);
    form.at("Email [n@b.co]:", ESC).at("Emails? > Don't change emails a@b.co, main Add an email", ESC);
    form.at("Marked: Emails", ESC);
    assert_eq!(form.ends(), 9);
}

#[test]
fn all_items_are_deleted_only_by_the_row_that_says_so() {
    let world = World::new();
    let (mut form, service) = at_emails(&world, &[("a@b.co", true)], &[], &[]);
    form.at("Emails?", "delete\r");
    form.asks("Emails a@b.co, main → (empty)");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], json!([]));
    assert!(form.line().ends_with("--fill --clear=emails"), "{}", form.line());
}

#[test]
fn a_list_that_is_left_alone_after_all_is_not_sent() {
    let world = World::new();
    let (mut form, service) = at_emails(&world, &[("a@b.co", true)], &[], &[]);
    form.at("Emails?", "a@b\r").at("> Email", ENTER).at("Email [a@b.co]:", "n@b.co\r").at("> Done", ENTER);
    form.at("Emails? > Done n@b.co, main", UP).at("> Don't change emails", ENTER);
    form.at("Nothing is changed yet.", "\x03");
    assert_eq!(form.ends(), 130);
    assert!(patches(&service).is_empty());
}

#[test]
fn a_list_that_the_answer_does_not_carry_is_replaced_only_after_two_warnings() {
    let record = with(ada(), json!({ "emails": null }));
    let world = World::new();
    let service = changing(&record, json!({ "emails": emails(&[("n@b.co", true)]) }));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("emails");
    form.asks(
        "The customer's list is not known: it is not in the service's response, so it is empty or not shown.",
    );
    form.asks("What you give here replaces all emails that the customer has. Emails? > Don't change emails");
    form.at("Emails?", "add\r")
        .at("Email?", "n@b.co\r")
        .at("Main email? No > Yes", ENTER)
        .at("> Done", ENTER);
    form.asks("warning[list-may-replace]: emails: the list is sent as a whole: current items");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&[("n@b.co", true)]));
    assert!(form.line().contains("--fill --replace-lists --email=n@b.co,main"), "{}", form.line());
}

#[test]
fn with_replace_lists_the_answers_are_the_whole_list() {
    let world = World::new();
    let after = [("n@b.co", true)];
    let (mut form, service) = at_emails(&world, &[("a@b.co", true)], &after, &["-i", "--replace-lists"]);
    form.at(
        "--replace-lists is given. What you give here replaces all emails that the customer has.",
        "add\r",
    );
    form.at("Email?", "n@b.co\r").at("Main email? No > Yes", ENTER).at("> Done n@b.co, main", ENTER);
    form.asks("Emails a@b.co, main → n@b.co, main");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&after));
    assert!(form.line().ends_with("--fill --replace-lists --email=n@b.co,main"), "{}", form.line());
}

#[test]
fn what_a_service_appends_is_the_new_item_alone() {
    let world = World::new();
    let config = world.file("c.toml", "default_profile = \"dev\"\n[profiles.dev]\nlists = \"append\"\n");
    let record = ada();
    let after = emails(&[("ada@example.com", true), ("n@b.co", false)]);
    let service = changing(&record, json!({ "emails": after }));
    let mut form = Form::of(&world, &service, &["--config", &config]);
    form.choose("emails");
    form.at("The service adds these to the items that the customer has. Emails? > Don't change emails Add an email Type", "add\r");
    form.at("Email?", "n@b.co\r").at("Main email? > No Yes", ENTER).at("Emails? > Done n@b.co", ENTER);
    form.asks("Changes Emails n@b.co · added Consents");
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert_eq!(body(&service), required(json!({ "emails": emails(&[("n@b.co", false)]) })));
    assert!(form.line().ends_with("--fill --email=n@b.co"), "{}", form.line());
}

#[test]
fn flags_that_change_a_list_begin_the_question_with_what_becomes_of_it() {
    let world = World::new();
    let record = with(ada(), json!({ "emails": emails(&[("a@b.co", true), ("c@d.co", false)]) }));
    let after = [("a@b.co", true), ("x@b.co", false), ("n@b.co", false)];
    let service = changing(&record, json!({ "emails": emails(&after) }));
    let mut form = Form::of(&world, &service, &["-i", "--email=x@b.co", "--remove=email=c@d.co"]);
    form.at("Marked: Emails", ENTER);
    form.asks("a@b.co, main · unchanged");
    form.at(DECIDE, ENTER).at("Which answer do you want to change?", "emails\r");
    form.at("Emails? > Done a@b.co, main x@b.co", "add\r");
    form.at("Email?", "n@b.co\r").at("Main email?", ENTER).at("> Done", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["emails"], emails(&after));
    assert!(form.line().contains("--email=x@b.co --email=n@b.co --remove=email=c@d.co"), "{}", form.line());
}

#[test]
fn what_an_item_holds_besides_is_warned_of_above_the_decision() {
    let mut record = ada();
    record["emails"][0]["emailId"] = json!(991);
    let world = World::new();
    let service = Service::start([Answer::json(200, &record.to_string())]);
    let mut form = Form::of(&world, &service, &[]);
    form.choose("emails")
        .at("Emails?", "add\r")
        .at("Email?", "n@b.co\r")
        .at("Main email?", ENTER)
        .at("> Done", ENTER);
    form.asks("warning[list-may-replace]: emails: the customer's items have values that cannot be sent: emails[].emailId");
    form.at(DECIDE, "\x03");
    assert_eq!(form.ends(), 130);
}
