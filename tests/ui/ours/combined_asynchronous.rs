//! After a mistake the function as written is there, and the asynchronous one in its promised shape.

use tokio_offload::offload;

#[offload(speed = 9, asynchronous = clear_async)]
fn clear(text: &mut String) -> usize {
    text.clear();
    text.len()
}

struct Store(u8);

#[offload(asynchronous = _async)]
impl Store {
    fn next(&mut self) -> u8 {
        self.0 += 1;
        self.0
    }
}

async fn caller(store: &mut Store, text: &mut String) -> u8 {
    let _: (usize, u8) = (clear(text), store.next());
    clear_async(text).await;
    store.next_async().await
}

fn main() {
    drop(caller(&mut Store(0), &mut String::new()));
}
