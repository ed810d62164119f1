//! A caller whose value may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load<T: Clone>(key: T, keep: impl Fn(T) -> bool) -> bool {
    keep(key)
}

fn caller(key: Rc<u8>) {
    drop(load(key, |_| true));
}

fn main() {}
