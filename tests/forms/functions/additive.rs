//! `asynchronous = NAME`: what is written stays as it is, and the asynchronous version stands beside it.

use std::{path::Path, sync::Arc};

use tokio_offload::{Pool, offload};

use crate::{call, elsewhere};

static ADDED: Pool = Pool::new("added").threads(1);

#[offload(asynchronous = borrowed_async)]
fn borrowed<'a>(text: &'a str, path: impl AsRef<Path>, mut n: usize) -> usize {
    elsewhere();
    n += path.as_ref().components().count();
    let all: [&'a str; 1] = [text];
    n + all.concat().len()
}

#[offload(asynchronous = walk_async, pool = ADDED)]
fn walk(depth: u64) -> u64 {
    elsewhere();
    // The function as written is the one that its own name means, also in the copy.
    if depth == 0 { 0 } else { 1 + walk(depth - 1) }
}

#[offload(asynchronous = r#await)]
fn raw(n: u8) -> u8 {
    elsewhere();
    n
}

#[offload(asynchronous = caught_async, catch)]
fn caught(fails: bool) -> std::io::Result<u8> {
    elsewhere();
    assert!(!fails, "as it must");
    Ok(1)
}

#[test]
fn an_asynchronous_function_is_added() {
    assert_eq!(borrowed("ab", "/", 1), 4);
    assert_eq!(call(borrowed_async(&String::from("ab"), "/", 1)), 4);
    assert_eq!((walk(3), call(walk_async(3))), (3, 3));
    assert_eq!((raw(1), call(r#await(1))), (1, 1));
    assert_eq!(call(caught_async(false)).unwrap(), 1);
    assert!(call(caught_async(true)).is_err());
    assert!(std::panic::catch_unwind(|| caught(true)).is_err());
}

#[derive(Clone)]
struct Store<T>(Vec<T>);

#[offload(asynchronous = _async)]
impl<T: Clone + PartialEq + Sync> Store<T> {
    const EMPTY: Self = Self(Vec::new());

    fn with(value: T) -> Self {
        elsewhere();
        let mut store = Self::EMPTY;
        store.0.push(value);
        store
    }

    fn get(&self, at: usize) -> Option<T> {
        elsewhere();
        self.0.get(at).cloned()
    }

    fn find(self: Arc<Self>, value: &T) -> Option<usize> {
        elsewhere();
        self.0.iter().position(|own| own == value)
    }

    #[offload(asynchronous = count_on_pool, pool = ADDED)]
    fn count(&self) -> usize {
        elsewhere();
        self.0.len()
    }

    /// What its own name says, the block does not.
    #[offload(blocking = last_now)]
    fn last(&self) -> Option<T> {
        elsewhere();
        self.0.last().cloned()
    }
}

#[test]
fn asynchronous_methods_are_added() {
    let store = Store::with(7);
    assert_eq!(call(Store::with_async(7)).0, store.0);
    let kept = store.clone();
    assert_eq!((kept.get(0), kept.count()), (Some(7), 1));
    assert_eq!(call(store.get_async(0)), Some(7));
    assert_eq!(call(store.count_on_pool()), 1);
    assert_eq!(call(store.last()), Some(7));
    let shared = Arc::new(store);
    assert_eq!(call(shared.clone().find_async(&7)), Some(0));
    assert_eq!((shared.last_now(), shared.find(&7)), (Some(7), Some(0)));
}

#[offload(asynchronous = AsyncLookup)]
trait Lookup: Send + Sync {
    type Place: Clone;

    fn find(&self, word: &str) -> Option<Self::Place>;

    fn has(&self, word: &str) -> bool {
        self.find(word).is_some()
    }
}

struct Words(Vec<&'static str>);

impl Lookup for Words {
    type Place = usize;

    fn find(&self, word: &str) -> Option<usize> {
        elsewhere();
        self.0.iter().position(|own| *own == word)
    }
}

#[test]
fn a_blocking_trait_gets_an_asynchronous_one_beside_it() {
    let words = Arc::new(Words(vec!["a", "b"]));
    assert_eq!(call(AsyncLookup::find(&words, "b")), Some(1));
    assert!(call(AsyncLookup::has(&words, "a")));
    let object: Arc<dyn Lookup<Place = usize>> = words.clone();
    assert!(!call(object.has("c")));
    assert!(Lookup::has(&*words, "a"));
}

/// A feature that a dependent may turn on changes nothing that was there.
mod library {
    #[cfg_attr(all(), tokio_offload::offload(asynchronous = get_async))]
    pub(super) fn get(n: u8) -> u8 {
        crate::elsewhere();
        n
    }

    #[cfg_attr(any(), tokio_offload::offload(asynchronous = put_async))]
    pub(super) fn put(n: u8) -> u8 {
        crate::elsewhere();
        n
    }
}

#[test]
fn the_asynchronous_version_can_depend_on_a_feature() {
    assert_eq!((library::get(1), library::put(1)), (1, 1));
    assert_eq!(call(library::get_async(1)), 1);
}

/// Names that the macro would have given to what implements the trait.
#[offload(asynchronous = T_)]
trait T<K: Clone + Send>: Send + Sync {
    fn of(&self, key: &K) -> K;
}

#[offload(blocking = U)]
trait AsyncU<T> {
    fn of(&self, key: T) -> T;
}

impl T<u8> for u8 {
    fn of(&self, key: &u8) -> u8 {
        elsewhere();
        self + key
    }
}

impl U<u8> for u8 {
    fn of(&self, key: u8) -> u8 {
        elsewhere();
        self - key
    }
}

#[test]
fn traits_with_names_of_one_letter_get_an_asynchronous_version() {
    assert_eq!(call(T_::of(&Arc::new(2_u8), &1)), 3);
    assert_eq!(call(AsyncU::of(&Arc::new(2_u8), 1)), 1);
}
