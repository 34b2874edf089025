//! The conversation on a real pseudo-terminal: what is asked, what is refused, what arrives, what is left behind.

use crate::common::terminal::Terminal;
use crate::common::{Answer, Service, World, send_signal};
use serde_json::{Value, json};

const CHOOSE: &str = "Which fields do you want to change";
const DECIDE: &str = "> Change a field";
/// From where the decision begins, one up: one Enter too many must not send.
const SEND: &str = "\x1b[A\r";
const UP: &str = "\x1b[A";
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

#[test]
fn without_any_field_everything_needed_is_asked_for_and_arrives() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let mut terminal = Terminal::start(&world, &patch(&[&url]), WIDE, &[]);
    choose(&mut terminal, &["firstName", "birthDate"]);
    terminal.answers("First name:", "Zoë 李\r");
    terminal.answers("Birth date:", "1985-12-10\r");
    // Nothing is taken by Enter alone.
    terminal.answers("needed in every patch", &format!("{ENTER}{UP}"));
    terminal.answers("> No", ENTER);
    terminal.answers("Client type", DOWN);
    terminal.answers("> PRIVATE", ENTER);
    terminal.answers("needed because clientType is PRIVATE", "mrs.");
    terminal.answers("> Mrs.", ENTER);
    terminal.answers("Last name:", "Lovelace\r");
    terminal.answers("Language languageId", "english");
    terminal.answers("> English ", ENTER);
    terminal.answers("Gender", UP);
    terminal.shows("> Another value");
    terminal.types(UP);
    terminal.answers("> F", ENTER);
    terminal.answers("Country countryId", "uk");
    terminal.answers("> United Kingdom", "\x15ital");
    terminal.answers("> Italy", ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let sent = json!({
        "title": "Mrs.", "firstName": "Zoë 李", "lastName": "Lovelace", "canBeContactedByMaison": false,
        "clientType": "PRIVATE", "languageId": "eng", "gender": "F", "countryId": "it", "birthDate": "1985-12-10",
    });
    assert_eq!(body(&service), sent);
}

#[test]
fn the_line_to_repeat_sends_the_same_body_from_a_shell() {
    let (world, service) = (World::new(), ok());
    let mut terminal =
        company(&world, &service, &["--email=a@b.co,main", "--middle-name=$(x) 'y' \\", "--clear=phones"]);
    choose(&mut terminal, &["notes"]);
    terminal.answers("Notes:", "first");
    // Ctrl-J begins a new line.
    terminal.types("\nsecond");
    terminal.answers("first⏎second", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes().replace("\r\n", "\n");
    let line = said.split("To send the same again:\n  ").nth(1).expect("the line").trim_end();
    let line = line.replacen("booster", env!("CARGO_BIN_EXE_booster"), 1);
    let again =
        std::process::Command::new("/bin/sh").args(["-c", &format!("{line} --dry-run=json")]).output();
    let again = String::from_utf8(again.expect("sh").stdout).expect("UTF-8");
    assert_eq!(again, service.only().body);
    assert!(again.contains("first\\nsecond"), "{again}");
}

#[test]
fn a_wrong_answer_is_asked_again_and_is_still_there_to_be_edited() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["weddingDate"]);
    terminal.answers("Wedding date:", "2020-02-30\r");
    terminal.shows("2020-02-30 is not a day of the calendar; the last day of that month is 2020-02-29");
    terminal.answers("Wedding date: 2020-02-30", "\x7f\x7f29\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["weddingDate"], "2020-02-29");
}

#[test]
fn a_consent_is_left_as_it_is_unless_somebody_says_otherwise() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["dataSharingConsent", "contactByEmailFlag", "customerReference"]);
    // What is no consent comes first, and the consents stand apart.
    terminal.answers("Customer reference:", "R1\r");
    terminal.shows("Consents: only what the customer said");
    terminal.answers("> Leave it as it is", ENTER);
    terminal.shows("Allows data sharing");
    terminal.answers("> Leave it as it is", UP);
    terminal.answers("> No", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let body = body(&service);
    assert_eq!((&body["contactByEmailFlag"], &body["dataSharingConsent"]), (&Value::Null, &json!(false)));
    assert_eq!(body["customerReference"], "R1");
}

