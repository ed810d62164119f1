//! Borrowed arguments of a type that may have no size: bounds other than `ToOwned` do not say how they are copied.

use std::borrow::Borrow;
use std::hash::Hash;
use tokio_offload::offload;

#[offload]
fn hash<Q: ?Sized + Hash>(key: &Q) -> bool {
    let _ = key;
    true
}

#[offload]
fn find<K, Q>(keys: Vec<K>, key: &Q, other: &Q) -> bool
where
    K: Borrow<Q>,
    Q: Eq + ?Sized,
{
    keys.iter().any(|known| known.borrow() == key || known.borrow() == other)
}

fn main() {}
