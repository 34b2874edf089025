//! The customer's record in the form: it is read first, shown everywhere, kept by Enter, and read again before sending.

use serde_json::{Value, json};

use super::{CHOOSE, DOWN, ENTER, Form, ada, body, changing, patches, records, required, showing, with};
use crate::common::{Answer, Service, World};

/// A company that may be contacted.
fn acme() -> Value {
    json!({
        "boosterCustomerId": 123, "clientType": "Company", "companyName": "Acme", "canBeContactedByMaison": true,
        "countryId": "it",
    })
}

#[test]
fn the_customer_is_named_before_anything_is_asked() {
    let chinese = json!({ "title": null, "firstName": "梅", "lastName": "李", "countryId": "cn" });
    let nameless = json!({ "title": "", "firstName": null, "lastName": " ", "countryId": null });
    for (record, name) in [
        (ada(), "Customer 123: Mrs. Ada Lovelace, United Kingdom (gb)"),
        (acme(), "Customer 123: Acme, Italy (it)"),
        (with(ada(), chinese), "Customer 123: 梅 李, China (cn)"),
        (with(ada(), nameless), "Customer 123: no name"),
        (with(ada(), json!({ "countryId": "xx" })), "Customer 123: Mrs. Ada Lovelace, xx"),
    ] {
        let (world, service) = (World::new(), showing(&record));
        let mut form = Form::of(&world, &service, &[]);
        form.at(CHOOSE, "\x03");
        assert!(form.words().starts_with(name), "{}", form.screen());
        assert_eq!(form.ends(), 130);
        assert!(service.only().head.starts_with("GET /customer/v2/123 "));
    }
}

#[test]
fn each_row_shows_what_the_record_holds() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::sized(&world, &service, &[], (120, 60), &[]);
    form.asks(CHOOSE);
    for row in [
        "> [ ] Client type PRIVATE [ ] Language English (eng) [ ] Gender F [ ] Country United Kingdom (gb)",
        "[ ] Customer reference Names [ ] Title Mrs.",
        "Dates [ ] Birth date 1985-12-10 [ ] Wedding date Contact and consents",
        "[ ] Can be contacted by the Maison yes",
        "[ ] Wants to be contacted by email yes [ ] Wants to be contacted by mail [ ] Wants",
        "Lists [ ] Emails ada@example.com, main [ ] Phones 5551234, United Kingdom (gb), Home, main; 5559999, Italy (it)",
    ] {
        form.asks(row);
    }
    form.types("\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn enter_keeps_each_kind_of_present_value_and_nothing_is_sent_for_it() {
    for (word, question) in [
        ("birthday", "Birth date [1985-12-10]: Enter keeps it · typing replaces it · Tab edits it"),
        ("first name", "First name [Ada]:"),
        ("surname", "Last name [Lovelace]:"),
        ("gender", "Gender? M > F (now)"),
        ("client type", "Client type? > PRIVATE (now) COMPANY"),
        ("countryid", "> United Kingdom gb (now)"),
        ("by email", "Wants to be contacted by email? > Don't change it now yes"),
        ("by mail", "Wants to be contacted by mail? > Don't change it Yes No"),
        ("notes", "Notes? Enter changes nothing"),
        ("phones", "Phones? > Don't change phones"),
    ] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::of(&world, &service, &[]);
        form.choose(word).at(question, ENTER);
        form.at("Nothing is changed yet. What do you want to change?", "\x03");
        assert_eq!(form.ends(), 130, "{word}");
        assert_eq!(service.received().len(), 1);
    }
}

#[test]
fn a_consent_that_is_there_is_said_again_only_on_demand() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("by email").at("> Don't change it now yes", DOWN);
    form.at("> Yes", ENTER);
    form.asks("Wants to be contacted by email yes · as it is now");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "contactByEmailFlag": true })));
}

#[test]
fn what_is_required_is_taken_from_the_record_and_named() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.asks("Customer 123, Mrs. Ada Lovelace, United Kingdom (gb), to http://127.0.0.1:");
    form.asks(
        "Changes First name Ada → Zoë Consents Can be contacted by the Maison yes · unchanged (required) \
         Required, sent unchanged Title Mrs. Last name Lovelace Client type PRIVATE Language English (eng) \
         Gender F Country United Kingdom (gb) What now?",
    );
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë" })));
}