#[test]
fn the_items_of_a_list_are_added_changed_and_removed() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &["--email=old@b.co,main"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers("> Change a field", ENTER);
    terminal.answers("Change which field", "emails");
    terminal.answers("> Customer emails", ENTER);
    // A second one that is to be the main one as well.
    terminal.answers("> Done", DOWN);
    terminal.answers("> Add: Email", ENTER);
    terminal.answers("emails[1].email", "new@b.co\r");
    terminal.answers("Main email", UP);
    terminal.answers("> Yes", ENTER);
    terminal.answers("Change 1: old@b.co", "old");
    terminal.answers("> Change 1: old@b.co", ENTER);
    terminal.answers("> Done", DOWN);
    terminal.answers("> Email", ENTER);
    terminal.answers("Email: old@b.co", "\x15older@b.co\r");
    terminal.answers("> Done", ENTER);
    terminal.answers("Change 1: older@b.co", ENTER);
    terminal.answers("More than one is marked as the main one", UP);
    terminal.shows("> All of these");
    terminal.types(UP);
    terminal.answers("> 2: new@b.co", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    let emails =
        json!([{"email": "older@b.co", "isMainEmail": false}, {"email": "new@b.co", "isMainEmail": true}]);
    assert_eq!(body(&service)["emails"], emails);
}

#[test]
fn a_default_can_be_taken_out_and_the_line_says_so() {
    let (world, service) = (World::new(), ok());
    let config =
        world.file("c.toml", "default_profile = \"dev\"\n[profiles.dev.defaults]\nmiddleName = \"M\"\n");
    let mut terminal = company(&world, &service, &["--config", &config]);
    terminal.shows(CHOOSE);
    terminal.types("middleName");
    terminal.answers("search: middleName", "\t");
    terminal.answers("[ ] Middle name", "\x15");
    terminal.answers("type to search", ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("--no-defaults");
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["middleName"], Value::Null);
}

#[test]
fn leaving_sends_nothing() {
    for (keys, code) in [("\x1b", 9), ("\x03", 130), ("\x04", 130)] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        terminal.answers(CHOOSE, keys);
        assert_eq!(terminal.ends(), code, "{keys:?}");
        assert!(terminal.shows_cursor());
        assert!(service.received().is_empty());
    }
    // The same in the middle of a text, where Esc goes back to the list instead.
    for keys in ["\x03", "\x04"] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        choose(&mut terminal, &["notes"]);
        terminal.answers("Notes:", "half");
        terminal.answers("Notes: half", keys);
        assert_eq!(terminal.ends(), 130);
        assert!(service.received().is_empty());
    }
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["notes"]);
    terminal.answers("Notes:", "\x1b");
    // It is still chosen; now it is not any more.
    terminal.answers("Space marks", "notes");
    terminal.answers("> [x] Notes", "\t");
    terminal.answers("> [ ] Notes", "\x15");
    terminal.answers("type to search", ENTER);
    terminal.answers(DECIDE, "leave");
    terminal.answers("> Leave", ENTER);
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

/// Asks between two looks at the terminal's modes, and writes down who asks.
const WITH_MODES: &str = "stty -a > before; sh -c 'echo $$ > asking; exec $BOOSTER customer patch 123 -i --sandbox'; \
                          echo code=$?; stty -a > after";

