//! Bodies that only make another call, or only start a task. A thread is no future, and neither is a type that has such a name.

use tokio::task::JoinHandle;
use tokio_offload::{Offload, offload, run};

#[offload]
fn load(key: &str) -> String {
    key.to_owned()
}

#[offload]
fn load_first(keys: &[String]) -> Offload<String> {
    load(&keys[0])
}

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    fn refresh(&self) -> JoinHandle<u8> {
        tokio::spawn(async { 1 })
    }

    fn handed_out(&self) -> (JoinHandle<u8>,) {
        (tokio::spawn(async { 1 }),)
    }

    fn thread(&self) -> std::thread::JoinHandle<u8> {
        std::thread::spawn(|| 1)
    }
}

mod own {
    pub(crate) struct Offload(pub(crate) u8);
}

#[offload]
fn other() -> own::Offload {
    own::Offload(1)
}

struct Table;

#[offload(owner = TableHandle)]
impl Table {
    pub fn new() -> Self {
        Self
    }

    pub fn read(&self) -> Offload<u8> {
        run(|| 1)
    }
}

fn main() {
    drop((load_first, Store::refresh, Store::handed_out, Store::thread, other, TableHandle::read));
    drop(TableHandle::new);
}
