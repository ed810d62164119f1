//! What one function does with other functions, whatever the machine.

use super::{
    aarch64,
    elf::{Function, Image, Machine},
    x86_64,
};

/// What the code of one function mentions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// Where a call stands, and where it goes.
    pub(crate) calls: Vec<(u64, u64)>,
    /// Functions whose address is taken without being called here.
    pub(crate) taken: Vec<u64>,
}

pub(crate) fn mentions(image: &Image<'_>, function: &Function) -> Mentions {
    match image.machine {
        Machine::X86_64 => x86_64::mentions(image, function),
        Machine::Aarch64 => aarch64::mentions(image, function),
    }
}
