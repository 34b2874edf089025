//! No line on a terminal is wider than the terminal, whatever the command; in a pipe no line is broken.

use unicode_width::UnicodeWidthStr;

use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World, patch};

/// A record with long values and wide characters.
const LONG: &str = r#"{"boosterCustomerId":123,"clientType":"PRIVATE","countryId":"jp","languageId":"jpn","title":"Mrs.","gender":"F",
    "firstName":"明日香明日香明日香明日香明日香明日香明日香明日香明日香","lastName":"von und zu Hohenlohe-Waldenburg-Schillingsfürst und zu Sayn-Wittgenstein",
    "canBeContactedByMaison":true,"notes":"Prefers calls after six o'clock, and no letters at all, since the house is being rebuilt.\nSecond line",
    "birthDate":"1985-12-09T23:00:00Z","brand":"a brand of the house that has a rather long name and so does not fit into a line",
    "emails":[{"email":"a.rather.long.address.of.a.customer@a-rather-long-domain-of-a-company.example.com","isMainEmail":true,"emailId":991}],
    "addresses":[{"addressType":"Home","countryId":"jp","zipCode":"100-0001","street":"千代田区千代田一丁目一番一号","isMainAddress":true}]}"#;

fn command_lines() -> Vec<&'static str> {
    vec![
        "",
        "--help",
        "nope",
        "customer patch --help",
        "customer get --help",
        "history --help",
        "help exit-codes",
        "help environment",
        "help rules",
        "help shorthand",
        "help nope",
        "customer explain",
        "customer explain phones",
        "customer explain emails[0].isMainEmail",
        "customer explain boosterCustomerId",
        "customer explain frist",
        "customer get 123",
        "customer get 123 firstName lastName notes emails",
        "customer get 123 notes",
        "customer get 123 companyName",
        "customer patch 123 --notes=short --fill --diff --dry-run --title=Mr.",
        "customer patch 123 --notes=short",
        "customer patch 123 --notes=short --fill -vv --verify --backup=b.toml",
        "customer patch 123 --from=wrong.toml",
        "customer patch 123 --email=x@example.com,min=1",
        "customer patch 123 --frist-name=Ada",
        "customer patch 123",
        "customer check wrong.toml nowhere.toml",
        "customer edit 123",
        "profile list",
        "profile show",
        "config check",
        "doctor",
        "auth status",
        "auth status --check",
        "history",
        "history show last",
        "history show nope",
        "undo",
        "undo nope",
    ]
}

fn world(service: &Service) -> World {
    let world = World::new();
    let text = format!(
        "default_profile = \"a-profile-with-a-long-name\"\n[profiles.a-profile-with-a-long-name]\nbase_url = \"{}/a/rather/long/path/below/the/host\"\n\
         auth = {{ kind = \"bearer\" }}\n[profiles.other]\nbase_url = \"https://example.com\"\nguard = \"confirm\"\n",
        service.url
    );
    world.file("config.toml", text);
    world.file(
        "wrong.toml",
        "frist = \"a value that is long enough to make the line wider than any terminal that is tried in this test\"\n\
         birthDate = \"31/12/2020\"\nemails = \"x\"\ngender = 1\nnotes = \"\"\ncountryId = \"Italy\"\n",
    );
    world
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for columns in [40, 80] {
        let service = Service::start([Answer::json(200, LONG)]);
        let world = world(&service);
        let config = world.path("config.toml");
        let settings = [
            ("BOOSTER_CONFIG", config.to_str().expect("a path")),
            ("BOOSTER_TOKEN", "t0ken"),
            ("BOOSTER_NO_INPUT", "1"),
            ("VISUAL", "true"),
            ("TZ", "JST-9"),
        ];
        for line in command_lines() {
            let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
            let mut terminal = Terminal::start(&world, &words, (columns, 50), &settings);
            terminal.ends();
            let shown = plain(&terminal.bytes());
            for shown in shown.lines() {
                assert!(
                    shown.width() <= usize::from(columns),
                    "{columns}: {line}: {shown:?} is {} wide",
                    shown.width()
                );
            }
        }
    }
}

/// The text without colours and without what returns the cursor.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => drop(letters.by_ref().find(char::is_ascii_alphabetic)),
            '\r' => {}
            letter => plain.push(letter),
        }
    }
    plain
}

