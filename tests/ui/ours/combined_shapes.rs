//! Refused functions of many shapes, each with a caller that awaits it: one error for each, and no other.

use tokio_offload::offload;

#[derive(Clone)]
struct Store(Vec<u8>);

trait Open: Sized {
    #[offload]
    fn open() -> Self;
    async fn fill(&mut self, byte: u8) -> usize;
}

impl Open for Store {
    async fn open() -> Self {
        Store(Vec::new())
    }

    #[offload]
    fn fill(&mut self, byte: u8) -> usize {
        self.0.push(byte);
        self.0.len()
    }
}

impl Store {
    #[offload]
    fn bytes(&self) -> impl Iterator<Item = &u8> {
        self.0.iter()
    }

    #[offload]
    fn boxed(&self) -> Box<dyn Iterator<Item = u8> + '_> {
        Box::new(self.0.iter().copied())
    }

    #[offload]
    fn first<'a, T: From<u8>>(&'a mut self, _: T) -> Option<&'a mut u8> {
        self.0.first_mut()
    }

    #[offload]
    const fn size(self: &Self) -> usize {
        self.0.len()
    }

    #[offload]
    unsafe extern "C" fn raw(&self, at: usize) -> u8 {
        *self.0.get_unchecked(at)
    }
}

#[offload(speed)]
fn generic<T: ToString, const N: usize>(items: [T; N], by: impl Fn(&str) -> usize) -> usize {
    items.iter().map(|item| by(&item.to_string())).sum()
}

async fn caller(mut store: Store) -> usize {
    let mut sum = store.fill(1).await + Store::open().await.0.len();
    sum += store.bytes().await.count() + store.boxed().await.count();
    sum += usize::from(*store.first(1_u8).await.unwrap()) + store.size().await;
    sum += usize::from(unsafe { store.raw(0).await });
    sum + generic([1], str::len).await
}

fn main() {
    drop(caller(Store(Vec::new())));
}
