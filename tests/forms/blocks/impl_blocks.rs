//! `#[offload] impl Type { .. }`: each method as if it had its own attribute.

use std::{fmt::Display, io, path::Path, sync::Arc};

use tokio_offload::{Offload, offload};

use super::{Id, id};
use crate::{call, call_here, elsewhere};

#[derive(Clone)]
struct Store {
    names: Vec<String>,
}

macro_rules! constant {
    ($name:ident, $value:expr) => {
        const $name: usize = $value;
    };
}

#[offload]
impl Store {
    const LIMIT: usize = { 2 + 2 };
    constant!(MADE, 5);

    constant! { BRACED, 6 }

    fn new(names: &[&'static str]) -> Self {
        elsewhere();
        Self {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        elsewhere();
        self.names.iter().position(|known| known == name)
    }

    fn longest(self) -> Option<String> {
        elsewhere();
        self.names.into_iter().max_by_key(String::len)
    }

    fn count(self: Arc<Self>) -> usize {
        elsewhere();
        self.names.len().min(Self::LIMIT)
    }

    fn thread(&self) -> Id {
        elsewhere();
        id()
    }

    fn read(path: &Path, limit: Option<&usize>) -> io::Result<String> {
        elsewhere();
        let text = std::fs::read_to_string(path)?;
        Ok(text.chars().take(*limit.unwrap_or(&7)).collect())
    }

    fn each(&self, (from, to): (usize, usize), mut ending: String) -> impl Iterator<Item = String> {
        elsewhere();
        ending.push('!');
        let names = self.names.clone().into_iter().skip(from).take(to);
        names.map(move |name| format!("{name}{ending}"))
    }

    fn shown<D: Display>(&self, what: D) -> String {
        elsewhere();
        format!("{what} of {}", self.names.len())
    }
}

fn store() -> Store {
    call(Store::new(&["a", "bcd"]))
}

#[test]
fn every_method_of_a_block_runs_elsewhere() {
    let store = store();
    assert_eq!(call(store.find("bcd")), Some(1));
    assert_eq!(call(Arc::new(store.clone()).count()), 2);
    assert_ne!(call(store.thread()), id());
    assert_eq!(call(store.shown(3)), "3 of 2");
    assert_eq!(
        call(store.each((1, 9), "?".into())).collect::<Vec<_>>(),
        ["bcd?!"]
    );
    assert_eq!(call(store.longest()).as_deref(), Some("bcd"));
}

#[test]
fn functions_without_self_run_elsewhere_and_constants_stay() {
    let text = call(Store::read(Path::new("Cargo.toml"), Some(&9)));
    assert_eq!(text.expect("the manifest is there"), "[package]");
    assert_eq!((Store::MADE, Store::BRACED), (5, 6));
}

#[test]
fn a_call_of_a_method_outlives_the_value_it_was_made_from() {
    let store = store();
    let found: Offload<Option<usize>> = store.find("a");
    drop(store);
    let spawned = call_here(async { tokio::spawn(found).await });
    assert_eq!(spawned.expect("the body does not panic"), Some(0));
}

struct Stack<T> {
    items: Arc<Vec<T>>,
}

impl<T> Clone for Stack<T> {
    fn clone(&self) -> Self {
        Self {
            items: Arc::clone(&self.items),
        }
    }
}

#[offload]
impl<T: Ord + Clone + Sync, const N: usize> Stack<[T; N]> {
    fn largest(&self) -> Option<[T; N]> {
        elsewhere();
        self.items.iter().max().cloned()
    }

    fn among(items: Vec<T>, other: T) -> bool
    where
        T: Display,
    {
        elsewhere();
        items.contains(&other)
    }

    fn answer() -> u8 {
        elsewhere();
        42
    }
}

#[test]
fn type_parameters_of_a_block_get_the_bounds_that_calls_need() {
    let stack = Stack {
        items: Arc::new(vec![[1, 2], [3, 4]]),
    };
    assert_eq!(call(stack.largest()), Some([3, 4]));
    assert!(call(Stack::<[u8; 1]>::among(vec![1, 2], 2)));
    assert_eq!(call(Stack::<[u8; 1]>::answer()), 42);
}

/// A method whose function does not know its own name.
macro_rules! block {
    ($type:ident, $vis:vis $name:ident, $body:block, $ty:ty) => {
        #[offload]
        impl $type {
            $vis fn $name(&self, _: $ty) -> $ty $body
        }
    };
}

block!(
    Store,
    pub(crate) made,
    {
        elsewhere();
        7
    },
    u16
);

#[test]
fn blocks_can_be_made_by_macros() {
    assert_eq!(call(store().made(1)), 7);
}

/// Two arguments that are spelled the same and are two, because one name comes from here.
macro_rules! alike {
    ($name:ident) => {
        #[offload]
        impl Stack<u8> {
            fn alike($name: u8, name: &str) -> usize {
                elsewhere();
                usize::from($name) + name.len()
            }
        }
    };
}

alike!(name);

#[test]
fn arguments_of_one_name_and_different_hygiene_stay_apart() {
    assert_eq!(call(Stack::alike(1, "ab")), 3);
}
