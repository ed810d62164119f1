//! `init` before `main`, for binaries whose `main` is not the user's: tests, benches, doc tests.
//!
//! Not for programs: code that runs before `main` finds parts of C and C++ libraries that are not set up yet.

use crate::child::{
    hooks::WorkerHooks,
    init::{TOKIO_OFFLOAD_0_1_ENTRIES, init},
};

#[ctor::ctor]
fn before_main() {
    init(
        TOKIO_OFFLOAD_0_1_ENTRIES
            .first()
            .copied()
            .unwrap_or(WorkerHooks::PLAIN),
    );
}
