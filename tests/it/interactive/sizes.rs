//! How the form is laid out: in a narrow window, a usual one and a wide one, with wide and right-to-left text, in one
//! that changes its size. Each question looks whether a line is wider than the window.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{CHOOSE, DECIDE, DOWN, EMPTY, ENTER, ESC, Form, SEND, ada, body, showing, with};
use crate::common::World;

/// A record with a long value in each place that shows one.
fn long_values() -> Value {
    let name = "Wilhelmina Charlotte Friederike Sophie";
    let address = json!({
        "addressType": "Secondary Address of the summer", "countryId": "gb", "houseNumber": "1234", "stateId": "London",
        "city": "Llanfairpwllgwyngyll", "zipCode": "LL61 5UJ", "street": "A very long road with many words in it",
        "street2": "Building behind the second yard", "isMainAddress": true,
    });
    with(
        ada(),
        json!({ "firstName": name, "notes": format!("{name}\n{name} {name}"), "addresses": [address] }),
    )
}

/// A conversation through every kind of question, and the words of the screen after each.
fn conversation(size: (u16, u16)) -> BTreeSet<String> {
    let (world, service) = (World::new(), showing(&long_values()));
    let mut form = Form::sized(&world, &service, &["--diff"], size, &[]);
    let (mut words, mut is_edited) = (BTreeSet::new(), false);
    for (question, keys) in [
        (CHOOSE, "\x1b[F"),
        ("> [ ] Product collections", "timevallee "),
        ("Marked: Allows cross-border data transfer for TimeVallée", "birthday "),
        ("TimeVallée search: birthday", "reference sale "),
        ("search: reference sale", "zip "),
        ("search: zip", "first name "),
        ("search: first name", "notes "),
        ("search: notes", "language "),
        ("search: language", "xyz"),
        ("no row has this name", ENTER),
        ("No row has this name: Backspace takes a letter away, Esc shows all.", ESC),
        ("> [ ] Client type", ENTER),
        ("First name [Wilhelmina Charlotte Friederike Sophie]:", "\t"),
        ("\"\" empties it", "\x01Mary \r"),
        ("Language?", "zzz"),
        ("no row has this name", ESC),
        ("> English", "german\r"),
        ("Birth date [1985-12-10]:", "1985-13-45\r"),
        ("the month must be from", EMPTY),
        ("Birth date [1985-12-10]:", "13.8.1988"),
        ("Enter takes 1988-08-13", ENTER),
        ("Notes [", "\t"),
        ("Ctrl-J begins a new line", "x\r"),
        ("Reference sale representative's email?", "not an address\r"),
        ("Addresses?", DOWN),
        ("> Secondary Address of the summer", ENTER),
        ("what do you want to change? > Address type", "city\r"),
        ("City [Llanfairpwllgwyngyll]:", "London\r"),
        ("> Done", ENTER),
        ("Addresses? > Done", ENTER),
        ("Consents: answer only what the customer said.", ""),
        ("Allows cross-border data transfer for TimeVallée? > Don't change it", "no\r"),
        (DECIDE, ENTER),
        ("Which answer do you want to change?", ESC),
        (DECIDE, "save\r"),
        ("File name [customer.toml]:", ESC),
        (DECIDE, ""),
    ] {
        form.asks(question);
        // A line that is edited shows what is around its cursor, as a line must.
        if !is_edited {
            words.extend(words_of(&form.screen()));
        }
        is_edited = keys == "\t";
        form.types(keys);
    }
    form.types("\x03");
    assert_eq!(form.ends(), 130);
    words
}

/// The words of a screen, without how many rows and names are out of sight, and without the port.
fn words_of(screen: &str) -> Vec<String> {
    let lines =
        screen.lines().filter(|line| !line.trim_start().starts_with('…') && !line.contains("127.0.0.1"));
    let words = lines.flat_map(str::split_whitespace).map(str::to_owned);
    words.filter(|word| word != "more" && word.parse::<usize>().is_err()).collect()
}

