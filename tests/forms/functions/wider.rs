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
fn a_type_parameter_that_stays_on_the_thread_needs_no_send() {
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
fn an_annotated_method_uses_the_type_parameters_of_its_impl() {
    assert!(call(Stack(vec![1, 2]).largest(3)));
    assert_eq!(call(K(1).add(K(2))).0, 3);
}

#[offload(blocking = only_for_tests_blocking)]
fn only_for_tests() -> u8 {
    elsewhere();
    1
}

#[test]
fn an_unused_blocking_version_gives_no_warning() {
    assert_eq!(call(only_for_tests()), 1);
}

/// What it yields has no bound of its own.
trait Source: Clone {
    type Item: Clone;

    fn pick(&self, items: &[Self::Item]) -> Option<Self::Item>;
}

impl Source for usize {
    type Item = u8;

    fn pick(&self, items: &[u8]) -> Option<u8> {
        items.get(*self).copied()
    }
}

#[offload]
fn pick<S: Source>(from: S, items: &[S::Item]) -> (Option<S::Item>, Vec<<S as Source>::Item>) {
    elsewhere();
    (from.pick(items), items.to_vec())
}

#[offload]
fn already_promised<S>(from: S, item: S::Item) -> Option<S::Item>
where
    S: Source,
    S::Item: Send,
{
    elsewhere();
    from.pick(&[item])
}

#[derive(Clone)]
struct Picker<S>(S);

#[offload]
impl<S: Source> Picker<S> {
    fn pick(&self, items: Vec<S::Item>) -> Option<S::Item> {
        elsewhere();
        self.0.pick(&items)
    }

    fn pick_by<T: Source>(&self, by: T, items: Vec<T::Item>) -> Result<S, Option<T::Item>> {
        elsewhere();
        Err(by.pick(&items))
    }
}

#[test]
fn associated_types_of_a_parameter_get_the_send_bound() {
    assert_eq!(call(pick(0_usize, &[1, 2])), (Some(1), vec![1, 2]));
    assert_eq!(call(already_promised(0_usize, 1)), Some(1));
    assert_eq!(call(Picker(1_usize).pick(vec![1, 2])), Some(2));
    assert_eq!(
        call(Picker(1_usize).pick_by(0_usize, vec![1, 2])),
        Err(Some(1))
    );
}

#[offload]
fn length<V: AsRef<[T]>, T: Clone>(items: V) -> usize {
    elsewhere();
    items.as_ref().len()
}

#[offload]
fn collected<V: Into<Vec<T>>, T>(items: V) -> usize {
    elsewhere();
    items.into().len()
}

#[test]
fn a_parameter_named_only_in_another_bound_gets_the_send_bound() {
    assert_eq!(call(length([1, 2])), 2);
    assert_eq!(call(collected([1, 2])), 2);
}
