//! Several types that may not travel.

use std::rc::Rc;
use std::sync::MutexGuard;
use tokio_offload::offload;

#[offload]
fn load(key: *const u8, count: u8, cell: Rc<u8>) -> MutexGuard<'static, u8> {
    drop((key, count, cell));
    loop {}
}

fn main() {}
