//! Finds calls in aarch64 code. A few instructions make all of them: `bl`, `b`, `b.cond`, `cbz`, `tbz`, `adr`, `adrp` with `add` or `ldr`,
//! `blr` and `br`. Neighbouring pointers are copied by `ldr` through a vector register.

use super::{
    elf::{Image, MachineFunction},
    mentions::Mentions,
};

pub(crate) fn mentions(image: &Image<'_>, function: &MachineFunction) -> Mentions {
    let mut reader = Aarch64Reader {
        image,
        function,
        pages: [None; 32],
        held: [None; 32],
        distances: [None; 32],
        found: Mentions::default(),
    };
    let words = image.code(function).chunks_exact(4);
    for (index, word) in words.enumerate() {
        let word = word.try_into().map_or(0, u32::from_le_bytes);
        reader.step(function.start.wrapping_add(4 * index as u64), word);
    }
    reader.finish()
}

struct Aarch64Reader<'a, 'b> {
    image: &'a Image<'b>,
    function: &'a MachineFunction,
    /// For each register, the page that `adrp` has put into it.
    pages: [Option<u64>; 32],
    /// For each register, the address that it holds, and the instruction that put it there.
    held: [Option<(u64, u64)>; 32],
    /// How far behind a pointer the value lies that a register was loaded from.
    distances: [Option<u64>; 32],
    found: Mentions,
}

/// The register that points to the stack.
const STACK: usize = 31;

/// The register in the five bits from `shift` on.
fn register(word: u32, shift: u32) -> usize {
    (word >> shift & 31) as usize
}

/// The lowest `bits` of `value` as a number with a sign.
fn signed(value: u32, bits: u32) -> i64 {
    let sign = 1 << (bits - 1);
    (i64::from(value) & (sign * 2 - 1) ^ sign) - sign
}

/// The offset of `adr` and `adrp`, in bytes or pages.
fn distance(word: u32) -> i64 {
    signed((word >> 5 & 0x7_ffff) << 2 | word >> 29 & 3, 21)
}

/// The target of a branch under a condition, whose offset has that many bits.
fn nearer(at: u64, word: u32, bits: u32) -> u64 {
    let offset = word >> 5 & ((1 << bits) - 1);
    at.wrapping_add_signed(signed(offset, bits) * 4)
}

impl Aarch64Reader<'_, '_> {
    fn step(&mut self, at: u64, word: u32) {
        let branch = at.wrapping_add_signed(signed(word & 0x03ff_ffff, 26) * 4);
        match word {
            _ if word & 0xfc00_0000 == 0x9400_0000 => self.call(at, branch),
            _ if word & 0xfc00_0000 == 0x1400_0000 => self.jump(at, branch),
            // These are `b.cond` and `cbz`, then `tbz`: conditional tail calls.
            _ if word & 0xff00_0000 == 0x5400_0000 || word & 0x7e00_0000 == 0x3400_0000 => {
                self.jump(at, nearer(at, word, 19));
            }
            _ if word & 0x7e00_0000 == 0x3600_0000 => self.jump(at, nearer(at, word, 14)),
            _ if word & 0xffff_fc1f == 0xd63f_0000 => self.through(at, register(word, 5), true),
            _ if word & 0xffff_fc1f == 0xd61f_0000 => self.through(at, register(word, 5), false),
            _ if word & 0x9f00_0000 == 0x9000_0000 => self.page(at, word),
            _ if word & 0x9f00_0000 == 0x1000_0000 => self.near(at, word),
            // This is `add xD, xN, #imm12`.
            _ if word & 0xff80_0000 == 0x9100_0000 => self.add(at, word),
            // This is `ldr xT, [xN, #imm12 * 8]`.
            _ if word & 0xffc0_0000 == 0xf940_0000 => self.load(at, word),
            // This is `ldr qT, [xN, #imm12 * 16]`.
            _ if word & 0xffc0_0000 == 0x3dc0_0000 => self.copies(at, word),
            _ => {}
        }
    }

    fn call(&mut self, at: u64, target: u64) {
        self.found.calls.push((at, target));
        self.forget_after_call();
    }

    fn jump(&mut self, at: u64, target: u64) {
        if !(self.function.start..self.function.end).contains(&target) {
            self.found.calls.push((at, target));
        }
    }

    fn through(&mut self, at: u64, register: usize, is_call: bool) {
        if let Some((_, target)) = self.held[register].take() {
            self.found.calls.push((at, target));
        } else {
            self.found.through.extend(is_call.then_some(at));
            let distance = self.distances[register];
            self.found.methods.extend(distance.map(|it| (at, it)));
        }
        if is_call {
            self.forget_after_call();
        }
    }

