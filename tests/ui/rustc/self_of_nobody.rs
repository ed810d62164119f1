//! Functions outside of any `impl` that have a `self`: the compiler says so, once for each.

use tokio_offload::offload;

#[offload]
fn by_reference(&self, n: u8) -> u8 {
    n
}

#[offload]
fn used(&self) -> usize {
    self.len()
}

#[offload]
fn by_value(self) {}

fn main() {}
