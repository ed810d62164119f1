//! Random numbers that are the same in every run.

/// Random numbers that are the same in every run. Two seeds give two sequences, also if they are neighbours.
#[derive(Clone, Debug)]
pub struct Seed(u64);

/// Spreads the bits of small seeds.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Seed {
    /// The same seed gives the same numbers.
    pub const fn new(seed: u64) -> Self {
        match seed.wrapping_mul(SPREAD) {
            // The generator would not leave it.
            0 => Self(SPREAD.rotate_left(1)),
            spread => Self(spread),
        }
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`. Nothing is below 0, so there it is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The upper bits are the better ones.
        (self.bits() >> 16) % limit.max(1)
    }

    /// The index of one of so many things, or 0 of none.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is below a usize")
    }

    /// One of these.
    pub fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// Spends between nothing and a few microseconds.
    pub fn dawdle(&mut self) {
        for _ in 0..self.below(512) {
            std::hint::spin_loop();
        }
    }

    /// Cuts, inserts, removes, changes and repeats some bytes, and claims lengths that are too large.
    pub fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.index(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.byte()),
                2 if !bytes.is_empty() => drop(bytes.remove(at)),
                3 => {
                    let repeated = vec![self.byte(); self.index(2000)];
                    bytes.splice(at..at, repeated).for_each(drop);
                }
                4 => bytes.extend([0xff, 0xff, 0xff, 0xff, 0x0f]),
                _ if !bytes.is_empty() => bytes[at] = self.byte(),
                _ => {}
            }
        }
    }

    /// Often one of those at which a rule changes.
    fn byte(&mut self) -> u8 {
        if self.below(3) == 0 {
            self.bits().to_le_bytes()[7]
        } else {
            self.choose(&[0, 1, 2, 0x7f, 0x80, 0xff])
        }
    }
}
