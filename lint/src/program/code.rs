//! What one function does with other functions, whatever the machine.

use super::{
    aarch64,
    elf::{Function, Image, Machine},
    mentions::Mentions,
    x86_64,
};

pub(crate) fn mentions(image: &Image<'_>, function: &Function) -> Mentions {
    match image.machine {
        Machine::X86_64 => x86_64::mentions(image, function),
        Machine::Aarch64 => aarch64::mentions(image, function),
    }
}
