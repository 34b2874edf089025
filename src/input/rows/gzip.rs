//! The bytes of an input, decompressed as they are read where they are gzip.

use std::io::{self, Chain, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use super::reader::{Stop, read};

/// The first bytes of whatever is gzip.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Where an input comes from.
pub enum Bytes<R> {
    Plain(Start<R>),
    Gzip { decoder: Box<MultiGzDecoder<Start<R>>>, broken: Option<bool> },
}

/// The bytes that were looked at, and those behind them.
type Start<R> = Chain<Cursor<Vec<u8>>, Noting<R>>;

/// Notes whether the reader itself failed, as opposed to what is in it.
pub struct Noting<R> {
    inner: R,
    has_failed: bool,
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(room);
        self.has_failed = read.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        read
    }
}

impl<R: Read> Bytes<R> {
    /// Begins to read, and finds by the first bytes whether they are compressed.
    ///
    /// # Errors
    /// If nothing can be read.
    pub fn open(mut reader: R) -> io::Result<Bytes<R>> {
        let (mut head, mut end) = (vec![0; MAGIC.len()], 0);
        while end < head.len() {
            match read(&mut reader, &mut head[end..])? {
                0 => break,
                count => end += count,
            }
        }
        head.truncate(end);
        let is_gzip = head == MAGIC;
        let start = Cursor::new(head).chain(Noting { inner: reader, has_failed: false });
        Ok(if is_gzip {
            Bytes::Gzip { decoder: Box::new(MultiGzDecoder::new(start)), broken: None }
        } else {
            Bytes::Plain(start)
        })
    }

    pub fn is_compressed(&self) -> bool {
        matches!(self, Bytes::Gzip { .. })
    }

    /// Reads once; 0 at the end.
    ///
    /// # Errors
    /// What ends the reading; for what is broken the same again.
    pub fn read(&mut self, room: &mut [u8]) -> Result<usize, Stop> {
        match self {
            Bytes::Plain(start) => read(start, room).map_err(Stop::Io),
            Bytes::Gzip { broken: Some(is_cut), .. } => Err(Stop::Gzip { is_cut: *is_cut }),
            Bytes::Gzip { decoder, broken } => read(decoder, room).map_err(|error| {
                if decoder.get_ref().get_ref().1.has_failed {
                    return Stop::Io(error);
                }
                let is_cut = error.kind() == ErrorKind::UnexpectedEof;
                *broken = Some(is_cut);
                Stop::Gzip { is_cut }
            }),
        }
    }
}

