//! The store as a file, `credentials.toml` beside the configuration: for the user's own eyes, written whole or not at
//! all, one writer at a time.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use super::Entry;
use crate::auth::error::AuthError;
use crate::outcome::Outcome;
use crate::platform::{private, replace};

pub const NAME: &str = "credentials.toml";

/// A larger one is no store of ours, in bytes.
const LARGEST: u64 = 4 << 20;

const HEAD: &str = "# Secrets, written by `booster auth login`. `booster auth logout` removes them.\n\n";

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    #[serde(default)]
    credential: Vec<Entry>,
}

/// The entries; none where there is no file.
///
/// # Errors
/// If the file must not be trusted, or cannot be read.
pub fn read(path: &Path) -> Result<Vec<Entry>, AuthError> {
    // There are secrets in what a killed writer left.
    replace::remove_leftovers(replace::folder_of(path));
    let shown = path.display();
    let cannot = |error: io::Error| {
        AuthError::new(format!("cannot read {shown}: {error}")).hint("check who may read it")
    };
    let file = match private::open_without_following(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(_) if path.is_symlink() => {
            return Err(untrusted(path, "is a symbolic link", "remove it, and sign in again"));
        }
        Err(error) => return Err(cannot(error)),
    };
    // Of the open file, not of the path: the path may lead elsewhere by now.
    let metadata = file.metadata().map_err(cannot)?;
    if !metadata.is_file() {
        return Err(untrusted(path, "is not a file", "remove it, and sign in again"));
    }
    if !private::is_own(&metadata) {
        return Err(untrusted(path, "belongs to another user", "remove it, and sign in again"));
    }
    if private::is_open_to_others(path, &metadata) {
        let command = private::closing_command(path);
        let hint = format!("run `{command}`; if others may have read it, change the secrets too");
        return Err(untrusted(path, "can be read or changed by other users", &hint));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LARGEST).read_to_string(&mut text).map_err(cannot)?;
    // The reader's own message repeats the line, and with it the secret.
    let content: Content = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        let what = format!("{shown} cannot be read: line {line} was not written by booster");
        AuthError::new(what).hint("remove the file, and sign in again")
    })?;
    Ok(content.credential)
}

fn untrusted(path: &Path, why: &str, hint: &str) -> AuthError {
    AuthError::new(format!("{} {why}, so it is not trusted", path.display())).hint(hint)
}

