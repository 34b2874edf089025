//! Line ends and encodings: those of a file are the file's, not its texts'.

use crate::common::{World, patch};
use serde_json::{Value, json};

/// The body that a dry run of these words shows.
#[track_caller]
fn body(world: &World, words: &[&str]) -> Value {
    world.run(patch(words).into_iter().chain(["--dry-run=json"])).expect(0).json()
}

#[test]
fn a_file_with_windows_line_ends_gives_the_same_texts_as_one_without() {
    let world = World::new();
    let toml = world.file(
        "a.toml",
        "firstName = \"Ada\"\r\nnotes = \"\"\"\r\nPrefers calls\r\nafter 18:00\r\n\"\"\"\r\n\r\n[[events]]\r\n\
         eventType = \"Other\"\r\neventDate = 2020-12-30\r\neventNotes = '''a\r\nb'''\r\n",
    );
    let sent = body(&world, &["--from", &toml]);
    assert_eq!(sent["notes"], "Prefers calls\nafter 18:00\n");
    assert_eq!(sent["events"][0]["eventNotes"], "a\nb");
    let note = world.file("note.txt", "Prefers calls\r\n\r\nafter 18:00\r\n\r\n");
    let name = world.file("name.txt", "Ada\r\n");
    let sent = body(&world, &[&format!("--notes=@{note}"), &format!("--first-name=@{name}")]);
    // One line end ends the file.
    assert_eq!(sent["notes"], "Prefers calls\n\nafter 18:00\n");
    assert_eq!(sent["firstName"], "Ada");
    let words = ["customer", "patch", "123", "--profile=dev", "--dry-run=json"];
    world.file(
        "config.toml",
        "[profiles.dev.defaults]\r\ncountryId = \"it\"\r\nclientType = \"COMPANY\"\r\ncompanyName = \"Acme\"\r\n\
         canBeContactedByMaison = true\r\nnotes = \"\"\"\r\na\r\nb\"\"\"\r\n",
    );
    let run = world.run(words.into_iter().chain(["--config=config.toml", "--first-name=Ada"]));
    assert_eq!(run.expect(0).json()["notes"], "a\nb");
}

#[test]
fn an_escape_of_a_line_end_arrives_as_it_was_written() {
    let world = World::new();
    for (name, text) in [("a.json", "{\"notes\": \"a\\r\\nb\"}"), ("a.toml", "notes = \"a\\r\\nb\"\n")] {
        let path = world.file(name, text);
        assert_eq!(body(&world, &["--from", &path])["notes"], "a\r\nb", "{name}");
    }
    assert_eq!(body(&world, &["--notes=a\r\nb"])["notes"], "a\r\nb");
    let path = world.file("b.json", "{\"notes\": \"a\\rb\", \"firstName\": \"Ada\\r\\nB\"}");
    let run = world.run(patch(&["--from", &path, "-o", "json"]));
    assert_eq!(run.expect(3).problems(), ["control-character firstName", "control-character notes"]);
}

#[test]
fn a_problem_in_a_file_with_windows_line_ends_has_its_line_and_column() {
    let world = World::new();
    let path = world.file("a.toml", "notes = \"\"\"a\r\nb\"\"\"\r\nfirstName = 5\r\n");
    let run = world.run(patch(&["--from", &path, "-o", "json"]));
    assert_eq!(
        run.expect(3).json()["problems"][0]["source"],
        json!({ "file": path, "line": 3, "column": 13 })
    );
}

#[test]
fn utf_16_as_powershell_writes_it_is_read_from_files_and_standard_input() {
    let world = World::new();
    let utf16 = |text: &str| {
        let units = format!("\u{feff}{text}");
        units.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let toml = world.file("a.toml", utf16("firstName = \"Zoë 李\"\r\nnotes = \"\"\"a\r\nb\"\"\"\r\n"));
    let list = world.file("list.json", utf16("[{\"email\": \"a@b.co\", \"isMainEmail\": true}]\r\n"));
    let name = world.file("name.txt", utf16("Byron\r\n"));
    let words = ["--from", &toml, &format!("--emails=@{list}"), &format!("--last-name=@{name}")];
    let sent = body(&world, &words);
    assert_eq!((&sent["firstName"], &sent["notes"]), (&json!("Zoë 李"), &json!("a\nb")));
    assert_eq!((&sent["lastName"], &sent["emails"][0]["email"]), (&json!("Byron"), &json!("a@b.co")));
    let words = patch(&["--from=-", "--dry-run=json"]);
    assert_eq!(world.run_with_stdin(words, utf16("{\"notes\": \"é\"}")).expect(0).json()["notes"], "é");
    let path = world.file("b.toml", utf16("firstName = \"李\"\r\n# é\r\nbirthDate = 5\r\n"));
    let run = world.run(patch(&["--from", &path, "-o", "json"]));
    assert_eq!(
        run.expect(3).json()["problems"][0]["source"],
        json!({ "file": path, "line": 3, "column": 13 })
    );
}
