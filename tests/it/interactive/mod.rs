//! The questions on a real pseudo-terminal: what is asked, what is refused, what arrives.

mod decision;
mod lists;
mod questions;
mod record;
mod screen;

use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};
use serde_json::Value;

const CHOOSE: &str = "Which fields do you want to change";
const DECIDE: &str = "> Change a field";
/// From where the decision begins, one up: one Enter too many must not send.
const SEND: &str = "\x1b[A\r";
const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";
const WIDE: (u16, u16) = (100, 40);

fn patch<'a>(words: &[&'a str]) -> Vec<&'a str> {
    ["customer", "patch", "123"].into_iter().chain(words.iter().copied()).collect()
}

/// What a company needs, so that a test can be about something else.
const COMPANY: [&str; 5] = [
    "-i",
    "--can-be-contacted-by-maison=true",
    "--client-type=COMPANY",
    "--country-id=it",
    "--company-name=Acme",
];

/// A conversation about a company that this service is told of.
fn company(world: &World, service: &Service, more: &[&str]) -> Terminal {
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> =
        COMPANY.iter().copied().chain([url.as_str()]).chain(more.iter().copied()).collect();
    Terminal::start(world, &patch(&words), WIDE, &[])
}

fn ok() -> Service {
    Service::start([Answer::json(200, "{}")])
}

/// Searches the list of fields for a name, marks it and goes on.
fn choose(terminal: &mut Terminal, names: &[&str]) {
    terminal.shows(CHOOSE);
    for name in names {
        terminal.types(name);
        terminal.shows(&format!("search: {name}"));
        terminal.types("\t");
        terminal.until("a mark", |screen| screen.lines().any(|line| line.starts_with("> [x]")));
        // Ctrl-U empties the search, so that the next name begins anew.
        terminal.types("\x15");
        terminal.until("the whole list", |screen| !screen.contains("search:"));
    }
    terminal.types(ENTER);
}

fn body(service: &Service) -> Value {
    serde_json::from_str(&service.only().body).expect("JSON")
}
