//! Finds what one function does with other functions, for every supported machine.

use super::{
    aarch64,
    elf::{Image, Machine, MachineFunction},
    mentions::Mentions,
    x86_64,
};

pub(crate) fn mentions(image: &Image<'_>, function: &MachineFunction) -> Mentions {
    match image.machine {
        Machine::X86_64 => x86_64::mentions(image, function),
        Machine::Aarch64 => aarch64::mentions(image, function),
    }
}
