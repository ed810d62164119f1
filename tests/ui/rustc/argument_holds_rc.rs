//! An argument that holds what may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

struct Local(Rc<u8>);

#[offload]
fn load(key: Local) -> u8 {
    *key.0
}

fn main() {}
