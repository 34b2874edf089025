//! The user's editor on a file for the user's own eyes, which is gone afterwards.

use std::io;
use std::process::{Command, ExitStatus, Stdio};

use crate::document::read::{self, Unreadable};
use crate::environment::{Variable, hide_secrets};
use crate::platform::replace;

/// What is run where nobody named an editor, on a terminal: POSIX has it everywhere.
const USUAL: &str = "vi";

/// The status with which a shell says that it found no such command.
const NOT_FOUND: i32 = 127;

/// How a shell names the editor.
#[derive(Debug, Clone)]
pub struct Editor(String);

/// Why there is no edited text.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the file for the editor cannot be written: {0}")]
    File(io::Error),
    #[error("the editor {0} cannot be started")]
    NotStarted(String),
    /// Editors do so to say that nothing is to be done, as `:cq` does in vi.
    #[error("the editor ended with {0}")]
    Ended(ExitStatus),
    #[error("the terminal went away")]
    HangUp,
    #[error(transparent)]
    Unreadable(Unreadable),
}

impl Editor {
    /// `VISUAL`, else `EDITOR`, else the usual one where there is a terminal for it.
    pub fn of_environment(has_terminal: bool) -> Option<Editor> {
        let named = Variable::Visual.get().or_else(|| Variable::Editor.get());
        named.or_else(|| has_terminal.then(|| USUAL.to_owned())).map(Editor)
    }

    /// Lets the user edit the text, in a file of this name, and returns its bytes; none where the user deleted the
    /// file. The file lies in a private folder that is removed when this ends, in whatever way, and when it is dropped
    /// in the middle; what the editor leaves beside the file goes with it.
    ///
    /// # Errors
    /// Where the editor does not start, or says that nothing is to be done.
    pub async fn edit(&self, name: &str, text: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
        let folder = private_folder().map_err(Trouble::File)?;
        let path = folder.path().join(name);
        replace::create(&path, text).map_err(Trouble::File)?;
        let not_started = |_| Trouble::NotStarted(self.0.clone());
        let mut child = self.command(&path).spawn().map_err(not_started)?;
        // tokio's own processes would watch for their signals in every command, an editor or none.
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let status = tokio::select! {
            status = ended => status.map_err(io::Error::other).flatten().map_err(not_started)?,
            () = hang_up() => return Err(Trouble::HangUp),
        };
        if status.code() == Some(NOT_FOUND) {
            return Err(Trouble::NotStarted(self.0.clone()));
        }
        if !status.success() {
            return Err(Trouble::Ended(status));
        }
        if !path.exists() {
            return Ok(None);
        }
        read::read_bytes(&path.to_string_lossy()).map(Some).map_err(Trouble::Unreadable)
    }

    /// The editor's name is a shell's words, as git takes it: `code --wait`. What it prints goes to our standard error,
    /// since our standard output is for the result, and our secrets are none of its business.
    fn command(&self, path: &std::path::Path) -> Command {
        #[cfg(unix)]
        let mut command = {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{} \"$@\"", self.0), &self.0]);
            command
        };
        #[cfg(not(unix))]
        let mut command = {
            let mut words = self.0.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or(USUAL));
            command.args(words);
            command
        };
        command.arg(path).stdout(Stdio::from(io::stderr()));
        hide_secrets(&mut command);
        command
    }
}

fn private_folder() -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("booster-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// Waits for the terminal to go away, which would end the process before the file is gone.
async fn hang_up() {
    #[cfg(unix)]
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGHUP]) {
        let (tell, told) = tokio::sync::oneshot::channel();
        let handle = signals.handle();
        let watching = std::thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
            if signals.forever().next().is_some() {
                // Nobody waits any more where the editor has ended in the same moment.
                let _ = tell.send(());
            }
        });
        let _closed_at_the_end = Closing(handle);
        if watching.is_ok() && told.await.is_ok() {
            return;
        }
    }
    std::future::pending().await
}

/// Ends the watching when it is dropped.
#[cfg(unix)]
struct Closing(signal_hook::iterator::Handle);

#[cfg(unix)]
impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}
