//! What the binary answers a shell that asks what can be at the cursor.

use crate::common::World;
use crate::common::sandbox::Sandbox;

/// What it offers for the last of these words, without the explanations.
fn offers(world: &World, words: &[&str]) -> Vec<String> {
    let answer = explained(world, words);
    answer.lines().map(|line| line.split_once('\t').map_or(line, |(value, _)| value).to_owned()).collect()
}

/// What it answers to fish, with the explanations.
fn explained(world: &World, words: &[&str]) -> String {
    let asked = world.booster(["--", "booster"].iter().chain(words)).env("COMPLETE", "fish").output();
    let answer = asked.expect("the binary starts");
    assert_eq!(String::from_utf8_lossy(&answer.stderr), "");
    String::from_utf8(answer.stdout).expect("UTF-8")
}

/// What the script makes bash insert. Readline splits the last word into these parts, of which it replaces `typed`.
#[cfg(unix)]
fn in_bash(world: &World, before: &str, parts: &[&str], typed: &str) -> Vec<String> {
    let script = world.run(["completions", "bash"]).expect(0).stdout.clone();
    let ask = format!(
        "booster() {{ '{}' \"$@\"; }}\n{script}
         COMP_LINE=$1 COMP_POINT=${{#1}} typed=$2; shift 2
         COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))
         _booster booster \"$typed\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        env!("CARGO_BIN_EXE_booster")
    );
    let words = before.split_whitespace().chain(parts.iter().copied());
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", &ask, "bash", &format!("{before} {}", parts.concat()), typed]).args(words);
    bash.current_dir(world.path(".")).env("HOME", world.path("."));
    let answer = bash.output().expect("bash starts");
    assert_eq!(String::from_utf8_lossy(&answer.stderr), "");
    String::from_utf8(answer.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

const PATCH: [&str; 3] = ["customer", "patch", "123"];

fn patch(words: &[&str]) -> Vec<String> {
    offers(&World::new(), &[&PATCH[..], words].concat())
}

#[test]
#[cfg(unix)]
fn bash_completes_a_value_behind_an_equals_sign_though_it_splits_there() {
    let world = World::new();
    world.file("ada.json", "{}");
    for (parts, typed, expected) in [
        (&["--client-type", "=", "P"][..], "P", vec!["PRIVATE"]),
        (&["--client-type", "="], "", vec!["PRIVATE", "COMPANY"]),
        (&["--dry-run", "=", "h"], "h", vec!["http"]),
        (&["--clear", "=", "notes,em"], "notes,em", vec!["notes,emails"]),
        (&["--country-id", "=", "Germany"], "Germany", vec!["de"]),
        (&["--title", "=", r"Mr\ "], r"Mr\ ", vec![r"Mr\ \&\ Mrs"]),
        (&["--notes", "=", "@", "a"], "a", vec!["ada.json"]),
        (&["--client-t"], "--client-t", vec!["--client-type"]),
    ] {
        let offered = in_bash(&world, "booster customer patch 123", parts, typed);
        assert_eq!(offered, expected, "{parts:?}");
    }
}

#[test]
#[cfg(unix)]
fn bash_quotes_a_value_where_it_needs_that() {
    let world = World::new();
    let title =
        |typed, readline_word| in_bash(&world, "booster customer patch 123 --title", &[typed], readline_word);
    assert_eq!(title(r"Mr\ ", r"Mr\ "), [r"Mr\ \&\ Mrs"]);
    assert_eq!(title("\"Mr ", "Mr "), ["Mr & Mrs"]);
    assert_eq!(title("Mrs", "Mrs"), ["Mrs."]);
}

#[test]
fn a_field_is_completed_from_the_table() {
    assert_eq!(patch(&["--client-type", ""]), ["PRIVATE", "COMPANY"]);
    assert_eq!(patch(&["--client-type=p"]), ["--client-type=PRIVATE"]);
    assert_eq!(patch(&["--title", "Mr"]), ["Mr & Mrs", "Mr.", "Mrs."]);
    assert_eq!(patch(&["--can-be-contacted-by-maison", ""]), ["true", "false"]);
    assert_eq!(patch(&["--birth-date", ""]), Vec::<String>::new());
}

#[test]
fn a_code_is_completed_from_its_beginning_or_from_a_name() {
    for (typed, expected) in [
        ("ger", vec!["de"]),
        ("Germany", vec!["de"]),
        ("it", vec!["it"]),
        ("niger", vec!["ne"]),
        ("nigeri", vec!["ng"]),
        ("UK", vec!["gb"]),
        ("xyzzy", vec![]),
    ] {
        assert_eq!(patch(&["--country-id", typed]), expected, "{typed}");
    }
    assert_eq!(patch(&["--language-id", "italian"]), ["ita"]);
    assert_eq!(patch(&["--language-id=english"]), ["--language-id=eng"]);
    // Several codes would take the place of the name, by what they have in common.
    assert_eq!(patch(&["--country-id", "mal"]), Vec::<String>::new());
    assert_eq!(patch(&["--country-id=malt"]), ["--country-id=mt"]);
    let explained = explained(&World::new(), &[&PATCH[..], &["--country-id", "ge"]].concat());
    assert_eq!(explained, "ge\tGeorgia\n");
}

#[test]
fn a_list_of_fields_is_completed_at_its_end() {
    assert_eq!(patch(&["--clear", "notes,em"]), ["notes,emails"]);
    assert_eq!(patch(&["--clear=notes,em"]), ["--clear=notes,emails"]);
    assert!(!patch(&["--clear", ""]).contains(&"clientType".to_owned()), "it cannot be cleared");
    let undo = |word| offers(&World::new(), &["undo", word]);
    assert_eq!(undo("--force=notes,gend"), ["--force=notes,gender"]);
}

#[test]
fn a_value_that_wants_an_equals_sign_is_not_offered_without_one() {
    assert_eq!(patch(&["--dry-run=h"]), ["--dry-run=http"]);
    assert_eq!(patch(&["--dry-run", "h"]), Vec::<String>::new());
}

#[test]
fn a_file_is_completed_where_one_is_read() {
    let world = World::new();
    world.file("ada.json", "{}");
    for (words, expected) in [
        (&["--from", "a"][..], "ada.json"),
        (&["--from=a"], "--from=ada.json"),
        (&["--notes", "@a"], "@ada.json"),
        (&["--emails=@a"], "--emails=@ada.json"),
    ] {
        assert_eq!(offers(&world, &[&PATCH[..], words].concat()), [expected], "{words:?}");
    }
}

#[test]
fn a_profile_is_completed_even_from_a_configuration_that_is_wrong() {
    let world = World::new();
    let file = world.file(
        "c.toml",
        "bogus = 1\n[profiles.shop-dev]\nwrong = 1\n[profiles.shop-live]\n[profiles.other]\n",
    );
    let config = format!("--config={file}");
    for words in [&["-p", "shop"][..], &["--profile", "shop"], &["profile", "use", "shop"]] {
        assert_eq!(
            offers(&world, &[&[config.as_str()], words].concat()),
            ["shop-dev", "shop-live"],
            "{words:?}"
        );
    }
    let confirm = [&[config.as_str()], &PATCH[..], &["--confirm=shop-l"]].concat();
    assert_eq!(offers(&world, &confirm), ["--confirm=shop-live"]);
    for broken in ["[profiles", ""] {
        let file = world.file("broken.toml", broken);
        assert_eq!(offers(&world, &["--config", &file, "-p", "s"]), Vec::<String>::new());
    }
    assert_eq!(offers(&world, &["-p", "s"]), Vec::<String>::new());
}

#[test]
fn a_run_is_completed_from_the_history_and_for_an_undo_from_the_backups() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    let base_url = format!("--base-url={}", sandbox.url);
    let send = |words: &[&str]| {
        let fields = ["customer", "patch", "3", "--fill", "--notes=x", "--no-input", &base_url];
        world.run(fields.iter().chain(words)).expect(0);
    };
    send(&["--backup=before.toml"]);
    send(&[]);
    let history = world.run(["history", "-o", "json"]).expect(0).json();
    let run = |nth: usize| history["history"][nth]["run"].as_str().expect("a name").to_owned();
    let (newest, oldest) = (run(0), run(1));
    assert_eq!(offers(&world, &["history", "show", "2"]), [newest, oldest.clone()]);
    assert_eq!(offers(&world, &["undo", "2"]), std::slice::from_ref(&oldest));
    assert_eq!(offers(&world, &["undo", "la"]), ["last"]);
    assert!(explained(&world, &["undo", "2"]).starts_with(&format!("{oldest}\tcustomer 3: ")));
}

#[test]
fn commands_topics_and_places_are_completed() {
    let world = World::new();
    assert_eq!(offers(&world, &["cust"]), ["customer"]);
    assert_eq!(offers(&world, &["help", "sh"]), ["shorthand"]);
    for word in ["help", "man"] {
        assert_eq!(offers(&world, &[word, "prof"]), ["profile"]);
        assert_eq!(offers(&world, &[word, "customer", "pat"]), ["patch"]);
    }
    assert_eq!(offers(&world, &["man", "sho"]), Vec::<String>::new(), "a topic has no page");
    assert_eq!(offers(&world, &["man", "--d"]), ["--dir"]);
    std::fs::create_dir(world.path("pages")).expect("made");
    world.file("page.txt", "x");
    assert_eq!(offers(&world, &["man", "--dir", "pa"]), [format!("pages{}", std::path::MAIN_SEPARATOR)]);
    assert_eq!(offers(&world, &["customer", "explain", "emails."]), ["emails.email", "emails.isMainEmail"]);
    assert_eq!(offers(&world, &["customer", "get", "1", "firstN"]), ["firstName", "firstNameNotLatin"]);
    assert_eq!(offers(&world, &["customer", "get", "1", "emails."]), ["emails.email", "emails.isMainEmail"]);
    assert_eq!(offers(&world, &["completions", "z"]), ["zsh"]);
}

#[test]
fn the_variable_alone_keeps_no_command_from_being_run() {
    let world = World::new();
    let run = crate::common::run(world.booster(["completions", "fish"]).env("COMPLETE", "bash"));
    assert!(run.expect(0).stdout.starts_with("complete "), "{}", run.stdout);
}
