//! Runs the scenarios called `mem`, with an allocator that counts.

use std::{alloc::System, error::Error};

use offload_benches::heap::Heap;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run_counting(&["mem"], meter)
}

fn meter() -> Heap {
    let stats = ALLOCATOR.stats();
    Heap {
        allocations: stats.allocations,
        allocated: stats.bytes_allocated,
        live: stats.bytes_allocated - stats.bytes_deallocated,
    }
}
