//! What is inside of a workbook's archive, looked at before anything is made of it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{broken, too_large};
use crate::model::problem::{Fault, Rule};

/// Looks whether it is a workbook at all, and whether there is room for what is in it. Gives whether it has merged cells.
///
/// # Errors
/// What else it is, or that it is broken or too large.
pub fn inspect(bytes: &[u8], most: u64) -> Result<bool, Fault> {
    let save = "save it as .xlsx or CSV (UTF-8)";
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(if memchr::memmem::find(bytes, &name).is_some() {
            Fault::new(Rule::SYNTAX, "the workbook is encrypted").hint("save it without a password")
        } else {
            Fault::new(Rule::SYNTAX, "the file is an old Excel workbook (.xls)").hint(save)
        });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    if archive.index_for_name("mimetype").is_some() {
        return Err(Fault::new(Rule::SYNTAX, "the file is an OpenDocument spreadsheet (.ods)").hint(save));
    }
    if archive.index_for_name("xl/workbook.bin").is_some() {
        return Err(Fault::new(Rule::SYNTAX, "the file is a binary Excel workbook (.xlsb)").hint(save));
    }
    if archive.index_for_name("[Content_Types].xml").is_none() {
        return Err(Fault::new(Rule::SYNTAX, "the file is a zip archive, not an Excel workbook")
            .hint("name a table: CSV, JSON lines or .xlsx"));
    }
    let (mut inside, mut has_merged, mut part) = (0_u64, false, vec![0; 64 << 10]);
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).map_err(|error| broken(&error.to_string()))?;
        let name = file.name().map_or_else(|_| String::new(), |name| name.to_ascii_lowercase());
        let mut count_of_texts = name.ends_with("sharedstrings.xml").then(CountOfTexts::default);
        let mut kept = 0;
        loop {
            let count = file.read(&mut part[kept..]).map_err(|error| broken(&error.to_string()))?;
            inside += count as u64;
            if inside > most {
                return Err(too_large());
            }
            let read = &part[kept..kept + count];
            if count_of_texts.as_mut().is_some_and(|texts| texts.is_beyond_reason(read)) {
                return Err(too_large());
            }
            if name.ends_with(".xml") && kept == 0 && matches!(read, [0 | 0xfe | 0xff, ..] | [_, 0, ..]) {
                return Err(broken("a part of it is not UTF-8"));
            }
            has_merged |= memchr::memmem::find(&part[..kept + count], MERGED).is_some();
            if count == 0 {
                break;
            }
            // What may be the beginning of the name comes before the next part.
            let end = kept + count;
            kept = end.min(MERGED.len() - 1);
            part.copy_within(end - kept..end, 0);
        }
    }
    Ok(has_merged)
}

/// How the element of merged cells begins.
const MERGED: &[u8] = b"mergeCell ";

/// Finds the number of texts that the part with the texts of all cells claims to have. calamine makes room for so many
/// before it reads one, and there may be less memory.
#[derive(Default)]
struct CountOfTexts {
    /// The last bytes, as many as the attribute's name has.
    last: u128,
    /// How many digits there were behind the name; none where the last bytes do not belong to it.
    digits: Option<usize>,
}

impl CountOfTexts {
    const NAME: &[u8; 11] = b"uniqueCount";

    /// The most digits of a number that memory has room for.
    const MOST: usize = 7;

    /// Looks at the next bytes.
    fn is_beyond_reason(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| self.next(*byte))
    }

    fn next(&mut self, byte: u8) -> bool {
        let name = CountOfTexts::NAME.iter().fold(0, |name, letter| name << 8 | u128::from(*letter));
        self.digits = match (byte, self.digits) {
            (b'0'..=b'9', Some(digits)) => Some(digits + 1),
            (b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n', Some(0)) => Some(0),
            _ => None,
        };
        self.last = (self.last << 8 | u128::from(byte)) & ((1 << (8 * CountOfTexts::NAME.len())) - 1);
        if self.last == name {
            self.digits = Some(0);
        }
        self.digits.is_some_and(|digits| digits > CountOfTexts::MOST)
    }
}
