//! A method of a trait that wants the value for itself.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn put(&mut self, byte: u8) -> usize;
    fn get(&self) -> u8;
}

struct Bytes(Vec<u8>);

impl BlockingStore for Bytes {
    fn put(&mut self, byte: u8) -> usize {
        self.0.push(byte);
        self.0.len()
    }

    fn get(&self) -> u8 {
        self.0.len() as u8
    }
}

async fn caller(store: std::sync::Arc<dyn BlockingStore + Send + Sync>) -> usize {
    store.put(1).await + usize::from(store.get().await)
}

fn main() {
    drop(caller(std::sync::Arc::new(Bytes(Vec::new()))));
}
