//! Reading a whole text from a file or from standard input, within a limit.

use std::io::Read;
use std::rc::Rc;

use crate::problem::{Fault, FileText, Rule};
use crate::spelling::did_you_mean;

/// The largest file that is read, in bytes. A body may have 1 MiB; comments and indentation may double it often.
pub const LARGEST_FILE: u64 = 8 << 20;

/// The path that stands for standard input.
pub const STDIN: &str = "-";

/// Why a file could not be read at all, as opposed to what is wrong in it.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {why}")]
pub struct Unreadable {
    pub path: String,
    pub why: String,
    pub hint: Option<String>,
}

/// Reads the bytes of a file, or of standard input for `-`, at most [`LARGEST_FILE`] and one of them.
///
/// # Errors
/// Where there is no such file, no permission, or a folder.
pub fn read_bytes(path: &str) -> Result<Vec<u8>, Unreadable> {
    let unreadable = |error: &std::io::Error| Unreadable {
        path: path.to_owned(),
        why: match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        },
        hint: (error.kind() == std::io::ErrorKind::NotFound).then(|| neighbour(path)).flatten(),
    };
    // With room from the start a patch comes in one read; an empty vector would be filled by 32 bytes, 64, 128 and on.
    let mut bytes = Vec::with_capacity(8 << 10);
    let read = if path == STDIN {
        std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

/// A file beside the missing one whose name is much like it.
fn neighbour(path: &str) -> Option<String> {
    let path = std::path::Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names: Vec<String> = std::fs::read_dir(folder.unwrap_or(std::path::Path::new(".")))
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    did_you_mean(path.file_name()?.to_str()?, names).map(|name| format!("did you mean {name}?"))
}

/// The bytes as text. A byte order mark is dropped.
///
/// # Errors
/// `syntax` for anything but UTF-8, `too-long` for more than [`LARGEST_FILE`].
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<Rc<FileText>, Fault> {
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Fault::new(Rule::TooLong, "the file has more than 8 MiB, or no end")
            .hint("a patch may have 1 MiB; many customers in one file are a table, not a patch"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault::new(Rule::Syntax, "the file is UTF-16").hint("save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let fault =
            Fault::new(Rule::Syntax, format!("the file is not UTF-8: byte {} cannot be read", at + 1));
        if error.as_bytes().iter().take(4096).any(|byte| *byte == 0) {
            fault.hint("this looks like a binary file, or UTF-16 without a mark; a patch is UTF-8 text")
        } else {
            fault.hint("save it as UTF-8")
        }
    })?;
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    Ok(Rc::new(FileText::new(path, text, true)))
}
