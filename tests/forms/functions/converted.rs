//! `impl Into<T>` and `impl ToString`: made what they are asked for where the function is called, so they may borrow there.

use std::{
    path::PathBuf,
    rc::Rc,
    sync::{Arc, Mutex},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn opaque(name: impl Into<String>, path: impl Into<PathBuf> + Send, n: impl ToString) -> String {
    elsewhere();
    // What the body asks for is what it gets, without a word about the type.
    let name = name.into();
    let path = path.into();
    format!("{} {} {}", name.len(), path.display(), n.to_string())
}

#[offload]
fn handed_on(name: impl Into<String>, text: impl ToString) -> usize {
    fn takes(name: impl Into<String>, text: impl ToString) -> usize {
        let name: String = name.into();
        name.len() + text.to_string().len()
    }
    elsewhere();
    takes(name, text)
}

#[offload(blocking = generic_now)]
fn generic<S: Into<String>, P>(name: S, path: P, _: impl ToString) -> (String, PathBuf)
where
    P: Into<PathBuf>,
{
    elsewhere();
    (name.into(), path.into())
}

#[offload(asynchronous = bytes_async)]
fn bytes<T: Clone + Sync>(all: impl Into<Vec<T>>) -> usize {
    elsewhere();
    all.into().len()
}

/// What the caller wants to keep, or has promised more than to become something, comes along as it is.
#[offload]
fn kept(name: impl Into<String> + Clone, text: impl Into<String> + 'static) -> String {
    elsewhere();
    name.clone().into() + &text.into()
}

#[test]
fn impl_into_arguments_are_converted_for_functions() {
    let (name, path) = (String::from("name"), PathBuf::from("/p"));
    assert_eq!(call(opaque(&name, &path, &1)), "4 /p 1");
    assert_eq!(
        call(opaque(name.as_str(), path.as_path(), Rc::new("x"))),
        "4 /p x"
    );
    assert_eq!(call(handed_on(&name, &name)), 8);
    assert_eq!(
        call(generic(&name, &path, &&name)),
        (name.clone(), path.clone())
    );
    assert_eq!(generic_now("a", "b", 1).0, "a");
    let all = [1_u8, 2];
    assert_eq!(call(bytes_async(&all[..])), 2);
    assert_eq!(bytes(all), 2);
    assert_eq!(call(kept("a", "b")), "ab");
}

/// Says when it is made a text.
struct Loud(Arc<Mutex<Vec<&'static str>>>);

impl From<Loud> for String {
    fn from(loud: Loud) -> Self {
        loud.0.lock().unwrap().push("converted");
        "loud".into()
    }
}

#[offload]
fn say(_: Arc<Mutex<Vec<&'static str>>>, text: impl Into<String>) -> String {
    elsewhere();
    text.into()
}

#[test]
fn conversions_happen_once_and_at_the_call() {
    let said = Arc::new(Mutex::new(Vec::new()));
    let unpolled = say(said.clone(), Loud(said.clone()));
    assert_eq!(*said.lock().unwrap(), ["converted"]);
    assert_eq!(crate::call(unpolled), "loud");
    assert_eq!(said.lock().unwrap().len(), 1);
}

#[derive(Clone)]
struct Store(u8);

#[offload(blocking = _now)]
impl Store {
    fn get(&self, key: impl Into<String>) -> usize {
        elsewhere();
        let key: String = key.into();
        key.len() + usize::from(self.0)
    }
}

#[offload(blocking = BlockingFind)]
trait Find {
    fn find<K: Into<String>>(&self, key: K, more: impl ToString) -> usize;
}

impl BlockingFind for Store {
    fn find<K: Into<String>>(&self, key: K, more: impl ToString) -> usize {
        elsewhere();
        key.into().len() + more.to_string().len()
    }
}

#[test]
fn impl_into_arguments_are_converted_for_methods() {
    let key = String::from("key");
    assert_eq!(call(Store(1).get(&key)), 4);
    assert_eq!(Store(1).get_now("k"), 2);
    assert_eq!(call(Arc::new(Store(1)).find(&key, &key)), 6);
}
