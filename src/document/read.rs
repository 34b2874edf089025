//! Reading a whole text from a file or from standard input, within a limit.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;

use crate::model::problem::{Fault, FileText, Problem, Rule, Source, line_and_column};
use crate::platform::{regular, replace, signals};
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

impl Unreadable {
    fn new(path: &Path, error: &std::io::Error) -> Unreadable {
        Unreadable {
            path: path.to_string_lossy().into_owned(),
            why: match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                ErrorKind::PermissionDenied => "permission denied".to_owned(),
                ErrorKind::IsADirectory => "it is a folder".to_owned(),
                ErrorKind::NotADirectory => "a part of its path is a file".to_owned(),
                _ => error.to_string(),
            },
            hint: match error.kind() {
                ErrorKind::NotFound => neighbour(path),
                ErrorKind::IsADirectory => Some("name a file in it".to_owned()),
                ErrorKind::NotADirectory => Some("name a path whose folders are folders".to_owned()),
                _ => None,
            },
        }
    }
}

/// Reads the bytes of a regular file, at most [`LARGEST_FILE`] and one of them.
///
/// # Errors
/// If there is no such file, no permission, or anything but a regular file.
pub fn read_regular(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    regular::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| Unreadable::new(path, &error))?;
    Ok(bytes)
}

/// Reads the bytes of a file, which may be a pipe, or of standard input for `-`, at most [`LARGEST_FILE`] and one of
/// them.
///
/// # Errors
/// If there is no such file, no permission, or a folder.
pub fn read_bytes(path: &str) -> Result<Vec<u8>, Unreadable> {
    // With room from the start a patch comes in one read; an empty vector would be filled by 32 bytes, 64, 128 and on.
    let mut bytes = Vec::with_capacity(8 << 10);
    if path == STDIN || !std::fs::metadata(path).is_ok_and(|file| file.is_file()) {
        // A pipe may have nothing to read yet, or no writer.
        signals::about_to_wait();
    }
    let read = if path == STDIN {
        std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
    };
    let path = Path::new(path);
    // Windows says of a folder that access is denied.
    let named = |error| if path.is_dir() { ErrorKind::IsADirectory.into() } else { error };
    read.map_err(|error| Unreadable::new(path, &named(error)))?;
    Ok(bytes)
}

/// A file in the same folder with a similar name.
fn neighbour(path: &Path) -> Option<String> {
    let names: Vec<String> = std::fs::read_dir(replace::folder_of(path))
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    did_you_mean(path.file_name()?.to_str()?, names).map(|name| format!("did you mean {name}?"))
}

/// What is wrong with bytes that are no text, at the end of what could be read. No line is shown: it may be a picture's.
fn undecodable(path: &str, before: &[u8], fault: Fault) -> Box<Problem> {
    let before = String::from_utf8_lossy(before).into_owned();
    let before = Rc::new(FileText::new(path, before, false));
    let end = before.text.len();
    Box::new(fault.of(Some(Source::file(&before, end..end))))
}

/// What is said of a file that its name calls a table, which is no patch.
pub fn table_fault(path: &str) -> Option<Fault> {
    let extension = Path::new(path).extension()?.to_str()?.to_ascii_lowercase();
    let what = match extension.as_str() {
        "csv" => "a table (CSV)",
        "tsv" => "a table (TSV)",
        "xlsx" | "xlsm" | "xls" => "an Excel workbook",
        "ods" => "an OpenDocument spreadsheet",
        _ => return None,
    };
    Some(Fault::new(Rule::SYNTAX, format!("the file is {what}, not a patch")).hint(ONE_CUSTOMER))
}

/// What to do with a table.
pub const ONE_CUSTOMER: &str =
    "`booster bulk patch` sends a table, a customer for each row; for one customer write TOML or JSON";

