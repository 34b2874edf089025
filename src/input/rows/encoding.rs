//! What the first bytes of an input say: its encoding, or that it is no text.

use super::transcode::{Encoding, Label};
use crate::document::read::unknown_encoding;
use crate::model::problem::{Fault, Rule};

/// How many bytes are looked at.
pub const HEAD: usize = 1 << 10;

/// Whether these bytes begin a workbook: a zip archive, or the container of older ones and of those with a password.
pub fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

/// The encoding of an input that begins with these bytes, and how many of them are its mark. Where its encoding was said,
/// a mark must not say another one.
///
/// # Errors
/// `syntax` for what is no table and no text.
pub fn find(head: &[u8], said: Option<Label>) -> Result<(Encoding, usize), Fault> {
    if let Some((what, hint)) = other_format(head) {
        return Err(Fault::new(Rule::SYNTAX, format!("the file is {what}")).hint(hint));
    }
    let wanted = said.map(Label::encoding);
    // In UTF-16 there is a zero in every second byte of the first line.
    let is_utf_16 = matches!(wanted, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    if let Some(encoding) = unknown_encoding(&head[..head.len().min(4) & !1]).filter(|_| !is_utf_16) {
        let fault = Fault::new(Rule::SYNTAX, format!("the file is {encoding}"));
        return Err(fault.hint(if encoding.starts_with("UTF-16") {
            "save it as UTF-8, or add --encoding utf-16le"
        } else {
            "save it as UTF-8"
        }));
    }
    let (marked, length) = match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8WithMark, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        _ if !is_utf_16 && has_zero_in_first_line(head) => {
            return Err(Fault::new(Rule::SYNTAX, "the file is binary, not text")
                .hint("name a table: CSV, JSON lines or .xlsx"));
        }
        _ => return Ok((wanted.unwrap_or(Encoding::Utf8), 0)),
    };
    match wanted {
        Some(wanted) if wanted != marked && (wanted, marked) != (Encoding::Utf8, Encoding::Utf8WithMark) => {
            let message =
                format!("the file is {}, not {}: it has a byte order mark", marked.name(), wanted.name());
            Err(Fault::new(Rule::SYNTAX, message).hint("remove --encoding"))
        }
        Some(_) | None => Ok((marked, length)),
    }
}

fn has_zero_in_first_line(head: &[u8]) -> bool {
    head.iter().take(HEAD).take_while(|byte| !matches!(byte, b'\n' | b'\r')).any(|byte| *byte == 0)
}

/// A file of another format by its first bytes, and what to do with it.
fn other_format(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let decompress = "decompress it first";
    Some(match head {
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => ("compressed (bzip2)", decompress),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("compressed (xz)", decompress),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("compressed (zstd)", decompress),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::super::tests::{read, rows, whole};
    use super::super::{RowOptions, Rows};
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
        let hint = "save it as UTF-8 (in Excel the type \"CSV UTF-8\"), or say which encoding it has: --encoding windows-1252";
        let utf_8 = |place: &str, byte: &str, at: usize| {
            format!(
                "syntax | {place} | the input is not UTF-8: byte 0x{byte}, which is byte {at} of the file, cannot be read | {hint}"
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
