//! The table that a bulk job is given: its file, or the copy of what can be read only once.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::bulk::folder::RunFolder;
use crate::document::read::STDIN;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::platform::signals;

/// The table's file, or the copy of what can be read only once.
pub struct Input<'a> {
    path: PathBuf,
    /// The copy, and the folder in which it lies; it goes unless the run is made.
    copy: Option<(NamedTempFile, &'a RunFolder)>,
    is_stdin: bool,
}

impl<'a> Input<'a> {
    /// Standard input and pipes are copied into the run's folder, where there is one.
    ///
    /// # Errors
    /// Failed, where it cannot be stored.
    pub fn open(name: &str, folder: Option<&'a RunFolder>) -> Result<Input<'a>, Failure> {
        let is_stdin = name == STDIN;
        let is_pipe = std::fs::metadata(name).is_ok_and(|file| !file.is_file() && !file.is_dir());
        let copied = folder.filter(|_| is_stdin || is_pipe);
        let Some(folder) = copied else {
            let path = std::path::absolute(name).unwrap_or_else(|_| name.into());
            return Ok(Input { path, copy: None, is_stdin });
        };
        folder.make().map_err(not_kept)?;
        // Under a name of its own: another process may be about to make a run of this name.
        let copy = tempfile::Builder::new().prefix("input-").tempfile_in(&folder.path).map_err(not_kept)?;
        let mut input = Input { path: copy.path().to_owned(), copy: Some((copy, folder)), is_stdin };
        signals::about_to_wait();
        if let Some((copy, _)) = &mut input.copy {
            let copied = if is_stdin {
                std::io::copy(&mut std::io::stdin().lock(), copy)
            } else {
                File::open(name).and_then(|mut file| std::io::copy(&mut file, copy))
            };
            copied.and_then(|_| copy.flush()).and_then(|()| copy.as_file().sync_all()).map_err(not_kept)?;
        }
        Ok(input)
    }

    /// The table's bytes.
    ///
    /// # Errors
    /// As [`open`].
    pub fn read(&self) -> Result<Box<dyn std::io::Read>, Failure> {
        if self.is_stdin && self.copy.is_none() {
            return Ok(Box::new(std::io::stdin()));
        }
        open(&self.path)
    }

    /// Where the run finds it.
    pub fn kept_path(&self) -> PathBuf {
        self.copy.as_ref().map_or_else(|| self.path.clone(), |(_, folder)| folder.input())
    }

    /// Gives the copy to the run, which has been made.
    ///
    /// # Errors
    /// Failed, where it cannot be stored.
    pub fn keep(mut self) -> Result<(), Failure> {
        let Some((copy, folder)) = self.copy.take() else { return Ok(()) };
        copy.persist(folder.input()).map(drop).map_err(|refused| not_kept(refused.error))
    }
}

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if let Some((copy, folder)) = self.copy.take() {
            drop(copy);
            // Where there is more in it, it is another's.
            let _ = std::fs::remove_dir(&folder.path);
        }
    }
}

fn not_kept(error: std::io::Error) -> Failure {
    Failure::new(Outcome::Failed, format!("the input cannot be stored: {error}; nothing was sent"))
        .hint("make room, or give the input as a file")
}

/// Opens a table.
///
/// # Errors
/// Usage, where there is none that can be read.
pub fn open(path: &Path) -> Result<Box<dyn std::io::Read>, Failure> {
    let unreadable =
        |why: String, hint: &str| Failure::usage(format!("cannot read {}: {why}", path.display())).hint(hint);
    let hint = "name a file that can be read, or - for standard input";
    if path.is_dir() {
        return Err(unreadable("it is a folder".to_owned(), "name a file in it"));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(unreadable("there is no such file".to_owned(), hint))
        }
        Err(error) => Err(unreadable(error.to_string(), hint)),
    }
}
