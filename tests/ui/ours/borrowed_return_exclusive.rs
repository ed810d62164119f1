//! A method whose result borrows from its `&mut self`: the body is no further mistake.

use std::slice::IterMut;
use std::vec::Drain;
use tokio_offload::offload;

struct Store(Vec<u8>);

impl Store {
    #[offload]
    fn drain(&mut self) -> Drain<'_, u8> {
        let whole = ..;
        self.0.drain(whole)
    }

    #[offload]
    fn rest(mut bytes: &mut [u8]) -> IterMut<'_, u8> {
        bytes = &mut bytes[1..];
        bytes.iter_mut()
    }
}

fn main() {}
