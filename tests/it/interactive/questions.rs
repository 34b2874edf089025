//! The questions themselves: fields, wrong answers, items of a list, defaults, and the way back.

use super::{CHOOSE, DECIDE, DOWN, ENTER, SEND, WIDE, body, choose, company, ok, patch};
use crate::common::World;
use crate::common::terminal::Terminal;
use serde_json::{Value, json};

const UP: &str = "\x1b[A";

#[test]
fn without_any_field_everything_needed_is_asked_for_and_arrives() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let mut terminal = Terminal::start(&world, &patch(&[&url]), WIDE, &[]);
    choose(&mut terminal, &["firstName", "birthDate"]);
    terminal.answers("First name:", "Zoë 李\r");
    terminal.answers("Birth date:", "1985-12-10\r");
    // Nothing is taken by Enter alone.
    terminal.answers("needed in every patch", &format!("{ENTER}{UP}"));
    terminal.answers("> No", ENTER);
    terminal.answers("Client type", DOWN);
    terminal.answers("> PRIVATE", ENTER);
    terminal.answers("needed because clientType is PRIVATE", "mrs.");
    terminal.answers("> Mrs.", ENTER);
    terminal.answers("Last name:", "Lovelace\r");
    terminal.answers("Language languageId", "english");
    terminal.answers("> English ", ENTER);
    terminal.answers("Gender", UP);
    terminal.shows("> Another value");
    terminal.types(UP);
    terminal.answers("> F", ENTER);
    terminal.answers("Country countryId", "uk");
    terminal.answers("> United Kingdom", "\x15ital");
    terminal.answers("> Italy", ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let sent = json!({
        "title": "Mrs.", "firstName": "Zoë 李", "lastName": "Lovelace", "canBeContactedByMaison": false,
        "clientType": "PRIVATE", "languageId": "eng", "gender": "F", "countryId": "it", "birthDate": "1985-12-10",
    });
    assert_eq!(body(&service), sent);
}

#[test]
fn a_wrong_answer_is_asked_again_and_is_still_there_to_be_edited() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["weddingDate"]);
    terminal.answers("Wedding date:", "2020-02-30\r");
    terminal.shows("2020-02-30 is not a day of the calendar; the last day of that month is 2020-02-29");
    terminal.answers("Wedding date: 2020-02-30", "\x7f\x7f29\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["weddingDate"], "2020-02-29");
}

#[test]
fn a_consent_is_left_as_it_is_unless_somebody_says_otherwise() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["dataSharingConsent", "contactByEmailFlag", "customerReference"]);
    // What is no consent comes first, and the consents are apart.
    terminal.answers("Customer reference:", "R1\r");
    terminal.shows("Consents: only what the customer said");
    terminal.answers("> Leave it as it is", ENTER);
    terminal.shows("Allows data sharing");
    terminal.answers("> Leave it as it is", UP);
    terminal.answers("> No", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let body = body(&service);
    assert_eq!((&body["contactByEmailFlag"], &body["dataSharingConsent"]), (&Value::Null, &json!(false)));
    assert_eq!(body["customerReference"], "R1");
}

