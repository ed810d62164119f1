//! Finds calls of functions, and uses of their addresses, in the machine code of one function, for every supported machine.

use std::{panic, thread};

use super::{
    aarch64,
    elf::{Image, Machine, MachineFunction},
    mentions::Mentions,
    x86_64,
};

/// What each function does, in their order. Splits the functions into one part for each processor.
pub(crate) fn all_mentions(image: &Image<'_>) -> Vec<Mentions> {
    let shares = thread::available_parallelism().map_or(1, usize::from);
    let share = image.functions.len().div_ceil(shares).max(1);
    thread::scope(|scope| {
        let readers: Vec<_> = image
            .functions
            .chunks(share)
            .map(|functions| {
                scope.spawn(move || {
                    let read = |function| mentions(image, function);
                    functions.iter().map(read).collect::<Vec<_>>()
                })
            })
            .collect();
        readers.into_iter().flat_map(joined).collect()
    })
}

/// What the thread returns.
pub(super) fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    let ended = thread.join();
    ended.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

fn mentions(image: &Image<'_>, function: &MachineFunction) -> Mentions {
    match image.machine {
        Machine::X86_64 => x86_64::mentions(image, function),
        Machine::Aarch64 => aarch64::mentions(image, function),
    }
}
