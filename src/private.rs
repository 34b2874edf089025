//! Files and folders that nobody but the user may look into.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder in which booster keeps what it did: the platform's folder for states, or for local data where it has
/// none for states. `None` where the user has no home.
pub fn state_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "booster")?;
    Some(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
}

/// Makes a folder with all that it lies in, 0700, so that it survives a power cut, and closes it to others where it
/// was open to them.
///
/// # Errors
/// Where it cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    missing.into_iter().try_for_each(sync_folder_of)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = fs::metadata(path)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file that is not there yet, 0600 from its first byte, and sees to it that it survives a power cut. Nothing
/// has its name before it is whole, whatever happens meanwhile.
///
/// # Errors
/// Where it is there already, and where it cannot be written; then nothing is left of it.
pub fn write_new(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    // Said before anything is written, and again by the link.
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let temporary = temporary(path)?;
    let written = options()
        // In a folder of others nobody may have put a link there.
        .create_new(true)
        .open(&temporary)
        .and_then(|file| write_and_sync(file, text.as_ref()))
        .and_then(|()| give_name(&temporary, path))
        .and_then(|()| sync_folder_of(path));
    // The first error is the one that matters.
    let _ = fs::remove_file(&temporary);
    written
}

/// Gives a file its name, unless another one has it.
fn give_name(temporary: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // There are file systems without links; a new file stands in for one there.
        Err(_) => {
            options().create_new(true).open(path)?;
            fs::rename(temporary, path).inspect_err(|_| drop(fs::remove_file(path)))
        }
    }
}

fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    Ok(path.with_file_name(format!(".{name}.{}.tmp", std::process::id())))
}

/// Replaces a file as a whole, or leaves it as it was.
///
/// # Errors
/// Where it cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let temporary = temporary(path)?;
    let written = options()
        .create(true)
        .truncate(true)
        .open(&temporary)
        .and_then(|file| write_and_sync(file, text.as_bytes()))
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_folder_of(path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Opens a file to write behind its end, and to read.
///
/// # Errors
/// Where it cannot be opened.
pub fn append(path: &Path) -> io::Result<File> {
    let mut options = options();
    options.append(true).read(true).create(true);
    options.open(path)
}

fn write_and_sync(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// A new name is lost in a power cut until its folder is synced as well.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_the_users_alone() {
        let world = tempfile::tempdir().expect("a folder");
        let inner = world.path().join("a/b");
        folder(&inner).expect("made");
        assert_eq!((mode(&world.path().join("a")), mode(&inner)), (0o700, 0o700));
        let path = inner.join("x");
        write_new(&path, "one").expect("written");
        replace(&path, "two").expect("replaced");
        append(&path).and_then(|mut file| file.write_all(b"!")).expect("appended");
        assert_eq!((fs::read_to_string(&path).expect("readable").as_str(), mode(&path)), ("two!", 0o600));
        assert_eq!(fs::read_dir(&inner).expect("a folder").count(), 1);
    }

    #[test]
    fn a_folder_that_was_open_to_others_is_closed() {
        let world = tempfile::tempdir().expect("a folder");
        let inner = world.path().join("open");
        fs::create_dir(&inner).expect("made");
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).expect("ours");
        folder(&inner).expect("closed");
        assert_eq!(mode(&inner), 0o700);
    }

    #[test]
    fn a_file_that_is_there_is_not_overwritten() {
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("x");
        write_new(&path, "one").expect("written");
        assert_eq!(write_new(&path, "two").expect_err("there").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).expect("readable"), "one");
        let dangling = world.path().join("y");
        std::os::unix::fs::symlink(world.path().join("nowhere"), &dangling).expect("made");
        assert_eq!(write_new(&dangling, "two").expect_err("there").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_dir(world.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn a_file_that_cannot_be_finished_never_has_its_name() {
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("x");
        // What stands in the way of the first step stands for every way in which it can end there.
        fs::create_dir(temporary(&path).expect("a name")).expect("made");
        write_new(&path, "one").expect_err("in the way");
        assert!(!path.exists());
    }
}
