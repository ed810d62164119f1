//! Functions of edition 2021. The crate has one dependency, and knows it by another name.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    reason = "the forms are the subject, not what one would write"
)]

pub mod bodies;
pub mod captures;
pub mod functions;
pub mod methods;
pub mod remote;
pub mod renamed;
pub mod shadowed;
pub mod unsafety;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many bodies have said that they run.
pub static BODIES: AtomicUsize = AtomicUsize::new(0);

/// Says that a body runs, on a thread that is not the one of a test.
pub fn elsewhere() {
    let thread = thread::current();
    assert_eq!(
        thread.name(),
        Some("offloaded"),
        "the body runs on the thread of its caller"
    );
    BODIES.fetch_add(1, Ordering::SeqCst);
}
