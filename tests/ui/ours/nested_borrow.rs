//! Borrows behind a borrow, in a container and in a tuple.

use std::collections::HashMap;
use tokio_offload::offload;

#[offload]
fn join(words: &[&str], more: Vec<&[u8]>, pair: (u8, &u32), last: Option<&mut u8>) {
    drop((words.len(), more, pair, last));
}

#[offload]
fn several(ages: HashMap<&str, &u32>, pair: (&str, Vec<&&str>)) -> usize {
    ages.len() + pair.1.len()
}

#[offload]
fn pinned(n: std::pin::Pin<&mut u8>) -> u8 {
    *n
}

fn main() {}
