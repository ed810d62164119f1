//! What a body can change through a `&`, and of which the call takes a copy along.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::OnceLock;
use tokio_offload::offload;

#[offload]
fn count(hits: &Cell<u32>, log: &RefCell<Vec<u8>>, first: &std::cell::OnceCell<u8>) {
    hits.set(log.borrow().len() as u32);
    drop(first.set(1));
}

#[offload]
fn fill(slots: &[OnceLock<String>], pair: &(u8, Cell<u8>), last: Option<&Cell<u8>>) {
    drop((slots.len(), pair.0, last.is_some()));
}

#[offload]
fn hold(nested: &Vec<Option<RefCell<u8>>>, copied: Cow<'_, Cell<u8>>, target: impl AsRef<Cell<u8>>) {
    drop((nested.len(), copied.get(), target.as_ref().get()));
}

#[offload]
fn lend<T: AsRef<OnceCell<u8>>>(target: T) -> bool {
    target.as_ref().get().is_some()
}

fn main() {}
