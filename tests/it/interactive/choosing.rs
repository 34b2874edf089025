//! Choosing: one list of the fields in groups, searched by what people call them, several of them marked at once.

use serde_json::json;

use super::{CHOOSE, DOWN, EMPTY, ENTER, ESC, Form, ada, body, required, showing, with};
use crate::common::World;

/// A form of which nothing is answered.
fn choosing(form_size: (u16, u16)) -> Form {
    let (world, service) = (World::new(), showing(&ada()));
    Form::sized(&world, &service, &[], form_size, &[])
}

#[test]
fn a_field_is_found_by_what_a_person_calls_it() {
    let mut form = choosing((80, 24));
    for (word, row) in [
        ("telephone", "Lists > [ ] Phones"),
        ("mobile", "> [ ] Phones"),
        ("birthday", "Dates > [ ] Birth date"),
        ("born", "> [ ] Birth date"),
        ("surname", "Names > [ ] Last name"),
        ("zip", "Lists > [ ] Addresses"),
        ("postal code", "> [ ] Addresses"),
        ("consent", "Contact and consents > [ ] Can be contacted by the Maison"),
        ("firm", "Company > [ ] Company name"),
        ("remark", "> [ ] Notes"),
        // The label goes before other words, and a word before the name on the wire.
        ("name", "Names > [ ] Name suffix"),
        ("title", "> [ ] Title"),
        ("contactBySMSFlag", "> [ ] Wants to be contacted by SMS"),
        ("BIRTHDATE", "> [ ] Birth date"),
        ("timevallee", "> [ ] Allows cross-border data transfer for TimeVallée"),
    ] {
        form.at(CHOOSE, word).at(&format!("search: {word} "), "");
        form.asks(row);
        form.types(EMPTY);
        form.until("the whole list", |screen| !screen.contains("search:"));
    }
    form.types("\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn a_search_ignores_blanks_and_is_ended_by_esc() {
    let mut form = choosing((80, 24));
    form.at(CHOOSE, "birthd").at("search: birthd", "\x7f").at("search: birth Dates > [ ] Birth date", ESC);
    form.at("> [ ] Client type", "xyz").at("search: xyz no row has this name", ENTER);
    form.at("No row has this name: Backspace takes a letter away, Esc shows all.", " ");
    form.at("No row has this name", ESC);
    form.at("> [ ] Client type", "\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn a_country_is_found_by_its_code_and_by_its_names() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("countryid").asks("Country?");
    for (word, row) in [
        ("it", "> Italy it"),
        ("gb", "> United Kingdom gb (now)"),
        ("uk", "> United Kingdom gb (now)"),
        ("kingdom", "> United Kingdom gb (now)"),
        ("states", "> United States"),
        ("england", "> United Kingdom gb (now)"),
        ("holland", "> Netherlands"),
        ("suisse", "> Switzerland ch"),
        ("deutschland", "> Germany de"),
        ("cote d", "> Côte d'Ivoire"),
    ] {
        form.types(word);
        form.asks(&format!("search: {word} {row}"));
        form.types(EMPTY);
        form.until("the whole list", |screen| !screen.contains("search:"));
    }
    form.types("suisse\r");
    form.asks("Country United Kingdom (gb) → Switzerland (ch)");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), with(required(json!({})), json!({ "countryId": "ch" })));
}

#[test]
fn a_language_is_found_by_its_code_and_by_its_own_name() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("language").asks("Language?");
    for (word, row) in [("ger", "> German ger"), ("deu", "> German ger"), ("english", "> English eng (now)")]
    {
        form.types(word);
        form.asks(&format!("search: {word} {row}"));
        form.types(EMPTY);
        form.until("the whole list", |screen| !screen.contains("search:"));
    }
    form.types("français\r");
    form.asks("Language English (eng) → French (fre)");
    assert_eq!(form.sends(), 0);
}

#[test]
fn space_and_tab_mark_and_the_marked_fields_stay_named() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "first n").at("> [ ] First name Ada", " ");
    form.at("Marked: First name search: first n Names > [x] First name Ada", "");
    // The next letter begins a new search.
    form.types("middle");
    form.at("Marked: First name search: middle Names > [ ] Middle name", "\t");
    form.at("Marked: First name, Middle name search: middle", ESC);
    form.at("Marked: First name, Middle name Identity", "notes");
    form.at("> [ ] Notes", " ").at("Marked: First name, Middle name, Notes search: notes", " ");
    form.at("Marked: First name, Middle name search: notes Notes > [ ] Notes", ENTER);
    form.asks("What do you want to change? First name, Middle name First name [Ada]:");
    form.types("Zoë\r");
    form.at("Middle name?", "M\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), required(json!({ "firstName": "Zoë", "middleName": "M" })));
}

#[test]
fn enter_takes_the_row_that_it_is_pressed_on() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at("> [ ] Client type", DOWN).at("> [ ] Language", DOWN).at("> [ ] Gender", ENTER);
    form.at("What do you want to change? Gender Gender? M > F (now)", "\x1b[A").at("> M", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), with(required(json!({})), json!({ "gender": "M" })));
}

#[test]
fn enter_with_marks_does_not_take_the_row_beside_them() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "middle").at("> [ ] Middle name", " ").at("Marked: Middle name", ESC);
    form.at("Marked: Middle name Identity > [ ] Client type", ENTER);
    form.at("What do you want to change? Middle name Middle name?", "M\r");
    assert_eq!(form.sends(), 0);
}

#[test]
fn enter_on_a_list_without_a_highlighted_row_says_why() {
    let (world, service) = (World::new(), showing(&with(ada(), json!({ "gender": null }))));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("middle").at("Middle name?", "M\r");
    form.at("needed because the client type is PRIVATE Gender? M F", ENTER);
    form.at("Choose a row first: ↑ and ↓ move, typing searches.", DOWN);
    form.at("> M", ENTER);
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service)["gender"], "M");
}

#[test]
fn the_cursor_moves_by_rows_pages_and_to_the_ends() {
    let mut form = choosing((80, 24));
    for (key, row) in [
        ("\x1b[A", "> [ ] Product collections"),
        ("\x1b[B", "> [ ] Client type"),
        ("\x1b[F", "> [ ] Product collections"),
        ("\x1b[H", "> [ ] Client type"),
        ("\x0e", "> [ ] Language"),
        ("\x10", "> [ ] Client type"),
        ("\x1b[6~\x1b[5~", "> [ ] Client type"),
    ] {
        form.types(key);
        form.asks(row);
    }
    form.types("\x03");
    assert_eq!(form.ends(), 130);
}

#[test]
fn the_fields_of_an_item_are_found_by_what_people_call_them_too() {
    let address =
        json!([{ "addressType": "Home", "countryId": "ch", "zipCode": "1204", "isMainAddress": true }]);
    let (world, service) = (World::new(), showing(&with(ada(), json!({ "addresses": address }))));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("zip").at("Addresses? > Don't change addresses", DOWN);
    form.at("> Home, Switzerland (ch), 1204, main", ENTER);
    form.at("what do you want to change?", "zip").at("search: zip > Postal code 1204", ENTER);
    form.at("Postal code [1204]:", "1205\r").at("Postal code 1205", ESC).at("Addresses? > Done", "add\r");
    form.at("Address type?", "office\r").at("Country?", "ch\r").at("Main address?", "no\r");
    form.at("What else do you want to give of this address?", "zip").at("> [ ] Postal code", "\x03");
    assert_eq!(form.ends(), 130);
}
