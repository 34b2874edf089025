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
    written.persist(path)?;
    sync_folder(path)
}

/// Writes a new file.
///
/// # Errors
/// As [`replace`], and where there is a file of this name already.
pub fn create(path: &Path, content: &[u8]) -> Result<()> {
    write_beside(path, content)?.persist_noclobber(path)?;
    sync_folder(path)
}

/// The temporary file has the mode 0600 from its first byte, and vanishes unless it is renamed.
fn write_beside(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let name = path.file_name().ok_or_else(|| Error::from(ErrorKind::IsADirectory))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    let mut file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The rename itself lasts through a power cut only when the folder is synced. Systems that cannot open a folder
/// sync it by themselves.
pub fn sync_folder(path: &Path) -> Result<()> {
    match File::open(folder_of(path)) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        Ok(_) | Err(_) => Ok(()),
    }
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
    #[cfg(unix)]
    fn the_mode_of_a_file_stays_and_a_new_one_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/c.toml");
        crate::private::make_folder_of(&path).expect("made");
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
