//! Every mistake of a trait in one build. Callers that await see no further one.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store<K> {
    type Item;

    fn put(&mut self, key: &K, list: &[&str]) -> usize;
    fn get(&self, key: &K) -> Option<&Self::Item>;
    fn fill(&self, bytes: &mut [u8]) -> usize;
    fn good(&self) -> usize {
        1
    }
}

async fn caller<S: Store<u8>>(store: S) -> usize {
    let put = store.put(&1, &[]).await;
    let got = usize::from(store.get(&1).await.is_some());
    put + got + store.fill(&mut []).await + store.good().await
}

fn main() {
    let _ = caller::<std::sync::Arc<Bytes>>;
}

struct Bytes;

impl BlockingStore<u8> for Bytes {
    type Item = u8;

    fn put(&mut self, key: &u8, list: &[&str]) -> usize {
        usize::from(*key) + list.len()
    }

    fn get(&self, _: &u8) -> Option<&u8> {
        None
    }

    fn fill(&self, bytes: &mut [u8]) -> usize {
        bytes.len()
    }
}
