//! Which customers are in several rows, found without holding all of them in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// So many customers are sorted at once.
const CHUNK: usize = 1 << 16;

/// So many of each chunk are held while the chunks are merged.
const PART: usize = 1 << 10;

/// The customers of all rows: sorted chunks in a temporary file that goes with the process, and the last chunk.
#[derive(Debug, Default)]
pub struct Customers {
    last: Vec<u32>,
    file: Option<File>,
    /// How many the file has.
    chunks: usize,
}

impl Customers {
    /// # Errors
    /// If there is no room for temporary files.
    pub fn add(&mut self, customer: u32) -> io::Result<()> {
        self.last.push(customer);
        if self.last.len() < CHUNK {
            return Ok(());
        }
        self.last.sort_unstable();
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        for part in self.last.chunks(PART) {
            let bytes: Vec<u8> = part.iter().flat_map(|customer| customer.to_ne_bytes()).collect();
            file.write_all(&bytes)?;
        }
        self.chunks += 1;
        self.last.clear();
        Ok(())
    }

    /// Calls this with each customer that is in several rows, and how many rows these are.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn each_repeated(&self, mut each: impl FnMut(u32, u64)) -> io::Result<()> {
        let mut last = self.last.clone();
        last.sort_unstable_by_key(|customer| Reverse(*customer));
        let stored =
            (0..self.chunks).map(|chunk| Chunk { held: Vec::new(), from: chunk * CHUNK, left: CHUNK });
        let mut chunks: Vec<Chunk> = stored.chain([Chunk { held: last, from: 0, left: 0 }]).collect();
        let mut smallest = BinaryHeap::new();
        for (i, chunk) in chunks.iter_mut().enumerate() {
            smallest.extend(chunk.next(self.file.as_ref())?.map(|customer| Reverse((customer, i))));
        }
        let (mut same, mut rows) = (0, 0);
        while let Some(Reverse((customer, i))) = smallest.pop() {
            smallest.extend(chunks[i].next(self.file.as_ref())?.map(|customer| Reverse((customer, i))));
            if customer == same {
                rows += 1;
                continue;
            }
            if rows > 1 {
                each(same, rows);
            }
            (same, rows) = (customer, 1);
        }
        if rows > 1 {
            each(same, rows);
        }
        Ok(())
    }
}

/// What is left of a sorted chunk.
struct Chunk {
    /// The next ones, the first of them at the end.
    held: Vec<u32>,
    /// Where those behind them are in the file, and how many these are.
    from: usize,
    left: usize,
}

impl Chunk {
    fn next(&mut self, file: Option<&File>) -> io::Result<Option<u32>> {
        if self.held.is_empty()
            && self.left > 0
            && let Some(mut file) = file
        {
            const SIZE: usize = size_of::<u32>();
            let count = self.left.min(PART);
            let mut bytes = vec![0; count * SIZE];
            file.seek(SeekFrom::Start((self.from * SIZE) as u64))?;
            file.read_exact(&mut bytes)?;
            let (customers, _) = bytes.as_chunks::<SIZE>();
            self.held.extend(customers.iter().rev().map(|bytes| u32::from_ne_bytes(*bytes)));
            self.from += count;
            self.left -= count;
        }
        Ok(self.held.pop())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(all: impl IntoIterator<Item = u32>) -> Vec<(u32, u64)> {
        let mut customers = Customers::default();
        all.into_iter().for_each(|customer| customers.add(customer).expect("room"));
        let mut found = Vec::new();
        customers.each_repeated(|customer, rows| found.push((customer, rows))).expect("room");
        found
    }

    #[test]
    fn a_customer_in_several_rows_is_found_whatever_stands_between() {
        assert_eq!(repeated([5, 1, 2, 5, 3, 1, 5]), [(1, 2), (5, 3)]);
        assert_eq!(repeated([1, 2]), []);
        assert_eq!(repeated([]), []);
    }

    #[test]
    fn a_customer_is_found_in_chunks_that_are_far_apart() {
        let most = u32::try_from(3 * CHUNK + 5).expect("not many");
        let spread = |i: u32| (i + 1).wrapping_mul(2_654_435_761);
        let all = (0..most).map(spread).chain([spread(7), spread(7), spread(most - 1)]);
        let mut expected = [(spread(7), 3), (spread(most - 1), 2)];
        expected.sort_unstable();
        assert_eq!(repeated(all), expected);
    }
}
