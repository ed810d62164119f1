//! The file that the test of editors opens: the attribute in every form. Each place that the test asks about has words that occur once.

use std::{cell::Cell, io, path::Path, rc::Rc, sync::Arc};

use async_trait::async_trait;
use tokio_offload::{Error, Pool, Workers, offload};

static LANES: Pool = Pool::new("lanes");
static DRAWERS: Workers = Workers::new("drawers");

pub fn as_it_is(text: &str) -> u64 {
    let letters = text.chars().count();
    letters as u64
}

#[offload(pool = LANES)]
pub fn digest(text: &str) -> u64 {
    let counted = text.chars().count();
    counted as u64
}

#[offload(blocking = sum_now, catch)]
pub fn sum(numbers: &[u64], path: &Path, more: Option<&str>) -> Result<u64, Error> {
    Ok(numbers.iter().sum::<u64>() + path.iter().count() as u64 + more.map_or(0, str::len) as u64)
}

#[offload(asynchronous = later)]
pub fn now(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

#[offload(remote = DRAWERS)]
pub fn draw(page: &Path, bytes: &[u8]) -> Result<usize, Error> {
    Ok(page.iter().count() + bytes.len())
}

#[derive(Clone, Debug)]
pub struct Files {
    dir: Arc<Path>,
    own: Arc<Pool>,
}

#[offload(pool = LANES)]
impl Files {
    pub fn size(&self, file: &str) -> io::Result<u64> {
        let found = self.dir.join(file);
        println!("{self:?} {file}");
        Ok(found.metadata()?.len())
    }

    #[offload(skip)]
    pub fn place(&self) -> &Path {
        &self.dir
    }

    #[offload(pool = self.own)]
    pub fn depth(self: Arc<Self>) -> usize {
        self.dir.components().count()
    }

    pub fn close(mut self) {
        self.dir = Path::new("closed").into();
    }
}

pub struct Counter(Rc<Cell<u64>>);

#[offload(owner = Handle)]
impl Counter {
    pub fn new() -> Self {
        Self(Rc::default())
    }

    pub fn add(&mut self, amount: u64) -> u64 {
        self.0.set(self.0.get() + amount);
        self.0.get()
    }
}

#[offload(blocking = BlockingStore)]
pub trait Store {
    fn look_up(&self, key: &str) -> u64;
}

pub struct Memory;

impl BlockingStore for Memory {
    fn look_up(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

#[async_trait]
pub trait Fetch {
    async fn fetch(&self, key: &str) -> u64;
}

#[offload]
#[async_trait]
impl Fetch for Files {
    fn fetch(&self, key: &str) -> u64 {
        self.dir.join(key).iter().count() as u64
    }
}

pub async fn caller(memory: Arc<Memory>, files: Files) -> Result<u64, Error> {
    let first = digest("x").await + as_it_is("x");
    let second = Store::look_up(&memory, "k").await;
    let third = files.size("y").await? + files.fetch("k").await;
    let handle = Handle::new().await;
    let fourth = handle.add(4).await;
    let fifth = draw(files.place(), b"x").await? + later("x").await;
    let sixth = sum_now(&[1], Path::new("x"), None)? + sum(&[1], Path::new("x"), None).await?;
    let seventh = Arc::new(files.clone()).depth().await;
    files.close().await;
    Ok(first + second + third + fourth + fifth as u64 + sixth + seventh as u64)
}

#[offload(bloc)]
pub fn typed() {}

#[offload(pool = LANES, ow = 1)]
pub fn typed_second() {}

#[offload()]
pub fn nothing_typed() {}

#[offload(pool = LANES, )]
pub fn typed_a_comma() {}

#[offload]
impl Memory {
    #[offload(ski)]
    pub fn typed_method(&self) {}
}