fn asking(world: &World) -> u32 {
    let process = std::fs::read_to_string(world.path("asking")).expect("it was written down");
    process.trim_end().parse().expect("a number")
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let world = World::new();
    for (keys, code) in [("\x03", 130), ("\x1b", 9), ("", 143)] {
        let mut terminal = Terminal::start_sh(&world, WITH_MODES, WIDE);
        terminal.shows(CHOOSE);
        assert!(!terminal.shows_cursor());
        if keys.is_empty() {
            send_signal(asking(&world), "TERM");
        } else {
            terminal.types(keys);
        }
        terminal.shows(&format!("code={code}"));
        assert!(terminal.shows_cursor());
        assert_eq!(terminal.ends(), 0);
        let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
        assert_eq!(modes("before"), modes("after"));
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_conversation() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    terminal.shows(CHOOSE);
    terminal.hang_up();
    assert_ne!(terminal.ends(), 0);
    assert!(service.received().is_empty());
}

#[test]
fn a_paste_of_several_lines_answers_one_question_only() {
    for paste in ["\x1b[200~Ada\rLovelace\r\x1b[201~", "Ada\rLovelace\r\rx"] {
        let (world, service) = (World::new(), ok());
        let mut terminal = company(&world, &service, &[]);
        choose(&mut terminal, &["firstName", "lastName"]);
        terminal.answers("First name:", paste);
        terminal.shows("Ada⏎Lovelace⏎");
        terminal.types(ENTER);
        terminal.shows("is the control character U+000A");
        terminal.types("\x15Ada\r");
        terminal.answers("Last name:", "L\r");
        terminal.answers(DECIDE, SEND);
        assert_eq!(terminal.ends(), 0);
        assert_eq!((&body(&service)["firstName"], &body(&service)["lastName"]), (&json!("Ada"), &json!("L")));
    }
}

#[test]
fn a_pasted_megabyte_and_escape_sequences_are_refused_and_steer_nothing() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["firstName"]);
    terminal.answers("First name:", "\x1b[200~\x1b]0;evil\x07\x1b[2J\u{202e}\x1b[201~\r");
    terminal.shows("control character U+001B");
    assert!(!terminal.bytes().contains("\x1b]0;") && !terminal.bytes().contains('\u{202e}'));
    terminal.types("\x15");
    terminal.types(&format!("\x1b[200~{}\x1b[201~", "x".repeat(1 << 20)));
    terminal.answers("xxxxxxxx", ENTER);
    terminal.shows("the value has 1048576 bytes, more than 32 KiB");
    terminal.types("\x15Ada\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["firstName"], "Ada");
}

#[test]
fn the_questions_fit_a_narrow_window_and_one_that_changes() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), (40, 15), &[]);
    terminal.shows("goes back");
    let widest = terminal.screen().lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(40), "{}", terminal.screen());
    terminal.resize(60, 20);
    terminal.types("tvAllow");
    // Enter takes what was searched for.
    terminal.answers("search: tvAllow", ENTER);
    terminal.resize(40, 15);
    terminal.answers("Leave it as it is", DOWN);
    terminal.answers("> Yes", ENTER);
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["tvAllowStoreDataAbroad"], json!(true));
}

#[test]
fn a_terminal_without_a_cursor_is_asked_line_by_line() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "firstName, birthDate\n");
    terminal.answers("First name (", "Ada\n");
    terminal.answers("Birth date (", "soon\n");
    // What is typed before the question is asked again does not count.
    terminal.until("the question again", |screen| screen.matches("Birth date (").count() == 2);
    terminal.types("1985-12-10\n");
    terminal.answers("What now (", "1\n");
    assert_eq!(terminal.ends(), 0);
    assert!(!terminal.bytes().contains('\x1b'), "{:?}", terminal.bytes());
    assert_eq!(body(&service)["birthDate"], "1985-12-10");
    // Ctrl-D leaves.
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "\x04");
    assert_eq!(terminal.ends(), 130);
}

#[test]
fn without_colour_nothing_is_coloured() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("NO_COLOR", "1")]);
    terminal.answers(CHOOSE, "\x03");
    assert_eq!(terminal.ends(), 130);
    let is_color = |part: &str| {
        part.split_once('m')
            .is_some_and(|(codes, _)| codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
    };
    assert!(!terminal.bytes().split("\x1b[").skip(1).any(is_color), "{:?}", terminal.bytes());
}

#[test]
fn standard_output_is_the_document_alone() {
    let (world, service) = (World::new(), ok());
    let line = format!(
        "$BOOSTER customer patch 123 {} --base-url={} -o json > out.json; echo code=$?",
        COMPANY.join(" "),
        service.url
    );
    let mut terminal = Terminal::start_sh(&world, &line, WIDE);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("code=0");
    terminal.ends();
    let document = std::fs::read_to_string(world.path("out.json")).expect("written");
    let document: Value = serde_json::from_str(&document).expect("one document");
    assert_eq!(document["outcome"], "sent");
}

