//! What is shown above "What now?", and what is done with the patch: sending, changing, saving, leaving.

use serde_json::{Value, json};

use super::{
    CHOOSE, DECIDE, DOWN, EMPTY, ENTER, ESC, Form, SEND, USUAL, ada, body, patches, required, showing,
};
use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};

/// A form at "What now?" with another first name.
fn decided(world: &World, service: &Service, words: &[&str]) -> Form {
    let mut form = Form::of(world, service, words);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.asks(DECIDE);
    form
}

#[test]
fn one_enter_too_many_does_not_send() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = decided(&world, &service, &[]);
    form.types(ENTER);
    form.at("Which answer do you want to change? > First name Ada → Zoë", "\x03");
    assert_eq!(form.ends(), 130);
    assert!(patches(&service).is_empty());
}

#[test]
fn an_answer_is_changed_and_the_decision_comes_again() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = decided(&world, &service, &[]);
    form.types(ENTER);
    form.at("> First name Ada → Zoë", ENTER).at("First name [Zoë]:", "Mary\r");
    form.asks("First name Ada → Mary");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Mary" })));
}

#[test]
fn other_fields_are_chosen_beside_those_that_are_answered() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = decided(&world, &service, &[]);
    form.types(DOWN);
    form.at("> Choose other fields", ENTER).at("Marked: First name", "middle\r").at("Middle name?", "M\r");
    form.asks("Changes First name Ada → Zoë Middle name M");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë", "middleName": "M" })));
}

#[test]
fn differences_are_shown_above_the_decision() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = decided(&world, &service, &["--diff"]);
    form.asks("Changes for customer 123");
    assert_eq!(form.sends(), 0);
    assert!(form.line().contains(" --diff "), "{}", form.line());
}

#[test]
fn a_patch_is_saved_under_a_name_that_is_typed_over_the_proposed_one() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = decided(&world, &service, &[]);
    form.types("save\r");
    form.at("File name [customer.toml]: Enter keeps it · typing replaces it", "second.toml");
    form.at("File name [customer.toml]: second.toml", ENTER);
    assert_eq!(form.ends(), 0);
    assert!(
        form.words().contains("Wrote second.toml. Nothing was sent. To send it: booster customer patch 123")
    );
    assert!(form.line().ends_with("--fill --from=second.toml"), "{}", form.line());
    let file = std::fs::read_to_string(world.path("second.toml")).expect("written");
    assert!(file.contains("Zoë") && !file.contains("lastName = "), "{file}");
    assert!(patches(&service).is_empty());
}

#[test]
fn a_file_is_never_overwritten_and_what_is_no_file_name_is_refused() {
    let (world, service) = (World::new(), showing(&ada()));
    world.file("customer.toml", "mine");
    let mut form = decided(&world, &service, &[]);
    form.types("save\r");
    form.at("File name [customer.toml]:", ENTER)
        .at("customer.toml already exists; give it another name", EMPTY);
    form.at("File name [customer.toml]: ", ENTER).at("the file needs a name", "-\r");
    form.at("- is standard input for --from; give the file a name", "\x15~/x\r");
    form.at("~ is not expanded here; write the whole path", "\x15no/x.toml\r");
    form.at("the folder of no/x.toml does not exist", ESC);
    form.at(DECIDE, "\x03");
    assert_eq!(form.ends(), 130);
    assert_eq!(std::fs::read_to_string(world.path("customer.toml")).expect("there"), "mine");
}

#[test]
fn a_list_that_is_changed_by_its_items_is_not_saved_as_a_whole_one() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("emails")
        .at("Emails?", "add\r")
        .at("Email?", "n@b.co\r")
        .at("Main email?", ENTER)
        .at("> Done", ENTER);
    form.at(DECIDE, "save\r").at("File name [customer.toml]:", ENTER);
    assert_eq!(form.ends(), 0);
    assert!(form.line().ends_with("--fill --from=customer.toml --email=n@b.co"), "{}", form.line());
    let file = std::fs::read_to_string(world.path("customer.toml")).expect("written");
    assert!(!file.contains("[[emails]]") && file.contains("emails are changed by flags"), "{file}");
}

