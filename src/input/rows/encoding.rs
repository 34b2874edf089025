//! What the first bytes of an input say: its encoding, or that it is no text. UTF-16 is decoded here.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

use super::window::{Stop, read};
use crate::document::read::unknown_encoding;
use crate::model::problem::{Fault, Rule};

/// How many bytes are looked at.
pub const HEAD: usize = 1 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8WithMark,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8WithMark => "UTF-8 with a byte order mark",
            Encoding::Utf16Le => "UTF-16 (little endian)",
            Encoding::Utf16Be => "UTF-16 (big endian)",
        }
    }
}

/// The encoding of an input that begins with these bytes, and how many of them are its mark.
///
/// # Errors
/// `syntax` for what is no table and no text.
pub fn find(head: &[u8]) -> Result<(Encoding, usize), Fault> {
    if let Some((what, hint)) = other_format(head) {
        return Err(Fault::new(Rule::SYNTAX, format!("the file is {what}")).hint(hint));
    }
    // In UTF-16 there is a zero in every second byte of the first line.
    if let Some(encoding) = unknown_encoding(&head[..head.len().min(4) & !1]) {
        return Err(Fault::new(Rule::SYNTAX, format!("the file is {encoding}")).hint("save it as UTF-8"));
    }
    match head {
        [0xef, 0xbb, 0xbf, ..] => Ok((Encoding::Utf8WithMark, 3)),
        [0xff, 0xfe, ..] => Ok((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Ok((Encoding::Utf16Be, 2)),
        _ if has_zero_in_first_line(head) => Err(Fault::new(Rule::SYNTAX, "the file is binary, not text")
            .hint("name a table: CSV, or JSON lines, in UTF-8")),
        _ => Ok((Encoding::Utf8, 0)),
    }
}

fn has_zero_in_first_line(head: &[u8]) -> bool {
    head.iter().take(HEAD).take_while(|byte| !matches!(byte, b'\n' | b'\r')).any(|byte| *byte == 0)
}

/// A file of another format by its first bytes, and what to do with it.
fn other_format(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let decompress = "decompress it first";
    Some(match head {
        [b'P', b'K', 3, 4, ..] => {
            ("an Excel workbook (.xlsx), or another zip archive", "save it as CSV (UTF-8)")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an Excel workbook (.xls)", "save it as CSV (UTF-8)"),
        [0x1f, 0x8b, ..] => ("compressed (gzip)", "decompress it first, as in `gunzip FILE`"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => ("compressed (bzip2)", decompress),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("compressed (xz)", decompress),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("compressed (zstd)", decompress),
        _ => return None,
    })
}

/// Decodes UTF-16, a part at a time.
pub struct Utf16 {
    decoder: Decoder,
    /// What was read and not decoded yet, from `taken` on.
    part: Vec<u8>,
    taken: usize,
    /// Where the part begins in the file.
    offset: u64,
    is_at_end: bool,
    /// Whether the decoder has given everything; it must not be asked again.
    is_done: bool,
    malformed: Option<u64>,
}

/// The room that the longest character needs.
const LONGEST: usize = 16;

impl Utf16 {
    /// The decoder of these first bytes and of what follows them; none for an encoding that needs none.
    pub fn of(encoding: Encoding, first: &[u8], offset: usize) -> Option<Utf16> {
        let encoding = match encoding {
            Encoding::Utf8 | Encoding::Utf8WithMark => return None,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        };
        Some(Utf16 {
            decoder: encoding.new_decoder_without_bom_handling(),
            part: first.to_vec(),
            taken: 0,
            offset: offset as u64,
            is_at_end: false,
            is_done: false,
            malformed: None,
        })
    }

    /// Fills a part of this room, which must not be small, and returns how much; 0 at the end.
    ///
    /// # Errors
    /// What ends the reading.
    pub fn read(&mut self, reader: &mut impl Read, room: &mut [u8]) -> Result<usize, Stop> {
        debug_assert!(room.len() >= LONGEST, "room for a character");
        loop {
            if let Some(at) = self.malformed {
                return Err(Stop::Malformed(at));
            }
            if self.is_done {
                return Ok(0);
            }
            let rest = &self.part[self.taken..];
            let (result, taken, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, room, self.is_at_end);
            self.taken += taken;
            if let DecoderResult::Malformed(length, behind) = result {
                let back = u64::from(length) + u64::from(behind);
                self.malformed = Some((self.offset + self.taken as u64).saturating_sub(back));
            }
            let is_empty = result == DecoderResult::InputEmpty;
            self.is_done = is_empty && self.is_at_end;
            if written > 0 {
                return Ok(written);
            }
            if is_empty && !self.is_done {
                self.next_part(reader)?;
            }
        }
    }

    fn next_part(&mut self, reader: &mut impl Read) -> Result<(), Stop> {
        self.offset += self.part.len() as u64;
        self.taken = 0;
        self.part.resize(32 << 10, 0);
        let count = read(reader, &mut self.part).map_err(Stop::Io)?;
        self.part.truncate(count);
        self.is_at_end = count == 0;
        Ok(())
    }
}
