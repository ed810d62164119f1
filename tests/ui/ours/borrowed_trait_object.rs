//! A borrowed trait object.

use std::fmt::Debug;
use tokio_offload::offload;

#[offload]
fn show(value: &dyn Debug, other: &(dyn Debug + Send), last: &(dyn Send + Debug)) {
    println!("{value:?} {other:?} {last:?}");
}

#[offload]
fn keep(_: &dyn Send) {}

fn main() {}
