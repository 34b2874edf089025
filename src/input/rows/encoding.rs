//! What the first bytes of an input say: its encoding, or that it is no text. UTF-16 is decoded here.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

use super::reader::{Stop, read};
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

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::tests::{read, rows, whole};
    use super::super::{RowOptions, Rows};
    use super::*;
    use crate::model::customer::CUSTOMER;

    /// Gives a few bytes at a time, whatever room there is; then an error, if it has one.
    struct Drops<'a>(&'a [u8], usize, Option<io::Error>);

    impl Read for Drops<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(room.len());
            room[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            if count == 0 { self.2.take().map_or(Ok(0), Err) } else { Ok(count) }
        }
    }

    fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn a_table_is_the_same_in_every_encoding() {
        let text = "boosterCustomerId,firstName,notes\r\n1,Zoë 李,\"😀\n\"\r\n2,\u{feff}a,\r\n";
        let expected = rows(text, &whole());
        assert_eq!(expected.len(), 2);
        let marked = format!("\u{feff}{text}");
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with a byte order mark", marked.clone().into_bytes()),
            ("UTF-16 (little endian)", utf_16(&marked, u16::to_le_bytes)),
            ("UTF-16 (big endian)", utf_16(&marked, u16::to_be_bytes)),
        ] {
            for size in [1, 2, 3, 7, 10_000] {
                let drops = || Drops(&bytes, size, None);
                assert_eq!(read("-", drops(), &whole()), expected, "{name} {size}");
                let rows = Rows::open(&CUSTOMER, "-", drops(), &whole()).expect("a table");
                assert_eq!(rows.detected().describe(), format!("CSV, separator comma, {name}, 3 columns"));
            }
        }
    }

    #[test]
    fn a_byte_that_does_not_fit_ends_the_reading_where_it_is() {
        let excel = "save it as UTF-8; in Excel that is the type \"CSV UTF-8\"";
        let utf_8 = |place: &str, byte: &str, at: usize| {
            format!(
                "syntax | {place} | the input is not UTF-8: byte 0x{byte}, which is byte {at} of the file, cannot be read | {excel}"
            )
        };
        for (mark, moved) in [(&b""[..], 0), (b"\xef\xbb\xbf", 3)] {
            for (text, lines, problem) in [
                (
                    &b"boosterCustomerId,notes\n1,a\n2,Zo\xeb\n3,b\n"[..],
                    1,
                    utf_8("notes | row 3, column notes", "eb", 32 + moved),
                ),
                (
                    b"boosterCustomerId,notes\n\xff,a\n",
                    0,
                    utf_8("boosterCustomerId | row 2, column boosterCustomerId", "ff", 24 + moved),
                ),
                (b"boosterCustomerId,not\xe9\n1,a\n", 0, utf_8("- | row 1", "e9", 21 + moved)),
                // The end of the input within a character.
                (
                    b"boosterCustomerId,notes\n1,\xe2\x82",
                    0,
                    utf_8("notes | row 2, column notes", "e2", 26 + moved),
                ),
                // Together they are a character only where the quotes are taken away.
                (b"boosterCustomerId,notes\n1,\"\xc3\"\xab", 0, utf_8("- | row 2", "c3", 27 + moved)),
                (
                    b"{\"boosterCustomerId\":1}\n{\"notes\":\"\xeb\"}\n",
                    1,
                    utf_8("- | row 2", "eb", 34 + moved),
                ),
            ] {
                let bytes = [mark, text].concat();
                let found = read("-", bytes.as_slice(), &whole());
                assert_eq!(
                    (found.len(), found.last()),
                    (lines + 1, Some(&problem)),
                    "{}",
                    text.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn utf_16_that_is_broken_ends_the_reading_behind_the_rows_before() {
        let text = "\u{feff}boosterCustomerId,notes\n1,a\n2,b😀";
        let problem = |at: usize| {
            format!(
                "syntax | notes | row 3, column notes | the input is not valid UTF-16 at byte {at} of the file | save it as UTF-8"
            )
        };
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = utf_16(text, unit);
            // Half a character, and half a unit of it.
            for (cut, at) in [(2, bytes.len() - 4), (3, bytes.len() - 4), (1, bytes.len() - 4)] {
                let found = read("-", &bytes[..bytes.len() - cut], &whole());
                assert_eq!(found, [r#"2 1 {"notes":"a"}"#.to_owned(), problem(at)], "{cut}");
            }
            let high_alone: Vec<u8> = [&bytes[..bytes.len() - 2], &utf_16("x\n3,c\n", unit)].concat();
            assert_eq!(read("-", high_alone.as_slice(), &whole())[1], problem(bytes.len() - 4));
        }
    }

    #[test]
    fn an_error_of_the_reader_comes_behind_the_rows_before() {
        let error = || Some(io::Error::other("unplugged"));
        let text = "boosterCustomerId,notes\n1,a\n2,b";
        assert_eq!(
            read("-", Drops(text.as_bytes(), 2000, error()), &RowOptions::default()),
            [
                "usage | - |  | cannot read -: unplugged | name a file that can be read, or - for standard input"
            ]
        );
        let long = format!("boosterCustomerId,notes\n1,a\n2,{}", "b".repeat(3000));
        assert_eq!(
            read("-", Drops(long.as_bytes(), 2000, error()), &RowOptions::default()),
            [
                r#"2 1 {"notes":"a"}"#,
                "usage | - | row 3 | cannot read the input: unplugged | see whether the file can still be read",
            ]
        );
    }
}
