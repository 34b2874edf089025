//! Encodings other than UTF-8, and what is written in them as UTF-8, a part at a time.

use std::io::Read;
use std::str::FromStr;

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use super::gzip::Bytes;
use super::reader::Stop;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8WithMark,
    Utf16Le,
    Utf16Be,
    /// One that only `--encoding` says.
    Named(Label),
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8WithMark => "UTF-8 with a byte order mark",
            Encoding::Utf16Le => "UTF-16 (little endian)",
            Encoding::Utf16Be => "UTF-16 (big endian)",
            Encoding::Named(label) => label.name(),
        }
    }
}

/// An encoding by its name, as people and web pages write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label(&'static encoding_rs::Encoding);

/// The names that are suggested.
const USUAL: &str = "utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, iso-8859-15, windows-1250, windows-1251, \
     shift_jis, gb18030, big5, euc-kr";

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Label, String> {
        let found = encoding_rs::Encoding::for_label_no_replacement(text.as_bytes());
        found.map(Label).ok_or_else(|| format!("there is no such encoding; usual ones are {USUAL}"))
    }
}

impl Label {
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub fn encoding(self) -> Encoding {
        if self.0 == UTF_8 {
            Encoding::Utf8
        } else if self.0 == UTF_16LE {
            Encoding::Utf16Le
        } else if self.0 == UTF_16BE {
            Encoding::Utf16Be
        } else {
            Encoding::Named(self)
        }
    }
}

/// Decodes an input, a part at a time.
pub struct Transcoder {
    decoder: Decoder,
    encoding: &'static encoding_rs::Encoding,
    /// What was read and not decoded yet, from `taken` on.
    part: Vec<u8>,
    taken: usize,
    /// Where the part begins in the file.
    offset: u64,
    is_at_end: bool,
    /// Whether the decoder has given everything; it must not be asked again.
    is_done: bool,
    malformed: Option<(u64, Option<u8>)>,
}

/// The room that the longest character needs.
const LONGEST: usize = 16;

