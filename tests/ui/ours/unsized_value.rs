//! Values that can only stand behind a pointer, taken and returned.

use tokio_offload::offload;

#[offload]
fn take(name: str, bytes: [u8], run: dyn Fn()) -> [&'static str] {
    drop((name.len(), bytes.len()));
    run();
    loop {}
}

struct Store;

#[offload]
impl Store {
    fn read() -> dyn Send + Sync {
        loop {}
    }
}

fn main() {
    let bytes: Box<[u8]> = Box::new([1]);
    drop((take("a".into(), bytes, Box::new(|| {})), Store::read()));
}
