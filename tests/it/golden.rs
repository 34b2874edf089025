//! The generated files of the repository: each is written anew when it is no longer what booster prints, and the test
//! then fails once, so that the change is seen before it is committed.

use crate::common::{World, root};

/// Holds files to their contents.
#[track_caller]
pub fn hold(files: impl IntoIterator<Item = (String, String)>) {
    let mut changed = Vec::new();
    for (path, content) in files {
        let file = root().join(&path);
        if std::fs::read_to_string(&file).unwrap_or_default() != content {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
            std::fs::write(&file, content).expect("the file can be written");
            changed.push(path);
        }
    }
    assert!(changed.is_empty(), "written anew: {}. Look at the change, and commit it.", changed.join(", "));
}

/// What booster prints for these words.
#[track_caller]
fn printed(words: &str) -> String {
    World::new().run(words.split(' ')).expect(0).stdout.clone()
}

#[test]
fn the_completion_scripts_are_those_of_the_table() {
    let scripts = [
        ("bash", "booster.bash"),
        ("zsh", "_booster"),
        ("fish", "booster.fish"),
        ("powershell", "_booster.ps1"),
        ("elvish", "booster.elv"),
    ];
    hold(
        scripts
            .map(|(shell, file)| (format!("completions/{file}"), printed(&format!("completions {shell}")))),
    );
}

#[test]
fn what_the_table_says_is_kept_to_be_read() {
    let texts = [
        ("customer explain", "explain.txt"),
        ("customer schema", "schema.json"),
        ("customer template", "template.toml"),
        ("customer template --format json", "template.json"),
        ("customer template --client-type PRIVATE --format json", "template-private.json"),
        ("customer patch --help", "help-customer-patch.txt"),
        ("help", "help.txt"),
        ("help shorthand", "help-shorthand.txt"),
    ];
    hold(texts.map(|(words, file)| (format!("tests/golden/{file}"), printed(words))));
}

#[test]
fn the_manual_pages_are_those_of_the_commands() {
    let world = World::new();
    world.run(["man", "--dir", "man"]).expect(0);
    let pages = std::fs::read_dir(world.path("man")).expect("a folder").flatten();
    let names: Vec<String> =
        pages.map(|page| page.file_name().into_string().expect("a plain name")).collect();
    for kept in std::fs::read_dir(root().join("tests/golden/man")).into_iter().flatten().flatten() {
        let name = kept.file_name().into_string().expect("a plain name");
        assert!(names.contains(&name), "{name} is the page of no command: remove it");
    }
    hold(names.iter().map(|name| {
        let text = std::fs::read_to_string(world.path("man").join(name)).expect("a text");
        (format!("tests/golden/man/{name}"), text)
    }));
}
