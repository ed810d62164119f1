//! Methods: every receiver, inherent, generic and of traits.

use std::{
    fmt::{Debug, Display},
    future::Future,
    io,
    path::PathBuf,
    sync::Arc,
};

use tokio_offload::{Offload, offload};

/// Something that can be cloned.
#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    dir: PathBuf,
    count: u32,
}

impl Store {
    /// Makes one.
    #[offload]
    pub fn new(dir: &str) -> Self {
        Self {
            dir: PathBuf::from(dir),
            count: 0,
        }
    }

    /// May make one.
    #[offload]
    pub fn open(dir: &str) -> io::Result<Self> {
        let dir = std::fs::canonicalize(dir)?;
        Ok(Self { dir, count: 0 })
    }

    /// By reference.
    #[offload]
    pub fn size(&self, name: &str) -> io::Result<u64> {
        Ok(std::fs::metadata(self.dir.join(name))?.len())
    }

    /// By named reference.
    #[offload]
    pub fn same<'a>(&'a self, other: &'a Self) -> bool {
        let both: [&'a Self; 2] = [self, other];
        both[0] == both[1]
    }

    /// By value.
    #[offload]
    pub fn close(mut self) -> Self {
        self.count += 1;
        self
    }

    /// By pointer.
    #[offload]
    pub fn shared(self: Arc<Self>, by: u32) -> u32 {
        self.count + by
    }

    /// By reference to a pointer.
    #[offload]
    pub fn by_reference(self: &Arc<Self>) -> usize {
        Arc::strong_count(self)
    }

    /// By box.
    #[offload]
    pub fn boxed(self: Box<Self>) -> PathBuf {
        self.dir
    }

    /// In a text.
    #[offload]
    #[must_use]
    pub fn shown(&self, width: usize) -> String {
        let text = format!("{self:?}");
        format!("{text:>width$}")
    }

    /// Opaque.
    #[offload]
    pub fn names(&self) -> impl Iterator<Item = String> {
        let name = self.dir.display().to_string();
        std::iter::once(name)
    }

    #[offload]
    fn private(&self) -> u32 {
        self.count
    }

    /// Uses the private one.
    #[offload]
    pub fn uses_private(&self) -> u32 {
        tokio_offload::block_on(self.private()).unwrap_or(0)
    }
}

/// Something generic.
#[derive(Clone, Debug)]
pub struct Stack<T, const N: usize> {
    items: [T; N],
}

impl<T: Ord + Clone + Send + 'static, const N: usize> Stack<T, N> {
    /// The largest.
    #[offload]
    pub fn largest(&self) -> Option<T> {
        self.items.iter().max().cloned()
    }

    /// All of another type.
    #[offload]
    pub fn convert<U>(self, or: Option<&U>) -> Vec<U>
    where
        U: From<T> + Clone,
    {
        let all = self.items.into_iter().map(U::from);
        all.chain(or.cloned()).collect()
    }
}

/// Asynchronous functions in a trait of this crate.
pub trait Load {
    /// What goes wrong.
    type Error;

    /// Loads.
    fn load(&self, key: u32) -> impl Future<Output = Result<String, Self::Error>> + Send;

    /// Shows.
    fn show<T: Display + Send + 'static>(&self, value: T) -> impl Future<Output = String> + Send;
}

impl Load for Store {
    type Error = io::Error;

    #[offload]
    fn load(&self, key: u32) -> Result<String, Self::Error> {
        std::fs::read_to_string(self.dir.join(key.to_string()))
    }

    #[offload]
    fn show<T: Display + Send + 'static>(&self, value: T) -> String {
        format!("{value}{}", self.count)
    }
}

trait Local {
    async fn local(&self, name: &str) -> usize;
    async fn serve(self) -> !;
}

impl Local for Store {
    #[offload]
    fn local(&self, name: &str) -> usize {
        name.len()
    }

    #[offload]
    fn serve(self) -> ! {
        panic!("{}", self.count)
    }
}

/// Uses the local trait.
pub async fn uses_local(store: Store) -> usize {
    if store.local("").await == 1 {
        store.serve().await;
    }
    0
}

/// A trait that makes objects.
pub trait Object {
    /// Gets.
    fn get(&self, key: &str) -> Offload<Option<String>>;
}

impl Object for Store {
    #[offload]
    fn get(&self, key: &str) -> Option<String> {
        self.dir.join(key).to_str().map(String::from)
    }
}

/// A trait that brings a method along.
pub trait Provided: Clone + Send + 'static {
    /// Brought along.
    #[offload]
    fn provided(&self) -> Self {
        self.clone()
    }
}

impl Provided for Store {}
