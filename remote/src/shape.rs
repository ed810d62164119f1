//! The fingerprint of a type, taken through its own `Deserialize`.
//!
//! A type that is asked to deserialize itself tells what it expects: a struct of that name with these fields, a number of
//! that width. Writing down what it asks for, while it is fed with made-up values, gives a fingerprint without a derive of ours.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::de::DeserializeOwned;

use crate::registry::{add, hash};

mod access;
mod probe;

/// How often a type is asked: once for each variant of its enums, within reason.
const ROUNDS: usize = 1000;

/// How many questions of one round are answered at length. After that, and below this depth, answers are as short as can be.
const LENGTH: usize = 5000;
const DEPTH: usize = 12;

/// What the types of a function look like on the wire.
#[derive(Debug)]
pub struct Shape {
    hash: u64,
}

impl Shape {
    /// Looks at one more type.
    pub fn add<T: DeserializeOwned>(&mut self) {
        let mut notes = Notes::default();
        for _ in 0..ROUNDS {
            notes.start();
            // A `Deserialize` that panics or refuses a made-up value says no more; what it said before counts.
            let end = catch_unwind(AssertUnwindSafe(|| {
                T::deserialize(probe::Probe::new(&mut notes)).is_ok()
            }));
            notes.note(end.map_or(2, u8::from));
            if !notes.unseen() {
                break;
            }
        }
        for byte in notes.hash.to_le_bytes() {
            self.hash = add(self.hash, byte);
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self { hash: hash(b"") }
    }
}

/// What a type has said so far.
#[derive(Debug, Default)]
struct Notes {
    hash: u64,
    questions: usize,
    depth: usize,
    enums: HashMap<(&'static str, &'static [&'static str]), Variants>,
}

/// What is known of an enum.
#[derive(Debug)]
struct Variants {
    /// How many variants there are, and how many of them were looked into.
    all: usize,
    seen: usize,
    /// A variant without content: the way out of a type that contains itself.
    empty: Option<usize>,
}

impl Notes {
    fn start(&mut self) {
        self.questions = 0;
        self.depth = 0;
    }

    fn note(&mut self, byte: u8) {
        self.hash = add(self.hash, byte);
    }

    fn note_text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.note(byte));
        self.note(0xff);
    }

    fn note_names(&mut self, names: &[&str]) {
        for name in names {
            self.note_text(name);
        }
    }

    fn note_number(&mut self, number: usize) {
        let bytes = (number as u64).to_le_bytes();
        for byte in bytes {
            self.note(byte);
        }
    }

    /// One more question. Whether the answer has to be as short as possible.
    fn ask(&mut self, what: u8) {
        self.questions += 1;
        self.note(what);
    }

    fn is_long(&self) -> bool {
        self.questions > LENGTH || self.depth > DEPTH
    }

    /// Whether to give up: a type that contains itself without a way out.
    fn is_endless(&self) -> bool {
        self.questions > 100 * LENGTH || self.depth > 10 * DEPTH
    }

    /// The variant to look into now.
    fn choose(&mut self, name: &'static str, names: &'static [&'static str]) -> usize {
        let long = self.is_long();
        let variants = self.enums.entry((name, names)).or_insert(Variants {
            all: names.len(),
            seen: 0,
            empty: None,
        });
        if long {
            return variants.empty.unwrap_or(0);
        }
        if variants.seen < variants.all {
            variants.seen += 1;
            return variants.seen - 1;
        }
        variants.empty.unwrap_or(0)
    }

    fn is_empty_variant(
        &mut self,
        name: &'static str,
        names: &'static [&'static str],
        index: usize,
    ) {
        if let Some(variants) = self.enums.get_mut(&(name, names)) {
            variants.empty.get_or_insert(index);
        }
    }

    fn unseen(&self) -> bool {
        self.enums
            .values()
            .any(|variants| variants.seen < variants.all)
    }
}

#[cfg(test)]
mod tests;
