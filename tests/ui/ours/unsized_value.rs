//! Values that can only stand behind a pointer, taken and returned.

use std::ffi::{CStr, OsStr};
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

#[offload]
fn names(name: std::ffi::OsString, first: Option<OsStr>) -> CStr {
    drop((name, first));
    loop {}
}

#[offload(blocking = BlockingWords)]
trait Words {
    fn find(&self, word: Option<str>) -> Option<str>;
}

fn main() {
    let bytes: Box<[u8]> = Box::new([1]);
    drop((take("a".into(), bytes, Box::new(|| {})), Store::read()));
}
