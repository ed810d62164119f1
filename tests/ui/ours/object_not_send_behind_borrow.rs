//! Trait objects of std in what is behind a borrow, of which the call takes a copy along.

use std::sync::{Arc, Mutex};
use tokio_offload::offload;

#[offload]
fn each(all: &[Arc<dyn Fn(u8) -> u8>], first: &Arc<dyn Fn() + Send>) -> u8 {
    first();
    all.iter().fold(0, |n, next| next(n))
}

#[offload]
fn locked(last: Option<&Arc<Mutex<dyn Iterator<Item = u8>>>>) -> Option<u8> {
    last?.lock().ok()?.next()
}

fn main() {
    drop((each(&[], &(Arc::new(|| ()) as _)), locked(None)));
}
