//! The pictures of the manual: what a real run draws on a terminal. Each is written anew where it has changed.

mod svg;

use crate::common::World;
use crate::common::sandbox::Sandbox;
use crate::common::terminal::Terminal;
use crate::golden::hold;

const SIZE: (u16, u16) = (80, 26);
const ENTER: &str = "\r";

/// A picture of the terminal as it is now, with its path.
fn picture(terminal: &Terminal, name: &str, title: &str) -> (String, String) {
    (format!("docs/pictures/{name}.svg"), terminal.drawn(|screen| svg::svg(screen, title)))
}

/// Shows a command behind a prompt and runs it, to its end.
fn typed(world: &World, sandbox: &Sandbox, command: &str) -> Terminal {
    let variables = format!("export TZ=UTC BOOSTER_BASE_URL={}", sandbox.url);
    let line = format!("{variables}; echo '$ booster {command}'; $BOOSTER {command} < /dev/null");
    let mut terminal = Terminal::start_sh(world, &line, SIZE);
    terminal.ends();
    terminal
}

#[test]
fn the_form_is_shown_while_a_birth_date_is_corrected_and_before_it_is_sent() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let url = [("BOOSTER_BASE_URL", sandbox.url.as_str())];
    let mut terminal = Terminal::start(&world, &["customer", "patch", "123"], SIZE, &url);
    terminal.answers("What do you want to change?", "birthday");
    terminal.answers("search: birthday", ENTER);
    terminal.answers("Birth date [1985-12-10]", "19851211");
    // A picture is of a whole screen, so the last of what is drawn is waited for.
    terminal.shows("Enter takes 1985-12-11 · a date as in 2020-12-30 · Esc goes back");
    let question = "A question: the present birth date in brackets, the new one behind it";
    let question = picture(&terminal, "question", question);
    terminal.types(ENTER);
    terminal.until("the preview's last line", |screen| {
        screen.split_once("What now?").is_some_and(|(_, rest)| rest.contains("Esc goes back"))
    });
    let preview = "Before sending: what changes, what is taken from the record, what is next";
    hold([question, picture(&terminal, "preview", preview)]);
}

#[test]
fn a_refused_file_is_shown_with_its_places() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    world.file(
        "ada.json",
        "{\n  \"fristName\": \"Ada\",\n  \"birthDate\": \"31/12/1985\",\n  \"clientType\": \"COMPANY\"\n}\n",
    );
    let terminal = typed(&world, &sandbox, "customer check ada.json");
    hold([picture(&terminal, "refused", "A file that is refused, with the place of each mistake")]);
}

#[test]
fn the_history_is_shown_with_what_can_be_undone() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let base = format!("--base-url={}", sandbox.url);
    let patch = |words: &[&str]| world.run(["customer", "patch", "--fill", &base].iter().chain(words));
    patch(&["123", "--first-name=Augusta", "--backup=before.toml"]).expect(0);
    patch(&["3", "--contact-by-email-flag=false", "--notes=Prefers letters."]).expect(0);
    patch(&["1", "--clear=phones", "--backup=phones.toml"]).expect(0);
    let history = "The history: newest first, with what can be undone";
    hold([picture(&typed(&world, &sandbox, "history"), "history", history)]);
}
