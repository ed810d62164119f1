//! Values that can only stand behind a pointer, in what must know their size, and by their whole path.

use std::sync::Arc;

use tokio_offload::offload;

#[offload]
fn take(
    pair: (u8, str),
    name: Option<str>,
    rows: &[[u64]],
    path: std::path::Path,
) -> Vec<dyn Fn()> {
    drop((pair.0, name, rows.len(), path));
    loop {}
}

struct Store;

#[offload]
impl Store {
    fn read(rows: Option<&[[u8]]>, shared: Arc<[str]>) -> Result<[u8], std::io::Error> {
        drop((rows, shared));
        loop {}
    }
}

#[offload(blocking = lookup_blocking)]
fn lookup(name: Option<str>) -> usize {
    name.map_or(0, |name| name.len())
}

#[offload(asynchronous = find_async)]
fn find(name: Option<str>) -> usize {
    name.map_or(0, |name| name.len())
}

fn main() {}
