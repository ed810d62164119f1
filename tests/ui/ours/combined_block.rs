//! Every mistake of a block in one build. Callers that await see no further one.

use tokio_offload::offload;

struct Store(String);

#[offload(speed = 9, blocking = "x")]
impl Store {
    const LIMIT: usize = 1;

    async fn load(&mut self, key: &&str) -> Option<&str> {
        std::future::ready(key).await;
        Some(&self.0)
    }

    #[offload(pool = 4, blocking = first)]
    fn first(self, text: &mut str) -> usize {
        self.0.len() + text.len() + Self::LIMIT
    }

    fn good(self, more: &str) -> String {
        self.0 + more
    }
}

async fn caller(mut store: Store) -> usize {
    let loaded = store.load(&"").await.map(str::len);
    let good = Store(String::new()).good("x").await.len();
    store.first(&mut String::new()).await + good + loaded.unwrap_or(1)
}

fn main() {
    drop(caller(Store(String::new())));
}