#[test]
fn a_patch_is_saved_as_a_file_that_is_good_and_never_overwritten() {
    let (world, service) = (World::new(), ok());
    world.file("customer.toml", "mine");
    let mut terminal = company(&world, &service, &["--email=a@b.co,main"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, "save");
    terminal.answers("> Save it as a file", ENTER);
    terminal.answers("File: customer.toml", ENTER);
    terminal.answers("customer.toml is there already", "\x15second.toml\r");
    terminal.shows("--from=second.toml");
    assert_eq!(terminal.ends(), 0);
    assert_eq!(std::fs::read_to_string(world.path("customer.toml")).expect("there"), "mine");
    world.run(["customer", "check", "second.toml"]).expect(0);
    assert!(service.received().is_empty());
}

#[test]
fn the_line_to_repeat_comes_when_the_service_refuses_too() {
    let world = World::new();
    let service =
        Service::start([Answer::json(409, r#"{"responseStatus":{"errorCode":"Conflict","message":"no"}}"#)]);
    let mut terminal = company(&world, &service, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 6);
    // One that nobody could read is a file instead.
    let long = format!("--notes={}", "x".repeat(3000));
    let mut terminal = company(&world, &service, &[&long]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.answers("> Just send it", DOWN);
    terminal.answers("> Save it as a file first", ENTER);
    terminal.answers("File: customer.toml", ENTER);
    terminal.shows("--from=customer.toml");
    terminal.ends();
    world.run(["customer", "check", "customer.toml"]).expect(0);
}

#[test]
fn where_nobody_can_be_asked_the_flags_are_named() {
    let world = World::new();
    for words in [patch(&["-i"]), patch(&["-i", "--first-name=Ada"]), patch(&[])] {
        let run = world.run(words.iter().copied().chain(["-o", "json"]));
        let hint = run.expect(2).json()["problems"][0]["hint"].as_str().unwrap_or_default().to_owned();
        for flag in
            ["--can-be-contacted-by-maison", "--client-type", "--country-id", "--last-name", "--company-name"]
        {
            assert!(hint.contains(flag), "{flag} in {hint}");
        }
    }
    for settings in [&[("BOOSTER_NO_INPUT", "1")][..], &[]] {
        let flag = if settings.is_empty() { vec!["--no-input"] } else { vec![] };
        let mut terminal = Terminal::start(&world, &patch(&flag), WIDE, settings);
        assert_eq!(terminal.ends(), 2);
    }
}

#[test]
fn what_cannot_be_asked_again_is_refused_before_anything_is_asked() {
    let (world, service) = (World::new(), ok());
    for word in ["--email=a@b.co,isMain=yes", "--event=Birthday,date=31/12/2020", "--clear=birthDate"] {
        let mut terminal = company(&world, &service, &[word]);
        assert_eq!(terminal.ends(), 3, "{word}: {}", terminal.screen());
    }
    assert!(service.received().is_empty());
}

#[test]
fn a_change_that_is_stepped_back_from_leaves_the_patch_whole() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, ENTER);
    terminal.answers("Change which field", "client");
    terminal.answers("> Client type", ENTER);
    terminal.answers("> COMPANY", UP);
    terminal.answers("> PRIVATE", ENTER);
    terminal.answers("needed because clientType is PRIVATE", "\x1b");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(body(&service)["clientType"], "COMPANY");
}

#[test]
fn esc_leads_back_to_the_answer_before_and_asks_before_answers_are_lost() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &[]);
    choose(&mut terminal, &["firstName", "lastName"]);
    terminal.answers("firstName · ", "Ada\r");
    terminal.answers("lastName · ", "\x1b");
    terminal.answers("firstName · ", "m\r");
    terminal.answers("lastName · ", "\x1b");
    terminal.answers("firstName · ", "\x1b");
    terminal.answers("type to search", "\x1b");
    terminal.answers("> Go on", DOWN);
    terminal.answers("> Leave, and lose", ENTER);
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn a_paste_on_a_terminal_without_a_cursor_answers_nothing() {
    let (world, service) = (World::new(), ok());
    let url = format!("--base-url={}", service.url);
    let words: Vec<&str> = COMPANY.iter().copied().chain([url.as_str()]).collect();
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[("TERM", "dumb")]);
    terminal.answers("Which fields do you want to change (", "notes\n");
    terminal.answers("Notes (", "rings\n1\n2\n");
    terminal.until("the question again", |screen| screen.matches("Notes (").count() == 2);
    terminal.types("rings\n");
    terminal.answers("What now (", "leave\n");
    assert_eq!(terminal.ends(), 9);
    assert!(service.received().is_empty());
}

#[test]
fn the_shell_gets_the_terminal_in_between() {
    let world = World::new();
    // A shell with job control, as a person has.
    let line =
        "set -m; $BOOSTER customer patch 123 -i --sandbox; stty -a | grep -c -e '-icanon'; fg; echo code=$?";
    let mut terminal = Terminal::start_sh(&world, line, WIDE);
    terminal.answers(CHOOSE, "\x1a");
    terminal.until("the shell's own modes", |screen| screen.lines().any(|line| line.trim() == "0"));
    terminal.answers(CHOOSE, "\x03");
    terminal.shows("code=130");
    terminal.ends();
}

#[test]
fn a_signal_that_ends_all_wipes_the_question_away_first() {
    let world = World::new();
    for (signal, code) in [("HUP", 129), ("QUIT", 131), ("TERM", 143)] {
        let mut terminal = Terminal::start_sh(&world, &format!("ulimit -c 0; {WITH_MODES}"), WIDE);
        terminal.shows(CHOOSE);
        send_signal(asking(&world), signal);
        terminal.shows(&format!("code={code}"));
        assert!(!terminal.screen().contains(CHOOSE), "{}", terminal.screen());
        terminal.ends();
        let modes = |name: &str| std::fs::read_to_string(world.path(name)).expect("stty wrote it");
        assert_eq!(modes("before"), modes("after"), "{signal}");
    }
}

#[test]
fn what_the_record_gives_is_not_asked_for() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &patch(&["-i", "--fill", "--sandbox"]), WIDE, &[]);
    choose(&mut terminal, &["firstName"]);
    terminal.answers("firstName · ", "Zoë\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    let said = terminal.bytes();
    assert!(said.contains("--fill --first-name=Zoë") || said.contains("--fill '--first-name=Zoë'"), "{said}");
}

