//! Lists at the questions: what is answered is added to what the customer has.

use super::{CHOOSE, DECIDE, DOWN, ENTER, SEND, choose, company};
use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};
use serde_json::{Value, json};

/// The record of a company with these emails.
fn record(emails: &Value) -> Answer {
    let record = json!({
        "boosterCustomerId": 123, "clientType": "Company", "companyName": "Acme", "canBeContactedByMaison": true,
        "countryId": "it", "emails": emails,
    });
    Answer::json(200, &record.to_string())
}

fn email(address: &str, main: bool) -> Value {
    json!({ "email": address, "isMainEmail": main })
}

/// A service that shows these emails, and after the patch those.
fn service(before: &Value, after: &Value) -> Service {
    // It is read for the list, and once more right before sending.
    Service::start([record(before), record(before), Answer::json(200, "{}"), record(after)])
}

/// The emails that were sent.
fn sent(service: &Service) -> Value {
    let patch = service.received().into_iter().find(|request| request.head.starts_with("PATCH "));
    let body: Value = serde_json::from_str(&patch.expect("a patch").body).expect("JSON");
    body["emails"].clone()
}

/// Answers the questions of a new email that is not the main one.
fn add(terminal: &mut Terminal, place: &str, address: &str) {
    terminal.answers("> Add: Email", ENTER);
    terminal.answers(&format!("{place}.email"), &format!("{address}\r"));
    // Nothing is marked as the main one by Enter alone.
    terminal.answers("Main email", "no");
    terminal.answers("> No", ENTER);
    terminal.answers("> Done", ENTER);
}

/// The line that the terminal shows to send the same again.
fn line(terminal: &Terminal) -> String {
    let said = terminal.bytes().replace("\r\n", "\n");
    said.split("To send the same again:\n  ").nth(1).expect("the line").trim_end().to_owned()
}

#[test]
fn an_answered_email_is_added_to_those_that_the_customer_has() {
    let world = World::new();
    let before = json!([email("a@b.co", true), email("c@d.co", false)]);
    let after = json!([email("a@b.co", true), email("c@d.co", false), email("new@b.co", false)]);
    let service = service(&before, &after);
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["emails"]);
    terminal.shows("Added to those that the customer has.");
    add(&mut terminal, "emails[0]", "new@b.co");
    terminal.shows("emails[+].email");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(sent(&service), after);
    let line = line(&terminal);
    assert!(line.contains("--email=new@b.co") && !line.contains("--replace-lists"), "{line}");
}

#[test]
fn what_a_flag_adds_and_removes_stays_so_when_it_is_changed_at_the_questions() {
    let world = World::new();
    let before = json!([email("a@b.co", true), email("c@d.co", false)]);
    let after = json!([email("a@b.co", true), email("x@b.co", false), email("new@b.co", false)]);
    let service = service(&before, &after);
    let mut terminal = company(&world, &service, &["--email=x@b.co", "--remove=email=c@d.co,main=false"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.shows("emails[-]");
    terminal.answers(DECIDE, ENTER);
    terminal.answers("Change which field", "emails");
    terminal.answers("> Customer emails", ENTER);
    terminal.answers("> Done", DOWN);
    add(&mut terminal, "emails[1]", "new@b.co");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(sent(&service), after);
    let line = line(&terminal);
    assert!(line.contains("--remove=email=c@d.co,isMain=false"), "{line}");
    assert!(terminal.bytes().contains("Removed from emails: \"c@d.co\"."), "{}", terminal.bytes());
}

#[test]
fn a_removal_alone_is_not_shown_as_clearing() {
    let world = World::new();
    let before = json!([email("a@b.co", true), email("c@d.co", false)]);
    let service = service(&before, &json!([email("a@b.co", true)]));
    let mut terminal = company(&world, &service, &["--remove=email=c@d.co"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(sent(&service), json!([email("a@b.co", true)]));
    assert!(!terminal.bytes().contains("(cleared)"), "{}", terminal.bytes());
    let line = line(&terminal);
    assert!(line.contains("--remove=email=c@d.co") && !line.contains("--clear"), "{line}");
}

#[test]
fn with_replace_lists_the_answers_are_the_whole_list() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let mut terminal = company(&world, &service, &["--replace-lists"]);
    choose(&mut terminal, &["emails"]);
    terminal.answers("> Add: Email", ENTER);
    terminal.answers("emails[0].email", "new@b.co\r");
    terminal.answers("> Yes", ENTER);
    terminal.answers("> Done", ENTER);
    terminal.shows("emails[0].email");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(sent(&service), json!([email("new@b.co", true)]));
}

#[test]
fn a_list_that_is_added_to_is_not_saved_as_a_whole_one() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let mut terminal = company(&world, &service, &["--email=new@b.co"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, "save");
    terminal.answers("> Save it as a file", ENTER);
    terminal.answers("File: customer.toml", ENTER);
    terminal.shows("--from=customer.toml --email=new@b.co");
    assert_eq!(terminal.ends(), 0);
    let file = std::fs::read_to_string(world.path("customer.toml")).expect("written");
    assert!(!file.contains("[[emails]]"), "{file}");
    assert!(file.contains("emails are changed by flags"), "{file}");
    world.run(["customer", "check", "customer.toml"]).expect(0);
}