/// The bytes as text: UTF-8, or UTF-16 with its byte order mark, as Windows PowerShell writes it. The mark is dropped.
///
/// # Errors
/// `syntax` for any other encoding, `too-long` for more than [`LARGEST_FILE`].
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<Rc<FileText>, Box<Problem>> {
    if bytes.len() as u64 > LARGEST_FILE {
        let fault = Fault::new(Rule::TOO_LONG, "the file is larger than 8 MiB")
            .hint("a patch can have at most 1 MiB, for one customer");
        return Err(undecodable(path, &[], fault));
    }
    if let Some(encoding) = unknown_encoding(&bytes) {
        let fault = Fault::new(Rule::SYNTAX, format!("the file is {encoding}")).hint("save it as UTF-8");
        return Err(undecodable(path, &[], fault));
    }
    match bytes.as_slice() {
        [0xff, 0xfe, text @ ..] => return decode_utf16(path, text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => return decode_utf16(path, text, u16::from_be_bytes),
        _ => {}
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let at = error.utf8_error().valid_up_to();
        let (line, column) = line_and_column(&String::from_utf8_lossy(&bytes[..at]), at);
        let message = format!(
            "the file is not UTF-8: byte 0x{:02x} in line {line}, column {column} cannot be read",
            bytes[at]
        );
        let hint = if bytes.iter().take(4096).any(|byte| *byte == 0) {
            "this looks like a binary file; a patch must be UTF-8 text"
        } else {
            "save it as UTF-8"
        };
        let fault = table_fault(path).unwrap_or_else(|| Fault::new(Rule::SYNTAX, message).hint(hint));
        undecodable(path, &bytes[..at], fault)
    })?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Ok(Rc::new(FileText::new(path, text, true)))
}

fn decode_utf16(path: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Rc<FileText>, Box<Problem>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match letter {
            Ok(letter) => text.push(letter),
            Err(error) => {
                let half = error.unpaired_surrogate();
                return Err(broken_utf16(path, &text, &format!("U+{half:04X} is only half of a character")));
            }
        }
    }
    if rest.is_empty() {
        Ok(Rc::new(FileText::new(path, text, true)))
    } else {
        Err(broken_utf16(path, &text, "the file ends in the middle of a character"))
    }
}

fn broken_utf16(path: &str, before: &str, what: &str) -> Box<Problem> {
    let (line, column) = line_and_column(before, before.len());
    let message = format!("the file is not valid UTF-16: {what}, in line {line}, column {column}");
    undecodable(path, before.as_bytes(), Fault::new(Rule::SYNTAX, message).hint("save it as UTF-8"))
}

/// UTF-32 by its mark, or UTF-16 without one: by the zeros beside its first two characters, since a text that we read
/// begins with those of ASCII.
pub fn unknown_encoding(bytes: &[u8]) -> Option<&'static str> {
    let is_even = bytes.len().is_multiple_of(2);
    let begins = |little: bool| {
        let is_ascii = |pair: &[u8]| {
            let (letter, zero) = if little { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            zero == 0 && (b'\t'..0x7f).contains(&letter)
        };
        is_even && !bytes.is_empty() && bytes.chunks_exact(2).take(2).all(is_ascii)
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => None,
        _ => (begins(true) || begins(false)).then_some("UTF-16 without a byte order mark"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> (String, serde_json::Value) {
        let problem = decode("a.json", bytes.to_vec()).expect_err("no text");
        (problem.message.clone(), problem.source.expect("a place").to_json())
    }

    #[test]
    fn what_is_not_utf_8_is_told_where_it_stops_being_it() {
        let (message, source) = refused(b"{\n  \"a\": \"\xc3\xa9\xeb\"}");
        assert_eq!(message, "the file is not UTF-8: byte 0xeb in line 2, column 10 cannot be read");
        assert_eq!(source, serde_json::json!({ "file": "a.json", "line": 2, "column": 10 }));
    }

    fn utf_16(text: &str) -> [Vec<u8>; 2] {
        [
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ]
    }

    #[test]
    fn utf_16_is_read_by_its_mark_and_known_without_it() {
        for text in ["{}", "firstName = \"Zoë 李 😀\"\r\n"] {
            for bytes in utf_16(&format!("\u{feff}{text}")) {
                assert_eq!(decode("a.toml", bytes).expect("a text").text, text);
            }
            for bytes in utf_16(text) {
                assert_eq!(refused(&bytes).0, "the file is UTF-16 without a byte order mark", "{text}");
            }
        }
    }

    #[test]
    fn utf_16_that_is_cut_is_refused_where_it_ends() {
        for bytes in utf_16("\u{feff}a\né😀") {
            let message = |bytes: &[u8]| refused(bytes).0;
            let half =
                "the file is not valid UTF-16: U+D83D is only half of a character, in line 2, column 2";
            assert_eq!(message(&bytes[..bytes.len() - 2]), half);
            assert_eq!(
                message(&bytes[..bytes.len() - 5]),
                "the file is not valid UTF-16: the file ends in the middle of a character, in line 2, column 1"
            );
        }
    }
}
