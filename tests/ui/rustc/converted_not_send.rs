//! An argument that is converted to what cannot travel.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load(count: impl Into<Rc<u8>>) -> u8 {
    *count.into()
}

fn main() {}
