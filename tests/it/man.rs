//! The manual pages: that each command has one, what is in it, and where they are written.

use crate::common::World;
#[cfg(target_os = "linux")]
use crate::common::sandbox::Sandbox;

/// The page of a command, without what roff needs beside the text.
fn page(words: &[&str]) -> String {
    let run = World::new().run([&["man"], words].concat());
    run.expect(0).stdout.replace("\\-", "-").replace("\\*(Aq", "'").replace("\\fB", "").replace("\\fR", "")
}

/// The titles of its sections.
fn sections(page: &str) -> Vec<&str> {
    page.lines().filter_map(|line| line.strip_prefix(".SH ")).map(|title| title.trim_matches('"')).collect()
}

#[test]
fn the_page_of_a_command_has_the_sections_of_a_manual_page_in_their_order() {
    let expected = [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "ARGUMENTS",
        "OPTIONS",
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "SEE ALSO",
    ];
    let patch = page(&["customer", "patch"]);
    assert_eq!(sections(&patch), expected);
    assert!(patch.contains("booster-customer-patch - Change one customer\n"), "{patch}");
    assert!(patch.contains("\nbooster customer patch [OPTIONS] [ID]\n"), "{patch}");
    assert!(patch.contains(".SS \"Contact and consents\"\n"), "{patch}");
    let group = page(&["customer"]);
    assert_eq!(sections(&group), ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "SEE ALSO"]);
}

#[test]
fn a_page_holds_every_flag_exit_code_and_variable() {
    let patch = page(&["customer", "patch"]);
    let world = World::new();
    let help = world.run(["customer", "patch", "--help"]).expect(0).stdout.clone();
    let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
    for flag in flags.map(|flag| flag.split(['[', '=', '.', ',']).next().unwrap_or_default()) {
        assert!(patch.contains(&format!("\n{flag}")) || patch.contains(&format!(", {flag}")), "{flag}");
    }
    for (topic, start) in [("exit-codes", "  "), ("environment", "  ")] {
        let text = world.booster(["help", topic]).env("COLUMNS", "100").output().expect("it starts").stdout;
        let text = String::from_utf8(text).expect("UTF-8");
        let rows = text.lines().skip(2).filter(|line| !line.starts_with(start) && !line.is_empty());
        for row in rows {
            let first = row.split_whitespace().next().expect("a word");
            assert!(patch.contains(&format!("\n.TP\n{first}")), "{topic}: {first}");
        }
    }
}

#[test]
fn no_page_names_a_date_a_machine_or_a_folder_of_it() {
    let world = World::new();
    world.run(["man", "--dir", "man"]).expect(0);
    let home = world.path(".").display().to_string();
    for page in std::fs::read_dir(world.path("man")).expect("a folder").flatten() {
        let text = std::fs::read_to_string(page.path()).expect("a text");
        assert!(!text.contains(home.trim_end_matches('.')), "{text}");
        let title = text.lines().find(|line| line.starts_with(".TH ")).expect("a title");
        let version = env!("CARGO_PKG_VERSION");
        assert!(title.ends_with(&format!(" 1 \"\" \"booster {version}\" \"booster manual\"")), "{title}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_files_that_a_page_names_are_those_that_are_written() {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    world.run(["profile", "add", "dev", "--auth=bearer", "--base-url", &sandbox.url]).expect(0);
    world.run_with_stdin(["auth", "login", "--with-token", "-p", "dev"], "key-ada-0123456789").expect(0);
    let patch = ["customer", "patch", "3", "--fill", "--notes=x", "--backup=x.toml", "-p", "dev"];
    world.run(patch).expect(0);
    let page = page(&["undo"]);
    let files: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("~/")).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert!(world.path(file).exists(), "{file}");
    }
}

#[test]
fn pages_are_written_into_a_folder_over_those_that_it_holds_and_beside_other_files() {
    let world = World::new();
    let folder = world.path("share/man1");
    let write = || world.run(["man", "--dir", "share/man1"]).expect(0).stdout.clone();
    let first = write();
    assert!(first.starts_with("Wrote ") && first.ends_with(" manual pages to share/man1.\n"), "{first}");
    std::fs::write(folder.join("booster.1"), "old").expect("written");
    std::fs::write(folder.join("other.1"), "of another program").expect("written");
    assert_eq!(write(), first);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a text");
    assert_eq!(read("booster.1"), world.run(["man"]).expect(0).stdout);
    assert_eq!(read("other.1"), "of another program");
}

#[test]
fn a_folder_that_takes_no_pages_is_named_with_what_to_do() {
    let world = World::new();
    world.file("file", "x");
    // Windows gives the same reason for both.
    let below = if cfg!(windows) { "file/man is a file, not a folder\n" } else { "cannot write file/man: " };
    for (folder, expected) in [("file/man", below), ("file", "file is a file, not a folder\n")] {
        let problem = world.run(["man", "--dir", folder]).expect(2).stderr.clone();
        assert!(problem.starts_with(&format!("error: {expected}")), "{problem}");
        assert!(problem.contains("hint: name a folder that you can write to, with --dir"), "{problem}");
    }
}

#[test]
fn a_command_without_a_page_is_refused_with_the_nearest_name() {
    let world = World::new();
    let refused = |words: &[&str]| world.run([&["man"], words].concat()).expect(2).stderr.clone();
    let wrong = refused(&["customer", "pach"]);
    assert_eq!(wrong, "error: there is no command customer pach\n  hint: did you mean patch?\n");
    let far = refused(&["zzz"]);
    assert!(far.contains("hint: commands are customer, bulk, undo, history,"), "{far}");
    let leaf = refused(&["undo", "last"]);
    assert!(leaf.contains("hint: undo has no commands of its own"), "{leaf}");
}
