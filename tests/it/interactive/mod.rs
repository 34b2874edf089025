//! The form on a real pseudo-terminal: what it shows of the customer, what is asked, what is refused, what arrives.

mod choosing;
mod decision;
mod dumb;
mod leaving;
mod lists;
mod question;
mod record;
mod repeat;
mod screen;
mod sizes;
mod tasks;
mod unread;

use std::ops::{Deref, DerefMut};

use serde_json::{Value, json};

use crate::common::terminal::{Terminal, squeezed};
use crate::common::{Answer, Received, Service, World};

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
/// Empties a search or a line: Ctrl-U.
const EMPTY: &str = "\x15";

const CHOOSE: &str = "What do you want to change?";
/// The last question, where it begins: one Enter too many does not send.
const DECIDE: &str = "What now? Send it > Change an answer";
/// From there, one up.
const SEND: &str = "\x1b[A\r";

/// The size of most windows.
const USUAL: (u16, u16) = (80, 24);

/// A person who breaks no rule.
fn ada() -> Value {
    json!({
        "boosterCustomerId": 123, "title": "Mrs.", "firstName": "Ada", "lastName": "Lovelace",
        "canBeContactedByMaison": true, "clientType": "PRIVATE", "languageId": "eng", "gender": "F",
        "countryId": "gb", "birthDate": "1985-12-10", "contactByEmailFlag": true,
        "emails": [{ "email": "ada@example.com", "isMainEmail": true }],
        "phones": [
            { "phone": "5551234", "countryPrefix": "gb", "phoneType": "Home", "isMainPhone": true },
            { "phone": "5559999", "countryPrefix": "it", "isMainPhone": false },
        ],
    })
}

/// A record with these fields instead.
fn with(mut record: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().expect("an object") {
        record[name] = value.clone();
    }
    record
}

/// Answers one after the other, each with this record.
fn records<'a>(records: impl IntoIterator<Item = &'a Value>) -> Vec<Answer> {
    records.into_iter().map(|record| Answer::json(200, &record.to_string())).collect()
}

/// A service that shows the record before the questions and right before sending, takes the patch, and then shows the
/// record with these fields.
fn changing(before: &Value, after: Value) -> Service {
    let after = with(before.clone(), after);
    let (mut answers, read_back) = (records([before, before]), records([&after]));
    answers.push(Answer::json(200, "{}"));
    Service::start(answers.into_iter().chain(read_back))
}

/// One that is asked only for scalars, and what it holds in the end does not matter.
fn showing(record: &Value) -> Service {
    changing(record, json!({}))
}

/// A form on a terminal.
struct Form {
    terminal: Terminal,
}

impl Form {
    /// `customer patch 123` with these words, sent to this service.
    fn of(world: &World, service: &Service, words: &[&str]) -> Form {
        Form::sized(world, service, words, USUAL, &[])
    }

    fn sized(
        world: &World,
        service: &Service,
        words: &[&str],
        size: (u16, u16),
        settings: &[(&str, &str)],
    ) -> Form {
        let url = format!("--base-url={}", service.url);
        let words: Vec<&str> = ["customer", "patch", "123", &url].iter().chain(words).copied().collect();
        Form { terminal: Terminal::start(world, &words, size, settings) }
    }

    /// Waits for the question, which must fit its window, then presses these keys.
    #[track_caller]
    fn at(&mut self, question: &str, keys: &str) -> &mut Form {
        self.terminal.asks(question);
        self.terminal.types(keys);
        self
    }

    /// Chooses one field by what a person calls it.
    #[track_caller]
    fn choose(&mut self, word: &str) -> &mut Form {
        self.at(CHOOSE, &format!("{word}{ENTER}"))
    }

    /// Sends what was answered, and gives the exit code.
    #[track_caller]
    fn sends(&mut self) -> u32 {
        self.at(DECIDE, SEND);
        self.terminal.ends()
    }

    /// The words that the screen shows now, with one blank between them.
    fn words(&self) -> String {
        squeezed(&self.terminal.screen())
    }

    /// The line that the terminal shows to send the same again.
    #[track_caller]
    fn line(&self) -> String {
        let said = self.terminal.bytes().replace("\r\n", "\n");
        let line = said.split_once("To send the same again:\n  ").or(said.split_once("To send it:\n  "));
        line.expect("the line").1.trim_end().to_owned()
    }
}

impl Deref for Form {
    type Target = Terminal;

    fn deref(&self) -> &Terminal {
        &self.terminal
    }
}

impl DerefMut for Form {
    fn deref_mut(&mut self) -> &mut Terminal {
        &mut self.terminal
    }
}

/// The patches that came in.
fn patches(service: &Service) -> Vec<Received> {
    service.received().into_iter().filter(|request| request.head.starts_with("PATCH ")).collect()
}

/// The body of the one patch that came in.
#[track_caller]
fn body(service: &Service) -> Value {
    let patches = patches(service);
    assert_eq!(patches.len(), 1, "{patches:?}");
    serde_json::from_str(&patches[0].body).expect("JSON")
}

/// What a patch of `ada` sends when nothing else is touched, with these fields besides.
fn required(fields: Value) -> Value {
    let required = json!({
        "title": "Mrs.", "lastName": "Lovelace", "canBeContactedByMaison": true, "clientType": "PRIVATE",
        "languageId": "eng", "gender": "F", "countryId": "gb",
    });
    with(required, fields)
}
