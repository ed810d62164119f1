//! `#[offload(blocking = ..)] trait`: two traits, and the asynchronous one for an `Arc` of what implements the blocking one.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    io,
    path::Path,
    sync::{Arc, Mutex},
};

use tokio_offload::{Offload, Pool, offload};

use super::{Id, id};
use crate::{block_on, call, call_here, elsewhere};

static DISK: Pool = Pool::new("disk").threads(2);

fn disk() -> &'static Pool {
    &DISK
}

/// Where text is kept.
#[offload(blocking = BlockingStore)]
pub(crate) trait Store: Send + Sync + Debug {
    /// Looks a key up.
    fn get(&self, key: &str) -> Option<String>;

    fn put(&self, key: String, value: Option<&str>) -> io::Result<()>;

    /// Said by the trait itself.
    fn describe(&self, prefix: &str) -> String {
        elsewhere();
        format!("{prefix}{:?}", self.get("a"))
    }

    #[offload(pool = DISK)]
    fn thread(&self) -> (Id, Option<String>) {
        elsewhere();
        let name = std::thread::current().name().map(str::to_owned);
        (id(), name)
    }

    #[offload(pool = disk())]
    fn read(self: &Self, path: &Path) -> io::Result<usize> {
        elsewhere();
        std::fs::read(path).map(|bytes| bytes.len())
    }

    #[deprecated = "it is old"]
    fn old(&self) -> u8 {
        elsewhere();
        1
    }
}

#[derive(Debug, Default)]
struct Memory(Mutex<BTreeMap<String, String>>);

impl BlockingStore for Memory {
    fn get(&self, key: &str) -> Option<String> {
        elsewhere();
        self.0.lock().unwrap().get(key).cloned()
    }

    fn put(&self, key: String, value: Option<&str>) -> io::Result<()> {
        elsewhere();
        let value = value.ok_or(io::ErrorKind::InvalidInput)?;
        self.0.lock().unwrap().insert(key, value.to_owned());
        Ok(())
    }
}

/// A double that answers at once.
#[derive(Debug)]
struct Mock;

impl Store for Mock {
    fn get(&self, key: &str) -> Offload<Option<String>> {
        Offload::ready(Some(key.to_uppercase()))
    }

    fn put(&self, _: String, _: Option<&str>) -> Offload<io::Result<()>> {
        Offload::ready(Err(io::ErrorKind::ReadOnlyFilesystem.into()))
    }

    fn describe(&self, prefix: &str) -> Offload<String> {
        Offload::ready(prefix.to_owned())
    }

    fn thread(&self) -> Offload<(Id, Option<String>)> {
        Offload::ready((id(), None))
    }

    fn read(&self, _: &Path) -> Offload<io::Result<usize>> {
        Offload::ready(Ok(0))
    }

    fn old(&self) -> Offload<u8> {
        Offload::ready(0)
    }
}

async fn copy<S: Store>(store: S, from: &str, to: &str) -> io::Result<bool> {
    let value = store.get(from).await;
    store.put(to.to_owned(), value.as_deref()).await?;
    Ok(store.get(to).await == value)
}

fn memory() -> Arc<Memory> {
    let memory = Memory::default();
    memory.put("a".into(), Some("1")).unwrap();
    Arc::new(memory)
}

#[test]
fn an_arc_of_the_blocking_implementation_is_asynchronous() {
    let store = memory();
    assert_eq!(call(store.get("a")).as_deref(), Some("1"));
    assert_eq!(call(store.describe("is ")), "is Some(\"1\")");
    let (thread, name) = call(store.thread());
    assert_ne!(thread, id());
    assert!(name.unwrap().starts_with("disk-"));
    assert!(call(store.read(Path::new("Cargo.toml"))).unwrap() > 0);
    #[expect(deprecated, reason = "it is, also here")]
    let old = store.old();
    assert_eq!(call(old), 1);
}

#[test]
fn the_value_inside_the_arc_keeps_its_blocking_methods() {
    let store = memory();
    assert_eq!((*store).get("a").as_deref(), Some("1"));
    assert_eq!((*store).describe(""), "Some(\"1\")");
}

#[test]
fn any_implementation_behind_dyn_is_asynchronous() {
    let store: Arc<dyn BlockingStore> = memory();
    assert_eq!(call(store.get("a")).as_deref(), Some("1"));
    assert!(call_here(copy(store, "a", "b")).unwrap());
}

#[test]
fn the_asynchronous_trait_is_dyn_compatible() {
    let stores: [Box<dyn Store>; 2] = [Box::new(memory()), Box::new(Mock)];
    let found: Vec<_> = stores
        .iter()
        .map(|store| block_on(store.get("a")))
        .collect();
    assert_eq!(found, [Some("1".to_owned()), Some("A".to_owned())]);
}

#[test]
fn generic_code_accepts_a_test_double() {
    assert!(call_here(copy(memory(), "a", "b")).unwrap());
    assert!(block_on(copy(Mock, "a", "b")).is_err());
}

#[test]
fn a_call_of_an_asynchronous_trait_can_be_spawned() {
    let memory = memory();
    let spawned = call_here(async { tokio::spawn(memory.put("k".into(), None)).await });
    let refused = spawned.expect("the body does not panic").unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn supertraits_hold_for_both_traits() {
    fn needs<T: Send + Sync + Debug + ?Sized>(value: &T) -> String {
        format!("{value:?}")
    }
    fn of_store<T: Store + ?Sized>(value: &T) -> String {
        needs(value)
    }
    assert!(of_store(&memory()).contains("Memory"));
}
