//! A borrowed argument whose copy may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load(key: &Rc<u8>) -> u8 {
    **key
}

fn main() {}
