//! A secret that is typed: on a real terminal, where nobody can read it over the shoulder.

#![cfg(unix)]

mod common;

use common::{Answer, Service, World};
use rexpect::session::{PtySession, spawn_command};

/// `auth login` on a terminal.
struct Terminal {
    session: PtySession,
    name: String,
}

impl Terminal {
    fn login(world: &World, config: &str) -> Terminal {
        let mut command = std::process::Command::new("/bin/sh");
        let login = "\"$0\" auth login --color=never; echo \"ended with $?\"";
        let script = format!("stty echo; echo \"name $(tty) \"; trap : INT; {login}; read wait");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_booster")]).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", world.path("")).env("BOOSTER_CONFIG", config);
        let mut session = spawn_command(command, Some(20_000)).expect("a terminal");
        session.exp_string("name ").expect("it begins");
        let name = session.exp_string(" ").expect("a name");
        Terminal { session, name }
    }

    fn expect(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn is_seen(&self) -> bool {
        let look = format!("stty -a < {}", self.name);
        let settings = std::process::Command::new("/bin/sh").args(["-c", &look]).output().expect("stty runs");
        let settings = String::from_utf8(settings.stdout).expect("text");
        settings.split([' ', ';', '\n']).any(|word| word == "echo")
    }

    /// Waits for the question, and until nobody sees any more what is typed: what came before that is thrown away.
    fn expect_unseen(&mut self, question: &str) {
        self.expect(question);
        while self.is_seen() {
            std::thread::yield_now();
        }
    }

    fn send(&mut self, typed: &str) {
        self.session.send(typed).and_then(|_| self.session.flush()).expect("typed");
    }

    /// The user's name is asked for first.
    fn name_ada(&mut self) {
        self.expect("User name: ");
        self.send("ada\r");
    }
}

fn config(world: &World, url: &str) -> String {
    let text =
        format!("default_profile = 'dev'\n[profiles.dev]\nbase_url = '{url}'\nauth = {{ kind = 'basic' }}\n");
    world.file("config.toml", text)
}

#[test]
fn a_secret_is_typed_unseen() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let mut terminal = Terminal::login(&world, &config(&world, &service.url));
    terminal.name_ada();
    terminal.expect_unseen(&format!("Password of ada for {}: ", service.url));
    terminal.send("cAn4Ry\n");
    let shown = terminal.expect("ended with 0");
    assert!(shown.contains("Signed in.") && !shown.contains("cAn4Ry"), "{shown}");
    assert!(terminal.is_seen());
    assert!(service.only().head.contains("Authorization: Basic YWRhOmNBbjRSeQ=="));
}

#[test]
fn an_interrupted_question_leaves_the_terminal_as_it_was() {
    let world = World::new();
    let mut terminal = Terminal::login(&world, &config(&world, "http://127.0.0.1:9"));
    terminal.name_ada();
    terminal.expect_unseen("Password of ada");
    terminal.send("\u{3}");
    terminal.expect("interrupted; nothing was sent");
    terminal.expect("ended with 130");
    assert!(terminal.is_seen());
    assert!(!world.path("credentials.toml").exists());
}

#[test]
fn nothing_typed_is_no_secret() {
    let world = World::new();
    for typed in ["\n", "\u{4}"] {
        let mut terminal = Terminal::login(&world, &config(&world, "http://127.0.0.1:9"));
        terminal.name_ada();
        terminal.expect_unseen("Password of ada for http://127.0.0.1:9: ");
        terminal.send(typed);
        terminal.expect("no password was typed");
        terminal.expect("ended with 2");
        assert!(terminal.is_seen());
    }
}
