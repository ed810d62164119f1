//! Single methods of trait impls, by how the trait declares them.

#![forbid(refining_impl_trait)]

use std::{future::Future, io, sync::Arc};

use tokio_offload::{Offload, offload};

use crate::{call, call_here, elsewhere};

#[derive(Clone)]
struct Disk {
    root: String,
}

fn disk() -> Disk {
    let root = String::from("/r");
    Disk { root }
}

trait Load: Sized {
    async fn load(&self, key: u32) -> String;
    async fn named(&self, name: &str, more: Option<&str>) -> io::Result<usize>;
    async fn create(root: &str) -> Self;
    async fn try_create(root: String) -> Result<Self, String>;
    async fn close(self) -> u8;
    async fn serve(self) -> !;
    async fn done(&self);
    async fn shared(self: Arc<Self>) -> u8;
    async fn shared_reference(self: &Arc<Self>) -> u8;
}

impl Load for Disk {
    #[offload]
    fn load(&self, key: u32) -> String {
        elsewhere();
        format!("{}{key}", self.root)
    }

    #[offload]
    fn named(&self, name: &str, more: Option<&str>) -> io::Result<usize> {
        elsewhere();
        Ok(self.root.len() + name.len() + more.map_or(0, str::len))
    }

    #[offload]
    fn create(root: &str) -> Self {
        elsewhere();
        let root = root.to_owned();
        Self { root }
    }

    #[offload]
    fn try_create(root: String) -> Result<Self, String> {
        elsewhere();
        if root.is_empty() {
            return Err(root);
        }
        Ok(Self { root })
    }

    #[offload]
    fn close(mut self) -> u8 {
        elsewhere();
        self.root.clear();
        1
    }

    #[offload]
    fn serve(self) -> ! {
        elsewhere();
        panic!("{} is closed", self.root)
    }

    #[offload]
    fn done(&self) {
        elsewhere();
    }

    #[offload]
    fn shared(self: Arc<Self>) -> u8 {
        elsewhere();
        2
    }

    #[offload]
    fn shared_reference(self: &Arc<Self>) -> u8 {
        elsewhere();
        3
    }
}

async fn generic<L: Load + Clone>(loader: L) -> String {
    loader.done().await;
    assert_eq!(loader.named("ab", Some("c")).await.unwrap(), 5);
    assert_eq!(loader.clone().close().await, 1);
    loader.load(7).await
}

#[test]
fn methods_implement_an_async_fn_of_a_trait() {
    assert_eq!(call(disk().load(1)), "/r1");
    assert_eq!(call(Disk::create("x")).root, "x");
    assert!(call(Disk::try_create(String::new())).is_err());
    assert!(call(Disk::try_create(String::from("x"))).is_ok());
    assert!(call(disk().serve().outcome()).is_err());
    assert_eq!(call(Arc::new(disk()).shared()), 2);
    assert_eq!(call(Arc::new(disk()).shared_reference()), 3);
    assert_eq!(call_here(generic(disk())), "/r7");
}

trait Futures {
    fn plain(&self) -> impl Future<Output = u32>;
    fn sendable(&self, n: &[u32]) -> impl Future<Output = u32> + Send;
    fn everything(&self, n: u32) -> impl Future<Output = u32> + Send + Unpin + 'static;
    fn shown(&self) -> impl Future<Output: Send> + Send;
}

impl Futures for Disk {
    #[offload]
    fn plain(&self) -> u32 {
        elsewhere();
        1
    }

    #[offload]
    fn sendable(&self, n: &[u32]) -> u32 {
        elsewhere();
        n.iter().sum()
    }

    #[offload]
    fn everything(&self, n: u32) -> u32 {
        elsewhere();
        n
    }

    #[offload]
    fn shown(&self) -> String {
        elsewhere();
        self.root.clone()
    }
}

async fn everything_of<F: Futures>(futures: F) -> u32 {
    futures.everything(4).await
}

#[test]
fn methods_implement_an_impl_future_of_a_trait() {
    assert_eq!(call(disk().plain()), 1);
    assert_eq!(call(disk().sendable(&[1, 2])), 3);
    assert_eq!(call(disk().everything(3)), 3);
    assert_eq!(call(disk().shown()), "/r");
    assert_eq!(call_here(everything_of(disk())), 4);
}

trait Objects: Send + Sync {
    fn get(&self, key: &str) -> Offload<Option<String>>;
    fn put(self: Arc<Self>, key: String) -> Offload<()>;
    fn take(self: Box<Self>) -> Offload<String>;
}

impl Objects for Disk {
    #[offload]
    fn get(&self, key: &str) -> Option<String> {
        elsewhere();
        self.root.strip_prefix(key).map(String::from)
    }

    #[offload]
    fn put(self: Arc<Self>, key: String) {
        elsewhere();
        drop(key);
    }

    #[offload]
    fn take(self: Box<Self>) -> String {
        elsewhere();
        self.root
    }
}

#[test]
fn methods_implement_a_dyn_compatible_trait() {
    let object: Arc<dyn Objects> = Arc::new(disk());
    assert_eq!(call(object.get("/")).as_deref(), Some("r"));
    call(object.put(String::new()));
    let object: Box<dyn Objects> = Box::new(disk());
    assert_eq!(call(object.take()), "/r");
}

/// A trait that declares both versions of its methods.
trait Both: Sized {
    async fn size(&self, name: &str) -> usize;
    fn size_now(&self, name: &str) -> usize;
    async fn made(root: &str) -> Self;
    fn made_now(root: &str) -> Self;
    async fn wrapped<T: Send + 'static, const N: usize>(self, values: [T; N]) -> Vec<T>;
    fn wrapped_now<T, const N: usize>(self, values: [T; N]) -> Vec<T>;
}

impl Both for Disk {
    #[offload(blocking = size_now)]
    fn size(&self, name: &str) -> usize {
        elsewhere();
        self.root.len() + name.len()
    }

    #[offload(blocking = made_now)]
    fn made(root: &str) -> Self {
        elsewhere();
        let root = root.to_owned();
        Self { root }
    }

    #[offload(blocking = wrapped_now)]
    fn wrapped<T, const N: usize>(self, values: [T; N]) -> Vec<T> {
        elsewhere();
        values.into()
    }
}

#[test]
fn a_trait_declares_the_blocking_version_too() {
    assert_eq!((call(disk().size("a")), disk().size_now("a")), (3, 3));
    assert_eq!(call(Disk::made("/")).root, Disk::made_now("/").root);
    let (values, same) = (call(disk().wrapped([1, 2])), disk().wrapped_now([1, 2]));
    assert_eq!(values, same);
}
