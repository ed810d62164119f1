//! Blocking versions of methods that implement a trait: the attribute cannot know that they do.

use tokio_offload::offload;

trait Load {
    async fn load(&self, key: &str) -> usize;

    async fn same<T: Send + 'static, const N: usize>(self, value: [T; N]) -> [T; N];

    async fn any() -> u8;

    async unsafe fn none(&self);
}

#[derive(Clone)]
struct Store;

impl Load for Store {
    #[offload(blocking = load_now)]
    fn load(&self, key: &str) -> usize {
        key.len()
    }

    #[offload(blocking = same_now)]
    fn same<T, const N: usize>(self, value: [T; N]) -> [T; N] {
        value
    }

    #[offload(blocking = any_now)]
    fn any() -> u8 {
        Self::KEY
    }

    #[offload(blocking = none_now)]
    unsafe fn none(&self) {}
}

impl Store {
    const KEY: u8 = 7;
}

fn main() {}
