//! Dice that fall the same way every time, and what they do to bytes.

#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }

    fn byte(&mut self) -> u8 {
        let edges = [0, 1, 2, 0x7f, 0x80, 0xff];
        match self.roll(3) {
            0 => self.roll(256).to_le_bytes()[0],
            _ => edges[self.roll(edges.len())],
        }
    }

    /// Cuts, inserts, changes and repeats some bytes.
    pub(crate) fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len().max(1)).min(bytes.len());
            match self.roll(5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.byte()),
                2 => {
                    let again = vec![self.byte(); self.roll(2000)];
                    bytes.splice(at..at, again);
                }
                _ if at < bytes.len() => bytes[at] = self.byte(),
                _ => {}
            }
        }
    }
}
