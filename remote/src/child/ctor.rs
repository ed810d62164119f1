//! `init` before `main`, for binaries whose `main` is not the user's: tests, benches, doc tests.
//!
//! Not for programs: code that runs before `main` finds parts of C and C++ libraries that are not set up yet.

use crate::child::{
    hooks::WorkerHooks,
    init::{ENTRIES, init},
};

#[ctor::ctor]
fn before_main() {
    init(ENTRIES.first().copied().unwrap_or(WorkerHooks::PLAIN));
}
