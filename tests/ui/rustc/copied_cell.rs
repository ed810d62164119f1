//! Cells of std under their bare names, which the compiler knows from types of the program's own.

use std::borrow::Cow;
use std::cell::{self, Cell, RefCell};
use std::sync::OnceLock;
use tokio_offload::offload;

#[offload]
fn count(hits: &Cell<u32>, log: &[RefCell<Vec<u8>>]) {
    hits.set(log.len() as u32);
}

#[offload]
fn fill(slot: Option<&OnceLock<String>>, pair: &(u8, Cell<u8>)) {
    drop((slot.is_some(), pair.1.get()));
}

#[offload]
fn first(slot: Cow<'_, OnceLock<u8>>) -> bool {
    slot.get().is_some()
}

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    fn lend<T: AsRef<cell::OnceCell<u8>>>(&self, target: T) -> bool {
        target.as_ref().get().is_some()
    }
}

fn main() {}
