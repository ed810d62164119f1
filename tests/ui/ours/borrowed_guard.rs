//! Guards as arguments: of a mutex, of a lock that is read, and one that is lent.

use std::sync::{MutexGuard, RwLockReadGuard};
use tokio_offload::offload;

#[offload]
fn count(words: MutexGuard<'_, Vec<String>>) -> usize {
    words.len()
}

#[offload]
fn total<'a>(n: RwLockReadGuard<'a, u8>, more: &MutexGuard<'a, u8>) -> u8 {
    *n + **more
}

#[offload]
fn first(words: std::sync::MutexGuard<Vec<String>>, n: std::cell::Ref<u8>) -> String {
    words[usize::from(*n)].clone()
}

fn main() {}
