//! What is asked of the operating system beyond the standard library: no core files, whose file something is, and
//! opening a file without being led elsewhere.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Keeps the memory of this process, which may hold secrets, out of core files.
///
/// The limit is 1 byte and not 0: Linux looks at no limit when a program collects the cores, as systemd's and Ubuntu's
/// do, except that it gives up at exactly 1. No core fits into one byte, so a file is not written either.
pub fn forbid_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // It fails only where the limit is 0 and may not be raised, which is as good.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(1), maximum: Some(1) });
    }
}

/// Opens a file for reading. A symbolic link is an error, and a pipe is not waited for.
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
    }
    options.open(path)
}

/// Options for a new file that nobody else can read from its first byte on. It must not exist yet; nor does the
/// system follow a link in its place then.
pub fn private_new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder, and those above it that are missing, for the user's own eyes alone. One that exists stays as it is.
///
/// # Errors
/// Where the system refuses.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether the file belongs to the user whom this process acts for. On Windows a profile's folder answers for that.
pub fn is_own(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::uid(metadata) == rustix::process::geteuid().as_raw();
    #[cfg(not(unix))]
    return true;
}

/// The mode bits by which group or others may do anything with the file.
pub fn others_rights(metadata: &Metadata) -> u32 {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077;
    #[cfg(not(unix))]
    return 0;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_not_followed_and_a_pipe_not_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "x").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert!(open_without_following(&file).is_ok());
        assert!(open_without_following(&link).is_err());
        assert!(private_new_file().open(&link).is_err());
    }

    #[test]
    fn what_is_new_is_for_the_users_own_eyes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inner = folder.path().join("a/b");
        make_private_folder(&inner).expect("made");
        private_new_file().open(inner.join("file")).expect("made");
        for path in [folder.path().join("a"), inner.clone(), inner.join("file")] {
            let metadata = std::fs::metadata(&path).expect("there");
            assert_eq!(others_rights(&metadata), 0, "{path:?}");
            assert!(is_own(&metadata));
        }
    }
}
