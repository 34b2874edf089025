//! Writing a file whole or not at all: a temporary file beside it, for the user's eyes alone, synced and then renamed.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes a file anew, or over the one that is there, whose mode stays. A new one is for its owner alone. Whoever
/// reads meanwhile, and whoever comes after a failure or a crash, finds the old file or the new one.
///
/// # Errors
/// Where the folder takes no file, or the disk is full; then the old file is as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let written = write_beside(path, content)?;
    if let Ok(old) = fs::metadata(path) {
        written.as_file().set_permissions(old.permissions())?;
    }
    take_place(written, path)
}

/// As [`replace`], but afterwards the file is for its owner alone, whatever its mode was.
///
/// # Errors
/// As [`replace`].
pub fn replace_private(path: &Path, content: &[u8]) -> Result<()> {
    take_place(write_beside(path, content)?, path)
}

fn take_place(written: NamedTempFile, path: &Path) -> Result<()> {
    written.persist(path)?;
    sync_folder(path)
}

/// Writes a new file. Nothing has its name before it is whole, whatever happens meanwhile.
///
/// # Errors
/// As [`replace`], and where there is something of this name already; then nothing is left of it.
pub fn create(path: &Path, content: &[u8]) -> Result<()> {
    // Said before anything is written, and again when it is given its name.
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    match write_beside(path, content)?.persist_noclobber(path) {
        Ok(_) => sync_folder(path),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Err(refused.error),
        // Some file systems cannot do this in one step; there an empty new file takes the name first.
        Err(refused) => {
            File::create_new(path)?;
            take_place(refused.file, path).inspect_err(|_| drop(fs::remove_file(path)))
        }
    }
}

/// `tempfile` makes the file readable by its owner alone, and deletes it unless it is renamed. The ending marks what a
/// crash has left.
fn write_beside(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let name = path.file_name().ok_or_else(|| Error::from(ErrorKind::IsADirectory))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    let file = builder.tempfile_in(folder_of(path))?;
    file.as_file().write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The rename itself lasts through a power cut only when the folder is synced. Systems that cannot open a folder
/// sync it by themselves.
///
/// # Errors
/// Where the system refuses.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}

/// The file that is meant by a path: where a symbolic link leads, even if nothing is there yet, so that the link
/// stays a link.
///
/// # Errors
/// Where links lead in a circle, or through a folder that cannot be read.
pub fn followed(path: &Path) -> Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // One link may lead to the next. They lead to what is missing, and so in no circle.
            let mut end = path.to_owned();
            while let Ok(target) = fs::read_link(&end) {
                end = folder_of(&end).join(target);
            }
            Ok(end)
        }
        other => other,
    }
}

/// The link on the way to a path that leads to what is not there.
pub fn leads_nowhere(path: &Path) -> Option<&Path> {
    path.ancestors().find(|above| above.is_symlink() && !above.exists())
}

/// The folder that a file of this path lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        create(&path, b"old").expect("written");
        assert_eq!(create(&path, b"new").expect_err("it is there").kind(), ErrorKind::AlreadyExists);
        assert!(replace(&folder.path().join("a.toml/b"), b"new").is_err());
        assert_eq!(fs::read(&path).expect("there"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_finished_never_has_its_name() {
        let world = tempfile::tempdir().expect("a folder");
        // A name so long that the temporary one has no room beside it stands for every way in which the first step fails.
        let path = world.path().join("x".repeat(250));
        create(&path, b"one").expect_err("too long");
        assert!(!path.exists());
        fs::write(&path, "two").expect("not too long by itself");
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_is_there_is_not_overwritten() {
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("x");
        create(&path, b"one").expect("written");
        assert_eq!(create(&path, b"two").expect_err("there").kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).expect("readable"), "one");
        let dangling = world.path().join("y");
        std::os::unix::fs::symlink(world.path().join("nowhere"), &dangling).expect("made");
        assert_eq!(create(&dangling, b"two").expect_err("there").kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_dir(world.path()).expect("a folder").count(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn the_mode_of_a_file_stays_and_a_new_one_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/c.toml");
        crate::platform::private::make_folder_of(&path).expect("made");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        replace(&path, b"one").expect("written");
        assert_eq!(
            (mode(&path), mode(&folder.path().join("a")), mode(&folder.path().join("a/b"))),
            (0o600, 0o700, 0o700)
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        replace(&path, b"two").expect("written");
        assert_eq!((mode(&path), fs::read(&path).expect("there")), (0o640, b"two".to_vec()));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_followed_even_to_where_nothing_is_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("there");
        let link = root.join("link");
        std::os::unix::fs::symlink("target", &link).expect("a link");
        assert_eq!(followed(&link).expect("followed"), root.join("target"));
        let chain = root.join("chain");
        std::os::unix::fs::symlink("link", &chain).expect("a link");
        assert_eq!(followed(&chain).expect("followed"), root.join("target"));
        fs::write(root.join("target"), "x").expect("written");
        assert_eq!(followed(&link).expect("followed"), root.join("target"));
        std::os::unix::fs::symlink("circle", root.join("circle")).expect("a link");
        assert!(followed(&root.join("circle")).is_err());
    }
}
