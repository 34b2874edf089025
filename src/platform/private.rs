//! Files and folders that only the user can read.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(windows)]
use crate::platform::{held, rights};
use crate::platform::{regular, replace, signals};

/// Opens a file for reading. A symbolic link is an error, as is every other reparse point on Windows, and a pipe is not
/// waited for.
///
/// # Errors
/// As [`File::open`], and for a symbolic link.
pub fn open_without_following(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
        options.open(path)
    }
    #[cfg(windows)]
    {
        /// Opens the link or other reparse point itself.
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        const FILE_ATTRIBUTE_REPARSE_POINT: u32 = 0x0400;
        std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, FILE_FLAG_OPEN_REPARSE_POINT);
        let file = held::open(|| options.open(path))?;
        let attributes = std::os::windows::fs::MetadataExt::file_attributes(&file.metadata()?);
        match attributes & FILE_ATTRIBUTE_REPARSE_POINT {
            0 => Ok(file),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link")),
        }
    }
}

/// Options for a new file that nobody else can read from its first byte on; on Windows its folder sees to that. It must
/// not exist yet; nor does the system follow a link in its place then.
pub fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Waits until no other process holds the lock that this file carries. The lock is the kernel's, and goes with the
/// handle or the process; the file stays, since removing it would let two in.
///
/// # Errors
/// If the file cannot be made, or is a symbolic link.
pub fn lock(path: &Path) -> io::Result<File> {
    let file = match new_file().open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open_without_following(path),
        other => other,
    }?;
    regular::check(&file)?;
    if file.try_lock().is_err() {
        signals::about_to_wait();
        file.lock()?;
    }
    Ok(file)
}

/// Makes a folder, and those above it that are missing, that only the user can read. One that exists stays as it is.
///
/// # Errors
/// If the system refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    #[cfg(windows)]
    let missing = folder.ancestors().take_while(|folder| !is_there(folder)).last();
    // Windows says of a file above it that it is there already.
    builder.create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => error,
    })?;
    // Those below it inherit its rights.
    #[cfg(windows)]
    missing.map(rights::close).transpose()?;
    Ok(())
}

/// Whether a folder exists. The empty path is the working directory.
#[cfg(windows)]
fn is_there(folder: &Path) -> bool {
    folder.as_os_str().is_empty() || folder.exists()
}

/// Makes the folder of a file, as [`make_folder`].
///
/// # Errors
/// If the system refuses.
pub fn make_folder_of(path: &Path) -> io::Result<()> {
    make_folder(replace::folder_of(path))
}

/// Whether the file belongs to the user whom this process acts for. On Windows the rights answer for that.
pub fn is_own(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::uid(metadata) == rustix::process::geteuid().as_raw();
    #[cfg(windows)]
    {
        let _ = metadata;
        true
    }
}

/// Whether somebody else may do anything with a file, of which this is known once it is open.
pub fn is_open_to_others(path: &Path, metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        let _ = path;
        mode(metadata) & 0o077 != 0
    }
    #[cfg(windows)]
    {
        let _ = metadata;
        rights::is_open(path)
    }
}

/// The command that closes a file to others.
pub fn closing_command(path: &Path) -> String {
    let path = path.display();
    // The last is the owner, in every language of Windows.
    if cfg!(windows) {
        format!("icacls \"{path}\" /inheritance:r /grant:r \"*S-1-3-4:F\"")
    } else {
        format!("chmod 600 '{path}'")
    }
}

/// Whether it can be told who else may read or change a file.
pub const KNOWS_RIGHTS: bool = cfg!(unix);

/// Whether a file or folder is there and has one of these mode bits. A folder with the sticky bit, such as `/tmp`, has
/// none: there nobody can replace another user's file.
pub fn has_rights(path: &Path, bits: u32) -> bool {
    fs::metadata(path).is_ok_and(|found| {
        let is_shared_folder = found.is_dir() && mode(&found) & 0o1000 != 0;
        mode(&found) & bits != 0 && !is_shared_folder
    })
}

/// The mode bits; on Windows there are none.
fn mode(metadata: &Metadata) -> u32 {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    #[cfg(windows)]
    {
        let _ = metadata;
        0
    }
}

