//! The bytes of an input as UTF-8, of which no more is held than the row that is being read.

use std::io::Read;

use super::encoding;
use super::gzip::Bytes;
use super::reader::Stop;
use super::transcode::{Encoding, Label, Transcoder};
use crate::model::problem::Fault;

/// The largest row, in bytes of UTF-8. A body may have 1 MiB.
pub const LARGEST_ROW: usize = 4 << 20;

/// How much is read at once, at least.
const CHUNK: usize = 32 << 10;

/// Why an input cannot be opened.
pub enum Unusable {
    Stop(Stop),
    Fault(Fault),
}

/// What an input turned out to be.
pub enum Opened<R> {
    Text(Window<R>, Encoding),
    /// A workbook, and what was read of it.
    Workbook(Bytes<R>, Vec<u8>),
}

/// A part of the input, from the first byte that was not consumed.
pub struct Window<R> {
    input: Bytes<R>,
    transcoder: Option<Transcoder>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where the window starts in the file as it is decompressed, as far as its bytes are the file's own.
    offset: u64,
    is_at_end: bool,
}

impl<R: Read> Window<R> {
    /// Reads the first bytes and finds their encoding, which may have been said.
    ///
    /// # Errors
    /// If it cannot be read, or is no text.
    pub fn open(mut input: Bytes<R>, said: Option<Label>) -> Result<Opened<R>, Unusable> {
        let mut buffer = vec![0; 4 * CHUNK];
        let (mut end, mut is_at_end) = (0, false);
        while end < encoding::HEAD && !is_at_end {
            match input.read(&mut buffer[end..]) {
                Ok(count) => {
                    is_at_end = count == 0;
                    end += count;
                }
                // What is broken in a compressed file comes behind what could be read of it.
                Err(Stop::Gzip { .. }) if end > 0 => break,
                Err(stop) => return Err(Unusable::Stop(stop)),
            }
        }
        if encoding::is_workbook(&buffer[..end]) {
            buffer.truncate(end);
            return Ok(Opened::Workbook(input, buffer));
        }
        let (encoding, mark) = encoding::find(&buffer[..end], said).map_err(Unusable::Fault)?;
        let transcoder = Transcoder::of(encoding, &buffer[mark..end], mark);
        let (start, end) = if transcoder.is_some() { (0, 0) } else { (mark, end) };
        // A decoder has bytes to give though its reader has none.
        let is_at_end = is_at_end && transcoder.is_none();
        let offset = mark as u64;
        Ok(Opened::Text(Window { input, transcoder, buffer, start, end, offset, is_at_end }, encoding))
    }

    pub fn is_compressed(&self) -> bool {
        self.input.is_compressed()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    pub fn consume(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }

    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads more behind the bytes that are there; false at the end of the input.
    ///
    /// # Errors
    /// What ends the reading, and the same again if it is asked for more.
    pub fn more(&mut self) -> Result<bool, Stop> {
        if self.end - self.start > LARGEST_ROW {
            return Err(Stop::TooLarge);
        }
        if self.is_at_end {
            return Ok(false);
        }
        self.make_room();
        let room = &mut self.buffer[self.end..];
        let count = match &mut self.transcoder {
            None => self.input.read(room)?,
            Some(transcoder) => transcoder.read(&mut self.input, room)?,
        };
        self.is_at_end = count == 0;
        self.end += count;
        Ok(count > 0)
    }

    fn make_room(&mut self) {
        if self.buffer.len() - self.end >= CHUNK {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() - self.end < CHUNK {
            // No more than a row that is too large by one part is ever held.
            self.buffer.resize((2 * self.buffer.len()).min(LARGEST_ROW + 4 * CHUNK), 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::tests::{read as read_all, shown, whole};
    use super::super::{Reading, RowOptions, Rows};
    use super::*;
    use crate::model::customer::CUSTOMER;

    fn buffer_of<R: Read>(rows: &Rows<R>) -> usize {
        match &rows.reading {
            Reading::Table(window, _) | Reading::Lines(window, _) => window.buffer.len(),
            Reading::Sheet(_) => 0,
        }
    }

    /// A text, then a byte over and over, then another text.
    fn with_large(before: &'static str, byte: u8, count: u64, behind: &'static str) -> impl Read {
        before.as_bytes().chain(io::repeat(byte).take(count)).chain(behind.as_bytes())
    }

    #[test]
    fn a_row_that_is_too_large_ends_the_reading_and_is_not_held() {
        let unclosed = "the usual reason is a double quote that is opened here and not closed";
        let one = "each line must be one JSON object, for one customer";
        for (before, byte, row, hint) in [
            ("boosterCustomerId,notes\n1,\"", b'x', 2, unclosed),
            ("boosterCustomerId,notes\n1,a\n2,", b'x', 3, unclosed),
            ("boosterCustomerId,notes\n1,", b',', 2, unclosed),
            ("boosterCustomerId,\"", b'x', 1, unclosed),
            ("{\"boosterCustomerId\":1,\"notes\":\"", b'x', 1, one),
        ] {
            let reader = with_large(before, byte, 100 << 20, "\n3,c\n");
            let expected = format!("too-long | - | row {row} | the row is larger than 4 MiB | {hint}");
            let problem = match Rows::open(&CUSTOMER, "-", reader, &whole()) {
                Err(problems) => problems[0].clone(),
                Ok(mut rows) => loop {
                    if let Err(problem) = rows.next() {
                        assert!(matches!(rows.next(), Ok(None)));
                        assert!(buffer_of(&rows) <= LARGEST_ROW + 4 * CHUNK);
                        break problem;
                    }
                },
            };
            assert_eq!(shown(&problem), expected, "{before}");
        }
    }

    #[test]
    fn the_largest_row_is_read_whatever_it_is_read_by() {
        let before = "boosterCustomerId,notes\n1,";
        let length = LARGEST_ROW as u64 - "1,\n".len() as u64;
        for (more, is_read) in [(0, true), (1, false)] {
            let found =
                read_all("-", with_large(before, b'x', length + more, "\n2,b\n"), &RowOptions::default());
            assert_eq!(found.len() == 2 && found[1].starts_with("3 2"), is_read, "{}", found.len());
        }
    }

    #[test]
    fn what_is_held_does_not_grow_with_the_rows() {
        let row = b"1,a\n";
        let endless = io::Cursor::new(b"boosterCustomerId,notes\n").chain(Repeated { row, at: 0 });
        let mut rows = Rows::open(&CUSTOMER, "-", endless, &RowOptions::default()).expect("a table");
        for number in 2..50_000 {
            assert_eq!(rows.next().expect("a row").expect("a row").number, number);
        }
        assert_eq!(buffer_of(&rows), 4 * CHUNK);
    }

    struct Repeated {
        row: &'static [u8],
        at: usize,
    }

    impl Read for Repeated {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            for byte in room.iter_mut() {
                *byte = self.row[self.at];
                self.at = (self.at + 1) % self.row.len();
            }
            Ok(room.len())
        }
    }
}
