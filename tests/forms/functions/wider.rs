//! What other attributes of the kind refuse: bounds for what never travels, an `Arc` of a trait's own, parameters of an `impl`.

use std::{rc::Rc, sync::Arc};

use tokio_offload::offload;

use crate::{call, elsewhere};

trait Engine {
    fn run(&mut self) -> u32;
}

struct Local(Rc<u32>);

impl Engine for Local {
    fn run(&mut self) -> u32 {
        *self.0
    }
}

struct Machine(Box<dyn Engine>);

#[offload(owner = Handle)]
impl Machine {
    /// What is made never leaves the thread.
    pub(crate) fn make<E: Engine + 'static, F: FnOnce() -> E>(make: F) -> Self {
        Self(Box::new(make()))
    }

    pub(crate) fn run(&mut self) -> u32 {
        elsewhere();
        self.0.run()
    }
}

#[offload]
fn made<E: Engine, F>(make: F) -> u32
where
    F: FnOnce() -> E,
{
    elsewhere();
    make().run()
}

#[offload]
fn items<I: IntoIterator<Item = E>, E>(items: I, first: I::Item) -> Vec<E> {
    elsewhere();
    std::iter::once(first).chain(items).collect()
}

#[offload]
fn item<I: Iterator<Item = E>, E>(mut items: I) -> Option<I::Item> {
    elsewhere();
    items.next()
}

#[test]
fn what_never_travels_needs_no_bound() {
    let handle = call(async {
        let handle = Handle::make(|| Local(Rc::new(4))).await;
        (handle.run().await, handle)
    });
    assert_eq!(handle.0, 4);
    assert_eq!(call(made(|| Local(Rc::new(5)))), 5);
    assert_eq!(call(items(vec![2, 3], 1)), [1, 2, 3]);
    assert_eq!(
        call(item(vec![String::new()].into_iter())),
        Some(String::new())
    );
}

#[offload(blocking = BlockingStore)]
trait Store {
    fn load(self: Arc<Self>, key: &str) -> usize;

    fn twice(self: std::sync::Arc<Self>) -> Arc<str> {
        elsewhere();
        Arc::from("twice")
    }

    fn plain(&self) {}
}

struct Memory(usize);

impl BlockingStore for Memory {
    fn load(self: Arc<Self>, key: &str) -> usize {
        elsewhere();
        self.0 + key.len() + Arc::strong_count(&self)
    }
}

#[test]
fn a_trait_on_an_arc_of_its_own() {
    let memory = Arc::new(Memory(1));
    assert_eq!(call(Store::load(memory.clone(), "ab")), 5);
    let any: Arc<dyn BlockingStore + Send + Sync> = memory;
    assert_eq!(&*call(Store::twice(any.clone())), "twice");
    let asynchronous: &dyn Store = &any;
    drop(asynchronous.plain());
}

struct Stack<T>(Vec<T>);

impl<T: Ord> Stack<T> {
    #[offload]
    fn largest(self, extra: T) -> bool {
        elsewhere();
        self.0.iter().all(|item| *item <= extra)
    }
}

/// Called like a parameter.
#[derive(Clone)]
struct K(u8);

impl K {
    #[offload]
    fn add(&self, other: K) -> K {
        elsewhere();
        K(self.0 + other.0)
    }
}

#[test]
fn parameters_around_a_method_that_stands_alone() {
    assert!(call(Stack(vec![1, 2]).largest(3)));
    assert_eq!(call(K(1).add(K(2))).0, 3);
}

#[offload(blocking = only_for_tests_blocking)]
fn only_for_tests() -> u8 {
    elsewhere();
    1
}

#[test]
fn a_blocking_twin_that_nobody_calls() {
    assert_eq!(call(only_for_tests()), 1);
}