    /// The callee may change x0 to x18 and x30.
    fn forget_after_call(&mut self) {
        for register in (0..19).chain([30]) {
            self.set(register, None, None);
        }
    }

    fn page(&mut self, at: u64, word: u32) {
        let page = (at & !0xfff).wrapping_add_signed(distance(word) * 4096);
        self.set(register(word, 0), Some(page), None);
    }

    /// Linkers write `adr` for `adrp` and `add` where that reaches far enough.
    fn near(&mut self, at: u64, word: u32) {
        self.address(at, word, Some(at.wrapping_add_signed(distance(word))));
    }

    fn address(&mut self, at: u64, word: u32, address: Option<u64>) {
        let held = address.filter(|address| self.image.is_mentioned(*address));
        self.set(register(word, 0), None, held.map(|address| (at, address)));
    }

    fn add(&mut self, at: u64, word: u32) {
        let shift = if word & 0x0040_0000 == 0 { 0 } else { 12 };
        let more = u64::from(word >> 10 & 0xfff) << shift;
        let address = self.pages[register(word, 5)].map(|page| page.wrapping_add(more));
        self.address(at, word, address);
    }

    fn load(&mut self, at: u64, word: u32) {
        let more = u64::from(word >> 10 & 0xfff) * 8;
        let from = register(word, 5);
        let slot = self.pages[from].map(|page| page.wrapping_add(more));
        let held = slot.and_then(|slot| self.image.pointers.get(&slot).copied());
        self.set(register(word, 0), None, held.map(|address| (at, address)));
        // What is on the stack is behind no pointer.
        self.distances[register(word, 0)] = (slot.is_none() && from != STACK).then_some(more);
    }

    /// A load into a vector register copies two neighbouring pointers.
    fn copies(&mut self, at: u64, word: u32) {
        if let Some(page) = self.pages[register(word, 5)] {
            let from = page.wrapping_add(u64::from(word >> 10 & 0xfff) * 16);
            self.found.take(self.image, at, from);
        }
    }

    /// An address that leaves its register without a call counts as taken for later use.
    fn set(&mut self, register: usize, page: Option<u64>, held: Option<(u64, u64)>) {
        self.pages[register] = page;
        self.distances[register] = None;
        if let Some((at, address)) = std::mem::replace(&mut self.held[register], held) {
            self.found.take(self.image, at, address);
        }
    }

    fn finish(mut self) -> Mentions {
        for (at, address) in self.held.into_iter().flatten() {
            self.found.take(self.image, at, address);
        }
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::{Aarch64Reader, nearer, signed};
    use crate::program::{
        elf::{Image, MachineFunction},
        mentions::Mentions,
    };

    #[test]
    fn a_table_is_copied_through_a_vector_register() {
        let bytes = include_bytes!("../../tests/data/aarch64.elf");
        let image = Image::parse(bytes).expect("a program");
        let all = image.pointers.keys().copied();
        let mut tables = all.filter(|at| at % 16 == 0 && image.is_data(*at));
        let table = tables.next().expect("a pointer in data");
        let start = table & !0xfff;
        let function = MachineFunction {
            symbol: String::new(),
            start,
            end: start + 8,
        };
        let mut reader = Aarch64Reader {
            image: &image,
            function: &function,
            pages: [None; 32],
            held: [None; 32],
            distances: [None; 32],
            found: Mentions::default(),
        };
        let offset = u32::try_from(table - start).expect("it is in the page");
        // These are `adrp x8, .` and `ldr q0, [x8, #offset]`.
        reader.step(start, 0x9000_0008);
        reader.step(start + 4, 0x3dc0_0100 | (offset / 16) << 10);
        assert_eq!(reader.finish().data, [(start + 4, table)]);
    }

    #[test]
    fn offsets_have_signs() {
        assert_eq!(signed(0x03ff_ffff, 26), -1);
        assert_eq!(signed(0x01ff_ffff, 26), 0x01ff_ffff);
        assert_eq!(signed(0x0020_0000 - 1, 21), -1);
    }

    #[test]
    fn branches_under_a_condition_go_both_ways() {
        // These are `b.eq +8`, `cbnz x0, -4` and `tbz w3, #5, +32`.
        assert_eq!(nearer(0x1000, 0x5400_0040, 19), 0x1008);
        assert_eq!(nearer(0x1000, 0xb5ff_ffe0, 19), 0xffc);
        assert_eq!(nearer(0x1000, 0x3628_0103, 14), 0x1020);
    }
}
