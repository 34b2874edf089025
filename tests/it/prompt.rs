//! A secret that is typed: on a real terminal, where nobody can read it over the shoulder.

use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World};

/// `auth login` on a terminal.
fn login(world: &World, url: &str) -> Terminal {
    let text =
        format!("default_profile = 'dev'\n[profiles.dev]\nbase_url = '{url}'\nauth = {{ kind = 'basic' }}\n");
    let config = world.file("config.toml", text);
    let line =
        format!("stty -a > before; $BOOSTER auth login --config {config}; echo code=$?; stty -a > after");
    Terminal::start_sh(world, &line, (100, 30))
}

#[track_caller]
fn is_given_back(world: &World) {
    let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
    assert_eq!(modes("before"), modes("after"));
}

#[test]
fn a_secret_is_typed_unseen() {
    // By hand as much as pasted, with a line end at its end.
    for typed in ["cAn4Ry\r", "\u{1b}[200~cAn4Ry\r\u{1b}[201~\r", "wrong\u{15}cAn4Rx\u{7f}y\r"] {
        let world = World::new();
        let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
        let mut terminal = login(&world, &service.url);
        terminal.answers("User name?", "ada\r");
        terminal.answers(&format!("Password of ada for {}:", service.url), typed);
        terminal.shows("code=0");
        terminal.ends();
        let seen = terminal.bytes();
        assert!(seen.contains("Signed in.") && !seen.contains("cAn4R"), "{seen}");
        assert!(service.only().head.contains("Authorization: Basic YWRhOmNBbjRSeQ=="));
        is_given_back(&world);
    }
}

#[test]
fn an_interrupted_question_leaves_the_terminal_as_it_was() {
    for typed in ["\u{3}", "\u{4}"] {
        let world = World::new();
        let mut terminal = login(&world, "http://127.0.0.1:9");
        terminal.answers("User name?", "ada\r");
        terminal.answers("Password of ada", typed);
        terminal.shows("Nothing was sent.");
        terminal.shows("code=130");
        terminal.ends();
        is_given_back(&world);
        assert!(!world.path("credentials.toml").exists());
    }
}

#[test]
fn nothing_typed_is_no_secret() {
    let world = World::new();
    let mut terminal = login(&world, "http://127.0.0.1:9");
    terminal.answers("User name?", "ada\r");
    terminal.answers("Password of ada for http://127.0.0.1:9:", "\r");
    terminal.shows("the password is empty");
    terminal.shows("code=2");
    terminal.ends();
}
