//! Opening the user's editor on a temporary file that only the user can read.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::environment::{Variable, hide_secrets};
use crate::platform::{replace, tty};

/// The editor where neither variable is set: POSIX has it everywhere.
const DEFAULT: &str = "vi";

/// The status with which a shell says that it found no such command.
const NOT_FOUND: i32 = 127;

/// The editor's command line, as a shell reads it.
#[derive(Debug, Clone)]
pub struct Editor(String);

/// The file after the editor has ended. It lies in a folder of its own, which is removed when this is dropped, with
/// whatever else the editor left there.
#[derive(Debug)]
pub struct EditedFile {
    path: PathBuf,
    _folder: tempfile::TempDir,
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

    /// Lets the user edit the text in a file of this name. The file is removed as well when the future is dropped.
    ///
    /// # Errors
    /// Where the file cannot be written, and where the editor does not start or says that nothing is to be done.
    pub async fn edit(&self, name: &str, text: &[u8]) -> Result<EditedFile, EditorError> {
        let folder = private_folder().map_err(EditorError::File)?;
        let path = folder.path().join(name);
        replace::create(&path, text).map_err(EditorError::File)?;
        let not_started = |_| EditorError::NotStarted(self.0.clone());
        let mut child = self.command(&path).spawn().map_err(not_started)?;
        // tokio's own processes would watch for their signals in every command, an editor or none.
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let status = tokio::select! {
            status = ended => status.map_err(io::Error::other).flatten().map_err(not_started)?,
            () = tty::hang_up() => return Err(EditorError::HangUp),
        };
        if status.code() == Some(NOT_FOUND) {
            return Err(EditorError::NotStarted(self.0.clone()));
        }
        if !status.success() {
            return Err(EditorError::Ended(status));
        }
        Ok(EditedFile { path, _folder: folder })
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
        #[cfg(not(unix))]
        let mut command = {
            let mut words = self.0.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or(DEFAULT));
            command.args(words);
            command
        };
        command.arg(path).stdout(Stdio::from(io::stderr()));
        hide_secrets(&mut command);
        command
    }
}

impl EditedFile {
    /// `None` where the user deleted it.
    pub fn path(&self) -> Option<&Path> {
        self.path.exists().then_some(&*self.path)
    }
}

fn private_folder() -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("booster-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}
