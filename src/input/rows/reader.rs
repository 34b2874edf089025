//! Reading a part of an input, and what ends the reading.

use std::io::{self, ErrorKind, Read};

/// What ends the reading.
#[derive(Debug)]
pub enum Stop {
    Io(io::Error),
    /// A sequence that is not in the encoding, by its place in the file and its first byte where that is known.
    Malformed {
        at: u64,
        byte: Option<u8>,
        encoding: &'static str,
    },
    /// A compressed file that ends too early or is broken.
    Gzip {
        is_cut: bool,
    },
    TooLarge,
}

/// Reads once, whatever signals arrive meanwhile.
pub fn read(reader: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
