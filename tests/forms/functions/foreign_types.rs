//! Types of std as receivers, arguments and results, and what bounds say of borrowed parts of a parameter.

use std::{
    any::Any,
    ffi::OsStr,
    ops::{ControlFlow, RangeInclusive},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

trait Add<T = u8> {
    async fn add(&self, to: T) -> T;
}

impl Add for (u8, String) {
    #[offload]
    fn add(&self, to: u8) -> u8 {
        elsewhere();
        self.0 + to
    }
}

impl Add for [u8; 2] {
    #[offload]
    fn add(&self, to: u8) -> u8 {
        elsewhere();
        self.iter().sum::<u8>() + to
    }
}

impl Add for &'static str {
    #[offload]
    fn add(&self, to: u8) -> u8 {
        elsewhere();
        self.bytes().fold(to, u8::wrapping_add)
    }
}

impl Add for fn() -> u8 {
    #[offload]
    fn add(&self, to: u8) -> u8 {
        elsewhere();
        self() + to
    }
}

impl Add for Arc<dyn Fn() -> u8 + Send + Sync> {
    #[offload]
    fn add(&self, to: u8) -> u8 {
        elsewhere();
        self() + to
    }
}

#[offload]
impl<T: Clone + Send + 'static> Add<Vec<T>> for Arc<Mutex<Vec<T>>> {
    fn add(&self, mut to: Vec<T>) -> Vec<T> {
        elsewhere();
        to.extend(self.lock().unwrap().iter().cloned());
        to
    }
}

#[test]
fn traits_are_implemented_for_types_of_std() {
    assert_eq!(call((1_u8, String::new()).add(1)), 2);
    assert_eq!(call([1_u8, 2].add(1)), 4);
    assert_eq!(call("\u{1}\u{2}".add(1)), 4);
    assert_eq!(call(((|| 1) as fn() -> u8).add(1)), 2);
    let function: Arc<dyn Fn() -> u8 + Send + Sync> = Arc::new(|| 1);
    assert_eq!(call(function.add(1)), 2);
    assert_eq!(call(Arc::new(Mutex::new(vec![1_u8])).add(vec![2])), [2, 1]);
}

trait Lend {
    type Lent<'a>
    where
        Self: 'a;

    fn lend(&self) -> Self::Lent<'_>;
}

impl Lend for String {
    type Lent<'a> = &'a str;

    fn lend(&self) -> &str {
        self
    }
}

#[offload]
fn lent_part<L>(from: L) -> usize
where
    L: Lend,
    for<'a> L::Lent<'a>: AsRef<str>,
{
    elsewhere();
    from.lend().as_ref().len()
}

#[offload]
fn lent_part_of_borrow<L: Lend + Clone>(from: &L) -> usize
where
    for<'a> L: Lend<Lent<'a> = &'a str>,
{
    elsewhere();
    from.lend().len()
}

#[offload]
fn owned_of_borrow<T>(value: &T) -> T::Owned
where
    T: ToOwned + ?Sized + 'static,
    T::Owned: Send + 'static,
{
    elsewhere();
    value.to_owned()
}

#[offload]
fn every_text<S: AsRef<str> + Send + 'static>(first: Vec<S>, rest: [S; 2]) -> String {
    elsewhere();
    first.iter().chain(&rest).map(AsRef::as_ref).collect()
}

#[test]
fn bounds_may_be_of_what_a_parameter_lends() {
    assert_eq!(call(lent_part(String::from("ab"))), 2);
    assert_eq!(call(lent_part_of_borrow(&String::from("ab"))), 2);
    assert_eq!(call(owned_of_borrow("ab")), "ab");
    assert_eq!(call(owned_of_borrow::<[u8]>(&[1])), [1]);
    assert_eq!(call(every_text(vec!["a"], ["b", "c"])), "abc");
}

#[offload]
fn flow(before: ControlFlow<u8>, more: RangeInclusive<u8>) -> ControlFlow<u8, usize> {
    elsewhere();
    before?;
    ControlFlow::Continue(more.count())
}

#[offload]
fn downcast(value: Box<dyn Any + Send>) -> Result<Box<u8>, Box<dyn Any + Send>> {
    elsewhere();
    value.downcast()
}

#[offload]
fn owners(text: &String, path: &PathBuf, name: &Box<OsStr>, shared: &Arc<str>) -> usize {
    elsewhere();
    text.len() + path.as_os_str().len() + name.len() + shared.len()
}

#[test]
fn values_of_std_come_and_go() {
    assert_eq!(
        call(flow(ControlFlow::Break(1), 0..=1)),
        ControlFlow::Break(1)
    );
    assert_eq!(
        call(flow(ControlFlow::Continue(()), 0..=1)),
        ControlFlow::Continue(2)
    );
    assert_eq!(*call(downcast(Box::new(1_u8))).unwrap(), 1);
    assert!(call(downcast(Box::new("a"))).is_err());
    let (path, name) = (PathBuf::from("b"), OsStr::new("c").into());
    assert_eq!(
        call(owners(&String::from("a"), &path, &name, &"d".into())),
        4
    );
}
