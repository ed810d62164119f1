//! An `impl Trait` made of what may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load(key: u8) -> impl Iterator<Item = u8> {
    let key = Rc::new(key);
    std::iter::once(1).map(move |one| one + *key)
}

fn main() {}
