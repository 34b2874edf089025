//! The form on a terminal without a cursor (`TERM=dumb`): numbered lists and whole lines.

use serde_json::json;

use super::{Form, USUAL, ada, body, changing, patches, required, showing};
use crate::common::{Service, World};

fn dumb(world: &World, service: &Service, words: &[&str]) -> Form {
    Form::sized(world, service, words, USUAL, &[("TERM", "dumb")])
}

/// Waits for a question at the end of the screen, then gives this line.
#[track_caller]
fn line(form: &mut Form, question: &str, answer: &str) {
    form.until(question, |screen| {
        let screen = crate::common::terminal::squeezed(screen);
        let asked = screen.rfind(question).map(|at| &screen[at..]);
        asked.is_some_and(|asked| asked.find("):") == Some(asked.len() - 2))
    });
    form.is_narrow();
    form.types(&format!("{answer}\n"));
}

#[test]
fn a_patch_is_asked_for_line_by_line() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = dumb(&world, &service, &[]);
    line(&mut form, "What do you want to change? (", "7, 14, 18");
    line(&mut form, "First name [Ada] (", "Zoe");
    line(&mut form, "Birth date [1985-12-10] (", "soon");
    // What is typed before the question is asked again does not count.
    line(&mut form, "write the date as in 2020-12-30 Birth date [1985-12-10] (", "13.8.1988");
    line(&mut form, "Birth date [1988-08-13] (", "");
    line(&mut form, "Wants to be contacted by email? (", "no");
    line(&mut form, "What now? (", "1");
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert!(form.bytes().starts_with("Customer 123: Mrs. Ada Lovelace, United Kingdom (gb)"));
    assert!(!form.bytes().contains('\x1b'), "{:?}", form.bytes());
    let changes = json!({ "firstName": "Zoe", "birthDate": "1988-08-13", "contactByEmailFlag": false });
    assert_eq!(body(&service), required(changes));
}

#[test]
fn an_empty_line_keeps_what_there_is() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = dumb(&world, &service, &[]);
    line(&mut form, "What do you want to change? (", "first name, surname");
    line(&mut form, "First name [Ada] (", "");
    line(&mut form, "Last name [Lovelace] (", "King");
    line(&mut form, "What now? (", "send it");
    assert_eq!(form.ends(), 0, "{}", form.screen());
    let mut sent = required(json!({}));
    sent["lastName"] = json!("King");
    assert_eq!(body(&service), sent);
}

#[test]
fn a_list_is_changed_line_by_line() {
    let emails = json!([
        { "email": "ada@example.com", "isMainEmail": true }, { "email": "n@b.co", "isMainEmail": false },
    ]);
    let (world, service) = (World::new(), changing(&ada(), json!({ "emails": emails })));
    let mut form = dumb(&world, &service, &[]);
    line(&mut form, "What do you want to change? (", "emails");
    line(&mut form, "Emails? (", "add an email");
    line(&mut form, "Email (", "n@b.co");
    line(&mut form, "Main email? (", "no");
    line(&mut form, "Emails? (", "done");
    line(&mut form, "What now? (", "1");
    assert_eq!(form.ends(), 0, "{}", form.screen());
    assert_eq!(body(&service), required(json!({ "emails": emails })));
}

#[test]
fn a_lesser_sign_goes_back_and_ctrl_d_leaves() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = dumb(&world, &service, &[]);
    line(&mut form, "What do you want to change? (", "first name");
    line(&mut form, "First name [Ada] (", "<");
    line(&mut form, "What do you want to change? (", "<");
    assert_eq!(form.ends(), 9);
    let mut form = dumb(&world, &service, &[]);
    form.shows("What do you want to change? (");
    form.types("\x04");
    assert_eq!(form.ends(), 130);
    assert!(patches(&service).is_empty());
}

#[test]
fn a_paste_of_several_lines_answers_nothing() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = dumb(&world, &service, &[]);
    line(&mut form, "What do you want to change? (", "notes");
    line(&mut form, "Notes (", "rings\n1\n2");
    form.shows("Several lines came at once, and none of them was taken");
    line(&mut form, "Notes (", "rings");
    line(&mut form, "What now? (", "leave without sending");
    assert_eq!(form.ends(), 9);
    assert!(patches(&service).is_empty());
}
