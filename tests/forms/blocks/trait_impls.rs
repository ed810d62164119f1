//! `#[offload] impl Trait for Type { .. }`, for traits that declare asynchronous methods in any way.

#![forbid(refining_impl_trait)]

use std::{fmt::Debug, future::Future};

use tokio_offload::{Offload, offload};

use crate::{call, call_here, elsewhere};

trait Load {
    type Item;
    const NAME: &'static str;

    async fn load(&self, key: &str) -> Option<Self::Item>;

    fn count(&self) -> impl Future<Output = usize> + Send;

    fn named(&self) -> Offload<String>;
}

#[derive(Clone)]
struct Pairs<K, V>(Vec<(K, V)>);

#[offload]
impl<K, V> Load for Pairs<K, V>
where
    K: Clone + AsRef<str>,
    V: Clone + Debug,
{
    type Item = V;
    const NAME: &'static str = "pairs";

    fn load(&self, key: &str) -> Option<V> {
        elsewhere();
        let found = self.0.iter().find(|(known, _)| known.as_ref() == key)?;
        Some(found.1.clone())
    }

    fn count(&self) -> usize {
        elsewhere();
        self.0.len()
    }

    fn named(&self) -> String {
        elsewhere();
        format!("{} {:?}", Self::NAME, self.0.first().map(|pair| &pair.1))
    }
}

#[test]
fn a_block_implements_a_trait_with_asynchronous_methods() {
    let pairs = Pairs(vec![("a".to_owned(), 1), ("b".to_owned(), 2)]);
    assert_eq!(call_here(pairs.load("b")), Some(2));
    assert_eq!(call(pairs.named()), "pairs Some(1)");
    assert_eq!(call_here(pairs.count()), 2);
}

async fn generic<L: Load>(load: L) -> Option<L::Item> {
    load.load("a").await
}

#[test]
fn generic_code_accepts_the_implementation_of_a_block() {
    assert_eq!(call_here(generic(Pairs(vec![("a", "x")]))), Some("x"));
}

/// A trait of the user's own, with the name and the methods of one of std.
trait Write {
    async fn write(&self, bytes: Vec<u8>) -> usize;
    fn flush(&mut self);
}

#[derive(Clone)]
struct Disk;

#[offload]
impl Write for Disk {
    fn write(&self, mut bytes: Vec<u8>) -> usize {
        elsewhere();
        bytes.push(0);
        bytes.len()
    }

    #[offload(skip)]
    fn flush(&mut self) {}
}

#[test]
fn a_trait_of_the_users_own_may_be_named_as_one_of_std() {
    Disk.flush();
    assert_eq!(call_here(Disk.write(vec![1, 2])), 3);
}
