//! What an owner's methods pass must travel; the value need not.

use std::rc::Rc;
use tokio_offload::offload;

struct Db(Rc<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn open(value: Rc<u8>) -> Self {
        Self(value)
    }

    pub fn value(&self) -> Rc<u8> {
        self.0.clone()
    }

    pub fn set(&mut self, value: std::cell::RefCell<Rc<u16>>) {
        drop(value);
    }
}

fn main() {}
