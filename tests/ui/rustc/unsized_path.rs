//! A `Path` by value: the macro cannot know whose it is, and rustc says once that it has no size.

use std::path::Path;

use tokio_offload::offload;

#[offload]
fn size(path: Path) -> usize {
    path.as_os_str().len()
}

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    fn load(&self, name: &str, path: Path) -> bool {
        path.join(name).exists()
    }
}

fn main() {}