#[test]
fn a_word_is_whole_where_it_fits_into_a_line() {
    let service = Service::start([Answer::json(200, LONG)]);
    let world = world(&service);
    let config = world.path("config.toml");
    let settings = [("BOOSTER_CONFIG", config.to_str().expect("a path")), ("BOOSTER_TOKEN", "t0ken")];
    let mut terminal = Terminal::start(&world, &["customer", "get", "123"], (80, 60), &settings);
    assert_eq!(terminal.ends(), 0);
    let shown = plain(&terminal.bytes());
    let words: Vec<&str> = shown.split_whitespace().collect();
    for word in [
        "Hohenlohe-Waldenburg-Schillingsfürst",
        "Sayn-Wittgenstein",
        "referenceSaleRepresentativeEmail,",
        "isMainEmail:",
    ] {
        assert!(words.contains(&word), "{word} in\n{shown}");
    }
}

#[test]
fn in_a_pipe_no_line_is_broken() {
    let service = Service::start([Answer::json(200, LONG)]);
    let world = world(&service);
    let mut command = world.booster(["customer", "get", "123", "--config"]);
    let run = crate::common::run(
        command.arg(world.path("config.toml")).env("BOOSTER_TOKEN", "t0ken").env("COLUMNS", "40"),
    );
    let line = "  lastName   von und zu Hohenlohe-Waldenburg-Schillingsfürst und zu Sayn-Wittgenstein\n";
    assert!(run.expect(0).stdout.contains(line), "{}", run.stdout);
}

/// A run of the history as it is stored.
fn stored(run: &str, fields: &str) -> String {
    format!(
        "{{\"run\":\"{run}\",\"time\":\"2026-11-24T21:18:45.123Z\",\"command\":\"customer patch\",\"profile\":\"dev\",\
         \"service\":\"https://a-rather-long-host-name.example.com/\",\"customer\":2147483647,\"fields\":[{fields}],\
         \"outcome\":\"unreachable\",\"exitCode\":7}}\n"
    )
}

#[test]
fn the_history_has_a_line_for_each_run_with_its_local_time() {
    let world = World::new();
    let state = world.path("state");
    std::fs::create_dir_all(state.join("booster")).expect("a folder");
    let many = "\"notes\",\"canBeContactedByMaison\",\"clientType\",\"countryId\",\"emails\",\"phones\"";
    let text = stored("20261124T211845123Z-abcd", many)
        + &stored("20261124T211845123Z-bcde", "\"contactByEmailFlag\"");
    std::fs::write(state.join("booster/history.jsonl"), text).expect("a history");
    let settings = [("XDG_STATE_HOME", state.to_str().expect("a path")), ("TZ", "JST-9")];
    let shown = |columns: u16| {
        let mut terminal = Terminal::start(&world, &["history"], (columns, 20), &settings);
        assert_eq!(terminal.ends(), 0);
        plain(&terminal.bytes())
    };
    assert_eq!(
        shown(80),
        "    Run                       Time              Customer    Outcome      Fields\n    \
           20261124T211845123Z-bcde  2026-11-25 06:18  2147483647  unreachable  1 field\n    \
           20261124T211845123Z-abcd  2026-11-25 06:18  2147483647  unreachable  +6\n"
    );
    let wide = shown(160);
    assert!(
        wide.contains("2026-11-25 06:18:45 +09:00  https://a-rather-long-host-name.example.com  dev"),
        "{wide}"
    );
    assert!(wide.contains("unreachable  notes +5\n"), "{wide}");
    let run = crate::common::run(world.booster(["history"]).envs(settings));
    assert!(
        run.expect(0)
            .stdout
            .contains("unreachable  notes, canBeContactedByMaison, clientType, countryId, emails, phones\n")
    );
}

#[test]
fn a_request_is_shown_on_a_terminal_without_its_carriage_returns() {
    let world = World::new();
    let words = patch(&["--base-url=http://127.0.0.1:9", "--dry-run=http"]);
    let mut terminal = Terminal::start(&world, &words, (80, 50), &[]);
    assert_eq!(terminal.ends(), 0);
    terminal.until("the whole head", |screen| {
        screen.contains("PATCH /customer/123 HTTP/1.1\nHost: 127.0.0.1:9\n")
    });
}