/// Changes the entries, while no other process does. The file is replaced as a whole, or stays as it was.
///
/// # Errors
/// As [`read`], and where the folder or the disk takes no new file.
pub fn change(path: &Path, change: impl FnOnce(&mut Vec<Entry>)) -> Result<(), AuthError> {
    let cannot = |error: io::Error| {
        let is_full = replace::is_disk_full(&error);
        let error = AuthError::new(format!("cannot write {}: {error}", path.display()));
        if is_full {
            return AuthError { outcome: Outcome::Failed, ..error }
                .hint("free some space on the disk and sign in again; what was stored before is unchanged");
        }
        error.hint("check who may write to its folder; what was stored before is unchanged")
    };
    private::make_folder_of(path).map_err(cannot)?;
    let _lock = private::lock(&path.with_extension("lock")).map_err(cannot)?;
    let mut content = Content { credential: read(path)? };
    change(&mut content.credential);
    let text = toml::to_string(&content).map(|text| Zeroizing::new(HEAD.to_owned() + &text));
    let text = text.map_err(|_| AuthError::new("the credentials cannot be written as TOML"))?;
    replace::replace_private(path, text.as_bytes()).map_err(cannot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::session::Session;
    use crate::auth::store::{Store, StoreKey};
    use crate::model::arbitrary::hostile;
    use jiff::Timestamp;

    fn entry(profile: &str, origin: &str) -> Entry {
        Entry {
            profile: profile.to_owned(),
            origin: origin.to_owned(),
            kind: "bearer".to_owned(),
            user: None,
            issuer: None,
            header: None,
            secret: Some("hunter2\"\n".into()),
            saved: Timestamp::UNIX_EPOCH,
            used: None,
            session: None,
        }
    }

    fn store(folder: &tempfile::TempDir) -> (Store, std::path::PathBuf) {
        let path = folder.path().join("conf").join(NAME);
        (Store::File(path.clone()), path)
    }

    #[track_caller]
    fn put(store: &Store, profile: &str, origin: &str) {
        store
            .change(&StoreKey { profile, origin, header: None }, |_| Some(entry(profile, origin)))
            .expect("stored");
    }

    #[test]
    fn an_entry_is_found_by_profile_and_origin_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, _) = store(&folder);
        let found = |profile: &str, origin: &str| {
            store.get(&StoreKey { profile, origin, header: None }).expect("readable").is_some()
        };
        assert!(!found("dev", "https://a"));
        put(&store, "dev", "https://a");
        put(&store, "dev", "https://b");
        put(&store, "prod", "https://a");
        assert!(found("dev", "https://a") && found("dev", "https://b") && found("prod", "https://a"));
        assert!(!found("prod", "https://b") && !found("dev", "http://a"));
        store
            .change(&StoreKey { profile: "dev", origin: "https://a", header: None }, |_| None)
            .expect("removed");
        assert!(!found("dev", "https://a") && found("dev", "https://b"));
        assert_eq!(store.origins("dev", "", &[]), ["https://b"]);
    }

    #[test]
    fn many_writers_lose_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, path) = store(&folder);
        let writers: Vec<_> = (0..20)
            .map(|writer| {
                let store = store.clone();
                std::thread::spawn(move || put(&store, &format!("p{writer}"), "https://a"))
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().expect("no panic"));
        assert_eq!(read(&path).expect("readable").len(), 20);
        let names = std::fs::read_dir(path.parent().expect("a folder")).expect("readable").count();
        assert_eq!(names, 2, "the store and its lock");
    }

    #[cfg(unix)]
    #[test]
    fn a_store_that_others_can_reach_is_not_trusted_and_not_written() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, path) = store(&folder);
        put(&store, "dev", "https://a");
        let old = std::fs::read_to_string(&path).expect("readable");
        let key = StoreKey { profile: "dev", origin: "https://a", header: None };
        for mode in [0o640, 0o604, 0o660, 0o601] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("changed");
            let error = store.get(&key).expect_err("open to others");
            assert!(
                error.message.ends_with("can be read or changed by other users, so it is not trusted"),
                "{error}"
            );
            store.change(&key, |_| None).expect_err("open to others");
            assert_eq!(std::fs::read_to_string(&path).expect("readable"), old);
        }
        std::fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).expect("linked");
        let error = store.change(&key, |old| old).expect_err("a link");
        assert!(error.message.contains("is a symbolic link"), "{error}");
        assert!(!folder.path().join("elsewhere").exists());
        std::fs::remove_file(&path).expect("removed");
        std::fs::create_dir(&path).expect("made");
        assert!(store.get(&key).expect_err("a folder").message.contains("is not a file"));
    }

    #[test]
    fn a_store_that_is_broken_is_not_repeated_in_the_message() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, path) = store(&folder);
        put(&store, "dev", "https://a");
        for broken in [
            "[[credential]]\nsecret = \"hunter2\"\nmore = 1\n",
            "hunter2",
            "[[credential]]\nsecret = hunter2",
        ] {
            // Written in place, so that the mode stays.
            std::fs::write(&path, broken).expect("written");
            let error =
                store.get(&StoreKey { profile: "dev", origin: "https://a", header: None }).expect_err(broken);
            assert!(
                error.message.contains("line ") && !format!("{error:?}").contains("hunter2"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn what_a_killed_writer_left_over_is_cleared_away_by_whoever_comes_next() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, path) = store(&folder);
        put(&store, "dev", "https://a");
        let left_over = path.with_file_name(".credentials.toml.x.booster.tmp");
        std::fs::write(&left_over, "half").expect("written");
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
        let file = std::fs::File::options().write(true).open(&left_over).expect("it is there");
        file.set_modified(old).expect("made old");
        drop(file);
        assert_eq!(read(&path).expect("readable").len(), 1);
        assert!(!left_over.exists());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_stored_is_read_back_whatever_stands_in_it(texts in proptest::array::uniform6(hostile())) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join(NAME);
            let [profile, origin, kind, user, issuer, secret] = texts;
            let written = Entry {
                kind,
                user: Some(user),
                issuer: Some(issuer),
                session: Some(Session::bearer(&secret, Some(std::time::Duration::from_secs(60)))),
                secret: Some(secret.into()),
                ..entry(&profile, &origin)
            };
            change(&path, |entries| entries.push(written.clone())).expect("written");
            let read = read(&path).expect("readable");
            proptest::prop_assert_eq!(toml::to_string(&read[0]).ok(), toml::to_string(&written).ok());
            proptest::prop_assert_eq!(&read[0].profile, &profile);
        }
    }

    #[test]
    fn an_entry_comes_back_as_it_was() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, path) = store(&folder);
        put(&store, "d\"ev", "https://a");
        let [read] = &read(&path).expect("readable")[..] else { panic!("one entry") };
        assert_eq!(toml::to_string(read).ok(), toml::to_string(&entry("d\"ev", "https://a")).ok());
    }
}