#[test]
fn no_word_is_broken_in_a_narrow_a_usual_and_a_wide_window() {
    let whole = conversation((240, 90));
    for size in [(40, 15), (80, 24), (120, 40)] {
        let broken: Vec<String> = conversation(size).difference(&whole).cloned().collect();
        assert!(broken.is_empty(), "{size:?}: {broken:?}");
    }
}

#[test]
fn the_customer_stays_in_sight_above_the_fields() {
    for size in [(40, 15), (80, 24), (120, 40)] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::sized(&world, &service, &[], size, &[]);
        form.at(CHOOSE, "\x1b[F");
        form.asks("> [ ] Product collections");
        assert!(
            form.words().starts_with("Customer 123: Mrs. Ada Lovelace, United Kingdom (gb)"),
            "{}",
            form.screen()
        );
    }
}

#[test]
fn wide_and_right_to_left_text_is_shown_as_it_is_typed_and_sent() {
    let record = with(
        ada(),
        json!({ "firstNameNotLatin": "梅梅", "lastNameNotLatin": "דוד בן־גוריון", "notes": "أحمد\u{202e}x" }),
    );
    let (world, service) = (World::new(), showing(&record));
    let mut form = Form::of(&world, &service, &[]);
    form.asks("[ ] First name in its own script 梅梅 [ ] Last name in its own script דוד בן־גוריון");
    form.at(CHOOSE, "own script ").at("Marked: First name in its own script", "last name in its ");
    form.at("Last name in its own script search", ENTER);
    // A letter is taken away and put in as a whole, though it is two columns wide.
    form.at("First name in its own script [梅梅]:", "\x7f李\x1b[D\x1b[D王").at("王梅李", ENTER);
    form.at("Last name in its own script [דוד בן־גוריון]:", "أحمد بن محمد").at("أحمد بن محمد", ENTER);
    form.asks(
        "First name in its own script 梅梅 → 王梅李 Last name in its own script דוד בן־גוריון → أحمد بن محمد",
    );
    form.at(DECIDE, "other fields\r").at("Marked:", "notes\r");
    // What would turn the line around is shown by its number.
    form.at("Notes [أحمد\\u{202e}x]:", "x\r");
    assert_eq!(form.sends(), 0);
    assert_eq!(
        (&body(&service)["firstNameNotLatin"], &body(&service)["lastNameNotLatin"]),
        (&json!("王梅李"), &json!("أحمد بن محمد"))
    );
    assert!(!form.bytes().contains('\u{202e}'));
}

#[test]
fn a_line_that_is_longer_than_the_window_shows_what_is_around_its_cursor() {
    for letter in ["x", "李"] {
        let (world, service) = (World::new(), showing(&ada()));
        let mut form = Form::sized(&world, &service, &[], (40, 15), &[]);
        let name = letter.repeat(60);
        form.choose("first name").at("First name [Ada]:", &format!("{name}END"));
        form.at("END \"\" empties it", "\x01BEGIN");
        form.at(&format!("First name [Ada]: BEGIN{letter}"), ENTER);
        form.at(DECIDE, SEND);
        assert_eq!(form.ends(), 0);
        assert_eq!(body(&service)["firstName"], format!("BEGIN{name}END"));
    }
}

#[test]
fn a_window_that_changes_its_size_is_drawn_anew() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::sized(&world, &service, &[], (80, 24), &[]);
    // From the first key on the form sees the window's size.
    form.at(CHOOSE, DOWN).asks("> [ ] Language");
    form.resize(40, 15);
    form.until("fewer rows", |screen| {
        screen.contains("more below") && screen.contains("\ngoes on · Esc goes back")
    });
    form.resize(120, 40);
    form.until("more rows", |screen| screen.contains("Wants to be contacted by SMS"));
    form.types("timevallee\r");
    form.resize(40, 15);
    form.at("Allows cross-border data transfer for TimeVallée? > Don't change it", "yes\r");
    form.at(DECIDE, EMPTY).at(DECIDE, SEND);
    assert_eq!(form.ends(), 0);
    assert_eq!(body(&service)["tvAllowStoreDataAbroad"], json!(true));
}