#[test]
fn what_a_flag_got_wrong_is_asked_again() {
    let (world, service) = (World::new(), ok());
    let mut terminal = company(&world, &service, &["--birth-date=31/12/2020"]);
    terminal.answers("[x] Birth date", ENTER);
    terminal.answers("Birth date:", "2020-12-31\r");
    terminal.answers(DECIDE, SEND);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(body(&service)["birthDate"], "2020-12-31");
    // A name that does not exist cannot be asked for.
    let file = world.file("a.json", r#"{"fristName": "Ada"}"#);
    let mut terminal = company(&world, &service, &["--from", &file]);
    assert_eq!(terminal.ends(), 3);
}

/// The record of a company that asked to be contacted.
const ACME: &str = r#"{"boosterCustomerId":123,"clientType":"Company","companyName":"Acme","canBeContactedByMaison":true,"countryId":"it"}"#;

#[test]
fn what_was_taken_over_is_looked_at_again_before_it_is_sent() {
    let world = World::new();
    let withdrawn = ACME.replace("true", "false");
    let service = Service::start([Answer::json(200, ACME), Answer::json(200, &withdrawn)]);
    let url = format!("--base-url={}", service.url);
    let words = ["-i", "--fill", "--notes=x", &url];
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("canBeContactedByMaison has changed since it was shown");
    assert_eq!(terminal.ends(), 9);
    assert!(!terminal.bytes().contains("To send the same again"));
    assert!(service.received().iter().all(|request| request.head.starts_with("GET ")));

    // The line to repeat takes from the record anew what was taken from it.
    let answers = [ACME, ACME, "{}"].map(|body| Answer::json(200, body));
    let service = Service::start(answers);
    let url = format!("--base-url={}", service.url);
    let words = ["-i", "--fill", "--notes=x", &url];
    let mut terminal = Terminal::start(&world, &patch(&words), WIDE, &[]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes();
    let line = said.split("To send the same again").nth(1).expect("a line");
    assert!(line.contains("--fill") && line.contains("--notes"), "{line}");
    assert!(!line.contains("--can-be-contacted") && !line.contains("--country-id"), "{line}");
    assert_eq!(service.received().len(), 3);
}

#[test]
fn the_difference_is_shown_before_it_goes_out() {
    let world = World::new();
    let other = ACME.replace("Acme", "Other");
    let service = Service::start([&other, &other, "{}"].map(|body| Answer::json(200, body)));
    let mut terminal = company(&world, &service, &["--diff"]);
    terminal.answers(CHOOSE, ENTER);
    terminal.answers(DECIDE, SEND);
    terminal.shows("To send the same again");
    assert_eq!(terminal.ends(), 0);
    let said = terminal.bytes();
    assert!(said.contains("What would change of customer 123") && said.contains("Other"), "{said}");
}
