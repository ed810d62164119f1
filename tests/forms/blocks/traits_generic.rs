//! Traits with parameters, associated types and constants, bounds and supertraits of their own.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    sync::{Arc, Mutex},
};

use tokio_offload::{Offload, offload};

use crate::{block_on, call, call_here, elsewhere};

trait Named {
    fn name(&self) -> String;
}

#[offload(blocking = BlockingMap)]
trait Map<K, const N: usize>: Named
where
    K: Clone + Eq,
    Self::Item: Clone,
{
    type Item: Debug;
    type Pair<V>;
    const LIMIT: usize = 7;
    const FIRST: [u8; N];

    fn get(&self, key: &K) -> Option<Self::Item>;

    fn put<V: Into<Self::Item>>(&self, key: K, value: V) -> usize;

    fn first(&self) -> [u8; N] {
        elsewhere();
        Self::FIRST
    }

    fn limit(&self) -> (usize, String) {
        elsewhere();
        (Self::LIMIT, self.name())
    }

    fn pair(&self, pair: Self::Pair<u8>) -> usize
    where
        Self::Pair<u8>: Send + 'static;

    fn lent<Q>(&self, keys: &[Q], _extra: impl AsRef<str>) -> Option<Q>
    where
        Q: Clone + Eq + Hash,
    {
        elsewhere();
        keys.last().cloned()
    }
}

#[derive(Default)]
struct Kept<V>(Mutex<HashMap<String, V>>);

impl<V> Named for Kept<V> {
    fn name(&self) -> String {
        "kept".into()
    }
}

impl<V: Clone + Debug> BlockingMap<String, 2> for Kept<V> {
    type Item = V;
    type Pair<T> = (T, V);
    const FIRST: [u8; 2] = [1, 2];

    fn get(&self, key: &String) -> Option<V> {
        elsewhere();
        self.0.lock().unwrap().get(key).cloned()
    }

    fn put<W: Into<V>>(&self, key: String, value: W) -> usize {
        elsewhere();
        let mut kept = self.0.lock().unwrap();
        kept.insert(key, value.into());
        kept.len()
    }

    fn pair(&self, pair: (u8, V)) -> usize {
        elsewhere();
        format!("{pair:?}").len()
    }
}

fn kept() -> Arc<Kept<u32>> {
    Arc::default()
}

#[test]
fn parameters_and_associated_items_reach_the_asynchronous_trait() {
    let map = kept();
    assert_eq!(call(map.put("a".into(), 7_u8)), 1);
    assert_eq!(call(map.get(&"a".to_owned())), Some(7));
    assert_eq!(call(map.first()), [1, 2]);
    assert_eq!(call(map.limit()), (7, "kept".into()));
    assert_eq!(call(map.pair((1, 2))), 6);
    assert_eq!(call(map.lent(&[1, 2], "x")), Some(2));
    assert_eq!(<Arc<Kept<u32>> as Map<String, 2>>::FIRST, [1, 2]);
}

async fn caller<M>(map: M, key: String) -> Option<M::Item>
where
    M: Map<String, 2>,
    M::Item: Clone + From<u8>,
{
    map.put(key.clone(), 3).await;
    map.get(&key).await
}

#[test]
fn generic_code_accepts_a_generic_asynchronous_trait() {
    assert_eq!(call_here(caller(kept(), "b".into())), Some(3));
}

/// Dyn-compatible both ways, with a parameter.
#[offload(blocking = BlockingSource)]
trait Source<T> {
    type Item;

    fn read(&self, from: &[T]) -> Vec<Self::Item>
    where
        T: Clone;
}

struct Doubles;

impl BlockingSource<u8> for Doubles {
    type Item = u16;

    fn read(&self, from: &[u8]) -> Vec<u16> {
        elsewhere();
        from.iter().map(|n| u16::from(*n) * 2).collect()
    }
}

struct Nothing;

impl Source<u8> for Nothing {
    type Item = u16;

    fn read(&self, _: &[u8]) -> Offload<Vec<u16>> {
        Offload::ready(Vec::new())
    }
}

#[test]
fn both_traits_are_dyn_compatible() {
    let blocking: Arc<dyn BlockingSource<u8, Item = u16> + Send + Sync> = Arc::new(Doubles);
    let sources: [Box<dyn Source<u8, Item = u16>>; 2] = [Box::new(blocking), Box::new(Nothing)];
    let read: Vec<_> = sources
        .iter()
        .map(|source| block_on(source.read(&[1, 2])))
        .collect();
    assert_eq!(read, [vec![2, 4], vec![]]);
}