/// Reads what is left behind the bytes that were read; none where it is more than this in all.
///
/// # Errors
/// What ends the reading.
pub fn rest<R: Read>(input: &mut Bytes<R>, mut bytes: Vec<u8>, most: usize) -> Result<Option<Vec<u8>>, Stop> {
    loop {
        let end = bytes.len();
        if end > most {
            return Ok(None);
        }
        bytes.resize(end + end.clamp(64 << 10, 8 << 20), 0);
        let count = input.read(&mut bytes[end..])?;
        bytes.truncate(end + count);
        if count == 0 {
            return Ok(Some(bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::tests::{read as read_all, shown, whole};
    use super::super::{RowOptions, Rows};
    use super::*;
    use crate::model::customer::CUSTOMER;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("room");
        encoder.finish().expect("room")
    }

    /// Rows whose bytes do not compress well, so that a part of the file gives some of them.
    fn long() -> String {
        let rows =
            (0..20_000_u64).map(|i| format!("{},{:x}\n", i + 1, i.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        format!("boosterCustomerId,notes\n{}", rows.collect::<String>())
    }

    #[test]
    fn what_is_compressed_is_read_as_what_is_in_it() {
        let csv = "boosterCustomerId;notes\n1;Zoë\n\n2;b\n";
        let utf_16: Vec<u8> = format!("\u{feff}{csv}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let table = vec![r#"2 1 {"notes":"Zoë"}"#.to_owned(), r#"4 2 {"notes":"b"}"#.to_owned()];
        let lines = "{\"boosterCustomerId\":1,\"notes\":\"a\"}\n";
        let (first, second) = csv.split_at(30);
        for (name, bytes, described, expected) in [
            ("a.csv.gz", gzip(csv.as_bytes()), "CSV, separator semicolon, UTF-8, gzip, 2 columns", &table),
            ("-", gzip(&utf_16), "CSV, separator semicolon, UTF-16 (little endian), gzip, 2 columns", &table),
            // Whatever the name says, and in two parts, as `cat a.gz b.gz` writes them.
            (
                "a.csv",
                [gzip(first.as_bytes()), gzip(second.as_bytes())].concat(),
                "CSV, separator semicolon, UTF-8, gzip, 2 columns",
                &table,
            ),
            (
                "a.jsonl.gz",
                gzip(lines.as_bytes()),
                "JSON lines, UTF-8, gzip",
                &vec![r#"1 1 {"notes":"a"}"#.to_owned()],
            ),
        ] {
            assert_eq!(&read_all(name, bytes.as_slice(), &whole()), expected, "{name}");
            let rows = Rows::open(&CUSTOMER, name, bytes.as_slice(), &whole()).expect("a table");
            assert_eq!(rows.detected().describe(), described, "{name}");
        }
        for name in ["a.csv.gz", "-"] {
            let found = read_all(name, gzip(b"").as_slice(), &whole());
            assert!(found[0].contains("the file is empty"), "{found:?}");
        }
        let inside = read_all("a.csv.gz", gzip(b"{\"boosterCustomerId\":1}").as_slice(), &whole());
        assert!(inside[0].contains("the name says that the input is a table"), "{inside:?}");
        assert!(read_all("-", gzip(b"\x28\xb5\x2f\xfd").as_slice(), &whole())[0].contains("(zstd)"));
    }

    #[test]
    fn what_is_cut_or_broken_ends_the_reading_behind_the_rows_before() {
        let bytes = gzip(long().as_bytes());
        assert_eq!(read_all("-", bytes.as_slice(), &whole()).len(), 20_000);
        let cut = "the compressed file (gzip) ends before its end | copy it again, or decompress it with `gunzip` to see what is left";
        let broken = "the compressed file (gzip) is broken | copy it again, or decompress it with `gunzip` to see what is left";
        let mut changed = bytes.clone();
        let middle = bytes.len() / 2;
        changed[middle..middle + 50].fill(0xff);
        let mut other_sum = bytes.clone();
        let sum = bytes.len() - 8;
        other_sum[sum] ^= 1;
        let trailing = [bytes.as_slice(), b"trailing bytes"].concat();
        for (bytes, expected) in [
            (&bytes[..middle], cut),
            (&bytes[..bytes.len() - 1], cut),
            (&changed, broken),
            (&other_sum, broken),
            (&trailing, broken),
        ] {
            let found = read_all("-", bytes, &whole());
            let last = found.last().expect("a problem");
            assert!(last.starts_with("syntax | ") && last.ends_with(expected), "{last}");
            assert!(found.len() > 5_000 && found[4_000].starts_with("4002 4001 {"), "{}", found.len());
        }
        for (bytes, expected) in [(&bytes[..2], cut), (&bytes[..10], cut), (b"\x1f\x8bxxxxxxxxxx", broken)] {
            assert_eq!(read_all("-", bytes, &whole()), [format!("syntax | - | row 1 | {expected}")]);
        }
    }

    #[test]
    fn a_row_that_is_too_large_ends_the_reading_however_small_it_is_compressed() {
        let bytes = gzip(&[b"boosterCustomerId,notes\n1,".to_vec(), vec![b'x'; 64 << 20]].concat());
        assert!(bytes.len() < 100 << 10);
        let mut rows = Rows::open(&CUSTOMER, "-", bytes.as_slice(), &whole()).expect("a table");
        let problem = shown(&rows.next().expect_err("too large"));
        assert!(problem.starts_with("too-long | - | row 2 | the row is larger than 4 MiB"), "{problem}");
    }

    #[test]
    fn an_error_of_the_reader_is_not_the_files() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::new(ErrorKind::UnexpectedEof, "unplugged"))
            }
        }
        let bytes = gzip(long().as_bytes());
        let found = read_all("-", bytes[..bytes.len() / 2].chain(Fails), &RowOptions::default());
        assert!(
            found.last().is_some_and(|last| last.contains("cannot read the input: unplugged")),
            "{found:?}"
        );
    }
}
