//! What a trait's methods pass must travel, and generic callers must say so.

use std::rc::Rc;
use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn put(&self, value: Rc<u8>) -> u8;
    fn get(&self) -> Result<Rc<u8>, String>;
}

fn main() {}
