//! A `static` in a body that `blocking` makes two of.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio_offload::offload;

#[offload(blocking = count_blocking)]
fn count() -> usize {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    CALLS.fetch_add(1, Relaxed)
}

fn main() {}