impl Transcoder {
    /// The decoder of these first bytes and of what follows them; none for an encoding that needs none.
    pub fn of(encoding: Encoding, first: &[u8], offset: usize) -> Option<Transcoder> {
        let encoding = match encoding {
            Encoding::Utf8 | Encoding::Utf8WithMark => return None,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Named(label) => label.0,
        };
        Some(Transcoder {
            decoder: encoding.new_decoder_without_bom_handling(),
            encoding,
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
    pub fn read<R: Read>(&mut self, bytes: &mut Bytes<R>, room: &mut [u8]) -> Result<usize, Stop> {
        debug_assert!(room.len() >= LONGEST, "room for a character");
        loop {
            if let Some((at, byte)) = self.malformed {
                return Err(Stop::Malformed { at, byte, encoding: self.encoding.name() });
            }
            if self.is_done {
                return Ok(0);
            }
            let rest = &self.part[self.taken..];
            let start = self.offset + self.taken as u64;
            let (result, taken, mut written) =
                self.decoder.decode_to_utf8_without_replacement(rest, room, self.is_at_end);
            self.taken += taken;
            if let DecoderResult::Malformed(length, behind) = result {
                let back = u64::from(length) + u64::from(behind);
                self.is_malformed((self.offset + self.taken as u64).saturating_sub(back));
            }
            // What a code page has no letter for is decoded as a control character.
            if self.encoding.is_single_byte()
                && let Some(at) = control(&room[..written])
            {
                let letters = room[..at].iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count();
                self.is_malformed(start + letters as u64);
                written = at;
            }
            let is_empty = result == DecoderResult::InputEmpty;
            self.is_done = is_empty && self.is_at_end;
            if written > 0 {
                return Ok(written);
            }
            if is_empty && !self.is_done && self.malformed.is_none() {
                self.next_part(bytes)?;
            }
        }
    }

    fn is_malformed(&mut self, at: u64) {
        let in_part = at.checked_sub(self.offset).and_then(|at| usize::try_from(at).ok());
        self.malformed = Some((at, in_part.and_then(|at| self.part.get(at)).copied()));
    }

    fn next_part<R: Read>(&mut self, bytes: &mut Bytes<R>) -> Result<(), Stop> {
        self.offset += self.part.len() as u64;
        self.taken = 0;
        self.part.resize(32 << 10, 0);
        let read = bytes.read(&mut self.part);
        self.part.truncate(*read.as_ref().unwrap_or(&0));
        self.is_at_end = read? == 0;
        Ok(())
    }
}

/// Where the first of the characters U+0080 to U+009F is.
fn control(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xc2, text).find(|at| matches!(text.get(at + 1), Some(0x80..=0x9f)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, whole};
    use super::super::{RowOptions, Rows};
    use super::*;
    use crate::model::customer::CUSTOMER;

    fn said(label: &str) -> RowOptions {
        RowOptions { encoding: Some(label.parse().expect(label)), ..whole() }
    }

    #[test]
    fn a_table_is_read_in_the_encoding_that_is_said() {
        for (label, name, bytes, expected) in [
            ("windows-1252", "windows-1252", &b"Zo\xeb \x80 \xa0-"[..], "Zoë € \u{a0}-"),
            ("ISO-8859-1", "windows-1252", b"Zo\xeb", "Zoë"),
            ("latin1", "windows-1252", b"Zo\xeb", "Zoë"),
            ("iso-8859-15", "ISO-8859-15", b"\xa4", "€"),
            ("windows-1250", "windows-1250", b"\x8aime\xe8ek", "Šimeček"),
            ("shift_jis", "Shift_JIS", b"\x91\xbe\x98Y", "太郎"),
            ("gb18030", "gb18030", b"\xc0\xee\x81\x30\x81\x30", "李\u{80}"),
            ("big5", "Big5", b"\xa7\xf5", "李"),
            ("euc-kr", "EUC-KR", b"\xb1\xe8", "김"),
            ("utf-8", "UTF-8", "Zoë".as_bytes(), "Zoë"),
        ] {
            let table = [b"boosterCustomerId;notes\n1;", bytes, b"\n"].concat();
            for length in [1, 2, 5, table.len()] {
                let found = read("-", Drops(&table, length), &said(label));
                assert_eq!(found, [format!("2 1 {{\"notes\":\"{expected}\"}}")], "{label} {length}");
            }
            let rows = Rows::open(&CUSTOMER, "-", table.as_slice(), &said(label)).expect("a table");
            assert_eq!(rows.detected().describe(), format!("CSV, separator semicolon, {name}, 2 columns"));
        }
        for (label, unit) in
            [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)]
        {
            for mark in ["", "\u{feff}"] {
                let text = format!("{mark}boosterCustomerId,notes\n1,Zoë\n");
                let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
                assert_eq!(read("-", bytes.as_slice(), &said(label)), [r#"2 1 {"notes":"Zoë"}"#], "{label}");
            }
        }
    }

    /// Gives a few bytes at a time, whatever room there is.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let length = self.1.min(room.len());
            self.0.read(&mut room[..length])
        }
    }

    #[test]
    fn a_byte_that_has_no_letter_ends_the_reading_where_it_is() {
        for (label, name, bytes) in [
            ("windows-1252", "windows-1252", &b"\x81"[..]),
            ("windows-1252", "windows-1252", b"\x9d"),
            ("windows-1253", "windows-1253", b"\xff"),
            ("iso-8859-2", "ISO-8859-2", b"\x85"),
            ("shift_jis", "Shift_JIS", b"\xff"),
            ("euc-kr", "EUC-KR", b"\xff"),
            ("big5", "Big5", b"\xff"),
        ] {
            let before = b"boosterCustomerId,firstName,notes\n1,b,c\n2,a,b";
            let table = [before, bytes, b"x\n3,b,c\n"].concat();
            for length in [1, 3, table.len()] {
                let found = read("-", Drops(&table, length), &said(label));
                let problem = format!(
                    "syntax | notes | row 3, column notes | the input is not {name}: byte 0x{:02x}, which is byte {} of the file, cannot be read | see whether --encoding names the right one, or save the table as UTF-8",
                    bytes[0],
                    before.len()
                );
                assert_eq!(found, [r#"2 1 {"firstName":"b","notes":"c"}"#, &problem], "{label} {length}");
            }
        }
        // Behind letters of which each is a byte, and far into the file.
        let mut table = b"boosterCustomerId,notes\n".to_vec();
        (1..20_000).for_each(|id| table.extend([format!("{id},").as_bytes(), b"\xe9\xe8\n"].concat()));
        let at = table.len() - 2;
        table[at] = 0x8d;
        let found = read("-", table.as_slice(), &said("windows-1252"));
        assert_eq!(found.len(), 19_999);
        assert!(
            found[19_998].contains(&format!("byte 0x8d, which is byte {at} of the file")),
            "{}",
            found[19_998]
        );
    }

    #[test]
    fn a_mark_that_says_another_encoding_is_told() {
        for (label, bytes, expected) in [
            (
                "windows-1252",
                &b"\xef\xbb\xbfboosterCustomerId\n1\n"[..],
                "UTF-8 with a byte order mark, not windows-1252",
            ),
            ("utf-8", b"\xff\xfeb\0\n\0", "UTF-16 (little endian), not UTF-8"),
            ("utf-16le", b"\xfe\xff\0b\0\n", "UTF-16 (big endian), not UTF-16 (little endian)"),
        ] {
            let problem = format!(
                "syntax | - | - | the file is {expected}: it has a byte order mark | remove --encoding"
            );
            assert_eq!(read("-", bytes, &said(label)), [problem], "{label}");
        }
        let unmarked = format!("\u{feff}{}", "boosterCustomerId\n1\n");
        assert_eq!(read("-", unmarked.as_bytes(), &said("utf-8")), ["2 1 {}"]);
    }

    #[test]
    fn only_names_of_encodings_name_one() {
        for wrong in ["", "utf8x", "ebcdic", "iso-2022-kr"] {
            let said = wrong.parse::<Label>().expect_err(wrong);
            assert!(said.contains("usual ones are utf-8, utf-16le, utf-16be, windows-1252"), "{said}");
        }
        for usual in USUAL.split(", ") {
            usual.parse::<Label>().expect(usual);
        }
    }
}
