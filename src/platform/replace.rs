//! Writing a file whole or not at all, for the user's eyes alone: without a name until it is whole and synced, or, where
//! the system cannot do that, under a temporary name beside it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::platform::{held, regular};

/// Writes a file anew, or over the one that is there, whose mode stays. A new one is for its owner alone. Whoever
/// reads meanwhile, and whoever comes after a failure or a crash, finds the old file or the new one.
///
/// # Errors
/// If the folder takes no file, or the disk is full; then the old file is as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let written = write_beside(path, content)?;
    if let Ok(old) = fs::metadata(path) {
        written.as_file().set_permissions(old.permissions())?;
        #[cfg(windows)]
        crate::platform::rights::copy(path, written.path())?;
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
    held::replace(written, |written| written.persist(path).map_err(|refused| (refused.error, refused.file)))?;
    sync_folder(path)
}

/// Gives a file another name, in the place of whatever has it.
///
/// # Errors
/// As [`fs::rename`].
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    held::replace((), |()| fs::rename(from, to).map_err(|error| (error, ())))
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
    if let Some(file) = write_unnamed(folder_of(path), content)? {
        match link(&file, path) {
            Ok(()) => return sync_folder(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // Without /proc there is no way to name it.
            Err(_) => {}
        }
    }
    create_by_name(path, content)
}

/// As [`create`], under a temporary name.
fn create_by_name(path: &Path, content: &[u8]) -> Result<()> {
    remove_leftovers(folder_of(path));
    match write_named(path, content)?.persist_noclobber(path) {
        Ok(_) => sync_folder(path),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Err(refused.error),
        // Some file systems cannot do this in one step; there an empty new file takes the name first.
        Err(refused) => {
            File::create_new(path)?;
            take_place(refused.file, path).inspect_err(|_| drop(fs::remove_file(path)))
        }
    }
}

/// A whole file under a temporary name, to be renamed. It is deleted unless that happens.
fn write_beside(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let prefix = prefix(path)?;
    if let Some(file) = write_unnamed(folder_of(path), content)? {
        let named = builder(&prefix).make_in(folder_of(path), |name| {
            link(&file, name)?;
            file.try_clone()
        });
        if let Ok(named) = named {
            return Ok(named);
        }
    }
    write_named(path, content)
}

/// `tempfile` makes the file readable by its owner alone; on Windows it has the rights of its folder until it is closed.
fn write_named(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let file = builder(&prefix(path)?).tempfile_in(folder_of(path))?;
    // Held while it is written, so that [`remove_leftovers`] of another process leaves it alone.
    let _ = file.as_file().try_lock();
    #[cfg(windows)]
    crate::platform::rights::close(file.path())?;
    file.as_file().write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The ending marks what a crash has left.
const TEMPORARY: &str = ".booster.tmp";

/// What the names of the files that accompany this one begin with: `.name.`.
///
/// # Errors
/// If the path has no file's name.
pub fn prefix(path: &Path) -> Result<OsString> {
    let name = path.file_name().ok_or_else(|| Error::from(ErrorKind::IsADirectory))?;
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    Ok(prefix)
}

fn builder(prefix: &OsStr) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(TEMPORARY);
    builder
}

/// A whole file that has no name yet, so that nothing is left of it if the process is killed. `None` where the system,
/// or the file system, has no such files.
#[cfg(target_os = "linux")]
fn write_unnamed(folder: &Path, content: &[u8]) -> Result<Option<File>> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let Ok(file) = rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR) else { return Ok(None) };
    let mut file = File::from(file);
    file.write_all(content)?;
    file.sync_all()?;
    Ok(Some(file))
}

#[cfg(not(target_os = "linux"))]
fn write_unnamed(_: &Path, _: &[u8]) -> Result<Option<File>> {
    Ok(None)
}

/// Gives a file without a name this one, unless there is something of that name.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Removes the temporary files that killed processes have left in a folder. One that is younger than a second, or that a
/// living process holds, stays.
pub fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(b".") && name.ends_with(TEMPORARY.as_bytes()) && is_abandoned(&entry.path()) {
            // What cannot be removed now is tried again next time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody writes this file any more.
fn is_abandoned(path: &Path) -> bool {
    let Ok(file) = regular::open(path) else { return false };
    let age = file.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(1)) && file.try_lock().is_ok()
}

/// Whether a write failed because there is no room: on the disk, in a quota, or for so large a file.
pub fn is_disk_full(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// The rename itself lasts through a power cut only when the folder is synced. Systems that cannot open a folder
/// sync it by themselves.
///
/// # Errors
/// If the system refuses.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}

/// The file that is meant by a path: where a symbolic link leads, even if nothing is there yet, so that the link
/// stays a link. On Windows without the `\\?\` of a verbatim path, which hardly a program takes, where that can be left
/// out.
///
/// # Errors
/// If links lead in a circle, or through a folder that cannot be read.
pub fn followed(path: &Path) -> Result<PathBuf> {
    match dunce::canonicalize(path) {
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
        create_by_name(&path, b"one").expect_err("too long");
        assert!(!path.exists());
        fs::write(&path, "two").expect("not too long by itself");
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_what_is_being_written_is_not() {
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("b.toml");
        let left = |name: &str| {
            let left = world.path().join(name);
            let file = File::create(&left).expect("made");
            file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60)).expect("set");
            (left, file)
        };
        let (dead, file) = left(".a.toml.x1.booster.tmp");
        drop(file);
        let (living, file) = left(".a.toml.x2.booster.tmp");
        file.try_lock().expect("locked");
        let (other, _) = left(".a.toml.x3.tmp");
        let young = world.path().join(".a.toml.x4.booster.tmp");
        fs::write(&young, "x").expect("written");
        create_by_name(&path, b"x").expect("written");
        assert!(!dead.exists() && living.exists() && other.exists() && young.exists() && path.exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_has_no_name_before_it_is_whole() {
        let world = tempfile::tempdir().expect("a folder");
        let Some(file) = write_unnamed(world.path(), b"secret").expect("written") else { return };
        assert_eq!(fs::read_dir(world.path()).expect("a folder").count(), 0);
        let path = world.path().join("x");
        link(&file, &path).expect("named");
        assert_eq!(fs::read(&path).expect("readable"), b"secret");
        assert_eq!(link(&file, &path).expect_err("there").kind(), ErrorKind::AlreadyExists);
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

    #[test]
    #[cfg(windows)]
    fn a_file_that_is_held_for_a_moment_is_read_and_replaced_afterwards() {
        use std::os::windows::fs::OpenOptionsExt as _;
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("x");
        fs::write(&path, "one").expect("written");
        let held = || {
            let held =
                fs::OpenOptions::new().read(true).share_mode(0).open(&path).expect("nobody else has it");
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(60));
                drop(held);
            })
        };
        let holder = held();
        assert_eq!(regular::read(&path).expect("read"), b"one");
        holder.join().expect("no panic");
        let holder = held();
        replace_private(&path, b"two").expect("replaced");
        holder.join().expect("no panic");
        assert_eq!(fs::read(&path).expect("there"), b"two");
    }
}