#[test]
fn a_dry_run_shows_what_would_be_sent() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &["--dry-run=json"]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.at("What now? Show what would be sent > Change an answer", SEND);
    assert_eq!(form.ends(), 0);
    assert!(
        form.words().contains("\"firstName\":\"Zoë\"") || form.words().contains("\"firstName\": \"Zoë\"")
    );
    assert!(form.words().contains("To send it: booster customer patch 123"), "{}", form.screen());
    assert!(!form.line().contains("--dry-run"), "{}", form.line());
    assert!(patches(&service).is_empty());
}

#[test]
fn standard_output_is_the_document_alone() {
    let (world, service) = (World::new(), showing(&ada()));
    let line = format!(
        "$BOOSTER customer patch 123 -i --first-name=Zoë --base-url={} -o json > out.json; echo code=$?",
        service.url
    );
    let mut terminal = Terminal::start_sh(&world, &line, USUAL);
    terminal.asks(CHOOSE);
    terminal.types(ENTER);
    terminal.asks(DECIDE);
    terminal.types(SEND);
    terminal.shows("code=0");
    terminal.ends();
    let document = std::fs::read_to_string(world.path("out.json")).expect("written");
    let document: Value = serde_json::from_str(&document).expect("one document");
    assert_eq!(document["outcome"], "sent");
}

#[test]
fn the_answers_are_the_yes_that_a_guard_wants() {
    let (world, service) = (World::new(), showing(&ada()));
    let config = format!(
        "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\nguard = \"confirm\"\n",
        service.url
    );
    let config = world.file("c.toml", config);
    let mut form = decided(&world, &service, &["--config", &config]);
    form.types(SEND);
    assert_eq!(form.ends(), 0, "{}", form.screen());
    // By flags the same guard asks, and Enter alone is no.
    let config = format!("--config={config}");
    let words = ["customer", "patch", "123", "--first-name=Zoë", "--fill", &config];
    for (keys, code) in [("\r", 9), ("y\r", 0)] {
        let service = showing(&ada());
        let url = format!("--base-url={}", service.url);
        let words: Vec<&str> = words.iter().copied().chain([url.as_str(), "--confirm=dev"]).take(6).collect();
        let mut terminal = Terminal::start(&world, &words, USUAL, &[]);
        terminal.asks("Send it? [y/N]");
        terminal.types(keys);
        let ended = terminal.ends();
        assert_eq!(ended, code, "{}", terminal.screen());
    }
}

#[test]
fn a_read_only_profile_asks_nothing() {
    let (world, service) = (World::new(), showing(&ada()));
    let config = format!(
        "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\nguard = \"read-only\"\n",
        service.url
    );
    let config = world.file("c.toml", config);
    let mut form = Form::of(&world, &service, &["--config", &config]);
    assert_eq!(form.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn the_sandbox_shows_what_it_holds_in_the_end() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &["customer", "patch", "3", "--sandbox"], USUAL, &[]);
    terminal.asks("Customer 3: Mr. Ugo D'Àlba, Italy (it) What do you want to change?");
    terminal.types("wedding\r");
    terminal.asks("Wedding date [2000-02-29]:");
    terminal.types("2000-03-01\r");
    terminal.asks("Wedding date 2000-02-29 → 2000-03-01");
    terminal.types(SEND);
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes();
    assert!(
        said.contains("2000-03-01")
            && said.contains("booster customer patch 3 --sandbox --fill --wedding-date=2000-03-01")
    );
}

#[test]
fn a_patch_that_the_service_refuses_can_be_repeated_too() {
    let record = ada().to_string();
    let refusal = r#"{"responseStatus":{"errorCode":"Conflict","message":"no"}}"#;
    let answers = [Answer::json(200, &record), Answer::json(200, &record), Answer::json(409, refusal)];
    let (world, service) = (World::new(), Service::start(answers));
    let mut form = decided(&world, &service, &[]);
    form.types(SEND);
    assert_eq!(form.ends(), 6);
    assert!(form.line().ends_with("--fill '--first-name=Zoë'"), "{}", form.line());
}