#[test]
fn a_required_field_that_the_record_lacks_is_asked_for() {
    let (world, service) = (World::new(), showing(&with(ada(), json!({ "gender": null, "languageId": "" }))));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    form.at("needed because the client type is PRIVATE Language?", "english\r");
    form.at("needed because the client type is PRIVATE Gender? M F", "f\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë" })));
}

#[test]
fn a_record_that_changed_meanwhile_is_not_overwritten() {
    let withdrawn = with(ada(), json!({ "canBeContactedByMaison": false }));
    let renamed = with(ada(), json!({ "firstName": "Adele" }));
    for (now, changed) in [(withdrawn, "canBeContactedByMaison"), (renamed, "firstName")] {
        let (world, service) = (World::new(), Service::start(records([&ada(), &now])));
        let mut form = Form::of(&world, &service, &[]);
        form.choose("first name").at("First name [Ada]:", "Zoë\r");
        assert_eq!(form.sends(), 9);
        let said = form.words();
        assert!(
            said.contains(&format!("{changed} has changed since it was shown; nothing was sent")),
            "{said}"
        );
        assert!(said.contains("hint: ") && !said.contains("To send the same again"), "{said}");
        assert!(patches(&service).is_empty());
    }
    // What was neither shown as changed nor taken from the record may change.
    let other = with(ada(), json!({ "notes": "new" }));
    let answers = records([&ada(), &other]).into_iter().chain([Answer::json(200, "{}")]);
    let (world, service) = (World::new(), Service::start(answers));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    assert_eq!(form.sends(), 0);
}

#[test]
fn with_force_a_record_that_changed_is_overwritten() {
    let answers = records([&ada()]).into_iter().chain([Answer::json(200, "{}")]);
    let (world, service) = (World::new(), Service::start(answers));
    let mut form = Form::of(&world, &service, &["--force"]);
    form.choose("first name").at("First name [Ada]:", "Zoë\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(patches(&service).len(), 1);
    assert!(form.line().contains(" --force "), "{}", form.line());
}

#[test]
fn what_flags_and_files_give_is_marked_and_shown_beside_the_record() {
    let (world, service) = (World::new(), changing(&ada(), json!({})));
    let file = world.file("more.toml", "middleName = \"Augusta\"\n");
    let mut form = Form::of(&world, &service, &["-i", "--from", &file, "--first-name=Zoë"]);
    form.asks("Marked: First name, Middle name");
    form.at("Ada → Zoë (--first-name)", ENTER);
    form.asks("Changes First name Ada → Zoë Middle name Augusta");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë", "middleName": "Augusta" })));
}

#[test]
fn an_uncertain_day_is_shown_as_the_record_has_it() {
    let record = with(ada(), json!({ "birthDate": "1985-12-09T23:00:00Z" }));
    let (world, service) = (World::new(), showing(&record));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "birthday");
    form.at("> [ ] Birth date 1985-12-09T23:00:00Z (uncertain date)", ENTER);
    form.at(
        "The record holds 1985-12-09T23:00:00Z, which may be either of two days. Birth date?",
        "1985-12-10\r",
    );
    form.asks("Birth date 1985-12-09T23:00:00Z (uncertain date) → 1985-12-10");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["birthDate"], "1985-12-10");
}

#[test]
fn a_default_is_shown_only_where_the_record_does_not_override_it() {
    let (world, service) = (World::new(), showing(&with(ada(), json!({ "middleName": "Augusta" }))));
    let defaults = "countryId = \"it\"\nmiddleName = \"M\"\nnameSuffix = \"PhD\"\n";
    let config = format!("default_profile = \"dev\"\n[profiles.dev.defaults]\n{defaults}");
    let config = world.file("c.toml", config);
    let mut form = Form::of(&world, &service, &["--config", &config]);
    form.asks("Marked: Name suffix Identity");
    form.asks("[ ] Country United Kingdom (gb)");
    form.asks("[x] Name suffix PhD");
    form.at(CHOOSE, "first name\t").at("Marked: First name, Name suffix", ENTER);
    form.at("First name [Ada]:", "Zoë\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë", "nameSuffix": "PhD" })));
}