/// Makes a folder with all that it lies in, 0700, so that it survives a power cut, and closes it to others where it
/// was open to them. One that a link leads to stays as it is: it is there for something else as well.
///
/// # Errors
/// If it cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    // Nearly always it is there, and every patch asks.
    if !path.is_dir() {
        if let Some(link) = replace::leads_nowhere(path) {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("{} is a link to a file that does not exist", link.display()),
            ));
        }
        let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
        make_folder(path)?;
        missing.into_iter().try_for_each(replace::sync_folder)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path)?;
        // A container's volume may belong to somebody else; what is written into it is closed all the same.
        if metadata.permissions().mode() & 0o077 != 0 && is_own(&metadata) && !path.is_symlink() {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
    }
    #[cfg(windows)]
    if !path.is_symlink() {
        rights::close(path)?;
    }
    Ok(())
}

/// Tries whether a file can be made in a folder, which is made as [`folder`] makes it; nothing of the file remains.
///
/// # Errors
/// If the folder or the file cannot be made.
pub fn try_folder(path: &Path) -> io::Result<()> {
    folder(path)?;
    tempfile::Builder::new().prefix(".try-").tempfile_in(path).map(drop)
}

/// Opens a file to write behind its end, and to read, and closes it to others where it was open to them. One that a
/// link leads to stays as it is.
///
/// # Errors
/// If it cannot be opened, and for everything but a regular file.
pub fn append(path: &Path) -> io::Result<File> {
    let file = regular::open_with(new_file().create_new(false).append(true).read(true).create(true), path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = file.metadata()?;
        let is_ours = metadata.is_file() && is_own(&metadata) && !path.is_symlink();
        if is_ours && is_open_to_others(path, &metadata) {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(windows)]
    if !path.is_symlink() {
        rights::close(path)?;
    }
    Ok(file)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Write as _;
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
        replace::create(&path, b"one").expect("written");
        replace::replace_private(&path, b"two").expect("replaced");
        append(&path).and_then(|mut file| file.write_all(b"!")).expect("appended");
        assert_eq!((fs::read_to_string(&path).expect("readable").as_str(), mode(&path)), ("two!", 0o600));
        assert_eq!(fs::read_dir(&inner).expect("a folder").count(), 1);
    }

    #[test]
    fn a_link_is_not_followed_and_a_pipe_not_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "x").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert!(open_without_following(&file).is_ok());
        assert!(open_without_following(&link).is_err());
        assert!(new_file().open(&link).is_err());
    }

    #[test]
    fn what_is_new_is_for_the_users_own_eyes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inner = folder.path().join("a/b");
        make_folder(&inner).expect("made");
        new_file().open(inner.join("file")).expect("made");
        for path in [folder.path().join("a"), inner.clone(), inner.join("file")] {
            let metadata = std::fs::metadata(&path).expect("there");
            assert!(!is_open_to_others(&path, &metadata), "{path:?}");
            assert!(is_own(&metadata));
        }
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
    fn a_file_that_was_open_to_others_is_closed_when_it_is_written() {
        let world = tempfile::tempdir().expect("a folder");
        let path = world.path().join("x");
        fs::write(&path, "one").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
        append(&path).expect("opened");
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn what_a_link_leads_to_stays_open() {
        let world = tempfile::tempdir().expect("a folder");
        let (inner, file) = (world.path().join("open"), world.path().join("open/x"));
        let (link, file_link) = (world.path().join("link"), world.path().join("file-link"));
        fs::create_dir(&inner).expect("made");
        fs::write(&file, "one").expect("written");
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).expect("ours");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("ours");
        std::os::unix::fs::symlink(&inner, &link).expect("a link");
        std::os::unix::fs::symlink(&file, &file_link).expect("a link");
        folder(&link).expect("there");
        append(&file_link).expect("opened");
        assert_eq!((mode(&inner), mode(&file)), (0o755, 0o644));
        // What is made inside is closed all the same.
        folder(&link.join("a")).expect("made");
        assert_eq!(mode(&inner.join("a")), 0o700);
    }

    #[test]
    fn a_link_to_nothing_is_named() {
        let world = tempfile::tempdir().expect("a folder");
        let link = world.path().join("link");
        std::os::unix::fs::symlink("gone", &link).expect("a link");
        for path in [link.clone(), link.join("a/b")] {
            let error = folder(&path).expect_err("nowhere to make it");
            assert_eq!(
                error.to_string(),
                format!("{} is a link to a file that does not exist", link.display())
            );
        }
    }
}
