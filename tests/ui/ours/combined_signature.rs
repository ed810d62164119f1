//! Every mistake of a signature in one build. Callers that await see no further one.

use std::io;
use tokio_offload::offload;

struct Store(String);

impl Store {
    #[offload]
    async fn load(&mut self, key: &&str, list: Box<dyn Fn() + '_>) -> io::Result<&str> {
        std::future::ready((key, list())).await;
        Ok(&self.0)
    }
}

async fn caller(store: &mut Store) -> io::Result<usize> {
    Ok(store.load(&"", Box::new(|| ())).await?.len())
}

fn main() {
    drop(caller(&mut Store(String::new())));
}
