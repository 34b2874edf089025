//! Changes in the configuration file that leave everything else in it as it was, comments included.

use std::io::Write;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Value};

use crate::failure::Failure;
use crate::system;

/// Makes a profile the default.
///
/// # Errors
/// Usage, where the file cannot be read, is no TOML, or cannot be written. It is then as it was.
pub fn set_default(path: &Path, name: &str) -> Result<(), Failure> {
    let shown = path.display();
    let cannot =
        |what: &str, error: std::io::Error| Failure::usage(format!("cannot {what} {shown}: {error}"));
    let text = std::fs::read_to_string(path).map_err(|error| cannot("read", error))?;
    let changed = with_default(&text, name).ok_or_else(|| {
        Failure::usage(format!("{shown} is no TOML")).hint("`booster config check` says where")
    })?;
    replace(path, &changed).map_err(|error| cannot("write", error))
}

fn with_default(text: &str, name: &str) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    match document.get_mut("default_profile").and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = Value::from(name);
            *old.decor_mut() = decor;
        }
        None => {
            document.insert("default_profile", toml_edit::value(name));
        }
    }
    Some(document.to_string())
}

/// Puts a new file in the place of the old one, with the mode of the old one. A symbolic link stays one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = std::fs::metadata(&path)?.permissions();
    let new = path.with_extension(format!("toml.{}", std::process::id()));
    let written = system::private_new_file().open(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_changes_and_nothing_else() {
        let text = "# head\ndefault_profile = \"dev\" # mine\n\n[profiles.dev] # a\nbase_url = 'x'\n";
        let changed = with_default(text, "pr\"od").expect("TOML");
        assert_eq!(changed, text.replace("\"dev\"", "'pr\"od'"));
    }

    #[test]
    fn a_default_is_added_above_the_profiles() {
        let changed = with_default("# head\n[profiles.dev]\nbase_url = 'x'\n", "dev").expect("TOML");
        let read: toml::Table = toml::from_str(&changed).expect("TOML");
        assert_eq!(read["default_profile"].as_str(), Some("dev"));
        assert!(changed.contains("# head"));
    }
}
