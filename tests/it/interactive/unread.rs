//! The form where the customer's record cannot be read: a line says so, and what the rules require is asked for.

use serde_json::json;

use super::{CHOOSE, DECIDE, DOWN, ENTER, Form, SEND, ada, body, patches, records, with};
use crate::common::{Answer, Service, World};

const ASKED_FOR: &str = "What the rules require is asked for.";

/// Answers what every patch of a company needs.
fn answer_for_a_company(form: &mut Form) {
    form.choose("notes").at("Notes?", "x\r");
    // Nothing is taken by Enter alone.
    form.at("needed in every patch Can be contacted by the Maison? Yes No", ENTER)
        .at("Choose a row first", "no\r");
    form.at("needed in every patch Client type? PRIVATE COMPANY", "company\r");
    form.at("needed because the client type is COMPANY Company name?", "Acme\r");
    form.at("needed in every patch Country?", "italy\r");
}

#[test]
fn each_way_in_which_a_record_is_not_read_is_said_and_the_rest_is_asked_for() {
    let other = with(ada(), json!({ "boosterCustomerId": 124 })).to_string();
    for (answer, why) in [
        (Answer::json(500, "{}"), "Customer 123 could not be read: the service answered 500"),
        (Answer::json(403, "{}"), "403"),
        (Answer::json(200, &other), "Customer 123 could not be read: "),
        (Answer::json(200, "[]"), "Customer 123 could not be read: "),
        (Answer::json(200, "not JSON"), "Customer 123 could not be read: "),
        (
            Answer::with_headers(200, "Content-Type: text/html\r\n", "<html>"),
            "Customer 123 could not be read: ",
        ),
    ] {
        let (world, service) = (World::new(), Service::start([answer, Answer::json(200, "{}")]));
        let mut form = Form::of(&world, &service, &[]);
        form.asks(CHOOSE);
        form.asks(why);
        assert!(form.words().contains(&format!("nothing was sent. {ASKED_FOR}")), "{}", form.screen());
        answer_for_a_company(&mut form);
        form.asks("Changes Client type COMPANY Company name Acme Country Italy (it) Notes x");
        assert_eq!(form.sends(), 0, "{}", form.screen());
        let sent = json!({
            "canBeContactedByMaison": false, "clientType": "COMPANY", "companyName": "Acme", "countryId": "it",
            "notes": "x",
        });
        assert_eq!(body(&service), sent);
        // Nothing was shown of the record, so it is not read again.
        assert_eq!(service.received().len(), 2);
        assert!(!form.line().contains("--fill"), "{}", form.line());
    }
}

#[test]
fn a_profile_that_reads_no_customers_is_named_as_the_reason() {
    let world = World::new();
    let config = world.file("c.toml", "default_profile = \"dev\"\n[profiles.dev]\nread = false\n");
    let service = Service::start([Answer::json(200, "{}")]);
    let mut form = Form::of(&world, &service, &["--config", &config]);
    form.asks("The customer's record is not shown: the profile does not read customers (read = false). What the rules require is asked for.");
    answer_for_a_company(&mut form);
    assert_eq!(form.sends(), 0);
    assert_eq!(service.received().len(), 1);
}

#[test]
fn a_person_is_asked_for_what_a_person_needs() {
    let (world, service) = (World::new(), Service::start([Answer::json(500, "{}"), Answer::json(200, "{}")]));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name? Enter changes nothing", "Zoë\r");
    form.at("Can be contacted by the Maison? Yes No", DOWN).at("> Yes", ENTER);
    form.at("Client type?", DOWN).at("> PRIVATE", ENTER);
    form.at("needed because the client type is PRIVATE Title?", "mrs.\r");
    form.at("Last name?", ENTER).at("Last name? needed because the client type is PRIVATE", "Lovelace\r");
    form.at("Language?", "english\r").at("Gender?", "f\r").at("Country?", "kingdom\r");
    assert_eq!(form.sends(), 0);
    let sent = json!({
        "title": "Mrs.", "firstName": "Zoë", "lastName": "Lovelace", "canBeContactedByMaison": true,
        "clientType": "PRIVATE", "languageId": "eng", "gender": "F", "countryId": "gb",
    });
    assert_eq!(body(&service), sent);
}

#[test]
fn a_list_is_replaced_with_a_warning_where_the_record_is_not_known() {
    let (world, service) = (World::new(), Service::start([Answer::json(500, "{}"), Answer::json(200, "{}")]));
    let words = [
        "-i",
        "--can-be-contacted-by-maison=true",
        "--client-type=COMPANY",
        "--country-id=it",
        "--company-name=Acme",
    ];
    let mut form = Form::of(&world, &service, &words);
    form.at(CHOOSE, "emails\t").at("Marked: Client type", ENTER);
    form.asks("The customer's record is not known here. What you give here replaces all emails that the customer has.");
    form.at("Emails? > Don't change emails Add an email Delete all emails", "add\r").at("Email?", "n@b.co\r");
    form.at("Main email? No > Yes", ENTER).at("> Done", ENTER);
    form.asks("warning[list-may-replace]: emails: the list is sent as a whole: current items that are not in it may be deleted");
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert_eq!(body(&service)["emails"], json!([{ "email": "n@b.co", "isMainEmail": true }]));
    assert!(form.line().contains("--replace-lists"), "{}", form.line());
}

#[test]
fn an_unknown_customer_and_a_refused_sign_in_end_the_form_before_it_begins() {
    let not_found =
        r#"{"canBeContactedByMaison":false,"responseStatus":{"errorCode":"NotFound","message":"none"}}"#;
    for (answer, code, message) in [
        (Answer::json(404, not_found), 5, "error: the service answered 404: there is no customer 123"),
        (Answer::json(401, "{}"), 4, "error: the service answered 401"),
        (Answer::with_headers(302, "Location: /login\r\n", ""), 4, "error: the service answered 302"),
    ] {
        let (world, service) = (World::new(), Service::start([answer]));
        let mut form = Form::of(&world, &service, &[]);
        assert_eq!(form.ends(), code);
        let said = form.words();
        assert!(said.contains(message) && said.contains("hint: ") && !said.contains(CHOOSE), "{said}");
        assert_eq!(service.received().len(), 1);
    }
}

#[test]
fn what_the_command_line_wants_of_the_record_is_not_dropped_where_it_cannot_be_read() {
    for word in ["--fill", "--diff", "--email=a@b.co", "--remove=email=a@b.co"] {
        let (world, service) = (World::new(), Service::start([Answer::json(500, "{}")]));
        let mut form = Form::of(&world, &service, &["-i", word]);
        assert_eq!(form.ends(), 7, "{word}: {}", form.screen());
        assert!(patches(&service).is_empty());
    }
}

#[test]
fn a_record_whose_required_field_is_of_another_type_is_refused_with_its_place() {
    let record = with(ada(), json!({ "countryId": 5 }));
    let (world, service) = (World::new(), Service::start(records([&record])));
    let mut form = Form::of(&world, &service, &[]);
    assert_eq!(form.ends(), 7);
    let said = form.words();
    assert!(said.contains("countryId") && said.contains("hint: "), "{said}");
}
