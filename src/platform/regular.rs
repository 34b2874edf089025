//! Opening files that must be regular ones: on a pipe or a device a read, or the opening itself, may wait without end.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use crate::platform::held;

/// Opens a file for reading. A symbolic link is followed.
///
/// # Errors
/// As [`File::open`], and for everything but a regular file.
pub fn open(path: &Path) -> Result<File> {
    open_with(OpenOptions::new().read(true), path)
}

/// Opens a file by these options, without waiting for the other end of a pipe.
///
/// # Errors
/// As [`OpenOptions::open`], and for everything but a regular file.
pub fn open_with(options: &mut OpenOptions, path: &Path) -> Result<File> {
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
    }
    let file = held::open(|| options.open(path)).map_err(|error| {
        // Windows says of a folder that access is denied.
        if path.is_dir() {
            return ErrorKind::IsADirectory.into();
        }
        // A socket cannot be opened, and a pipe that nobody reads cannot be written.
        let is_other = path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir());
        if is_other { not_regular() } else { error }
    })?;
    check(&file)?;
    Ok(file)
}

/// Checks a file that is open.
///
/// # Errors
/// For everything but a regular file.
pub fn check(file: &File) -> Result<()> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() { Ok(()) } else { Err(not_regular()) }
}

/// Reads a whole file.
///
/// # Errors
/// As [`open`], and as reading itself.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_regular() -> Error {
    Error::new(ErrorKind::InvalidInput, "it is a pipe, a device or a socket, not a regular file")
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn only_a_regular_file_is_opened_and_nothing_is_waited_for() {
        let world = tempfile::tempdir().expect("a folder");
        let (file, link, pipe) = (world.path().join("a"), world.path().join("l"), world.path().join("p"));
        std::fs::write(&file, "x").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .expect("a pipe");
        let _socket = std::os::unix::net::UnixListener::bind(world.path().join("s")).expect("a socket");
        assert_eq!((read(&file).expect("read"), read(&link).expect("read")), (b"x".to_vec(), b"x".to_vec()));
        for path in [&*pipe, &world.path().join("s"), Path::new("/dev/zero")] {
            for options in [OpenOptions::new().read(true), OpenOptions::new().write(true)] {
                let error = open_with(options, path).expect_err("not regular");
                assert!(error.to_string().contains("not a regular file"), "{path:?}: {error}");
            }
        }
        assert_eq!(read(world.path()).expect_err("a folder").kind(), ErrorKind::IsADirectory);
    }
}
