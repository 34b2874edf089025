//! The input as bytes: read in blocks with a digest each, so that what is sent later is what was checked before, even if
//! the file changes meanwhile.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ring::digest::{Context, SHA256, digest};

/// The bytes of a block.
const BLOCK: usize = 256 << 10;

pub type Digest = [u8; 32];

/// A whole input, known by its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// SHA-256 of the whole.
    pub digest: Digest,
    /// In bytes.
    pub size: u64,
    pub blocks: Vec<Digest>,
}

/// Reads an input block by block.
pub struct Blocks<R> {
    inner: R,
    block: Vec<u8>,
    at: usize,
    whole: Context,
    size: u64,
    digests: Vec<Digest>,
    /// What the blocks have to be, where they were read before.
    expected: Option<Vec<Digest>>,
}

impl<R: Read> Blocks<R> {
    /// An input that is read for the first time.
    pub fn new(inner: R) -> Blocks<R> {
        let (whole, size) = (Context::new(&SHA256), 0);
        Blocks { inner, block: Vec::new(), at: 0, whole, size, digests: Vec::new(), expected: None }
    }

    /// One that has to be the same as before.
    pub fn again(inner: R, expected: Vec<Digest>) -> Blocks<R> {
        Blocks { expected: Some(expected), ..Blocks::new(inner) }
    }

    /// The next block, as long as all others or the last one; an empty one at the end.
    fn fill(&mut self) -> io::Result<()> {
        self.block.clear();
        self.at = 0;
        let limit = u64::try_from(BLOCK).unwrap_or(u64::MAX);
        self.inner.by_ref().take(limit).read_to_end(&mut self.block)?;
        let own = of(&self.block);
        if let Some(expected) = &self.expected {
            let wanted = expected.get(self.digests.len());
            let is_same = if self.block.is_empty() { wanted.is_none() } else { wanted == Some(&own) };
            if !is_same {
                return Err(io::Error::other(Changed));
            }
        }
        if !self.block.is_empty() {
            self.whole.update(&self.block);
            self.size += self.block.len() as u64;
            self.digests.push(own);
        }
        Ok(())
    }

    /// Reads what is left, and gives the fingerprint of the whole.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn finish(mut self) -> io::Result<Fingerprint> {
        loop {
            self.fill()?;
            if self.block.is_empty() {
                break;
            }
        }
        let digest = self.whole.finish();
        let digest = digest.as_ref().try_into().expect("SHA-256 has 32 bytes");
        Ok(Fingerprint { digest, size: self.size, blocks: self.digests })
    }
}

fn of(block: &[u8]) -> Digest {
    digest(&SHA256, block).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The input is not what it was when it was checked.
#[derive(Debug, thiserror::Error)]
#[error("the input has changed since it was checked")]
pub struct Changed;

impl<R: Read> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() && !buffer.is_empty() {
            self.fill()?;
        }
        let rest = &self.block[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

/// The fingerprint of a file.
///
/// # Errors
/// If it cannot be read.
pub fn fingerprint(path: &Path) -> io::Result<Fingerprint> {
    Blocks::new(File::open(path)?).finish()
}

/// A digest as people compare it.
pub fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], expected: Vec<Digest>) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        Blocks::again(bytes, expected).read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn what_has_changed_is_not_read() {
        let bytes: Vec<u8> = (0..BLOCK * 2 + 10).map(|i| (i % 251) as u8).collect();
        let known = Blocks::new(bytes.as_slice()).finish().expect("readable");
        assert_eq!((known.size, known.blocks.len()), (bytes.len() as u64, 3));
        assert_eq!(read(&bytes, known.blocks.clone()).expect("the same"), bytes);
        for at in [0, BLOCK, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            read(&changed, known.blocks.clone()).expect_err("changed");
        }
        read(&bytes[..BLOCK * 2], known.blocks.clone()).expect_err("shorter");
        read(&[bytes.as_slice(), b"x"].concat(), known.blocks).expect_err("longer");
    }

    #[test]
    fn a_digest_is_that_of_sha256sum() {
        let empty = Blocks::new(&b""[..]).finish().expect("readable");
        assert_eq!(hex(&empty.digest), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
