//! Questions together with the customer's record: `--fill` and `--diff`.

use super::{CHOOSE, DECIDE, ENTER, SEND, WIDE, choose, company, patch};
use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};

#[test]
fn what_the_record_gives_is_not_asked_for() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &patch(&["-i", "--fill", "--sandbox"]), WIDE, &[]);
    choose(&mut terminal, &["firstName"]);
    terminal.answers("firstName · ", "Zoë\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    let said = terminal.bytes();
    assert!(said.contains("--fill --first-name=Zoë") || said.contains("--fill '--first-name=Zoë'"), "{said}");
}

/// The record of a company that asked to be contacted.
const ACME: &str = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"Acme","canBeContactedByMaison":true,"countryId":"it"}"#;

#[test]
fn what_was_taken_over_is_looked_at_again_before_it_is_sent() {
    let world = World::new();
    let withdrawn = ACME.replace("true", "false");
    let service = Service::start([Answer::json(200, ACME), Answer::json(200, &withdrawn)]);
    let url = format!("--base-url={}", service.url);
    let words = ["-i", "--fill", "--notes=x", &url];
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("canBeContactedByMaison has changed since it was shown");
    assert_eq!(terminal.ends(), 9);
    assert!(!terminal.bytes().contains("To send the same again"));
    assert!(service.received().iter().all(|request| request.head.starts_with("GET ")));

    // The line to repeat takes from the record anew what was taken from it.
    let answers = [ACME, ACME, "{}"].map(|body| Answer::json(200, body));
    let service = Service::start(answers);
    let url = format!("--base-url={}", service.url);
    let words = ["-i", "--fill", "--notes=x", &url];
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes();
    let line = said.split("To send the same again").nth(1).expect("a line");
    assert!(line.contains("--fill") && line.contains("--notes"), "{line}");
    assert!(!line.contains("--can-be-contacted") && !line.contains("--country-id"), "{line}");
    assert_eq!(service.received().len(), 3);
}

#[test]
fn the_difference_is_shown_before_it_goes_out() {
    let world = World::new();
    let other = ACME.replace("Acme", "Other");
    let service = Service::start([&other, &other, "{}"].map(|body| Answer::json(200, body)));
    let mut terminal = company(&world, &service, &["--diff"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes();
    assert!(said.contains("What would change of customer 123") && said.contains("Other"), "{said}");
}