#[test]
fn the_items_of_a_list_are_added_changed_and_removed() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &["--email=old@b.co,main", "--replace-lists"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers("> Change a field", ENTER);
    terminal.answers("Change which field", "emails");
    terminal.answers("> Customer emails", ENTER);
    // A second one that is to be the main one as well.
    terminal.answers("> Done", DOWN);
    terminal.answers("> Add: Email", ENTER);
    terminal.answers("emails[1].email", "new@b.co\r");
    terminal.answers("Main email", UP);
    terminal.answers("> Yes", ENTER);
    terminal.answers("Change 1: old@b.co", "old");
    terminal.answers("> Change 1: old@b.co", ENTER);
    terminal.answers("> Done", DOWN);
    terminal.answers("> Email", ENTER);
    terminal.answers("Email: old@b.co", "\x15older@b.co\r");
    terminal.answers("> Done", ENTER);
    terminal.answers("Change 1: older@b.co", ENTER);
    terminal.answers("More than one is marked as the main one", UP);
    terminal.shows("> All of these");
    terminal.types(UP);
    terminal.answers("> 2: new@b.co", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let emails =
        json!([{"email": "older@b.co", "isMainEmail": false}, {"email": "new@b.co", "isMainEmail": true}]);
    assert_eq!(body(&service)["emails"], emails);
}

#[test]
fn a_default_can_be_taken_out_and_the_line_says_so() {
    let (world, service) = (World::new(), ok());
    let config =
        world.file("c.toml", "default_profile = \"dev\"\n[profiles.dev.defaults]\nmiddleName = \"M\"\n");
    let mut terminal = company(&world, &service, &["--config", &config]);
    terminal.shows(CHOOSE);
    terminal.types("middleName");
    terminal.answers("search: middleName", "\t");
    terminal.answers("[ ] Middle name", "\x15");
    terminal.answers("type to search", ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("--no-defaults");
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["middleName"], Value::Null);
}

#[test]
fn where_nobody_can_be_asked_the_flags_are_named() {
    let world = World::new();
    for words in [patch(&["-i"]), patch(&["-i", "--first-name=Ada"]), patch(&[])] {
        let run = world.run(words.iter().copied().chain(["-o", "json"]));
        let hint = run.expect(2).json()["problems"][0]["hint"].as_str().unwrap_or_default().to_owned();
        for flag in
            ["--can-be-contacted-by-maison", "--client-type", "--country-id", "--last-name", "--company-name"]
        {
            assert!(hint.contains(flag), "{flag} in {hint}");
        }
    }
    for settings in [&[("BOOSTER_NO_INPUT", "1")][..], &[]] {
        let flag = if settings.is_empty() { vec!["--no-input"] } else { vec![] };
        let mut terminal = Terminal::start(&world, &patch(&flag), WIDE, settings);
        assert_eq!(terminal.ends(), 2);
    }
}

#[test]
fn what_cannot_be_asked_again_is_refused_before_anything_is_asked() {
    let (world, service) = (World::new(), ok());
    for word in ["--email=a@b.co,isMain=yes", "--event=Birthday,date=31/12/2020", "--clear=birthDate"] {
        let mut terminal = company(&world, &service, &[word]);
        assert_eq!(terminal.ends(), 3, "{word}: {}", terminal.screen());
    }
    assert!(service.received().is_empty());
}

#[test]
fn a_change_that_is_stepped_back_from_leaves_the_patch_whole() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, ENTER);
    terminal.answers("Change which field", "client");
    terminal.answers("> Client type", ENTER);
    terminal.answers("> COMPANY", UP);
    terminal.answers("> PRIVATE", ENTER);
    terminal.answers("needed because clientType is PRIVATE", "\x1b");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(body(&service)["clientType"], "COMPANY");
}

#[test]
fn esc_leads_back_to_the_answer_before_and_asks_before_answers_are_lost() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["firstName", "lastName"]);
    terminal.answers("firstName · ", "Ada\r");
    terminal.answers("lastName · ", "\x1b");
    terminal.answers("firstName · ", "m\r");
    terminal.answers("lastName · ", "\x1b");
    terminal.answers("firstName · ", "\x1b");
    terminal.answers("type to search", "\x1b");
    terminal.answers("> Go on", DOWN);
    terminal.answers("> Leave, and lose", ENTER);
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn what_a_flag_got_wrong_is_asked_again() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &["--birth-date=31/12/2020"]);
    terminal.answers("[x] Birth date", ENTER);
    terminal.answers("Birth date:", "2020-12-31\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["birthDate"], "2020-12-31");
    // A name that does not exist cannot be asked for.
    let file = world.file("a.json", r#"{"fristName": "Ada"}"#);
    let mut terminal = company(&world, &service, &["--from", &file]);
    assert_eq!(terminal.ends(), 3);
}
