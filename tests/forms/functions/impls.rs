//! Methods of generic types, and of impl blocks with bounds of their own.

use std::{
    collections::HashMap,
    fmt::{Debug, Display},
    hash::Hash,
    marker::PhantomData,
    sync::{Arc, Mutex},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[derive(Clone)]
struct Stack<T> {
    items: Vec<T>,
}

impl<T: Ord + Clone + Send + 'static> Stack<T> {
    #[offload]
    fn new(items: &[T]) -> Self {
        elsewhere();
        Self {
            items: items.to_vec(),
        }
    }

    #[offload]
    fn largest(&self) -> Option<T> {
        elsewhere();
        self.items.iter().max().cloned()
    }

    #[offload]
    fn push(mut self, item: T) -> Self {
        elsewhere();
        self.items.push(item);
        self
    }

    #[offload]
    fn convert<U: From<T> + Default>(self, or: &U) -> Vec<U>
    where
        U: Clone,
    {
        elsewhere();
        let mut all: Vec<U> = self.items.into_iter().map(U::from).collect();
        all.push(or.clone());
        all
    }

    #[offload]
    fn contains(&self, one: &T, two: Option<&T>) -> bool {
        elsewhere();
        self.items.contains(one) && two.is_none_or(|two| self.items.contains(two))
    }
}

impl<T> Stack<T>
where
    T: Display + Send + 'static,
{
    #[offload]
    fn shown(self) -> String {
        elsewhere();
        self.items.iter().map(T::to_string).collect()
    }
}

impl Stack<u8> {
    #[offload]
    fn total(&self) -> u8 {
        elsewhere();
        self.items.iter().sum()
    }
}

#[test]
fn methods_of_a_type_with_a_type_parameter_run() {
    let stack = call(Stack::new(&[1_u8, 3]));
    assert_eq!(call(stack.largest()), Some(3));
    let stack = call(stack.push(2));
    assert_eq!(call(stack.clone().convert::<u32>(&9)), [1, 3, 2, 9]);
    assert!(call(stack.contains(&1, Some(&2))));
    assert_eq!(call(stack.total()), 6);
    assert_eq!(call(stack.shown()), "132");
}

#[derive(Clone)]
struct Matrix<T, const R: usize, const C: usize>([[T; C]; R]);

impl<T: Copy + Send + 'static, const R: usize, const C: usize> Matrix<T, R, C> {
    const CELLS: usize = R * C;

    #[offload]
    fn row(&self, index: usize) -> [T; C] {
        elsewhere();
        self.0[index]
    }

    #[offload]
    fn cells() -> usize {
        elsewhere();
        Self::CELLS
    }

    #[offload]
    fn with<const N: usize>(self, more: [T; N]) -> (Self, [T; N], usize) {
        elsewhere();
        (self, more, N + R)
    }
}

#[test]
fn methods_of_a_type_with_const_parameters_run() {
    let matrix = Matrix([[1, 2], [3, 4], [5, 6]]);
    assert_eq!(call(matrix.row(1)), [3, 4]);
    assert_eq!(call(Matrix::<u8, 3, 2>::cells()), 6);
    assert_eq!(call(matrix.with([0_u8; 4])).2, 7);
}

struct Cache<K, V, S = HashMap<K, V>> {
    map: Mutex<S>,
    types: PhantomData<(K, V)>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Debug + Send + Sync + 'static,
{
    #[offload]
    fn get(self: Arc<Self>, key: &K) -> Option<V> {
        elsewhere();
        self.map.lock().unwrap().get(key).cloned()
    }

    #[offload]
    fn put(self: &Arc<Self>, key: K, value: V) -> Option<V> {
        elsewhere();
        self.map.lock().unwrap().insert(key, value)
    }

    #[offload]
    fn get_or<F: FnOnce(&K) -> V>(self: Arc<Self>, key: K, make: F) -> V {
        elsewhere();
        let made = make(&key);
        self.map.lock().unwrap().entry(key).or_insert(made).clone()
    }
}

#[test]
fn methods_of_a_generic_type_behind_an_arc_run() {
    let cache: Arc<Cache<String, u8>> = Arc::new(Cache {
        map: Mutex::default(),
        types: PhantomData,
    });
    assert_eq!(call(cache.put(String::from("a"), 1)), None);
    assert_eq!(call(Arc::clone(&cache).get(&String::from("a"))), Some(1));
    let length = call(cache.get_or(String::from("bcd"), |key| u8::try_from(key.len()).unwrap()));
    assert_eq!(length, 3);
}

struct Typed<S> {
    state: PhantomData<S>,
}

#[derive(Clone)]
struct Open;
struct Closed;

impl Typed<Open> {
    #[offload]
    fn close(self) -> Typed<Closed> {
        elsewhere();
        let Self { .. } = self;
        Typed { state: PhantomData }
    }
}

impl Typed<Closed> {
    #[offload]
    fn open(self: Box<Self>) -> Result<Typed<Open>, Box<Self>> {
        elsewhere();
        if size_of_val(&*self) > 0 {
            return Err(self);
        }
        Ok(Typed { state: PhantomData })
    }
}

#[test]
fn methods_can_change_the_type_state() {
    let closed = call(Typed::<Open> { state: PhantomData }.close());
    assert!(call(Box::new(closed).open()).is_ok());
}

mod far {
    #[derive(Clone)]
    pub(super) struct Away(pub(super) u8);
}

impl far::Away {
    #[offload]
    fn from_here(&self) -> u8 {
        elsewhere();
        self.0
    }
}

trait Extension {
    fn doubled(&self) -> tokio_offload::Offload<Self>
    where
        Self: Sized;
}

impl Extension for Vec<u8> {
    #[offload]
    fn doubled(&self) -> Self {
        elsewhere();
        [self.as_slice(), self].concat()
    }
}

#[test]
fn methods_of_types_defined_elsewhere_run() {
    assert_eq!(call(far::Away(3).from_here()), 3);
    assert_eq!(call(vec![1_u8].doubled()), [1, 1]);
}
