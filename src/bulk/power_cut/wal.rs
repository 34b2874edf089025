//! SQLite's write-ahead log as its file format describes it: which frames a recovery takes, and where commits end.

/// The bytes of the log's own header, and of each frame's.
const HEADER: usize = 32;
const FRAME: usize = 24;

/// How far a log has been read: everything up to here is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walk {
    /// The end of the last commit.
    pub end: usize,
    page: usize,
    salts: [u8; 8],
    sums: (u32, u32),
}

impl Walk {
    /// The state behind the next commit of this log; none where no whole one follows.
    pub fn next(mut self, log: &[u8]) -> Option<Walk> {
        if self.end == 0 {
            let header = log.get(..HEADER)?;
            self.page = usize::try_from(number(&header[8..])).ok()?;
            self.salts = header[16..24].try_into().ok()?;
            self.sums = sums((0, 0), &header[..24]);
            self.end = HEADER;
            if [self.sums.0, self.sums.1] != [number(&header[24..]), number(&header[28..])] {
                return None;
            }
        }
        loop {
            let frame = log.get(self.end..self.end + FRAME + self.page)?;
            self.sums = sums(sums(self.sums, &frame[..8]), &frame[FRAME..]);
            let is_valid = frame[8..16] == self.salts
                && [self.sums.0, self.sums.1] == [number(&frame[16..]), number(&frame[20..])];
            if !is_valid {
                return None;
            }
            self.end += FRAME + self.page;
            if number(&frame[4..]) != 0 {
                return Some(self);
            }
        }
    }

    /// The bytes of a frame.
    pub fn frame(self) -> usize {
        FRAME + self.page.max(4096)
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The words of the checksum are the machine's own; every machine that this is tried on is little-endian.
fn sums((mut one, mut two): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    for pair in bytes.as_chunks::<8>().0 {
        let [a, b, c, d, e, f, g, h] = *pair;
        one = one.wrapping_add(u32::from_le_bytes([a, b, c, d])).wrapping_add(two);
        two = two.wrapping_add(u32::from_le_bytes([e, f, g, h])).wrapping_add(one);
    }
    (one, two)
}
