//! A borrowed `impl Trait`.

use std::fmt::Debug;
use tokio_offload::offload;

#[offload]
fn show(value: &impl Debug) {
    println!("{value:?}");
}

fn main() {}
