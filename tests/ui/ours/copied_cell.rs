//! What a body can change through a `&`, and of which the call takes a copy along.

use std::borrow::Cow;
use std::cell::OnceCell;
use tokio_offload::offload;

#[offload]
fn count(hits: &std::cell::Cell<u32>, log: &core::cell::RefCell<Vec<u8>>, first: &std::cell::OnceCell<u8>) {
    hits.set(log.borrow().len() as u32);
    drop(first.set(1));
}

#[offload]
fn fill(slots: &[std::sync::OnceLock<String>], pair: &(u8, std::cell::Cell<u8>), last: Option<&std::cell::Cell<u8>>) {
    drop((slots.len(), pair.0, last.is_some()));
}

#[offload]
fn hold(nested: &Vec<Option<std::cell::RefCell<u8>>>, copied: Cow<'_, std::cell::Cell<u8>>, target: impl AsRef<std::cell::Cell<u8>>) {
    drop((nested.len(), copied.get(), target.as_ref().get()));
}

#[offload]
fn lend<T: AsRef<std::cell::OnceCell<u8>>>(target: T) -> bool {
    target.as_ref().get().is_some()
}

#[offload]
fn keep(slot: &OnceCell<u8>) {
    drop(slot.set(1));
}

/// Called like a type of std, with one of std inside.
mod own {
    use tokio_offload::offload;

    #[derive(Clone)]
    struct Cell<T>(T);

    #[offload]
    fn wrap(cell: &Cell<std::cell::Cell<u8>>) {
        cell.0.set(1);
    }
}

fn main() {}
