//! Opening the user's editor on a temporary file that only the user can read.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::environment::{Variable, hide_secrets};
use crate::platform::{private, regular, replace, tty};

/// The editor where neither variable is set: POSIX has the one everywhere, and Windows the other.
const DEFAULT: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// The status with which a shell says that it found no such command.
const NOT_FOUND: i32 = 127;

/// The editor's command line, as a shell reads it; on Windows, which has none for this, the program and its arguments.
#[derive(Debug, Clone)]
pub struct Editor(String);

/// A file for the editor. It lies in a folder of its own, which is removed when this is dropped, with whatever else the
/// editor left there.
#[derive(Debug)]
pub struct EditedFile {
    path: PathBuf,
    _folder: tempfile::TempDir,
    /// Held as long as we or the editor live, so that no other process takes it for an abandoned one.
    _lock: File,
}

/// Why there is no edited file.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    #[error("the file for the editor cannot be written: {0}")]
    File(io::Error),
    #[error("the editor {0} cannot be started")]
    NotStarted(String),
    /// Editors do so to say that nothing is to be done, as `:cq` does in vi.
    #[error("the editor ended with {0}")]
    Ended(ExitStatus),
    #[error("the terminal went away")]
    HangUp,
}

impl Editor {
    /// `VISUAL`, else `EDITOR`, else the default where there is a terminal for it.
    pub fn of_environment(has_terminal: bool) -> Option<Editor> {
        let named = Variable::Visual.get().or_else(|| Variable::Editor.get());
        named.or_else(|| has_terminal.then(|| DEFAULT.to_owned())).map(Editor)
    }

    /// Lets the user edit the file. Whatever comes of it, what was saved until then is in the file.
    ///
    /// # Errors
    /// If the editor does not start or says that nothing is to be done.
    pub async fn edit(&self, file: &EditedFile) -> Result<(), EditorError> {
        let not_started = |_| EditorError::NotStarted(self.0.clone());
        let mut child = self.command(&file.path).spawn().map_err(not_started)?;
        // tokio's own processes would watch for their signals in every command, an editor or none.
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let status = tokio::select! {
            status = ended => status.map_err(io::Error::other).flatten().map_err(not_started)?,
            () = tty::hang_up() => return Err(EditorError::HangUp),
        };
        if status.code() == Some(NOT_FOUND) {
            return Err(EditorError::NotStarted(self.0.clone()));
        }
        if status.success() { Ok(()) } else { Err(EditorError::Ended(status)) }
    }

    /// The editor's name is a shell's words, as git takes it: `code --wait`. What it prints goes to our standard error,
    /// since our standard output is for the result, and it does not get our secrets.
    fn command(&self, path: &Path) -> Command {
        #[cfg(unix)]
        let mut command = {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{} \"$@\"", self.0), &self.0]);
            command
        };
        #[cfg(windows)]
        let mut command = {
            use crate::platform::program;
            let (program, arguments) = program::split(&self.0, program::exists);
            let mut command = Command::new(program::find(&program));
            command.args(arguments);
            command
        };
        command.arg(path).stdout(Stdio::from(io::stderr()));
        hide_secrets(&mut command);
        command
    }
}

impl EditedFile {
    /// Writes a file of this name for the editor.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(name: &str, text: &[u8]) -> Result<EditedFile, EditorError> {
        let create = || {
            let mut builder = tempfile::Builder::new();
            builder.prefix(PREFIX);
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
            let folder = builder.tempdir()?;
            let lock = private::new_file().open(folder.path().join(LOCK))?;
            // Where nothing can be locked, nothing is found to be abandoned either.
            let _ = lock.try_lock();
            // The editor inherits it: it may go on after we were killed.
            #[cfg(unix)]
            let _ = rustix::io::fcntl_setfd(&lock, rustix::io::FdFlags::empty());
            let path = folder.path().join(name);
            replace::create(&path, text)?;
            // A file with another time was saved by the editor.
            lock.set_modified(path.metadata()?.modified()?)?;
            Ok(EditedFile { path, _folder: folder, _lock: lock })
        };
        create().map_err(EditorError::File)
    }

    /// `None` where the user deleted it.
    pub fn path(&self) -> Option<&Path> {
        self.path.exists().then_some(&*self.path)
    }
}

/// What the names of our folders among the temporary files begin with.
const PREFIX: &str = "booster-edit-";

/// The file in such a folder that says whether it is in use.
const LOCK: &str = ".lock";

/// Removes the folders that killed processes have left among the temporary files. What was saved in one is handed to
/// `keep` before; the folder stays where that says no.
pub fn remove_abandoned(mut keep: impl FnMut(&[u8]) -> bool) {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes())
            && entry.metadata().is_ok_and(|found| found.is_dir() && private::is_own(&found));
        let lock = is_ours.then(|| regular::open(&entry.path().join(LOCK)).ok()).flatten();
        let Some(lock) = lock.filter(|lock| lock.try_lock().is_ok()) else { continue };
        let modified = |file: io::Result<Metadata>| file.and_then(|found| found.modified()).ok();
        let written = modified(lock.metadata());
        let files = std::fs::read_dir(entry.path()).into_iter().flatten().flatten().map(|file| file.path());
        // An editor's own files, such as a backup of vim's, end otherwise.
        let mut saved = files.filter(|file| {
            file.extension().is_some_and(|end| end == "toml") && modified(file.metadata()) != written
        });
        if saved.all(|file| regular::read(&file).is_ok_and(|text| keep(&text))) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
