//! The line that repeats a patch: it carries every option, and a shell sends the same body by it.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    CHOOSE, DECIDE, ENTER, Form, SEND, ada, body, changing, patches, records, required, showing, with,
};
use crate::common::{Answer, Service, World};

/// The body that the line gives when it is pasted into a shell, at a service that shows this record.
fn repeated(world: &World, line: &str, record: &Value) -> Value {
    let service = Service::start(records([record]));
    let line = line.replacen("booster", env!("CARGO_BIN_EXE_booster"), 1);
    let (before, url) = line.split_once("--base-url=").expect("an address");
    let (_, after) = url.split_once(' ').expect("more words");
    let line = format!("{before}--base-url={} {after} --dry-run=json", service.url);
    let run = Command::new("/bin/sh").args(["-c", &line]).env_clear().env("HOME", world.path("")).output();
    let run = run.expect("sh");
    let body = String::from_utf8(run.stdout).expect("UTF-8");
    serde_json::from_str(&body)
        .unwrap_or_else(|_| panic!("{line}: {body}{}", String::from_utf8_lossy(&run.stderr)))
}

#[test]
fn a_shell_sends_the_same_body_by_it() {
    let (world, service) = (World::new(), showing(&ada()));
    let words = ["-i", "--middle-name=$(x) 'y' \\ \"z\"", "--customer-reference=-1"];
    let mut form = Form::of(&world, &service, &words);
    form.at(CHOOSE, "notes").at("> [ ] Notes", ENTER).at("Notes?", "first").at("Notes? first", "\nsecond\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["notes"], "first\nsecond");
    assert_eq!(repeated(&world, &form.line(), &ada()), body(&service));
}

#[test]
fn a_shell_sends_the_same_lists_by_it() {
    let emails = json!([
        { "email": "new@example.com", "isMainEmail": false },
        { "email": "main@example.com", "isMainEmail": true },
    ]);
    let phones =
        json!([{ "phone": "5551234", "countryPrefix": "gb", "phoneType": "Home", "isMainPhone": true }]);
    let addresses =
        json!([{ "addressType": "Home", "countryId": "gb", "isMainAddress": true, "street": "Rue, 1" }]);
    let after = json!({ "emails": emails, "phones": phones, "addresses": addresses });
    let record = with(ada(), json!({ "addresses": [] }));
    let (world, service) = (World::new(), changing(&record, after.clone()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "emails ").at("Marked: Emails", "phones ").at("Marked: Emails, Phones", "addresses ");
    form.at("Marked: Emails, Phones, Addresses", ENTER);
    form.at("Emails?", "ada@\r").at("> Email", ENTER).at("Email [ada@example.com]:", "new@example.com\r");
    form.at("> Done", ENTER).at("Emails? > Done", "add\r").at("Email?", "main@example.com\r");
    form.at("Main email?", "yes\r").at("Emails? > Done new@example.com main@example.com, main", ENTER);
    form.at("Phones?", "559\r").at("5559999, Italy (it): what do you want to change?", "remove\r");
    form.at("Phones? > Done", ENTER).at("Addresses? > Don't change addresses Add an address", "add\r");
    form.at("Address type?", "home\r").at("Country?", "gb\r").at("Main address?", "yes\r");
    form.at("What else do you want to give of this address?", "street n\r");
    form.at("Street name and number?", "Rue, 1\r").at("Addresses? > Done", ENTER);
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert_eq!(body(&service), required(after));
    assert_eq!(repeated(&world, &form.line(), &record), body(&service));
}

#[test]
fn it_takes_from_the_record_anew_what_was_taken_from_it() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoe\r");
    assert_eq!(form.sends(), 0);
    let line = form.line();
    assert!(line.ends_with("--fill --first-name=Zoe"), "{line}");
    let withdrawn = with(ada(), json!({ "canBeContactedByMaison": false }));
    assert_eq!(repeated(&world, &line, &withdrawn)["canBeContactedByMaison"], false);
}

#[test]
fn it_keeps_what_others_add_to_a_list_meanwhile() {
    let after = json!([
        { "email": "ada@example.com", "isMainEmail": true },
        { "email": "n@b.co", "isMainEmail": false },
    ]);
    let (world, service) = (World::new(), changing(&ada(), json!({ "emails": after })));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("emails")
        .at("Emails?", "add\r")
        .at("Email?", "n@b.co\r")
        .at("Main email?", ENTER)
        .at("> Done", ENTER);
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0);
    let theirs = json!([
        { "email": "ada@example.com", "isMainEmail": true }, { "email": "theirs@b.co", "isMainEmail": false },
    ]);
    let sent = repeated(&world, &form.line(), &with(ada(), json!({ "emails": theirs })));
    assert_eq!(sent["emails"].as_array().map(Vec::len), Some(3), "{sent}");
}

#[test]
fn it_carries_every_option_that_was_given() {
    let record = with(ada(), json!({ "firstName": "Zoe" }));
    let answers =
        records([&ada(), &ada()]).into_iter().chain([Answer::json(200, "{}")]).chain(records([&record]));
    let (world, service) = (World::new(), Service::start(answers));
    let backup = world.path("backup.toml");
    let backup = format!("--backup={}", backup.to_str().expect("a plain path"));
    let options = ["--verify", "--diff", "--strict", "--unchecked", "--timeout=7", &backup];
    let mut form = Form::of(&world, &service, &options);
    form.choose("first name").at("First name [Ada]:", "Zoe\r");
    assert_eq!(form.sends(), 0, "{}", form.screen());
    let line = form.line();
    for option in options {
        assert!(line.split(' ').any(|word| word == option), "{option} in {line}");
    }
    assert_eq!(patches(&service).len(), 1);
}

#[test]
fn a_default_that_is_taken_out_stays_out() {
    let (world, service) = (World::new(), showing(&ada()));
    let config =
        world.file("c.toml", "default_profile = \"dev\"\n[profiles.dev.defaults]\nmiddleName = \"M\"\n");
    let mut form = Form::of(&world, &service, &["--config", &config]);
    form.at("Marked: Middle name", "middle")
        .at("> [x] Middle name", " ")
        .at("> [ ] Middle name", "first name\r");
    form.at("First name [Ada]:", "Zoe\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service).get("middleName"), None);
    assert!(form.line().contains(" --no-defaults "), "{}", form.line());
    assert_eq!(repeated(&world, &form.line(), &ada()), body(&service));
}

#[test]
fn one_that_nobody_could_read_is_a_file_instead() {
    let (world, service) = (World::new(), showing(&ada()));
    let long = format!("--notes={}", "x ".repeat(1500));
    let mut form = Form::of(&world, &service, &["-i", &long]);
    form.at(CHOOSE, ENTER).at(DECIDE, SEND);
    form.at("The command line that sends this again is too long to be copied. Save it as a file? > Send it without a file", "save\r");
    form.at("File name [customer.toml]:", ENTER);
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert!(form.line().ends_with("--fill --from=customer.toml"), "{}", form.line());
    assert_eq!(
        repeated(
            &world,
            &form.line().replace("customer.toml", world.path("customer.toml").to_str().expect("plain")),
            &ada()
        ),
        body(&service)
    );
}
