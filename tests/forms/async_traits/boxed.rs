//! `#[offload]` above `#[async_trait]`: what people write every day.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use async_trait::async_trait;
use tokio_offload::{Error, Pool, offload};

use super::send;
use crate::{block_on, elsewhere};

#[async_trait]
trait Store: Send + Sync {
    type Key: Send;
    const LIMIT: usize = 8;

    async fn open(dir: &Path) -> io::Result<Self>
    where
        Self: Sized;

    async fn load(&self, name: &str, at: Option<&str>) -> io::Result<String>;

    async fn take(self: Arc<Self>, many: Vec<u8>) -> usize;

    async fn consume(mut self, more: &mut String) -> PathBuf
    where
        Self: Sized;

    async fn both(&self, a: &str, b: &str) -> io::Result<String> {
        Ok(self.load(a, None).await? + &self.load(b, None).await?)
    }

    async fn nothing(&self);

    fn plain(&self) -> u8 {
        1
    }
}

#[derive(Clone)]
struct Files {
    dir: PathBuf,
}

#[offload]
#[async_trait]
impl Store for Files {
    type Key = u8;
    const LIMIT: usize = 9;

    fn open(dir: &Path) -> io::Result<Self> {
        elsewhere();
        dir.read_dir()?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// Reads one file.
    fn load(&self, name: &str, at: Option<&str>) -> io::Result<String> {
        elsewhere();
        std::fs::read_to_string(self.dir.join(at.unwrap_or_default()).join(name))
    }

    fn take(self: Arc<Self>, mut many: Vec<u8>) -> usize {
        elsewhere();
        many.push(Self::LIMIT as u8);
        many.len()
    }

    async fn consume(mut self, more: &mut String) -> PathBuf {
        more.push_str(&self.load("Cargo.toml", None).await.unwrap());
        self.dir.push("more");
        self.dir
    }

    fn nothing(&self) {
        elsewhere();
    }
}

#[test]
fn offloaded_methods_implement_the_async_trait() {
    let files = send(Files::open(Path::new("."))).unwrap();
    let text = send(files.load("Cargo.toml", Some("."))).unwrap();
    assert!(text.starts_with("[package]"));
    assert_eq!(
        send(files.both("Cargo.toml", "Cargo.toml")).unwrap().len(),
        2 * text.len()
    );
    assert!(send(files.load("none", None)).is_err());
    assert_eq!(send(Arc::new(files.clone()).take(vec![1])), 2);
    assert_eq!((Files::LIMIT, files.plain()), (9, 1));
    send(files.nothing());
    let mut more = String::new();
    assert_eq!(send(files.consume(&mut more)), Path::new("./more"));
    assert_eq!(more, text);
}

#[test]
fn the_trait_stays_dyn_compatible() {
    #[async_trait]
    trait Load {
        async fn load(&self, name: &str) -> io::Result<usize>;
    }

    #[offload]
    #[async_trait]
    impl Load for Files {
        fn load(&self, name: &str) -> io::Result<usize> {
            elsewhere();
            Ok(std::fs::read(self.dir.join(name))?.len())
        }
    }

    let all: Vec<Box<dyn Load + Sync>> = vec![Box::new(Files { dir: ".".into() })];
    for one in &all {
        assert!(send(one.load("Cargo.toml")).unwrap() > 0);
    }
}

static NAMED: Pool = Pool::new("named").threads(1);

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(#[from] Error);

#[async_trait]
trait Options {
    async fn here(&self) -> Option<String>;
    async fn of_field(&self) -> Option<String>;
    async fn fails(&self, how: &str) -> Result<u8, Failed>;
    async fn sets(&self, ran: Arc<AtomicBool>);
}

#[derive(Clone)]
struct Shop {
    pool: Arc<Pool>,
}

fn thread_name() -> Option<String> {
    elsewhere();
    std::thread::current().name().map(str::to_owned)
}

#[offload(pool = NAMED, catch)]
#[async_trait]
impl Options for Shop {
    fn here(&self) -> Option<String> {
        thread_name()
    }

    #[offload(pool = self.pool)]
    fn of_field(&self) -> Option<String> {
        thread_name()
    }

    fn fails(&self, how: &str) -> Result<u8, Failed> {
        elsewhere();
        panic!("{how}")
    }

    #[offload(pool = self.pool)]
    fn sets(&self, ran: Arc<AtomicBool>) {
        ran.store(true, SeqCst);
    }
}

#[test]
fn pool_and_catch_work_in_an_async_trait() {
    let shop = Shop {
        pool: Arc::new(Pool::new("field").threads(1)),
    };
    assert_eq!(send(shop.here()).as_deref(), Some("named-0"));
    assert_eq!(send(shop.of_field()).as_deref(), Some("field-0"));
    let error = send(shop.fails("on purpose")).unwrap_err();
    assert!(error.to_string().contains("on purpose"), "{error}");
}

#[test]
fn a_call_that_is_dropped_before_it_is_polled_never_runs() {
    let shop = Shop {
        pool: Arc::new(Pool::new("field").threads(1)),
    };
    let ran = Arc::new(AtomicBool::new(false));
    // As with any `async fn`, nothing happens before the first poll.
    drop(shop.sets(Arc::clone(&ran)));
    block_on(shop.pool.idle());
    assert!(!ran.load(SeqCst));
}

#[async_trait]
trait Mixed {
    fn name(&self) -> &str;
    fn count(&self) -> usize;
    async fn weigh(&self) -> io::Result<usize>;
}

#[offload]
#[async_trait]
impl Mixed for Files {
    #[offload(skip)]
    fn name(&self) -> &'static str {
        "files"
    }

    #[offload(skip)]
    fn count(&self) -> usize {
        self.dir.components().count()
    }

    fn weigh(&self) -> io::Result<usize> {
        elsewhere();
        Ok(self.dir.read_dir()?.count() + self.count())
    }
}

#[test]
fn methods_that_the_trait_declares_without_async_are_skipped() {
    let files: Box<dyn Mixed + Sync> = Box::new(Files { dir: ".".into() });
    assert_eq!((files.name(), files.count()), ("files", 1));
    assert!(send(files.weigh()).unwrap() > 1);
}
