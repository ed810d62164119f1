//! Traits without `dyn`, by their path or with arguments: each is said once, with what can be written instead.

use tokio_offload::offload;

#[offload]
fn show(what: std::fmt::Debug, also: &std::fmt::Display) -> u8 {
    1
}

#[offload]
fn each(items: Iterator<Item = u8>) -> u8 {
    1
}

fn main() {}
