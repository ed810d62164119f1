//! `blocking = NAME` on methods and associated functions.

use std::{
    fmt::Display,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[derive(Clone, Debug, PartialEq)]
struct Store {
    name: String,
}

fn store() -> Store {
    let name = String::from("s");
    Store { name }
}

impl Store {
    #[offload(blocking = open_now)]
    fn open(name: &str) -> Self {
        elsewhere();
        let name = name.to_owned();
        Self { name }
    }

    #[offload(blocking = try_open_now)]
    fn try_open(name: String) -> Result<Self, String> {
        elsewhere();
        if name.is_empty() {
            Err(name)
        } else {
            Ok(Self { name })
        }
    }

    #[offload(blocking = no_self_type_now)]
    fn no_self_type(n: u8) -> u8 {
        elsewhere();
        n
    }

    #[offload(blocking = get_now)]
    fn get(&self, key: &str, mut by: usize, (a, _): (usize, u8)) -> usize {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        elsewhere();
        CALLS.fetch_add(1, Ordering::SeqCst);
        by += a;
        usize::from(format!("{self:?}").is_empty()) + self.name.len() + key.len() + by
    }

    #[offload(blocking = close_now)]
    fn close(mut self) -> String {
        elsewhere();
        self.name.push('!');
        self.name
    }

    #[offload(blocking = shared_now)]
    fn shared(self: Arc<Self>, _: &Path) -> usize {
        elsewhere();
        self.name.len()
    }

    #[offload(blocking = by_reference_now)]
    fn by_reference(self: &Arc<Self>) -> usize {
        elsewhere();
        self.name.len()
    }

    #[offload(blocking = boxed_now)]
    fn boxed(self: Box<Self>) -> Box<Self> {
        elsewhere();
        self
    }

    #[offload(blocking = counted_now)]
    fn counted(&self) -> u32 {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        elsewhere();
        CALLS.fetch_add(1, Ordering::SeqCst)
    }

    #[offload(blocking = never_now)]
    fn never(self) -> ! {
        elsewhere();
        panic!("{}", self.name)
    }

    #[offload(blocking = cfg_now)]
    fn cfg(
        &self,
        #[cfg(not(target_os = "none"))] a: &str,
        #[cfg(target_os = "none")] b: &str,
    ) -> usize {
        elsewhere();
        self.name.len() + a.len()
    }
}

#[test]
fn the_blocking_version_takes_every_receiver() {
    assert_eq!(call(Store::open("s")), store());
    assert_eq!(Store::open_now("s"), store());
    assert!(call(Store::try_open(String::new())).is_err());
    assert!(Store::try_open_now(String::new()).is_err());
    assert_eq!(
        (call(Store::no_self_type(1)), Store::no_self_type_now(1)),
        (1, 1)
    );
    assert_eq!(call(store().get("k", 1, (1, 1))), 4);
    assert_eq!(store().get_now("k", 1, (1, 1)), 4);
    assert_eq!(
        (call(store().close()), store().close_now()),
        ("s!".into(), "s!".into())
    );
    let shared = Arc::new(store());
    assert_eq!(call(shared.clone().shared(Path::new(""))), 1);
    assert_eq!(call(shared.by_reference()), 1);
    assert_eq!(
        shared.by_reference_now() + shared.shared_now(Path::new("")),
        2
    );
    assert_eq!(*call(Box::new(store()).boxed()), store());
    assert_eq!(*Box::new(store()).boxed_now(), store());
    assert_eq!((call(store().counted()), store().counted_now()), (0, 1));
    assert!(call(store().never().outcome()).is_err());
    assert!(std::panic::catch_unwind(|| store().never_now()).is_err());
    assert_eq!((call(store().cfg("a")), store().cfg_now("a")), (2, 2));
}

#[derive(Clone)]
struct Wrapper<T>(T);

impl<T: Display + Clone + Send + 'static> Wrapper<T> {
    #[offload(blocking = show_now)]
    fn show<U: Display, const N: usize>(&self, other: U, all: [u8; N]) -> String {
        elsewhere();
        format!("{}{other}{}", self.0, all.len())
    }

    #[offload(blocking = make_now)]
    fn make(value: T) -> Self {
        elsewhere();
        Self(value)
    }

    #[offload(blocking = path_now)]
    fn path<P: AsRef<Path>>(&self, path: P, name: impl AsRef<str>) -> usize {
        elsewhere();
        path.as_ref().components().count() + name.as_ref().len()
    }

    #[offload(blocking = lifetimes_now)]
    fn lifetimes<'a, U: Clone + PartialEq>(&'a self, a: &'a U, b: &'a U) -> bool {
        elsewhere();
        let both: [&'a U; 2] = [a, b];
        both[0] == both[1]
    }

    #[offload(blocking = each_now)]
    fn each(self) -> impl Iterator<Item = T> {
        elsewhere();
        std::iter::once(self.0)
    }

    #[offload(blocking = each_of_reference_now)]
    fn each_of_reference(&self, more: &str) -> impl Iterator<Item = String> {
        elsewhere();
        vec![self.0.to_string(), more.to_owned()].into_iter()
    }

    #[offload(blocking = all_now)]
    fn all(&self, names: impl IntoIterator<Item = String>) -> Result<impl Display, String> {
        elsewhere();
        let all: String = names.into_iter().collect();
        if all.is_empty() { Err(all) } else { Ok(all) }
    }
}

#[test]
fn the_blocking_version_of_a_generic_method_returns_the_same() {
    let one = Wrapper(1);
    assert_eq!(call(one.show("x", [0; 2])), "1x2");
    assert_eq!(call(Wrapper::make(2)).0, 2);
    assert_eq!(call(one.path(&String::from("/a"), "b")), 3);
    assert!(call(one.lifetimes(&1, &1)));
    assert_eq!(call(one.clone().each()).count(), 1);
    assert_eq!(call(one.each_of_reference("m")).count(), 2);
    assert!(call(one.all([String::from("a")])).is_ok());
    assert_eq!(one.show_now("x", [0; 2]), "1x2");
    assert_eq!(Wrapper::make_now(2).0, 2);
    assert_eq!(one.path_now("/a", "b"), 3);
    assert!(one.lifetimes_now(&1, &1));
    assert_eq!(one.each_of_reference_now("m").count(), 2);
    assert!(one.all_now([String::new()]).is_err());
    assert_eq!(one.each_now().count(), 1);
}

/// The twin of a method may be what a blocking trait asks for.
trait Read {
    fn read(&self) -> u8;
}

impl Read for Store {
    fn read(&self) -> u8 {
        self.read_now()
    }
}

impl Store {
    #[offload(blocking = read_now)]
    fn read_async(&self) -> u8 {
        elsewhere();
        7
    }

    #[offload(blocking = drop)]
    fn new(self) -> u8 {
        elsewhere();
        8
    }
}

#[test]
fn the_asynchronous_version_frees_a_name_that_a_trait_needs() {
    assert_eq!(call(store().read_async()), 7);
    assert_eq!(Read::read(&store()), 7);
    assert_eq!((call(store().new()), store().drop()), (8, 8));
}
