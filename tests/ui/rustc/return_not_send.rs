//! A result that may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load(key: u8) -> Rc<u8> {
    Rc::new(key)
}

fn main() {}
