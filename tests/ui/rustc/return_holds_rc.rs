//! A result with what may not leave its thread.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn load(key: u8) -> Result<Rc<u8>, String> {
    Ok(Rc::new(key))
}

fn main() {}
