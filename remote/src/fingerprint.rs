//! The fingerprint of a function: the names of the types of its arguments and its result.
//!
//! No code of these types runs for it: no `Deserialize` of a user sees data that nobody sent. It differs for other types (`u32` and `u64`,
//! `Vec<Row>` and `Vec<Cell>`), and for another number or order of arguments. It does not differ if only the definition of a type has
//! changed. Usually that cannot happen: pool and worker are one file of one build, unless the pool names another program.

use std::any::type_name;

/// The version of the bytes of values, which is part of each fingerprint: nodes of a cluster may be built with another release than their
/// callers. It is raised when values are written in another way.
const VERSION: u8 = 2;

/// The names of the types of a function, as a hash.
#[derive(Debug)]
pub struct Fingerprint {
    hash: u64,
}

impl Fingerprint {
    /// One more type.
    pub fn add<T: ?Sized>(&mut self) {
        self.add_name(type_name::<T>());
    }

    /// One more type, by a name that outlives where it is defined.
    pub fn add_name(&mut self, name: &str) {
        for byte in name.bytes().chain([0]) {
            self.hash = add(self.hash, byte);
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self {
            hash: hash(&[VERSION]),
        }
    }
}

/// FNV-1a: stable everywhere, and can be computed while compiling.
pub(crate) const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = add(hash, bytes[at]);
        at += 1;
    }
    hash
}

/// One more byte for a hash.
const fn add(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    fn fingerprint(add: impl FnOnce(&mut Fingerprint)) -> u64 {
        let mut fingerprint = Fingerprint::default();
        add(&mut fingerprint);
        fingerprint.hash()
    }

    #[test]
    fn other_types_and_other_orders_are_told_apart() {
        mod other {
            pub(super) struct Row;
        }
        struct Row;
        let all = [
            fingerprint(|_| ()),
            fingerprint(Fingerprint::add::<u32>),
            fingerprint(Fingerprint::add::<u64>),
            fingerprint(Fingerprint::add::<Vec<Row>>),
            fingerprint(Fingerprint::add::<Vec<other::Row>>),
            fingerprint(|fingerprint| {
                fingerprint.add::<u32>();
                fingerprint.add::<u64>();
            }),
            fingerprint(|fingerprint| {
                fingerprint.add::<u64>();
                fingerprint.add::<u32>();
            }),
            fingerprint(|fingerprint| fingerprint.add_name("u32u64")),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one), "{index}: {all:?}");
        }
    }

    #[test]
    fn the_same_types_have_the_same_fingerprint() {
        let known = fingerprint(|fingerprint| fingerprint.add_name("u32"));
        assert_eq!(fingerprint(Fingerprint::add::<u32>), known);
    }
}
