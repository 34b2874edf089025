//! The table that a bulk job is given: its file, or the copy of what can be read only once.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::bulk::folder::RunFolder;
use crate::document::read::STDIN;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::platform::{private, signals};

/// The table's file, or the copy of what can be read only once.
pub struct Input<'a> {
    pub path: PathBuf,
    /// The folder with the copy, which goes unless the run is made.
    copy: std::cell::Cell<Option<&'a RunFolder>>,
    is_stdin: bool,
}

impl<'a> Input<'a> {
    /// Standard input and pipes are copied into the run's folder, where there is one.
    ///
    /// # Errors
    /// Usage, where there is no such table; failed, where it cannot be stored.
    pub fn open(name: &str, folder: Option<&'a RunFolder>) -> Result<Input<'a>, Failure> {
        let is_stdin = name == STDIN;
        let is_regular = !is_stdin && std::fs::metadata(name).is_ok_and(|file| file.is_file());
        let copied = folder.filter(|_| !is_regular && (is_stdin || Path::new(name).exists()));
        let Some(folder) = copied else {
            let path = std::path::absolute(name).unwrap_or_else(|_| name.into());
            return Ok(Input { path, copy: None.into(), is_stdin });
        };
        let input = Input { path: folder.input(), copy: Some(folder).into(), is_stdin };
        let not_kept = |error: std::io::Error| {
            Failure::new(Outcome::Failed, format!("the input cannot be stored: {error}; nothing was sent"))
                .hint("make room, or give the input as a file")
        };
        folder.make().map_err(not_kept)?;
        let mut copy = private::new_file().open(folder.input()).map_err(not_kept)?;
        signals::about_to_wait();
        let copied = if is_stdin {
            std::io::copy(&mut std::io::stdin().lock(), &mut copy)
        } else {
            File::open(name).and_then(|mut file| std::io::copy(&mut file, &mut copy))
        };
        copied.and_then(|_| copy.flush()).and_then(|()| copy.sync_all()).map_err(not_kept)?;
        Ok(input)
    }

    /// The table's bytes.
    ///
    /// # Errors
    /// As [`open`].
    pub fn read(&self) -> Result<Box<dyn std::io::Read>, Failure> {
        if self.is_stdin && self.copy.get().is_none() {
            return Ok(Box::new(std::io::stdin()));
        }
        open(&self.path)
    }

    /// The run has the copy now.
    pub fn keep(&self) {
        self.copy.set(None);
    }
}

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if let Some(folder) = self.copy.get() {
            // Nothing but the copy is in it yet.
            let _ = folder.remove();
        }
    }
}

/// Opens a table.
///
/// # Errors
/// Usage, where there is none that can be read.
pub fn open(path: &Path) -> Result<Box<dyn std::io::Read>, Failure> {
    let unreadable =
        |why: String, hint: &str| Failure::usage(format!("cannot read {}: {why}", path.display())).hint(hint);
    match File::open(path) {
        Ok(_) if path.is_dir() => Err(unreadable("it is a folder".to_owned(), "name a file in it")),
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(unreadable(
            "there is no such file".to_owned(),
            "name a file that can be read, or - for standard input",
        )),
        Err(error) => {
            Err(unreadable(error.to_string(), "name a file that can be read, or - for standard input"))
        }
    }
}
