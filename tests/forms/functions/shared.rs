//! Type parameters of what an `Arc` shares, which goes to another thread only if it is `Sync`.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex, Weak},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn in_an_arc<T: Debug + ?Sized, U>(value: Arc<T>, others: &[Arc<[U]>], last: &'static U) -> String
where
    U: Debug,
{
    elsewhere();
    format!("{value:?}{others:?}{last:?}")
}

#[offload]
fn returned<K, V>(values: HashMap<K, V>) -> (Arc<HashMap<K, V>>, Weak<V>) {
    elsewhere();
    (Arc::new(values), Weak::new())
}

/// `T` in a lock need not be `Sync`.
#[offload]
fn in_a_lock<T>(value: Arc<Mutex<Option<T>>>) -> Option<T> {
    elsewhere();
    value.lock().unwrap().take()
}

#[derive(Clone)]
struct Host<T>(Vec<T>);

impl<T: Clone + PartialEq> Host<T> {
    #[offload]
    fn has(&self, value: Arc<T>) -> bool {
        elsewhere();
        self.0.contains(&value)
    }
}

#[offload]
impl<T: Clone + PartialEq> Host<T> {
    fn found(self, value: &Arc<T>) -> Option<Arc<T>> {
        elsewhere();
        self.0.contains(value).then(|| Arc::clone(value))
    }
}

#[test]
fn a_parameter_in_an_arc_works() {
    let text: Arc<str> = Arc::from("a");
    assert_eq!(call(in_an_arc(text, &[Arc::from([1])], &2)), "\"a\"[[1]]2");
    assert_eq!(call(returned(HashMap::from([(1, 2)]))).0[&1], 2);
    let cell = std::cell::Cell::new(1);
    let taken = call(in_a_lock(Arc::new(Mutex::new(Some(cell)))));
    assert_eq!(taken.map(|cell| cell.get()), Some(1));
    let host = Host(vec![1]);
    assert!(call(host.has(Arc::new(1))));
    assert_eq!(call(host.found(&Arc::new(2))), None);
}
